/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Serial ports and their parent devices; reloads udevd. */
#include "port/udev.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "port/adapter.h"
#include "port/tty.h"
#include "port/udev-device.h"
#include "util/report.h"
#include "util/run.h"

#define CONSOLES "/sys/class/tty/console/active"

/* State of one enumeration. */
struct scan {
	struct udev *udev;
	struct udev_hwdb *hwdb; /* NULL: not compiled */
	char consoles[256];     /* " tty0 ttyS0 " */
	struct udev_port *ports;
	size_t n;
};

/* Parent devices of a tty; NULL: none. Borrowed from the tty. */
struct chain {
	struct udev_device *tty, *interface, *usb, *pci, *usb_serial;
};

static struct chain find_chain(struct udev_device *tty)
{
	return (struct chain){
		.tty = tty,
		.interface =
			udev_device_get_parent_with_subsystem_devtype(tty, "usb", "usb_interface"),
		.usb = udev_device_get_parent_with_subsystem_devtype(tty, "usb", "usb_device"),
		.pci = udev_device_get_parent_with_subsystem_devtype(tty, "pci", NULL),
		.usb_serial =
			udev_device_get_parent_with_subsystem_devtype(tty, "usb-serial", NULL),
	};
}

/* --- facts --- */

/* For USB the driver of the interface, which is the name of the module; "ttyUSB0" has another
 * driver on the usb-serial bus ("ch341-uart"). The serial-base "port" and "ctrl" devices, parents
 * of UARTs since Linux 6.5, are skipped. */
static const char *find_driver(const struct chain *chain)
{
	struct udev_device *d = udev_device_get_parent(chain->tty);

	if (chain->interface)
		return udev_device_get_driver(chain->interface);
	for (; d; d = udev_device_get_parent(d)) {
		const char *subsystem = udev_device_get_subsystem(d),
			   *driver = udev_device_get_driver(d);

		if (driver && !(subsystem && str_eq(subsystem, "serial-base")))
			return driver;
	}
	return NULL;
}

/* serial_core: PORT_UNKNOWN (0) if there is no UART. */
static bool has_chip(const struct chain *chain)
{
	const char *type = device_attribute(chain->tty, "type");

	return type && !str_eq(type, "0");
}

/* ID_MM_CANDIDATE is ignored: 80-mm-candidate.rules sets it on every tty. */
static bool is_claimed_by_mm(struct udev_device *device)
{
	struct udev_list_entry *e;

	if (!device)
		return false;
	for (e = udev_device_get_properties_list_entry(device); e;
	     e = udev_list_entry_get_next(e)) {
		const char *name = udev_list_entry_get_name(e),
			   *value = udev_list_entry_get_value(e);

		if (str_starts(name, "ID_MM_") && value && !str_eq(value, "0") &&
		    (str_eq(name, "ID_MM_DEVICE_PROCESS") || strstr(name, "PORT_TYPE")))
			return true;
	}
	return false;
}

/* --- one port --- */

static char *find_usb_id(const struct chain *chain)
{
	const char *vendor = device_attribute(chain->usb, "idVendor"),
		   *product = device_attribute(chain->usb, "idProduct");

	return vendor && product ? xasprintf("%s:%s", vendor, product) : NULL;
}

static int find_port_number(const struct chain *chain)
{
	const char *number = device_attribute(chain->usb_serial, "port_number");
	unsigned n;

	return number && base_parse_uint(number, 0, 255, &n) == 0 ? (int)n : -1;
}

/* Adds the limitation of the bridge, which the user should know before connecting a modem. */
static char *explain_class(const struct udev_port *port, const char *why)
{
	const struct adapter *adapter = adapter_find(port->driver);

	if (port->class != UDEV_CLASS_SERIAL || !adapter || !adapter->why)
		return xstrdup(why);
	return xasprintf("%s (%s)", why, adapter->why);
}

static void take_row(struct udev_port *port, struct hwdb_row *row)
{
	if (row->speed)
		(void)base_parse_uint(row->speed, 300, 921600, &port->speed);
	port->dialect = row->dialect;
	port->chip = row->chip;
	port->quirks = row->quirks;
	row->dialect = row->chip = row->quirks = NULL;
}

static void judge_port(struct scan *scan, const struct chain *chain, struct udev_port *port)
{
	_cleanup_(device_free_row) struct hwdb_row row = { 0 };
	_cleanup_(device_free_siblings) struct siblings siblings = { .n_ttys = 0 };
	_cleanup_text_ struct text interface = { 0 };
	struct udev_facts facts = {
		.is_uart = !chain->usb && has_chip(chain),
		.mm_claims = is_claimed_by_mm(chain->tty) || is_claimed_by_mm(chain->usb),
	};
	const char *driver, *why;

	device_find_row(
		scan->hwdb,
		device_attribute(chain->interface ? chain->interface : chain->pci, "modalias"),
		&row);
	driver = udev_name_adapter(port->driver, row.class, row.quirks);
	if (driver != port->driver) {
		free(port->driver);
		port->driver = xstrdup(driver);
	}
	if (chain->usb)
		device_find_siblings(scan->udev, chain->usb, &siblings);
	if (chain->interface)
		device_add_interface(&interface, chain->interface);
	facts.subsystem_driver = port->driver;
	facts.hwdb_class = row.class;
	facts.hwdb_why = row.why;
	facts.usb_interfaces = siblings.interfaces.s;
	facts.interface = interface.s;
	facts.n_ttys = siblings.n_ttys;
	facts.has_net = siblings.has_net;
	facts.has_storage = siblings.has_storage;
	facts.has_wdm = siblings.has_wdm;

	port->class = udev_judge(&facts, &why);
	port->why = explain_class(port, why);
	port->product = device_describe(device_attribute(chain->usb, "manufacturer"),
					device_attribute(chain->usb, "product"), &row);
	take_row(port, &row);
}

static void add_port(struct scan *scan, const struct chain *chain)
{
	const char *socket = udev_device_get_property_value(chain->tty, "ID_PATH");
	struct udev_port *port;

	scan->ports = xrealloc(scan->ports, scan->n + 1, sizeof(*scan->ports));
	port = &scan->ports[scan->n++];
	*port = (struct udev_port){
		.syspath = xstrdup(udev_device_get_syspath(chain->tty)),
		.socket = xstrdup(socket ? socket : udev_device_get_devpath(chain->tty)),
		.port_number = find_port_number(chain),
		.driver = xstrdup(find_driver(chain)),
		.usb_id = find_usb_id(chain),
	};
	base_copy(port->name, sizeof(port->name), udev_device_get_sysname(chain->tty));
	judge_port(scan, chain, port);
}

/* --- the list --- */

/* Consoles of the kernel: they have a getty, and a modem would receive kernel messages. */
static void read_consoles(char *ret, size_t size)
{
	_cleanup_close_ int fd = open(CONSOLES, O_RDONLY | O_CLOEXEC);
	char buffer[240] = "";
	ssize_t n = fd < 0 ? -1 : read(fd, buffer, sizeof(buffer) - 1);

	buffer[n > 0 ? n : 0] = '\0';
	buffer[strcspn(buffer, "\n")] = '\0';
	snprintf(ret, size, " %s ", buffer);
}

/* Virtual consoles, pseudo terminals and the like have no parent device. */
static bool is_port(const struct scan *scan, const struct chain *chain)
{
	_cleanup_free_ char *word = xasprintf(" %s ", udev_device_get_sysname(chain->tty));

	if (!udev_device_get_parent(chain->tty) || strstr(scan->consoles, word))
		return false;
	return chain->usb || has_chip(chain);
}

static void scan_tty(struct scan *scan, const char *syspath)
{
	_cleanup_(device_unref) struct udev_device *tty =
		udev_device_new_from_syspath(scan->udev, syspath);
	struct chain chain;

	if (!tty) /* unplugged meanwhile */
		return;
	chain = find_chain(tty);
	if (is_port(scan, &chain))
		add_port(scan, &chain);
}

static const char *const serial_names[] = { "tty[A-Z]*", "ttymxc*" };

static int scan_ttys(struct scan *scan)
{
	_cleanup_(device_unref_enumerate) struct udev_enumerate *ttys =
		udev_enumerate_new(scan->udev);
	struct udev_list_entry *e;
	int r;

	if (!ttys)
		return -ENOMEM;
	r = udev_enumerate_add_match_subsystem(ttys, "tty");
	/* The names of serial ports (ttyUSB, ttyACM, ttyS, ttyAMA, ttymxc), to exclude 64 virtual
	 * consoles and 512 BSD ptys: libudev opens dozens of files for each device. */
	for (size_t i = 0; r >= 0 && i < ARRAY_SIZE(serial_names); i++)
		r = udev_enumerate_add_match_sysname(ttys, serial_names[i]);
	if (r >= 0)
		r = udev_enumerate_scan_devices(ttys);
	if (r < 0)
		return r;
	for (e = udev_enumerate_get_list_entry(ttys); e; e = udev_list_entry_get_next(e))
		scan_tty(scan, udev_list_entry_get_name(e));
	return 0;
}

static int compare_ports(const void *a, const void *b)
{
	return strverscmp(((const struct udev_port *)a)->name, ((const struct udev_port *)b)->name);
}

/* A location with one port needs no number; the ttys of a mos7840 all have the same ID_PATH and
 * need one. */
static void drop_port_numbers(struct udev_port *ports, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		bool shared = false;

		for (size_t k = 0; k < n; k++)
			shared |= k != i && str_eq(ports[k].socket, ports[i].socket);
		if (!shared)
			ports[i].port_number = -1;
	}
}

enum reported udev_list_ports(struct udev_port **ret_ports, size_t *ret_n)
{
	_cleanup_(device_unref_udev) struct udev *udev = udev_new();
	_cleanup_(device_unref_hwdb) struct udev_hwdb *hwdb = udev ? udev_hwdb_new(udev) : NULL;
	struct scan scan = { .udev = udev, .hwdb = hwdb };
	int r = -ENOMEM;

	read_consoles(scan.consoles, sizeof(scan.consoles));
	if (udev)
		r = scan_ttys(&scan);
	if (r < 0) {
		report_error("serial ports: could not list them: %s", strerror(-r));
		udev_free_ports(scan.ports, scan.n);
		return REPORTED_FAILED;
	}
	if (scan.n)
		qsort(scan.ports, scan.n, sizeof(*scan.ports), compare_ports);
	drop_port_numbers(scan.ports, scan.n);
	*ret_ports = scan.ports;
	*ret_n = scan.n;
	return REPORTED_OK;
}

void udev_free_ports(struct udev_port *ports, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(ports[i].syspath);
		free(ports[i].socket);
		free(ports[i].driver);
		free(ports[i].usb_id);
		free(ports[i].product);
		free(ports[i].dialect);
		free(ports[i].chip);
		free(ports[i].quirks);
		free(ports[i].why);
	}
	free(ports);
}

static const struct udev_port *find_name(const struct udev_port *ports, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(ports[i].name, name))
			return &ports[i];
	return NULL;
}

const struct udev_port *udev_find_port(const struct udev_port *ports, size_t n, const char *device)
{
	const char *below = str_starts(device, "/dev/") ? device + strlen("/dev/") : device;
	_cleanup_free_ char *path =
		device[0] == '/' ? xstrdup(device) : xasprintf("/dev/%s", device);
	const struct udev_port *port = find_name(ports, n, below);
	char name[32];

	if (port)
		return port;
	return tty_kernel_name(path, name, sizeof(name)) == 0 ? find_name(ports, n, name) : NULL;
}

const struct udev_port *udev_find_socket(const struct udev_port *ports, size_t n,
					 const char *socket, int port_number)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(ports[i].socket, socket) && ports[i].port_number == port_number)
			return &ports[i];
	return NULL;
}

/* --- udevd --- */

static enum reported run_udevadm(const char *const *argv, unsigned timeout_ms)
{
	const struct run run = { .argv = argv, .timeout_ms = timeout_ms };
	_cleanup_text_ struct text output = { 0 };
	int r = run_program(&run, &output);

	if (r == 0)
		return REPORTED_OK;
	if (r < 0)
		report_error("udevadm %s: could not run: %s", argv[1], strerror(-r));
	else
		report_error("udevadm %s: failed with status %d: %.*s", argv[1], r,
			     (int)strcspn(text_str(&output), "\n"), text_str(&output));
	return REPORTED_FAILED;
}

/* A port that was unplugged in the meantime needs no event. */
static enum reported trigger_uevent(const char *syspath)
{
	_cleanup_free_ char *path = xasprintf("%s/uevent", syspath);
	_cleanup_close_ int fd = open(path, O_WRONLY | O_CLOEXEC);
	int r = 0;

	if (fd < 0)
		r = errno == ENOENT ? 0 : -errno;
	else if (write(fd, "change", strlen("change")) < 0)
		r = errno == ENODEV ? 0 : -errno;
	if (r == 0)
		return REPORTED_OK;
	report_error("%s: could not trigger: %s", path, strerror(-r));
	return REPORTED_FAILED;
}

enum reported udev_reload_and_trigger(const char *const *syspaths, unsigned timeout_ms)
{
	_cleanup_free_ char *limit = xasprintf("--timeout=%u", (timeout_ms + 999) / 1000);
	const char *const reload[] = { "udevadm", "control", "--reload", limit, NULL };
	const char *const settle[] = { "udevadm", "settle", limit, NULL };
	enum reported r = run_udevadm(reload, timeout_ms + 1000);

	for (; r == REPORTED_OK && *syspaths; syspaths++)
		r = trigger_uevent(*syspaths);
	return r < 0 ? r : run_udevadm(settle, timeout_ms + 1000);
}
