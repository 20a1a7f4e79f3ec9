/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Modems without a serial port. */
#include "port/udev.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "port/udev-device.h"
#include "util/report.h"

struct scan {
	struct udev *udev;
	struct udev_hwdb *hwdb; /* NULL: not compiled */
	struct udev_unusable *devices;
	size_t n;
};

static void add_capitals(struct text *t, const char *s)
{
	for (; *s; s++)
		text_addc(t, (char)toupper((unsigned char)*s));
}

/* In sysfs only interfaces have a modalias; rows that end after the product also match the device.
 * Reading these attributes does not take the lock of the device, so a hung device cannot block. */
static char *find_usb_modalias(struct udev_device *device)
{
	static const char *const parts[][2] = {
		{ "usb:v", "idVendor" },
		{ "p", "idProduct" },
		{ "d", "bcdDevice" },
	};
	struct text modalias = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		const char *value = device_attribute(device, parts[i][1]);

		text_add(&modalias, parts[i][0]);
		add_capitals(&modalias, value ? value : "");
	}
	return modalias.s;
}

/* USB: "05ac", PCI: "0x11c1". */
static char *find_id(struct udev_device *device, bool is_usb)
{
	const char *vendor = device_attribute(device, is_usb ? "idVendor" : "vendor");
	const char *product = device_attribute(device, is_usb ? "idProduct" : "device");

	if (!vendor || !product)
		return NULL;
	return xasprintf("%s:%s", vendor + (is_usb ? 0 : 2), product + (is_usb ? 0 : 2));
}

static void add_if_unusable(struct scan *scan, struct udev_device *device, bool is_usb,
			    struct udev_unusable_facts *facts, const struct hwdb_row *row)
{
	_cleanup_(device_free_siblings) struct siblings siblings = { .n_ttys = 0 };
	char *why;

	device_find_siblings(scan->udev, device, &siblings);
	if (siblings.n_ttys)
		return;
	facts->device = udev_device_get_sysname(device);
	facts->usb_interfaces = is_usb ? text_str(&siblings.interfaces) : NULL;
	facts->configuration = siblings.configuration;
	facts->is_taken = siblings.is_taken;
	why = udev_judge_unusable(facts);
	if (!why)
		return;
	scan->devices = xrealloc(scan->devices, scan->n + 1, sizeof(*scan->devices));
	scan->devices[scan->n++] = (struct udev_unusable){
		.device = xstrdup(facts->device),
		.id = find_id(device, is_usb),
		.product =
			device_describe(NULL, NULL, row), /* its string descriptors need the lock */
		.why = why,
	};
}

static void scan_device(struct scan *scan, struct udev_device *device, bool is_usb)
{
	_cleanup_(device_free_row) struct hwdb_row row = { 0 };
	_cleanup_free_ char *modalias =
		is_usb ? find_usb_modalias(device) : xstrdup(device_attribute(device, "modalias"));
	struct udev_unusable_facts facts = { .device = NULL };

	device_find_row(scan->hwdb, modalias, &row);
	facts.hwdb_class = row.class;
	facts.hwdb_why = row.why;
	facts.quirks = row.quirks;
	facts.is_pci_modem = !is_usb && modalias && strstr(modalias, "bc07sc03");
	if (row.class || facts.is_pci_modem)
		add_if_unusable(scan, device, is_usb, &facts, &row);
}

/* The bus "usb" also has interfaces. */
static int scan_bus(struct scan *scan, const char *bus)
{
	_cleanup_(device_unref_enumerate) struct udev_enumerate *all =
		udev_enumerate_new(scan->udev);
	bool is_usb = str_eq(bus, "usb");
	struct udev_list_entry *e;
	int r;

	if (!all)
		return -ENOMEM;
	r = udev_enumerate_add_match_subsystem(all, bus);
	if (r >= 0)
		r = udev_enumerate_scan_devices(all);
	if (r < 0)
		return r;
	for (e = udev_enumerate_get_list_entry(all); e; e = udev_list_entry_get_next(e)) {
		_cleanup_(device_unref) struct udev_device *device =
			udev_device_new_from_syspath(scan->udev, udev_list_entry_get_name(e));
		const char *type = device ? udev_device_get_devtype(device) : NULL;

		if (device && (!is_usb || (type && str_eq(type, "usb_device"))))
			scan_device(scan, device, is_usb);
	}
	return 0;
}

static int compare_unusable(const void *a, const void *b)
{
	return strverscmp(((const struct udev_unusable *)a)->device,
			  ((const struct udev_unusable *)b)->device);
}

enum reported udev_list_unusable(struct udev_unusable **ret, size_t *ret_n)
{
	_cleanup_(device_unref_udev) struct udev *udev = udev_new();
	_cleanup_(device_unref_hwdb) struct udev_hwdb *hwdb = udev ? udev_hwdb_new(udev) : NULL;
	struct scan scan = { .udev = udev, .hwdb = hwdb };
	int r = -ENOMEM;

	if (udev)
		r = scan_bus(&scan, "usb");
	if (r == 0)
		r = scan_bus(&scan, "pci");
	if (r < 0) {
		report_error("modems without a serial port: could not list them: %s", strerror(-r));
		udev_free_unusable(scan.devices, scan.n);
		return REPORTED_FAILED;
	}
	if (scan.n)
		qsort(scan.devices, scan.n, sizeof(*scan.devices), compare_unusable);
	*ret = scan.devices;
	*ret_n = scan.n;
	return REPORTED_OK;
}

void udev_free_unusable(struct udev_unusable *devices, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(devices[i].device);
		free(devices[i].id);
		free(devices[i].product);
		free(devices[i].why);
	}
	free(devices);
}
