/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One modem: power, faults, the ops of its serial port. No I/O. */
#include "modem/modem.h"

#include <errno.h>
#include <string.h>

#include "exchange/exchange.h"
#include "modem/host.h"
#include "modem/line.h"
#include "modem/rs232.h"
#include "modem/signals.h"

static const long dte_speed_at_plug = 115200;

/* The serial port; the peer is within its modem */

static struct modem *modem_of_peer(const struct peer *peer)
{
	return (struct modem *)((char *)peer - offsetof(struct modem, peer));
}

static void modem_power_on(struct peer *peer, struct port *port)
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
static void modem_power_off(struct peer *peer)
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

static size_t modem_give(struct peer *peer, struct port *port, const uint8_t *bytes, size_t len)
{
	(void)port;
	return host_give(modem_of_peer(peer), bytes, len);
}

static size_t modem_take(struct peer *peer, const struct port *port, uint8_t *ret_bytes, size_t max)
{
	(void)port;
	return host_take(modem_of_peer(peer), ret_bytes, max);
}

static void modem_set_dtr(struct peer *peer, struct port *port, bool on)
{
	(void)port;
	host_dtr(modem_of_peer(peer), on);
}

static void modem_set_rts(struct peer *peer, bool on)
{
	host_rts(modem_of_peer(peer), on);
}

static void modem_set_speed(struct peer *peer, long speed)
{
	host_speed(modem_of_peer(peer), speed);
}

static uint8_t modem_get_lines(const struct peer *peer)
{
	return modem_of_peer(peer)->lines;
}

static const struct peer_ops peer_ops = {
	.power_on = modem_power_on,
	.power_off = modem_power_off,
	.give = modem_give,
	.take = modem_take,
	.set_dtr = modem_set_dtr,
	.set_rts = modem_set_rts,
	.set_speed = modem_set_speed,
	.lines = modem_get_lines,
};

/* Faults and states */

/* As if those commands had been followed by &W; no commands: as it left the factory. */
static void store_commands(struct modem *modem, const char *commands)
{
	struct interpreter *at = &modem->at;

	interpreter_init(at, modem->persona);
	interpreter_run_commands(at, commands);
	for (size_t i = 0; i < 2; i++) {
		profile_save(&at->profiles, i);
		if (modem->faults.stored_speed)
			at->profiles.saved[i].speed = modem->faults.stored_speed;
	}
	interpreter_power_on(at);
	at->profiles.now.speed = modem->serial.speed; /* until Z or power-on */
}

int modem_set_fault(struct modem *modem, const char *fault, const char *value)
{
	static const char *const storing[] = { "stored", "stored-speed" };
	int err = fault_set(&modem->faults, fault, value);

	if (err)
		return err;
	for (size_t i = 0; i < sizeof(storing) / sizeof(storing[0]); i++)
		if (!strcmp(fault, storing[i]))
			store_commands(modem, modem->faults.stored);
	if (modem->faults.fixed_speed)
		modem->serial.speed = modem->faults.fixed_speed;
	signals_update(modem);
	port_writable(modem->port);
	return 0;
}

int modem_dial(struct modem *modem, const char *number)
{
	if (!modem->port)
		return -ENODEV;
	if (line_is_busy(modem))
		return -EBUSY;
	line_start_dialling(modem, number);
	return 0;
}

const char *modem_state(const struct modem *modem)
{
	switch (modem->mode) {
	case MODEM_IDLE:
		return modem->line.call ? "ringing" : "idle";
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

void modem_init(struct modem *modem)
{
	modem->peer.ops = &peer_ops;
	modem->peer.kind = modem->persona->name;
	modem->peer.is_modem = true;
	modem->peer.rs232 = modem->persona->serial;
	interpreter_init(&modem->at, modem->persona);
	signals_init(modem);
	rs232_init(modem);
	line_init(modem);
	host_init(modem);
}
