/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A modem on RS-232: its speed and how it finds it out, CTS and RTS, the pace of the wire. */
#include "modem-inside.h"

#include "persona.h"
#include "say.h"

/* With this fault the modem runs at two thirds of any speed. */
static long own_speed(const struct modem *modem)
{
	return modem->faults.garbled ? modem->dte_speed * 2 / 3 : modem->serial.speed;
}

bool serial_is_foreign(const struct modem *modem)
{
	return modem->faults.garbled ||
	       (modem->persona->serial && !serial_is_near(modem->dte_speed, modem->serial.speed));
}

void serial_settle(struct modem *modem)
{
	struct serial *serial = &modem->serial;

	if (!serial->next_speed || modem->out.used)
		return;
	serial->speed = serial->next_speed;
	serial->next_speed = 0;
}

/* Finding out the speed */

static bool may_detect(const struct modem *modem)
{
	const long *speed = modem->persona->port.autobaud;

	if (!modem->persona->serial || modem->faults.garbled || modem->faults.fixed_speed ||
	    (modem->mode != MODEM_IDLE && modem->mode != MODEM_ESCAPED))
		return false;
	while (speed && *speed && !serial_is_near(modem->dte_speed, *speed))
		speed++;
	return speed && *speed;
}

static void detect(struct modem *modem, const uint8_t *bytes, size_t len)
{
	struct serial *serial = &modem->serial;
	uint8_t prefix[2];

	for (size_t i = 0; i < len; i++) {
		prefix[0] = (uint8_t)serial->heard;
		prefix[1] = bytes[i] & 0x7f;
		serial->heard = prefix[1] == 'A' || prefix[1] == 'a' ? (char)prefix[1] : 0;
		if (!prefix[0] || prefix[1] != (prefix[0] == 'A' ? 'T' : 't'))
			continue;
		serial->speed = modem->at.now.speed = modem->dte_speed;
		serial->next_speed = 0;
		serial->heard = 0;
		at_cancel(&modem->at);
		modem_hear(modem, prefix, sizeof(prefix));
		modem_hear(modem, bytes + i + 1, len - i - 1);
		return;
	}
}

void serial_hear_foreign(struct modem *modem, const uint8_t *bytes, size_t len)
{
	uint8_t noise[64 * SERIAL_WORSE];
	size_t part, got;

	if (may_detect(modem)) {
		detect(modem, bytes, len);
		return;
	}
	for (; len; bytes += part, len -= part) {
		part = len < 64 ? len : 64;
		got = serial_mishear(bytes, part, modem->dte_speed, own_speed(modem), noise,
				     sizeof(noise));
		modem_hear(modem, noise, got);
	}
}

/* Pace */

size_t serial_arrived(struct modem *modem, size_t len)
{
	struct serial *serial = &modem->serial;
	long bytes_per_s = serial_bytes_per_s(modem->dte_speed);
	size_t room = pace_room(&serial->in, modem->clock->now_ms, bytes_per_s);
	size_t arrived = len < room ? len : room;

	pace_spend(&serial->in, arrived);
	if (arrived < len)
		clock_arm(modem->clock, &serial->more_in,
			  pace_wait_ms(&serial->in, len - arrived, bytes_per_s));
	return arrived;
}

static bool heeds_rts(const struct modem *modem)
{
	uint8_t value = at_param_or(&modem->at, PARAM_RTS, at_param(&modem->at, PARAM_FLOW));

	return modem->persona->rts_on >> value & 1;
}

static size_t take_sent(struct modem *modem, uint8_t *ret_bytes, size_t max)
{
	struct serial *serial = &modem->serial;
	long bytes_per_s = serial_bytes_per_s(serial->speed);
	size_t room, len;

	if (!modem->persona->serial)
		return fifo_pop(&modem->out, ret_bytes, max);
	if (heeds_rts(modem) && !modem->rts)
		return 0;
	room = pace_room(&serial->out, modem->clock->now_ms, bytes_per_s);
	len = fifo_pop(&modem->out, ret_bytes, max < room ? max : room);
	pace_spend(&serial->out, len);
	if (modem->out.used)
		clock_arm(modem->clock, &serial->more_out,
			  pace_wait_ms(&serial->out, modem->out.used, bytes_per_s));
	return len;
}

size_t serial_take(struct modem *modem, uint8_t *ret_bytes, size_t max)
{
	uint8_t sent[64];
	size_t most = max / SERIAL_WORSE < sizeof(sent) ? max / SERIAL_WORSE : sizeof(sent), len,
	       got;

	serial_settle(modem);
	if (!serial_is_foreign(modem))
		return take_sent(modem, ret_bytes, max);
	do {
		len = take_sent(modem, sent, most);
		got = serial_mishear(sent, len, own_speed(modem), modem->dte_speed, ret_bytes, max);
	} while (len && !got);
	return got;
}

static void on_more_in(void *arg)
{
	struct modem *modem = arg;

	if (modem->port)
		modem->port->ops->writable(modem->port);
}

static void on_more_out(void *arg)
{
	struct modem *modem = arg;

	if (modem->port)
		modem->port->ops->readable(modem->port);
}

/* CTS and RTS */

/* It falls at three quarters and rises at one: what is on its way still fits. */
void serial_watch_buffer(struct modem *modem)
{
	struct serial *serial = &modem->serial;
	size_t max = modem->persona->tx_max, high = max / 4 * 3, low = max / 4;

	if (!modem->persona->serial)
		return;
	if (!(modem->persona->cts_on >> at_param(&modem->at, PARAM_FLOW) & 1))
		serial->cts_low = false;
	else if (modem->tx.used >= high)
		serial->cts_low = true;
	else if (modem->tx.used <= low)
		serial->cts_low = false;
	say_lines(modem);
}

void modem_host_rts(struct modem *modem, bool on)
{
	modem->rts = on;
	if (on && modem->port && modem->out.used)
		modem->port->ops->readable(modem->port);
}

void modem_host_speed(struct modem *modem, long speed)
{
	modem->dte_speed = speed;
	record_speed(&modem->record, speed);
}

/* Power */

void serial_power_on(struct modem *modem)
{
	long fixed = modem->faults.fixed_speed;

	modem->serial.speed = fixed ? fixed : modem->at.now.speed;
	modem->serial.next_speed = 0;
	modem->serial.heard = 0;
	modem->serial.cts_low = false;
	modem->rts = false;
}

void serial_power_off(struct modem *modem)
{
	clock_disarm(modem->clock, &modem->serial.more_in);
	clock_disarm(modem->clock, &modem->serial.more_out);
}

void serial_init(struct modem *modem)
{
	modem->serial.more_in = (struct timer){ .fire = on_more_in, .arg = modem };
	modem->serial.more_out = (struct timer){ .fire = on_more_out, .arg = modem };
}
