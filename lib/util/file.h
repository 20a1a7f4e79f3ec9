/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files below the root directory (file_set_root, once in main); all paths are absolute as seen
 * there. Everything written is whole or not there: temporary file with its final mode, fsync,
 * rename, fsync of the directory.
 */
#pragma once

#include <sys/stat.h>

#include "util/text.h"

void file_set_root(
	const char *root);         /* "" or "/" is the real one; other roots: no chown or reload */
bool file_has_root(void);          /* true when another root directory is set */
const char *file_root(void);       /* "" for the real one */
char *file_path(const char *path); /* below the root; the caller owns it */

/* Whole file. 0, -ENOENT, -EFBIG (over 4 MiB), or another -errno. */
MUST_CHECK int file_read(const char *path, struct text *ret);
/* The same of a path that is not seen below the root. *ret_stat (may be NULL) is filled if it can
 * be opened; other than regular files are read as far as they can be without blocking. */
MUST_CHECK int file_read_real(const char *path, struct text *ret, struct stat *ret_stat);
MUST_CHECK int file_mode(const char *path, mode_t *ret); /* permission bits; 0 or -errno */
bool file_exists(const char *path);
bool file_is_owned_by(const char *path, uid_t owner);

/* Replaces or creates; makes missing directories (0755; 0700 below /var/lib/dialisp, and for a file
 * without group/other bits in a directory below /etc/dialisp). Owner root, group root or the
 * replaced file's. A symbolic link is never followed or replaced (-ELOOP). Does not journal the
 * original: publish_file (publish.h) writes configuration. 0 or -errno, reported. */
MUST_CHECK int file_write(const char *path, const struct text *content, mode_t mode);
/* Absent afterwards; it is not an error if it was absent before. 0 or -errno, reported. */
MUST_CHECK int file_remove(const char *path);
/* Removes the files in a directory whose names contain `part`, those with a dot in front too; NULL:
 * all of them and the directory. 0 or -errno, reported. */
MUST_CHECK int file_clear(const char *dir, const char *part);
/* What file_write would replace: its text and mode. 0, -ENOENT (nothing is there), or -errno,
 * reported: not a regular file, which file_write refuses, or unreadable. */
MUST_CHECK int file_look(const char *path, struct text *ret, mode_t *ret_mode);
/* A checksum of 64 bits, the same on every machine, to detect changes; not cryptographic. */
uint64_t file_checksum(const struct text *content);

/* Names in a directory ending in `suffix` (cut off), sorted by strcmp; absent directory: none. The
 * caller frees each and the array. */
MUST_CHECK int file_list(const char *dir, const char *suffix, char ***ret_names, size_t *ret_n);

/* Lock for processes that change the configuration; held until the descriptor is closed. The
 * descriptor, -EWOULDBLOCK with the holder's pid (0: unknown), or another -errno. */
MUST_CHECK int file_lock(const char *path, pid_t *ret_holder);
