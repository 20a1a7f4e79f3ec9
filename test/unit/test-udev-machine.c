/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * udev: the module that wraps libudev on a made-up /sys with our hwdb file compiled.
 * It needs root (a mount namespace) and systemd-hwdb; without them it says so.
 */
#include "port/udev.h"

#include <sched.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "check.h"
#include "files.h"
#include "util/run.h"

#define SKIPPED 77 /* as meson knows it */

/* --- a made-up machine --- */

/* Below /sys. Content NULL: a link to `target`, relative to /sys. */
static const struct node {
	const char *path, *content, *target;
} nodes[] = {
#define DEVICE(dir, vendor, product)                                                               \
	{ dir "/uevent", "DEVTYPE=usb_device\n", NULL }, { dir "/subsystem", NULL, "bus/usb" },    \
		{ dir "/idVendor", vendor "\n", NULL },                                            \
	{                                                                                          \
		dir "/idProduct", product "\n", NULL                                               \
	}
#define IFACE(dir, class, sub, proto, alias)                                                       \
	{ dir "/uevent", "DEVTYPE=usb_interface\n", NULL }, { dir "/subsystem", NULL, "bus/usb" }, \
		{ dir "/bInterfaceClass", class "\n", NULL },                                      \
		{ dir "/bInterfaceSubClass", sub "\n", NULL },                                     \
		{ dir "/bInterfaceProtocol", proto "\n", NULL },                                   \
	{                                                                                          \
		dir "/modalias", alias "\n", NULL                                                  \
	}
#define ON_BUS(bus, dir, name)                                                                     \
	{                                                                                          \
		"bus/" bus "/devices/" name, NULL, dir                                             \
	}
#define CARD(dir, vendor, device, alias)                                                           \
	{ dir "/uevent", "", NULL }, { dir "/subsystem", NULL, "bus/pci" },                        \
		{ dir "/vendor", vendor "\n", NULL }, { dir "/device", device "\n", NULL },        \
	{                                                                                          \
		dir "/modalias", alias "\n", NULL                                                  \
	}
#define DRIVER(dir, name)                                                                          \
	{                                                                                          \
		dir "/driver", NULL, "bus/usb/drivers/" name                                       \
	}
#define TTY(dir, name, number)                                                                     \
	{ dir "/tty/" name "/uevent", "MAJOR=" number "\nMINOR=0\nDEVNAME=" name "\n", NULL },     \
		{ dir "/tty/" name "/subsystem", NULL, "class/tty" },                              \
	{                                                                                          \
		"class/tty/" name, NULL, dir "/tty/" name                                          \
	}

	{ "bus/usb/drivers/cdc_acm/bind", "", NULL },
	{ "bus/usb/drivers/mos7840/bind", "", NULL },
	{ "bus/usb/drivers/ch341/bind", "", NULL },
	{ "bus/pnp/drivers/serial/bind", "", NULL },
	{ "bus/serial-base/drivers/port/bind", "", NULL },
	{ "bus/usb-serial/x", "", NULL },
	{ "class/net/x", "", NULL },

	/* a modem that the hwdb knows */
	DEVICE("devices/usb1/1-1", "0572", "1349"),
	{ "devices/usb1/1-1/manufacturer", "CONEXANT\n", NULL },
	{ "devices/usb1/1-1/product", "USB \"Modem\"\n", NULL },
	IFACE("devices/usb1/1-1/1-1:1.0", "02", "02", "01",
	      "usb:v0572p1349d0100dc02dsc00dp00ic02isc02ip01in00"),
	DRIVER("devices/usb1/1-1/1-1:1.0", "cdc_acm"),
	IFACE("devices/usb1/1-1/1-1:1.1", "0a", "00", "00",
	      "usb:v0572p1349d0100dc02dsc00dp00ic0Aisc00ip00in01"),
	TTY("devices/usb1/1-1/1-1:1.0", "ttyACM0", "166"),

	/* an LTE stick: same class, but a network interface beside it */
	DEVICE("devices/usb1/1-2", "1234", "0001"),
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
	DEVICE("devices/usb1/1-3", "9710", "7820"),
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

	/* an adapter without flow control */
	DEVICE("devices/usb1/1-4", "1a86", "7523"),
	IFACE("devices/usb1/1-4/1-4:1.0", "ff", "01", "02",
	      "usb:v1A86p7523d0264dcFFdsc00dp00icFFisc01ip02in00"),
	DRIVER("devices/usb1/1-4/1-4:1.0", "ch341"),
	{ "devices/usb1/1-4/1-4:1.0/ttyUSB2/uevent", "DRIVER=ch341-uart\n", NULL },
	{ "devices/usb1/1-4/1-4:1.0/ttyUSB2/subsystem", NULL, "bus/usb-serial" },
	TTY("devices/usb1/1-4/1-4:1.0/ttyUSB2", "ttyUSB2", "190"),

	/* no serial ports: a softmodem, a missing firmware, the wrong configuration, no power;
	 * something else */
	DEVICE("devices/usb1/1-10", "05ac", "1401"),
	ON_BUS("usb", "devices/usb1/1-10", "1-10"),
	IFACE("devices/usb1/1-10/1-10:1.0", "ff", "ff", "ff",
	      "usb:v05ACp1401d0100dcFFdscFFdpFFicFFiscFFipFFin00"),
	ON_BUS("usb", "devices/usb1/1-10/1-10:1.0", "1-10:1.0"),
	DEVICE("devices/usb1/1-5", "06e0", "f115"),
	ON_BUS("usb", "devices/usb1/1-5", "1-5"),
	IFACE("devices/usb1/1-5/1-5:1.0", "ff", "ff", "ff",
	      "usb:v06E0pF115d0100dcFFdscFFdpFFicFFiscFFipFFin00"),
	DEVICE("devices/usb1/1-6", "0803", "9700"),
	ON_BUS("usb", "devices/usb1/1-6", "1-6"),
	IFACE("devices/usb1/1-6/1-6:1.0", "ff", "ff", "ff",
	      "usb:v0803p9700d0100dcFFdscFFdpFFicFFiscFFipFFin00"),
	DEVICE("devices/usb1/1-7", "0baf", "0303"),
	ON_BUS("usb", "devices/usb1/1-7", "1-7"),
	DEVICE("devices/usb1/1-8", "0403", "6001"),
	ON_BUS("usb", "devices/usb1/1-8", "1-8"),
	/* the listed modem is a port already */
	ON_BUS("usb", "devices/usb1/1-1", "1-1"),

	CARD("devices/pci0/0000:00:02.0", "0x11c1", "0x0440",
	     "pci:v000011C1d00000440sv00sd00bc07sc80i00"),
	ON_BUS("pci", "devices/pci0/0000:00:02.0", "0000:00:02.0"),
	CARD("devices/pci0/0000:00:03.0", "0x1234", "0x5678",
	     "pci:v00001234d00005678sv00sd00bc07sc03i00"),
	ON_BUS("pci", "devices/pci0/0000:00:03.0", "0000:00:03.0"),
	CARD("devices/pci0/0000:00:04.0", "0x14f1", "0x8800",
	     "pci:v000014F1d00008800sv00sd00bc04sc00i00"),
	ON_BUS("pci", "devices/pci0/0000:00:04.0", "0000:00:04.0"),
	CARD("devices/pci0/0000:00:05.0", "0x8086", "0x9d3a",
	     "pci:v00008086d00009D3Asv00sd00bc07sc80i00"),
	ON_BUS("pci", "devices/pci0/0000:00:05.0", "0000:00:05.0"),

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

		make_parents(path);
		if (nodes[i].content)
			write_file(path, nodes[i].content);
		else
			make_link(path, &nodes[i]);
	}
}

/* Ours and an administrator's compiled, in an empty /etc. True when the tool is there. */
static bool make_hwdb(const char *source)
{
	static const char *const argv[] = { "systemd-hwdb", "--strict", "update", NULL };
	const struct run run = { .argv = argv, .timeout_ms = 60000, .show = true };
	_cleanup_free_ char *tool = run_find("systemd-hwdb"), *copy = NULL;

	if (!tool || mount("tmpfs", "/etc", "tmpfs", 0, NULL) < 0)
		return false;
	make_parents("/etc/udev/hwdb.d/");
	copy = xasprintf("cp %s /etc/udev/hwdb.d/", source);
	check(system(copy) == 0);
	write_file("/etc/udev/hwdb.d/70-own.hwdb", "usb:v0572p1349*\n DIALISP_SPEED=57600\n");
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
	check(str_eq(have->usb_id ? have->usb_id : "", want->usb_id), "%s: %s", have->name,
	      have->usb_id);
	check(have->port_number == want->port_number, "%s: %d", have->name, have->port_number);
	check(have->class == want->class, "%s: class %d: %s", have->name, have->class, have->why);
	check(str_starts(have->syspath, "/sys/devices/"), "%s", have->syspath);
}

static void check_row(const struct udev_port *port)
{
	check(port->dialect && str_eq(port->dialect, "cnxt"));
	check(port->chip && str_eq(port->chip, "Conexant CX93010"));
	check(port->quirks && str_eq(port->quirks, "dup-serial wedges"));
	check(port->speed == 57600, "%u", port->speed);
}

/* In name order. No udevd has looked at these, so DEVPATH stands for ID_PATH. */
static void check_ports(bool has_hwdb)
{
#define D "/devices/"
	const struct want wants[] = {
		{ "ttyACM0", D "usb1/1-1/1-1:1.0/tty/ttyACM0", "cdc_acm", "0572:1349", -1,
		  has_hwdb ? UDEV_CLASS_MODEM : UDEV_CLASS_POSSIBLE },
		{ "ttyACM1", D "usb1/1-2/1-2:1.0/tty/ttyACM1", "cdc_acm", "1234:0001", -1,
		  UDEV_CLASS_NEVER },
		{ "ttyS1", D "pnp0/port0/tty/ttyS1", "serial", "", -1, UDEV_CLASS_SERIAL },
		{ "ttyUSB0", D "usb1/1-3/1-3:1.0/ttyUSB0/tty/ttyUSB0", "mos7840", "9710:7820", -1,
		  UDEV_CLASS_SERIAL },
		{ "ttyUSB2", D "usb1/1-4/1-4:1.0/ttyUSB2/tty/ttyUSB2", "ch341", "1a86:7523", -1,
		  UDEV_CLASS_SERIAL },
		{ "ttyUSB10", D "usb1/1-3/1-3:1.0/ttyUSB10/tty/ttyUSB10", "mos7840", "9710:7820",
		  -1, UDEV_CLASS_SERIAL },
	};
	struct udev_port *ports = NULL;
	size_t n = 0;

	check(udev_list_ports(&ports, &n) == 0);
	check(n == ARRAY_SIZE(wants), "%zu ports", n);
	for (size_t i = 0; i < n && i < ARRAY_SIZE(wants); i++)
		check_port(&ports[i], &wants[i]);
	if (n == ARRAY_SIZE(wants)) {
		check_str(ports[0].product, "CONEXANT USB Modem");
		check(strstr(ports[4].why, "FTDI or Prolific"), "%s", ports[4].why);
		check(ports[3].speed == 0 && !ports[3].chip && !ports[3].quirks);
		if (has_hwdb)
			check_row(&ports[0]);
	}
	udev_free_ports(ports, n);
}

/* With ID_PATH from udevd's database: both ports of the adapter have the same, so their numbers
 * count. */
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

	for (size_t i = 0; i < ARRAY_SIZE(records); i++) {
		_cleanup_free_ char *path = xasprintf("/run/udev/data/%s", records[i][0]);

		write_file(path, records[i][1]);
	}
	check(udev_list_ports(&ports, &n) == 0 && n == 6);
	if (n != 6)
		return;
	check_str(ports[0].socket, "pci-0-usb-0:1:1.0");
	check(ports[0].port_number == -1);
	check(ports[2].class == UDEV_CLASS_NEVER, "ModemManager's");
	check(ports[3].port_number == 0 && ports[5].port_number == 1, "%d %d", ports[3].port_number,
	      ports[5].port_number);
	check(udev_find_socket(ports, n, "pci-0-usb-0:3:1.0", 1) == &ports[5]);
	udev_free_ports(ports, n);
}

static void check_unusable(bool has_hwdb)
{
	static const struct {
		const char *device, *id, *why;
		bool is_listed; /* found only with the hwdb */
	} wants[] = {
		{ "0000:00:02.0", "11c1:0440", "Linux does not have", true },
		{ "0000:00:03.0", "1234:5678", "probably a softmodem", false },
		{ "1-5", "06e0:f115", "/lib/firmware/mts_mt9234zba.fw", true },
		{ "1-6", "0803:9700", "configuration 1", true },
		{ "1-7", "0baf:0303", "powered hub", true },
		{ "1-10", "05ac:1401", "Linux does not have", true },
	};
	struct udev_unusable *ends = NULL;
	size_t n = 0, k = 0;

	check(udev_list_unusable(&ends, &n) == 0);
	for (size_t i = 0; i < ARRAY_SIZE(wants); i++) {
		if (wants[i].is_listed && !has_hwdb)
			continue;
		check(k < n && str_eq(ends[k].device, wants[i].device), "%s", wants[i].device);
		check(k < n && str_eq(ends[k].id, wants[i].id), "%s", wants[i].device);
		check(k < n && strstr(ends[k].why, wants[i].why), "%s", wants[i].device);
		k++;
	}
	check(n == k, "%zu unusable devices", n);
	udev_free_unusable(ends, n);
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
	check_unusable(has_hwdb);
	return check_done();
}

int main(void)
{
	const char *slash = strstr(__FILE__, "test/unit/");
	_cleanup_free_ char *relative =
		xasprintf("%.*sudev/60-dialisp.hwdb", (int)(slash - __FILE__), __FILE__);
	_cleanup_free_ char *source = realpath(relative, NULL);
	int status = 1;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		if (unshare(CLONE_NEWNS) < 0) {
			printf("skipped: made-up machine (not root)\n");
			exit(SKIPPED);
		}
		exit(in_made_up_machine(source ? source : relative));
	}
	waitpid(pid, &status, 0);
	if (WIFEXITED(status) && WEXITSTATUS(status) == SKIPPED)
		return SKIPPED;
	check(status == 0, "status %d", status);
	return check_done();
}
