/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The undo journal: what a file was before this run of the program first touched it. publish.h
 * keeps it for every path outside of /run and /var/lib/dialisp: one directory per run below
 * /var/lib/dialisp/journal (0700), made at the first change. Its file "index" begins with "run
 * COMMAND" and has a line per event: "was NUMBER MODE PATH" (the original is file NUMBER) or "was -
 * - PATH" (there was none), then "now CHECKSUM PATH" or "now - PATH" for each change; or "unit
 * FILE-STATE ACTIVE NAME" of a unit of others that is disabled and stopped
 * ("unit enabled active mgetty.service").
 */
#pragma once

#include <sys/types.h>

#include "util/text.h"

/* Names the run; without it nothing is journalled. */
void journal_begin(const char *command);

/* Before a change: keeps the original, once per path and run. `original` NULL: there is none. 0 or
 * -errno, reported. */
int journal_save(const char *path, const struct text *original, mode_t mode);
/* After it; what an undo must find, to know that nobody else has been there since. `content` NULL:
 * removed. 0 or -errno, reported. */
int journal_note(const char *path, const struct text *content);
/* Before a unit of others is stopped and disabled; the words are systemd's. 0 or -errno, reported.
 */
int journal_note_unit(const char *unit, const char *file_state, const char *active);
