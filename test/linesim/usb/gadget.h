/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "clock.h"
#include "fifo.h"
#include "peer.h"

struct usb_kind;

enum {
	GADGET_LINE = 80
};

/* A response to a whole line; a table of them ends with NULL. */
struct gadget_answer {
	const char *line;
	const char *answer;
};

/* One kind of device with a serial port that is not a telephone modem: its unsolicited data, and
 * when it sends them. */
struct gadget_kind {
	const char *name;
	const char *about;
	const struct usb_kind *usb;          /* NULL: no USB plug of its own */
	uint8_t lines;                       /* modem lines, on RS-232 and in SERIAL_STATE */
	bool resets;                         /* a rising DTR restarts it */
	const char *unsolicited;             /* unsolicited data after DTR rose; NULL: none */
	long first_ms, every_ms;             /* 0: once */
	const struct gadget_answer *answers; /* to command lines; NULL: none */
};

/* NULL when there is none of that name; the i-th, NULL at the end. */
const struct gadget_kind *gadget_find_kind(const char *name);
const struct gadget_kind *gadget_kind_at(size_t i);

/* The first group, of peer name and log, is set before gadget_init. */
struct gadget {
	const struct gadget_kind *kind;
	struct clock *clock;
	struct peer peer;

	struct port *port; /* the one last opened or written to */
	bool powered;
	unsigned int open; /* ports with DTR on */
	struct fifo out;
	struct timer send;
	char line[GADGET_LINE];
	size_t line_len;
	long speed;
};

/* The rest is set; gadget->peer is then usable, behind several ports of one device too. */
void gadget_init(struct gadget *gadget);
