/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdint.h>

struct modem;

void signals_init(struct modem *modem);

/* The modem lines as the host sees them; &C, &S and faults are applied. */
uint8_t signals_now(const struct modem *modem);

/* Report them to the port if they changed. */
void signals_update(struct modem *modem);
