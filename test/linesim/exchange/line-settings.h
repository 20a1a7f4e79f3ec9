/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stddef.h>

#include "knob.h"

/* What can be set for the whole exchange, by --set and by "ctl set". */
struct line_settings {
	long ring_on_ms;
	long ring_off_ms;
	long dial_ms;         /* from the last digit to the first ring, busy or missing dial tone */
	long train_ms;        /* from the answer to CONNECT */
	long latency_ms;      /* one way */
	long rate;            /* bit/s, the best this line carries */
	long withheld;        /* caller ID is withheld */
	long reply_ms;        /* from a command line to its response */
	long deaf_ms;         /* a modem ignores its host for so long after a DTR drop */
	long strict;          /* V.250 5.6.1: a command less than 100 ms after a result is lost */
	char pool[24];        /* hunt group: this number rings the first free member */
	char caller_name[24]; /* NAME line of the caller ID */
};

/* Default values. */
void line_settings_init(struct line_settings *settings);

/* -ENOENT: no such key; -ERANGE: not a number, or out of range. */
int line_settings_set(struct line_settings *settings, const char *key, const char *value);

/* For help and "ctl settings": the i-th key or NULL, with its meaning. */
const char *line_settings_key(size_t i, const char **ret_help);

/* Write the value of the i-th key as text. */
void line_settings_show(const struct line_settings *settings, size_t i, char *ret_text,
			size_t size);
