/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Failed logins, and how long they keep the next answer waiting; pure. A caller is known by number,
 * or where the modem tells none, by the line alone. Times are seconds of base_now_ms(), a clock
 * that is never set; all of it is lost at a reboot.
 */
#pragma once

#include "site.h"

#define LOGIN_LIMIT_NUMBER_MAX 31   /* digits; E.164 has 15 */
#define LOGIN_LIMIT_ROWS_MAX   256  /* ever new numbers do not fill the memory */
#define LOGIN_LIMIT_MEMORY_S   3600 /* so long after the last one they are forgotten */
#define LOGIN_LIMIT_DOUBLINGS  3    /* of site.failed_login_delay_s */

struct login_limit_count {
	unsigned n; /* in a row */
	int64_t at; /* the last one */
};
struct login_limit_row {
	char line[SITE_LINE_NAME_MAX + 1]; /* the one it called last */
	char number[LOGIN_LIMIT_NUMBER_MAX +
		    1]; /* digits; "": all callers of this line who told none */
	struct login_limit_count count;
};
struct login_limit_table {
	struct login_limit_row rows[LOGIN_LIMIT_ROWS_MAX];
	size_t n;
};

/* The digits of a caller ID; "" where it has none ("P", "PRIVATE"). */
void login_limit_take_number(char dst[static LOGIN_LIMIT_NUMBER_MAX + 1], const char *caller_id);

/* 0 when they are forgotten. */
unsigned login_limit_current(const struct login_limit_count *count, int64_t now);
void login_limit_count_one(struct login_limit_count *count, int64_t now);

/* One more of this caller: how many in a row that makes. A full table loses its most harmless row.
 */
unsigned login_limit_add(struct login_limit_table *table, const char *line, const char *number,
			 int64_t now);
/* After a good login. True when there was something to forget. */
bool login_limit_forget(struct login_limit_table *table, const char *line, const char *number);

/* Seconds for which this caller must not be answered yet, at most failed_login_delay_s doubled
 * LOGIN_LIMIT_DOUBLINGS times. Counted are the caller's own failures, and how many different
 * numbers failed on the line: a number can be forged. */
unsigned login_limit_wait_s(const struct login_limit_table *table, const struct site *site,
			    const char *line, const char *number, int64_t now);
