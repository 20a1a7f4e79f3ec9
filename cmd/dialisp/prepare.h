/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks this host: systemd, kernel, programs. Installs missing packages with consent. */
#pragma once

#include "util/base.h"

enum prepare_consent {
	PREPARE_CONSENT_NONE,  /* no terminal: report what is missing */
	PREPARE_CONSENT_ASK,   /* prompt */
	PREPARE_CONSENT_GIVEN, /* --yes */
};
/* All errors are reported, with their cures. 0 or -errno. */
int prepare_check_machine(void);
int prepare_ensure_programs(enum prepare_consent consent);
/* The missing packages, such as "mgetty ppp", or NULL. The caller frees it. */
char *prepare_find_missing(void);
