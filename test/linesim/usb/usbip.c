/* SPDX-License-Identifier: GPL-2.0-or-later */
/* USB/IP messages, big-endian bytes to struct and back (kernel drivers/usb/usbip/usbip_common.h).
 */
#include "usb/usbip.h"

#include <errno.h>
#include <string.h>

enum {
	CMD_SUBMIT = 1,
	CMD_UNLINK = 2,
	RET_SUBMIT = 3,
	RET_UNLINK = 4,
};

static uint32_t get32(const uint8_t *bytes)
{
	return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 |
	       bytes[3];
}

static void put32(uint8_t *bytes, uint32_t value)
{
	bytes[0] = (uint8_t)(value >> 24);
	bytes[1] = (uint8_t)(value >> 16);
	bytes[2] = (uint8_t)(value >> 8);
	bytes[3] = (uint8_t)value;
}

int usbip_decode(const uint8_t header[USBIP_HEADER], struct usbip_request *ret_request)
{
	struct usbip_request request = { 0 };
	uint32_t command = get32(header);

	request.seqnum = get32(header + 4);
	if (command == CMD_UNLINK) {
		request.kind = USBIP_UNLINK;
		request.victim = get32(header + 20);
		*ret_request = request;
		return 0;
	}
	request.kind = USBIP_SUBMIT;
	request.in = get32(header + 12) == 1;
	request.endpoint = get32(header + 16);
	request.length = get32(header + 24);
	memcpy(request.setup, header + 40, sizeof(request.setup));
	if (command != CMD_SUBMIT || request.length > USBIP_TRANSFER_MAX || request.endpoint > 15)
		return -EPROTO;
	*ret_request = request;
	return 0;
}

void usbip_encode_submit(uint32_t seqnum, int32_t status, uint32_t length,
			 uint8_t ret_header[USBIP_HEADER])
{
	memset(ret_header, 0, USBIP_HEADER);
	put32(ret_header, RET_SUBMIT);
	put32(ret_header + 4, seqnum);
	put32(ret_header + 20, (uint32_t)status);
	put32(ret_header + 24, length);
}

void usbip_encode_unlink(uint32_t seqnum, int32_t status, uint8_t ret_header[USBIP_HEADER])
{
	memset(ret_header, 0, USBIP_HEADER);
	put32(ret_header, RET_UNLINK);
	put32(ret_header + 4, seqnum);
	put32(ret_header + 20, (uint32_t)status);
}
