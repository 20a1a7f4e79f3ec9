/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One heap of timers: a hundred idle modems cost one sleep. */
#include "clock.h"

#include <stdbool.h>

static void put_timer(struct clock *clock, size_t slot, struct timer *timer)
{
	clock->heap[slot] = timer;
	timer->slot = slot;
}

static void sift_up(struct clock *clock, size_t slot)
{
	struct timer *timer = clock->heap[slot];

	while (slot > 1 && clock->heap[slot / 2]->due_ms > timer->due_ms) {
		put_timer(clock, slot, clock->heap[slot / 2]);
		slot /= 2;
	}
	put_timer(clock, slot, timer);
}

static void sift_down(struct clock *clock, size_t slot)
{
	struct timer *timer = clock->heap[slot];
	size_t child;

	while ((child = 2 * slot) <= clock->count) {
		if (child < clock->count &&
		    clock->heap[child + 1]->due_ms < clock->heap[child]->due_ms)
			child++;
		if (clock->heap[child]->due_ms >= timer->due_ms)
			break;
		put_timer(clock, slot, clock->heap[child]);
		slot = child;
	}
	put_timer(clock, slot, timer);
}

void clock_disarm(struct clock *clock, struct timer *timer)
{
	size_t slot = timer->slot;
	struct timer *last;

	if (!slot)
		return;
	timer->slot = 0;
	last = clock->heap[clock->count--];
	if (last == timer)
		return;
	put_timer(clock, slot, last);
	sift_up(clock, slot);
	sift_down(clock, last->slot);
}

void clock_arm(struct clock *clock, struct timer *timer, int64_t in_ms)
{
	clock_disarm(clock, timer);
	timer->due_ms = clock->now_ms + (in_ms > 0 ? in_ms : 0);
	if (clock->count == CLOCK_TIMERS)
		return; /* cannot happen: the number of modems is bounded far below */
	put_timer(clock, ++clock->count, timer);
	sift_up(clock, clock->count);
}

int64_t clock_next(const struct clock *clock)
{
	int64_t in_ms;

	if (!clock->count)
		return -1;
	in_ms = clock->heap[1]->due_ms - clock->now_ms;
	return in_ms > 0 ? in_ms : 0;
}

void clock_run(struct clock *clock, int64_t now_ms)
{
	clock->now_ms = now_ms;
	while (clock->count && clock->heap[1]->due_ms <= now_ms) {
		struct timer *timer = clock->heap[1];

		clock_disarm(clock, timer);
		timer->fire(timer->arg);
	}
}
