/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdint.h>

/* Identity of a USB device; NULL: it has no such string. */
struct usb_id {
	uint16_t vendor;
	uint16_t product;
	uint16_t release;
	const char *manufacturer;
	const char *name;
	const char *serial;
};
