/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether a serial port may be opened, decided from its properties only: opening the wrong one
 * resets boards and drops other calls. */
#include "port/udev.h"

#include <ctype.h>

#include "port/adapter.h"

#define ASK "device behind it is unknown"

static bool is_class(const struct udev_facts *facts, const char *class)
{
	return facts->hwdb_class && str_eq(facts->hwdb_class, class);
}

/* --- conditions of the rows --- */

static bool is_listed_modem(const struct udev_facts *facts)
{
	return is_class(facts, "modem");
}

/* "unknown" exempts one product from the row of its vendor. */
static bool is_listed_other(const struct udev_facts *facts)
{
	return facts->hwdb_class && !is_class(facts, "modem") && !is_class(facts, "serial") &&
	       !is_class(facts, "unknown");
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
	return facts->has_storage ||
	       (facts->usb_interfaces && strstr(facts->usb_interfaces, ":08"));
}

static bool is_printer(const struct udev_facts *facts)
{
	return facts->usb_interfaces && strstr(facts->usb_interfaces, ":07");
}

static bool is_kind(const struct udev_facts *facts, enum adapter_kind kind)
{
	const struct adapter *adapter = adapter_find(facts->subsystem_driver);

	return adapter && adapter->kind == kind;
}

static bool is_other_driver(const struct udev_facts *facts)
{
	return is_kind(facts, ADAPTER_KIND_OTHER);
}

static bool is_serial(const struct udev_facts *facts)
{
	return is_kind(facts, ADAPTER_KIND_SERIAL) || facts->is_uart;
}

static bool is_not_acm(const struct udev_facts *facts)
{
	return !is_kind(facts, ADAPTER_KIND_MODEM);
}

static bool has_many_ttys(const struct udev_facts *facts)
{
	return facts->n_ttys != 1;
}

/* CDC PSTN subclass 02 (abstract control), protocol 01 (V.250); 04..06 are cellular, ff anything.
 */
static bool is_not_v250(const struct udev_facts *facts)
{
	return !facts->interface || strcasecmp(facts->interface, "020201") != 0;
}

/* One communication and data interfaces only: boards add HID, phones audio or vendor classes. */
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

/* The first matching row decides. A second tty, a network interface or storage beside a CDC-ACM tty
 * means mobile broadband; a bridge chip may have several ttys, so its driver is checked before they
 * are counted. A known id has precedence over all but a network interface: ids have been reused for
 * other devices, and telephone modems have no network interface. */
static const struct rule {
	bool (*applies)(const struct udev_facts *facts);
	enum udev_class class;
	const char *why; /* NULL: from the hwdb's or the driver's row */
} rules[] = {
	{ is_listed_other, UDEV_CLASS_NEVER, NULL },
	{ has_network, UDEV_CLASS_NEVER,
	  "has a network interface: mobile broadband device or phone" },
	{ is_listed_modem, UDEV_CLASS_MODEM, NULL },
	{ is_claimed, UDEV_CLASS_NEVER, "mobile broadband device according to ModemManager" },
	{ has_storage, UDEV_CLASS_NEVER, "has storage: mobile broadband stick, phone or board" },
	{ is_printer, UDEV_CLASS_NEVER, "has a printer interface: would print AT commands" },
	{ is_other_driver, UDEV_CLASS_NEVER, NULL },
	{ is_serial, UDEV_CLASS_SERIAL, ASK },
	{ is_not_acm, UDEV_CLASS_NEVER, "unknown driver" },
	{ has_many_ttys, UDEV_CLASS_NEVER, "several ports on one device: mobile broadband device" },
	{ is_not_v250, UDEV_CLASS_NEVER, "not a V.250 modem (CDC 02/02/01)" },
	{ is_not_lone, UDEV_CLASS_NEVER,
	  "combined with other functions: board or phone, not a telephone modem" },
	{ is_rest, UDEV_CLASS_POSSIBLE, "unknown product with a modem interface, may be a board" },
};

enum udev_class udev_judge(const struct udev_facts *facts, const char **ret_why)
{
	const struct rule *rule = rules;

	while (!rule->applies(facts))
		rule++;
	*ret_why = rule->why;
	if (rule->applies == is_listed_other)
		*ret_why = udev_reason_text(facts->hwdb_why);
	if (rule->applies == is_other_driver)
		*ret_why = adapter_find(facts->subsystem_driver)->why;
	return rule->class;
}

const char *udev_name_adapter(const char *driver, const char *hwdb_class, const char *quirks)
{
	_cleanup_free_ char *no_dtr = udev_find_quirk(quirks, "no-dtr");

	if (!driver || !str_eq(driver, "cdc_acm") || !hwdb_class || !str_eq(hwdb_class, "serial"))
		return driver;
	return no_dtr ? "cdc_acm-bridge-no-dtr" : "cdc_acm-bridge";
}
