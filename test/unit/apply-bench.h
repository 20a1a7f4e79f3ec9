/* SPDX-License-Identifier: GPL-2.0-or-later */
/* apply on a whole machine in a directory; systemd, udev and the tty module are fakes that write
 * down what is asked of them. */
#pragma once

#include <sys/types.h>

#include "apply/apply.h"

/* What the fakes say. */
struct world {
	bool no_systemd;
	const char *failing; /* verb or unit whose job fails */
	pid_t line2_pid;
	const char *line2_active; /* its unit's state; NULL: as line2_pid says */
	const char *stopped;      /* unit that is listed as inactive */
	const char *edited;       /* file that is edited while a unit is stopped */
	unsigned n_locked;        /* so many looks at line2's lock find it held */
	bool plugged;             /* line3's modem */
};
extern struct world world;

extern struct site site;
extern const struct apply_options plain, forced, dry;

/* Host is the last octet of its address. */
void add_line(const char *name, const char *socket, unsigned host);

void put(const char *path, const char *content, mode_t mode);
bool has(const char *path, const char *needle);

/* One apply: its result and exactly these events. */
#define run_apply(options, want_r, want_events) run_apply_at(__LINE__, options, want_r, want_events)
struct apply_summary run_apply_at(int line, const struct apply_options *options, int want_r,
				  const char *want_events);

/* The line is that of the caller. */
void check_nothing_to_do(int line);

#define THEIR_CONFIG  "debug 9\n"
#define THEIR_SECRETS "guest * \"\" -\n"
/* The first apply, beside the system's mgetty.config and pap-secrets: lines line1 and line2, one
 * account. */
void apply_first(void);

/* The tests are run in a root directory of their own. main's exit status: 77 where none can be
 * made. */
int apply_on_machine(void (*tests)(void));
