/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct modem;

void host_init(struct modem *modem);

/* Bytes from the host; returns how many were taken. The rest waits until writable is called. */
size_t host_give(struct modem *modem, const uint8_t *bytes, size_t len);

/* Bytes for the host; returns how many. */
size_t host_take(struct modem *modem, uint8_t *ret_bytes, size_t max);

/* SET_CONTROL_LINE_STATE (USB CDC PSTN 6.3.12), or a pty being opened and closed. */
void host_dtr(struct modem *modem, bool on);

/* RTS of an RS-232 port: with flow control on, a host that dropped it gets no data. */
void host_rts(struct modem *modem, bool on);

/*
 * The rate the host's port is set to, bit/s. To a modem on RS-232 any rate but its own is noise;
 * over CDC-ACM it has no effect.
 */
void host_speed(struct modem *modem, long speed);
