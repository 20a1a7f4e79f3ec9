/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct loop;
struct modem;

/* How modems reach their host. */
struct backend {
	/* What all modems share; NULL when out of memory. dir: where pty links go, NULL otherwise. */
	void *(*open)(struct loop *loop, const char *dir);

	/* One modem's host side: created once, plugged and unplugged many times. 0 or -errno. */
	int (*create)(void *bus, struct modem *modem, void **ret_plug);

	/* Unplugs as well; NULL is accepted. */
	void (*destroy)(void *plug);

	/* number: wanted port or -1 for the same as before, else any free one. -EBUSY, -ENOSPC, ... */
	int (*plug)(void *plug, int number);
	void (*unplug)(void *plug);

	/* The host has configured the device and may open it. */
	bool (*is_ready)(const void *plug);

	/* For "tty": "vhci 3" or "pts /dev/pts/5". For "list": "3", "/dev/pts/5", "-". */
	void (*describe)(const void *plug, bool brief, char *ret_text, size_t size);
};
