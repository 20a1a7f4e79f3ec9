/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Is this machine fit: systemd, kernel, programs; missing packages are installed when agreed to. */
#pragma once

#include "util/base.h"

enum prepare_consent {
	PREPARE_CONSENT_NONE, /* nobody can be asked: name what is missing */
	PREPARE_CONSENT_ASK,
	PREPARE_CONSENT_GIVEN, /* --yes */
};
/* Complaints with their cures are reported, all of them. 0 or -errno. */
int prepare_check_machine(void);
int prepare_ensure_programs(enum prepare_consent consent);
/* "mgetty ppp": what is missing, or NULL. The caller owns it. */
char *prepare_find_missing(void);
