/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "clock.h"

/* How many bytes may pass a wire by now. All zero: not used yet. */
struct pace {
	int64_t last_ms;
	long credit; /* thousandths of a byte */
};

/* The RS-232 side of a modem. */
struct serial {
	long speed;      /* of the modem, bit/s */
	long next_speed; /* applies once all output has been sent; 0: no change */
	char heard;      /* A or a at another speed: T or t may follow; 0: none */
	bool cts_low;    /* its buffer is full */
	struct pace in, out;
	struct timer more_in, more_out;
};

/* How many bytes mishearing makes of one, at most. */
enum {
	SERIAL_WORSE = 5
};

/* Bytes per second at this speed, 8N1. */
long serial_bytes_per_s(long speed);

/* Whether two UARTs at these rates understand each other. */
bool serial_is_near(long a, long b);

/*
 * What a UART at rate `to` makes of bytes sent in a row at rate `from`, 8N1. It
 * samples each bit in its middle and keeps a byte whose stop bit is wrong, as a
 * raw tty does. max: SERIAL_WORSE times len is always enough. Returns how many.
 */
size_t serial_mishear(const uint8_t *bytes, size_t len, long from, long to, uint8_t *ret_bytes,
		      size_t max);

/* How many bytes may pass now. */
size_t pace_room(struct pace *pace, int64_t now_ms, long bytes_per_s);
void pace_spend(struct pace *pace, size_t len);

/* Until some of that many may pass, at least 1. */
long pace_wait_ms(const struct pace *pace, size_t len, long bytes_per_s);
