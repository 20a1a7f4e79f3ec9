/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The secret of nobody that closes our part of pppd's secrets files; made once and kept, so that
 * they stay the same. */
#pragma once

#include "util/base.h"

#define CLOSING_LEN 32

struct closing {
	char secret[CLOSING_LEN + 1];
	bool is_new; /* not kept yet */
};
/* The kept one, or a new one in memory. 0 or -errno, reported. */
int closing_load(struct closing *ret);
/* Keeps a new one. 0 or -errno, reported. */
int closing_save(const struct closing *closing);
