/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What must happen around a change of files, collected and done once. */
#pragma once

#include <sys/types.h>

#include "apply/apply.h"

struct nudge_line {
	char name[SITE_LINE_NAME_MAX + 1];
	const struct line *line; /* NULL: it is being removed */
	char port[32];           /* that had its link before, or "" */
	bool was_there;          /* it had that link, or its unit a main process */
};
struct nudge {
	unsigned mask;            /* of enum apply_nudge */
	struct nudge_line *lines; /* new, changed and removed ones */
	size_t n_lines;
};
/* systemd runs here. False (a chroot, a container) is reported. */
bool nudge_is_possible(void);
void nudge_free(struct nudge *nudge);

/* Once per name; `line` NULL: removed. */
void nudge_add_line(struct nudge *nudge, const char *name, const struct line *line);

/* Before the files change: looks who is there, stops the units of removed lines. A call is never
 * ended: -EBUSY when one is up on a line that goes, or goes to another socket; then nothing was
 * stopped. 0 or -errno, reported. */
int nudge_before(struct nudge *nudge);
/* After it. A busy line keeps its call and is counted as deferred: it reads its files when the call
 * is over. 0 or the first -errno, reported; the rest is still done. */
int nudge_after(const struct nudge *nudge, struct apply_summary *summary);
/* Starts the lines that have a modem and whose units somebody has stopped: their devices would
 * start them only when they are plugged in again. Without systemd nothing. 0 or the first -errno,
 * reported. */
int nudge_start_stopped(const struct site *site, struct apply_summary *summary);
