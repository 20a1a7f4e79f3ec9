/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stddef.h>

#include "knob.h"

/* What can be set for the whole exchange, by --set and by "ctl set". */
struct line_settings {
	long ring_on_ms;
	long ring_off_ms;
	long dial_ms;    /* from the last digit to the far end's ring, busy or dial-tone failure */
	long train_ms;   /* from the answer to CONNECT */
	long latency_ms; /* one way */
	long rate;       /* bit/s, the best this line carries */
	long withheld;   /* callers keep their number to themselves */
	long reply_ms;   /* a modem thinks this long about a command line */
	long deaf_ms;    /* a modem hears nothing this long after it acted on a DTR drop */
	long strict;     /* V.250: a command less than 100 ms after a result is lost */
	char pool[24];   /* hunt group: this number rings the first free member */
	char caller_name[24]; /* NAME line of the caller ID */
};

/* Built-in values. */
void line_settings_init(struct line_settings *settings);

/* -ENOENT: no such key; -ERANGE: not a number, or out of range. */
int line_settings_set(struct line_settings *settings, const char *key, const char *value);

/* For help and "ctl settings": the i-th key or NULL, with its meaning. */
const char *line_settings_key(size_t i, const char **ret_help);

/* Write the value of the i-th key as text. */
void line_settings_show(const struct line_settings *settings, size_t i, char *ret_text,
			size_t size);
