/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The layout of help texts, and suggestions for mistyped words. */
#include "util/help.h"

#define MARGIN 2 /* blanks before a row and between its columns, at least */

static size_t find_column(const struct text *t)
{
	const char *newline = t->len ? strrchr(t->s, '\n') : NULL;

	return newline ? t->len - (size_t)(newline + 1 - t->s) : t->len;
}

static void pad_to(struct text *out, size_t column)
{
	for (size_t i = find_column(out); i < column; i++)
		text_addc(out, ' ');
}

void help_add_word(struct text *out, size_t indent, const char *word)
{
	size_t column = find_column(out);

	if (column > indent && column + 1 + strlen(word) > HELP_WIDTH)
		text_addc(out, '\n');
	else if (column > indent)
		text_addc(out, ' ');
	pad_to(out, indent);
	text_add(out, word);
}

static void add_words(struct text *out, size_t indent, const char *words)
{
	while (*(words += strspn(words, " "))) {
		size_t n = strcspn(words, " ");
		_cleanup_free_ char *word = xstrndup(words, n);

		help_add_word(out, indent, word);
		words += n;
	}
}

void help_add_row(struct text *out, size_t column, const char *left, const char *help)
{
	pad_to(out, MARGIN);
	add_words(out, MARGIN, left);
	if (find_column(out) + MARGIN > column)
		text_addc(out, '\n');
	pad_to(out, column);
	add_words(out, column, help);
	text_addc(out, '\n');
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

size_t help_distance(const char *a, const char *b)
{
	size_t d[HELP_WORD_MAX + 1][HELP_WORD_MAX + 1], n = strlen(a), m = strlen(b);

	if (n > HELP_WORD_MAX || m > HELP_WORD_MAX)
		return SIZE_MAX;
	for (size_t i = 0; i <= n; i++)
		for (size_t j = 0; j <= m; j++) {
			if (i == 0 || j == 0) {
				d[i][j] = i + j;
				continue;
			}
			d[i][j] = least(d[i - 1][j - 1] + (a[i - 1] != b[j - 1]),
					least(d[i - 1][j], d[i][j - 1]) + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				d[i][j] = least(d[i][j], d[i - 2][j - 2] + 1);
		}
	return d[n][m];
}

const char *help_find_near(const char *word, const char *const *names, size_t n)
{
	size_t best = (strlen(word) <= 4 ? 1 : 2) + 1;
	const char *near = NULL;

	for (size_t i = 0; i < n; i++) {
		size_t distance = help_distance(word, names[i]);

		if (distance >= best)
			continue;
		best = distance;
		near = names[i];
	}
	return near;
}
