/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A ring buffer of bytes: buffers of modems, data in flight on a line. */
#include "fifo.h"

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

size_t fifo_push(struct fifo *fifo, const void *bytes, size_t len)
{
	const uint8_t *from = bytes;

	len = smaller(len, fifo_room(fifo));
	for (size_t i = 0; i < len; i++)
		fifo->bytes[(fifo->head + fifo->used + i) % FIFO_SIZE] = from[i];
	fifo->used += len;
	return len;
}

size_t fifo_pop(struct fifo *fifo, void *bytes, size_t max)
{
	uint8_t *to = bytes;
	size_t len = smaller(max, fifo->used);

	for (size_t i = 0; i < len; i++)
		to[i] = fifo->bytes[(fifo->head + i) % FIFO_SIZE];
	fifo->head = (fifo->head + len) % FIFO_SIZE;
	fifo->used -= len;
	return len;
}

size_t fifo_move(struct fifo *from, struct fifo *to, size_t max)
{
	uint8_t chunk[256];
	size_t moved = 0, len;

	max = smaller(max, fifo_room(to));
	while (moved < max && (len = fifo_pop(from, chunk, smaller(max - moved, sizeof(chunk)))))
		moved += fifo_push(to, chunk, len);
	return moved;
}

void fifo_clear(struct fifo *fifo)
{
	fifo->head = 0;
	fifo->used = 0;
}
