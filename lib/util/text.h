/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A growing piece of text. It may hold passwords: memory is overwritten before it is released. */
#pragma once

#include "util/base.h"

struct text {
	char *s; /* NULL while empty, else NUL-terminated */
	size_t len, cap;
};

#define _cleanup_text_ _cleanup_(text_free)

void text_add(struct text *t, const char *s);
void text_add_mem(struct text *t, const void *p, size_t n);
void text_addc(struct text *t, char c);
void text_addf(struct text *t, const char *fmt, ...) PRINTF_LIKE(2, 3);
void text_reserve(struct text *t, size_t n); /* capacity for n more bytes */
void text_cut(struct text *t, size_t len);   /* truncates to this length */
void text_clear(struct text *t);             /* empties, keeps the memory */
void text_free(struct text *t);              /* empties and releases */
char *text_take(struct text *t); /* the caller owns it (never NULL), t is empty afterwards */

static inline const char *text_str(const struct text *t)
{
	return t->s ? t->s : "";
}
bool text_equal(const struct text *a, const struct text *b);
