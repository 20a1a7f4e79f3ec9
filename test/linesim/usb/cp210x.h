/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "usb/device.h"

/* Silicon Labs CP2102: its driver is not told of changes of the modem lines, so carrier loss sends
 * no SIGHUP. */
extern const struct usb_kind cp210x_kind;
