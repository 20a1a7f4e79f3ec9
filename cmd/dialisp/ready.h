/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Waits until the lines are ready. */
#pragma once

#include "site.h"

/* Waits (at most 60 s and 1 s per line), then prints for each line that it is ready, or why not.
 * 0, or -ENODEV if a line is not ready although its modem is present. An absent modem is not an
 * error. */
int ready_wait(const struct site *site);

#define READY_WHY_MAX 160
#define READY_FAILED_STARTS                                                                        \
	2 /* one may fail: some modems do not respond for seconds after mgetty has dropped DTR */

/* State of a line before a change. */
struct ready_mark {
	bool was_ready;
	bool was_trying; /* it keeps restarting: the next start reads the new settings */
	bool was_missing;
	pid_t pid; /* main process; 0: none */
	unsigned idle_starts;
};
int ready_mark_line(const struct site *site, const char *name, struct ready_mark *ret);
/* Waits (at most 90 s) until the line is ready with a new main process, which has read the new
 * settings. 0; -ENODEV with the reason after READY_FAILED_STARTS failed starts or at the deadline;
 * prints nothing. */
int ready_wait_line(const struct site *site, const char *name, const struct ready_mark *before,
		    char ret_why[static READY_WHY_MAX]);
