/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Silicon Labs CP2102 (application note AN571; drivers/usb/serial/cp210x.c of Linux). No I/O. */
#include "usb/cp210x.h"

#include <errno.h>
#include <string.h>

enum {
	IFC_ENABLE = 0x00,
	SET_LINE_CTL = 0x03,
	GET_LINE_CTL = 0x04,
	SET_BREAK = 0x05,
	SET_MHS = 0x07,
	GET_MDMSTS = 0x08,
	GET_PROPS = 0x0f,
	GET_COMM_STATUS = 0x10,
	PURGE = 0x12,
	SET_FLOW = 0x13,
	GET_FLOW = 0x14,
	SET_CHARS = 0x19,
	GET_BAUDRATE = 0x1d,
	SET_BAUDRATE = 0x1e,
	VENDOR_SPECIFIC = 0xff,
};

enum {
	GET_PARTNUM = 0x370b, /* in the value of VENDOR_SPECIFIC */
	PARTNUM_CP2102 = 2,
	COMM_STATUS = 19,
	PROPS = 66,
	FLOW = 16,
	CTS_HANDSHAKE = 0x08, /* in the first word of SET_FLOW */
	DTR_MASK = 0x03,
	DTR_ACTIVE = 0x01,
	RTS_MASK = 0xc0, /* in the second */
	RTS_INACTIVE = 0x00,
};

enum {
	REGISTER_LINE_CTL = 0,
	REGISTER_FLOW = 2
};

static void cp210x_set_mhs(struct usb_tty *tty, uint8_t lines, uint8_t mask)
{
	if (mask & 1)
		usb_tty_set_dtr(tty, lines & 1);
	if (mask & 2)
		usb_tty_set_rts(tty, lines & 2);
}

static int cp210x_set_flow(struct usb_tty *tty, const uint8_t *data, size_t len)
{
	if (len < FLOW)
		return -EPIPE;
	memcpy(tty->registers + REGISTER_FLOW, data, FLOW);
	tty->cts_flow = data[0] & CTS_HANDSHAKE;
	usb_tty_set_dtr(tty, (data[0] & DTR_MASK) == DTR_ACTIVE);
	usb_tty_set_rts(tty, (data[4] & RTS_MASK) != RTS_INACTIVE);
	return 0;
}

static int cp210x_write(struct usb_tty *tty, const uint8_t setup[8], const uint8_t *data,
			size_t len)
{
	switch (setup[1]) {
	case SET_LINE_CTL:
		memcpy(tty->registers + REGISTER_LINE_CTL, setup + 2, 2);
		return 0;
	case SET_MHS:
		cp210x_set_mhs(tty, setup[2], setup[3]);
		return 0;
	case SET_FLOW:
		return cp210x_set_flow(tty, data, len);
	case SET_BAUDRATE:
		if (len < 4)
			return -EPIPE;
		usb_tty_set_speed(tty, usb_round_speed((long)usb_get32(data)));
		return 0;
	case IFC_ENABLE:
	case SET_BREAK:
	case SET_CHARS:
	case PURGE:
		return 0;
	}
	return -EPIPE; /* embedded events, too: the driver works without */
}

/* AN571, 5.29; the driver uses only length and version. */
static int cp210x_get_props(uint8_t *ret_reply)
{
	memset(ret_reply, 0, PROPS);
	usb_put16(ret_reply, PROPS);
	usb_put16(ret_reply + 2, 0x0100);
	return PROPS;
}

static int cp210x_read(const struct usb_tty *tty, const uint8_t setup[8], uint8_t *ret_reply)
{
	switch (setup[1]) {
	case GET_LINE_CTL:
		memcpy(ret_reply, tty->registers + REGISTER_LINE_CTL, 2);
		return 2;
	case GET_MDMSTS:
		ret_reply[0] = (uint8_t)(usb_modem_status(peer_lines(tty->peer)) | tty->rts << 1 |
					 tty->dtr);
		return 1;
	case GET_PROPS:
		return cp210x_get_props(ret_reply);
	case GET_COMM_STATUS: /* no errors, empty queues */
		memset(ret_reply, 0, COMM_STATUS);
		return COMM_STATUS;
	case GET_FLOW:
		memcpy(ret_reply, tty->registers + REGISTER_FLOW, FLOW);
		return FLOW;
	case GET_BAUDRATE:
		usb_put32(ret_reply, (uint32_t)tty->speed);
		return 4;
	case VENDOR_SPECIFIC:
		if (usb_get16(setup + 2) != GET_PARTNUM)
			return -EPIPE;
		ret_reply[0] = PARTNUM_CP2102;
		return 1;
	}
	return -EPIPE;
}

static int cp210x_control(struct usb_device *device, const uint8_t setup[8], const uint8_t *data,
			  size_t len, uint8_t ret_reply[USB_CONTROL_MAX])
{
	struct usb_tty *tty = &device->ttys[0];

	if ((setup[0] & USB_TYPE_MASK) != USB_TYPE_VENDOR)
		return -EPIPE;
	return setup[0] & USB_DIR_IN ? cp210x_read(tty, setup, ret_reply)
				     : cp210x_write(tty, setup, data, len);
}

/* Unprogrammed chips all have the same serial number. */
static const struct usb_id id = {
	0x10c4, 0xea60, 0x0100, "Silicon Labs", "CP2102 USB to UART Bridge Controller", "0001"
};

static const struct usb_interface interfaces[] = {
	{ .class = 255,
	  .endpoints = { { USB_DIR_IN | 1, USB_BULK, USB_PACKET, USB_ROLE_IN, 0 },
			 { 1, USB_BULK, USB_PACKET, USB_ROLE_OUT, 0 } } },
};

const struct usb_kind cp210x_kind = {
	.name = "cp210x",
	.id = &id,
	.interfaces = interfaces,
	.count = 1,
	.ttys = 1,
	.rs232 = true,
	.control = cp210x_control,
};
