/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Devices that a search for modems must not open: their descriptors, and what they do when opened.
 */
#include <string.h>

#include "usb/acm.h"
#include "usb/gadget.h"

/* Vendor 0525 (gadgets of Linux) with unlisted products stands for unknown devices. */
static const struct usb_id lte_id = {
	0x1bc7, 0x0036, 0x0310, "Telit", "LE910", "0123456789ABCDEF"
};
static const struct usb_id lte_vendor_id = {
	0x12d1, 0x1506, 0x0102, "HUAWEI", "HUAWEI Mobile", NULL
};
static const struct usb_id phone_id = { 0x0525, 0xb0d4, 0x0100, "Generic", "Phone", "R58M123ABC" };
static const struct usb_id gps_id = {
	0x1546, 0x01a7, 0x0100, "u-blox AG - www.u-blox.com", "u-blox 7 - GPS/GNSS Receiver", NULL
};
static const struct usb_id gps_unlisted_id = { 0x0525,    0xb0d0,         0x0100,
					       "Generic", "USB Receiver", NULL };
static const struct usb_id arduino_id = { 0x2341,        0x0043,
					  0x0001,        "Arduino (www.arduino.cc)",
					  "Arduino Uno", "75330303035351F0A1B2" };
static const struct usb_id board_id = {
	0x0525, 0xb0d1, 0x0100, "Maker", "Controller Board", "0001"
};
static const struct usb_id mute_id = { 0x0525, 0xb0d2, 0x0100, "Generic", "CDC Device", NULL };
static const struct usb_id printer_id = { 0x0525, 0xb0d3, 0x0100, "Generic", "POS Printer", NULL };
static const struct usb_id softmodem_id = { 0x0572, 0x1300, 0x0100, "Conexant", "SoftK56 USB Modem",
					    NULL };
static const struct usb_id firmware_id = { 0x06e0,           0xf114,
					   0x0100,           "Multi-Tech Systems, Inc.",
					   "MultiModem USB", NULL };

#define VENDOR_TTY(n, in, out)                                                                     \
	{                                                                                          \
		.number = (n), .class = 255, .subclass = 255, .protocol = 255, .endpoints = {      \
			{ USB_DIR_IN | (in), USB_BULK, USB_PACKET, USB_ROLE_IN, (n) },             \
			{ (out), USB_BULK, USB_PACKET, USB_ROLE_OUT, (n) },                        \
		}                                                                                  \
	}

#define STORAGE(n, in, out)                                                                        \
	{                                                                                          \
		.number = (n), .class = 8, .subclass = 6, .protocol = 0x50, .endpoints = {         \
			{ USB_DIR_IN | (in), USB_BULK, USB_PACKET, USB_ROLE_NONE, 0 },             \
			{ (out), USB_BULK, USB_PACKET, USB_ROLE_NONE, 0 },                         \
		}                                                                                  \
	}

static const struct usb_interface lte_interfaces[] = {
	ACM_INTERFACES(0, 1, 1, 1, 2, 0),
	ACM_INTERFACES(2, 1, 3, 2, 4, 1),
	ACM_INTERFACES(4, 1, 5, 3, 6, 2),
	{ .number = 6,
	  .class = 2,
	  .subclass = 6,
	  .extra = USB_EXTRA_ECM,
	  .endpoints = { { USB_DIR_IN | 7, USB_INTERRUPT, 16, USB_ROLE_NONE, 0 } } },
	{ .number = 7, .class = 10 },
	{ .number = 7,
	  .alternate = 1,
	  .class = 10,
	  .endpoints = { { USB_DIR_IN | 8, USB_BULK, USB_PACKET, USB_ROLE_NONE, 0 },
			 { 4, USB_BULK, USB_PACKET, USB_ROLE_NONE, 0 } } },
};

static const struct usb_interface lte_vendor_interfaces[] = {
	VENDOR_TTY(0, 1, 1),
	VENDOR_TTY(1, 2, 2),
	VENDOR_TTY(2, 3, 3),
};

static const struct usb_interface phone_interfaces[] = {
	ACM_INTERFACES(0, 1, 1, 2, 3, 0),
	STORAGE(2, 4, 5),
};

static const struct usb_interface acm_interfaces[] = { ACM_INTERFACES(0, 1, 1, 2, 3, 0) };

static const struct usb_interface printer_interfaces[] = {
	ACM_INTERFACES(0, 1, 1, 2, 3, 0),
	{ .number = 2,
	  .class = 7,
	  .subclass = 1,
	  .protocol = 2,
	  .endpoints = { { 4, USB_BULK, USB_PACKET, USB_ROLE_NONE, 0 },
			 { USB_DIR_IN | 4, USB_BULK, USB_PACKET, USB_ROLE_NONE, 0 } } },
};

static const struct usb_interface softmodem_interfaces[] = {
	{ .class = 255,
	  .subclass = 255,
	  .protocol = 255,
	  .endpoints = { { USB_DIR_IN | 1, USB_BULK, USB_PACKET, USB_ROLE_NONE, 0 },
			 { 2, USB_BULK, USB_PACKET, USB_ROLE_NONE, 0 } } },
};

/* A TI 3410 before it has its firmware has one endpoint, for the firmware. */
static const struct usb_interface firmware_interfaces[] = {
	{ .class = 255, .endpoints = { { 1, USB_BULK, USB_PACKET, USB_ROLE_NONE, 0 } } },
};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define KIND(name_, table, ttys_, class_)                                                          \
	static const struct usb_kind name_##_kind = {                                              \
		.id = &name_##_id,                                                                 \
		.interfaces = (table),                                                             \
		.count = COUNT(table),                                                             \
		.class = (class_),                                                                 \
		.ttys = (ttys_),                                                                   \
		.control = acm_control,                                                            \
		.notify = acm_notify,                                                              \
	}

KIND(lte, lte_interfaces, 3, 0);
KIND(lte_vendor, lte_vendor_interfaces, 3, 0);
KIND(phone, phone_interfaces, 1, 0);
KIND(gps, acm_interfaces, 1, 2);
KIND(gps_unlisted, acm_interfaces, 1, 2);
KIND(arduino, acm_interfaces, 1, 2);
KIND(board, acm_interfaces, 1, 2);
KIND(mute, acm_interfaces, 1, 2);
KIND(printer, printer_interfaces, 1, 0);
KIND(softmodem, softmodem_interfaces, 0, 255);
KIND(firmware, firmware_interfaces, 0, 255);

static const char nmea[] = "$GPRMC,123519,V,,,,,,,200394,,,N*50\r\n"
			   "$GPGGA,123519,,,,,0,00,99.9,,,,,,*5E\r\n"
			   "$GPGSA,A,1,,,,,,,,,,,,,99.9,99.9,99.9*09\r\n";
static const char banner[] = "Controller ready, send ? for help\r\n";

/* Responses of a mobile broadband modem to the first commands of a probe. */
static const struct gadget_answer cellular_answers[] = {
	{ "AT", "OK" },
	{ "ATE0Q0V1", "OK" },
	{ "AT+GCAP", "+GCAP: +CGSM,+DS,+ES\r\n\r\nOK" },
	{ 0 },
};

/* What all of them have in common. */
#define GADGET(name_, about_, usb_)                                                                \
	.name = (name_), .about = (about_), .usb = (usb_), .lines = LINE_DSR | LINE_CTS

static const struct gadget_kind kinds[] = {
	{ GADGET("lte", "LTE stick: three ttyACM, network", &lte_kind),
	  .answers = cellular_answers },
	{ GADGET("lte-vendor", "LTE stick: three ttyUSB", &lte_vendor_kind),
	  .answers = cellular_answers },
	{ GADGET("phone", "mobile phone: ttyACM, storage", &phone_kind),
	  .answers = cellular_answers },
	{ GADGET("gps", "GPS receiver", &gps_kind), .unsolicited = nmea, .every_ms = 1000 },
	{ GADGET("gps-unlisted", "GPS receiver, unknown id", &gps_unlisted_kind),
	  .unsolicited = nmea, .every_ms = 1000 },
	{ GADGET("arduino", "board that is reset by DTR", &arduino_kind), .resets = true,
	  .unsolicited = banner, .first_ms = 1000 },
	{ GADGET("arduino-unlisted", "the same, unknown id", &board_kind), .resets = true,
	  .unsolicited = banner, .first_ms = 1000 },
	{ GADGET("mute", "accepts all data, sends none", &mute_kind) },
	{ GADGET("printer", "receipt printer with a ttyACM", &printer_kind) },
	{ GADGET("softmodem", "host-controlled modem, no tty", &softmodem_kind) },
	{ GADGET("needs-firmware", "TI 3410 without firmware, no tty", &firmware_kind) },
	{ .name = "none", .about = "unconnected RS-232 port" },
};

const struct gadget_kind *gadget_find_kind(const char *name)
{
	for (size_t i = 0; i < COUNT(kinds); i++)
		if (!strcmp(kinds[i].name, name))
			return &kinds[i];
	return NULL;
}

const struct gadget_kind *gadget_kind_at(size_t i)
{
	return i < COUNT(kinds) ? &kinds[i] : NULL;
}
