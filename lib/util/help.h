/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The layout of help texts. */
#pragma once

#include "util/text.h"

#define HELP_WIDTH 100 /* columns of a line */

/* Appends a word to the last line, a blank before it, or to a new line that begins at column
 * `indent` where the last one has no room for it. A word longer than a line stays in one piece. */
void help_add_word(struct text *out, size_t indent, const char *word);
/* Appends "  LEFT   HELP" and a newline: the help begins at `column`, on a line of its own where
 * fewer than two blanks would separate it from `left`; both are wrapped. */
void help_add_row(struct text *out, size_t column, const char *left, const char *help);
