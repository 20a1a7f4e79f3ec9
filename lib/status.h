/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One dump from each outside interface, joined by line name. */
#pragma once

#include "call/calldb.h"
#include "net/netlink.h"
#include "site.h"
#include "systemd/systemd.h"

enum status_state {
	STATUS_STATE_WAITING, /* mgetty waits for a RING */
	STATUS_STATE_RINGING,
	STATUS_STATE_ANSWERING, /* connected, not authenticated yet */
	STATUS_STATE_CALL,      /* PPP is up */
	STATUS_STATE_STARTING,
	STATUS_STATE_MISSING, /* no device at its location */
	STATUS_STATE_FAILED,
	STATUS_STATE_STOPPED,
};
struct status_line {
	const struct line *line;
	char port[32]; /* kernel name now, or "" */
	enum status_state state;
	char why[128];               /* for FAILED, MISSING, STARTING */
	pid_t pid;                   /* of the unit's main process; 0: none, or unknown */
	unsigned idle_starts;        /* starts in a row without a call */
	unsigned failed_logins;      /* since the last successful one; expires */
	struct calldb_call call;     /* masked unless root */
	unsigned mtu;                /* of the call's link; 0 unknown */
	struct netlink_qdisc shaper; /* of the link; kind NONE: no shaper of dialisp */
	uint64_t rx_bytes, tx_bytes; /* from and to the caller */
};
struct status {
	struct status_line *lines; /* in the site's order */
	size_t n_lines;
	struct netlink_uplink uplink;
	char firewall[16]; /* "loaded", "outdated" (by its file), "not loaded", "unknown", "none" */
	bool masked;
};
/* Points into `site`. If one source fails that is reported and its part stays empty. */
void status_gather(const struct site *site, struct status *ret);
void status_free(struct status *status);
const char *status_state_name(enum status_state state);

/* --- pure part, for the table test --- */
struct status_facts {
	const char *port;                /* kernel name, "" when there is no device */
	const char *socket;              /* of the line */
	const struct systemd_unit *unit; /* NULL: not loaded */
	const char *program;             /* name of the unit's main process, "" unknown */
	bool is_open; /* the main process has the port as its standard input, or that is unknown */
	bool is_locked; /* by mgetty */
	bool has_call;
	const struct calldb_call *call;
	const struct calldb_last *last;
};
enum status_state status_judge(const struct status_facts *facts, char *ret_why, size_t size);
