/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The only room that uses libudev: which serial ports there are and what they hang on. */
#include "udev.h"

#include <errno.h>
#include <fcntl.h>
#include <libudev.h>
#include <stdio.h>
#include <string.h>

#include "at.h"
#include "report.h"
#include "run.h"
#include "tty.h"

#define CONSOLES "/sys/class/tty/console/active"

static void unref_udev(struct udev **udev)
{
	udev_unref(*udev);
}
static void unref_hwdb(struct udev_hwdb **hwdb)
{
	udev_hwdb_unref(*hwdb);
}
static void unref_enumerate(struct udev_enumerate **enumerate)
{
	udev_enumerate_unref(*enumerate);
}
static void unref_device(struct udev_device **device)
{
	udev_device_unref(*device);
}

/* One look at the machine. */
struct scan {
	struct udev *udev;
	struct udev_hwdb *hwdb; /* NULL: there is no compiled one */
	char consoles[256];     /* " tty0 ttyS0 " */
	struct udev_port *ports;
	size_t n;
};

/* The devices a tty hangs on; NULL where there is none. Borrowed from the tty. */
struct chain {
	struct udev_device *tty, *interface, *usb, *pci, *usb_serial;
};

static struct chain find_chain(struct udev_device *tty)
{
	return (struct chain){
		.tty = tty,
		.interface = udev_device_get_parent_with_subsystem_devtype(tty, "usb", "usb_interface"),
		.usb = udev_device_get_parent_with_subsystem_devtype(tty, "usb", "usb_device"),
		.pci = udev_device_get_parent_with_subsystem_devtype(tty, "pci", NULL),
		.usb_serial = udev_device_get_parent_with_subsystem_devtype(tty, "usb-serial", NULL),
	};
}

static const char *attribute(struct udev_device *device, const char *name)
{
	return device ? udev_device_get_sysattr_value(device, name) : NULL;
}

/* --- facts --- */

/* The USB driver is that of the interface, which is the module's name; "ttyUSB0" has a driver of its own on the usb-serial
 * bus ("ch341-uart"). UARTs hang on serial-base "port" and "ctrl" devices since Linux 6.5: those are skipped. */
static const char *find_driver(const struct chain *chain)
{
	struct udev_device *d = udev_device_get_parent(chain->tty);

	if (chain->interface)
		return udev_device_get_driver(chain->interface);
	for (; d; d = udev_device_get_parent(d)) {
		const char *subsystem = udev_device_get_subsystem(d), *driver = udev_device_get_driver(d);

		if (driver && !(subsystem && str_eq(subsystem, "serial-base")))
			return driver;
	}
	return NULL;
}

/* serial_core: PORT_UNKNOWN (0) where the kernel only reserved a number. */
static bool has_chip(const struct chain *chain)
{
	const char *type = attribute(chain->tty, "type");

	return type && !str_eq(type, "0");
}

static void add_interface(struct text *t, struct udev_device *interface)
{
	const char *class = attribute(interface, "bInterfaceClass");
	const char *subclass = attribute(interface, "bInterfaceSubClass");
	const char *protocol = attribute(interface, "bInterfaceProtocol");

	if (class && subclass && protocol)
		text_addf(t, "%s%s%s", class, subclass, protocol);
}

/* What else the same USB device has. */
struct siblings {
	struct text interfaces; /* ":020201:0a0000:" */
	unsigned n_ttys;
	bool has_net, has_storage, has_wdm;
};

static void note_sibling(struct siblings *siblings, struct udev_device *device)
{
	const char *subsystem = udev_device_get_subsystem(device), *type = udev_device_get_devtype(device);

	if (!subsystem)
		return;
	siblings->n_ttys += str_eq(subsystem, "tty");
	siblings->has_net |= str_eq(subsystem, "net") || str_eq(subsystem, "wwan");
	siblings->has_wdm |= str_eq(subsystem, "usbmisc");
	siblings->has_storage |= str_eq(subsystem, "block") || str_eq(subsystem, "scsi_host");
	if (!type || !str_eq(type, "usb_interface"))
		return;
	add_interface(&siblings->interfaces, device);
	text_addc(&siblings->interfaces, ':');
}

/* sysfs itself and not the udev database: right also for what udevd has not seen yet. */
static void find_siblings(struct udev *udev, struct udev_device *usb, struct siblings *siblings)
{
	_cleanup_(unref_enumerate) struct udev_enumerate *all = udev_enumerate_new(udev);
	struct udev_list_entry *e;

	text_addc(&siblings->interfaces, ':');
	if (!all || udev_enumerate_add_match_parent(all, usb) < 0 || udev_enumerate_scan_devices(all) < 0)
		return;
	for (e = udev_enumerate_get_list_entry(all); e; e = udev_list_entry_get_next(e)) {
		_cleanup_(unref_device) struct udev_device *device =
			udev_device_new_from_syspath(udev, udev_list_entry_get_name(e));

		if (device)
			note_sibling(siblings, device);
	}
}

/* ID_MM_CANDIDATE says nothing: 80-mm-candidate.rules sets it on every tty. */
static bool is_claimed_by_mm(struct udev_device *device)
{
	struct udev_list_entry *e;

	if (!device)
		return false;
	for (e = udev_device_get_properties_list_entry(device); e; e = udev_list_entry_get_next(e)) {
		const char *name = udev_list_entry_get_name(e), *value = udev_list_entry_get_value(e);

		if (str_starts(name, "ID_MM_") && value && !str_eq(value, "0") &&
		    (str_eq(name, "ID_MM_DEVICE_PROCESS") || strstr(name, "PORT_TYPE")))
			return true;
	}
	return false;
}

/* --- hwdb --- */

struct hwdb_row {
	char *class, *why, *dialect, *vendor, *model;
};

static void free_hwdb_row(struct hwdb_row *row)
{
	free(row->class);
	free(row->why);
	free(row->dialect);
	free(row->vendor);
	free(row->model);
}

/* Asked directly, with the interface's own modalias: the properties in udevd's database are those of the last event, which
 * may lie before our hwdb file was installed. */
static void find_hwdb_row(struct udev_hwdb *hwdb, struct udev_device *device, struct hwdb_row *row)
{
	const struct {
		const char *key;
		char **value;
	} keys[] = {
		{ "DIALISP_CLASS", &row->class },          { "DIALISP_WHY", &row->why },
		{ "DIALISP_DIALECT", &row->dialect },      { "ID_VENDOR_FROM_DATABASE", &row->vendor },
		{ "ID_MODEL_FROM_DATABASE", &row->model },
	};
	const char *modalias = attribute(device, "modalias");
	struct udev_list_entry *list;

	if (!hwdb || !modalias)
		return;
	list = udev_hwdb_get_properties_list_entry(hwdb, modalias, 0);
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		struct udev_list_entry *e = udev_list_entry_get_by_name(list, keys[i].key);

		*keys[i].value = xstrdup(e ? udev_list_entry_get_value(e) : NULL);
	}
}

/* --- one port --- */

static char *describe_product(const struct chain *chain, const struct hwdb_row *row)
{
	const char *vendor = attribute(chain->usb, "manufacturer"), *model = attribute(chain->usb, "product");
	_cleanup_free_ char *both = NULL;
	char clean[64];

	if (!model)
		model = row->model;
	if (!vendor)
		vendor = row->vendor;
	if (!model && !vendor)
		return NULL;
	both = xasprintf("%s%s%s", vendor ? vendor : "", vendor && model ? " " : "", model ? model : "");
	at_clean(clean, both);
	return xstrdup(clean);
}

static char *find_usb_id(const struct chain *chain)
{
	const char *vendor = attribute(chain->usb, "idVendor"), *product = attribute(chain->usb, "idProduct");

	return vendor && product ? xasprintf("%s:%s", vendor, product) : NULL;
}

static int find_port_number(const struct chain *chain)
{
	const char *number = attribute(chain->usb_serial, "port_number");
	unsigned n;

	return number && base_parse_uint(number, 0, 255, &n) == 0 ? (int)n : -1;
}

static void judge_port(struct scan *scan, const struct chain *chain, struct udev_port *port)
{
	_cleanup_(free_hwdb_row) struct hwdb_row row = { 0 };
	struct siblings siblings = { .n_ttys = 0 };
	_cleanup_text_ struct text interface = { 0 };
	struct udev_facts facts = {
		.subsystem_driver = port->driver,
		.is_uart = !chain->usb && has_chip(chain),
		.mm_claims = is_claimed_by_mm(chain->tty) || is_claimed_by_mm(chain->usb),
	};
	const char *why;

	find_hwdb_row(scan->hwdb, chain->interface ? chain->interface : chain->pci, &row);
	if (chain->usb)
		find_siblings(scan->udev, chain->usb, &siblings);
	if (chain->interface)
		add_interface(&interface, chain->interface);
	facts.hwdb_class = row.class;
	facts.hwdb_why = row.why;
	facts.usb_interfaces = siblings.interfaces.s;
	facts.interface = interface.s;
	facts.n_ttys = siblings.n_ttys;
	facts.has_net = siblings.has_net;
	facts.has_storage = siblings.has_storage;
	facts.has_wdm = siblings.has_wdm;

	port->class = udev_judge(&facts, &why);
	port->why = xstrdup(why);
	port->dialect = xstrdup(row.dialect);
	port->product = describe_product(chain, &row);
	text_free(&siblings.interfaces);
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

/* Names of what the kernel prints to; a getty sits there, and a modem would hear kernel messages. */
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
	_cleanup_(unref_device) struct udev_device *tty = udev_device_new_from_syspath(scan->udev, syspath);
	struct chain chain;

	if (!tty) /* unplugged meanwhile */
		return;
	chain = find_chain(tty);
	if (is_port(scan, &chain))
		add_port(scan, &chain);
}

static int scan_ttys(struct scan *scan)
{
	_cleanup_(unref_enumerate) struct udev_enumerate *ttys = udev_enumerate_new(scan->udev);
	struct udev_list_entry *e;
	int r;

	if (!ttys)
		return -ENOMEM;
	r = udev_enumerate_add_match_subsystem(ttys, "tty");
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

/* A socket with one port needs no number; ttys of one mos7840 all have the same ID_PATH and need it. */
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

int udev_list_ports(struct udev_port **ret_ports, size_t *ret_n)
{
	_cleanup_(unref_udev) struct udev *udev = udev_new();
	_cleanup_(unref_hwdb) struct udev_hwdb *hwdb = udev ? udev_hwdb_new(udev) : NULL;
	struct scan scan = { .udev = udev, .hwdb = hwdb };
	int r = -ENOMEM;

	read_consoles(scan.consoles, sizeof(scan.consoles));
	if (udev)
		r = scan_ttys(&scan);
	if (r < 0) {
		report_error("serial ports: could not list them: %s", strerror(-r));
		udev_free_ports(scan.ports, scan.n);
		return r;
	}
	if (scan.n)
		qsort(scan.ports, scan.n, sizeof(*scan.ports), compare_ports);
	drop_port_numbers(scan.ports, scan.n);
	*ret_ports = scan.ports;
	*ret_n = scan.n;
	return 0;
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
	_cleanup_free_ char *path = device[0] == '/' ? xstrdup(device) : xasprintf("/dev/%s", device);
	const struct udev_port *port = find_name(ports, n, below);
	char name[32];

	if (port)
		return port;
	return tty_kernel_name(path, name, sizeof(name)) == 0 ? find_name(ports, n, name) : NULL;
}

const struct udev_port *udev_find_socket(const struct udev_port *ports, size_t n, const char *socket,
					 int port_number)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(ports[i].socket, socket) && ports[i].port_number == port_number)
			return &ports[i];
	return NULL;
}

/* --- udevd --- */

static int run_udevadm(const char *const *argv, unsigned timeout_ms)
{
	const struct run run = { .argv = argv, .timeout_ms = timeout_ms };
	_cleanup_text_ struct text output = { 0 };
	int r = run_program(&run, &output);

	if (r == 0)
		return 0;
	if (r < 0)
		report_error("udevadm %s: could not run: %s", argv[1], strerror(-r));
	else
		report_error("udevadm %s: failed with status %d: %.*s", argv[1], r,
			     (int)strcspn(text_str(&output), "\n"), text_str(&output));
	return r < 0 ? r : -EIO;
}

/* A port that was unplugged meanwhile needs no event. */
static int trigger(const char *syspath)
{
	_cleanup_free_ char *path = xasprintf("%s/uevent", syspath);
	_cleanup_close_ int fd = open(path, O_WRONLY | O_CLOEXEC);
	int r = 0;

	if (fd < 0)
		r = errno == ENOENT ? 0 : -errno;
	else if (write(fd, "change", strlen("change")) < 0)
		r = errno == ENODEV ? 0 : -errno;
	if (r < 0)
		report_error("%s: could not trigger: %s", path, strerror(-r));
	return r;
}

int udev_reload_and_trigger(const char *const *syspaths, unsigned timeout_ms)
{
	_cleanup_free_ char *limit = xasprintf("--timeout=%u", (timeout_ms + 999) / 1000);
	const char *const reload[] = { "udevadm", "control", "--reload", limit, NULL };
	const char *const settle[] = { "udevadm", "settle", limit, NULL };
	int r = run_udevadm(reload, timeout_ms + 1000);

	for (; r == 0 && *syspaths; syspaths++)
		r = trigger(*syspaths);
	return r < 0 ? r : run_udevadm(settle, timeout_ms + 1000);
}
