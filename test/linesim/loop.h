/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct clock;

/* One descriptor that the main loop watches. */
struct watch {
	int fd;
	void (*ready)(struct watch *watch, uint32_t events);
	void *arg;
};

struct loop {
	int epoll;
	struct clock *clock;
	int64_t start_ms;
	bool quit;
};

/* 0 or -errno. */
int loop_init(struct loop *loop, struct clock *clock);

/* Events as for epoll_ctl(2); the watch must stay where it is. */
int loop_add(struct loop *loop, struct watch *watch, uint32_t events);
void loop_change(struct loop *loop, struct watch *watch, uint32_t events);

/* Stop watching and close; fd becomes -1. Harmless when it is -1 already. */
void loop_close(struct loop *loop, struct watch *watch);

/* Until quit is set. */
void loop_run(struct loop *loop);
