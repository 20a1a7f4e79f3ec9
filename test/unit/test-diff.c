/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Our differences beside those of the diff program. */
#include "util/diff.h"

#include "check.h"
#include "files.h"

static const struct {
	const char *old_text, *new_text;
} cases[] = {
	{ "", "" },
	{ "a\n", "a\n" },
	{ "", "a\n" },
	{ "", "a" },
	{ "a\n", "" },
	{ "a", "" },
	{ "a\n", "a" },
	{ "a", "a\n" },
	{ "a", "b" },
	{ "a\nb", "a\nb\n" },
	{ "a\nb\nc", "x\nb\nc" },
	{ "a\nb\n", "a\nb\nc" },
	{ "\n", "" },
	{ "\n\n", "\n" },
	{ "a\nb\nc\n", "a\nc\n" },
	{ "a\nb\nc\n", "c\nb\na\n" },
	{ "1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nx\n6\n7\n8\n9\n" },
	{ "1\n2\n3\n4\n5\n6\n7\n8\n9\n",
	  "x\n2\n3\n4\n5\n6\n7\n8\ny\n" },                          /* seven between: two hunks */
	{ "1\n2\n3\n4\n5\n6\n7\n8\n", "x\n2\n3\n4\n5\n6\n7\ny\n" }, /* six between: one */
	{ "1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n" },
	{ "1\n2\n3\n4\n5\n6\n7\n8\n9\n", "0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n" },
	{ "1\n2\n3\n4\n5\n6\n7\n8\n9\n", "5\n" },
	{ "5\n", "1\n2\n3\n4\n5\n6\n7\n8\n9\n" },
	/* an added section slides down to its own end */
	{ "port a\n speed 1\n\nport c\n speed 1\n\n",
	  "port a\n speed 1\n\nport b\n speed 1\n\nport c\n speed 1\n\n" },
	{ "x\n}\n", "x\n}\ny\n}\n" },
	{ "a\na\na\n", "a\na\na\na\n" },
	{ "a\na\na\na\n", "a\na\n" },
	{ "-a\n+b\n@@\n", "-a\n+c\n@@\n" },
	{ "a\r\nb\r\n", "a\nb\n" },
	{ "a\nb\nc\nd\ne\nf\ng\n", "b\nd\nf\nh\n" },
};

static void write_text(const char *dir, const char *name, const struct text *content)
{
	_cleanup_free_ char *path = xasprintf("%s/%s", dir, name);

	write_bytes(path, text_str(content), content->len);
}

static void remove_file(const char *dir, const char *name)
{
	_cleanup_free_ char *path = xasprintf("%s/%s", dir, name);

	unlink(path);
}

/* What diff says; -d: never more lines than need be, as ours */
static void run_diff(const char *dir, const struct text *old_text, const struct text *new_text,
		     struct text *ret)
{
	_cleanup_free_ char *command =
		xasprintf("cd '%s' && LC_ALL=C diff -a -d -u --label o --label n old new", dir);
	char buffer[4096];
	size_t n;
	FILE *f;

	write_text(dir, "old", old_text);
	write_text(dir, "new", new_text);
	f = popen(command, "r");
	while (f && (n = fread(buffer, 1, sizeof(buffer), f)) > 0)
		text_add_mem(ret, buffer, n);
	check(f && pclose(f) != -1, "%s", command);
}

static void test_cases(const char *dir)
{
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_text_ struct text a = { 0 }, b = { 0 }, have = { 0 }, want = { 0 };

		text_add(&a, cases[i].old_text);
		text_add(&b, cases[i].new_text);
		run_diff(dir, &a, &b, &want);
		text_add(&have, "");
		diff_unified("o", &a, "n", &b, &have);
		check(text_equal(&have, &want), "case %zu: have\n%swant\n%s", i, have.s,
		      text_str(&want));
	}
}

static const char *next_line(const char *s)
{
	const char *newline = strchr(s, '\n');

	return newline ? newline + 1 : s + strlen(s);
}

/* Applies one hunk body line by line; *at is the place in the old text. */
static const char *apply_line(const char *diff, const char **at, struct text *ret)
{
	const char *end = next_line(diff);
	size_t n = (size_t)(end - diff) - 1;
	bool whole = *end != '\\';
	const char *body = diff + 1;

	n -= !whole; /* the newline is not in the text */
	if (*diff != '+') {
		check(strncmp(*at, body, n) == 0, "context is not what is there: %s", diff);
		*at += n;
	}
	if (*diff != '-')
		text_add_mem(ret, body, n);
	return whole ? end : next_line(end);
}

/* The diff applied to the old text; counts the lines that differ. */
static void apply(const char *old_text, const char *diff, struct text *ret, unsigned *ret_n)
{
	const char *at = old_text, *line_at = old_text;
	unsigned line = 1;

	for (diff = next_line(next_line(diff)); *diff;) {
		unsigned from = 0, count = 1;

		if (*diff != '@') {
			*ret_n += *diff != ' ';
			diff = apply_line(diff, &at, ret);
			continue;
		}
		check(sscanf(diff, "@@ -%u,%u", &from, &count) >= 1, "%s", diff);
		for (line_at = old_text, line = 1; line < from + (count == 0); line++)
			line_at = next_line(line_at);
		check(line_at >= at, "hunks overlap");
		text_add_mem(ret, at, (size_t)(line_at - at));
		at = line_at;
		diff = next_line(diff);
	}
	text_add(ret, at);
}

static unsigned random_below(unsigned n)
{
	static uint32_t state = 20240229; /* always the same cases */

	state = state * 1664525 + 1013904223;
	return (state >> 16) % n;
}

static void make_pair(struct text *a, struct text *b)
{
	unsigned n = random_below(40), letters = 2 + random_below(20);

	text_add(a, "");
	text_add(b, "");
	for (unsigned i = 0; i < n; i++) {
		unsigned what = random_below(8);
		char line[] = { (char)('a' + (int)random_below(letters)), '\n', '\0' };

		if (what != 0)
			text_add(a, line);
		if (what != 1)
			text_add(b, what == 2 ? "other\n" : line);
	}
	if (a->len && random_below(4) == 0)
		a->s[--a->len] = '\0';
	if (b->len && random_below(4) == 0)
		b->s[--b->len] = '\0';
}

static void test_random(const char *dir)
{
	unsigned n_alike = 0, n = 300;

	for (unsigned i = 0; i < n; i++) {
		_cleanup_text_ struct text a = { 0 }, b = { 0 }, have = { 0 }, want = { 0 },
					   back = { 0 };
		_cleanup_text_ struct text back2 = { 0 };
		unsigned n_have = 0, n_want = 0;

		make_pair(&a, &b);
		run_diff(dir, &a, &b, &want);
		diff_unified("o", &a, "n", &b, &have);
		apply(a.s, text_str(&have), &back, &n_have);
		apply(a.s, text_str(&want), &back2, &n_want);
		check(text_equal(&back, &b) && text_equal(&back2, &b),
		      "pair %u: applied\n%sgives\n%s", i, text_str(&have), text_str(&back));
		check(n_have == n_want, "pair %u: %u lines, diff needs %u", i, n_have, n_want);
		n_alike += text_equal(&have, &want);
	}
	/* the others are a choice among equally short ones */
	check(n_alike * 3 >= n * 2, "only %u of %u are what diff says", n_alike, n);
}

/* Too much for the table: shown as replaced, but right. */
static void test_large(void)
{
	_cleanup_text_ struct text a = { 0 }, b = { 0 }, have = { 0 }, back = { 0 };
	unsigned n = 0;

	for (unsigned i = 0; i < 5000; i++) {
		text_addf(&a, "%u\n", i);
		text_addf(&b, "%u\n", i % 1000 == 0 ? i : i + 1000000);
	}
	diff_unified("o", &a, "n", &b, &have);
	apply(a.s, text_str(&have), &back, &n);
	check(text_equal(&back, &b), "%u lines", n);
}

int main(void)
{
	char dir[] = "/tmp/dialisp-test-XXXXXX";

	if (!mkdtemp(dir))
		return 1;
	test_cases(dir);
	test_random(dir);
	test_large();
	remove_file(dir, "old");
	remove_file(dir, "new");
	rmdir(dir);
	return check_done();
}
