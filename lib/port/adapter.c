/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Capabilities of the Linux drivers of serial ports: one row per driver. */
#include "port/adapter.h"

#include "util/base.h"

#define NO_FLOW "no hardware flow control: use an FTDI or Prolific adapter"
#define NO_PINS "no DTR and DCD pins, cannot hang up: use an FTDI or Prolific adapter"
#define NO_BOTH                                                                                    \
	"no hardware flow control, no DTR and DCD pins, cannot hang up: use an FTDI or Prolific adapter"
#define BROADBAND "mobile broadband device, not a telephone modem"
#define HANDHELD  "handheld computer"

/* Without CTS, data is lost when the buffer of the modem is full: the port speed must not exceed
 * the line rate. */
#define UNGUARDED 19200

#define SERIAL(name, flow, hangs_up)                                                               \
	{                                                                                          \
		name, ADAPTER_KIND_SERIAL, flow, hangs_up, 0, NULL                                 \
	}
#define DEAF(name, hangs_up)                                                                       \
	{                                                                                          \
		name, ADAPTER_KIND_SERIAL, false, hangs_up, UNGUARDED, NO_FLOW                     \
	}
#define BARE(name)                                                                                 \
	{                                                                                          \
		name, ADAPTER_KIND_SERIAL, true, false, 0, NO_PINS                                 \
	}
#define OTHER(name, why)                                                                           \
	{                                                                                          \
		name, ADAPTER_KIND_OTHER, false, false, 0, why                                     \
	}

static const struct adapter adapters[] = {
	/* USB flow control (NAK) replaces RTS and CTS, which CDC-ACM does not have (USB CDC PSTN
	 * 6.3.12) */
	{ "cdc_acm", ADAPTER_KIND_MODEM, true, true, 0, NULL },

	/* RS-232 bridges that are CDC-ACM devices (udev_name_adapter): the driver cannot enable
	 * RTS/CTS, and not every firmware reports DCD */
	DEAF("cdc_acm-bridge", false),
	{ "cdc_acm-bridge-no-dtr", ADAPTER_KIND_SERIAL, false, false, UNGUARDED, NO_BOTH },

	/* CRTSCTS, SIGHUP on carrier loss */
	SERIAL("ftdi_sio", true, true),
	SERIAL("pl2303", true, true),
	SERIAL("keyspan", true, true),
	SERIAL("cp210x", true, false),
	SERIAL("ti_usb_3410_5052", true, false),
	SERIAL("mos7840", true, false),
	SERIAL("mos7720", true, false),
	SERIAL("io_edgeport", true, false),
	SERIAL("io_ti", true, false),
	SERIAL("xr_serial", true, false),
	SERIAL("digi_acceleport", true, false),
	SERIAL("quatech2", true, false),
	SERIAL("mxuport", true, false),
	DEAF("ch341", true),
	DEAF("f81232", true),
	DEAF("f81534", true),

	/* rare: "false" if unknown, which only causes DCD to be polled */
	SERIAL("ark3116", true, false),
	SERIAL("belkin_sa", true, false),
	SERIAL("mct_u232", true, false),
	SERIAL("spcp8x5", true, false),
	SERIAL("ssu100", true, false),
	SERIAL("whiteheat", true, false),
	DEAF("cypress_m8", false),
	DEAF("oti6858", false),

	/* UARTs, by the driver of their parent device; the first is that of PNP and PCI */
	SERIAL("serial", true, true),
	SERIAL("serial8250", true, true),
	SERIAL("8250_lpss", true, true),
	SERIAL("8250_mid", true, true),
	SERIAL("8250_pericom", true, true),
	SERIAL("dw-apb-uart", true, true),
	SERIAL("exar_serial", true, true),
	SERIAL("jsm", true, true),
	SERIAL("mxser", true, true),
	SERIAL("of_serial", true, true),
	SERIAL("serial_cs", true, true),
	/* the two of a Raspberry Pi, and UARTs for its SPI and I2C */
	BARE("uart-pl011"),
	BARE("bcm2835-aux-uart"),
	BARE("sc16is7xx"),
	BARE("max310x"),

	OTHER("option", BROADBAND),
	OTHER("qcserial", BROADBAND),
	OTHER("qcaux", BROADBAND),
	OTHER("sierra", BROADBAND),
	OTHER("nozomi", BROADBAND),
	OTHER("hso", BROADBAND),
	OTHER("ipw", BROADBAND),
	OTHER("ipaq", HANDHELD),
	OTHER("visor", HANDHELD),
	OTHER("garmin_gps", "GPS receiver"),
	OTHER("usb_debug", "debug port of another host"),
};

const struct adapter *adapter_find(const char *driver)
{
	for (size_t i = 0; driver && i < ARRAY_SIZE(adapters); i++)
		if (str_eq(adapters[i].driver, driver))
			return &adapters[i];
	return NULL;
}
