/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A growing piece of text. */
#include "util/text.h"

#include <stdio.h>

void text_reserve(struct text *t, size_t n)
{
	struct text grown = { .len = t->len };
	size_t need = t->len + n + 1;

	if (need <= t->cap)
		return;
	grown.cap = need < 2 * t->cap ? 2 * t->cap : need + 63;
	grown.s = xrealloc(NULL, grown.cap, 1); /* realloc would leave an unwiped copy behind */
	if (t->len)
		memcpy(grown.s, t->s, t->len);
	grown.s[grown.len] = '\0';
	text_free(t);
	*t = grown;
}

void text_add_mem(struct text *t, const void *p, size_t n)
{
	text_reserve(t, n);
	if (n)
		memcpy(t->s + t->len, p, n);
	t->len += n;
	t->s[t->len] = '\0';
}

void text_add(struct text *t, const char *s)
{
	text_add_mem(t, s, strlen(s));
}

void text_addc(struct text *t, char c)
{
	text_reserve(t, 1);
	t->s[t->len++] = c;
	t->s[t->len] = '\0';
}

void text_addf(struct text *t, const char *fmt, ...)
{
	va_list ap;
	int n;

	text_reserve(t, 0);
	va_start(ap, fmt);
	n = vsnprintf(t->s + t->len, t->cap - t->len, fmt, ap);
	va_end(ap);
	if (n > 0 && (size_t)n >= t->cap - t->len) {
		text_reserve(t, (size_t)n);
		va_start(ap, fmt);
		vsnprintf(t->s + t->len, t->cap - t->len, fmt, ap);
		va_end(ap);
	}
	t->len += n > 0 ? (size_t)n : 0;
}

void text_cut(struct text *t, size_t len)
{
	t->len = len;
	if (t->s)
		t->s[len] = '\0';
}

void text_clear(struct text *t)
{
	text_cut(t, 0);
}

void text_free(struct text *t)
{
	if (t->s)
		explicit_bzero(t->s, t->cap);
	free(t->s);
	*t = (struct text){ 0 };
}

char *text_take(struct text *t)
{
	char *s = t->s ? t->s : xstrdup("");

	*t = (struct text){ 0 };
	return s;
}

bool text_equal(const struct text *a, const struct text *b)
{
	return a->len == b->len && (a->len == 0 || memcmp(a->s, b->s, a->len) == 0);
}
