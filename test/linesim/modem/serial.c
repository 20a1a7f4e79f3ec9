/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Arithmetic of an RS-232 line: rate, and what is received at another speed. No I/O. */
#include "modem/serial.h"

enum {
	FRAME_BITS = 10, /* start, eight data, stop */
	UART_FIFO = 16,  /* bytes that a 16550 sends without an interrupt */
};

long serial_bytes_per_s(long speed)
{
	return speed / FRAME_BITS > 0 ? speed / FRAME_BITS : 1;
}

/* The last bit is sampled 9.5 bits after the edge: half a bit is about 5 %, half of it for each
 * end. */
bool serial_is_near(long a, long b)
{
	long apart = a > b ? a - b : b - a;

	return apart * 40 <= b;
}

/* The level of the wire during bit number i of all that is sent; idle is 1. */
static bool wire_level(const uint8_t *bytes, size_t len, int64_t i)
{
	size_t at = (size_t)(i / FRAME_BITS), bit = (size_t)(i % FRAME_BITS);

	if (at >= len || bit == FRAME_BITS - 1)
		return true;
	return bit && bytes[at] >> (bit - 1) & 1;
}

size_t serial_mishear(const uint8_t *bytes, size_t len, long from, long to, uint8_t *ret_bytes,
		      size_t max)
{
	/* Time is counted so that a sent bit lasts `to` and a sampled one `from`. */
	int64_t end = (int64_t)len * FRAME_BITS, i = 0, edge, last;
	size_t got = 0;
	uint8_t byte;

	while (got < max && from > 0 && to > 0) {
		while (i < end && wire_level(bytes, len, i))
			i++;
		if (i >= end)
			return got;
		edge = i * to;
		byte = 0;
		for (int bit = 0; bit < 8; bit++)
			byte |= (uint8_t)(wire_level(bytes, len,
						     (edge + from * bit + from * 3 / 2) / to)
					  << bit);
		last = (edge + from * 9 + from / 2) / to;
		if (wire_level(bytes, len, (edge + from / 2) / to))
			last = i + 1; /* a spike, no start bit */
		else
			ret_bytes[got++] = byte;
		for (i = last > i ? last : i + 1; i < end && !wire_level(bytes, len, i);)
			i++; /* no new start bit before the wire has been idle */
	}
	return got;
}

/* The largest burst after a pause: a FIFO, or what passes in 20 ms. */
static long find_burst(long bytes_per_s)
{
	return bytes_per_s / 50 > UART_FIFO ? bytes_per_s / 50 : UART_FIFO;
}

size_t pace_room(struct pace *pace, int64_t now_ms, long bytes_per_s)
{
	int64_t credit = pace->credit + bytes_per_s * (now_ms - pace->last_ms);
	long most = find_burst(bytes_per_s) * 1000;

	pace->credit = credit < most ? (long)credit : most;
	pace->last_ms = now_ms;
	return (size_t)(pace->credit / 1000);
}

void pace_spend(struct pace *pace, size_t len)
{
	pace->credit -= (long)len * 1000;
}

/* Half of the burst at most: no byte is lost when the clock is late. */
long pace_wait_ms(const struct pace *pace, size_t len, long bytes_per_s)
{
	long most = find_burst(bytes_per_s) / 2, bytes = (long)len < most ? (long)len : most;
	long ms = (bytes * 1000 - pace->credit + bytes_per_s - 1) / bytes_per_s;

	return ms > 1 ? ms : 1;
}
