/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct modem;

void rs232_init(struct modem *modem);
void rs232_power_on(struct modem *modem);
void rs232_power_off(struct modem *modem);

/* Whether host and modem run at different speeds, so that each receives noise. */
bool rs232_speeds_differ(const struct modem *modem);

/* A speed set by a reset or a fault applies once all output before it has been sent. */
void rs232_apply_speed(struct modem *modem);

/* Whether the modem does autobauding now, at the speed of its host. */
bool rs232_may_detect(const struct modem *modem);

/*
 * Autobauding: take over the host's speed if these bytes hold AT or at. Returns how many bytes
 * there are up to the T, and the two letters; 0: no such prefix.
 */
size_t rs232_detect(struct modem *modem, const uint8_t *bytes, size_t len, uint8_t ret_prefix[2]);

/* What the modem receives of bytes sent at another speed. max: SERIAL_WORSE times len is enough. */
size_t rs232_mishear(const struct modem *modem, const uint8_t *bytes, size_t len,
		     uint8_t *ret_noise, size_t max);

/* How many of len bytes the host's UART has sent by now; writable is called for the rest. */
size_t rs232_arrived(struct modem *modem, size_t len);

/* Take bytes for the host at the rate of the wire, as it receives them. */
size_t rs232_take(struct modem *modem, uint8_t *ret_bytes, size_t max);

/* Set CTS by the fill of the buffer towards the line, and report the lines to the port. */
void rs232_watch_buffer(struct modem *modem);
