/* SPDX-License-Identifier: GPL-2.0-or-later */
/* WCH CH340, as drivers/usb/serial/ch341.c of Linux uses it. No I/O. */
#include "usb/ch341.h"

#include <errno.h>
#include <string.h>

enum {
	READ_VERSION = 0x5f,
	READ_REG = 0x95,
	WRITE_REG = 0x9a,
	SERIAL_INIT = 0xa1,
	MODEM_CTRL = 0xa4,
};

enum {
	VERSION = 0x31,
	REG_STATUS = 0x06,  /* modem lines, low where a line is on */
	REG_SPEED = 0x1312, /* divisor and prescaler, written together */
	CTRL_DTR = 0x20,    /* low where the line is on */
	CTRL_RTS = 0x40,
	NOTIFICATION = 8
};

/* ch341_get_divisor: 48 MHz / (prescaler * divisor); the prescaler is two to the power of 12 - 3 *
 * bits 0,1 - bit 2. */
static long ch341_find_speed(uint16_t value)
{
	unsigned shift = 12 - 3 * (value & 3) - (value >> 2 & 1);

	return 48000000L / ((1L << shift) * (0x100 - (value >> 8)));
}

static uint8_t ch341_status(uint8_t lines)
{
	return (uint8_t) ~(usb_modem_status(lines) >> 4);
}

static int ch341_write(struct usb_tty *tty, const uint8_t setup[8])
{
	switch (setup[1]) {
	case MODEM_CTRL:
		usb_tty_set_dtr(tty, !(setup[2] & CTRL_DTR));
		usb_tty_set_rts(tty, !(setup[2] & CTRL_RTS));
		return 0;
	case WRITE_REG:
		if (usb_get16(setup + 2) == REG_SPEED)
			usb_tty_set_speed(tty,
					  usb_round_speed(ch341_find_speed(usb_get16(setup + 4))));
		return 0;
	case SERIAL_INIT:
		return 0;
	}
	return -EPIPE;
}

static int ch341_read(const struct usb_tty *tty, const uint8_t setup[8], uint8_t *ret_reply)
{
	usb_put16(ret_reply, 0);
	switch (setup[1]) {
	case READ_VERSION:
		ret_reply[0] = VERSION;
		return 2;
	case READ_REG:
		if (setup[2] == REG_STATUS)
			ret_reply[0] = ch341_status(peer_lines(tty->peer));
		return 2;
	}
	return -EPIPE;
}

static int ch341_control(struct usb_device *device, const uint8_t setup[8], const uint8_t *data,
			 size_t len, uint8_t ret_reply[USB_CONTROL_MAX])
{
	struct usb_tty *tty = &device->ttys[0];

	(void)data;
	(void)len;
	if ((setup[0] & USB_TYPE_MASK) != USB_TYPE_VENDOR)
		return -EPIPE;
	return setup[0] & USB_DIR_IN ? ch341_read(tty, setup, ret_reply) : ch341_write(tty, setup);
}

static size_t ch341_notify(struct usb_tty *tty, uint8_t *ret_data, size_t max)
{
	if (max < NOTIFICATION || !usb_tty_next_change(tty))
		return 0;
	memset(ret_data, 0, NOTIFICATION);
	ret_data[2] = ch341_status(tty->reported);
	return NOTIFICATION;
}

static const struct usb_id id = { 0x1a86, 0x7523, 0x0264, "", "USB Serial", NULL };

static const struct usb_interface interfaces[] = {
	{ .class = 255,
	  .subclass = 1,
	  .protocol = 2,
	  .endpoints = { { USB_DIR_IN | 2, USB_BULK, 32, USB_ROLE_IN, 0 },
			 { 2, USB_BULK, 32, USB_ROLE_OUT, 0 },
			 { USB_DIR_IN | 1, USB_INTERRUPT, 8, USB_ROLE_NOTIFY, 0 } } },
};

const struct usb_kind ch341_kind = {
	.name = "ch341",
	.id = &id,
	.interfaces = interfaces,
	.count = 1,
	.ttys = 1,
	.class = 255,
	.rs232 = true,
	.control = ch341_control,
	.notify = ch341_notify,
};
