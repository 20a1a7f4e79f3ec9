/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "clock.h"
#include "fifo.h"

struct subscriber;

enum {
	PIPE_CHUNKS = 256
};

/* One direction of a call: bytes leave at the line's pace and arrive latency_ms later. */
struct pipe {
	struct clock *clock;
	struct subscriber *from;
	struct subscriber *to;
	long bytes_per_s;
	long latency_ms;
	bool frozen;

	bool pacing; /* on_pace is at work */
	long credit; /* thousandths of a byte that may leave */
	int64_t last_ms;
	struct timer pace;
	struct timer arrive;
	struct fifo flight;
	size_t first, chunks;
	struct {
		int64_t due_ms;
		size_t len;
	} chunk[PIPE_CHUNKS];
};

/* The fields of the first group are set; empties the rest. */
void pipe_open(struct pipe *pipe);

/* Something changed at either end: bytes to send, room to receive. */
void pipe_kick(struct pipe *pipe);

void pipe_freeze(struct pipe *pipe, bool frozen);

/* An orderly end (V.42 DISC): what the sender still holds reaches the far end first. */
void pipe_flush(struct pipe *pipe);

void pipe_close(struct pipe *pipe);
