/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "usb/device.h"

/* A modem that is a USB device itself: two interfaces, three endpoints (USB CDC 1.2, PSTN 1.2). */
extern const struct usb_kind acm_kind;

/* The parts, for other devices that have such a port among others. */
int acm_control(struct usb_device *device, const uint8_t setup[8], const uint8_t *data, size_t len,
		uint8_t ret_reply[USB_CONTROL_MAX]);
size_t acm_notify(struct usb_tty *tty, uint8_t *ret_data, size_t max);

/* Its rows in an interface table: numbers, class protocol, endpoints, tty. */
#define ACM_INTERFACES(first, protocol_, notify, out, in, tty_)                                    \
	{ .number = (first),                                                                       \
	  .class = 2,                                                                              \
	  .subclass = 2,                                                                           \
	  .protocol = (protocol_),                                                                 \
	  .extra = USB_EXTRA_ACM,                                                                  \
	  .endpoints = {                                                                           \
		  { USB_DIR_IN | (notify), USB_INTERRUPT, 16, USB_ROLE_NOTIFY, (tty_) } } },       \
	{                                                                                          \
		.number = (first) + 1, .class = 10, .endpoints = {                                 \
			{ (out), USB_BULK, USB_PACKET, USB_ROLE_OUT, (tty_) },                     \
			{ USB_DIR_IN | (in), USB_BULK, USB_PACKET, USB_ROLE_IN, (tty_) }           \
		}                                                                                  \
	}
