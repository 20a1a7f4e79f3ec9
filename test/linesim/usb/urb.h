/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "usb/usbip.h"

/* A pending transfer: the device has no data, or no room, and answers NAK. */
struct urb {
	struct urb *next;
	uint32_t seqnum;
	uint32_t length;
	uint32_t done;
	uint8_t data[];
};

struct urb_queue {
	struct urb *first;
	size_t count;
};

/* -ENOMEM also when too many are pending. data: request->length bytes of an OUT transfer. */
int urb_queue_add(struct urb_queue *queue, const struct usbip_request *request,
		  const uint8_t *data);
void urb_queue_drop_first(struct urb_queue *queue);

/* False when it is not there. */
bool urb_queue_drop(struct urb_queue *queue, uint32_t seqnum);
void urb_queue_clear(struct urb_queue *queue);
