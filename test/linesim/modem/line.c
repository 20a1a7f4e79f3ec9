/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The telephone side of a modem: ringing, dialling, answering, carrier. No I/O. */
#include "modem/line.h"

#include <ctype.h>
#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "exchange/exchange.h"
#include "exchange/line-settings.h"
#include "modem/offer.h"
#include "modem/rs232.h"
#include "modem/say.h"
#include "modem/signals.h"
#include "modem/state.h"

/* V.250 6.5.6 (+ETBM): received data stays available this long after carrier loss. */
static const int64_t drain_max_ms = 20000;
static const int64_t drain_poll_ms = 20;
/* Caller ID comes at least 500 ms after the first ring and well before the second. */
static const long cid_delay_ms = 1800;
static const long ring_period_min_ms = 100;
/* NO CARRIER follows a phantom CONNECT after this time (seen on a CX93001). */
static const long phantom_ms = 700;

static struct modem *modem_of_line(const struct subscriber *subscriber)
{
	return (struct modem *)((char *)subscriber - offsetof(struct modem, line));
}

/* On hook */

static void stop_call_timers(struct modem *modem)
{
	clock_disarm(modem->clock, &modem->dial);
	clock_disarm(modem->clock, &modem->wait);
	clock_disarm(modem->clock, &modem->escape);
	clock_disarm(modem->clock, &modem->loss);
	clock_disarm(modem->clock, &modem->connect);
	clock_disarm(modem->clock, &modem->phantom);
}

/* The call, if any, has been left before; an incoming one goes on ringing.
 */
void line_become_idle(struct modem *modem)
{
	stop_call_timers(modem);
	modem->mode = MODEM_IDLE;
	modem->at.online = false;
	modem->off_hook = false;
	modem->dcd = false;
	fifo_clear(&modem->line.tx);
	rs232_watch_buffer(modem);
	signals_update(modem);
}

void line_go_on_hook(struct modem *modem)
{
	if (modem->mode != MODEM_IDLE && modem->line.call)
		exchange_hang_up(modem->line.exchange, &modem->line);
	line_become_idle(modem);
}

void line_fail_call(struct modem *modem, enum result_code result)
{
	line_go_on_hook(modem);
	say_result(modem, result);
}

/* S7 expired: no answer, or no carrier. */
static void on_wait(void *arg)
{
	struct modem *modem = arg;
	bool rang_out = modem->mode == MODEM_DIALLING && exchange_is_ringing(modem->line.call);

	line_fail_call(modem, rang_out ? RESULT_NO_ANSWER : RESULT_NO_CARRIER);
}

static void wait_for_carrier(struct modem *modem)
{
	clock_arm(modem->clock, &modem->wait, modem_sreg(modem, 7) * 1000L);
}

/* Dialling */

static void on_dial(void *arg)
{
	struct modem *modem = arg;
	uint8_t tones = modem_param(modem, PARAM_TONES);

	wait_for_carrier(modem);
	if (modem->line.cord_out || modem->line.call) {
		if (tones == 2 || tones == 4)
			line_fail_call(modem, RESULT_NO_DIALTONE);
		return;
	}
	if (exchange_dial(modem->line.exchange, &modem->line, modem->dial_number) == -EBUSY &&
	    tones >= 3)
		line_fail_call(modem, RESULT_BUSY);
}

/* V.250 6.3.1: digits are dialled, "," waits S8 seconds, other modifiers have no effect here. */
static long parse_dial(const struct modem *modem, const char *string, char *ret_number)
{
	long pause_ms = 0;
	size_t len = 0;

	for (; *string && len + 1 < DIAL_MAX; string++) {
		if (isdigit((unsigned char)*string) || *string == '*' || *string == '#')
			ret_number[len++] = *string;
		if (*string == ',')
			pause_ms += modem_sreg(modem, 8) * 1000L;
	}
	ret_number[len] = '\0';
	return pause_ms;
}

void line_start_dialling(struct modem *modem, const char *string)
{
	long pause_ms = parse_dial(modem, string, modem->dial_number);

	modem->mode = MODEM_DIALLING;
	modem->started_ms = modem->clock->now_ms;
	clock_arm(modem->clock, &modem->dial, modem->settings->dial_ms + pause_ms);
	event_log_add(modem->peer.log, modem->peer.name, "dial %s", modem->dial_number);
}

/* Answering */

static void stop_ring(struct subscriber *subscriber)
{
	struct modem *modem = modem_of_line(subscriber);

	clock_disarm(modem->clock, &modem->ring);
	clock_disarm(modem->clock, &modem->cid);
	modem->ri = false;
	signals_update(modem);
}

void line_start_answering(struct modem *modem)
{
	modem->mode = MODEM_ANSWERING;
	modem->started_ms = modem->clock->now_ms;
	wait_for_carrier(modem);
	if (modem->faults.phantom)
		clock_arm(modem->clock, &modem->phantom, modem->settings->train_ms * 9 / 10);
	if (!modem->line.call)
		return; /* off hook without a call: S7 ends it */
	stop_ring(&modem->line);
	exchange_answer(modem->line.exchange, &modem->line);
}

static bool shows_caller(const struct modem *modem)
{
	return modem->persona->cid != CID_NONE && !modem->faults.no_caller_id &&
	       profile_ext_number(&modem->at.profiles, EXT_VCID, 0, 0) == 1;
}

static void on_caller_id(void *arg)
{
	struct modem *modem = arg;
	bool withheld = modem->settings->withheld;

	if (modem->mode != MODEM_IDLE || !modem->line.call)
		return;
	if (modem->faults.two_caller_id)
		say_caller_id(modem, "0000000", "");
	say_caller_id(modem, withheld ? NULL : exchange_caller(modem->line.call),
		      modem->settings->caller_name);
}

static bool may_answer_itself(const struct modem *modem)
{
	uint8_t after = modem_sreg(modem, 0);

	/* V.250 6.2.9: with &D2 a modem does not answer while DTR is off. */
	return modem->port && modem->mode == MODEM_IDLE && after && modem->rings >= after &&
	       (modem->dtr || modem_param(modem, PARAM_DTR) < 2);
}

static void ring_ends(struct modem *modem)
{
	const struct line_settings *settings = modem->settings;
	long pause_ms = settings->ring_off_ms;

	if (settings->ring_on_ms + pause_ms < ring_period_min_ms)
		pause_ms = ring_period_min_ms;
	modem->ri = false;
	modem->last_ring_ms = modem->clock->now_ms;
	modem->at.profiles.now.s[1] = (uint8_t)++modem->rings;
	signals_update(modem);
	clock_arm(modem->clock, &modem->ring, pause_ms);
	if (modem->mode == MODEM_IDLE)
		say_ring(modem);
	if (modem->rings == 1 && shows_caller(modem))
		clock_arm(modem->clock, &modem->cid,
			  pause_ms * 9 / 20 < cid_delay_ms ? pause_ms * 9 / 20 : cid_delay_ms);
	if (may_answer_itself(modem))
		line_start_answering(modem);
}

static void ring_begins(struct modem *modem)
{
	modem->ri = modem->port != NULL;
	signals_update(modem);
	clock_arm(modem->clock, &modem->ring, modem->settings->ring_on_ms);
}

static void on_ring(void *arg)
{
	struct modem *modem = arg;

	modem->ring_on = !modem->ring_on;
	if (modem->ring_on)
		ring_begins(modem);
	else
		ring_ends(modem);
}

static void start_ring(struct subscriber *subscriber)
{
	struct modem *modem = modem_of_line(subscriber);

	modem->rings = 0;
	modem->ring_on = true;
	ring_begins(modem);
}

/* Online */

void line_go_online(struct modem *modem)
{
	modem->mode = MODEM_ONLINE;
	modem->at.online = false;
	modem->escapes = 0;
	modem->last_data_ms = modem->clock->now_ms;
}

static void on_connect(void *arg)
{
	struct modem *modem = arg;

	if (!modem->line.call && !modem->faults.phantom) {
		line_fail_call(modem, RESULT_NO_CARRIER); /* the carrier was lost before CONNECT */
		return;
	}
	say_negotiation(modem);
	line_go_online(modem);
	say_connect(modem);
	if (modem->line.call)
		exchange_data(modem->line.call); /* data that came meanwhile */
}

static void connect_line(struct subscriber *subscriber)
{
	struct modem *modem = modem_of_line(subscriber);

	stop_call_timers(modem);
	fifo_clear(&modem->line.tx);
	/* DCD first: a host that reads CONNECT and then asks for DCD must find it. */
	modem->dcd = true;
	signals_update(modem);
	if (modem->persona->connect_delay_ms)
		clock_arm(modem->clock, &modem->connect, modem->persona->connect_delay_ms);
	else
		on_connect(modem);
}

/* Slightly before another modem would connect. */
static void on_phantom(void *arg)
{
	struct modem *modem = arg;
	long rate = offer_receive_max(&modem->at.profiles);

	if (modem->line.call)
		exchange_hang_up(modem->line.exchange, &modem->line);
	modem->line.agreed = (struct agreement){
		.rate = rate, .send = rate, .receive = rate, .correction = true
	};
	connect_line(&modem->line);
	clock_arm(modem->clock, &modem->loss, phantom_ms);
}

void line_enter_command_state(struct modem *modem)
{
	modem->mode = MODEM_ESCAPED;
	modem->at.online = true;
	editor_cancel(&modem->at.editor);
	say_result(modem, RESULT_OK);
}

/* Carrier loss */

static void on_loss(void *arg)
{
	struct modem *modem = arg;

	/* DCD stays on until received data has been read (V.250 6.2.8), if the host reads. */
	if (modem->out.used && modem->dtr && modem->mode == MODEM_ONLINE &&
	    modem->clock->now_ms < modem->loss_deadline_ms) {
		clock_arm(modem->clock, &modem->loss, drain_poll_ms);
		return;
	}
	line_become_idle(modem);
	say_result(modem, RESULT_NO_CARRIER);
}

static void lose_carrier(struct subscriber *subscriber)
{
	struct modem *modem = modem_of_line(subscriber);
	uint8_t s10 = modem_sreg(modem, 10);

	if (modem->mode != MODEM_ONLINE && modem->mode != MODEM_ESCAPED)
		return; /* while training or dialling S7 ends the call */
	fifo_clear(&modem->line.tx);
	modem->loss_deadline_ms = modem->clock->now_ms + s10 * 100 + drain_max_ms;
	if (s10 != 255) /* 255: carrier loss is ignored */
		clock_arm(modem->clock, &modem->loss, s10 * 100);
	port_writable(modem->port);
}

/* Data of the line */

static void on_sent(struct subscriber *subscriber)
{
	struct modem *modem = modem_of_line(subscriber);

	rs232_watch_buffer(modem);
	port_writable(modem->port);
}

static size_t find_room(const struct subscriber *subscriber)
{
	const struct modem *modem = modem_of_line(subscriber);

	if (modem->mode != MODEM_ONLINE || modem->out.used >= modem->persona->rx_max)
		return 0;
	return modem->persona->rx_max - modem->out.used;
}

static void receive_data(struct subscriber *subscriber, struct fifo *from, size_t len)
{
	struct modem *modem = modem_of_line(subscriber);

	modem->rx_bytes += fifo_move(from, &modem->out, len);
	port_readable(modem->port);
}

bool line_is_busy(const struct modem *modem)
{
	return modem->mode != MODEM_IDLE || modem->line.call || modem->off_hook;
}

static bool is_busy(const struct subscriber *subscriber)
{
	return line_is_busy(modem_of_line(subscriber));
}

static void fill_offer(const struct subscriber *subscriber, struct offer *ret_offer)
{
	offer_fill(&modem_of_line(subscriber)->at.profiles, ret_offer);
}

static const struct subscriber_ops subscriber_ops = {
	.is_busy = is_busy,
	.offer = fill_offer,
	.ring = start_ring,
	.stop_ring = stop_ring,
	.connect = connect_line,
	.carrier_lost = lose_carrier,
	.sent = on_sent,
	.room = find_room,
	.receive = receive_data,
};

static void init_timer(struct modem *modem, struct timer *timer, void (*fire)(void *arg))
{
	*timer = (struct timer){ .fire = fire, .arg = modem };
}

void line_init(struct modem *modem)
{
	modem->line.ops = &subscriber_ops;
	modem->line.name = modem->peer.name;
	modem->line.cord_out = !strcmp(modem->line.number, "-");
	modem->line.no_pool = modem->persona->caller;
	init_timer(modem, &modem->dial, on_dial);
	init_timer(modem, &modem->wait, on_wait);
	init_timer(modem, &modem->ring, on_ring);
	init_timer(modem, &modem->cid, on_caller_id);
	init_timer(modem, &modem->loss, on_loss);
	init_timer(modem, &modem->connect, on_connect);
	init_timer(modem, &modem->phantom, on_phantom);
}
