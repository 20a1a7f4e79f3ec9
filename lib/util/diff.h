/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Unified differences of two texts, by diff(1) of diffutils. */
#pragma once

#include "util/text.h"

/* A unified diff (3 lines of context) with headers "--- old_name" and "+++ new_name"; "" if the
 * texts are equal. The texts reach another process, in memory: they must not be secret. 0 or
 * -errno, reported. */
MUST_CHECK int diff_unified(const char *old_name, const struct text *old_text, const char *new_name,
			    const struct text *new_text, struct text *ret);
