/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Devices of libudev: siblings and hwdb properties. */
#include "port/udev-device.h"

void device_unref_udev(struct udev **udev)
{
	udev_unref(*udev);
}

void device_unref_hwdb(struct udev_hwdb **hwdb)
{
	udev_hwdb_unref(*hwdb);
}

void device_unref_enumerate(struct udev_enumerate **enumerate)
{
	udev_enumerate_unref(*enumerate);
}

void device_unref(struct udev_device **device)
{
	udev_device_unref(*device);
}

const char *device_attribute(struct udev_device *device, const char *name)
{
	return device ? udev_device_get_sysattr_value(device, name) : NULL;
}

/* --- siblings --- */

void device_add_interface(struct text *t, struct udev_device *interface)
{
	const char *class = device_attribute(interface, "bInterfaceClass");
	const char *subclass = device_attribute(interface, "bInterfaceSubClass");
	const char *protocol = device_attribute(interface, "bInterfaceProtocol");

	if (class && subclass && protocol)
		text_addf(t, "%s%s%s", class, subclass, protocol);
}

/* Reading bConfigurationValue would wait for the lock of the device; the name "1-1.2:2.0" contains
 * it, too (usb_set_configuration). */
static unsigned read_configuration(struct udev_device *interface)
{
	const char *colon = strchr(udev_device_get_sysname(interface), ':');
	_cleanup_free_ char *number = colon ? xstrndup(colon + 1, strcspn(colon + 1, ".")) : NULL;
	unsigned configuration = 0;

	if (number)
		(void)base_parse_uint(number, 1, 255, &configuration);
	return configuration;
}

static void note_interface(struct siblings *siblings, struct udev_device *interface)
{
	const char *driver = udev_device_get_driver(interface);

	device_add_interface(&siblings->interfaces, interface);
	text_addc(&siblings->interfaces, ':');
	siblings->configuration = read_configuration(interface);
	siblings->is_taken |= driver && str_eq(driver, "usbfs");
}

static void note_sibling(struct siblings *siblings, struct udev_device *device)
{
	const char *subsystem = udev_device_get_subsystem(device),
		   *type = udev_device_get_devtype(device);

	if (!subsystem)
		return;
	siblings->n_ttys += str_eq(subsystem, "tty");
	siblings->has_net |= str_eq(subsystem, "net") || str_eq(subsystem, "wwan");
	/* printers and input devices have this subsystem, too */
	siblings->has_wdm |= str_eq(subsystem, "usbmisc") &&
			     str_starts(udev_device_get_sysname(device), "cdc-wdm");
	siblings->has_storage |= str_eq(subsystem, "block") || str_eq(subsystem, "scsi_host");
	if (type && str_eq(type, "usb_interface"))
		note_interface(siblings, device);
}

void device_find_siblings(struct udev *udev, struct udev_device *parent, struct siblings *siblings)
{
	_cleanup_(device_unref_enumerate) struct udev_enumerate *all = udev_enumerate_new(udev);
	struct udev_list_entry *e;

	text_addc(&siblings->interfaces, ':');
	if (!all || udev_enumerate_add_match_parent(all, parent) < 0 ||
	    udev_enumerate_scan_devices(all) < 0)
		return;
	for (e = udev_enumerate_get_list_entry(all); e; e = udev_list_entry_get_next(e)) {
		_cleanup_(device_unref) struct udev_device *device =
			udev_device_new_from_syspath(udev, udev_list_entry_get_name(e));

		if (device)
			note_sibling(siblings, device);
	}
}

void device_free_siblings(struct siblings *siblings)
{
	text_free(&siblings->interfaces);
}

/* --- hardware database --- */

void device_find_row(struct udev_hwdb *hwdb, const char *modalias, struct hwdb_row *row)
{
	const struct {
		const char *key;
		char **value;
	} keys[] = {
		{ "DIALISP_CLASS", &row->class },
		{ "DIALISP_WHY", &row->why },
		{ "DIALISP_DIALECT", &row->dialect },
		{ "DIALISP_CHIP", &row->chip },
		{ "DIALISP_QUIRKS", &row->quirks },
		{ "DIALISP_SPEED", &row->speed },
		{ "ID_VENDOR_FROM_DATABASE", &row->vendor },
		{ "ID_MODEL_FROM_DATABASE", &row->model },
	};
	struct udev_list_entry *list;

	if (!hwdb || !modalias)
		return;
	list = udev_hwdb_get_properties_list_entry(hwdb, modalias, 0);
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		struct udev_list_entry *e = udev_list_entry_get_by_name(list, keys[i].key);

		*keys[i].value = xstrdup(e ? udev_list_entry_get_value(e) : NULL);
	}
}

void device_free_row(struct hwdb_row *row)
{
	free(row->class);
	free(row->why);
	free(row->dialect);
	free(row->chip);
	free(row->quirks);
	free(row->speed);
	free(row->vendor);
	free(row->model);
}

char *device_describe(const char *vendor, const char *model, const struct hwdb_row *row)
{
	_cleanup_free_ char *both = NULL;
	char clean[64];

	if (!model)
		model = row->model;
	if (!vendor)
		vendor = row->vendor;
	if (!model && !vendor)
		return NULL;
	both = xasprintf("%s%s%s", vendor ? vendor : "", vendor && model ? " " : "",
			 model ? model : "");
	base_copy_clean(clean, both);
	return xstrdup(clean);
}
