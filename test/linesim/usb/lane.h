/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "usb/device.h"
#include "usb/urb.h"

struct wire;

/* The transfers of one serial port. */
struct lane {
	struct usb_tty *tty;
	struct wire *wire;
	struct urb_queue in, out, notify;
};

/* For the device's port of this number. */
void lane_init(struct lane *lane, struct usb_device *device, uint8_t number, struct wire *wire);

/* Complete the transfers that can be. */
void lane_serve(struct lane *lane);

/* False: no such transfer. */
bool lane_drop(struct lane *lane, uint32_t seqnum);
void lane_clear(struct lane *lane);
