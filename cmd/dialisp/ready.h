/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Waiting until every line answers. */
#pragma once

#include "site.h"

/* Waits (60 s and 1 s per line at most), then says of every line whether it is ready, or why not.
 * 0, or -ENODEV when a line whose modem is there is not ready. An absent modem is an answer, not an
 * error. */
int ready_wait(const struct site *site);

#define READY_WHY_MAX 160
#define READY_FAILED_STARTS                                                                        \
	2 /* one may fail: a modem is deaf for seconds after mgetty has dropped DTR */

/* One line before a change. */
struct ready_mark {
	bool was_ready;
	bool was_trying; /* it starts again and again: the next start reads the new settings */
	bool was_missing;
	pid_t pid; /* of its main process; 0: none */
	unsigned idle_starts;
};
int ready_mark_line(const struct site *site, const char *name, struct ready_mark *ret);
/* Waits (90 s at most) until the line answers with another main process than before, which has read
 * the new settings. 0; -ENODEV with the reason when READY_FAILED_STARTS failed, or time is over;
 * nothing is said. */
int ready_wait_line(const struct site *site, const char *name, const struct ready_mark *before,
		    char ret_why[static READY_WHY_MAX]);
