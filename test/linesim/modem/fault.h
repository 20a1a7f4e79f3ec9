/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stddef.h>

/* Faults of one modem; all zero: none. */
struct faults {
	long silent;        /* receives, never responds */
	long garbled;       /* noise both ways, at any speed */
	long slow_ms;       /* delay of Z and &F; of other lines up to 250 ms; deaf after DTR */
	long stuck_dcd;     /* always on */
	long no_dcd;        /* never on */
	long stuck_cts;     /* always off */
	long phantom;       /* phantom CONNECT, then NO CARRIER */
	long no_caller_id;  /* none, though enabled */
	long two_caller_id; /* a wrong one before the right one */
	long deaf_ms;       /* it ignores its host after plug-in */
	long fixed_speed;   /* RS-232: no other than this; 0: that of the personality */
	long stored_speed;  /* RS-232: as if &W had kept it */
	char refuse[64];    /* commands that give ERROR, separated by commas */
	char stored[64];    /* commands whose effect is in the stored profiles */
};

/* -ENOENT: no such fault; -ERANGE: no value of it. */
int fault_set(struct faults *faults, const char *name, const char *value);

/* For help: the i-th fault or NULL, with its meaning. */
const char *fault_name(size_t i, const char **ret_help);
