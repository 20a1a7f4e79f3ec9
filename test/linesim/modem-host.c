/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The host's side of a modem: commands, data, escape, DTR, and faults that a test switches on. */
#include "modem-inside.h"

#include <string.h>
#include <strings.h>

#include "exchange.h"
#include "say.h"
#include "settings.h"

/* V.250 5.6.1: characters within this time after the terminator do not abort a command. */
static const int64_t abort_grace_ms = 125;
/* V.250 5.6.1: a host waits this long after a result before the next command. */
static const int64_t command_gap_ms = 100;
/* S1 is cleared this long after the last ring. */
static const int64_t ring_memory_ms = 8000;
/* A slow modem: commands that reset nothing, and DTR (HylaFAX waits 2.6 s for it). */
static const long slow_other_ms = 250;
static const long slow_dtr_ms = 2600;

/* Data */

static int64_t guard_ms(const struct modem *modem)
{
	return at_sreg(&modem->at, 12) * 20;
}

/* V.250 has no escape; this is Hayes': silence, three times S2, silence. A PPP stream never pauses
 * that way. */
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

static void on_escape(void *arg)
{
	struct modem *modem = arg;

	modem->record.escapes++;
	modem_enter_command_state(modem);
}

/* USB answers NAK when the buffer is full; behind RS-232 what does not fit is lost. */
static size_t give_data(struct modem *modem, const uint8_t *bytes, size_t len)
{
	size_t room = modem->persona->tx_max > modem->tx.used
			      ? modem->persona->tx_max - modem->tx.used
			      : 0;
	size_t kept = len < room ? len : room;

	if (!kept && !modem->persona->serial)
		return 0;
	watch_escape(modem, bytes, modem->persona->serial ? len : kept);
	if (!modem->call)
		return len; /* the carrier is gone, S10 still runs */
	fifo_push(&modem->tx, bytes, kept);
	modem->tx_bytes += kept;
	serial_watch_buffer(modem);
	exchange_data(modem->call);
	if (!modem->persona->serial)
		return kept;
	modem->record.dropped += (unsigned int)(len - kept);
	return len;
}

/* Commands */

static void hang_up_command(void *arg)
{
	modem_go_on_hook(arg);
}

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
		modem_start_answering(modem);
		return;
	case AT_GO_DIAL:
		modem_start_dialling(modem, dial);
		return;
	case AT_GO_ONLINE:
		modem_go_online(modem);
		say_connect(modem);
		return;
	case AT_GO_RESET:
		modem_go_on_hook(modem);
		say_result(modem, AT_RESULT_OK);
		return;
	case AT_GO_OFF_HOOK:
		modem->off_hook = true;
		say_result(modem, AT_RESULT_OK);
		return;
	}
}

/* A speed that Z brought back counts from the next character on. */
static void follow_speed(struct modem *modem)
{
	if (!modem->persona->serial || modem->faults.fixed_speed)
		return;
	if (!serial_is_near(modem->at.now.speed, modem->serial.speed))
		modem->serial.next_speed = modem->at.now.speed;
	serial_settle(modem);
}

static void execute(struct modem *modem)
{
	struct at_reply reply;
	enum at_action action;

	if (modem->clock->now_ms - modem->last_ring_ms > ring_memory_ms)
		modem->at.now.s[1] = 0;
	action = at_run(&modem->at, &reply);
	if (reply.len)
		say_note(modem, "->", reply.text);
	say_bytes(modem, reply.text, reply.len);
	run_action(modem, action, reply.dial);
	follow_speed(modem);
	serial_watch_buffer(modem); /* it may have been switched off */
	say_lines(modem);           /* &C and &S act at once */
}

static void on_reply(void *arg)
{
	struct modem *modem = arg;
	bool answered = modem->mode != MODEM_IDLE &&
			modem->mode != MODEM_ESCAPED; /* by itself, meanwhile */

	if (!answered && !modem->faults.silent)
		execute(modem);
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

static long reply_ms(const struct modem *modem)
{
	static const char *const slow[] = { "Z", "&F" };
	long other_ms =
		modem->faults.slow_ms < slow_other_ms ? modem->faults.slow_ms : slow_other_ms;

	if (!modem->faults.slow_ms)
		return modem->settings->reply_ms;
	for (size_t i = 0; i < sizeof(slow) / sizeof(slow[0]); i++)
		if (!strncasecmp(modem->at.previous, slow[i], strlen(slow[i])))
			return modem->faults.slow_ms;
	return other_ms;
}

static size_t give_command(struct modem *modem, const uint8_t *bytes, size_t len)
{
	enum at_event event = AT_NOTHING;
	size_t taken = 0;

	if (is_too_soon(modem))
		return len;
	while (taken < len && event != AT_LINE_READY)
		event = at_feed(&modem->at, bytes[taken++], modem->clock->now_ms);
	record_bytes(&modem->record, bytes, taken);
	if (at_param(&modem->at, PARAM_ECHO))
		say_bytes(modem, (const char *)bytes, taken);
	if (event == AT_LINE_READY) {
		note_line(modem);
		modem->record.commands++;
		clock_arm(modem->clock, &modem->reply, reply_ms(modem));
	}
	return taken;
}

static size_t give_abort(struct modem *modem, size_t len)
{
	if (modem->clock->now_ms - modem->started_ms >= abort_grace_ms)
		modem_fail_call(modem, AT_RESULT_NO_CARRIER);
	return len;
}

size_t modem_hear(struct modem *modem, const uint8_t *bytes, size_t len)
{
	if (!len || modem->reply.slot)
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

static size_t give(struct modem *modem, const uint8_t *bytes, size_t len)
{
	serial_settle(modem);
	if (modem->clock->now_ms < modem->deaf_until_ms)
		return len;
	if (modem->reply.slot)
		return 0;
	if (modem->persona->serial)
		len = serial_arrived(modem, len);
	if (!serial_is_foreign(modem))
		return modem_hear(modem, bytes, len);
	serial_hear_foreign(modem, bytes, len);
	return len;
}

static void on_tell(void *arg)
{
	say_lines(arg);
}

size_t modem_host_give(struct modem *modem, const uint8_t *bytes, size_t len)
{
	size_t taken;

	modem->giving = true;
	taken = len ? give(modem, bytes, len) : 0;
	modem->giving = false;
	modem->host_bytes += taken;
	return taken;
}

size_t modem_host_take(struct modem *modem, uint8_t *ret_bytes, size_t max)
{
	size_t len = serial_take(modem, ret_bytes, max);

	if (len && modem->call)
		exchange_data(modem->call);
	return len;
}

/* DTR */

/* What &D says about a drop longer than S25 (in 10 ms). &D2 ends in OK, as Rockwell's manuals have
 * it. */
static void on_dtr_drop(void *arg)
{
	struct modem *modem = arg;
	uint8_t rule = at_param(&modem->at, PARAM_DTR);
	bool was_off_hook = modem->mode != MODEM_IDLE;
	long deaf_ms = modem->faults.slow_ms ? slow_dtr_ms : modem->settings->deaf_ms;

	if (rule == 1 && modem->mode == MODEM_ONLINE)
		modem_enter_command_state(modem);
	if (rule < 2)
		return;
	clock_disarm(modem->clock, &modem->reply);
	at_cancel(&modem->at);
	modem_go_on_hook(modem);
	if (rule == 3 || at_sreg(&modem->at, 13) & 1) /* USR's S13: reset when DTR drops */
		at_reset(&modem->at);
	if (was_off_hook)
		say_result(modem, AT_RESULT_OK);
	follow_speed(modem);
	modem->deaf_until_ms = modem->clock->now_ms + deaf_ms;
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

/* Faults */

/* As if those commands had been followed by &W; no commands: as it left the factory. */
static void store(struct modem *modem, const char *commands)
{
	struct at *at = &modem->at;

	at_init(at, modem->persona);
	at_run_commands(at, commands);
	for (size_t i = 0; i < 2; i++) {
		at_save(at, i);
		if (modem->faults.stored_speed)
			at->saved[i].speed = modem->faults.stored_speed;
	}
	at_power_on(at);
	at->now.speed = modem->serial.speed; /* until Z or power-on */
}

int modem_set_fault(struct modem *modem, const char *fault, const char *value)
{
	static const char *const storing[] = { "stored", "stored-speed" };
	int err = fault_set(&modem->faults, fault, value);

	if (err)
		return err;
	for (size_t i = 0; i < sizeof(storing) / sizeof(storing[0]); i++)
		if (!strcmp(fault, storing[i]))
			store(modem, modem->faults.stored);
	if (modem->faults.fixed_speed)
		modem->serial.speed = modem->faults.fixed_speed;
	say_lines(modem);
	if (modem->port)
		modem->port->ops->writable(modem->port);
	return 0;
}

void modem_host_init(struct modem *modem)
{
	modem->at.hang_up = hang_up_command;
	modem->at.arg = modem;
	modem->at.record = &modem->record;
	modem->at.refuse = modem->faults.refuse;
	modem->result_ms = -command_gap_ms;
	modem->last_ring_ms = -ring_memory_ms;
	modem->tell = (struct timer){ .fire = on_tell, .arg = modem };
	modem->reply = (struct timer){ .fire = on_reply, .arg = modem };
	modem->escape = (struct timer){ .fire = on_escape, .arg = modem };
	modem->dtr_drop = (struct timer){ .fire = on_dtr_drop, .arg = modem };
	serial_init(modem);
}
