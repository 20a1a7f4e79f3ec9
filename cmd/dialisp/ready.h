/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Waiting until every line answers. */
#pragma once

#include "site.h"

/* Waits (60 s and 1 s per line at most), then says of every line whether it is ready, or why not. 0, or -ENODEV when a
 * line whose modem is there is not ready. An absent modem is an answer, not an error. */
int ready_wait(const struct site *site);
