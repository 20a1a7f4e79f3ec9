/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "clock.h"
#include "fifo.h"
#include "journal.h"
#include "modem.h"
#include "persona.h"
#include "record.h"

struct usb_kind;

enum {
	GADGET_LINE = 80
};

/* One kind of device with a serial port that is no telephone modem: what it says by itself, and
 * when. */
struct gadget_kind {
	const char *name;
	const char *about;
	const struct usb_kind *usb;     /* NULL: it has a plug for a serial port only */
	uint8_t lines;                  /* of an RS-232 one, and SERIAL_STATE */
	bool resets;                    /* a rising DTR restarts it */
	const char *says;               /* after DTR rose; NULL: nothing */
	long first_ms, every_ms;        /* 0: once */
	const struct text_row *answers; /* to whole lines; NULL: to none */
};

/* NULL when there is none of that name; the i-th, NULL at the end. */
const struct gadget_kind *gadget_find_kind(const char *name);
const struct gadget_kind *gadget_kind_at(size_t i);

struct gadget {
	char name[NAME_MAX_LEN + 1];
	const struct gadget_kind *kind;
	struct clock *clock;
	struct journal *journal;

	struct port *port; /* the one last opened or written to */
	bool powered;
	unsigned int open; /* ports with DTR on */
	struct fifo out;
	struct timer say;
	char line[GADGET_LINE];
	size_t line_len;
	long speed;

	/* for proofs: what was done to it, ever */
	unsigned int dtr_rises;
	uint64_t host_bytes;
	struct record record;
	struct dialogue dialogue;
};

/* The first group is set by the caller; the rest here. */
void gadget_init(struct gadget *gadget);

void gadget_power_on(struct gadget *gadget, struct port *port);
void gadget_power_off(struct gadget *gadget, const struct port *port);
void gadget_give(struct gadget *gadget, struct port *port, const uint8_t *bytes, size_t len);
size_t gadget_take(struct gadget *gadget, const struct port *port, uint8_t *ret_bytes, size_t max);
void gadget_dtr(struct gadget *gadget, struct port *port, bool on);
void gadget_speed(struct gadget *gadget, long speed);
