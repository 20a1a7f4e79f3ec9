/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum {
	CLOCK_TIMERS = 4096
};

/* One thing that happens later; slot is 0 while nothing is due. */
struct timer {
	int64_t due_ms;
	size_t slot;
	void (*fire)(void *arg);
	void *arg;
};

/* The simulator's time: all rooms read now_ms, only the main loop advances it. */
struct clock {
	int64_t now_ms;
	size_t count;
	struct timer *heap[CLOCK_TIMERS + 1];
};

/* Fire at now + in_ms; a timer already waiting is moved. */
void clock_arm(struct clock *clock, struct timer *timer, int64_t in_ms);

/* Nothing happens if the timer is not waiting. */
void clock_disarm(struct clock *clock, struct timer *timer);

/* Milliseconds until the next timer, 0 when overdue, -1 when none waits. */
int64_t clock_next(const struct clock *clock);

/* Set the time and fire everything due, earliest first; a timer may arm and disarm others. */
void clock_run(struct clock *clock, int64_t now_ms);
