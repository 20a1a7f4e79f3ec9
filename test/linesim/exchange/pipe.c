/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One direction of a telephone line: rate, latency, finite buffers. No I/O. */
#include "exchange/pipe.h"

#include "exchange/subscriber.h"

/* A block of this many bytes leaves at once: about the payload of a short LAPM frame. */
static const long block_bytes = 64;

/* LAPM window of 15 frames of 128 bytes (V.42 9.2.3, 9.2.4), besides the data in flight.
 */
static const long window_bytes = 15 * 128;

/* Take at most max bytes from the sender. */
static size_t take_sent(struct pipe *pipe, size_t max)
{
	size_t len = fifo_move(&pipe->from->tx, &pipe->flight, max);

	if (len)
		pipe->from->ops->sent(pipe->from);
	return len;
}

static long smaller(long a, long b)
{
	return a < b ? a : b;
}

static void arm_pace(struct pipe *pipe)
{
	long bytes = smaller(block_bytes, (long)pipe->from->tx.used);
	long ms = (bytes * 1000 - pipe->credit + pipe->bytes_per_s - 1) / pipe->bytes_per_s;

	clock_arm(pipe->clock, &pipe->pace, ms > 1 ? ms : 1);
}

static void arm_arrive(struct pipe *pipe)
{
	if (pipe->chunks)
		clock_arm(pipe->clock, &pipe->arrive,
			  pipe->chunk[pipe->first].due_ms - pipe->clock->now_ms);
}

/* False when the receiver is not ready (LAPM RNR): the sender then waits for pipe_kick. */
static bool launch(struct pipe *pipe, size_t max)
{
	size_t last = (pipe->first + pipe->chunks) % PIPE_CHUNKS, len = 0;
	long window = window_bytes + pipe->bytes_per_s * pipe->latency_ms / 1000;

	if (pipe->chunks < PIPE_CHUNKS && (long)pipe->flight.used < window)
		len = take_sent(pipe, max);
	if (!len)
		return false;
	pipe->credit -= (long)len * 1000;
	pipe->chunk[last].due_ms = pipe->clock->now_ms + pipe->latency_ms;
	pipe->chunk[last].len = len;
	pipe->chunks++;
	if (pipe->chunks == 1)
		arm_arrive(pipe);
	return true;
}

static void on_pace(void *arg)
{
	struct pipe *pipe = arg;
	int64_t now_ms = pipe->clock->now_ms;
	bool moved;

	if (pipe->frozen)
		return;
	pipe->credit += pipe->bytes_per_s * (long)(now_ms - pipe->last_ms);
	pipe->last_ms = now_ms;
	pipe->pacing = true; /* the sender may refill its buffer and kick meanwhile */
	moved = pipe->credit < 1000 || launch(pipe, (size_t)(pipe->credit / 1000));
	pipe->pacing = false;
	if (!moved)
		return;
	pipe->credit = smaller(pipe->credit, block_bytes * 1000);
	if (pipe->from->tx.used)
		arm_pace(pipe);
}

static void on_arrive(void *arg)
{
	struct pipe *pipe = arg;
	size_t len, room;

	while (!pipe->frozen && pipe->chunks &&
	       pipe->chunk[pipe->first].due_ms <= pipe->clock->now_ms) {
		len = pipe->chunk[pipe->first].len;
		room = pipe->to->ops->room(pipe->to);
		if (!room)
			return; /* pipe_kick is called when the host has read */
		len = len < room ? len : room;
		pipe->chunk[pipe->first].len -= len;
		if (!pipe->chunk[pipe->first].len) {
			pipe->first = (pipe->first + 1) % PIPE_CHUNKS;
			pipe->chunks--;
		}
		pipe->to->ops->receive(pipe->to, &pipe->flight, len);
	}
	pipe_kick(pipe);
}

void pipe_kick(struct pipe *pipe)
{
	if (pipe->frozen)
		return;
	if (pipe->from->tx.used && !pipe->pace.slot && !pipe->pacing) {
		pipe->credit = 0;
		pipe->last_ms = pipe->clock->now_ms;
		arm_pace(pipe);
	}
	if (!pipe->arrive.slot)
		arm_arrive(pipe);
}

void pipe_freeze(struct pipe *pipe, bool frozen)
{
	pipe->frozen = frozen;
	clock_disarm(pipe->clock, &pipe->pace);
	clock_disarm(pipe->clock, &pipe->arrive);
	pipe_kick(pipe);
}

void pipe_flush(struct pipe *pipe)
{
	size_t room;

	if (pipe->frozen)
		return;
	take_sent(pipe, FIFO_SIZE);
	room = pipe->to->ops->room(pipe->to);
	if (room && pipe->flight.used)
		pipe->to->ops->receive(pipe->to, &pipe->flight, room);
}

void pipe_close(struct pipe *pipe)
{
	clock_disarm(pipe->clock, &pipe->pace);
	clock_disarm(pipe->clock, &pipe->arrive);
}

void pipe_open(struct pipe *pipe)
{
	pipe->frozen = false;
	pipe->pacing = false;
	pipe->credit = 0;
	pipe->first = 0;
	pipe->chunks = 0;
	pipe->pace = (struct timer){ .fire = on_pace, .arg = pipe };
	pipe->arrive = (struct timer){ .fire = on_arrive, .arg = pipe };
	fifo_clear(&pipe->flight);
}
