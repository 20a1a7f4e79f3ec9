/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Asks ports whether a modem is there, and which: a table of AT steps, all ports in parallel; changes nothing in the modem. */
#pragma once

#include "udev.h"

enum probe_verdict {
	PROBE_VERDICT_MODEM,
	PROBE_VERDICT_SILENT,    /* no answer to AT */
	PROBE_VERDICT_BUSY,      /* somebody has it: never opened */
	PROBE_VERDICT_NOT_MODEM, /* spews, garbage, answers something else */
	PROBE_VERDICT_CELLULAR,
	PROBE_VERDICT_ERROR, /* could not be opened */
};

struct probe_result {
	char port[32];
	enum probe_verdict verdict;
	char why[160]; /* for people; for MODEM empty */
	char ati0[64], ati3[64], maker[64], model[64], revision[64], classes[64], modulations[128],
		gcap[64]; /* cleaned */
	char modem[96];   /* one name for people: "CX93001-EIS_V0.2002-V92" */
	char dialect[16]; /* "cnxt", "generic" */
	bool caller_id;   /* formatted caller ID can be switched on */
	unsigned speed;   /* DTE speed it answered at */
	unsigned took_ms;
};

/* Ports are opened only when nobody has them (tty_find_owner). `tell` (may be NULL) is called as each port is decided.
 * Results in the order of the ports. */
void probe_ports(const struct udev_port *const *ports, size_t n, struct probe_result *results,
		 void (*tell)(const struct probe_result *result));
/* "modem", "silent", "busy", ... */
const char *probe_verdict_name(enum probe_verdict verdict);

/* Waits until the modem answers AT with OK: tries until the deadline. For the moment after plug and DTR drop, when a modem may
 * be deaf for 2-3 s. The port must be free. 0, -ETIMEDOUT, -EBUSY, -errno. */
int probe_wait_ready(const char *name, unsigned speed, unsigned timeout_ms);
