/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Asks ports whether a modem is there, and which: a table of AT steps, all ports in parallel;
 * changes nothing in the modem. */
#pragma once

#include <sys/types.h>

#include "port/udev.h"

enum probe_verdict {
	PROBE_VERDICT_MODEM,
	PROBE_VERDICT_SILENT,    /* no answer to AT */
	PROBE_VERDICT_BUSY,      /* used by another process: never opened */
	PROBE_VERDICT_NOT_MODEM, /* unsolicited data, garbage, another kind of response */
	PROBE_VERDICT_CELLULAR,
	PROBE_VERDICT_RINGING, /* a RING came in: a modem, with a call at this moment; left alone */
	PROBE_VERDICT_ERROR,   /* could not be opened */
};

struct probe_result {
	char port[32];
	enum probe_verdict verdict;
	char why[160]; /* for people; for MODEM empty */
	pid_t owner;   /* BUSY: the process that has it; 0: unknown */
	char ati0[64], ati3[64], maker[64], model[64], revision[64], classes[64], modulations[128],
		gcap[64]; /* cleaned */
	char options[64]; /* what U.S. Robotics lists in ATI7: "V32bis,V.80,V.34+,V.90,V.92" */
	char modem[96];   /* one name for people: "CX93001-EIS_V0.2002-V92" */
	char dialect[16]; /* "cnxt", "generic" */
	bool caller_id;   /* formatted caller ID can be switched on */
	bool has_lines;   /* the port has modem lines (TIOCMGET); their state while it was asked: */
	bool cts, dsr, dcd;
	unsigned max_rate; /* best line rate it names (+MS=?, ATI), bit/s; 0 unknown */
	char *transcript;  /* what it said, as a modem file (probe --save), when asked for; owned */
	unsigned speed;    /* DTE speed it answered at */
	bool is_bridge;    /* CDC-ACM, but it hears at some speeds only: an RS-232 bridge */
	unsigned took_ms;
};

struct probe_how {
	void (*tell)(const struct probe_result
			     *result); /* called as each port is decided; may be NULL */
	bool transcript;               /* fill result.transcript */
};
/* Ports are opened only when no process uses them (tty_find_owners), and those of class NEVER not
 * at all. Results in the order of the ports; the caller frees each. `how` may be NULL. */
void probe_ports(const struct udev_port *const *ports, size_t n, struct probe_result *results,
		 const struct probe_how *how);
void probe_result_free(struct probe_result *result);
/* "modem", "silent", "busy", ... */
const char *probe_verdict_name(enum probe_verdict verdict);

enum probe_ready {
	PROBE_READY_YES,
	PROBE_READY_BUSY,   /* another process uses the port */
	PROBE_READY_SILENT, /* no OK to AT */
	PROBE_READY_WEDGED, /* a USB device that does not take control requests */
	PROBE_READY_ERROR,
};
/* Waits until the modem answers AT with OK: tries until the deadline. For the moment after plug and
 * DTR drop, when a modem may be deaf for 2-3 s. No other process may have the port
 * (tty_find_others): that is not looked at, only its lock is taken, or taken over from this
 * process, and given back. *ret_error: -errno of ERROR. */
MUST_CHECK enum probe_ready probe_wait_ready(const char *name, unsigned speed, unsigned timeout_ms,
					     int *ret_error);

/* --- pure part, for the table test --- */
struct probe_step {
	const char *command; /* "AT+GCAP" */
	unsigned timeout_ms; /* for a quiet modem (Q1), where silence may be the answer; others get
			      * longer */
	/* false: enough known, ask nothing more; verdict and why are set */
	bool (*judge)(const struct probe_step *step, const char *info, bool ok,
		      struct probe_result *result);
	size_t field, size; /* where the answer goes in struct probe_result; size 0: nowhere */
	bool (*is_wanted)(
		const struct probe_result *result); /* after what is known so far; NULL: always */
};
/* Questions in order; NULL after the last. */
const struct probe_step *probe_find_step(size_t i);
/* After the last answer: verdict, name and dialect. `dialect`: the hwdb's, or NULL. */
void probe_conclude(struct probe_result *result, const char *dialect);
/* Whether ATI3 names a firmware ("U.S. Robotics 56K FAX USB V1.2.19") that is older than "1.2.23";
 * false when it names none. */
bool probe_is_older(const struct probe_result *result, const char *version);
