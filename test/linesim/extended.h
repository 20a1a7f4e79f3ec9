/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdbool.h>

#include "persona.h"

struct at;

/*
 * Take over "3,0,2" into the current value; empty and missing fields stay as
 * they are. -EINVAL, and nothing taken, when the row's range forbids it.
 */
int extended_set(const struct ext_row *row, const char *value, char in_out_value[EXTENDED_MAX]);

/* The highest carrier rates that +MS allows, and the lowest that it allows both ways, bit/s. */
long extended_receive_max(const struct at *at);
long extended_send_max(const struct at *at, bool is_digital);
long extended_rate_min(const struct at *at);

/* Whether error correction is offered, insisted on, and compression offered. */
bool extended_offers_correction(const struct at *at);
bool extended_demands_correction(const struct at *at);
bool extended_offers_compression(const struct at *at);
