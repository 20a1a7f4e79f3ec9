/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the parts of this room share, and its access to libudev: devices, what hangs on them, their
 * rows of the hardware database. */
#pragma once

#include <libudev.h>

#include "util/text.h"

void device_unref_udev(struct udev **udev);
void device_unref_hwdb(struct udev_hwdb **hwdb);
void device_unref_enumerate(struct udev_enumerate **enumerate);
void device_unref(struct udev_device **device);

/* NULL when there is none, or no device */
const char *device_attribute(struct udev_device *device, const char *name);

/* Appends "020201" of a USB interface. */
void device_add_interface(struct text *t, struct udev_device *interface);

/* What else hangs on the same USB device or PCI function. */
struct siblings {
	struct text interfaces; /* ":020201:0a0000:" */
	unsigned n_ttys;
	unsigned configuration; /* USB: the chosen one; 0: none */
	bool has_net, has_storage, has_wdm;
	bool is_taken; /* a program has one of its interfaces (usbfs) */
};
/* sysfs itself and not the udev database: right also for what udevd has not seen yet. */
void device_find_siblings(struct udev *udev, struct udev_device *parent, struct siblings *siblings);
void device_free_siblings(struct siblings *siblings);

/* A row of the hardware database; NULL where it says nothing. */
struct hwdb_row {
	char *class, *why, *dialect, *chip, *quirks, *speed, *vendor, *model;
};
/* Asked directly: the properties in udevd's database are those of the last event, which may lie
 * before our hwdb file was installed. hwdb and modalias may be NULL. */
void device_find_row(struct udev_hwdb *hwdb, const char *modalias, struct hwdb_row *row);
void device_free_row(struct hwdb_row *row);

/* "vendor model", cleaned for people; either may be NULL, and the row's are taken then; NULL when
 * there is none. The caller frees. */
char *device_describe(const char *vendor, const char *model, const struct hwdb_row *row);
