/* SPDX-License-Identifier: GPL-2.0-or-later */
/* adapter: what is known of each driver, and what must hold for all rows. */
#include "port/adapter.h"

#include "check.h"
#include "util/base.h"

#define MODEM  ADAPTER_KIND_MODEM
#define SERIAL ADAPTER_KIND_SERIAL
#define OTHER  ADAPTER_KIND_OTHER

static const struct {
	const char *driver;
	enum adapter_kind kind;
	bool has_flow, hangs_up;
	unsigned max_speed;
	const char *why; /* part of it; NULL: none */
} cases[] = {
	{ "cdc_acm", MODEM, true, true, 0, NULL },
	{ "cdc_acm-bridge", SERIAL, false, false, 19200, "no hardware flow control: use an FTDI" },
	{ "cdc_acm-bridge-no-dtr", SERIAL, false, false, 19200, "no DTR and DCD pins" },
	{ "serial", SERIAL, true, true, 0, NULL },
	{ "serial8250", SERIAL, true, true, 0, NULL },
	{ "exar_serial", SERIAL, true, true, 0, NULL },
	{ "ftdi_sio", SERIAL, true, true, 0, NULL },
	{ "pl2303", SERIAL, true, true, 0, NULL },
	{ "keyspan", SERIAL, true, true, 0, NULL },
	{ "ch341", SERIAL, false, true, 19200, "FTDI or Prolific" },
	{ "cp210x", SERIAL, true, false, 0, NULL },
	{ "ti_usb_3410_5052", SERIAL, true, false, 0, NULL },
	{ "mos7840", SERIAL, true, false, 0, NULL },
	{ "mos7720", SERIAL, true, false, 0, NULL },
	{ "io_edgeport", SERIAL, true, false, 0, NULL },
	{ "io_ti", SERIAL, true, false, 0, NULL },
	{ "xr_serial", SERIAL, true, false, 0, NULL },
	{ "digi_acceleport", SERIAL, true, false, 0, NULL },
	{ "quatech2", SERIAL, true, false, 0, NULL },
	{ "mxuport", SERIAL, true, false, 0, NULL },
	{ "f81232", SERIAL, false, true, 19200, "FTDI or Prolific" },
	{ "f81534", SERIAL, false, true, 19200, "FTDI or Prolific" },
	{ "cypress_m8", SERIAL, false, false, 19200, "FTDI or Prolific" },
	{ "uart-pl011", SERIAL, true, false, 0, "no DTR and DCD" },
	{ "bcm2835-aux-uart", SERIAL, true, false, 0, "no DTR and DCD" },
	{ "sc16is7xx", SERIAL, true, false, 0, "no DTR and DCD" },
	{ "option", OTHER, false, false, 0, "mobile broadband" },
	{ "qcserial", OTHER, false, false, 0, "mobile broadband" },
	{ "garmin_gps", OTHER, false, false, 0, "GPS" },
};

static void check_case(size_t i)
{
	const struct adapter *have = adapter_find(cases[i].driver);

	check(have != NULL, "%s", cases[i].driver);
	if (!have)
		return;
	check(have->kind == cases[i].kind, "%s: kind %d", have->driver, have->kind);
	check(have->has_flow == cases[i].has_flow, "%s", have->driver);
	check(have->hangs_up == cases[i].hangs_up, "%s", have->driver);
	check(have->max_speed == cases[i].max_speed, "%s: %u", have->driver, have->max_speed);
	check(!have->why == !cases[i].why, "%s: why \"%s\"", have->driver,
	      have->why ? have->why : "");
	check(!have->why || !cases[i].why || strstr(have->why, cases[i].why), "%s: why \"%s\"",
	      have->driver, have->why);
}

int main(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		check_case(i);
	check(adapter_find(NULL) == NULL);
	check(adapter_find("") == NULL);
	check(adapter_find("ftdi") == NULL);
	check(adapter_find("ftdi_sio2") == NULL);
	return check_done();
}
