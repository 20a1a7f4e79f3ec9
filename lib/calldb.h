/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The state of calls in /run/dialisp: one file per line, written by dialisp-call, read by status.
 *   calls/LINE   the call in progress: 0600, and calls/LINE.masked 0644 with names and numbers masked
 *   last/LINE    how the last one ended, and how many starts in a row had no call; 0644
 */
#pragma once

#include <sys/types.h>

#include "base.h"

struct calldb_call {
	char number[64], caller[64];       /* caller ID: number and name; "" unknown; cleaned (at_clean) */
	char connect[64];                  /* CONNECT text, cleaned */
	char user[64];                     /* authenticated name */
	char address[16], link[16];        /* the caller's address, "ppp-line1" */
	int64_t ring_at, answer_at, up_at; /* seconds since the epoch; 0: not yet */
	pid_t pid;                         /* mgetty's / pppd's (one and the same); 0 until answered */
	char tty[32];                      /* kernel name; answer locked it */
};
struct calldb_last {
	char reason[96];
	int64_t at;
	unsigned idle_starts; /* starts in a row that ended without a call */
};

/* Where it lives instead of /run/dialisp; set once, by tests. The string must stay. */
void calldb_set_dir(const char *dir);

/* `line` is a valid line name. All: 0 or -errno; -ENOENT: no call. Unknown keys in a file are ignored. */
int calldb_load(const char *line, struct calldb_call *ret);
/* what everybody may see: numbers and names masked ("a***", "***34") */
int calldb_load_masked(const char *line, struct calldb_call *ret);
/* Control characters are written as blanks; directories are made as needed. */
int calldb_save(const char *line, const struct calldb_call *call);
void calldb_clear(const char *line);
int calldb_load_last(const char *line, struct calldb_last *ret);
int calldb_save_last(const char *line, const struct calldb_last *last);
/* Another line on which this account has a call whose process lives, or -ENOENT. Looks at all calls/ files but `except`. */
int calldb_find_user(const char *user, const char *except, char *ret_line, size_t size);
void calldb_mask(char s[static 6], bool is_number); /* in place */
