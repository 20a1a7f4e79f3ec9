/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The layout of help texts, and what a mistyped word was meant to be. */
#pragma once

#include "util/text.h"

#define HELP_WIDTH 100 /* columns of a line */

/* Appends a word to the last line, a blank before it, or to a new line that begins at column
 * `indent` where the last one has no room for it. A word longer than a line stays in one piece. */
void help_add_word(struct text *out, size_t indent, const char *word);
/* Appends "  LEFT   HELP" and a newline: the help begins at `column`, on a line of its own where
 * fewer than two blanks would separate it from `left`; both are wrapped. */
void help_add_row(struct text *out, size_t column, const char *left, const char *help);

/* How much two words differ: letters inserted, left out, replaced, or swapped with the next one
 * (optimal string alignment). More than HELP_WORD_MAX letters are too many: SIZE_MAX. */
#define HELP_WORD_MAX 32
size_t help_distance(const char *a, const char *b);
/* The name that `word` is most likely a mistyping of: one mistake in up to four letters, two in
 * more; NULL when there is none. */
const char *help_find_near(const char *word, const char *const *names, size_t n);
