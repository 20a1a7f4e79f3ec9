/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "usb/device.h"

/* WCH CH340: its driver takes CRTSCTS and does nothing about it. */
extern const struct usb_kind ch341_kind;
