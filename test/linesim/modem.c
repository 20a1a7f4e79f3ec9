/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One modem: the states between its host's bytes and the telephone line. No I/O. */
#include "modem-inside.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "exchange.h"
#include "extended.h"
#include "say.h"
#include "settings.h"

/* V.250 6.5.6 (+ETBM): received data is offered this long after the carrier went. */
static const int64_t drain_max_ms = 20000;
static const int64_t drain_poll_ms = 20;
/* Caller ID comes at least 500 ms after the first ring and well before the second. */
static const long cid_delay_ms = 1800;
static const long ring_period_min_ms = 100;
/* A CONNECT without anybody there is taken back this soon (seen on a CX93001). */
static const long phantom_ms = 700;

/* On hook */

static void stop_timers(struct modem *modem)
{
	clock_disarm(modem->clock, &modem->dial);
	clock_disarm(modem->clock, &modem->wait);
	clock_disarm(modem->clock, &modem->escape);
	clock_disarm(modem->clock, &modem->loss);
	clock_disarm(modem->clock, &modem->connect);
	clock_disarm(modem->clock, &modem->phantom);
}

/* The handset is down; a call that was joined has been left before. A ringing one goes on ringing.
 */
static void become_idle(struct modem *modem)
{
	stop_timers(modem);
	modem->mode = MODEM_IDLE;
	modem->at.online = false;
	modem->off_hook = false;
	modem->dcd = false;
	fifo_clear(&modem->tx);
	serial_watch_buffer(modem);
	say_lines(modem);
}

void modem_go_on_hook(struct modem *modem)
{
	if (modem->mode != MODEM_IDLE && modem->call)
		exchange_hang_up(modem->exchange, modem);
	become_idle(modem);
}

void modem_fail_call(struct modem *modem, enum at_result result)
{
	modem_go_on_hook(modem);
	say_result(modem, result);
}

/* S7 ran out: nobody lifted the handset, or no carrier came. */
static void on_wait(void *arg)
{
	struct modem *modem = arg;
	bool rang_out = modem->mode == MODEM_DIALLING && exchange_is_ringing(modem->call);

	modem_fail_call(modem, rang_out ? AT_RESULT_NO_ANSWER : AT_RESULT_NO_CARRIER);
}

static void wait_for_carrier(struct modem *modem)
{
	clock_arm(modem->clock, &modem->wait, at_sreg(&modem->at, 7) * 1000L);
}

/* Dialling */

static void on_dial(void *arg)
{
	struct modem *modem = arg;
	uint8_t tones = at_param(&modem->at, PARAM_TONES);

	wait_for_carrier(modem);
	if (modem->cord_out || modem->call) {
		if (tones == 2 || tones == 4)
			modem_fail_call(modem, AT_RESULT_NO_DIALTONE);
		return;
	}
	if (exchange_dial(modem->exchange, modem, modem->dial_number) == -EBUSY && tones >= 3)
		modem_fail_call(modem, AT_RESULT_BUSY);
}

/* V.250 6.3.1: digits are dialled, "," waits S8 seconds, the rest only shapes how. */
static long parse_dial(const struct modem *modem, const char *string, char *ret_number)
{
	long pause_ms = 0;
	size_t len = 0;

	for (; *string && len + 1 < AT_DIAL_MAX; string++) {
		if (isdigit((unsigned char)*string) || *string == '*' || *string == '#')
			ret_number[len++] = *string;
		if (*string == ',')
			pause_ms += at_sreg(&modem->at, 8) * 1000L;
	}
	ret_number[len] = '\0';
	return pause_ms;
}

void modem_start_dialling(struct modem *modem, const char *string)
{
	long pause_ms = parse_dial(modem, string, modem->dial_number);

	modem->mode = MODEM_DIALLING;
	modem->started_ms = modem->clock->now_ms;
	clock_arm(modem->clock, &modem->dial, modem->settings->dial_ms + pause_ms);
	journal_event(modem->journal, modem->name, "dial %s", modem->dial_number);
}

int modem_dial(struct modem *modem, const char *number)
{
	if (!modem->port)
		return -ENODEV;
	if (modem_is_engaged(modem))
		return -EBUSY;
	modem_start_dialling(modem, number);
	return 0;
}

/* Answering */

/* Just before a real modem would have been heard. */
static void on_phantom(void *arg)
{
	struct modem *modem = arg;
	long rate = extended_receive_max(&modem->at);
	struct agreement agreed = {
		.rate = rate, .send = rate, .receive = rate, .correction = true
	};

	if (modem->call)
		exchange_hang_up(modem->exchange, modem);
	modem_connect(modem, &agreed);
	clock_arm(modem->clock, &modem->loss, phantom_ms);
}

void modem_start_answering(struct modem *modem)
{
	modem->mode = MODEM_ANSWERING;
	modem->started_ms = modem->clock->now_ms;
	wait_for_carrier(modem);
	if (modem->faults.phantom)
		clock_arm(modem->clock, &modem->phantom, modem->settings->train_ms * 9 / 10);
	if (!modem->call)
		return; /* off hook without a ring: nothing comes, S7 ends it */
	modem_ring_stop(modem);
	exchange_answer(modem->exchange, modem);
}

static bool shows_caller(const struct modem *modem)
{
	return modem->persona->cid != CID_NONE && !modem->faults.no_caller_id &&
	       at_ext_number(&modem->at, EXT_VCID, 0, 0) == 1;
}

static void on_caller_id(void *arg)
{
	struct modem *modem = arg;
	bool withheld = modem->settings->withheld;

	if (modem->mode != MODEM_IDLE || !modem->call)
		return;
	if (modem->faults.two_caller_id)
		say_caller_id(modem, "0000000", "");
	say_caller_id(modem, withheld ? NULL : exchange_caller(modem->call),
		      modem->settings->caller_name);
}

static bool may_answer_itself(const struct modem *modem)
{
	uint8_t after = at_sreg(&modem->at, 0);

	/* V.250 6.2.9: with &D2 a modem does not answer while DTR is off. */
	return modem->port && modem->mode == MODEM_IDLE && after && modem->rings >= after &&
	       (modem->dtr || at_param(&modem->at, PARAM_DTR) < 2);
}

static void ring_ends(struct modem *modem)
{
	const struct settings *settings = modem->settings;
	long pause_ms = settings->ring_off_ms;

	if (settings->ring_on_ms + pause_ms < ring_period_min_ms)
		pause_ms = ring_period_min_ms;
	modem->ri = false;
	modem->last_ring_ms = modem->clock->now_ms;
	modem->at.now.s[1] = (uint8_t)++modem->rings;
	say_lines(modem);
	clock_arm(modem->clock, &modem->ring, pause_ms);
	if (modem->mode == MODEM_IDLE)
		say_ring(modem);
	if (modem->rings == 1 && shows_caller(modem))
		clock_arm(modem->clock, &modem->cid,
			  pause_ms * 9 / 20 < cid_delay_ms ? pause_ms * 9 / 20 : cid_delay_ms);
	if (may_answer_itself(modem))
		modem_start_answering(modem);
}

static void ring_begins(struct modem *modem)
{
	modem->ri = modem->port != NULL;
	say_lines(modem);
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

void modem_ring_start(struct modem *modem)
{
	modem->rings = 0;
	modem->ring_on = true;
	ring_begins(modem);
}

void modem_ring_stop(struct modem *modem)
{
	clock_disarm(modem->clock, &modem->ring);
	clock_disarm(modem->clock, &modem->cid);
	modem->ri = false;
	say_lines(modem);
}

/* Online */

void modem_go_online(struct modem *modem)
{
	modem->mode = MODEM_ONLINE;
	modem->at.online = false;
	modem->escapes = 0;
	modem->last_data_ms = modem->clock->now_ms;
}

static void on_connect(void *arg)
{
	struct modem *modem = arg;

	if (!modem->call && !modem->faults.phantom) {
		modem_fail_call(modem, AT_RESULT_NO_CARRIER); /* gone before it was told */
		return;
	}
	say_negotiation(modem);
	modem_go_online(modem);
	say_connect(modem);
	if (modem->call)
		exchange_data(modem->call); /* what came meanwhile has waited */
}

void modem_connect(struct modem *modem, const struct agreement *agreed)
{
	stop_timers(modem);
	modem->agreed = *agreed;
	fifo_clear(&modem->tx);
	/* DCD first: a host that reads CONNECT and then asks for DCD must find it. */
	modem->dcd = true;
	say_lines(modem);
	if (modem->persona->connect_delay_ms)
		clock_arm(modem->clock, &modem->connect, modem->persona->connect_delay_ms);
	else
		on_connect(modem);
}

void modem_enter_command_state(struct modem *modem)
{
	modem->mode = MODEM_ESCAPED;
	modem->at.online = true;
	at_cancel(&modem->at);
	say_result(modem, AT_RESULT_OK);
}

/* The far end is gone */

static void on_loss(void *arg)
{
	struct modem *modem = arg;

	/* DCD stays until what was received has been read (V.250 6.2.8), if anybody reads. */
	if (modem->out.used && modem->dtr && modem->mode == MODEM_ONLINE &&
	    modem->clock->now_ms < modem->loss_deadline_ms) {
		clock_arm(modem->clock, &modem->loss, drain_poll_ms);
		return;
	}
	become_idle(modem);
	say_result(modem, AT_RESULT_NO_CARRIER);
}

void modem_carrier_lost(struct modem *modem)
{
	uint8_t s10 = at_sreg(&modem->at, 10);

	if (modem->mode != MODEM_ONLINE && modem->mode != MODEM_ESCAPED)
		return; /* during training or dialling S7 decides */
	fifo_clear(&modem->tx);
	modem->loss_deadline_ms = modem->clock->now_ms + s10 * 100 + drain_max_ms;
	if (s10 != 255) /* 255: a lost carrier is not noticed */
		clock_arm(modem->clock, &modem->loss, s10 * 100);
	if (modem->port)
		modem->port->ops->writable(modem->port);
}

/* Power */

void modem_power_on(struct modem *modem, struct port *port)
{
	at_power_on(&modem->at);
	modem->dtr = false;
	modem->dte_speed = 115200;
	serial_power_on(modem);
	modem->deaf_until_ms = modem->clock->now_ms + modem->faults.deaf_ms;
	modem->port = port;
	modem->lines = say_lines_now(modem);
	journal_event(modem->journal, modem->name, "plug");
}

void modem_power_off(struct modem *modem)
{
	if (!modem->port)
		return;
	modem->port = NULL;
	clock_disarm(modem->clock, &modem->reply);
	clock_disarm(modem->clock, &modem->dtr_drop);
	if (modem->mode != MODEM_IDLE && modem->call)
		exchange_cut(modem->exchange, modem->call);
	become_idle(modem);
	serial_power_off(modem);
	modem->dtr = false;
	modem->ri = false;
	fifo_clear(&modem->out);
	journal_event(modem->journal, modem->name, "unplug");
}

/* The line */

size_t modem_line_take(struct modem *modem, struct fifo *to, size_t max)
{
	size_t len = fifo_move(&modem->tx, to, max);

	serial_watch_buffer(modem);
	if (len && modem->port)
		modem->port->ops->writable(modem->port);
	return len;
}

size_t modem_line_room(const struct modem *modem)
{
	if (modem->mode != MODEM_ONLINE || modem->out.used >= modem->persona->rx_max)
		return 0;
	return modem->persona->rx_max - modem->out.used;
}

void modem_line_give(struct modem *modem, struct fifo *from, size_t len)
{
	modem->rx_bytes += fifo_move(from, &modem->out, len);
	if (modem->port)
		modem->port->ops->readable(modem->port);
}

bool modem_is_engaged(const struct modem *modem)
{
	return modem->mode != MODEM_IDLE || modem->call || modem->off_hook;
}

const char *modem_state(const struct modem *modem)
{
	switch (modem->mode) {
	case MODEM_IDLE:
		return modem->call ? "ringing" : "idle";
	case MODEM_DIALLING:
		return "dialling";
	case MODEM_ANSWERING:
		return "answering";
	case MODEM_ONLINE:
		return "online";
	case MODEM_ESCAPED:
		return "command";
	}
	return "";
}

static void timer_init(struct modem *modem, struct timer *timer, void (*fire)(void *arg))
{
	*timer = (struct timer){ .fire = fire, .arg = modem };
}

void modem_init(struct modem *modem)
{
	at_init(&modem->at, modem->persona);
	modem->cord_out = !strcmp(modem->number, "-");
	timer_init(modem, &modem->dial, on_dial);
	timer_init(modem, &modem->wait, on_wait);
	timer_init(modem, &modem->ring, on_ring);
	timer_init(modem, &modem->cid, on_caller_id);
	timer_init(modem, &modem->loss, on_loss);
	timer_init(modem, &modem->connect, on_connect);
	timer_init(modem, &modem->phantom, on_phantom);
	modem_host_init(modem);
}
