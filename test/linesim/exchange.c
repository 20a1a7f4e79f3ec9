/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The exchange: numbers, bells and the calls between two modems. */
#include "exchange.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "extended.h"
#include "settings.h"

struct modem *exchange_find(const struct exchange *exchange, const char *name)
{
	for (size_t i = 0; i < exchange->count; i++)
		if (!strcmp(exchange->modems[i]->name, name))
			return exchange->modems[i];
	return NULL;
}

int exchange_add(struct exchange *exchange, struct modem *modem)
{
	if (exchange_find(exchange, modem->name))
		return -EEXIST;
	if (exchange->count == MODEMS_MAX)
		return -ENOSPC;
	modem->exchange = exchange;
	exchange->modems[exchange->count++] = modem;
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

const char *exchange_peer(const struct modem *modem)
{
	const struct call *call = modem->call;
	const struct modem *peer;

	if (!call)
		return "-";
	peer = call->side[call->side[0] == modem];
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

/* Forget the call at both ends; who is told what is the callers' business. */
static void release(struct call *call)
{
	struct clock *clock = call->exchange->clock;

	clock_disarm(clock, &call->train);
	clock_disarm(clock, &call->thaw);
	if (call->state == CALL_UP) {
		pipe_close(&call->pipe[0]);
		pipe_close(&call->pipe[1]);
	}
	if (call->state == CALL_RINGING)
		modem_ring_stop(call->side[1]);
	for (int i = 0; i < 2; i++)
		if (call->side[i])
			call->side[i]->call = NULL;
	call->state = CALL_FREE;
}

static const char *caller_name(const struct call *call)
{
	return call->side[0] ? call->side[0]->name : "telephone";
}

void exchange_cut(struct exchange *exchange, struct call *call)
{
	struct modem *side[2] = { call->side[0], call->side[1] };

	journal_event(exchange->journal, caller_name(call), "drop %s", side[1]->name);
	release(call);
	for (int i = 0; i < 2; i++)
		if (side[i])
			modem_carrier_lost(side[i]);
}

void exchange_hang_up(struct exchange *exchange, struct modem *modem)
{
	struct call *call = modem->call;
	size_t own = call->side[1] == modem;
	struct modem *peer = call->side[!own];

	journal_event(exchange->journal, modem->name, "hang up");
	if (call->state == CALL_UP)
		pipe_flush(&call->pipe[own]);
	release(call);
	if (peer)
		modem_carrier_lost(peer);
}

/* Training */

/* 8N1 over LAPM sends no start and stop bits, its framing costs 6 %; without it 10 bits a byte. */
static long bytes_per_s(const struct agreement *agreed)
{
	return agreed->correction ? agreed->send * 94 / 800 : agreed->send / 10;
}

static void open_pipe(struct call *call, size_t i, const struct agreement *agreed)
{
	struct pipe *pipe = &call->pipe[i];

	pipe->clock = call->exchange->clock;
	pipe->from = call->side[i];
	pipe->to = call->side[!i];
	pipe->bytes_per_s = bytes_per_s(agreed);
	pipe->latency_ms = call->exchange->settings->latency_ms;
	pipe_open(pipe);
}

static long smaller(long a, long b)
{
	return a < b ? a : b;
}

/* What two modems find in common, as the caller has it; false when they do not get together. In
 * V.90 and V.92 the one that is called is the digital end. */
static bool agree(const struct call *call, struct agreement *ret_agreed)
{
	const struct at *a = &call->side[0]->at, *b = &call->side[1]->at;
	long max = call->exchange->settings->rate, least;
	struct agreement agreed;

	agreed.send = smaller(max, smaller(extended_send_max(a, false), extended_receive_max(b)));
	agreed.receive = smaller(max, smaller(extended_send_max(b, true), extended_receive_max(a)));
	agreed.rate = agreed.send > agreed.receive ? agreed.send : agreed.receive;
	agreed.correction = extended_offers_correction(a) && extended_offers_correction(b);
	agreed.compression = agreed.correction && extended_offers_compression(a) &&
			     extended_offers_compression(b);
	least = smaller(agreed.send, agreed.receive);
	if (least < extended_rate_min(a) || least < extended_rate_min(b))
		return false;
	if (!agreed.correction &&
	    (extended_demands_correction(a) || extended_demands_correction(b)))
		return false;
	*ret_agreed = agreed;
	return true;
}

static void on_trained(void *arg)
{
	struct call *call = arg;
	struct agreement agreed, called;

	if (!agree(call, &agreed))
		return; /* both sides give up after their S7 */
	called = agreed;
	called.send = agreed.receive;
	called.receive = agreed.send;
	call->state = CALL_UP;
	open_pipe(call, 0, &agreed);
	open_pipe(call, 1, &called);
	journal_event(call->exchange->journal, call->side[0]->name, "connect %s %ld",
		      call->side[1]->name, agreed.rate);
	modem_connect(call->side[0], &agreed);
	modem_connect(call->side[1], &called);
}

void exchange_answer(struct exchange *exchange, struct modem *modem)
{
	struct call *call = modem->call;

	call->state = CALL_TRAINING;
	journal_event(exchange->journal, modem->name, "answer %s", exchange_peer(modem));
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
	for (size_t i = 0; i < MODEMS_MAX; i++)
		if (exchange->calls[i].state == CALL_FREE)
			return &exchange->calls[i];
	return NULL;
}

static bool is_free_member(const struct modem *modem)
{
	return !modem->persona->caller && !modem->cord_out && !modem_is_engaged(modem);
}

static int find_pool_member(const struct exchange *exchange, struct modem **ret_modem)
{
	for (size_t i = 0; i < exchange->count; i++) {
		if (!is_free_member(exchange->modems[i]))
			continue;
		*ret_modem = exchange->modems[i];
		return 0;
	}
	return -EBUSY;
}

/* Whom a number reaches. An unplugged stick still hangs on the line: it is rung and does not
 * answer. */
static int route(const struct exchange *exchange, const char *number, struct modem **ret_modem)
{
	if (*exchange->settings->pool && !strcmp(exchange->settings->pool, number))
		return find_pool_member(exchange, ret_modem);
	for (size_t i = 0; i < exchange->count; i++) {
		struct modem *modem = exchange->modems[i];

		if (modem->cord_out || strcmp(modem->number, number))
			continue;
		*ret_modem = modem;
		return modem_is_engaged(modem) ? -EBUSY : 0;
	}
	return -ENOENT;
}

static int call_out(struct exchange *exchange, struct modem *caller, const char *from,
		    const char *number)
{
	struct modem *callee = NULL;
	struct call *call = find_free_call(exchange);
	int err = call ? route(exchange, number, &callee) : -EBUSY;

	if (err) {
		journal_event(exchange->journal, caller ? caller->name : from, "%s %s",
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
	journal_event(exchange->journal, callee->name, "ring from %s", *from ? from : "-");
	modem_ring_start(callee);
	return 0;
}

int exchange_dial(struct exchange *exchange, struct modem *modem, const char *number)
{
	return call_out(exchange, modem, modem->number, number);
}

int exchange_ring(struct exchange *exchange, const char *from, const char *number)
{
	return call_out(exchange, NULL, from, number);
}

int exchange_stop(struct exchange *exchange, const char *number)
{
	int stopped = 0;

	for (size_t i = 0; i < MODEMS_MAX; i++) {
		struct call *call = &exchange->calls[i];

		if (call->state == CALL_FREE || call->side[0] ||
		    strcmp(call->side[1]->number, number))
			continue;
		journal_event(exchange->journal, call->side[1]->name, "stop");
		release(call);
		stopped++;
	}
	return stopped ? 0 : -ENOENT;
}

int exchange_freeze(struct modem *modem, bool both, long ms)
{
	struct call *call = modem->call;

	if (!call || call->state != CALL_UP)
		return -ENOTCONN;
	for (size_t i = 0; i < 2; i++)
		if (both || call->side[i] == modem)
			pipe_freeze(&call->pipe[i], true);
	if (ms)
		clock_arm(call->exchange->clock, &call->thaw, ms);
	return 0;
}

int exchange_retrain(struct modem *modem, long rate)
{
	struct call *call = modem->call;

	if (!call || call->state != CALL_UP)
		return -ENOTCONN;
	for (size_t i = 0; i < 2; i++) {
		struct agreement *agreed = &call->side[i]->agreed;

		agreed->rate = agreed->send = agreed->receive = rate;
		call->pipe[i].bytes_per_s = bytes_per_s(agreed);
	}
	journal_event(call->exchange->journal, modem->name, "retrain %ld", rate);
	return exchange_freeze(modem, true, call->exchange->settings->train_ms);
}

int exchange_thaw(struct modem *modem)
{
	if (!modem->call || modem->call->state != CALL_UP)
		return -ENOTCONN;
	clock_disarm(modem->call->exchange->clock, &modem->call->thaw);
	on_thaw(modem->call);
	return 0;
}
