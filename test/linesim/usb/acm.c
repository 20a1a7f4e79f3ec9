/* SPDX-License-Identifier: GPL-2.0-or-later */
/* CDC-ACM: line coding, DTR, SERIAL_STATE (PSTN 1.2, tables 13 and 30). No I/O. */
#include "usb/acm.h"

#include <errno.h>
#include <string.h>

enum {
	SET_LINE_CODING = 0x20,
	GET_LINE_CODING = 0x21,
	SET_CONTROL_LINE_STATE = 0x22,
	SEND_BREAK = 0x23,
};

enum {
	CODING = 7, /* bytes of a line coding, kept in the first registers */
	NOTIFICATION = 10,
	STATE_MASK = 0x7f & ~LINE_CTS /* that bit is a framing error here */
};

static int set_line_coding(struct usb_tty *tty, const uint8_t *data, size_t len)
{
	if (len < CODING)
		return -EPIPE;
	memcpy(tty->registers, data, CODING);
	usb_tty_set_speed(tty, (long)usb_get32(data));
	return 0;
}

int acm_control(struct usb_device *device, const uint8_t setup[8], const uint8_t *data, size_t len,
		uint8_t ret_reply[USB_CONTROL_MAX])
{
	struct usb_tty *tty = usb_find_tty(device, setup[4]);

	if (!tty || (setup[0] & USB_TYPE_MASK) != USB_TYPE_CLASS)
		return -EPIPE;
	switch (setup[1]) {
	case SET_LINE_CODING:
		return set_line_coding(tty, data, len);
	case GET_LINE_CODING:
		memcpy(ret_reply, tty->registers, CODING);
		return CODING;
	case SET_CONTROL_LINE_STATE:
		usb_tty_set_dtr(tty, setup[2] & 1);
		return 0;
	case SEND_BREAK:
		return 0;
	}
	return -EPIPE;
}

/* PSTN 1.2, 6.5.4: class notification 0x20 of the communications interface, two bytes of lines. */
size_t acm_notify(struct usb_tty *tty, uint8_t *ret_data, size_t max)
{
	uint8_t bytes[NOTIFICATION] = { 0xa1, 0x20, 0, 0, 0, 0, 2 };

	if (!usb_tty_next_change(tty))
		return 0;
	bytes[4] = (uint8_t)(2 * tty->number);
	bytes[8] = tty->reported & STATE_MASK;
	max = max < sizeof(bytes) ? max : sizeof(bytes);
	memcpy(ret_data, bytes, max);
	return max;
}

static const struct usb_interface interfaces[] = { ACM_INTERFACES(0, 1, 1, 2, 3, 0) };

const struct usb_kind acm_kind = {
	.name = "acm",
	.interfaces = interfaces,
	.count = sizeof(interfaces) / sizeof(interfaces[0]),
	.class = 2,
	.ttys = 1,
	.control = acm_control,
	.notify = acm_notify,
};
