/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What all USB devices have: descriptors, standard requests, serial ports. No I/O. */
#include "usb/device.h"

#include <errno.h>
#include <string.h>

/* USB 2.0 table 9-4. */
enum {
	GET_STATUS = 0,
	CLEAR_FEATURE = 1,
	SET_FEATURE = 3,
	GET_DESCRIPTOR = 6,
	GET_CONFIGURATION = 8,
	SET_CONFIGURATION = 9,
	GET_INTERFACE = 10,
	SET_INTERFACE = 11,
};

enum {
	DESCRIPTOR_DEVICE = 1,
	DESCRIPTOR_CONFIGURATION = 2,
	DESCRIPTOR_STRING = 3,
	DESCRIPTOR_INTERFACE = 4,
	DESCRIPTOR_ENDPOINT = 5
};

enum {
	STRING_LANGUAGES,
	STRING_MANUFACTURER,
	STRING_PRODUCT,
	STRING_SERIAL,
	STRING_ADDRESS, /* of a network interface */
	STRINGS
};

static const long speed_at_plug = 9600;

void usb_put16(uint8_t *bytes, uint16_t value)
{
	bytes[0] = (uint8_t)value;
	bytes[1] = (uint8_t)(value >> 8);
}

uint16_t usb_get16(const uint8_t *bytes)
{
	return (uint16_t)(bytes[0] | bytes[1] << 8);
}

void usb_put32(uint8_t *bytes, uint32_t value)
{
	usb_put16(bytes, (uint16_t)value);
	usb_put16(bytes + 2, (uint16_t)(value >> 16));
}

uint32_t usb_get32(const uint8_t *bytes)
{
	return usb_get16(bytes) | (uint32_t)usb_get16(bytes + 2) << 16;
}

/* Descriptors */

static int describe_device(const struct usb_device *device, uint8_t *ret_reply)
{
	static const uint8_t fixed[18] = {
		[0] = 18,         [1] = DESCRIPTOR_DEVICE,    [2] = 0x10,
		[3] = 0x01, /* USB 1.1 */
		[7] = USB_PACKET, [14] = STRING_MANUFACTURER, [15] = STRING_PRODUCT,
		[17] = 1,
	};

	memcpy(ret_reply, fixed, sizeof(fixed));
	ret_reply[4] = device->kind->class;
	usb_put16(ret_reply + 8, device->id.vendor);
	usb_put16(ret_reply + 10, device->id.product);
	usb_put16(ret_reply + 12, device->id.release);
	ret_reply[16] = device->id.serial ? STRING_SERIAL : 0;
	return sizeof(fixed);
}

static int describe_string(const struct usb_id *id, uint8_t index, uint8_t *ret_reply)
{
	const char *const texts[STRINGS] = { "", id->manufacturer, id->name, id->serial,
					     "020000000001" };
	size_t len;

	if (index >= STRINGS || !texts[index])
		return -EPIPE;
	ret_reply[1] = DESCRIPTOR_STRING;
	if (index == STRING_LANGUAGES) {
		ret_reply[0] = 4;
		usb_put16(ret_reply + 2, 0x0409);
		return 4;
	}
	len = strlen(texts[index]);
	for (size_t i = 0; i < len; i++)
		usb_put16(ret_reply + 2 + 2 * i, (uint8_t)texts[index][i]);
	ret_reply[0] = (uint8_t)(2 + 2 * len);
	return ret_reply[0];
}

/*
 * Functional descriptors (CDC 1.2, 5.2.3): header; capabilities: line coding, line state and
 * SERIAL_STATE, break; union: the interface that carries the data; call management: none.
 */
static size_t describe_acm(uint8_t number, uint8_t *ret_bytes)
{
	uint8_t data = (uint8_t)(number + 1);
	const uint8_t bytes[] = { 5,    0x24, 0,      0x10, 0x01, 4,    0x24, 2, 6,   5,
				  0x24, 6,    number, data, 5,    0x24, 1,    0, data };

	memcpy(ret_bytes, bytes, sizeof(bytes));
	return sizeof(bytes);
}

/* Header; union; Ethernet: address, no statistics, segments of 1514 bytes, no filters. */
static size_t describe_ecm(uint8_t number, uint8_t *ret_bytes)
{
	const uint8_t bytes[] = { 5,  0x24, 0,  0x10,           0x01,
				  5,  0x24, 6,  number,         (uint8_t)(number + 1),
				  13, 0x24, 15, STRING_ADDRESS, 0,
				  0,  0,    0,  0xea,           0x05,
				  0,  0,    0 };

	memcpy(ret_bytes, bytes, sizeof(bytes));
	return sizeof(bytes);
}

static size_t describe_endpoint(const struct usb_endpoint *endpoint, uint8_t *ret_bytes)
{
	const uint8_t bytes[] = { 7,
				  DESCRIPTOR_ENDPOINT,
				  endpoint->address,
				  endpoint->type,
				  endpoint->size,
				  0,
				  endpoint->type == USB_INTERRUPT };

	memcpy(ret_bytes, bytes, sizeof(bytes));
	return sizeof(bytes);
}

static size_t describe_interface(const struct usb_interface *interface, uint8_t *ret_bytes)
{
	size_t len = 9;
	uint8_t endpoints = 0;

	if (interface->extra == USB_EXTRA_ACM)
		len += describe_acm(interface->number, ret_bytes + len);
	if (interface->extra == USB_EXTRA_ECM)
		len += describe_ecm(interface->number, ret_bytes + len);
	for (; endpoints < USB_ENDPOINTS_MAX && interface->endpoints[endpoints].address;
	     endpoints++)
		len += describe_endpoint(&interface->endpoints[endpoints], ret_bytes + len);
	memcpy(ret_bytes,
	       (const uint8_t[9]){ 9, DESCRIPTOR_INTERFACE, interface->number, interface->alternate,
				   endpoints, interface->class, interface->subclass,
				   interface->protocol },
	       9);
	return len;
}

static int describe_configuration(const struct usb_kind *kind, uint8_t *ret_reply)
{
	uint8_t last = kind->interfaces[kind->count - 1].number;
	size_t len = 9;

	for (size_t i = 0; i < kind->count; i++)
		len += describe_interface(&kind->interfaces[i], ret_reply + len);
	/* 0x80, 50: powered by the bus, 100 mA */
	memcpy(ret_reply,
	       (const uint8_t[9]){ 9, DESCRIPTOR_CONFIGURATION, 0, 0, (uint8_t)(last + 1), 1, 0,
				   0x80, 50 },
	       9);
	usb_put16(ret_reply + 2, (uint16_t)len);
	return (int)len;
}

static int get_descriptor(const struct usb_device *device, uint8_t type, uint8_t index,
			  uint8_t *ret_reply)
{
	if (type == DESCRIPTOR_DEVICE)
		return describe_device(device, ret_reply);
	if (type == DESCRIPTOR_STRING)
		return describe_string(&device->id, index, ret_reply);
	if (type != DESCRIPTOR_CONFIGURATION || index)
		return -EPIPE; /* no qualifier, no BOS: a full-speed device of USB 1.1 */
	return describe_configuration(device->kind, ret_reply);
}

/* Requests */

static int run_standard_request(struct usb_device *device, const uint8_t setup[8],
				uint8_t *ret_reply)
{
	switch (setup[1]) {
	case GET_DESCRIPTOR:
		return get_descriptor(device, setup[3], setup[2], ret_reply);
	case GET_STATUS:
		usb_put16(ret_reply, 0);
		return 2;
	case GET_CONFIGURATION:
		ret_reply[0] = device->configuration;
		return 1;
	case GET_INTERFACE:
		ret_reply[0] = 0;
		return 1;
	case SET_CONFIGURATION:
		device->configuration = setup[2];
		return 0;
	case SET_INTERFACE:
	case CLEAR_FEATURE:
	case SET_FEATURE:
		return 0;
	}
	return -EPIPE;
}

int usb_control(struct usb_device *device, const uint8_t setup[8], const uint8_t *data, size_t len,
		uint8_t ret_reply[USB_CONTROL_MAX])
{
	uint16_t wanted = usb_get16(setup + 6);
	int got = -EPIPE;

	if ((setup[0] & USB_TYPE_MASK) == USB_TYPE_STANDARD)
		got = run_standard_request(device, setup, ret_reply);
	else if (device->kind->control)
		got = device->kind->control(device, setup, data, len, ret_reply);
	return got > wanted ? wanted : got;
}

const struct usb_endpoint *usb_find_endpoint(const struct usb_kind *kind, uint8_t address)
{
	for (size_t i = 0; i < kind->count; i++)
		for (size_t j = 0; j < USB_ENDPOINTS_MAX; j++)
			if (address && kind->interfaces[i].endpoints[j].address == address)
				return &kind->interfaces[i].endpoints[j];
	return NULL;
}

struct usb_tty *usb_find_tty(struct usb_device *device, uint8_t interface)
{
	const struct usb_kind *kind = device->kind;

	for (size_t i = 0; i < kind->count; i++)
		if (kind->interfaces[i].number == interface &&
		    kind->interfaces[i].endpoints[0].role != USB_ROLE_NONE)
			return &device->ttys[kind->interfaces[i].endpoints[0].tty];
	return NULL;
}

static void reset_tty(struct usb_tty *tty)
{
	tty->dtr = false;
	tty->rts = false;
	tty->cts_flow = false;
	tty->speed = speed_at_plug;
	memset(tty->registers, 0, sizeof(tty->registers));
	tty->status_due = false;
	tty->change_count = 0;
}

static void power_tty(struct usb_tty *tty)
{
	reset_tty(tty);
	peer_power_on(tty->peer, &tty->port);
	tty->change_count = 0;
	tty->reported = peer_lines(tty->peer);
}

void usb_device_power_on(struct usb_device *device)
{
	device->configuration = 0;
	for (uint8_t i = 0; i < device->kind->ttys; i++) {
		device->ttys[i].device = device;
		device->ttys[i].number = i;
		power_tty(&device->ttys[i]);
	}
}

void usb_device_power_off(struct usb_device *device)
{
	for (uint8_t i = 0; i < device->kind->ttys; i++)
		peer_power_off(device->ttys[i].peer);
}

void usb_tty_connect(struct usb_tty *tty, struct peer *peer, bool powered)
{
	tty->peer = peer;
	if (!powered)
		return;
	peer_power_on(tty->peer, &tty->port);
	peer_set_speed(tty->peer, tty->speed);
	peer_set_rts(tty->peer, tty->rts);
	peer_set_dtr(tty->peer, &tty->port, tty->dtr);
	usb_tty_change_lines(tty, peer_lines(tty->peer));
}

/* Serial ports */

void usb_tty_set_dtr(struct usb_tty *tty, bool on)
{
	if (tty->dtr == on)
		return;
	tty->dtr = on;
	peer_set_dtr(tty->peer, &tty->port, on);
}

void usb_tty_set_rts(struct usb_tty *tty, bool on)
{
	tty->rts = on;
	peer_set_rts(tty->peer, on);
}

void usb_tty_set_speed(struct usb_tty *tty, long speed)
{
	tty->speed = speed;
	peer_set_speed(tty->peer, speed);
}

long usb_round_speed(long speed)
{
	static const long usual[] = { 300,   600,   1200,  2400,   4800,   9600,   14400, 19200,
				      38400, 57600, 76800, 115200, 230400, 460800, 921600 };

	for (size_t i = 0; i < sizeof(usual) / sizeof(usual[0]); i++)
		if (speed * 100 >= usual[i] * 97 && speed * 100 <= usual[i] * 103)
			return usual[i];
	return speed;
}

bool usb_tty_may_send(const struct usb_tty *tty)
{
	return !tty->cts_flow || peer_lines(tty->peer) & LINE_CTS;
}

size_t usb_tty_give(struct usb_tty *tty, const uint8_t *bytes, size_t len)
{
	return peer_give(tty->peer, &tty->port, bytes, len);
}

size_t usb_tty_take(struct usb_tty *tty, uint8_t *ret_data, size_t max)
{
	if (tty->device->kind->take)
		return tty->device->kind->take(tty, ret_data, max);
	return peer_take(tty->peer, &tty->port, ret_data, max);
}

/*
 * While the tty is open every change is reported, in order. While it is closed a device keeps only
 * the newest state.
 */
void usb_tty_change_lines(struct usb_tty *tty, uint8_t lines)
{
	if (!tty->dtr || tty->change_count == USB_CHANGES)
		tty->change_count = 0;
	if (lines != tty->reported || tty->change_count)
		tty->changes[tty->change_count++] = lines;
}

bool usb_tty_next_change(struct usb_tty *tty)
{
	if (!tty->change_count)
		return false;
	tty->reported = tty->changes[0];
	tty->change_count--;
	memmove(tty->changes, tty->changes + 1, tty->change_count);
	return true;
}

uint8_t usb_modem_status(uint8_t lines)
{
	return (uint8_t)((lines & LINE_CTS ? 0x10 : 0) | (lines & LINE_DSR ? 0x20 : 0) |
			 (lines & LINE_RI ? 0x40 : 0) | (lines & LINE_DCD ? 0x80 : 0));
}
