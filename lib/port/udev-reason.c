/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Texts for the symbols of the hwdb, and the reasons why a modem is unusable. */
#include "port/udev.h"

/* The hwdb stores symbols: a '#' would end its line, and all texts are kept in one place. */
static const struct reason {
	const char *symbol; /* DIALISP_WHY */
	const char *text;
} reasons[] = {
	{ "cellular", "mobile broadband device, not a telephone modem" },
	{ "gps", "GPS receiver" },
	{ "hobby-board", "programmable board: opening its port would restart it" },
	{ "printer", "receipt printer or point-of-sale device" },
	{ "wireless", "cordless or radio device, not a telephone modem" },
	{ "softmodem",
	  "softmodem, needs a signal processing driver that Linux does not have: use a modem with a controller" },
	{ "hcf", "host-controlled modem without a Linux driver: use a modem with a controller" },
};

const char *udev_reason_text(const char *symbol)
{
	for (size_t i = 0; symbol && i < ARRAY_SIZE(reasons); i++)
		if (str_eq(reasons[i].symbol, symbol))
			return reasons[i].text;
	return "not a telephone modem according to the hardware database";
}

char *udev_find_quirk(const char *quirks, const char *symbol)
{
	size_t len = strlen(symbol);

	for (const char *p = quirks; p && *p; p += strspn(p, " ")) {
		size_t n = strcspn(p, " ");

		if (n >= len && strncmp(p, symbol, len) == 0 && (n == len || p[len] == '='))
			return n == len ? xstrdup("") : xstrndup(p + len + 1, n - len - 1);
		p += n;
	}
	return NULL;
}

/* --- unusable devices: one function per row, which writes why when it applies --- */

static bool is_class(const struct udev_unusable_facts *facts, const char *class)
{
	return facts->hwdb_class && str_eq(facts->hwdb_class, class);
}

static char *explain_softmodem(const struct udev_unusable_facts *facts)
{
	return is_class(facts, "softmodem") ? xstrdup(udev_reason_text(facts->hwdb_why)) : NULL;
}

/* Any other modem controller of class 0703 has a 16550 and would have a ttyS (8250_pci). */
static char *explain_pci(const struct udev_unusable_facts *facts)
{
	if (facts->usb_interfaces)
		return NULL;
	return xstrdup(
		"no kernel driver for this card, probably a softmodem: use a modem with a controller");
}

/* The hub driver selects no configuration if the hub has too little power for all of them. */
static char *explain_power(const struct udev_unusable_facts *facts)
{
	if (facts->configuration)
		return NULL;
	return xstrdup("not configured, the USB hub may have too little power: use a powered hub");
}

static char *explain_configuration(const struct udev_unusable_facts *facts)
{
	_cleanup_free_ char *quirk = udev_find_quirk(facts->quirks, "config2");

	if (!quirk || facts->configuration == 2)
		return NULL;
	return xasprintf("not a modem in USB configuration %u: plug it in again, "
			 "or echo 2 >/sys/bus/usb/devices/%s/bConfigurationValue",
			 facts->configuration, facts->device);
}

/* brltty claims bridges that it takes for braille displays. */
static char *explain_taken(const struct udev_unusable_facts *facts)
{
	if (!facts->is_taken)
		return NULL;
	return xstrdup("claimed by another program (usbfs), often brltty: see dmesg, or run "
		       "apt remove brltty");
}

static char *explain_firmware(const struct udev_unusable_facts *facts)
{
	_cleanup_free_ char *file = udev_find_quirk(facts->quirks, "needs-firmware");

	if (!file)
		return NULL;
	return xasprintf("missing firmware /lib/firmware/%s, not packaged by Debian: "
			 "copy it from the manufacturer's driver, then plug it in again",
			 file);
}

/* The union descriptor is missing or misplaced and cdc_acm does not know the id, or there is no
 * such module. */
static char *explain_acm(const struct udev_unusable_facts *facts)
{
	if (!strstr(facts->usb_interfaces, ":0202"))
		return NULL;
	return xstrdup("CDC-ACM modem without a kernel driver: "
		       "run modprobe cdc_acm, or see dmesg");
}

static char *explain_rest(const struct udev_unusable_facts *facts)
{
	(void)facts;
	return xstrdup(
		"vendor-specific interface without a kernel driver, softmodem or missing firmware: "
		"use a modem with a controller");
}

char *udev_judge_unusable(const struct udev_unusable_facts *facts)
{
	static char *(*const rows[])(const struct udev_unusable_facts *) = {
		explain_softmodem, explain_pci,      explain_power, explain_configuration,
		explain_taken,     explain_firmware, explain_acm,   explain_rest,
	};
	char *why = NULL;

	if (!is_class(facts, "modem") && !is_class(facts, "softmodem") && !facts->is_pci_modem)
		return NULL;
	for (size_t i = 0; !why && i < ARRAY_SIZE(rows); i++)
		why = rows[i](facts);
	return why;
}
