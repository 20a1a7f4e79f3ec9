/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One modem: its parts put together, faults, state. No I/O. */
#include "modem/modem.h"

#include <errno.h>
#include <string.h>

#include "modem/host.h"
#include "modem/line.h"
#include "modem/rs232.h"
#include "modem/signals.h"

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
	modem->peer.kind = modem->persona->name;
	modem->peer.is_modem = true;
	modem->peer.rs232 = modem->persona->serial;
	interpreter_init(&modem->at, modem->persona);
	signals_init(modem);
	rs232_init(modem);
	line_init(modem);
	host_init(modem);
}
