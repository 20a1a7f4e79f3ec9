/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Three simulated modems and their exchange without I/O: hosts are buffers, time passes by request.
 */
#pragma once

#include "exchange/exchange.h"
#include "exchange/line-settings.h"
#include "modem/line.h"
#include "modem/modem.h"

/* A host made of buffers: output of the modem, and its lines. */
struct host {
	struct port port;
	struct modem *modem;
	char said[8192];
	size_t len;
	uint8_t lines;
	unsigned int cts_changes;
	bool writes; /* within peer_give: a back-end must not be told of lines there */
	bool reads;  /* false: bytes are not taken, as without a pending URB */
};

/* 0 is "isp" at number 100, 1 is "second" at 101, 2 is "caller" at 200. */
struct bench {
	struct clock clock;
	struct line_settings settings;
	struct event_log log;
	struct exchange exchange;
	struct modem modem[3];
	struct host host[3];
};

/* isp and second of that personality; all plugged in, ports open at the modem's speed. free() it.
 */
struct bench *bench_make(const char *persona);

/* Let time pass in steps, as the main loop does. */
void bench_pass(struct bench *bench, long ms);

/* As peer_give. */
size_t bench_give(struct bench *bench, size_t i, const void *bytes, size_t len);

/* The host writes; what the modem does not take at once is written again as time passes. */
void bench_type(struct bench *bench, size_t i, const char *text);

/* Lines, each with its CR and 20 ms for the response, which is discarded. NULL: none. */
void bench_type_lines(struct bench *bench, size_t i, const char *lines);

/* The host reads what is pending. */
void bench_read(struct bench *bench, size_t i);

void bench_forget(struct bench *bench);

/* Check that the modem's output since is exactly this; otherwise print what and abort(). */
void bench_expect(struct bench *bench, size_t i, const char *said, const char *what);
