/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One dump from each door, joined by line name. */
#pragma once

#include "calldb.h"
#include "netlink.h"
#include "site.h"

enum status_state {
	STATUS_STATE_WAITING, /* mgetty waits for a RING */
	STATUS_STATE_RINGING,
	STATUS_STATE_ANSWERING, /* connected, not authenticated yet */
	STATUS_STATE_CALL,      /* PPP is up */
	STATUS_STATE_STARTING,
	STATUS_STATE_MISSING, /* nothing is plugged into its socket */
	STATUS_STATE_FAILED,
	STATUS_STATE_STOPPED,
};
struct status_line {
	const struct line *line;
	char port[32]; /* kernel name now, or "" */
	enum status_state state;
	char why[128];               /* for FAILED, MISSING, STARTING */
	struct calldb_call call;     /* masked unless root */
	unsigned rate;               /* of the call, bit/s; 0 unknown */
	uint64_t rx_bytes, tx_bytes; /* from and to the caller */
};
struct status {
	struct status_line *lines;
	size_t n_lines;
	struct netlink_uplink uplink;
	char firewall[16]; /* "loaded", "not loaded", "unknown" */
	bool masked;
};
int status_gather(const struct site *site, struct status *ret);
void status_free(struct status *status);
const char *status_state_name(enum status_state state);
