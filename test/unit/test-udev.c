/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * udev: the policy as a table, the hwdb file as text and compiled, and the door to libudev on a made-up /sys.
 * The last two need root (a mount namespace) and systemd-hwdb; without them they say so.
 */
#include "udev.h"

#include <ctype.h>
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "check.h"
#include "run.h"

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
		{ "unknown modem", { ACM, .n_ttys = 1 }, UDEV_CLASS_POSSIBLE, "name the port" },
		{ "taken out of its vendor's row",
		  { ACM, "unknown", "cellular", .n_ttys = 1 },
		  UDEV_CLASS_POSSIBLE,
		  "name the port" },
		{ "voice modem with two data interfaces",
		  { "cdc_acm", ":020201:0a0000:0A0000:", "020201", .n_ttys = 1 },
		  UDEV_CLASS_POSSIBLE,
		  "name the port" },

		{ "softmodem",
		  { ACM, "softmodem", "softmodem", .n_ttys = 1 },
		  UDEV_CLASS_NEVER,
		  "softmodem" },
		{ "softmodem by a bridge driver",
		  { "ftdi_sio", ":ffffff:", "ffffff", "softmodem", "hcf", .n_ttys = 1 },
		  UDEV_CLASS_NEVER,
		  "host-controlled" },
		{ "hobby board", { ACM, "other", "hobby-board", .n_ttys = 1 }, UDEV_CLASS_NEVER, "board" },
		{ "no such reason",
		  { ACM, "other", "x", .n_ttys = 1 },
		  UDEV_CLASS_NEVER,
		  "hardware database" },
		{ "no reason", { ACM, "other", NULL, .n_ttys = 1 }, UDEV_CLASS_NEVER, "hardware database" },
		{ "class of a later version",
		  { ACM, "pager", NULL, .n_ttys = 1 },
		  UDEV_CLASS_NEVER,
		  "hardware database" },
		{ "ModemManager", { ACM, .n_ttys = 1, .mm_claims = true }, UDEV_CLASS_NEVER, "ModemManager" },
		{ "beside net", { ACM, .n_ttys = 1, .has_net = true }, UDEV_CLASS_NEVER, "network" },
		{ "beside cdc-wdm", { ACM, .n_ttys = 1, .has_wdm = true }, UDEV_CLASS_NEVER, "network" },
		{ "beside a disk", { ACM, .n_ttys = 1, .has_storage = true }, UDEV_CLASS_NEVER, "storage" },
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
		{ "no interface known", { "cdc_acm", NULL, NULL, .n_ttys = 1 }, UDEV_CLASS_NEVER, "V.250" },
		{ "keyboard too",
		  { "cdc_acm", ":020201:0a0000:030000:", "020201", .n_ttys = 1 },
		  UDEV_CLASS_NEVER,
		  "combined" },
		{ "second, unused communication interface",
		  { "cdc_acm", ":020201:0a0000:020201:0a0000:", "020201", .n_ttys = 1 },
		  UDEV_CLASS_NEVER,
		  "combined" },
		{ "option", { "option", ":ffffff:", "ffffff", .n_ttys = 1 }, UDEV_CLASS_NEVER, "mobile" },
		{ "unknown driver",
		  { "foo", ":ffffff:", "ffffff", .n_ttys = 1 },
		  UDEV_CLASS_NEVER,
		  "driver unknown" },
		{ "no driver",
		  { NULL, ":ffffff:", "ffffff", .n_ttys = 1 },
		  UDEV_CLASS_NEVER,
		  "driver unknown" },

		{ "FTDI",
		  { "ftdi_sio", ":ffffff:", "ffffff", .n_ttys = 1 },
		  UDEV_CLASS_SERIAL,
		  "name the port" },
		{ "FT2232, two ports",
		  { "ftdi_sio", ":ffffff:ffffff:", "ffffff", .n_ttys = 2 },
		  UDEV_CLASS_SERIAL,
		  "name the port" },
		{ "CH340",
		  { "ch341", ":ff0102:", "ff0102", .n_ttys = 1 },
		  UDEV_CLASS_SERIAL,
		  "no hardware flow" },
		{ "CP2102", { "cp210x", ":ff0000:", "ff0000", .n_ttys = 1 }, UDEV_CLASS_SERIAL, "hang-up" },
		{ "UART", { "serial8250", .is_uart = true }, UDEV_CLASS_SERIAL, "name the port" },
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
		check(!why || !cases[i].why || strstr(why, cases[i].why), "%s: why \"%s\"", cases[i].what,
		      why);
	}
}

/* --- hwdb file --- */

static char *hwdb_path(void)
{
	const char *slash = strstr(__FILE__, "test/unit/");

	return xasprintf("%.*sudev/60-dialisp.hwdb", (int)(slash - __FILE__), __FILE__);
}

static void check_why(const char *symbol, unsigned n)
{
	const struct udev_facts facts = { .hwdb_class = "other", .hwdb_why = symbol };
	const char *why;

	udev_judge(&facts, &why);
	check(!strstr(why, "hardware database"), "line %u: no text for DIALISP_WHY=%s", n, symbol);
}

/* usb: ids in capitals, as the kernel's modalias has them; "usb:v0572p1349*" */
static void check_match(const char *line, unsigned n)
{
	bool is_usb = str_starts(line, "usb:v");

	check(is_usb || str_starts(line, "pci:v"), "line %u", n);
	check(str_ends(line, "*"), "line %u", n);
	for (const char *p = line + strlen("usb:v"); *p; p++)
		check(!islower((unsigned char)*p) || strchr(is_usb ? "p" : "dbc", *p), "line %u: \"%c\"", n,
		      *p);
}

static void check_property(const char *line, unsigned n)
{
	static const char *const keys[] = { "DIALISP_CLASS=", "DIALISP_WHY=", "DIALISP_DIALECT=",
					    "ID_MM_DEVICE_IGNORE=1" };
	static const char *const classes[] = { "modem", "softmodem", "cellular", "other", "unknown" };
	bool known = false;

	check(!strpbrk(line, "#\" "), "line %u: cut or quoted", n);
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		known |= str_starts(line, keys[i]);
	check(known, "line %u: %s", n, line);
	if (str_starts(line, "DIALISP_WHY="))
		check_why(line + strlen("DIALISP_WHY="), n);
	known = !str_starts(line, "DIALISP_CLASS=");
	for (size_t i = 0; i < ARRAY_SIZE(classes); i++)
		known |= str_eq(line + strcspn(line, "=") + 1, classes[i]);
	check(known, "line %u: %s", n, line);
}

static void test_hwdb_text(void)
{
	_cleanup_free_ char *path = hwdb_path();
	FILE *f = fopen(path, "r");
	char line[256];
	unsigned n = 0;

	check(f != NULL, "%s: run in the build directory", path);
	while (f && fgets(line, sizeof(line), f)) {
		n++;
		line[strcspn(line, "\n")] = '\0';
		if (line[0] == ' ')
			check_property(line + 1, n);
		else if (line[0] && line[0] != '#')
			check_match(line, n);
	}
	check(n > 100, "%u lines", n);
	if (f)
		fclose(f);
}

/* --- a made-up machine --- */

/* Below /sys. Content NULL: a link to `target`, relative to /sys. */
static const struct node {
	const char *path, *content, *target;
} nodes[] = {
#define USB(dir, vendor, product)                                                                            \
	{ dir "/uevent", "DEVTYPE=usb_device\n", NULL }, { dir "/subsystem", NULL, "bus/usb" },              \
		{ dir "/idVendor", vendor "\n", NULL },                                                      \
	{                                                                                                    \
		dir "/idProduct", product "\n", NULL                                                         \
	}
#define IFACE(dir, class, sub, proto, alias)                                                                 \
	{ dir "/uevent", "DEVTYPE=usb_interface\n", NULL }, { dir "/subsystem", NULL, "bus/usb" },           \
		{ dir "/bInterfaceClass", class "\n", NULL }, { dir "/bInterfaceSubClass", sub "\n", NULL }, \
		{ dir "/bInterfaceProtocol", proto "\n", NULL },                                             \
	{                                                                                                    \
		dir "/modalias", alias "\n", NULL                                                            \
	}
#define DRIVER(dir, name)                                                                                    \
	{                                                                                                    \
		dir "/driver", NULL, "bus/usb/drivers/" name                                                 \
	}
#define TTY(dir, name, number)                                                                               \
	{ dir "/tty/" name "/uevent", "MAJOR=" number "\nMINOR=0\nDEVNAME=" name "\n", NULL },               \
		{ dir "/tty/" name "/subsystem", NULL, "class/tty" },                                        \
	{                                                                                                    \
		"class/tty/" name, NULL, dir "/tty/" name                                                    \
	}

	{ "bus/usb/drivers/cdc_acm/bind", "", NULL },
	{ "bus/usb/drivers/mos7840/bind", "", NULL },
	{ "bus/pnp/drivers/serial/bind", "", NULL },
	{ "bus/serial-base/drivers/port/bind", "", NULL },
	{ "bus/usb-serial/x", "", NULL },
	{ "class/net/x", "", NULL },

	/* a modem that the hwdb knows */
	USB("devices/usb1/1-1", "0572", "1349"),
	{ "devices/usb1/1-1/manufacturer", "CONEXANT\n", NULL },
	{ "devices/usb1/1-1/product", "USB \"Modem\"\n", NULL },
	IFACE("devices/usb1/1-1/1-1:1.0", "02", "02", "01",
	      "usb:v0572p1349d0100dc02dsc00dp00ic02isc02ip01in00"),
	DRIVER("devices/usb1/1-1/1-1:1.0", "cdc_acm"),
	IFACE("devices/usb1/1-1/1-1:1.1", "0a", "00", "00",
	      "usb:v0572p1349d0100dc02dsc00dp00ic0Aisc00ip00in01"),
	TTY("devices/usb1/1-1/1-1:1.0", "ttyACM0", "166"),

	/* an LTE stick: same class, but a network interface beside it */
	USB("devices/usb1/1-2", "1234", "0001"),
	IFACE("devices/usb1/1-2/1-2:1.0", "02", "02", "01",
	      "usb:v1234p0001d0100dc02dsc00dp00ic02isc02ip01in00"),
	DRIVER("devices/usb1/1-2/1-2:1.0", "cdc_acm"),
	IFACE("devices/usb1/1-2/1-2:1.1", "0a", "00", "00",
	      "usb:v1234p0001d0100dc02dsc00dp00ic0Aisc00ip00in01"),
	TTY("devices/usb1/1-2/1-2:1.0", "ttyACM1", "167"),
	{ "devices/usb1/1-2/1-2:1.2/net/wwan0/uevent", "INTERFACE=wwan0\n", NULL },
	{ "devices/usb1/1-2/1-2:1.2/net/wwan0/subsystem", NULL, "class/net" },
	IFACE("devices/usb1/1-2/1-2:1.2", "02", "06", "00",
	      "usb:v1234p0001d0100dc02dsc00dp00ic02isc06ip00in02"),

	/* an adapter with two ports on one interface */
	USB("devices/usb1/1-3", "9710", "7820"),
	IFACE("devices/usb1/1-3/1-3:1.0", "ff", "ff", "ff",
	      "usb:v9710p7820d0001dcFFdscFFdpFFicFFiscFFipFFin00"),
	DRIVER("devices/usb1/1-3/1-3:1.0", "mos7840"),
	{ "devices/usb1/1-3/1-3:1.0/ttyUSB0/uevent", "DRIVER=moschip7840\n", NULL },
	{ "devices/usb1/1-3/1-3:1.0/ttyUSB0/subsystem", NULL, "bus/usb-serial" },
	{ "devices/usb1/1-3/1-3:1.0/ttyUSB0/port_number", "0\n", NULL },
	TTY("devices/usb1/1-3/1-3:1.0/ttyUSB0", "ttyUSB0", "188"),
	{ "devices/usb1/1-3/1-3:1.0/ttyUSB10/uevent", "DRIVER=moschip7840\n", NULL },
	{ "devices/usb1/1-3/1-3:1.0/ttyUSB10/subsystem", NULL, "bus/usb-serial" },
	{ "devices/usb1/1-3/1-3:1.0/ttyUSB10/port_number", "1\n", NULL },
	TTY("devices/usb1/1-3/1-3:1.0/ttyUSB10", "ttyUSB10", "189"),

	/* UARTs: the console, a chip, and a number without a chip; a virtual console */
	{ "devices/pnp0/uevent", "", NULL },
	{ "devices/pnp0/subsystem", NULL, "bus/pnp" },
	{ "devices/pnp0/driver", NULL, "bus/pnp/drivers/serial" },
	{ "devices/pnp0/port0/uevent", "", NULL },
	{ "devices/pnp0/port0/subsystem", NULL, "bus/serial-base" },
	{ "devices/pnp0/port0/driver", NULL, "bus/serial-base/drivers/port" },
	TTY("devices/pnp0/port0", "ttyS0", "4"),
	{ "devices/pnp0/port0/tty/ttyS0/type", "4\n", NULL },
	TTY("devices/pnp0/port0", "ttyS1", "5"),
	{ "devices/pnp0/port0/tty/ttyS1/type", "4\n", NULL },
	TTY("devices/pnp0/port0", "ttyS10", "6"),
	{ "devices/pnp0/port0/tty/ttyS10/type", "0\n", NULL },
	TTY("devices/virtual", "tty1", "7"),
	{ "devices/virtual/tty/console/uevent", "MAJOR=8\nMINOR=1\nDEVNAME=console\n", NULL },
	{ "devices/virtual/tty/console/active", "tty0 ttyS0\n", NULL },
	{ "devices/virtual/tty/console/subsystem", NULL, "class/tty" },
	{ "class/tty/console", NULL, "devices/virtual/tty/console" },
};

static void make_parents(const char *path)
{
	_cleanup_free_ char *dir = xstrdup(path);

	for (char *p = strchr(dir + 1, '/'); p; p = strchr(p + 1, '/')) {
		*p = '\0';
		mkdir(dir, 0755);
		*p = '/';
	}
}

/* Links are relative, as sysfs has them. */
static void make_link(const char *path, const struct node *node)
{
	_cleanup_text_ struct text target = { 0 };

	for (const char *p = strchr(node->path, '/'); p; p = strchr(p + 1, '/'))
		text_add(&target, "../");
	text_add(&target, node->target);
	check(symlink(text_str(&target), path) == 0, "%s", path);
}

static void make_sysfs(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(nodes); i++) {
		_cleanup_free_ char *path = xasprintf("/sys/%s", nodes[i].path);
		FILE *f;

		make_parents(path);
		if (!nodes[i].content) {
			make_link(path, &nodes[i]);
			continue;
		}
		f = fopen(path, "w");
		fputs(nodes[i].content, f);
		fclose(f);
	}
}

/* Ours compiled, below an empty /etc/udev. True when the tool is there. */
static bool make_hwdb(const char *source)
{
	static const char *const argv[] = { "systemd-hwdb", "--strict", "update", NULL };
	const struct run run = { .argv = argv, .timeout_ms = 60000, .show = true };
	_cleanup_free_ char *tool = run_find("systemd-hwdb"), *copy = NULL;

	if (!tool || mount("tmpfs", "/etc/udev", "tmpfs", 0, NULL) < 0)
		return false;
	mkdir("/etc/udev/hwdb.d", 0755);
	copy = xasprintf("cp %s /etc/udev/hwdb.d/", source);
	check(system(copy) == 0);
	check(run_program(&run, NULL) == 0, "systemd-hwdb update");
	return true;
}

struct want {
	const char *name, *socket, *driver, *usb_id;
	int port_number;
	enum udev_class class;
};

static void check_port(const struct udev_port *have, const struct want *want)
{
	check_str(have->name, want->name);
	check(str_eq(have->socket, want->socket), "%s: %s", have->name, have->socket);
	check(str_eq(have->driver, want->driver), "%s: %s", have->name, have->driver);
	check(str_eq(have->usb_id ? have->usb_id : "", want->usb_id), "%s: %s", have->name, have->usb_id);
	check(have->port_number == want->port_number, "%s: %d", have->name, have->port_number);
	check(have->class == want->class, "%s: class %d: %s", have->name, have->class, have->why);
	check(str_starts(have->syspath, "/sys/devices/"), "%s", have->syspath);
}

/* In name order. No udevd has looked at these, so DEVPATH stands for ID_PATH. */
static void check_ports(bool has_hwdb)
{
#define D "/devices/"
	const struct want wants[] = {
		{ "ttyACM0", D "usb1/1-1/1-1:1.0/tty/ttyACM0", "cdc_acm", "0572:1349", -1,
		  has_hwdb ? UDEV_CLASS_MODEM : UDEV_CLASS_POSSIBLE },
		{ "ttyACM1", D "usb1/1-2/1-2:1.0/tty/ttyACM1", "cdc_acm", "1234:0001", -1, UDEV_CLASS_NEVER },
		{ "ttyS1", D "pnp0/port0/tty/ttyS1", "serial", "", -1, UDEV_CLASS_SERIAL },
		{ "ttyUSB0", D "usb1/1-3/1-3:1.0/ttyUSB0/tty/ttyUSB0", "mos7840", "9710:7820", -1,
		  UDEV_CLASS_SERIAL },
		{ "ttyUSB10", D "usb1/1-3/1-3:1.0/ttyUSB10/tty/ttyUSB10", "mos7840", "9710:7820", -1,
		  UDEV_CLASS_SERIAL },
	};
	struct udev_port *ports = NULL;
	size_t n = 0;

	check(udev_list_ports(&ports, &n) == 0);
	check(n == ARRAY_SIZE(wants), "%zu ports", n);
	for (size_t i = 0; i < n && i < ARRAY_SIZE(wants); i++)
		check_port(&ports[i], &wants[i]);
	if (n) {
		check_str(ports[0].product, "CONEXANT USB Modem");
		check(!has_hwdb || (ports[0].dialect && str_eq(ports[0].dialect, "cnxt")));
	}
	udev_free_ports(ports, n);
}

/* With ID_PATH from udevd's database: both ports of the adapter have the same, so their numbers count. */
static void check_database(void)
{
	static const char *const records[][2] = {
		{ "c166:0", "I:1\nE:ID_PATH=pci-0-usb-0:1:1.0\n" },
		{ "c188:0", "I:1\nE:ID_PATH=pci-0-usb-0:3:1.0\n" },
		{ "c189:0", "I:1\nE:ID_PATH=pci-0-usb-0:3:1.0\n" },
		{ "c5:0", "I:1\nE:ID_MM_DEVICE_PROCESS=1\n" },
	};
	struct udev_port *ports = NULL;
	size_t n = 0;

	mkdir("/run/udev", 0755);
	mkdir("/run/udev/data", 0755);
	for (size_t i = 0; i < ARRAY_SIZE(records); i++) {
		_cleanup_free_ char *path = xasprintf("/run/udev/data/%s", records[i][0]);
		FILE *f = fopen(path, "w");

		fputs(records[i][1], f);
		fclose(f);
	}
	check(udev_list_ports(&ports, &n) == 0 && n == 5);
	if (n != 5)
		return;
	check_str(ports[0].socket, "pci-0-usb-0:1:1.0");
	check(ports[0].port_number == -1);
	check(ports[2].class == UDEV_CLASS_NEVER, "ModemManager's");
	check(ports[3].port_number == 0 && ports[4].port_number == 1, "%d %d", ports[3].port_number,
	      ports[4].port_number);
	check(udev_find_socket(ports, n, "pci-0-usb-0:3:1.0", 1) == &ports[4]);
	udev_free_ports(ports, n);
}

static int in_made_up_machine(const char *source)
{
	bool has_hwdb;

	check(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0);
	has_hwdb = make_hwdb(source);
	if (!has_hwdb)
		printf("skipped: compiled hwdb (no systemd-hwdb)\n");
	check(mount("tmpfs", "/run", "tmpfs", 0, NULL) == 0, "/run");
	check(mount("tmpfs", "/sys", "tmpfs", 0, NULL) == 0, "/sys");
	make_sysfs();
	setenv("SYSTEMD_DEVICE_VERIFY_SYSFS", "0", 1); /* systemd's own switch for tests */
	check_ports(has_hwdb);
	check_database();
	return check_done();
}

static void test_machine(void)
{
	_cleanup_free_ char *relative = hwdb_path(), *source = realpath(relative, NULL);
	int status = 1;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		if (unshare(CLONE_NEWNS) < 0) {
			printf("skipped: made-up machine (not root)\n");
			exit(0);
		}
		exit(in_made_up_machine(source ? source : relative));
	}
	waitpid(pid, &status, 0);
	check(status == 0, "status %d", status);
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
		{ "ttyUSB1", 2 },     { "/dev/ttyUSB1", 2 }, { "/dev/ttyACM0", 0 }, { "ttyACM", -1 },
		{ "", -1 },           { "/dev/", -1 },       { "/dev/zero", -1 },   { "/dev/../dev/null", 3 },
		{ "../dev/null", 3 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct udev_port *port = udev_find_port(ports, ARRAY_SIZE(ports), cases[i].device);

		check(port == (cases[i].want < 0 ? NULL : &ports[cases[i].want]), "\"%s\"", cases[i].device);
	}
	check(udev_find_socket(ports, 4, "b", 1) == &ports[2]);
	check(udev_find_socket(ports, 4, "b", -1) == NULL);
	check(udev_find_socket(ports, 4, "a", -1) == &ports[0]);
	check(udev_find_socket(ports, 4, "d", -1) == NULL);
}

int main(void)
{
	test_judge();
	test_hwdb_text();
	test_find();
	test_machine();
	return check_done();
}
