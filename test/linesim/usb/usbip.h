/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Every USB/IP message begins with this many bytes (kernel Documentation/usb/usbip_protocol.rst).
 */
enum {
	USBIP_HEADER = 48
};

/* A longer transfer than any driver used here asks for is a protocol error. */
enum {
	USBIP_TRANSFER_MAX = 16384
};

enum usbip_kind {
	USBIP_SUBMIT,
	USBIP_UNLINK
};

struct usbip_request {
	enum usbip_kind kind;
	uint32_t seqnum;
	uint32_t endpoint;
	bool in;         /* towards the host */
	uint32_t length; /* of the buffer; bytes that follow the header when not in */
	uint8_t setup[8];
	uint32_t victim; /* of an unlink */
};

/* -EPROTO: not a request, or a length out of range. */
int usbip_decode(const uint8_t header[USBIP_HEADER], struct usbip_request *ret_request);

/* status: 0 or -errno; length: bytes transferred either way. */
void usbip_encode_submit(uint32_t seqnum, int32_t status, uint32_t length,
			 uint8_t ret_header[USBIP_HEADER]);
void usbip_encode_unlink(uint32_t seqnum, int32_t status, uint8_t ret_header[USBIP_HEADER]);
