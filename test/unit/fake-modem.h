/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Common to all fake modems: a port, and a clock at half speed, so that a busy machine is no deaf
 * modem. */
#pragma once

#include "util/base.h"

/* The doors to time are wrapped when linking (meson.build); these are the real ones. */
int64_t __real_base_now_ms(void);
void __real_base_sleep_ms(unsigned ms);

/* The modem's end of a new pseudo terminal, raw; the other end's path is written to ret_path. */
int fake_modem_open(char *ret_path, size_t size);
