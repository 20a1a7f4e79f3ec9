/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Unified differences of two texts. */
#pragma once

#include "util/text.h"

/* Appends a unified diff (3 lines of context) with headers "--- old_name" and "+++ new_name";
 * nothing when they are equal. Notes a missing newline at the end of file the way diff -u does. */
void diff_unified(const char *old_name, const struct text *old_text, const char *new_name,
		  const struct text *new_text, struct text *out);
