/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "modem/persona.h"

/* bit/s: V.92 sends no faster from its analogue end. */
enum {
	ANALOGUE_MAX = 48000
};

/*
 * Take over "3,0,2" into the current value; empty and missing fields stay as
 * they are. -EINVAL, and nothing taken, when the row's range forbids it.
 */
int extended_set(const struct ext_row *row, const char *value, char in_out_value[EXTENDED_MAX]);

/* The best rate of the carrier that a value of +MS begins with, bit/s; 0: not a known one. */
long extended_carrier_max(const char *ms);
