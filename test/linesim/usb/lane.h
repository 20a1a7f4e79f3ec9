/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "usb/urb.h"
#include "usb/device.h"

struct wire;

/* One serial port on its way to the host. */
struct lane {
	struct usb_tty *tty;
	struct wire *wire;
	struct urb_queue in, out, notify;
};

/* Joins it to the device's port of this number. */
void lane_init(struct lane *lane, struct usb_device *device, uint8_t number, struct wire *wire);

/* Complete what can be. */
void lane_serve(struct lane *lane);

/* False when that transfer is not here. */
bool lane_drop(struct lane *lane, uint32_t seqnum);
void lane_clear(struct lane *lane);
