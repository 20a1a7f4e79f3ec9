/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Help texts: columns that stay apart, no line too long; and what a mistyped word was meant to be.
 */
#include "util/help.h"

#include "check.h"

#define TEN "123456789 "

static void test_rows(void)
{
	static const struct {
		const char *left, *help, *want;
	} cases[] = {
		{ "free", "tell it", "  free      tell it\n" },
		{ "12345678", "two blanks are left", "  12345678  two blanks are left\n" },
		{ "123456789", "none are", "  123456789\n            none are\n" },
		{ "firewall prepare|load", "rules",
		  "  firewall prepare|load\n            rules\n" },
		{ "x", TEN TEN TEN TEN TEN TEN TEN TEN "12345678", /* 100 columns */
		  "  x         " TEN TEN TEN TEN TEN TEN TEN TEN "12345678\n" },
		{ "x", TEN TEN TEN TEN TEN TEN TEN TEN "123456789",
		  "  x         " TEN TEN TEN TEN TEN TEN TEN "123456789\n            123456789\n" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_text_ struct text out = { 0 };

		help_add_row(&out, 12, cases[i].left, cases[i].help);
		check_str(text_str(&out), cases[i].want);
	}
}

static void test_words(void)
{
	_cleanup_text_ struct text out = { 0 };

	text_add(&out, "line\nusage: x");
	for (unsigned i = 0; i < 20; i++)
		help_add_word(&out, 7, "[--option N]");
	for (char *save = NULL, *line = strtok_r(out.s, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		check(strlen(line) <= HELP_WIDTH, "%s", line);
		check(str_eq(line, "line") || str_starts(line, "usage: x [--") ||
			      str_starts(line, "       [--"),
		      "%s", line);
		check(str_eq(line, "line") || str_ends(line, " N]"), "%s", line);
	}
}

static void test_distance(void)
{
	static const struct {
		const char *a, *b;
		size_t want;
	} cases[] = {
		{ "", "", 0 },
		{ "status", "status", 0 },
		{ "stauts", "status", 1 },  /* swapped */
		{ "statu", "status", 1 },   /* left out */
		{ "statuss", "status", 1 }, /* inserted */
		{ "statis", "status", 1 },  /* replaced */
		{ "adduser", "add-user", 1 },
		{ "useradd", "add-user", 7 },
		{ "sttaus", "status", 1 },
		{ "satuts", "status", 2 },
		{ "plna", "plan", 1 },
		{ "pnal", "plan", 2 },
		{ "pa", "plan", 2 },
		{ "frobnicate", "probe", 6 },
		{ "", "plan", 4 },
		{ "123456789012345678901234567890123", "plan", SIZE_MAX },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		size_t distance = help_distance(cases[i].a, cases[i].b);

		check(distance == cases[i].want, "%s, %s: %zu", cases[i].a, cases[i].b, distance);
		check(distance == help_distance(cases[i].b, cases[i].a), "%s", cases[i].a);
	}
}

static void test_near(void)
{
	static const char *const names[] = { "plan", "passwd", "add-user", "add-line", "set-line" };
	static const struct {
		const char *word, *want;
	} cases[] = {
		{ "passwd", "passwd" },     { "paswd", "passwd" },
		{ "password", "passwd" },   { "plna", "plan" },
		{ "pnal", NULL }, /* two of four letters */
		{ "pla", "plan" },          { "pl", NULL },
		{ "add-usr", "add-user" },  { "addline", "add-line" },
		{ "ad-linee", "add-line" }, { "seline", "set-line" },
		{ "frobnicate", NULL },     { "", NULL },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const char *near = help_find_near(cases[i].word, names, ARRAY_SIZE(names));

		check(near == cases[i].want ||
			      (near && cases[i].want && str_eq(near, cases[i].want)),
		      "%s: %s", cases[i].word, near);
	}
	check(help_find_near("plan", NULL, 0) == NULL);
}

int main(void)
{
	test_rows();
	test_words();
	test_distance();
	test_near();
	return check_done();
}
