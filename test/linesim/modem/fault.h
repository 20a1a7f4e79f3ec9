/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stddef.h>

/* What may be wrong with one modem; all zero: nothing. */
struct faults {
	long silent;        /* hears, never answers */
	long garbled;       /* both directions as at a wrong speed, whatever the speed */
	long slow_ms;       /* for Z and &F; other lines take up to 250 ms, and DTR makes it deaf */
	long stuck_dcd;     /* always on */
	long no_dcd;        /* never on */
	long stuck_cts;     /* always off */
	long phantom;       /* CONNECT without anybody, NO CARRIER right after */
	long no_caller_id;  /* none, though asked for */
	long two_caller_id; /* a wrong one before the right one */
	long deaf_ms;       /* after plug-in */
	long fixed_speed;   /* RS-232: this one and no other; 0: as the personality has it */
	long stored_speed;  /* RS-232: as if &W had kept it */
	char refuse[64];    /* commands answered by ERROR, separated by commas */
	char stored[64];    /* commands whose effect is in the stored profiles */
};

/* -ENOENT: no such fault; -ERANGE: no value of it. */
int fault_set(struct faults *faults, const char *name, const char *value);

/* For help: the i-th fault or NULL, with its meaning. */
const char *fault_name(size_t i, const char **ret_help);
