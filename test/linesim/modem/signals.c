/* SPDX-License-Identifier: GPL-2.0-or-later */
/* DCD, DSR, RI and CTS of one modem. No I/O. */
#include "modem/signals.h"

#include "modem/state.h"

uint8_t signals_now(const struct modem *modem)
{
	const struct faults *faults = &modem->faults;
	bool dcd = modem->dcd || !modem_param(modem, PARAM_DCD) || faults->stuck_dcd;
	bool dsr = !modem_param(modem, PARAM_DSR) || modem->dcd;
	bool cts = modem->persona->serial && !modem->serial.cts_low && !faults->stuck_cts;

	return (dcd && !faults->no_dcd ? LINE_DCD : 0) | (dsr ? LINE_DSR : 0) |
	       (modem->ri ? LINE_RI : 0) | (cts ? LINE_CTS : 0);
}

void signals_update(struct modem *modem)
{
	uint8_t lines = signals_now(modem);

	if (!modem->port || lines == modem->lines)
		return;
	if (modem->giving) {
		clock_arm(modem->clock, &modem->tell, 0);
		return;
	}
	modem->lines = lines;
	modem->port->ops->lines(modem->port, lines);
}

static void on_tell(void *arg)
{
	signals_update(arg);
}

void signals_init(struct modem *modem)
{
	modem->tell = (struct timer){ .fire = on_tell, .arg = modem };
}
