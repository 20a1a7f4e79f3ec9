/* SPDX-License-Identifier: GPL-2.0-or-later */
/* FTDI bridge chips, as ftdi_sio of Linux uses them (drivers/usb/serial/ftdi_sio.h). No I/O. */
#include "usb/ftdi.h"

#include <errno.h>
#include <string.h>

enum {
	RESET = 0,
	MODEM_CTRL = 1,
	SET_FLOW_CTRL = 2,
	SET_BAUD_RATE = 3,
	SET_DATA = 4,
	GET_MODEM_STATUS = 5,
	SET_EVENT_CHAR = 6,
	SET_ERROR_CHAR = 7,
	SET_LATENCY_TIMER = 9,
	GET_LATENCY_TIMER = 10,
	SET_BITMODE = 11,
	READ_EEPROM = 0x90,
};

enum {
	FLOW_RTS_CTS = 1,    /* in the high byte of the index */
	STATUS = 2,          /* bytes at the head of every packet to the host */
	STATUS_EMPTY = 0x60, /* second one: transmitter empty */
	REGISTER_LATENCY = 0
};

/* A chip has one port, addressed as 0, or several, addressed from 1. */
static struct usb_tty *ftdi_find_tty(struct usb_device *device, uint8_t index)
{
	if (device->kind->ttys == 1)
		return &device->ttys[0];
	return index >= 1 && index <= device->kind->ttys ? &device->ttys[index - 1] : NULL;
}

/*
 * The divisor of 3 MHz: 14 bits before the point in the value, eighths as a code in its upper bits
 * and one bit of the index. 0 and 1 stand for 3 and 2 Mbit/s.
 */
static long ftdi_find_speed(const struct usb_device *device, uint16_t value, uint16_t index)
{
	static const uint8_t eighths[8] = { 0, 4, 2, 1, 3, 5, 6, 7 };
	unsigned high = device->kind->ttys == 1 ? index & 1 : index >> 8 & 1;
	long divisor = (value & 0x3fffL) * 8 + eighths[value >> 14 | high << 2];

	if (value == 0)
		divisor = 8;
	if (value == 1)
		divisor = 12;
	return divisor ? 24000000 / divisor : 0;
}

static void ftdi_set_modem_ctrl(struct usb_tty *tty, uint8_t lines, uint8_t mask)
{
	if (mask & 1)
		usb_tty_set_dtr(tty, lines & 1);
	if (mask & 2)
		usb_tty_set_rts(tty, lines & 2);
}

static int ftdi_write(struct usb_device *device, struct usb_tty *tty, const uint8_t setup[8])
{
	switch (setup[1]) {
	case RESET:
		tty->status_due = !setup[2]; /* 1 and 2 only empty a buffer */
		return 0;
	case MODEM_CTRL:
		ftdi_set_modem_ctrl(tty, setup[2], setup[3]);
		return 0;
	case SET_FLOW_CTRL:
		tty->cts_flow = setup[5] == FLOW_RTS_CTS;
		return 0;
	case SET_BAUD_RATE:
		usb_tty_set_speed(tty, usb_round_speed(ftdi_find_speed(device, usb_get16(setup + 2),
								       usb_get16(setup + 4))));
		return 0;
	case SET_LATENCY_TIMER:
		tty->registers[REGISTER_LATENCY] = setup[2];
		return 0;
	case SET_DATA:
	case SET_EVENT_CHAR:
	case SET_ERROR_CHAR:
	case SET_BITMODE:
		return 0;
	}
	return -EPIPE;
}

static void ftdi_put_status(uint8_t lines, uint8_t *ret_bytes)
{
	ret_bytes[0] = usb_modem_status(lines) | 1;
	ret_bytes[1] = STATUS_EMPTY;
}

static int ftdi_read(const struct usb_tty *tty, const uint8_t setup[8], uint8_t *ret_reply)
{
	switch (setup[1]) {
	case GET_MODEM_STATUS:
		ftdi_put_status(peer_lines(tty->peer), ret_reply);
		return STATUS;
	case GET_LATENCY_TIMER:
		ret_reply[0] = tty->registers[REGISTER_LATENCY];
		return 1;
	case READ_EEPROM: /* blank: no pin is free for GPIO */
		usb_put16(ret_reply, 0);
		return 2;
	}
	return -EPIPE;
}

static int ftdi_control(struct usb_device *device, const uint8_t setup[8], const uint8_t *data,
			size_t len, uint8_t ret_reply[USB_CONTROL_MAX])
{
	bool in = setup[0] & USB_DIR_IN;
	struct usb_tty *tty = ftdi_find_tty(device, setup[1] == READ_EEPROM ? 1 : setup[4]);

	(void)data;
	(void)len;
	if (!tty || (setup[0] & USB_TYPE_MASK) != USB_TYPE_VENDOR)
		return -EPIPE;
	return in ? ftdi_read(tty, setup, ret_reply) : ftdi_write(device, tty, setup);
}

/*
 * Packets of 64 bytes, each with the two status bytes. A packet without data is sent only when a
 * line changed; real chips send one each 16 ms, which would be 60 wakeups a second for each port.
 */
static size_t ftdi_take(struct usb_tty *tty, uint8_t *ret_data, size_t max)
{
	size_t len = 0, got = USB_PACKET - STATUS;

	while (got == USB_PACKET - STATUS && len + STATUS < max) {
		size_t room = max - len - STATUS < USB_PACKET - STATUS ? max - len - STATUS
								       : USB_PACKET - STATUS;
		bool news = usb_tty_next_change(tty) || tty->status_due;

		got = peer_take(tty->peer, &tty->port, ret_data + len + STATUS, room);
		if (!got && !news)
			break;
		ftdi_put_status(tty->reported, ret_data + len);
		tty->status_due = false;
		len += STATUS + got;
	}
	return len;
}

static const struct usb_id ft232r_id = { 0x0403, 0x6001, 0x0600, "FTDI", "FT232R USB UART", NULL };
static const struct usb_id ft2232_id = { 0x0403, 0x6010, 0x0500, "FTDI", "Dual RS232", NULL };

#define FTDI_INTERFACE(n, in, out)                                                                 \
	{                                                                                          \
		.number = (n), .class = 255, .subclass = 255, .protocol = 255, .endpoints = {      \
			{ USB_DIR_IN | (in), USB_BULK, USB_PACKET, USB_ROLE_IN, (n) },             \
			{ (out), USB_BULK, USB_PACKET, USB_ROLE_OUT, (n) },                        \
		}                                                                                  \
	}

static const struct usb_interface interfaces[] = { FTDI_INTERFACE(0, 1, 2),
						   FTDI_INTERFACE(1, 3, 4) };

const struct usb_kind ftdi_kind = {
	.name = "ftdi",
	.id = &ft232r_id,
	.interfaces = interfaces,
	.count = 1,
	.ttys = 1,
	.rs232 = true,
	.named = true,
	.control = ftdi_control,
	.take = ftdi_take,
};

const struct usb_kind ftdi2_kind = {
	.name = "ftdi2",
	.id = &ft2232_id,
	.interfaces = interfaces,
	.count = 2,
	.ttys = 2,
	.rs232 = true,
	.named = true,
	.control = ftdi_control,
	.take = ftdi_take,
};
