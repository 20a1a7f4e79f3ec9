/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The verbs of dialisp-call: one per moment of a call. Rows live beside their code; the table lists them. */
#pragma once

#include <sysexits.h>

#include "calldb.h"
#include "site.h"

struct call_verb {
	const char *name;
	const char *arguments; /* for the usage line */
	const char *help;
	int min_arguments, max_arguments;
	bool to_syslog;                    /* standard error is the caller's modem, the console or nothing */
	int (*run)(int argc, char **argv); /* argv[0] is the first argument; returns the exit status */
};

/* called by the unit */
extern const struct call_verb call_verb_ready, call_verb_end;
/* called by mgetty */
extern const struct call_verb call_verb_ring, call_verb_answer, call_verb_reject;
/* called by pppd */
extern const struct call_verb call_verb_pre_up, call_verb_up, call_verb_down;

/* Ours, and never the 1 by which mgetty's cnd-program refuses a call */
#define CALL_TRY_LATER EX_TEMPFAIL

/* The line name behind a prefix: ("dialisp/", "dialisp/line1") -> "line1"; NULL when it is none of ours. */
const char *call_line_name(const char *prefix, const char *s);
/* "" for a variable that is not set, never NULL */
const char *call_env(const char *name);
/* Seconds since the epoch. */
int64_t call_now(void);
/* Record of the call in progress, or an empty one. */
void call_load(const char *line, struct calldb_call *ret);
/* Saves it; a failure is reported and does not end the call. 0 or -errno */
int call_save(const char *line, const struct calldb_call *call);
