/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The hardware database's symbols in words, and why a modem is no serial port. */
#include "port/udev.h"

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

const char *udev_reason_text(const char *symbol)
{
	for (size_t i = 0; symbol && i < ARRAY_SIZE(reasons); i++)
		if (str_eq(reasons[i].symbol, symbol))
			return reasons[i].text;
	return "listed as no telephone modem in the hardware database";
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

/* --- dead ends: one function per row, which writes why when it applies --- */

static bool is_class(const struct udev_dead_facts *facts, const char *class)
{
	return facts->hwdb_class && str_eq(facts->hwdb_class, class);
}

static char *explain_softmodem(const struct udev_dead_facts *facts)
{
	return is_class(facts, "softmodem") ? xstrdup(udev_reason_text(facts->hwdb_why)) : NULL;
}

/* Any other modem controller of class 0703 has a 16550 and would have a ttyS (8250_pci). */
static char *explain_pci(const struct udev_dead_facts *facts)
{
	if (facts->usb_interfaces)
		return NULL;
	return xstrdup(
		"no kernel driver takes this card: probably a softmodem; use a modem with a controller");
}

/* The hub driver chooses none when the hub has less power than all of them want. */
static char *explain_power(const struct udev_dead_facts *facts)
{
	if (facts->configuration)
		return NULL;
	return xstrdup(
		"not configured, as happens where a hub has too little power for it: use a powered hub");
}

static char *explain_configuration(const struct udev_dead_facts *facts)
{
	_cleanup_free_ char *quirk = udev_find_quirk(facts->quirks, "config2");

	if (!quirk || facts->configuration == 2)
		return NULL;
	return xasprintf("in its USB configuration %u it is no modem: plug it in again, "
			 "or echo 2 >/sys/bus/usb/devices/%s/bConfigurationValue",
			 facts->configuration, facts->device);
}

/* brltty takes bridges that it holds for braille displays. */
static char *explain_taken(const struct udev_dead_facts *facts)
{
	if (!facts->is_taken)
		return NULL;
	return xstrdup("another program has taken it (usbfs): dmesg names it; often it is brltty: "
		       "apt remove brltty");
}

static char *explain_firmware(const struct udev_dead_facts *facts)
{
	_cleanup_free_ char *file = udev_find_quirk(facts->quirks, "needs-firmware");

	if (!file)
		return NULL;
	return xasprintf("needs the firmware /lib/firmware/%s, which no package of Debian has: "
			 "copy it there from its maker's driver, then plug it in again",
			 file);
}

/* Its union descriptor is missing or misplaced and cdc_acm does not know the id, or the module is
 * not there. */
static char *explain_acm(const struct udev_dead_facts *facts)
{
	if (!strstr(facts->usb_interfaces, ":0202"))
		return NULL;
	return xstrdup("calls itself a modem (CDC-ACM), but the kernel did not take it: "
		       "modprobe cdc_acm; else dmesg says what is wrong with it");
}

static char *explain_rest(const struct udev_dead_facts *facts)
{
	(void)facts;
	return xstrdup(
		"vendor-specific interface without a kernel driver: softmodem, or firmware missing; "
		"use a modem with a controller");
}

char *udev_judge_dead_end(const struct udev_dead_facts *facts)
{
	static char *(*const rows[])(const struct udev_dead_facts *) = {
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
