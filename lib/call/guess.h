/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Failed logins, and how long they keep the next answer waiting; pure. A caller is known by number,
 * or where the modem tells none, by the line alone. Times are seconds of base_now_ms(), a clock
 * that nobody sets; all of it is lost at a reboot.
 */
#pragma once

#include "site.h"

#define GUESS_NUMBER_MAX 31   /* digits; E.164 has 15 */
#define GUESS_ROWS_MAX   256  /* whoever calls from ever new numbers fills no memory */
#define GUESS_MEMORY_S   3600 /* so long after the last one they are forgotten */
#define GUESS_DOUBLINGS  3    /* of site.guess_delay_s */

struct guess_count {
	unsigned n; /* in a row */
	int64_t at; /* the last one */
};
struct guess_row {
	char line[SITE_LINE_NAME_MAX + 1]; /* the one it called last */
	char number[GUESS_NUMBER_MAX + 1]; /* digits; "": all callers of this line who told none */
	struct guess_count count;
};
struct guess_table {
	struct guess_row rows[GUESS_ROWS_MAX];
	size_t n;
};

/* The digits of a caller ID; "" where it has none ("P", "PRIVATE"). */
void guess_take_number(char dst[static GUESS_NUMBER_MAX + 1], const char *caller_id);

/* 0 when they are forgotten. */
unsigned guess_current(const struct guess_count *count, int64_t now);
void guess_count_one(struct guess_count *count, int64_t now);

/* One more of this caller: how many in a row that makes. A full table loses its most harmless row.
 */
unsigned guess_add(struct guess_table *table, const char *line, const char *number, int64_t now);
/* After a good login. True when there was something to forget. */
bool guess_forget(struct guess_table *table, const char *line, const char *number);

/* Seconds for which this caller must not be answered yet, at most guess_delay_s doubled
 * GUESS_DOUBLINGS times. Counted are the caller's own failures, and how many different numbers
 * failed on the line: a number can be forged. */
unsigned guess_wait_s(const struct guess_table *table, const struct site *site, const char *line,
		      const char *number, int64_t now);
