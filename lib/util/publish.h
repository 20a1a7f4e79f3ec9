/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The only module that changes configuration: compare, keep the original for undo, write. */
#pragma once

#include <sys/types.h>

#include "util/text.h"

/* file_write, unless content, mode and owner are already as wanted; keeps the original in the undo
 * journal (journal.h). 0 or -errno, reported. */
MUST_CHECK int publish_file(const char *path, const struct text *content, mode_t mode);
/* file_remove; keeps the original. 0 or -errno, reported. */
MUST_CHECK int publish_removal(const char *path);
