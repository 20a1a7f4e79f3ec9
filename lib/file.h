/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The only room that writes configuration. All paths are absolute as seen below the root directory
 * (file_set_root, once in main); everything written is whole or not there: temporary file with its final
 * mode, fsync, rename, fsync of the directory.
 */
#pragma once

#include <sys/types.h>

#include "text.h"

void file_set_root(const char *root); /* "" or "/" is the real one; other roots: no chown, no nudges */
bool file_has_root(void);             /* true when another root directory is set */
const char *file_root(void);          /* "" for the real one */
char *file_path(const char *path);    /* below the root; the caller owns it */

/* Whole file. 0, -ENOENT, -EFBIG (over 4 MiB), or another -errno. */
int file_read(const char *path, struct text *ret);
int file_mode(const char *path, mode_t *ret); /* permission bits; 0 or -errno */
bool file_exists(const char *path);

/* Replaces or creates; makes missing directories (0755, or 0700 when mode has no group/other bits and the
 * directory is one of ours). Owner root:root when on the real root. Reports failures itself. 0 or -errno. */
int file_publish(const char *path, const struct text *content, mode_t mode);
/* Gone afterwards (absent is fine). Reports failures itself. */
int file_remove(const char *path);

/* Names in a directory ending in `suffix` (cut off), sorted by strcmp; absent directory: none. The caller frees each
 * and the array. */
int file_list(const char *dir, const char *suffix, char ***ret_names, size_t *ret_n);

/* A marked block in a file that is shared with others. */
enum file_where {
	FILE_WHERE_TOP,
	FILE_WHERE_END,
};
struct file_block {
	const char *begin, *end; /* marker lines, without newline */
	enum file_where where;   /* for a file that has none yet */
};
/* Takes the block (markers included) out of `content`. 0; -ENOENT: there is none; -EBADMSG: markers are broken
 * (a begin without end, two of them), *ret_line says where. */
int file_block_find(const struct text *content, const struct file_block *block, struct text *ret_block,
		    unsigned *ret_line);
/* content with its block replaced by (or given) `body`, which includes the markers; an empty body takes it out.
 * Every other byte stays. A file without a newline at its end keeps that: the block then brings its own. */
int file_block_replace(const struct text *content, const struct file_block *block, const struct text *body,
		       struct text *ret);

/* The undo journal: what a file was before this run of the program first touched it. Called by file_publish
 * and file_remove themselves for every path outside /run and /var/lib/dialisp; one directory per run below
 * /var/lib/dialisp/journal (0700), originals with their mode, absence noted. */
void file_journal_begin(const char *command); /* names the run; without it nothing is journalled */

/* One process at a time changes things: lock held till the descriptor closes. -EWOULDBLOCK with the holder's pid. */
int file_lock(const char *path, pid_t *ret_holder);
