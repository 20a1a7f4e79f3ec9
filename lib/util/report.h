/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Messages: one line per failure on stderr (or to syslog, for programs whose stderr is a modem). */
#pragma once

#include <errno.h>

#include "util/base.h"

/*
 * The return type determines which function reports a failure:
 *   int, 0 or -errno   the caller reports: it knows the object and what follows from the failure
 *   enum reported      the function has reported, once; the caller goes on or gives up, and never
 *                      hands the value to strerror()
 *   enum, bool         an answer, with the reason for people in `ret_why` where there is one; the
 *                      caller reports
 *   void               a failure ends nothing; what is worth a line is reported there
 */
enum reported {
	REPORTED_OK = 0,
	REPORTED_FAILED = -EIO, /* also where it is passed on as an int */
};

enum report_level {
	REPORT_ERROR,
	REPORT_WARNING,
	REPORT_INFO,
	REPORT_DEBUG,
};

/* Set once in main. `program` prefixes each line; levels above `max` are not shown. */
void report_init(const char *program, enum report_level max);
/* From now on messages go to syslog (facility daemon) and not to stderr. */
void report_to_syslog(const char *ident);

/* Lower case, object, verb, reason; no newline, never a secret. */
void report_error(const char *fmt, ...) PRINTF_LIKE(1, 2);
void report_warning(const char *fmt, ...) PRINTF_LIKE(1, 2);
void report_info(const char *fmt, ...) PRINTF_LIKE(1, 2);
void report_debug(const char *fmt, ...) PRINTF_LIKE(1, 2);

/* A line that is replaced by the next one; shown only when stderr is a terminal. */
void report_progress(const char *fmt, ...) PRINTF_LIKE(1, 2);
void report_progress_end(void);

/* Terminal escapes for this descriptor: "" unless it is a terminal and NO_COLOR is unset or empty.
 */
enum report_colour {
	REPORT_COLOUR_NONE,
	REPORT_COLOUR_RED,
	REPORT_COLOUR_GREEN,
	REPORT_COLOUR_YELLOW,
	REPORT_COLOUR_BOLD,
};
const char *report_colour(int fd, enum report_colour colour);
