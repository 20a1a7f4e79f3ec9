/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum {
	FIFO_SIZE = 8192
};

/* A bounded queue of bytes; all zero is empty. */
struct fifo {
	size_t head;
	size_t used;
	uint8_t bytes[FIFO_SIZE];
};

static inline size_t fifo_room(const struct fifo *fifo)
{
	return FIFO_SIZE - fifo->used;
}

/* Queue as much as fits; returns how much that was. */
size_t fifo_push(struct fifo *fifo, const void *bytes, size_t len);

/* Take at most max bytes out; returns how many. */
size_t fifo_pop(struct fifo *fifo, void *bytes, size_t max);

/* Move at most max bytes from one queue to the other; returns how many. */
size_t fifo_move(struct fifo *from, struct fifo *to, size_t max);

void fifo_clear(struct fifo *fifo);
