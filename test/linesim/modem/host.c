/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The host's side of a modem: power, commands, data, escape, DTR. No I/O. */
#include "modem/host.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "exchange/exchange.h"
#include "exchange/line-settings.h"
#include "modem/line.h"
#include "modem/response.h"
#include "modem/rs232.h"
#include "modem/say.h"
#include "modem/signals.h"
#include "modem/state.h"

/* V.250 5.6.1: characters within this time after the terminator do not abort a command. */
static const int64_t abort_grace_ms = 125;
/* V.250 5.6.1: a host waits this long after a result before the next command. */
static const int64_t command_gap_ms = 100;
/* S1 is cleared this long after the last ring. */
static const int64_t ring_memory_ms = 8000;
/* A slow modem: commands other than resets, and DTR (HylaFAX waits 2.6 s for it). */
static const long slow_other_ms = 250;
static const long slow_dtr_ms = 2600;

static const long dte_speed_at_plug = 115200;

static struct modem *modem_of_peer(const struct peer *peer)
{
	return (struct modem *)((char *)peer - offsetof(struct modem, peer));
}

/* Power */

static void host_power_on(struct peer *peer, struct port *port)
{
	struct modem *modem = modem_of_peer(peer);

	interpreter_power_on(&modem->at);
	modem->dtr = false;
	modem->dte_speed = dte_speed_at_plug;
	rs232_power_on(modem);
	modem->deaf_until_ms = modem->clock->now_ms + modem->faults.deaf_ms;
	modem->port = port;
	modem->lines = signals_now(modem);
	event_log_add(peer->log, peer->name, "plug");
}

/* A call breaks off at once. */
static void host_power_off(struct peer *peer)
{
	struct modem *modem = modem_of_peer(peer);

	if (!modem->port)
		return;
	modem->port = NULL;
	clock_disarm(modem->clock, &modem->reply);
	clock_disarm(modem->clock, &modem->dtr_drop);
	if (modem->mode != MODEM_IDLE && modem->line.call)
		exchange_cut(modem->line.exchange, modem->line.call);
	line_become_idle(modem);
	rs232_power_off(modem);
	modem->dtr = false;
	modem->ri = false;
	fifo_clear(&modem->out);
	event_log_add(peer->log, peer->name, "unplug");
}

/* Data */

static int64_t guard_ms(const struct modem *modem)
{
	return modem_sreg(modem, 12) * 20;
}

/* Hayes escape sequence (not in V.250): silence, three times S2, silence. */
static void watch_escape(struct modem *modem, const uint8_t *bytes, size_t len)
{
	int64_t now_ms = modem->clock->now_ms;
	uint8_t escape = modem_sreg(modem, 2);

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

	modem->peer.tally.escapes++;
	line_enter_command_state(modem);
}

/* USB answers NAK when the buffer is full; behind RS-232 what does not fit is lost. */
static size_t give_data(struct modem *modem, const uint8_t *bytes, size_t len)
{
	size_t room = modem->persona->tx_max > modem->line.tx.used
			      ? modem->persona->tx_max - modem->line.tx.used
			      : 0;
	size_t kept = len < room ? len : room;

	if (!kept && !modem->persona->serial)
		return 0;
	watch_escape(modem, bytes, modem->persona->serial ? len : kept);
	if (!modem->line.call)
		return len; /* carrier lost, S10 still running */
	fifo_push(&modem->line.tx, bytes, kept);
	modem->tx_bytes += kept;
	rs232_watch_buffer(modem);
	exchange_data(modem->line.call);
	if (!modem->persona->serial)
		return kept;
	modem->peer.tally.dropped += (unsigned int)(len - kept);
	return len;
}

/* Commands */

static void hang_up_command(void *arg)
{
	line_go_on_hook(arg);
}

static void finish_line(struct modem *modem, enum interpreter_action action, const char *dial)
{
	switch (action) {
	case ACTION_OK:
		say_result(modem, RESULT_OK);
		return;
	case ACTION_ERROR:
		say_result(modem, RESULT_ERROR);
		return;
	case ACTION_ANSWER:
		line_start_answering(modem);
		return;
	case ACTION_DIAL:
		line_start_dialling(modem, dial);
		return;
	case ACTION_ONLINE:
		line_go_online(modem);
		say_connect(modem);
		return;
	case ACTION_RESET:
		line_go_on_hook(modem);
		say_result(modem, RESULT_OK);
		return;
	case ACTION_OFF_HOOK:
		modem->off_hook = true;
		say_result(modem, RESULT_OK);
		return;
	}
}

/* A speed that Z restored applies from the next character on. */
static void follow_z_speed(struct modem *modem)
{
	if (!modem->persona->serial || modem->faults.fixed_speed)
		return;
	if (!serial_is_near(modem->at.profiles.now.speed, modem->serial.speed))
		modem->serial.next_speed = modem->at.profiles.now.speed;
	rs232_apply_speed(modem);
}

static void execute_line(struct modem *modem)
{
	struct interpreter_reply reply;
	enum interpreter_action action;

	if (modem->clock->now_ms - modem->last_ring_ms > ring_memory_ms)
		modem->at.profiles.now.s[1] = 0;
	action = interpreter_run(&modem->at, &reply);
	if (reply.len)
		peer_note(&modem->peer, "->", reply.text);
	say_bytes(modem, reply.text, reply.len);
	finish_line(modem, action, reply.dial);
	follow_z_speed(modem);
	rs232_watch_buffer(modem); /* flow control may be off now */
	signals_update(modem);     /* &C and &S take effect at once */
}

static void on_reply(void *arg)
{
	struct modem *modem = arg;
	bool answered = modem->mode != MODEM_IDLE &&
			modem->mode != MODEM_ESCAPED; /* it answered meanwhile (S0) */

	if (!answered && !modem->faults.silent)
		execute_line(modem);
	port_writable(modem->port);
	if (modem->line.call)
		exchange_data(modem->line.call); /* after O, pending data goes on */
}

static void note_line(struct modem *modem)
{
	char text[EDITOR_LINE_MAX + 4];

	snprintf(text, sizeof(text), "AT%s", modem->at.editor.previous);
	peer_note(&modem->peer, "<-", text);
}

static long find_reply_ms(const struct modem *modem)
{
	static const char *const slow[] = { "Z", "&F" };
	long other_ms =
		modem->faults.slow_ms < slow_other_ms ? modem->faults.slow_ms : slow_other_ms;

	if (!modem->faults.slow_ms)
		return modem->settings->reply_ms;
	for (size_t i = 0; i < sizeof(slow) / sizeof(slow[0]); i++)
		if (!strncasecmp(modem->at.editor.previous, slow[i], strlen(slow[i])))
			return modem->faults.slow_ms;
	return other_ms;
}

static size_t give_command(struct modem *modem, const uint8_t *bytes, size_t len)
{
	bool complete = false;
	size_t taken = 0;

	if (modem->settings->strict && modem->clock->now_ms - modem->result_ms < command_gap_ms)
		return len;
	while (taken < len && !complete)
		complete = editor_feed(&modem->at.editor, &modem->at.profiles, bytes[taken++],
				       modem->clock->now_ms);
	tally_bytes(&modem->peer.tally, bytes, taken);
	if (modem_param(modem, PARAM_ECHO))
		say_bytes(modem, (const char *)bytes, taken);
	if (complete) {
		note_line(modem);
		modem->peer.tally.commands++;
		clock_arm(modem->clock, &modem->reply, find_reply_ms(modem));
	}
	return taken;
}

static size_t give_abort(struct modem *modem, size_t len)
{
	if (modem->clock->now_ms - modem->started_ms >= abort_grace_ms)
		line_fail_call(modem, RESULT_NO_CARRIER);
	return len;
}

static size_t hear_bytes(struct modem *modem, const uint8_t *bytes, size_t len)
{
	if (!len || modem->reply.slot)
		return 0; /* the previous line is not answered yet */
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

/* Bytes at another speed: noise, or the AT of autobauding. */
static void hear_other_speed(struct modem *modem, const uint8_t *bytes, size_t len)
{
	uint8_t noise[64 * SERIAL_WORSE], prefix[2];
	size_t part, got;

	if (rs232_may_detect(modem)) {
		got = rs232_detect(modem, bytes, len, prefix);
		if (!got)
			return;
		editor_cancel(&modem->at.editor);
		hear_bytes(modem, prefix, sizeof(prefix));
		hear_bytes(modem, bytes + got, len - got);
		return;
	}
	for (; len; bytes += part, len -= part) {
		part = len < 64 ? len : 64;
		got = rs232_mishear(modem, bytes, part, noise, sizeof(noise));
		hear_bytes(modem, noise, got);
	}
}

static size_t hear_host(struct modem *modem, const uint8_t *bytes, size_t len)
{
	rs232_apply_speed(modem);
	if (modem->clock->now_ms < modem->deaf_until_ms)
		return len;
	if (modem->reply.slot)
		return 0;
	if (modem->persona->serial)
		len = rs232_arrived(modem, len);
	if (!rs232_speeds_differ(modem))
		return hear_bytes(modem, bytes, len);
	hear_other_speed(modem, bytes, len);
	return len;
}

static size_t host_give(struct peer *peer, struct port *port, const uint8_t *bytes, size_t len)
{
	struct modem *modem = modem_of_peer(peer);
	size_t taken;

	(void)port;
	modem->giving = true;
	taken = len ? hear_host(modem, bytes, len) : 0;
	modem->giving = false;
	peer->host_bytes += taken;
	return taken;
}

static size_t host_take(struct peer *peer, const struct port *port, uint8_t *ret_bytes, size_t max)
{
	struct modem *modem = modem_of_peer(peer);
	size_t len = rs232_take(modem, ret_bytes, max);

	(void)port;
	if (len && modem->line.call)
		exchange_data(modem->line.call);
	return len;
}

/* DTR, RTS, speed */

/* &D: DTR was off for longer than S25 (in 10 ms). &D2 ends in OK, as Rockwell's manuals have it. */
static void on_dtr_drop(void *arg)
{
	struct modem *modem = arg;
	uint8_t rule = modem_param(modem, PARAM_DTR);
	bool was_off_hook = modem->mode != MODEM_IDLE;
	long deaf_ms = modem->faults.slow_ms ? slow_dtr_ms : modem->settings->deaf_ms;

	if (rule == 1 && modem->mode == MODEM_ONLINE)
		line_enter_command_state(modem);
	if (rule < 2)
		return;
	clock_disarm(modem->clock, &modem->reply);
	editor_cancel(&modem->at.editor);
	line_go_on_hook(modem);
	if (rule == 3 || modem_sreg(modem, 13) & 1) /* USR's S13: reset when DTR drops */
		profile_reset(&modem->at.profiles);
	if (was_off_hook)
		say_result(modem, RESULT_OK);
	follow_z_speed(modem);
	modem->deaf_until_ms = modem->clock->now_ms + deaf_ms;
	port_writable(modem->port);
}

/* SET_CONTROL_LINE_STATE (USB CDC PSTN 6.3.12), or a pty being opened and closed. */
static void host_set_dtr(struct peer *peer, struct port *port, bool on)
{
	struct modem *modem = modem_of_peer(peer);

	(void)port;
	if (on == modem->dtr)
		return;
	modem->dtr = on;
	peer_note(peer, "--", on ? "dtr on" : "dtr off");
	if (on) {
		peer->dtr_rises++;
		clock_disarm(modem->clock, &modem->dtr_drop);
		return;
	}
	clock_arm(modem->clock, &modem->dtr_drop, modem_sreg(modem, 25) * 10);
}

/* With RTS flow control on, a host that dropped RTS gets no data. */
static void host_set_rts(struct peer *peer, bool on)
{
	struct modem *modem = modem_of_peer(peer);

	modem->rts = on;
	if (on && modem->out.used)
		port_readable(modem->port);
}

/* To a modem on RS-232 any rate but its own is noise; over CDC-ACM it has no effect. */
static void host_set_speed(struct peer *peer, long speed)
{
	modem_of_peer(peer)->dte_speed = speed;
	tally_speed(&peer->tally, speed);
}

static uint8_t host_get_lines(const struct peer *peer)
{
	return modem_of_peer(peer)->lines;
}

static const struct peer_ops peer_ops = {
	.power_on = host_power_on,
	.power_off = host_power_off,
	.give = host_give,
	.take = host_take,
	.set_dtr = host_set_dtr,
	.set_rts = host_set_rts,
	.set_speed = host_set_speed,
	.lines = host_get_lines,
};

void host_init(struct modem *modem)
{
	modem->peer.ops = &peer_ops;
	modem->at.hang_up = hang_up_command;
	modem->at.arg = modem;
	modem->at.tally = &modem->peer.tally;
	modem->at.refuse = modem->faults.refuse;
	modem->result_ms = -command_gap_ms;
	modem->last_ring_ms = -ring_memory_ms;
	modem->reply = (struct timer){ .fire = on_reply, .arg = modem };
	modem->escape = (struct timer){ .fire = on_escape, .arg = modem };
	modem->dtr_drop = (struct timer){ .fire = on_dtr_drop, .arg = modem };
}
