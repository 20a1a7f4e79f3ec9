/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "fifo.h"

struct call;
struct exchange;
struct subscriber;

enum {
	NUMBER_MAX_LEN = 23
};

/* What one end of a call can do and requires; rates in bit/s. */
struct offer {
	long receive_max;
	long send_max;
	long digital_max; /* it sends at most this as the digital end of V.90 and V.92 */
	long rate_min;    /* both ways */
	bool correction;
	bool needs_correction;
	bool compression;
};

/* What both ends of a call agreed on, as one of them has it. */
struct agreement {
	long rate; /* of the faster way, as in CONNECT */
	long send;
	long receive;
	bool correction;
	bool compression;
};

/* How the exchange uses a subscriber. */
struct subscriber_ops {
	/* Whether a call to it gets the busy tone. */
	bool (*is_busy)(const struct subscriber *subscriber);
	void (*offer)(const struct subscriber *subscriber, struct offer *ret_offer);

	void (*ring)(struct subscriber *subscriber); /* the call is subscriber->call */
	void (*stop_ring)(struct subscriber *subscriber);
	void (*connect)(struct subscriber *subscriber); /* as subscriber->agreed has it */
	void (*carrier_lost)(struct subscriber *subscriber);

	/* Data: some of tx is on its way; how much it can receive now; bytes for it. */
	void (*sent)(struct subscriber *subscriber);
	size_t (*room)(const struct subscriber *subscriber);
	void (*receive)(struct subscriber *subscriber, struct fifo *from, size_t len);
};

/* One end of a telephone line. The owner sets the fields of the first group. */
struct subscriber {
	const struct subscriber_ops *ops;
	const char *name;                /* for events */
	char number[NUMBER_MAX_LEN + 1]; /* "-": none */
	bool cord_out;                   /* its telephone cord is not plugged in */
	bool no_pool;                    /* never a member of the hunt group */

	struct exchange *exchange;
	struct call *call; /* NULL: none */
	struct agreement agreed;
	struct fifo tx; /* data for the line */
};
