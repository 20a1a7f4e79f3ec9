/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Internal to lib/port: devices of libudev, their siblings and their hwdb properties. */
#pragma once

#include <libudev.h>

#include "util/text.h"

void device_unref_udev(struct udev **udev);
void device_unref_hwdb(struct udev_hwdb **hwdb);
void device_unref_enumerate(struct udev_enumerate **enumerate);
void device_unref(struct udev_device **device);

/* NULL: no such attribute, or `device` is NULL */
const char *device_attribute(struct udev_device *device, const char *name);

/* Appends "020201" of a USB interface. */
void device_add_interface(struct text *t, struct udev_device *interface);

/* Other devices on the same USB device or PCI function. */
struct siblings {
	struct text interfaces; /* ":020201:0a0000:" */
	unsigned n_ttys;
	unsigned configuration; /* USB: selected configuration; 0: none */
	bool has_net, has_storage, has_wdm;
	bool is_taken; /* an interface is claimed through usbfs */
};
/* Reads sysfs and not the udev database: correct also before udevd has processed the device. */
void device_find_siblings(struct udev *udev, struct udev_device *parent, struct siblings *siblings);
void device_free_siblings(struct siblings *siblings);

/* Properties from the hwdb; NULL: not set. */
struct hwdb_row {
	char *class, *why, *dialect, *chip, *quirks, *speed, *vendor, *model;
};
/* Queries the hwdb directly: the properties in the udev database are those of the last event, which
 * may precede the installation of the hwdb file. hwdb and modalias may be NULL. */
void device_find_row(struct udev_hwdb *hwdb, const char *modalias, struct hwdb_row *row);
void device_free_row(struct hwdb_row *row);

/* "vendor model", sanitised; if one is NULL that of the row is used; NULL: none. The caller frees
 * the result. */
char *device_describe(const char *vendor, const char *model, const struct hwdb_row *row);
