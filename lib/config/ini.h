/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The text of an ini file -> its values with their line numbers. Stricter than iniparser, which
 * gives no positions, lets a later duplicate win and joins lines: what passes here means the same
 * to iniparser 4.1 and 4.2.
 */
#pragma once

#include "util/text.h"

struct ini_row {
	const char *section, *key; /* lower case; key is NULL for the [section] line itself */
	const char *value;         /* without its quotes and comment; not percent-decoded */
	unsigned line;             /* from 1 */
};

struct ini {
	struct text text; /* what the rows point into */
	struct ini_row *rows;
	size_t n;
};

/* Every mistake is added to complaints as "NAME:LINE: what is wrong (cure)\n", without a word of
 * the file, which may be secret. What was understood is in *ret all the same. 0 or -EINVAL;
 * ini_free it in both cases. */
MUST_CHECK int ini_parse(const char *name, const struct text *content, struct ini *ret,
			 struct text *complaints);
void ini_free(struct ini *ini);

/* NULL: it is not there */
const struct ini_row *ini_find(const struct ini *ini, const char *section, const char *key);
