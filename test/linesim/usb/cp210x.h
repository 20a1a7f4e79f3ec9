/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "usb/device.h"

/* Silicon Labs CP2102: its driver never hears of a line that changed, and so never hangs up. */
extern const struct usb_kind cp210x_kind;
