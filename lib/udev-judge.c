/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What may be done to a serial port, judged from facts alone: opening the wrong one resets boards and drops other calls. */
#include "udev.h"

#include <ctype.h>

/* The hwdb stores symbols: a '#' would end its line, and texts for people belong into one place. */
static const struct reason {
	const char *symbol; /* DIALISP_WHY */
	const char *text;
} reasons[] = {
	{ "cellular", "mobile broadband device: no telephone line" },
	{ "gps", "GPS receiver" },
	{ "hobby-board", "programmable board: opening its port would restart it" },
	{ "printer", "receipt printer or point-of-sale device" },
	{ "wireless", "cordless or radio device: no telephone line" },
	{ "softmodem",
	  "softmodem: its signal processing is a driver that Linux does not have; use a modem with a controller" },
	{ "hcf", "host-controlled modem without a Linux driver; use a modem with a controller" },
};

struct driver {
	const char *name;
	enum udev_class class;
	const char *why;
};

#define ASK      "may have a modem behind it, or anything else: name the port to have it asked"
#define NO_DCD   ASK " (its driver does not report a hang-up by itself)"
#define NO_FLOW  ASK " (it has no hardware flow control: FTDI or Prolific adapters have)"
#define CELLULAR "mobile broadband device: no telephone line"

/* Kernel modules. Which of them honour CRTSCTS and hang up when DCD falls: drivers/usb/serial of Linux 6.12. */
static const struct driver drivers[] = {
	{ "ftdi_sio", UDEV_CLASS_SERIAL, ASK },
	{ "pl2303", UDEV_CLASS_SERIAL, ASK },
	{ "keyspan", UDEV_CLASS_SERIAL, ASK },
	{ "ch341", UDEV_CLASS_SERIAL, NO_FLOW },
	{ "f81232", UDEV_CLASS_SERIAL, NO_FLOW },
	{ "f81534", UDEV_CLASS_SERIAL, NO_FLOW },
	{ "cp210x", UDEV_CLASS_SERIAL, NO_DCD },
	{ "digi_acceleport", UDEV_CLASS_SERIAL, NO_DCD },
	{ "io_edgeport", UDEV_CLASS_SERIAL, NO_DCD },
	{ "io_ti", UDEV_CLASS_SERIAL, NO_DCD },
	{ "mos7720", UDEV_CLASS_SERIAL, NO_DCD },
	{ "mos7840", UDEV_CLASS_SERIAL, NO_DCD },
	{ "mxuport", UDEV_CLASS_SERIAL, NO_DCD },
	{ "quatech2", UDEV_CLASS_SERIAL, NO_DCD },
	{ "ti_usb_3410_5052", UDEV_CLASS_SERIAL, NO_DCD },
	{ "xr_serial", UDEV_CLASS_SERIAL, NO_DCD },
	{ "ark3116", UDEV_CLASS_SERIAL, ASK },
	{ "belkin_sa", UDEV_CLASS_SERIAL, ASK },
	{ "cypress_m8", UDEV_CLASS_SERIAL, ASK },
	{ "mct_u232", UDEV_CLASS_SERIAL, ASK },
	{ "oti6858", UDEV_CLASS_SERIAL, ASK },
	{ "spcp8x5", UDEV_CLASS_SERIAL, ASK },
	{ "ssu100", UDEV_CLASS_SERIAL, ASK },
	{ "whiteheat", UDEV_CLASS_SERIAL, ASK },
	{ "option", UDEV_CLASS_NEVER, CELLULAR },
	{ "qcserial", UDEV_CLASS_NEVER, CELLULAR },
	{ "qcaux", UDEV_CLASS_NEVER, CELLULAR },
	{ "sierra", UDEV_CLASS_NEVER, CELLULAR },
	{ "nozomi", UDEV_CLASS_NEVER, CELLULAR },
	{ "hso", UDEV_CLASS_NEVER, CELLULAR },
	{ "ipw", UDEV_CLASS_NEVER, CELLULAR },
	{ "ipaq", UDEV_CLASS_NEVER, "handheld computer" },
	{ "visor", UDEV_CLASS_NEVER, "handheld computer" },
	{ "garmin_gps", UDEV_CLASS_NEVER, "GPS receiver" },
	{ "usb_debug", UDEV_CLASS_NEVER, "debug port of another machine" },
};

static const struct driver *find_driver(const struct udev_facts *facts)
{
	for (size_t i = 0; facts->subsystem_driver && i < ARRAY_SIZE(drivers); i++)
		if (str_eq(drivers[i].name, facts->subsystem_driver))
			return &drivers[i];
	return NULL;
}

static bool is_class(const struct udev_facts *facts, const char *class)
{
	return facts->hwdb_class && str_eq(facts->hwdb_class, class);
}

static const char *reason_text(const struct udev_facts *facts)
{
	for (size_t i = 0; facts->hwdb_why && i < ARRAY_SIZE(reasons); i++)
		if (str_eq(reasons[i].symbol, facts->hwdb_why))
			return reasons[i].text;
	return "listed as no telephone modem in the hardware database";
}

/* --- the rows' questions --- */

static bool is_listed_modem(const struct udev_facts *facts)
{
	return is_class(facts, "modem");
}

/* "unknown" takes one product out of its vendor's row. */
static bool is_listed_other(const struct udev_facts *facts)
{
	return facts->hwdb_class && !is_class(facts, "unknown");
}

static bool is_claimed(const struct udev_facts *facts)
{
	return facts->mm_claims;
}

static bool has_network(const struct udev_facts *facts)
{
	return facts->has_net || facts->has_wdm;
}

static bool has_storage(const struct udev_facts *facts)
{
	return facts->has_storage || (facts->usb_interfaces && strstr(facts->usb_interfaces, ":08"));
}

static bool is_printer(const struct udev_facts *facts)
{
	return facts->usb_interfaces && strstr(facts->usb_interfaces, ":07");
}

static bool has_driver_row(const struct udev_facts *facts)
{
	return find_driver(facts) != NULL;
}

static bool is_uart(const struct udev_facts *facts)
{
	return facts->is_uart;
}

static bool is_not_acm(const struct udev_facts *facts)
{
	return !facts->subsystem_driver || !str_eq(facts->subsystem_driver, "cdc_acm");
}

static bool has_many_ttys(const struct udev_facts *facts)
{
	return facts->n_ttys != 1;
}

/* CDC PSTN subclass 02 (abstract control), protocol 01 (V.250); 04..06 are cellular, ff anything. */
static bool is_not_v250(const struct udev_facts *facts)
{
	return !facts->interface || strcasecmp(facts->interface, "020201") != 0;
}

/* One communication and data interfaces, nothing else: boards add HID, phones audio or vendor classes. */
static bool is_not_lone(const struct udev_facts *facts)
{
	unsigned n_comm = 0;
	const char *p = facts->usb_interfaces;

	while (p && *p == ':' && isxdigit((unsigned char)p[1])) {
		if (strncmp(p, ":0202", 5) == 0)
			n_comm++;
		else if (strncasecmp(p, ":0a", 3) != 0)
			return true;
		p = strchr(p + 1, ':');
	}
	return n_comm != 1;
}

static bool is_rest(const struct udev_facts *facts)
{
	(void)facts;
	return true;
}

/* The first row that applies decides. A second tty, a network port or storage beside a CDC-ACM tty means cellular; a bridge
 * chip may well have several ttys, so its driver decides before they are counted. */
static const struct rule {
	bool (*applies)(const struct udev_facts *facts);
	enum udev_class class;
	const char *why; /* NULL: from the hwdb's or the driver's row */
} rules[] = {
	{ is_listed_modem, UDEV_CLASS_MODEM, NULL },
	{ is_listed_other, UDEV_CLASS_NEVER, NULL },
	{ is_claimed, UDEV_CLASS_NEVER, "ModemManager's rules call it mobile broadband" },
	{ has_network, UDEV_CLASS_NEVER, "has a network port beside it: mobile broadband device or phone" },
	{ has_storage, UDEV_CLASS_NEVER, "has storage beside it: mobile broadband stick, phone or board" },
	{ is_printer, UDEV_CLASS_NEVER, "is a printer too: it would print what a modem is asked" },
	{ has_driver_row, UDEV_CLASS_NEVER, NULL },
	{ is_uart, UDEV_CLASS_SERIAL, ASK },
	{ is_not_acm, UDEV_CLASS_NEVER, "driver unknown to dialisp: not opened, it may be anything" },
	{ has_many_ttys, UDEV_CLASS_NEVER, "several ports on one device: mobile broadband device" },
	{ is_not_v250, UDEV_CLASS_NEVER, "does not call itself a V.250 modem (CDC 02/02/01)" },
	{ is_not_lone, UDEV_CLASS_NEVER,
	  "combined with other functions: board or phone, not a telephone modem" },
	{ is_rest, UDEV_CLASS_POSSIBLE,
	  "unknown product that calls itself a modem, as some boards do: name the port to have it asked" },
};

enum udev_class udev_judge(const struct udev_facts *facts, const char **ret_why)
{
	const struct driver *driver = find_driver(facts);
	const struct rule *rule = rules;

	while (!rule->applies(facts))
		rule++;
	*ret_why = rule->why;
	if (rule->applies == is_listed_other)
		*ret_why = reason_text(facts);
	if (rule->applies != has_driver_row)
		return rule->class;
	*ret_why = driver->why;
	return driver->class;
}
