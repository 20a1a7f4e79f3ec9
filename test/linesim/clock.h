/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum {
	CLOCK_TIMERS = 4096
};

/* One timer; slot is 0 while it is not armed. */
struct timer {
	int64_t due_ms;
	size_t slot;
	void (*fire)(void *arg);
	void *arg;
};

/* The simulator's time: all modules read now_ms, only the main loop advances it. */
struct clock {
	int64_t now_ms;
	size_t count;
	struct timer *heap[CLOCK_TIMERS + 1];
};

/* Fire at now + in_ms; a timer that is armed already is moved. */
void clock_arm(struct clock *clock, struct timer *timer, int64_t in_ms);

/* No effect on a timer that is not armed. */
void clock_disarm(struct clock *clock, struct timer *timer);

/* Milliseconds until the next timer, 0 when overdue, -1 when none is armed. */
int64_t clock_next(const struct clock *clock);

/* Set the time and fire all timers that are due, earliest first; they may arm and disarm others. */
void clock_run(struct clock *clock, int64_t now_ms);
