/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct loop;
struct peer;
struct usb_id;
struct usb_kind;

/* A device with a plug, before it is created. */
struct backend_device {
	const char *name;
	const struct usb_kind *kind;
	const struct usb_id *id;
};

/* How devices reach their host: USB, or pseudo terminals. */
struct backend {
	/* What all devices share; NULL when out of memory. dir: where pty links go, or NULL.
	 */
	void *(*open)(struct loop *loop, const char *dir);

	/* One device's host side: created once, plugged and unplugged many times. 0 or -errno. */
	int (*create)(void *bus, const struct backend_device *device, void **ret_plug);

	/*
	 * What is behind the device's port, NULL: nothing; one that is plugged in has power at
	 * once. -ENOTSUP: not with this back-end.
	 */
	int (*connect)(void *plug, unsigned int port, struct peer *peer);

	/* Unplugs as well; NULL is accepted. */
	void (*destroy)(void *plug);

	/* number: wanted port or -1 for the same as before, else any free one. -EBUSY, -ENOSPC, ...
	 */
	int (*plug)(void *plug, int number);
	void (*unplug)(void *plug);
	bool (*is_plugged)(const void *plug);

	/* Control requests of the host are not answered until it is unplugged. -ENOTSUP: not with
	 * this back-end. */
	int (*wedge)(void *plug, bool on);

	/* The host has configured the device and may open it. */
	bool (*is_ready)(const void *plug);

	/* For "tty": "vhci 3", "vhci 3 1" for the second port of several, "pts /dev/pts/5". For
	 * "list": "3", "/dev/pts/5", "-". port -1: the whole device. */
	void (*describe)(const void *plug, int port, bool brief, char *ret_text, size_t size);
};
