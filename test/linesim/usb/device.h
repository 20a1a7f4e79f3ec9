/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "peer.h"
#include "usb-id.h"

enum {
	USB_TTYS_MAX = 3,
	USB_ENDPOINTS_MAX = 3,
	USB_CONTROL_MAX = 256, /* the longest answer on endpoint 0 */
	USB_REGISTERS = 24,
	USB_CHANGES = 8,
	USB_PACKET = 64
};

/* Request types of a setup packet (USB 2.0 table 9-2). */
enum {
	USB_TYPE_STANDARD = 0x00,
	USB_TYPE_CLASS = 0x20,
	USB_TYPE_VENDOR = 0x40,
	USB_TYPE_MASK = 0x60,
	USB_DIR_IN = 0x80
};

/* Transfer types of an endpoint (USB 2.0 table 9-13). */
enum {
	USB_BULK = 2,
	USB_INTERRUPT = 3
};

enum usb_role {
	USB_ROLE_NONE, /* IN: never any data; OUT: discarded */
	USB_ROLE_IN,   /* of a serial port */
	USB_ROLE_OUT,
	USB_ROLE_NOTIFY,
};

struct usb_endpoint {
	uint8_t address; /* 0: no more */
	uint8_t type;
	uint8_t size;
	enum usb_role role;
	uint8_t tty;
};

/* Class-specific descriptors behind an interface's own. */
enum usb_extra {
	USB_EXTRA_NONE,
	USB_EXTRA_ACM, /* its data interface is the next one */
	USB_EXTRA_ECM,
};

struct usb_interface {
	uint8_t number, alternate;
	uint8_t class, subclass, protocol;
	enum usb_extra extra;
	struct usb_endpoint endpoints[USB_ENDPOINTS_MAX];
};

struct usb_device;
struct usb_tty;

/* One kind of USB device with serial ports. */
struct usb_kind {
	const char *name;        /* as an adapter on the command line; NULL: none */
	const struct usb_id *id; /* NULL: that of the modem behind it */
	const struct usb_interface *interfaces;
	size_t count;
	uint8_t class; /* of the device; 0: see its interfaces */
	uint8_t ttys;
	bool rs232; /* an adapter: what is behind has a speed, RTS and CTS */
	bool named; /* the device's name is its serial number */

	/* Class and vendor requests: length of the answer, or -EPIPE. May be NULL. */
	int (*control)(struct usb_device *device, const uint8_t setup[8], const uint8_t *data,
		       size_t len, uint8_t ret_reply[USB_CONTROL_MAX]);
	/* Bytes of one IN transfer, of one notification; 0: none now. NULL: the peer's bytes as
	 * they are; no notifications. */
	size_t (*take)(struct usb_tty *tty, uint8_t *ret_data, size_t max);
	size_t (*notify)(struct usb_tty *tty, uint8_t *ret_data, size_t max);
};

/* One serial port of a device. */
struct usb_tty {
	struct port port; /* for the peer; first: its ops find the tty by it */
	void *lane;       /* the transport's own */
	struct usb_device *device;
	uint8_t number;
	struct peer *peer; /* NULL: none */
	bool dtr;
	bool rts;
	bool cts_flow; /* CTS flow control is on */
	long speed;
	uint8_t registers[USB_REGISTERS]; /* what the host has set and may read back */
	bool status_due;  /* the host has reset the port: report the lines even if unchanged */
	uint8_t reported; /* modem lines as last reported to the host */
	uint8_t changes[USB_CHANGES]; /* those not reported yet, oldest first */
	size_t change_count;
};

struct usb_device {
	const struct usb_kind *kind;
	struct usb_id id;
	const char *name;
	bool wedged;           /* a fault: requests are not answered */
	uint8_t configuration; /* 0: not configured by the host yet */
	struct usb_tty ttys[USB_TTYS_MAX];
};

/* Plugged in: registers are reset, the peers have power. Kind, id, peers and the ports' ops have
 * been set. */
void usb_device_power_on(struct usb_device *device);
void usb_device_power_off(struct usb_device *device);

/* Another peer behind a port; the device may have power. */
void usb_tty_connect(struct usb_tty *tty, struct peer *peer, bool powered);

/*
 * One control transfer. data: len bytes of an OUT data stage. Returns the
 * length of the answer in ret_reply, or -EPIPE: stalled.
 */
int usb_control(struct usb_device *device, const uint8_t setup[8], const uint8_t *data, size_t len,
		uint8_t ret_reply[USB_CONTROL_MAX]);

/* NULL when the device has no such endpoint. */
const struct usb_endpoint *usb_find_endpoint(const struct usb_kind *kind, uint8_t address);

/* The port of the communications or vendor interface of this number, or NULL. */
struct usb_tty *usb_find_tty(struct usb_device *device, uint8_t interface);

/* Effects of control requests on a port. */
void usb_tty_set_dtr(struct usb_tty *tty, bool on);
void usb_tty_set_rts(struct usb_tty *tty, bool on);
void usb_tty_set_speed(struct usb_tty *tty, long speed);

/* As peer_give and peer_take; what the host gets may be framed. */
size_t usb_tty_give(struct usb_tty *tty, const uint8_t *bytes, size_t len);
size_t usb_tty_take(struct usb_tty *tty, uint8_t *ret_data, size_t max);

/* False: CTS flow control is on, and CTS is off. */
bool usb_tty_may_send(const struct usb_tty *tty);

/* The peer changed its lines; make the oldest unreported change tty->reported, false: none. */
void usb_tty_change_lines(struct usb_tty *tty, uint8_t lines);
bool usb_tty_next_change(struct usb_tty *tty);

/* The usual rate within 3 % of what a chip's divisor gives. */
long usb_round_speed(long speed);

/* Modem lines as the modem status register of a 16550 has them, where most bridge chips took them
 * from. */
uint8_t usb_modem_status(uint8_t lines);

void usb_put16(uint8_t *bytes, uint16_t value);
uint16_t usb_get16(const uint8_t *bytes);
void usb_put32(uint8_t *bytes, uint32_t value);
uint32_t usb_get32(const uint8_t *bytes);
