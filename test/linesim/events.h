/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct clock;

enum {
	TRANSCRIPT_ROWS = 160,
	TRANSCRIPT_TEXT = 96
};

/* The last rows of what one modem and its host said to each other. */
struct transcript {
	size_t written; /* rows ever; the newest is written - 1 */
	struct {
		int64_t at_ms;
		char text[TRANSCRIPT_TEXT];
	} rows[TRANSCRIPT_ROWS];
};

/* Where events go: one line each, "+seconds name text". out may be NULL. */
struct event_log {
	const struct clock *clock;
	FILE *out;
};

/* Report one event of the modem or telephone called who. */
void event_log_add(struct event_log *log, const char *who, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Report an event and keep it as a row; control characters become blanks. */
void event_log_say(struct event_log *log, struct transcript *transcript, const char *who,
		   const char *arrow, const char *text);

/* Row i of those still kept, oldest first; NULL past the newest. */
const char *transcript_row(const struct transcript *transcript, size_t i, int64_t *ret_at_ms);
