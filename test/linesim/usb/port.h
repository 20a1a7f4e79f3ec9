/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "backend.h"

/* Back-end: a USB device in a port of the kernel's virtual host controller. */
extern const struct backend usb_backend;
