/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "backend.h"
#include "clock.h"
#include "events.h"
#include "exchange/exchange.h"
#include "exchange/line-settings.h"
#include "loop.h"
#include "peer.h"

struct gadget;
struct modem;
struct usb_kind;

/* A device with a plug: a modem itself, an adapter with modems behind it, another device. */
struct device {
	char name[NAME_MAX_LEN + 1];
	const struct usb_kind *kind;
	unsigned int taken; /* bit n: port n is connected */
	void *plug;
};

/* One named modem or other device. */
struct unit {
	struct peer *peer;
	struct modem *modem; /* one of these two: it contains the peer */
	struct gadget *gadget;
	struct device *device;
	int port; /* of the device; -1: it is the device */
};

/* One running simulator. */
struct sim {
	struct clock clock;
	struct loop loop;
	struct line_settings settings;
	struct event_log log;
	struct exchange exchange;
	const struct backend *backend;
	void *bus; /* the back-end's own */
	struct unit units[SUBSCRIBERS_MAX];
	size_t unit_count;
	struct device *devices[SUBSCRIBERS_MAX];
	size_t device_count;
};

/* All zero until now: default settings, no devices; loop and bus are still to be opened. */
void sim_init(struct sim *sim, const struct backend *backend);

/*
 * Add NAME:NUMBER[:PERSONALITY[@ADAPTER]][:unplugged] and plug it in. Returns
 * NULL, or what is wrong with it; nothing of it is there then.
 */
const char *sim_add(struct sim *sim, const char *spec);

/* NULL when there is none of that name. */
struct unit *sim_find(struct sim *sim, const char *name);

bool sim_is_plugged(const struct sim *sim, const struct unit *unit);

/* Whether the host has configured every device that is plugged in. */
bool sim_is_ready(const struct sim *sim);

/* Unplugs all, so that no device stays behind. */
void sim_free(struct sim *sim);
