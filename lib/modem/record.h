/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What was asked and said, in the lines of a modem file. */
#pragma once

#include "util/text.h"

enum {
	RECORD_PARTS = 32 /* of one answer */
};

struct record {
	struct text lines;   /* finished */
	struct text command; /* of the present answer; empty: nothing asked yet */
	struct text answer;  /* bytes as they came */
	struct {
		size_t at;         /* where in the answer it begins */
		unsigned pause_ms; /* before it */
	} parts[RECORD_PARTS];
	size_t n_parts;
	int64_t last; /* when anything was sent or heard */
};

void record_sent(struct record *record, const char *command);
void record_heard(struct record *record, const char *bytes, size_t n);
void record_forget(struct record *record);       /* what was said so far is not worth keeping */
const char *record_lines(struct record *record); /* all of them; good until the next call */
void record_free(struct record *record);

/* Makes 0 of what could name a person or a thing: runs of 7 digits and more, and letters and digits
 * behind "serial number" and a caller's "NAME =". */
void record_mask(char *bytes, size_t n);
