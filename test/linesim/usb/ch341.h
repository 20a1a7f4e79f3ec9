/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "usb/device.h"

/* WCH CH340: its driver accepts CRTSCTS without effect. */
extern const struct usb_kind ch341_kind;
