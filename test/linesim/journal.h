/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct clock;

enum {
	DIALOGUE_ROWS = 160,
	DIALOGUE_TEXT = 96
};

/* The last rows of what one modem and its host said to each other. */
struct dialogue {
	size_t written; /* rows ever; the newest is written - 1 */
	struct {
		int64_t at_ms;
		char text[DIALOGUE_TEXT];
	} rows[DIALOGUE_ROWS];
};

/* Where events go: one line each, "+seconds name text". out may be NULL. */
struct journal {
	const struct clock *clock;
	FILE *out;
};

/* Report one event of the modem or telephone called who. */
void journal_event(struct journal *journal, const char *who, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Report an event and keep it as a row; control characters become blanks. */
void journal_say(struct journal *journal, struct dialogue *dialogue, const char *who,
		 const char *arrow, const char *text);

/* Row i of those still kept, oldest first; NULL past the newest. */
const char *dialogue_row(const struct dialogue *dialogue, size_t i, int64_t *ret_at_ms);
