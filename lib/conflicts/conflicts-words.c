/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pppd's secrets files cut into words, as pppd itself does it. */
#include "conflicts/internal.h"

#include <ctype.h>

#define WORD_MAX 1023 /* pppd cuts longer ones (MAXWORDLEN) */

struct reader {
	const struct text *text;
	size_t at;
	unsigned line;
};

static int peek(const struct reader *r, size_t ahead)
{
	return r->at + ahead < r->text->len ? (unsigned char)r->text->s[r->at + ahead] : -1;
}

static int next_char(struct reader *r)
{
	int c = peek(r, 0);

	if (c >= 0)
		r->at++;
	if (c == '\n')
		r->line++;
	return c;
}

/* To the next word; true when a new line began on the way. A backslash escapes the newline after
 * it, but not in a comment. */
static bool skip_blanks(struct reader *r)
{
	bool is_new_line = false;
	int c;

	while ((c = peek(r, 0)) >= 0) {
		if (c == '#') {
			while (peek(r, 0) >= 0 && peek(r, 0) != '\n')
				next_char(r);
		} else if (c == '\\' && peek(r, 1) == '\n') {
			next_char(r);
			next_char(r);
		} else if (isspace(c)) {
			is_new_line |= next_char(r) == '\n';
		} else {
			break;
		}
	}
	return is_new_line;
}

static int take_number(struct reader *r, int base, unsigned n_max)
{
	int value = 0;

	for (unsigned n = 0; n < n_max; n++) {
		int c = peek(r, 0);

		if (base == 8 ? c < '0' || c > '7' : c < 0 || !isxdigit(c))
			break;
		next_char(r);
		value = value * base + (isdigit(c) ? c - '0' : tolower(c) - 'a' + 10);
	}
	return value;
}

static void take_escape(struct reader *r, struct text *word)
{
	static const char names[] = "abfnrst", values[] = "\a\b\f\n\r \t";
	const char *name;
	int c;

	next_char(r);
	c = peek(r, 0);
	if (c >= '0' && c <= '7') {
		text_addc(word, (char)take_number(r, 8, 3));
		return;
	}
	next_char(r);
	if (c < 0 || c == '\n')
		return;
	name = strchr(names, c);
	if (c == 'x')
		text_addc(word, (char)take_number(r, 16, 2));
	else
		text_addc(word, c && name ? values[name - names] : (char)c);
}

/* Quotes may begin and end in the middle of a word; a '#' ends it. */
static void take_word(struct reader *r, struct text *word)
{
	int quote = 0, c;

	while ((c = peek(r, 0)) >= 0) {
		if (c == '\\') {
			take_escape(r, word);
			continue;
		}
		if (!quote && (isspace(c) || c == '#'))
			break;
		next_char(r);
		if (quote && c == quote)
			quote = 0;
		else if (!quote && (c == '"' || c == '\''))
			quote = c;
		else
			text_addc(word, (char)c);
	}
}

static void add_word(struct conflicts_words *words, struct text *word, unsigned line, bool is_first)
{
	char *s = text_take(word);

	if (strlen(s) > WORD_MAX)
		s[WORD_MAX] = '\0';
	words->words = xrealloc(words->words, words->n + 1, sizeof(*words->words));
	words->words[words->n++] = (struct conflicts_word){ s, line, is_first };
}

void conflicts_words_read(const struct text *content, struct conflicts_words *ret)
{
	struct reader r = { content, 0, 1 };
	struct conflicts_words words = { 0 };

	for (;;) {
		_cleanup_text_ struct text word = { 0 };
		bool is_first = skip_blanks(&r) || words.n == 0;
		unsigned line = r.line;

		take_word(&r, &word);
		if (!word.len && peek(&r, 0) < 0) /* pppd does not count "" at the end as a word */
			break;
		add_word(&words, &word, line, is_first);
	}
	*ret = words;
}

void conflicts_words_free(struct conflicts_words *words)
{
	for (size_t i = 0; i < words->n; i++) {
		explicit_bzero(words->words[i].word, strlen(words->words[i].word));
		free(words->words[i].word);
	}
	free(words->words);
	*words = (struct conflicts_words){ 0 };
}
