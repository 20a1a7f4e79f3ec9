/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The main loop: descriptors by epoll, timers by the clock. */
#include "loop.h"

#include <errno.h>
#include <limits.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"

static int64_t monotonic_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int loop_init(struct loop *loop, struct clock *clock)
{
	loop->clock = clock;
	loop->start_ms = monotonic_ms();
	loop->quit = false;
	loop->epoll = epoll_create1(EPOLL_CLOEXEC);
	return loop->epoll < 0 ? -errno : 0;
}

int loop_add(struct loop *loop, struct watch *watch, uint32_t events)
{
	struct epoll_event event = { .events = events, .data.ptr = watch };

	return epoll_ctl(loop->epoll, EPOLL_CTL_ADD, watch->fd, &event) < 0 ? -errno : 0;
}

void loop_change(struct loop *loop, struct watch *watch, uint32_t events)
{
	struct epoll_event event = { .events = events, .data.ptr = watch };

	epoll_ctl(loop->epoll, EPOLL_CTL_MOD, watch->fd, &event);
}

void loop_close(struct loop *loop, struct watch *watch)
{
	if (watch->fd < 0)
		return;
	epoll_ctl(loop->epoll, EPOLL_CTL_DEL, watch->fd, NULL);
	close(watch->fd);
	watch->fd = -1;
}

void loop_run(struct loop *loop)
{
	struct epoll_event event;
	int64_t wait_ms;

	while (!loop->quit) {
		clock_run(loop->clock, monotonic_ms() - loop->start_ms);
		wait_ms = clock_next(loop->clock);
		/*
		 * One event at a time: a handler may close another watch, and what
		 * epoll reported about that one before must not be acted upon.
		 */
		if (epoll_wait(loop->epoll, &event, 1, wait_ms > INT_MAX ? INT_MAX : (int)wait_ms) <
		    1)
			continue;
		struct watch *watch = event.data.ptr;

		loop->clock->now_ms = monotonic_ms() - loop->start_ms;
		watch->ready(watch, event.events);
	}
}
