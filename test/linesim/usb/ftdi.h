/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "usb/device.h"

/* FT232R with one port, FT2232C with two. */
extern const struct usb_kind ftdi_kind, ftdi2_kind;
