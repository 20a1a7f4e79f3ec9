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

/* One direction of a call: bytes leave at the rate of the line and arrive latency_ms later. */
struct pipe {
	struct clock *clock;
	struct subscriber *from;
	struct subscriber *to;
	long bytes_per_s;
	long latency_ms;
	bool frozen;

	bool pacing; /* within on_pace */
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

/* A buffer at either end changed: bytes to send, or room to receive. */
void pipe_kick(struct pipe *pipe);

void pipe_freeze(struct pipe *pipe, bool frozen);

/* Orderly release (V.42 DISC): what the sender still holds is delivered first. */
void pipe_flush(struct pipe *pipe);

void pipe_close(struct pipe *pipe);
