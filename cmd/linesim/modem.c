/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One modem: the states between its host's bytes and the telephone line. No I/O. */
#include "modem.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "exchange.h"
#include "say.h"
#include "settings.h"

/* V.250 5.6.1: characters within this time after the terminator do not abort a command. */
static const int64_t abort_grace_ms = 125;
/* V.250 5.6.1: a host waits this long after a result before the next command. */
static const int64_t command_gap_ms = 100;
/* S1 is cleared this long after the last ring. */
static const int64_t ring_memory_ms = 8000;
/* V.250 6.5.6 (+ETBM): received data is offered this long after the carrier went. */
static const int64_t drain_max_ms = 20000;
static const int64_t drain_poll_ms = 20;
/* Caller ID comes at least 500 ms after the first ring and well before the second. */
static const long cid_delay_ms = 1800;
static const long ring_period_min_ms = 100;

/* On hook */

static void stop_timers(struct modem *modem)
{
	clock_disarm(modem->clock, &modem->dial);
	clock_disarm(modem->clock, &modem->wait);
	clock_disarm(modem->clock, &modem->escape);
	clock_disarm(modem->clock, &modem->loss);
}

/* The handset is down; a call that was joined has been left before. A ringing one goes on ringing. */
static void become_idle(struct modem *modem)
{
	stop_timers(modem);
	modem->mode = MODEM_IDLE;
	modem->at.online = false;
	modem->off_hook = false;
	modem->dcd = false;
	fifo_clear(&modem->tx);
	say_lines(modem);
}

static void go_on_hook(struct modem *modem)
{
	if (modem->mode != MODEM_IDLE && modem->call)
		exchange_hang_up(modem->exchange, modem);
	become_idle(modem);
}

static void fail_call(struct modem *modem, enum at_result result)
{
	go_on_hook(modem);
	say_result(modem, result);
}

static void hang_up_command(void *arg)
{
	go_on_hook(arg);
}

/* S7 ran out: nobody lifted the handset, or no carrier came. */
static void on_wait(void *arg)
{
	struct modem *modem = arg;
	bool rang_out = modem->mode == MODEM_DIALLING && exchange_is_ringing(modem->call);

	fail_call(modem, rang_out ? AT_RESULT_NO_ANSWER : AT_RESULT_NO_CARRIER);
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
			fail_call(modem, AT_RESULT_NO_DIALTONE);
		return;
	}
	if (exchange_dial(modem->exchange, modem, modem->dial_number) == -EBUSY && tones >= 3)
		fail_call(modem, AT_RESULT_BUSY);
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

static void start_dialling(struct modem *modem, const char *string)
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
	start_dialling(modem, number);
	return 0;
}

/* Answering */

static void start_answering(struct modem *modem)
{
	modem->mode = MODEM_ANSWERING;
	modem->started_ms = modem->clock->now_ms;
	wait_for_carrier(modem);
	if (!modem->call)
		return; /* off hook without a ring: nothing comes, S7 ends it */
	modem_ring_stop(modem);
	exchange_answer(modem->exchange, modem);
}

static void on_caller_id(void *arg)
{
	struct modem *modem = arg;
	bool withheld = modem->settings->withheld;

	if (modem->mode == MODEM_IDLE && modem->call)
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
		say_result(modem, AT_RESULT_RING);
	if (modem->rings == 1 && at_ext_number(&modem->at, EXT_VCID, 0, 0) == 1)
		clock_arm(modem->clock, &modem->cid,
			  pause_ms * 9 / 20 < cid_delay_ms ? pause_ms * 9 / 20 : cid_delay_ms);
	if (may_answer_itself(modem))
		start_answering(modem);
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

static void go_online(struct modem *modem)
{
	modem->mode = MODEM_ONLINE;
	modem->at.online = false;
	modem->escapes = 0;
	modem->last_data_ms = modem->clock->now_ms;
}

void modem_connect(struct modem *modem, const struct agreement *agreed)
{
	stop_timers(modem);
	modem->agreed = *agreed;
	fifo_clear(&modem->tx);
	/* DCD first: a host that reads CONNECT and then asks for DCD must find it. */
	modem->dcd = true;
	say_lines(modem);
	say_negotiation(modem);
	go_online(modem);
	say_connect(modem);
}

static void enter_command_state(struct modem *modem)
{
	modem->mode = MODEM_ESCAPED;
	modem->at.online = true;
	at_cancel(&modem->at);
	say_result(modem, AT_RESULT_OK);
}

static void on_escape(void *arg)
{
	enter_command_state(arg);
}

static int64_t guard_ms(const struct modem *modem)
{
	return at_sreg(&modem->at, 12) * 20;
}

/* V.250 has no escape; this is Hayes': silence, three times S2, silence. A PPP stream never pauses that way. */
static void watch_escape(struct modem *modem, const uint8_t *bytes, size_t len)
{
	int64_t now_ms = modem->clock->now_ms;
	uint8_t escape = at_sreg(&modem->at, 2);

	clock_disarm(modem->clock, &modem->escape);
	for (size_t i = 0; i < len; i++) {
		bool silent = now_ms - modem->last_data_ms >= guard_ms(modem);

		if (bytes[i] != escape || escape > 127)
			modem->escapes = 0;
		else if (modem->escapes || silent)
			modem->escapes++;
		modem->last_data_ms = now_ms;
	}
	if (modem->escapes == 3)
		clock_arm(modem->clock, &modem->escape, guard_ms(modem));
}

static size_t give_data(struct modem *modem, const uint8_t *bytes, size_t len)
{
	size_t room = modem->persona->tx_max > modem->tx.used ? modem->persona->tx_max - modem->tx.used : 0;

	len = len < room ? len : room;
	if (!len)
		return 0;
	watch_escape(modem, bytes, len);
	if (!modem->call)
		return len; /* the carrier is gone, S10 still runs */
	fifo_push(&modem->tx, bytes, len);
	modem->tx_bytes += len;
	exchange_data(modem->call);
	return len;
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

/* Commands */

static void run_action(struct modem *modem, enum at_action action, const char *dial)
{
	switch (action) {
	case AT_DONE:
		say_result(modem, AT_RESULT_OK);
		return;
	case AT_FAILED:
		say_result(modem, AT_RESULT_ERROR);
		return;
	case AT_GO_ANSWER:
		start_answering(modem);
		return;
	case AT_GO_DIAL:
		start_dialling(modem, dial);
		return;
	case AT_GO_ONLINE:
		go_online(modem);
		say_connect(modem);
		return;
	case AT_GO_RESET:
		go_on_hook(modem);
		say_result(modem, AT_RESULT_OK);
		return;
	case AT_GO_OFF_HOOK:
		modem->off_hook = true;
		say_result(modem, AT_RESULT_OK);
		return;
	}
}

static void on_reply(void *arg)
{
	struct modem *modem = arg;
	struct at_reply reply;
	enum at_action action;

	if (modem->mode != MODEM_IDLE && modem->mode != MODEM_ESCAPED)
		return; /* it answered by itself meanwhile */
	if (modem->clock->now_ms - modem->last_ring_ms > ring_memory_ms)
		modem->at.now.s[1] = 0;
	action = at_run(&modem->at, &reply);
	if (reply.len)
		say_note(modem, "->", reply.text);
	say_bytes(modem, reply.text, reply.len);
	run_action(modem, action, reply.dial);
	say_lines(modem); /* &C and &S act at once */
	if (modem->port)
		modem->port->ops->writable(modem->port);
	if (modem->call)
		exchange_data(modem->call); /* after O, data that waited goes on */
}

static bool is_too_soon(const struct modem *modem)
{
	return modem->settings->strict && modem->clock->now_ms - modem->result_ms < command_gap_ms;
}

static void note_line(struct modem *modem)
{
	char text[AT_LINE_MAX + 4];

	snprintf(text, sizeof(text), "AT%s", modem->at.previous);
	say_note(modem, "<-", text);
}

static size_t give_command(struct modem *modem, const uint8_t *bytes, size_t len)
{
	enum at_event event = AT_NOTHING;
	size_t taken = 0;

	if (is_too_soon(modem))
		return len;
	while (taken < len && event != AT_LINE_READY)
		event = at_feed(&modem->at, bytes[taken++], modem->clock->now_ms);
	if (at_param(&modem->at, PARAM_ECHO))
		say_bytes(modem, (const char *)bytes, taken);
	if (event == AT_LINE_READY) {
		note_line(modem);
		clock_arm(modem->clock, &modem->reply, modem->settings->reply_ms);
	}
	return taken;
}

static size_t give_abort(struct modem *modem, size_t len)
{
	if (modem->clock->now_ms - modem->started_ms >= abort_grace_ms)
		fail_call(modem, AT_RESULT_NO_CARRIER);
	return len;
}

static size_t give(struct modem *modem, const uint8_t *bytes, size_t len)
{
	if (modem->clock->now_ms < modem->deaf_until_ms)
		return len;
	if (modem->reply.slot)
		return 0; /* still thinking about the previous line */
	switch (modem->mode) {
	case MODEM_IDLE:
	case MODEM_ESCAPED:
		return give_command(modem, bytes, len);
	case MODEM_DIALLING:
	case MODEM_ANSWERING:
		return give_abort(modem, len);
	case MODEM_ONLINE:
		return give_data(modem, bytes, len);
	}
	return len;
}

size_t modem_host_give(struct modem *modem, const uint8_t *bytes, size_t len)
{
	size_t taken = len ? give(modem, bytes, len) : 0;

	modem->host_bytes += taken;
	return taken;
}

size_t modem_host_take(struct modem *modem, uint8_t *ret_bytes, size_t max)
{
	size_t len = fifo_pop(&modem->out, ret_bytes, max);

	if (len && modem->call)
		exchange_data(modem->call);
	return len;
}

/* DTR */

/* What &D says about a drop longer than S25 (in 10 ms). &D2 ends in OK, as Rockwell's manuals have it. */
static void on_dtr_drop(void *arg)
{
	struct modem *modem = arg;
	uint8_t rule = at_param(&modem->at, PARAM_DTR);
	bool was_off_hook = modem->mode != MODEM_IDLE;

	if (rule == 1 && modem->mode == MODEM_ONLINE)
		enter_command_state(modem);
	if (rule < 2)
		return;
	clock_disarm(modem->clock, &modem->reply);
	at_cancel(&modem->at);
	go_on_hook(modem);
	if (rule == 3)
		at_reset(&modem->at);
	if (was_off_hook)
		say_result(modem, AT_RESULT_OK);
	modem->deaf_until_ms = modem->clock->now_ms + modem->settings->deaf_ms;
	if (modem->port)
		modem->port->ops->writable(modem->port);
}

void modem_host_dtr(struct modem *modem, bool on)
{
	if (on == modem->dtr)
		return;
	modem->dtr = on;
	say_note(modem, "--", on ? "dtr on" : "dtr off");
	if (on) {
		modem->dtr_rises++;
		clock_disarm(modem->clock, &modem->dtr_drop);
		return;
	}
	clock_arm(modem->clock, &modem->dtr_drop, at_sreg(&modem->at, 25) * 10);
}

/* Power */

void modem_power_on(struct modem *modem, struct port *port)
{
	at_power_on(&modem->at);
	modem->dtr = false;
	modem->dte_speed = 115200;
	modem->port = port;
	modem->lines = LINE_DSR | (at_param(&modem->at, PARAM_DCD) ? 0 : LINE_DCD);
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
	modem->dtr = false;
	modem->ri = false;
	fifo_clear(&modem->out);
	journal_event(modem->journal, modem->name, "unplug");
}

/* The line */

size_t modem_line_take(struct modem *modem, struct fifo *to, size_t max)
{
	size_t len = fifo_move(&modem->tx, to, max);

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
	timer->slot = 0;
	timer->fire = fire;
	timer->arg = modem;
}

void modem_init(struct modem *modem)
{
	at_init(&modem->at, modem->persona);
	modem->at.hang_up = hang_up_command;
	modem->at.arg = modem;
	modem->cord_out = !strcmp(modem->number, "-");
	modem->result_ms = -command_gap_ms;
	modem->last_ring_ms = -ring_memory_ms;
	timer_init(modem, &modem->reply, on_reply);
	timer_init(modem, &modem->dial, on_dial);
	timer_init(modem, &modem->wait, on_wait);
	timer_init(modem, &modem->ring, on_ring);
	timer_init(modem, &modem->cid, on_caller_id);
	timer_init(modem, &modem->escape, on_escape);
	timer_init(modem, &modem->dtr_drop, on_dtr_drop);
	timer_init(modem, &modem->loss, on_loss);
}
