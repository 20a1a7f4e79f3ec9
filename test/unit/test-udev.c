/* SPDX-License-Identifier: GPL-2.0-or-later */
/* udev: the policy as tables: what a port is, why a device is none, which quirk and which port is
 * meant. */
#include "port/udev.h"

#include "check.h"

/* --- policy --- */

#define ACM "cdc_acm", ":020201:0a0000:", "020201"

static void test_judge(void)
{
	static const struct {
		const char *what;
		struct udev_facts facts;
		enum udev_class class;
		const char *why; /* part of it; NULL: none */
	} cases[] = {
		{ "listed", { ACM, "modem", NULL, .n_ttys = 1 }, UDEV_CLASS_MODEM, NULL },
		{ "listed, behind a bridge",
		  { "ti_usb_3410_5052", ":ffffff:", "ffffff", "modem", NULL, .n_ttys = 1 },
		  UDEV_CLASS_MODEM,
		  NULL },
		{ "listed, two ttys", { ACM, "modem", NULL, .n_ttys = 2 }, UDEV_CLASS_MODEM, NULL },
		{ "listed, its driver's disk beside it",
		  { ACM, "modem", NULL, .n_ttys = 1, .has_storage = true },
		  UDEV_CLASS_MODEM,
		  NULL },
		{ "listed, claimed by a rule for its maker",
		  { ACM, "modem", NULL, .n_ttys = 1, .mm_claims = true },
		  UDEV_CLASS_MODEM,
		  NULL },
		{ "listed id used again",
		  { ACM, "modem", NULL, .n_ttys = 1, .has_net = true },
		  UDEV_CLASS_NEVER,
		  "network" },
		{ "listed id used again, cdc-wdm",
		  { ACM, "modem", NULL, .n_ttys = 1, .has_wdm = true },
		  UDEV_CLASS_NEVER,
		  "network" },
		{ "listed card",
		  { "serial", NULL, NULL, "modem", NULL, .is_uart = true },
		  UDEV_CLASS_MODEM,
		  NULL },
		{ "listed as another, beside net",
		  { ACM, "cellular", "cellular", .n_ttys = 3, .has_net = true },
		  UDEV_CLASS_NEVER,
		  "mobile broadband device, not a telephone modem" },
		{ "unknown modem", { ACM, .n_ttys = 1 }, UDEV_CLASS_POSSIBLE, "may be a board" },
		{ "taken out of its vendor's row",
		  { ACM, "unknown", "cellular", .n_ttys = 1 },
		  UDEV_CLASS_POSSIBLE,
		  "may be a board" },
		{ "voice modem with two data interfaces",
		  { "cdc_acm", ":020201:0a0000:0A0000:", "020201", .n_ttys = 1 },
		  UDEV_CLASS_POSSIBLE,
		  "may be a board" },

		{ "softmodem",
		  { ACM, "softmodem", "softmodem", .n_ttys = 1 },
		  UDEV_CLASS_NEVER,
		  "softmodem" },
		{ "softmodem by a bridge driver",
		  { "ftdi_sio", ":ffffff:", "ffffff", "softmodem", "hcf", .n_ttys = 1 },
		  UDEV_CLASS_NEVER,
		  "host-controlled" },
		{ "hobby board",
		  { ACM, "other", "hobby-board", .n_ttys = 1 },
		  UDEV_CLASS_NEVER,
		  "board" },
		{ "no such reason",
		  { ACM, "other", "x", .n_ttys = 1 },
		  UDEV_CLASS_NEVER,
		  "hardware database" },
		{ "no reason",
		  { ACM, "other", NULL, .n_ttys = 1 },
		  UDEV_CLASS_NEVER,
		  "hardware database" },
		{ "class of a later version",
		  { ACM, "pager", NULL, .n_ttys = 1 },
		  UDEV_CLASS_NEVER,
		  "hardware database" },
		{ "ModemManager",
		  { ACM, .n_ttys = 1, .mm_claims = true },
		  UDEV_CLASS_NEVER,
		  "ModemManager" },
		{ "beside net",
		  { ACM, .n_ttys = 1, .has_net = true },
		  UDEV_CLASS_NEVER,
		  "network" },
		{ "beside cdc-wdm",
		  { ACM, .n_ttys = 1, .has_wdm = true },
		  UDEV_CLASS_NEVER,
		  "network" },
		{ "beside a disk",
		  { ACM, .n_ttys = 1, .has_storage = true },
		  UDEV_CLASS_NEVER,
		  "storage" },
		{ "storage interface without driver",
		  { "cdc_acm", ":020201:0a0000:080650:", "020201", .n_ttys = 1 },
		  UDEV_CLASS_NEVER,
		  "storage" },
		{ "bridge beside net",
		  { "ftdi_sio", ":ffffff:", "ffffff", .n_ttys = 1, .has_net = true },
		  UDEV_CLASS_NEVER,
		  "network" },
		{ "printer",
		  { "cdc_acm", ":020201:0a0000:070102:", "020201", .n_ttys = 1 },
		  UDEV_CLASS_NEVER,
		  "print" },
		{ "two ttys", { ACM, .n_ttys = 2 }, UDEV_CLASS_NEVER, "several ports" },
		{ "GSM protocol",
		  { "cdc_acm", ":020204:0a0000:", "020204", .n_ttys = 1 },
		  UDEV_CLASS_NEVER,
		  "V.250" },
		{ "no protocol",
		  { "cdc_acm", ":020200:0a0000:", "020200", .n_ttys = 1 },
		  UDEV_CLASS_NEVER,
		  "V.250" },
		{ "no interface known",
		  { "cdc_acm", NULL, NULL, .n_ttys = 1 },
		  UDEV_CLASS_NEVER,
		  "V.250" },
		{ "keyboard too",
		  { "cdc_acm", ":020201:0a0000:030000:", "020201", .n_ttys = 1 },
		  UDEV_CLASS_NEVER,
		  "combined" },
		{ "second, unused communication interface",
		  { "cdc_acm", ":020201:0a0000:020201:0a0000:", "020201", .n_ttys = 1 },
		  UDEV_CLASS_NEVER,
		  "combined" },
		{ "option",
		  { "option", ":ffffff:", "ffffff", .n_ttys = 1 },
		  UDEV_CLASS_NEVER,
		  "mobile" },
		{ "unknown driver",
		  { "foo", ":ffffff:", "ffffff", .n_ttys = 1 },
		  UDEV_CLASS_NEVER,
		  "unknown driver" },
		{ "no driver",
		  { NULL, ":ffffff:", "ffffff", .n_ttys = 1 },
		  UDEV_CLASS_NEVER,
		  "unknown driver" },

		{ "FTDI",
		  { "ftdi_sio", ":ffffff:", "ffffff", .n_ttys = 1 },
		  UDEV_CLASS_SERIAL,
		  "device behind it is unknown" },
		{ "FT2232, two ports",
		  { "ftdi_sio", ":ffffff:ffffff:", "ffffff", .n_ttys = 2 },
		  UDEV_CLASS_SERIAL,
		  "device behind it is unknown" },
		{ "CH340",
		  { "ch341", ":ff0102:", "ff0102", .n_ttys = 1 },
		  UDEV_CLASS_SERIAL,
		  "device behind it is unknown" },
		{ "bridge beside a disk",
		  { "ftdi_sio", ":ffffff:", "ffffff", .n_ttys = 1, .has_storage = true },
		  UDEV_CLASS_NEVER,
		  "storage" },
		{ "CH343 as CDC-ACM",
		  { "cdc_acm-bridge", ":020201:0a0000:", "020201", "serial", NULL, .n_ttys = 1 },
		  UDEV_CLASS_SERIAL,
		  "device behind it is unknown" },
		{ "CH344 as CDC-ACM, four ports",
		  { "cdc_acm-bridge", ":020201:0a0000:020201:0a0000:020201:0a0000:020201:0a0000:",
		    "020201", "serial", NULL, .n_ttys = 4 },
		  UDEV_CLASS_SERIAL,
		  "device behind it is unknown" },
		{ "MCP2221: a HID interface beside it",
		  { "cdc_acm-bridge-no-dtr", ":020201:0a0000:030000:", "020201", "serial", NULL,
		    .n_ttys = 1 },
		  UDEV_CLASS_SERIAL,
		  "device behind it is unknown" },
		{ "listed as a bridge, beside net",
		  { "cdc_acm-bridge", ":020201:0a0000:", "020201", "serial", NULL, .n_ttys = 1,
		    .has_net = true },
		  UDEV_CLASS_NEVER,
		  "network" },
		{ "MT9234 with an id that is not listed",
		  { "ti_usb_3410_5052", ":ffffff:", "ffffff", .n_ttys = 1 },
		  UDEV_CLASS_SERIAL,
		  "device behind it is unknown" },
		{ "UART",
		  { "serial8250", .is_uart = true },
		  UDEV_CLASS_SERIAL,
		  "device behind it is unknown" },
		{ "UART of a driver without a row",
		  { "imx-uart", .is_uart = true },
		  UDEV_CLASS_SERIAL,
		  "device behind it is unknown" },
		{ "LTE stick with three ttys",
		  { "option", ":ffffff:ffffff:ffffff:", "ffffff", .n_ttys = 3 },
		  UDEV_CLASS_NEVER,
		  "mobile" },
		{ "UART of a softmodem card",
		  { "serial", NULL, NULL, "softmodem", "softmodem", .is_uart = true },
		  UDEV_CLASS_NEVER,
		  "softmodem" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const char *why = "";
		enum udev_class class = udev_judge(&cases[i].facts, &why);

		check(class == cases[i].class, "%s: %d", cases[i].what, class);
		check((why == NULL) == (cases[i].why == NULL), "%s", cases[i].what);
		check(!why || !cases[i].why || strstr(why, cases[i].why), "%s: why \"%s\"",
		      cases[i].what, why);
	}
}

static void test_name_adapter(void)
{
	static const struct {
		const char *driver, *class, *quirks, *want;
	} cases[] = {
		{ "cdc_acm", "serial", NULL, "cdc_acm-bridge" },
		{ "cdc_acm", "serial", "dup-serial", "cdc_acm-bridge" },
		{ "cdc_acm", "serial", "no-dtr", "cdc_acm-bridge-no-dtr" },
		{ "cdc_acm", "modem", NULL, "cdc_acm" },
		{ "cdc_acm", NULL, NULL, "cdc_acm" },
		{ "cdc_acm", "unknown", "no-dtr", "cdc_acm" },
		/* the driver of its maker knows more */
		{ "xr_serial", "serial", NULL, "xr_serial" },
		{ "ftdi_sio", NULL, NULL, "ftdi_sio" },
		{ NULL, "serial", NULL, NULL },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const char *name =
			udev_name_adapter(cases[i].driver, cases[i].class, cases[i].quirks);

		check(!name == !cases[i].want, "case %zu", i);
		check(!name || str_eq(name, cases[i].want), "case %zu: %s", i, name);
	}
}

/* --- unusable devices --- */

#define VENDOR             ":ffffff:"
#define USB(interfaces, n) .usb_interfaces = (interfaces), .configuration = (n)

static void test_judge_unusable(void)
{
	static const struct {
		struct udev_unusable_facts facts;
		const char *why; /* part of it; NULL: usable */
	} cases[] = {
		{ { "1-1", "softmodem", "softmodem", NULL, USB(VENDOR, 1) },
		  "Linux does not have" },
		{ { "1-1", "softmodem", "hcf", NULL, USB(VENDOR, 1) }, "host-controlled" },
		{ { "1-1", "softmodem", "hcf", NULL, USB(":", 0) }, "host-controlled" },
		{ { "0000:02:00.0", "softmodem", "softmodem", NULL, .is_pci_modem = true },
		  "Linux does not have" },
		{ { "0000:02:00.0", .is_pci_modem = true }, "probably a softmodem" },
		{ { "0000:02:00.0", .hwdb_class = "modem" }, "no kernel driver" },
		{ { "1-1", "modem", NULL, "min-fw=1.2.23", USB(":", 0) }, "powered hub" },
		{ { "1-1.3", "modem", NULL, "config2", USB(VENDOR, 1) },
		  "echo 2 >/sys/bus/usb/devices/1-1.3/bConfigurationValue" },
		{ { "1-1", "modem", NULL, "config2", USB(":020201:0a0000:", 2) },
		  "modprobe cdc_acm" },
		{ { "1-1", "modem", NULL, "dup-serial needs-firmware=mts_mt9234zba.fw",
		    USB(VENDOR, 1) },
		  "/lib/firmware/mts_mt9234zba.fw, not packaged by Debian" },
		{ { "1-1", "modem", NULL, NULL, USB(VENDOR, 1), .is_taken = true }, "brltty" },
		{ { "1-1", "modem", NULL, NULL, USB(":020201:0a0000:", 1) }, "modprobe cdc_acm" },
		{ { "1-1", "modem", NULL, NULL, USB(VENDOR, 1) }, "vendor-specific" },
		{ { "1-1", "cellular", "cellular", NULL, USB(VENDOR, 1) }, NULL },
		{ { "1-1", "other", "gps", NULL, USB(VENDOR, 1) }, NULL },
		{ { "1-1", "unknown", NULL, NULL, USB(VENDOR, 1) }, NULL },
		{ { "1-1", NULL, NULL, NULL, USB(VENDOR, 1) }, NULL },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_free_ char *why = udev_judge_unusable(&cases[i].facts);

		check(!why == !cases[i].why, "case %zu: \"%s\"", i, why ? why : "");
		check(!why || !cases[i].why || strstr(why, cases[i].why), "case %zu: \"%s\"", i,
		      why);
	}
}

static void test_find_quirk(void)
{
	static const struct {
		const char *quirks, *symbol, *value; /* NULL: not there */
	} cases[] = {
		{ "config2", "config2", "" },
		{ "dup-serial wedges", "wedges", "" },
		{ "dup-serial  min-fw=1.2.23 wedges", "min-fw", "1.2.23" },
		{ "min-fw=", "min-fw", "" },
		{ "min-fw=1=2", "min-fw", "1=2" },
		{ "config22", "config2", NULL },
		{ "config", "config2", NULL },
		{ "xconfig2", "config2", NULL },
		{ " ", "config2", NULL },
		{ "", "config2", NULL },
		{ NULL, "config2", NULL },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_free_ char *value = udev_find_quirk(cases[i].quirks, cases[i].symbol);

		check(!value == !cases[i].value, "case %zu", i);
		check(!value || !cases[i].value || str_eq(value, cases[i].value),
		      "case %zu: \"%s\"", i, value);
	}
}

/* --- finding --- */

static void test_find(void)
{
	struct udev_port ports[] = {
		{ .name = "ttyACM0", .socket = (char *)"a", .port_number = -1 },
		{ .name = "ttyUSB0", .socket = (char *)"b", .port_number = 0 },
		{ .name = "ttyUSB1", .socket = (char *)"b", .port_number = 1 },
		{ .name = "null", .socket = (char *)"c", .port_number = -1 },
	};
	static const struct {
		const char *device;
		int want; /* -1: none */
	} cases[] = {
		{ "ttyUSB1", 2 },
		{ "/dev/ttyUSB1", 2 },
		{ "/dev/ttyACM0", 0 },
		{ "ttyACM", -1 },
		{ "", -1 },
		{ "/dev/", -1 },
		{ "/dev/zero", -1 },
		{ "/dev/../dev/null", 3 },
		{ "../dev/null", 3 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct udev_port *port =
			udev_find_port(ports, ARRAY_SIZE(ports), cases[i].device);

		check(port == (cases[i].want < 0 ? NULL : &ports[cases[i].want]), "\"%s\"",
		      cases[i].device);
	}
	check(udev_find_socket(ports, 4, "b", 1) == &ports[2]);
	check(udev_find_socket(ports, 4, "b", -1) == NULL);
	check(udev_find_socket(ports, 4, "a", -1) == &ports[0]);
	check(udev_find_socket(ports, 4, "d", -1) == NULL);
}

int main(void)
{
	test_judge();
	test_name_adapter();
	test_judge_unusable();
	test_find_quirk();
	test_find();
	return check_done();
}
