/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What was asked and said, in the lines of a modem file. */
#pragma once

#include "util/text.h"

enum {
	TRANSCRIPT_PARTS = 32 /* of one answer */
};

struct transcript {
	struct text lines;   /* finished */
	struct text command; /* of the present answer; empty: nothing asked yet */
	struct text answer;  /* bytes as they came */
	struct {
		size_t at;         /* where in the answer it begins */
		unsigned pause_ms; /* before it */
	} parts[TRANSCRIPT_PARTS];
	size_t n_parts;
	int64_t last; /* when anything was sent or heard */
};

void transcript_sent(struct transcript *transcript, const char *command);
void transcript_heard(struct transcript *transcript, const char *bytes, size_t n);
void transcript_forget(
	struct transcript *transcript); /* what was said so far is not worth keeping */
const char *
transcript_lines(struct transcript *transcript); /* all of them; good until the next call */
void transcript_free(struct transcript *transcript);

/* Makes 0 of what could name a person or a thing: runs of 7 digits and more, and letters and digits
 * behind "serial number" and a caller's "NAME =". */
void transcript_mask(char *bytes, size_t n);
