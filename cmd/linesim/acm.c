/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a CDC-ACM modem answers on endpoint 0: descriptors, line coding, DTR. No I/O. */
#include "acm.h"

#include <errno.h>
#include <string.h>

#include "modem.h"

enum {
	TYPE_STANDARD = 0x00,
	TYPE_CLASS = 0x20,
	TYPE_MASK = 0x60
};

/* USB 2.0 table 9-4, and PSTN 1.2 table 13. */
enum {
	GET_STATUS = 0,
	CLEAR_FEATURE = 1,
	SET_FEATURE = 3,
	GET_DESCRIPTOR = 6,
	GET_CONFIGURATION = 8,
	SET_CONFIGURATION = 9,
	GET_INTERFACE = 10,
	SET_INTERFACE = 11,
	SET_LINE_CODING = 0x20,
	GET_LINE_CODING = 0x21,
	SET_CONTROL_LINE_STATE = 0x22,
	SEND_BREAK = 0x23,
};

enum {
	DESCRIPTOR_DEVICE = 1,
	DESCRIPTOR_CONFIGURATION = 2,
	DESCRIPTOR_STRING = 3
};
enum {
	STRING_LANGUAGES,
	STRING_MANUFACTURER,
	STRING_PRODUCT,
	STRING_SERIAL
};

/* Interface 0 communications with AT commands (02/02/01), interface 1 data (0a), bulk packets of 64 bytes. */
static const uint8_t configuration[] = {
	9,    2,    67,
	0,    2,    1,
	0,    0x80, 50, /* configuration, 100 mA */
	9,    4,    0,
	0,    1,    2,
	2,    1,    0, /* interface 0 */
	5,    0x24, 0,
	0x10, 0x01, /* CDC 1.10 */
	4,    0x24, 2,
	6, /* ACM: line coding, line state and SERIAL_STATE; break */
	5,    0x24, 6,
	0,    1, /* union: 0 rules 1 */
	5,    0x24, 1,
	0,    1, /* call management: none */
	7,    5,    0x80 | ACM_EP_NOTIFY,
	3,    16,   0,
	1, /* interrupt in */
	9,    4,    1,
	0,    2,    10,
	0,    0,    0, /* interface 1 */
	7,    5,    ACM_EP_OUT,
	2,    64,   0,
	0, /* bulk out */
	7,    5,    0x80 | ACM_EP_IN,
	2,    64,   0,
	0, /* bulk in */
};

static void put16(uint8_t *bytes, uint16_t value)
{
	bytes[0] = (uint8_t)value;
	bytes[1] = (uint8_t)(value >> 8);
}

static int describe_device(const struct usb_id *usb, uint8_t *ret_reply)
{
	static const uint8_t fixed[18] = {
		[0] = 18,
		[1] = DESCRIPTOR_DEVICE,
		[2] = 0x10,
		[3] = 0x01,
		[4] = 2,
		[7] = 64,
		[14] = STRING_MANUFACTURER,
		[15] = STRING_PRODUCT,
		[16] = STRING_SERIAL,
		[17] = 1,
	};

	memcpy(ret_reply, fixed, sizeof(fixed));
	put16(ret_reply + 8, usb->vendor);
	put16(ret_reply + 10, usb->product);
	put16(ret_reply + 12, usb->release);
	return sizeof(fixed);
}

static int describe_string(const struct usb_id *usb, uint8_t index, uint8_t *ret_reply)
{
	const char *const texts[] = { "", usb->manufacturer, usb->name, usb->serial };
	size_t len;

	if (index > STRING_SERIAL)
		return -EPIPE;
	ret_reply[1] = DESCRIPTOR_STRING;
	if (index == STRING_LANGUAGES) {
		ret_reply[0] = 4;
		put16(ret_reply + 2, 0x0409);
		return 4;
	}
	len = strlen(texts[index]);
	for (size_t i = 0; i < len; i++)
		put16(ret_reply + 2 + 2 * i, (uint8_t)texts[index][i]);
	ret_reply[0] = (uint8_t)(2 + 2 * len);
	return ret_reply[0];
}

static int describe(const struct acm *acm, uint8_t type, uint8_t index, uint8_t *ret_reply)
{
	const struct usb_id *usb = &acm->modem->persona->usb;

	if (type == DESCRIPTOR_DEVICE)
		return describe_device(usb, ret_reply);
	if (type == DESCRIPTOR_STRING)
		return describe_string(usb, index, ret_reply);
	if (type != DESCRIPTOR_CONFIGURATION || index)
		return -EPIPE; /* no qualifier, no BOS: a full-speed device of USB 1.1 */
	memcpy(ret_reply, configuration, sizeof(configuration));
	return sizeof(configuration);
}

static int standard(struct acm *acm, const uint8_t setup[8], uint8_t *ret_reply)
{
	switch (setup[1]) {
	case GET_DESCRIPTOR:
		return describe(acm, setup[3], setup[2], ret_reply);
	case GET_STATUS:
		put16(ret_reply, 0);
		return 2;
	case GET_CONFIGURATION:
		ret_reply[0] = acm->configuration;
		return 1;
	case GET_INTERFACE:
		ret_reply[0] = 0;
		return 1;
	case SET_CONFIGURATION:
		acm->configuration = setup[2];
		return 0;
	case SET_INTERFACE:
	case CLEAR_FEATURE:
	case SET_FEATURE:
		return 0;
	}
	return -EPIPE;
}

static int set_line_coding(struct acm *acm, const uint8_t *data, size_t len)
{
	if (len < sizeof(acm->coding))
		return -EPIPE;
	memcpy(acm->coding, data, sizeof(acm->coding));
	acm->modem->dte_speed = (long)((uint32_t)data[0] | (uint32_t)data[1] << 8 | (uint32_t)data[2] << 16 |
				       (uint32_t)data[3] << 24);
	return 0;
}

static int class_request(struct acm *acm, const uint8_t setup[8], const uint8_t *data, size_t len,
			 uint8_t *ret_reply)
{
	switch (setup[1]) {
	case SET_LINE_CODING:
		return set_line_coding(acm, data, len);
	case GET_LINE_CODING:
		memcpy(ret_reply, acm->coding, sizeof(acm->coding));
		return sizeof(acm->coding);
	case SET_CONTROL_LINE_STATE:
		modem_host_dtr(acm->modem, setup[2] & 1);
		return 0;
	case SEND_BREAK:
		return 0;
	}
	return -EPIPE;
}

int acm_control(struct acm *acm, const uint8_t setup[8], const uint8_t *data, size_t len,
		uint8_t ret_reply[ACM_CONTROL_MAX])
{
	size_t wanted = setup[6] | (size_t)setup[7] << 8;
	int got = -EPIPE;

	if ((setup[0] & TYPE_MASK) == TYPE_STANDARD)
		got = standard(acm, setup, ret_reply);
	if ((setup[0] & TYPE_MASK) == TYPE_CLASS)
		got = class_request(acm, setup, data, len, ret_reply);
	return got > 0 && (size_t)got > wanted ? (int)wanted : got;
}

void acm_notification(uint8_t lines, uint8_t ret_bytes[ACM_NOTIFICATION])
{
	/* PSTN 1.2, 6.5.4: class notification 0x20 of interface 0, two bytes of lines. */
	static const uint8_t fixed[ACM_NOTIFICATION] = { 0xa1, 0x20, 0, 0, 0, 0, 2, 0, 0, 0 };

	memcpy(ret_bytes, fixed, ACM_NOTIFICATION);
	ret_bytes[8] = lines;
}

void acm_init(struct acm *acm, struct modem *modem)
{
	static const uint8_t coding[7] = { 0x00, 0xc2, 0x01, 0x00, 0, 0, 8 }; /* 115200 8N1 */

	acm->modem = modem;
	acm->configuration = 0;
	memcpy(acm->coding, coding, sizeof(coding));
}
