/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "backend.h"

/* Back-end: a pseudo terminal. No modem lines; opening and closing it is DTR. */
extern const struct backend pty_backend;
