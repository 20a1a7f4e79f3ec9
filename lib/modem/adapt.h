/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tries on ports that were accepted (setup, add-line) what their modems can be told: the dialect's
 * commands one line after the other, then what is behind the port: CTS, DCD, speed. Leaves the
 * modem as mgetty will find it; &W is never sent. All ports in parallel, one thread each: a wedged
 * stick blocks an ioctl for 5 s, and no other port.
 */
#pragma once

#include "modem/probe.h"
#include "port/udev.h"
#include "site.h"

enum adapt_verdict {
	ADAPT_VERDICT_READY,
	ADAPT_VERDICT_BUSY,   /* opened or locked by another process meanwhile */
	ADAPT_VERDICT_NO_CTS, /* CTS low on a real serial port: mgetty always runs RTS/CTS and would
			       * hang */
	ADAPT_VERDICT_DEAD,   /* stopped answering */
	ADAPT_VERDICT_ERROR,  /* could not be opened or asked */
};

struct adapt {
	/* in */
	const struct udev_port *port;
	/* dialect, speed as probed, init, max_rate in; flow, without, speed, caller_id, rings,
	 * carrier out */
	struct line *line;
	unsigned best_rate; /* line rate of the modem as probed, bit/s; 0 unknown */
	bool keep_speed;    /* the administrator has named it */
	bool keep_rings;
	/* out */
	enum adapt_verdict verdict;
	char why[160]; /* for people, with the cure; for READY empty */
	/* for people, one per line: refused commands, no flow control, stuck DCD, the adapter's
	 * warning */
	struct text notes;
	unsigned took_ms;
};
/* `tell` (may be NULL) is called in the caller's thread as each is done. */
void adapt_lines(struct adapt *items, size_t n, void (*tell)(const struct adapt *item));
void adapt_free(struct adapt *item);
const char *adapt_verdict_name(enum adapt_verdict verdict);
