/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Failed logins, and how long they delay the next answer; pure. The key is the number of the
 * caller, or the line if the modem reports none. Times are seconds of base_now_ms(), a monotonic
 * clock; all is lost at a reboot.
 */
#pragma once

#include "site.h"

#define LOGIN_LIMIT_NUMBER_MAX 31   /* digits; E.164 has 15 */
#define LOGIN_LIMIT_ROWS_MAX   256  /* limits the memory if numbers are forged */
#define LOGIN_LIMIT_MEMORY_S   3600 /* age of the last one at which they are forgotten */
#define LOGIN_LIMIT_DOUBLINGS  3    /* of site.failed_login_delay_s */

struct login_limit_count {
	unsigned n; /* in a row */
	int64_t at; /* the last one */
};
struct login_limit_row {
	char line[SITE_LINE_NAME_MAX + 1]; /* the one it called last */
	char number[LOGIN_LIMIT_NUMBER_MAX +
		    1]; /* digits; "": all callers of this line without a number */
	struct login_limit_count count;
};
struct login_limit_table {
	struct login_limit_row rows[LOGIN_LIMIT_ROWS_MAX];
	size_t n;
};

/* The digits of a caller ID; "" where it has none ("P", "PRIVATE"). */
void login_limit_take_number(char dst[static LOGIN_LIMIT_NUMBER_MAX + 1], const char *caller_id);

/* 0 if they are forgotten. */
unsigned login_limit_current(const struct login_limit_count *count, int64_t now);
void login_limit_count_one(struct login_limit_count *count, int64_t now);

/* Counts one more failure of this caller and returns the number in a row. A full table loses the
 * row with the fewest failures. */
unsigned login_limit_add(struct login_limit_table *table, const char *line, const char *number,
			 int64_t now);
/* After a successful login. True if there were failures to forget. */
bool login_limit_forget(struct login_limit_table *table, const char *line, const char *number);

/* Seconds for which this caller must not be answered yet, at most failed_login_delay_s doubled
 * LOGIN_LIMIT_DOUBLINGS times. It counts the caller's own failures and the different numbers that
 * failed on the line, because numbers can be forged. */
unsigned login_limit_wait_s(const struct login_limit_table *table, const struct site *site,
			    const char *line, const char *number, int64_t now);
