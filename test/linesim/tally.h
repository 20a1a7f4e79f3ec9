/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum {
	TALLY_SPEEDS = 24
};

/* What a host did to one device, counted, so that tests can show what it never did. All zero:
 * empty. */
struct tally {
	unsigned int commands;    /* command lines */
	unsigned int saves;       /* &W */
	unsigned int resets;      /* Z */
	unsigned int escapes;     /* +++ outside a call, or obeyed within one */
	unsigned int destructive; /* a setting without a number, then "?": 0 is written, an
				   * S-register shown */
	unsigned int dropped;     /* bytes of data lost because the buffer was full */
	unsigned int plus;        /* in a row, so far */
	size_t speed_count;
	long speeds[TALLY_SPEEDS]; /* that its port was set to, each once, in the order of their
				    * first use */
};

void tally_speed(struct tally *tally, long speed);

/* Bytes other than data of a call: counts +++. */
void tally_bytes(struct tally *tally, const uint8_t *bytes, size_t len);

/* "commands=3 saves=0 ... speeds=9600,115200"; "speeds=-" when none was set. */
void tally_format(const struct tally *tally, char *ret_text, size_t size);
