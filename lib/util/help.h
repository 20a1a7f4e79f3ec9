/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The layout of help texts, and suggestions for mistyped words. */
#pragma once

#include "util/text.h"

#define HELP_WIDTH 100 /* columns of a line */

/* Appends a word to the last line, a blank before it, or to a new line that begins at column
 * `indent` if it does not fit. A word longer than a line is not split. */
void help_add_word(struct text *out, size_t indent, const char *word);
/* Appends "  LEFT   HELP" and a newline: the help begins at `column`, on a line of its own where
 * fewer than two blanks would separate it from `left`; both are wrapped. */
void help_add_row(struct text *out, size_t column, const char *left, const char *help);

/* Edit distance of two words: letters inserted, left out, replaced, or swapped with the next one
 * (optimal string alignment). More than HELP_WORD_MAX letters give SIZE_MAX. */
#define HELP_WORD_MAX 32
size_t help_distance(const char *a, const char *b);
/* The name most similar to `word`: distance 1 for up to four letters, else 2; NULL if there is
 * none. */
const char *help_find_near(const char *word, const char *const *names, size_t n);
