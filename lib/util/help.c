/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The layout of help texts. */
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
