/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "clock.h"
#include "exchange/pipe.h"
#include "exchange/subscriber.h"

enum {
	SUBSCRIBERS_MAX = 120
};

enum call_state {
	CALL_FREE,
	CALL_RINGING,
	CALL_TRAINING,
	CALL_UP
};

/* Two ends; the first one, the caller, may be a plain telephone (NULL). */
struct call {
	enum call_state state;
	struct exchange *exchange;
	struct subscriber *side[2];
	char from[NUMBER_MAX_LEN + 1];
	struct timer train;
	struct timer thaw;
	struct pipe pipe[2]; /* [0] from the caller */
};

struct exchange {
	struct clock *clock;
	struct event_log *log;
	const struct line_settings *settings;
	struct subscriber *subscribers[SUBSCRIBERS_MAX];
	size_t count;
	struct call calls[SUBSCRIBERS_MAX];
};

/* -ENOSPC when the exchange is full, -EEXIST when the name is taken. */
int exchange_add(struct exchange *exchange, struct subscriber *subscriber);

/* A subscriber calls; -EBUSY, or -ENOENT when no subscriber has that number. */
int exchange_dial(struct exchange *exchange, struct subscriber *subscriber, const char *number);

/* A plain telephone calls and rings until answered or exchange_stop; from may be empty. */
int exchange_ring(struct exchange *exchange, const char *from, const char *number);
int exchange_stop(struct exchange *exchange, const char *number);

/* The called subscriber goes off hook. */
void exchange_answer(struct exchange *exchange, struct subscriber *subscriber);

/* This one goes on hook; the other end gets the last data, then loses the carrier. */
void exchange_hang_up(struct exchange *exchange, struct subscriber *subscriber);

/* Both ends lose the carrier at once. */
void exchange_cut(struct exchange *exchange, struct call *call);

/* Data stops while the carrier stays: both ways, or only from this end. ms 0: until thawed. */
int exchange_freeze(struct subscriber *subscriber, bool both, long ms);
int exchange_thaw(struct subscriber *subscriber);

/*
 * Both ends train anew, which takes as long as at first, and go on at this rate; no result code
 * reports it.
 */
int exchange_retrain(struct subscriber *subscriber, long rate);

/* A buffer at one end changed. */
void exchange_data(struct call *call);

bool exchange_is_ringing(const struct call *call);

/* The number shown to the called party, empty when unknown. */
const char *exchange_caller(const struct call *call);

/* Name of the other end: a subscriber's name, a telephone's number, "-" without a call. */
const char *exchange_peer(const struct subscriber *subscriber);
