/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The exchange: numbers, ringing and the calls between two subscribers. No I/O. */
#include "exchange/exchange.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "events.h"
#include "exchange/line-settings.h"

int exchange_add(struct exchange *exchange, struct subscriber *subscriber)
{
	for (size_t i = 0; i < exchange->count; i++)
		if (!strcmp(exchange->subscribers[i]->name, subscriber->name))
			return -EEXIST;
	if (exchange->count == SUBSCRIBERS_MAX)
		return -ENOSPC;
	subscriber->exchange = exchange;
	exchange->subscribers[exchange->count++] = subscriber;
	return 0;
}

bool exchange_is_ringing(const struct call *call)
{
	return call && call->state == CALL_RINGING;
}

const char *exchange_caller(const struct call *call)
{
	return call->from;
}

const char *exchange_peer(const struct subscriber *subscriber)
{
	const struct call *call = subscriber->call;
	const struct subscriber *peer;

	if (!call)
		return "-";
	peer = call->side[call->side[0] == subscriber];
	if (peer)
		return peer->name;
	return *call->from ? call->from : "telephone";
}

void exchange_data(struct call *call)
{
	if (call->state != CALL_UP)
		return;
	pipe_kick(&call->pipe[0]);
	pipe_kick(&call->pipe[1]);
}

/* The call ends at both ends, which are not notified here. */
static void release_call(struct call *call)
{
	struct clock *clock = call->exchange->clock;

	clock_disarm(clock, &call->train);
	clock_disarm(clock, &call->thaw);
	if (call->state == CALL_UP) {
		pipe_close(&call->pipe[0]);
		pipe_close(&call->pipe[1]);
	}
	if (call->state == CALL_RINGING)
		call->side[1]->ops->stop_ring(call->side[1]);
	for (int i = 0; i < 2; i++)
		if (call->side[i])
			call->side[i]->call = NULL;
	call->state = CALL_FREE;
}

void exchange_cut(struct exchange *exchange, struct call *call)
{
	struct subscriber *side[2] = { call->side[0], call->side[1] };

	event_log_add(exchange->log, side[0] ? side[0]->name : "telephone", "drop %s",
		      side[1]->name);
	release_call(call);
	for (int i = 0; i < 2; i++)
		if (side[i])
			side[i]->ops->carrier_lost(side[i]);
}

void exchange_hang_up(struct exchange *exchange, struct subscriber *subscriber)
{
	struct call *call = subscriber->call;
	size_t own = call->side[1] == subscriber;
	struct subscriber *peer = call->side[!own];

	event_log_add(exchange->log, subscriber->name, "hang up");
	if (call->state == CALL_UP)
		pipe_flush(&call->pipe[own]);
	release_call(call);
	if (peer)
		peer->ops->carrier_lost(peer);
}

/* Training */

/* LAPM sends no start and stop bits, its framing costs 6 %; without it a byte takes 10 bits. */
static long bytes_per_s(const struct agreement *agreed)
{
	return agreed->correction ? agreed->send * 94 / 800 : agreed->send / 10;
}

static void open_pipe(struct call *call, size_t i)
{
	struct pipe *pipe = &call->pipe[i];

	pipe->clock = call->exchange->clock;
	pipe->from = call->side[i];
	pipe->to = call->side[!i];
	pipe->bytes_per_s = bytes_per_s(&pipe->from->agreed);
	pipe->latency_ms = call->exchange->settings->latency_ms;
	pipe_open(pipe);
}

static long smaller(long a, long b)
{
	return a < b ? a : b;
}

/*
 * What two ends have in common, as the caller has it; false when they cannot connect. In V.90 and
 * V.92 the called one is the digital end.
 */
static bool agree(const struct call *call, struct agreement *ret_agreed)
{
	long max = call->exchange->settings->rate, least;
	struct offer a, b;
	struct agreement agreed;

	call->side[0]->ops->offer(call->side[0], &a);
	call->side[1]->ops->offer(call->side[1], &b);
	agreed.send = smaller(max, smaller(a.send_max, b.receive_max));
	agreed.receive = smaller(max, smaller(b.digital_max, a.receive_max));
	agreed.rate = agreed.send > agreed.receive ? agreed.send : agreed.receive;
	agreed.correction = a.correction && b.correction;
	agreed.compression = agreed.correction && a.compression && b.compression;
	least = smaller(agreed.send, agreed.receive);
	if (least < a.rate_min || least < b.rate_min)
		return false;
	if (!agreed.correction && (a.needs_correction || b.needs_correction))
		return false;
	*ret_agreed = agreed;
	return true;
}

static void on_trained(void *arg)
{
	struct call *call = arg;
	struct subscriber *caller = call->side[0], *called = call->side[1];
	struct agreement agreed;

	if (!agree(call, &agreed))
		return; /* both sides give up after their S7 */
	caller->agreed = called->agreed = agreed;
	called->agreed.send = agreed.receive;
	called->agreed.receive = agreed.send;
	call->state = CALL_UP;
	open_pipe(call, 0);
	open_pipe(call, 1);
	event_log_add(call->exchange->log, caller->name, "connect %s %ld", called->name,
		      agreed.rate);
	caller->ops->connect(caller);
	called->ops->connect(called);
}

void exchange_answer(struct exchange *exchange, struct subscriber *subscriber)
{
	struct call *call = subscriber->call;

	call->state = CALL_TRAINING;
	event_log_add(exchange->log, subscriber->name, "answer %s", exchange_peer(subscriber));
	if (call->side[0]) /* a telephone never sends a carrier: S7 ends it */
		clock_arm(exchange->clock, &call->train, exchange->settings->train_ms);
}

/* Ringing */

static void on_thaw(void *arg)
{
	struct call *call = arg;

	pipe_freeze(&call->pipe[0], false);
	pipe_freeze(&call->pipe[1], false);
}

static struct call *find_free_call(struct exchange *exchange)
{
	for (size_t i = 0; i < SUBSCRIBERS_MAX; i++)
		if (exchange->calls[i].state == CALL_FREE)
			return &exchange->calls[i];
	return NULL;
}

static bool is_free_member(const struct subscriber *subscriber)
{
	return !subscriber->no_pool && !subscriber->cord_out &&
	       !subscriber->ops->is_busy(subscriber);
}

static int find_pool_member(const struct exchange *exchange, struct subscriber **ret_modem)
{
	for (size_t i = 0; i < exchange->count; i++) {
		if (!is_free_member(exchange->subscribers[i]))
			continue;
		*ret_modem = exchange->subscribers[i];
		return 0;
	}
	return -EBUSY;
}

/*
 * Which subscriber a number reaches. A subscriber without power still hangs on the line: it is rung
 * and does not answer.
 */
static int route_number(const struct exchange *exchange, const char *number,
			struct subscriber **ret_modem)
{
	if (*exchange->settings->pool && !strcmp(exchange->settings->pool, number))
		return find_pool_member(exchange, ret_modem);
	for (size_t i = 0; i < exchange->count; i++) {
		struct subscriber *subscriber = exchange->subscribers[i];

		if (subscriber->cord_out || strcmp(subscriber->number, number))
			continue;
		*ret_modem = subscriber;
		return subscriber->ops->is_busy(subscriber) ? -EBUSY : 0;
	}
	return -ENOENT;
}

static int call_out(struct exchange *exchange, struct subscriber *caller, const char *from,
		    const char *number)
{
	struct subscriber *callee = NULL;
	struct call *call = find_free_call(exchange);
	int err = call ? route_number(exchange, number, &callee) : -EBUSY;

	if (err) {
		event_log_add(exchange->log, caller ? caller->name : from, "%s %s",
			      err == -EBUSY ? "busy" : "no such number", number);
		return err;
	}
	call->state = CALL_RINGING;
	call->exchange = exchange;
	call->side[0] = caller;
	call->side[1] = callee;
	call->train = (struct timer){ .fire = on_trained, .arg = call };
	call->thaw = (struct timer){ .fire = on_thaw, .arg = call };
	snprintf(call->from, sizeof(call->from), "%s", from);
	if (caller)
		caller->call = call;
	callee->call = call;
	event_log_add(exchange->log, callee->name, "ring from %s", *from ? from : "-");
	callee->ops->ring(callee);
	return 0;
}

int exchange_dial(struct exchange *exchange, struct subscriber *subscriber, const char *number)
{
	return call_out(exchange, subscriber, subscriber->number, number);
}

int exchange_ring(struct exchange *exchange, const char *from, const char *number)
{
	return call_out(exchange, NULL, from, number);
}

int exchange_stop(struct exchange *exchange, const char *number)
{
	int stopped = 0;

	for (size_t i = 0; i < SUBSCRIBERS_MAX; i++) {
		struct call *call = &exchange->calls[i];

		if (call->state == CALL_FREE || call->side[0] ||
		    strcmp(call->side[1]->number, number))
			continue;
		event_log_add(exchange->log, call->side[1]->name, "stop");
		release_call(call);
		stopped++;
	}
	return stopped ? 0 : -ENOENT;
}

int exchange_freeze(struct subscriber *subscriber, bool both, long ms)
{
	struct call *call = subscriber->call;

	if (!call || call->state != CALL_UP)
		return -ENOTCONN;
	for (size_t i = 0; i < 2; i++)
		if (both || call->side[i] == subscriber)
			pipe_freeze(&call->pipe[i], true);
	if (ms)
		clock_arm(call->exchange->clock, &call->thaw, ms);
	return 0;
}

int exchange_retrain(struct subscriber *subscriber, long rate)
{
	struct call *call = subscriber->call;

	if (!call || call->state != CALL_UP)
		return -ENOTCONN;
	for (size_t i = 0; i < 2; i++) {
		struct agreement *agreed = &call->side[i]->agreed;

		agreed->rate = agreed->send = agreed->receive = rate;
		call->pipe[i].bytes_per_s = bytes_per_s(agreed);
	}
	event_log_add(call->exchange->log, subscriber->name, "retrain %ld", rate);
	return exchange_freeze(subscriber, true, call->exchange->settings->train_ms);
}

int exchange_thaw(struct subscriber *subscriber)
{
	if (!subscriber->call || subscriber->call->state != CALL_UP)
		return -ENOTCONN;
	clock_disarm(subscriber->call->exchange->clock, &subscriber->call->thaw);
	on_thaw(subscriber->call);
	return 0;
}
