/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The undo journal: what a file was before this run of the program first touched it. publish.h
 * keeps it for every path outside of /run and /var/lib/dialisp: one directory per run below
 * /var/lib/dialisp/journal (0700), made at the first change. Its file "index" begins with "run
 * COMMAND" and has a line per event: "was COPY MODE PATH" (the original is the file COPY: a number,
 * with ".secret" behind it where it may hold passwords) or "was - - PATH" (there was none), then
 * "now CHECKSUM PATH" or "now - PATH" for each change; or "unit FILE-STATE ACTIVE NAME" of a unit
 * of others that is disabled and stopped ("unit enabled active mgetty.service").
 *
 * A run that has changed something and succeeded discards the ".secret" originals of all earlier
 * runs, so that a password that was replaced or removed is kept until the next change only, and the
 * runs that are outdated. A run that failed discards nothing.
 */
#pragma once

#include <sys/types.h>

#include "util/text.h"

/* Number and maximum age of the runs that are kept. */
#define JOURNAL_RUNS 30
#define JOURNAL_DAYS 90

/* Names the run; without it nothing is journalled. */
void journal_begin(const char *command);

/* Before a change: keeps the original, once per path and run. `original` NULL: there is none;
 * `is_secret`: it may hold passwords. 0 or -errno, reported. */
MUST_CHECK int journal_save(const char *path, const struct text *original, mode_t mode,
			    bool is_secret);
/* After it: the state that undo must find, to detect later edits. `content` NULL: removed. 0 or
 * -errno, reported. */
MUST_CHECK int journal_note(const char *path, const struct text *content);
/* Before a unit of others is stopped and disabled; the words are systemd's. 0 or -errno, reported.
 */
MUST_CHECK int journal_note_unit(const char *unit, const char *file_state, const char *active);

/* After a run that succeeded: discards what is kept no longer. Without a change of this run
 * nothing. 0 or -errno, reported. */
MUST_CHECK int journal_end(void);
