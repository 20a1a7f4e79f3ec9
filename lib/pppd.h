/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What we know of pppd: its files and exit codes. */
#pragma once

#include "base.h"

#define PPPD_PROGRAM     "/usr/sbin/pppd"
#define PPPD_OPTIONS_DIR "/etc/ppp/dialisp"
#define PPPD_PAP         "/etc/ppp/pap-secrets"
#define PPPD_CHAP        "/etc/ppp/chap-secrets"

/* The meaning of an exit status, for people: 11 -> "login refused"; NULL when unknown */
const char *pppd_exit_reason(int status);
