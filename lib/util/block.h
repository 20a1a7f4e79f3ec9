/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A marked block in a file that is shared with others: every byte outside of it is theirs. */
#pragma once

#include "util/text.h"

enum block_where {
	BLOCK_WHERE_TOP,
	BLOCK_WHERE_END,
};
struct block {
	const char *begin, *end; /* marker lines, without newline */
	enum block_where where;  /* for a file that has none yet */
};

/* Takes the block (markers included, a newline at its end) out of `content`. 0; -ENOENT: there is
 * none; -EBADMSG: the markers are broken (a begin without end, two of them), *ret_line says where.
 */
int block_find(const struct text *content, const struct block *block, struct text *ret_block,
	       unsigned *ret_line);

/* content with its block replaced by (or given) `body`, which includes the markers and ends in a
 * newline; an empty body takes it out. Every other byte stays, and taking the block out gives back
 * what was there before: a file without a newline at its end keeps that (the block's last line then
 * has none), and after a last line that ends in a backslash comes an empty line, so that mgetty
 * (config.c) does not join our first line to it. 0 or -EBADMSG. */
int block_replace(const struct text *content, const struct block *block, const struct text *body,
		  struct text *ret);
