/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How modems of different makers are told the same things: rows of AT commands, and what one line's
 * modem is told. */
#pragma once

#include "site.h"
#include "util/text.h"

/* All command bodies are without AT, at most 38 characters when joined. NULL ends each list. */
struct dialect {
	const char *name;  /* "cnxt" */
	const char *title; /* for people */
	const char *const
		*groups;         /* in order; "E0 V1 Q0 X4 W2": the commands of one command line */
	const char *const *flow; /* those that switch RTS/CTS on, first accepted wins */
	const char *const *optional; /* no loss where they are refused; may be NULL */
	const char *const
		*caller_id; /* those that switch formatted caller ID on, first accepted wins */
	const char *const
		*max_rate; /* see dialect_format_rate ("+MS=V34,1,300,%u"), first accepted wins */
};
/* NULL when there is none of that name */
const struct dialect *dialect_find(const char *name);
/* The i-th, NULL at the end: for help and tests */
const struct dialect *dialect_at(size_t i);

/* One command line after the other, without AT, as this line's modem is told them: groups, flow
 * control, optional ones, max-rate, the administrator's own (line->init), caller ID last (some
 * modems forget it at &F). Commands in line->without are left out. line->flow NULL: the dialect's,
 * where it has only one. Appends blank-separated bodies. 0 or -EINVAL with the reason for people
 * (an unknown dialect, ...). */
MUST_CHECK int dialect_commands(const struct line *line, struct text *out, const char **ret_why);

/* --- parts, to try them one by one --- */

/* Appends the commands of a group as one command line, without those in `without` (blank separated,
 * may be NULL). */
void dialect_join(const char *group, const char *without, struct text *out);
/* A max_rate row made a command: %u is bit/s, %n the number that U.S. Robotics gives that rate. The
 * caller owns it. */
char *dialect_format_rate(const char *format, unsigned rate);
/* A word of a blank-separated list (NULL: empty). */
bool dialect_has_word(const char *words, const char *word);
void dialect_add_word(char **words, const char *word); /* once only */
