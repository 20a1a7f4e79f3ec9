/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "modem/state.h"

/* The fields of the first group are set; the rest is set here. modem->peer is then usable. */
void modem_init(struct modem *modem);

/*
 * Switch a fault on or off: value is "on", "off", or what the fault takes
 * (milliseconds, bit/s, commands). -ENOENT: no such fault; -ERANGE: not a
 * value of it. It may be plugged in or not. fault_name lists them.
 */
int modem_set_fault(struct modem *modem, const char *fault, const char *value);

/* Dial as if by ATD; -EBUSY when not idle, -ENODEV while unplugged. */
int modem_dial(struct modem *modem, const char *number);

/* idle, ringing, dialling, answering, online, command */
const char *modem_state(const struct modem *modem);
