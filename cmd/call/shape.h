/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The shaper of a call: set before its first packet, corrected while it lasts. */
#pragma once

#include "call/calldb.h"
#include "net/shaper.h"
#include "site.h"

/* What has gone to the caller. */
struct call_drain {
	uint64_t sent;   /* octets that the modem has taken so far */
	unsigned queued; /* octets that wait for it, behind the link's own queue */
};

/* What is to be done for a call, by what its modem said. */
struct call_pace {
	enum calldb_shaping shaping;
	unsigned rate, mtu;
};
/* `line` may be NULL: the site's defaults. `rate`: of the line, bit/s; 0: not said. Pure. */
void call_find_pace(const struct site *site, const struct line *line, unsigned rate,
		    struct call_pace *ret);

/* Puts the shaper before the call's link, and writes into the record what was done; the caller
 * saves it. A failure is reported and ends no call. */
void call_shape_set(const struct site *site, const char *line, struct calldb_call *call);

enum call_shape_state {
	CALL_SHAPE_WAITING, /* for the shaper, which is set after the login */
	CALL_SHAPE_ACTIVE,
	CALL_SHAPE_OVER, /* no shaper, or set by hand since */
};
/* For the process beside pppd: all zero but the line's name at first. */
struct call_shape {
	const char *line;
	enum call_shape_state state;
	int link;
	struct call_drain drain; /* last */
	struct shaper_recipe recipe;
	struct shaper_tune tune;
};
/* Call after sending `bytes` octets to the modem. */
void call_shape_pass(struct call_shape *shape, unsigned bytes, int64_t now_ms);
/* Once a second, less often on an idle link: corrects a shaper rate that is above the line rate, or
 * far below it where it was assumed. */
void call_shape_check(struct call_shape *shape, const struct call_drain *drain, int64_t now_ms);
