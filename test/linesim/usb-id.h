/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdint.h>

/* What a USB device tells of itself; a string of NULL is not there. */
struct usb_id {
	uint16_t vendor;
	uint16_t product;
	uint16_t release;
	const char *manufacturer;
	const char *name;
	const char *serial;
};
