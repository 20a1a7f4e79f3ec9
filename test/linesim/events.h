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

/* Transcript of one modem and its host: the last rows. */
struct transcript {
	size_t written; /* rows ever; the newest is written - 1 */
	struct {
		int64_t at_ms;
		char text[TRANSCRIPT_TEXT];
	} rows[TRANSCRIPT_ROWS];
};

/* The event log: one line each, "+seconds name text". out NULL: none is written. */
struct event_log {
	const struct clock *clock;
	FILE *out;
};

/* Log one event of the modem or telephone of that name. */
void event_log_add(struct event_log *log, const char *who, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Log an event and add it to the transcript; control characters become blanks. */
void event_log_say(struct event_log *log, struct transcript *transcript, const char *who,
		   const char *arrow, const char *text);

/* Row i of those still kept, oldest first; NULL past the newest. */
const char *transcript_row(const struct transcript *transcript, size_t i, int64_t *ret_at_ms);
