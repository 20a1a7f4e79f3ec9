/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Unified differences: longest common subsequence of lines, printed the way diff -u does. */
#include "util/diff.h"

#define CONTEXT   3
/* Over this size of the table (old lines times new lines, after the common ends are cut off) the
 * middle is shown as replaced: right, if longer than need be. 32 MiB. */
#define MAX_CELLS ((size_t)16 << 20)

struct lines {
	struct slice {
		const char *s;
		size_t len;
	} * at;
	size_t n;
	bool *changed;
};

struct hunk {
	size_t old_from, old_to, new_from, new_to;
};

static void lines_free(struct lines *l)
{
	free(l->at);
	free(l->changed);
}

/* A last line without newline is a line of its own kind: it differs from the same one with newline.
 */
static void lines_split(const struct text *t, struct lines *ret)
{
	const char *s = text_str(t), *end = s + t->len;
	size_t n = 1;

	for (const char *p = s; p < end; p++)
		n += *p == '\n';
	ret->at = xcalloc(n, sizeof(*ret->at));
	ret->changed = xcalloc(n + 1, sizeof(*ret->changed));
	ret->n = 0;
	while (s < end) {
		const char *newline = memchr(s, '\n', (size_t)(end - s));
		const char *next = newline ? newline + 1 : end;

		ret->at[ret->n++] = (struct slice){ s, (size_t)(next - s) };
		s = next;
	}
}

static bool is_same(const struct lines *a, size_t i, const struct lines *b, size_t j)
{
	return a->at[i].len == b->at[j].len && memcmp(a->at[i].s, b->at[j].s, a->at[i].len) == 0;
}

/* table[i][j]: how many lines the tails from `from.old + i` and `from.new + j` have in common */
static uint16_t *fill_table(const struct lines *a, const struct lines *b, const struct hunk *m)
{
	size_t n = m->old_to - m->old_from, w = m->new_to - m->new_from + 1;
	uint16_t *table = xcalloc((n + 1) * w, sizeof(*table));

	for (size_t i = n; i-- > 0;)
		for (size_t j = w - 1; j-- > 0;) {
			uint16_t *t = &table[i * w + j];

			if (is_same(a, m->old_from + i, b, m->new_from + j))
				*t = (uint16_t)(t[w + 1] + 1);
			else
				*t = t[w] >= t[1] ? t[w] : t[1];
		}
	return table;
}

static void mark_all(struct lines *l, size_t from, size_t to)
{
	for (; from < to; from++)
		l->changed[from] = true;
}

/* Marks what is in the middle of only one of them. */
static void mark_middle(struct lines *a, struct lines *b, const struct hunk *m)
{
	size_t n = m->old_to - m->old_from, w = m->new_to - m->new_from + 1, i = 0, j = 0;
	_cleanup_free_ uint16_t *table = NULL;

	/* the length of a common subsequence must fit its cell */
	if ((n + 1) > MAX_CELLS / w || n > UINT16_MAX) {
		mark_all(a, m->old_from, m->old_to);
		mark_all(b, m->new_from, m->new_to);
		return;
	}
	table = fill_table(a, b, m);
	while (i < n && j < w - 1) {
		if (is_same(a, m->old_from + i, b, m->new_from + j))
			i++, j++;
		else if (table[(i + 1) * w + j] >= table[i * w + j + 1])
			a->changed[m->old_from + i++] = true;
		else
			b->changed[m->new_from + j++] = true;
	}
	mark_all(a, m->old_from + i, m->old_to);
	mark_all(b, m->new_from + j, m->new_to);
}

/* A run of changed lines that can slide is slid down as far as it goes, joining what it meets: an
 * added block is then shown with its own closing line, as diff does. */
static void slide_down(struct lines *l)
{
	size_t from = 0, to;

	while (from < l->n) {
		if (!l->changed[from]) {
			from++;
			continue;
		}
		for (to = from; to < l->n && l->changed[to];)
			to++;
		while (to < l->n && is_same(l, from, l, to)) {
			l->changed[from++] = false;
			l->changed[to++] = true;
			while (to < l->n && l->changed[to])
				to++;
		}
		from = to;
	}
}

static void mark_changes(struct lines *a, struct lines *b)
{
	struct hunk m = { 0, a->n, 0, b->n };

	while (m.old_from < m.old_to && m.new_from < m.new_to &&
	       is_same(a, m.old_from, b, m.new_from))
		m.old_from++, m.new_from++;
	while (m.old_from < m.old_to && m.new_from < m.new_to &&
	       is_same(a, m.old_to - 1, b, m.new_to - 1))
		m.old_to--, m.new_to--;
	mark_middle(a, b, &m);
	slide_down(a);
	slide_down(b);
}

static void add_line(struct text *out, char sign, const struct slice *line)
{
	text_addc(out, sign);
	text_add_mem(out, line->s, line->len);
	if (line->s[line->len - 1] != '\n')
		text_add(out, "\n\\ No newline at end of file\n");
}

/* An empty range is named by the line before it. */
static void add_range(struct text *out, char sign, size_t from, size_t to)
{
	text_addf(out, "%c%zu", sign, from == to ? from : from + 1);
	if (to - from != 1)
		text_addf(out, ",%zu", to - from);
}

static void add_hunk(struct text *out, const struct lines *a, const struct lines *b,
		     const struct hunk *h)
{
	size_t i = h->old_from, j = h->new_from;

	text_add(out, "@@ ");
	add_range(out, '-', h->old_from, h->old_to);
	text_addc(out, ' ');
	add_range(out, '+', h->new_from, h->new_to);
	text_add(out, " @@\n");
	while (i < h->old_to || j < h->new_to) {
		if (i < h->old_to && a->changed[i])
			add_line(out, '-', &a->at[i++]);
		else if (j < h->new_to && b->changed[j])
			add_line(out, '+', &b->at[j++]);
		else
			add_line(out, ' ', &a->at[i++]), j++;
	}
}

/* The next hunk from *h's end on, its context included; false when there is none. */
static bool find_hunk(const struct lines *a, const struct lines *b, struct hunk *h)
{
	size_t i = h->old_to, j = h->new_to, n_same = 0, before;

	while (i < a->n && !a->changed[i] && !b->changed[j])
		i++, j++;
	if (!a->changed[i] && !b->changed[j])
		return false;
	before = i - h->old_to < CONTEXT ? i - h->old_to : CONTEXT;
	h->old_from = i - before;
	h->new_from = j - before;
	/* changes with up to twice the context between them are one hunk */
	while ((i < a->n || j < b->n) && n_same <= 2 * CONTEXT) {
		if (a->changed[i])
			i++, n_same = 0;
		else if (b->changed[j])
			j++, n_same = 0;
		else
			i++, j++, n_same++;
	}
	h->old_to = n_same > CONTEXT ? i - n_same + CONTEXT : i;
	h->new_to = n_same > CONTEXT ? j - n_same + CONTEXT : j;
	return true;
}

void diff_unified(const char *old_name, const struct text *old_text, const char *new_name,
		  const struct text *new_text, struct text *out)
{
	_cleanup_(lines_free) struct lines a = { 0 }, b = { 0 };
	struct hunk hunk = { 0 };

	if (text_equal(old_text, new_text))
		return;
	lines_split(old_text, &a);
	lines_split(new_text, &b);
	mark_changes(&a, &b);
	text_addf(out, "--- %s\n+++ %s\n", old_name, new_name);
	while (find_hunk(&a, &b, &hunk))
		add_hunk(out, &a, &b, &hunk);
}
