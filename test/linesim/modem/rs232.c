/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A modem on RS-232: its speed and autobauding, CTS and RTS, the rate of the wire. No I/O.
 */
#include "modem/rs232.h"

#include "modem/signals.h"
#include "modem/state.h"

/* With this fault the modem runs at two thirds of any speed. */
static long find_speed_of_modem(const struct modem *modem)
{
	return modem->faults.garbled ? modem->dte_speed * 2 / 3 : modem->serial.speed;
}

bool rs232_speeds_differ(const struct modem *modem)
{
	return modem->faults.garbled ||
	       (modem->persona->serial && !serial_is_near(modem->dte_speed, modem->serial.speed));
}

void rs232_apply_speed(struct modem *modem)
{
	struct serial *serial = &modem->serial;

	if (!serial->next_speed || modem->out.used)
		return;
	serial->speed = serial->next_speed;
	serial->next_speed = 0;
}

/* Autobauding */

bool rs232_may_detect(const struct modem *modem)
{
	const long *speed = modem->persona->port.autobaud;

	if (!modem->persona->serial || modem->faults.garbled || modem->faults.fixed_speed ||
	    (modem->mode != MODEM_IDLE && modem->mode != MODEM_ESCAPED))
		return false;
	while (speed && *speed && !serial_is_near(modem->dte_speed, *speed))
		speed++;
	return speed && *speed;
}

size_t rs232_detect(struct modem *modem, const uint8_t *bytes, size_t len, uint8_t ret_prefix[2])
{
	struct serial *serial = &modem->serial;

	for (size_t i = 0; i < len; i++) {
		uint8_t before = (uint8_t)serial->heard, byte = bytes[i] & 0x7f;

		serial->heard = byte == 'A' || byte == 'a' ? (char)byte : 0;
		if (!before || byte != (before == 'A' ? 'T' : 't'))
			continue;
		serial->speed = modem->at.profiles.now.speed = modem->dte_speed;
		serial->next_speed = 0;
		serial->heard = 0;
		ret_prefix[0] = before;
		ret_prefix[1] = byte;
		return i + 1;
	}
	return 0;
}

size_t rs232_mishear(const struct modem *modem, const uint8_t *bytes, size_t len,
		     uint8_t *ret_noise, size_t max)
{
	return serial_mishear(bytes, len, modem->dte_speed, find_speed_of_modem(modem), ret_noise,
			      max);
}

/* Rate */

size_t rs232_arrived(struct modem *modem, size_t len)
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

static bool obeys_rts(const struct modem *modem)
{
	uint8_t value =
		profile_param_or(&modem->at.profiles, PARAM_RTS, modem_param(modem, PARAM_FLOW));

	return modem->persona->rts_on >> value & 1;
}

static size_t take_paced(struct modem *modem, uint8_t *ret_bytes, size_t max)
{
	struct serial *serial = &modem->serial;
	long bytes_per_s = serial_bytes_per_s(serial->speed);
	size_t room, len;

	if (!modem->persona->serial)
		return fifo_pop(&modem->out, ret_bytes, max);
	if (obeys_rts(modem) && !modem->rts)
		return 0;
	room = pace_room(&serial->out, modem->clock->now_ms, bytes_per_s);
	len = fifo_pop(&modem->out, ret_bytes, max < room ? max : room);
	pace_spend(&serial->out, len);
	if (modem->out.used)
		clock_arm(modem->clock, &serial->more_out,
			  pace_wait_ms(&serial->out, modem->out.used, bytes_per_s));
	return len;
}

size_t rs232_take(struct modem *modem, uint8_t *ret_bytes, size_t max)
{
	uint8_t sent[64];
	size_t most = max / SERIAL_WORSE < sizeof(sent) ? max / SERIAL_WORSE : sizeof(sent), len,
	       got;

	rs232_apply_speed(modem);
	if (!rs232_speeds_differ(modem))
		return take_paced(modem, ret_bytes, max);
	do {
		len = take_paced(modem, sent, most);
		got = serial_mishear(sent, len, find_speed_of_modem(modem), modem->dte_speed,
				     ret_bytes, max);
	} while (len && !got);
	return got;
}

static void on_more_in(void *arg)
{
	struct modem *modem = arg;

	port_writable(modem->port);
}

static void on_more_out(void *arg)
{
	struct modem *modem = arg;

	port_readable(modem->port);
}

/* CTS and RTS */

/* CTS falls at three quarters and rises at one: bytes on their way still fit. */
void rs232_watch_buffer(struct modem *modem)
{
	struct serial *serial = &modem->serial;
	size_t max = modem->persona->tx_max, high = max / 4 * 3, low = max / 4;

	if (!modem->persona->serial)
		return;
	if (!(modem->persona->cts_on >> modem_param(modem, PARAM_FLOW) & 1))
		serial->cts_low = false;
	else if (modem->line.tx.used >= high)
		serial->cts_low = true;
	else if (modem->line.tx.used <= low)
		serial->cts_low = false;
	signals_update(modem);
}

/* Power */

void rs232_power_on(struct modem *modem)
{
	long fixed = modem->faults.fixed_speed;

	modem->serial.speed = fixed ? fixed : modem->at.profiles.now.speed;
	modem->serial.next_speed = 0;
	modem->serial.heard = 0;
	modem->serial.cts_low = false;
	modem->rts = false;
}

void rs232_power_off(struct modem *modem)
{
	clock_disarm(modem->clock, &modem->serial.more_in);
	clock_disarm(modem->clock, &modem->serial.more_out);
}

void rs232_init(struct modem *modem)
{
	modem->serial.more_in = (struct timer){ .fire = on_more_in, .arg = modem };
	modem->serial.more_out = (struct timer){ .fire = on_more_out, .arg = modem };
}
