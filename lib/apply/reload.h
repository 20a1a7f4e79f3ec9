/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The actions before and after a change of files, collected and done once. */
#pragma once

#include <sys/types.h>

#include "apply/apply.h"

struct reload_line {
	char name[SITE_LINE_NAME_MAX + 1];
	const struct line *line; /* NULL: it is being removed */
	char port[32];           /* the port that had its link before, or "" */
	bool was_there;          /* it had that link, or its unit a main process */
};
struct reload {
	unsigned mask;             /* of enum apply_reload */
	struct reload_line *lines; /* new, changed and removed ones */
	size_t n_lines;
};
/* systemd is running. False (a chroot, a container) is reported. */
bool reload_is_possible(void);
void reload_free(struct reload *reload);

/* Once per name; `line` NULL: removed. */
void reload_add_line(struct reload *reload, const char *name, const struct line *line);

/* Before the files change: finds the state of the lines, stops the units of removed ones. A call is
 * never ended: -EBUSY when one is up on a line that is removed or gets another location; then
 * nothing was stopped. 0 or -errno, reported. */
MUST_CHECK int reload_before(struct reload *reload);
/* After it. A busy line keeps its call and is counted as deferred: it reads its files after the
 * call. 0 or the first -errno, reported; the rest is still done. */
MUST_CHECK int reload_after(const struct reload *reload, struct apply_summary *summary);
/* Starts the lines that have a modem and whose units are stopped: their devices start them only
 * when they are plugged in again. Without systemd nothing. 0 or the first -errno, reported. */
MUST_CHECK int reload_start_stopped(const struct site *site, struct apply_summary *summary);
