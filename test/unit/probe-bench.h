/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fake modems on pseudo terminals, each played by a process that counts what it was sent; time
 * passes at half speed. */
#pragma once

#include <termios.h>

#include "modem/probe.h"

struct answer {
	const char *command;
	const char *text; /* information text, or NULL: ERROR */
};

struct fake {
	const char *name;
	const struct answer *answers; /* NULL: says nothing to AT commands */
	bool echo, numeric, quiet;
	unsigned delay_ms;   /* before each answer */
	unsigned deaf;       /* to that many commands */
	speed_t only_at;     /* hears at this rate only; 0: all */
	const char *unasked; /* sent again and again */
	const char *blurt;   /* said to whatever comes */
	bool held;           /* by a process */
	bool locked;         /* by a lock file */
	enum udev_class class;
	const char *driver, *dialect;

	/* what probe_ports is to make of it */
	enum probe_verdict verdict;
	const char *want_dialect, *modem;
	bool caller_id;
	unsigned max_rate;
	bool is_bridge;
	int n_commands; /* exactly that many; -1: any */
	const char *why;
};

/* Shared with the process that plays the modem. */
struct record {
	int n_commands, n_forbidden, n_too_soon, n_slow_speed;
};

struct stage {
	struct udev_port port;
	struct record *record;
	pid_t pid;
};

/* Ended by { NULL, NULL }. */
extern const struct answer conexant[];

/* A directory for lock files, and a record for each of n modems; zeroed. NULL: there is none. */
struct record *open_theatre(size_t n);
void close_theatre(void);

/* The modem plays from now on, and what it was sent is in the record. */
void raise_curtain(const struct fake *fake, struct stage *stage, struct record *record);
void drop_curtain(struct stage *stage);

/* Lock files that are there. */
unsigned count_locks(void);
