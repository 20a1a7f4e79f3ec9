/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pppd's files and exit codes. */
#pragma once

#include "util/base.h"

#define PPPD_PROGRAM "/usr/sbin/pppd"
/* the directory that the unit mounts over /etc/ppp */
#define PPPD_DIR     "/etc/dialisp/ppp"
#define PPPD_PAP     PPPD_DIR "/pap-secrets"
#define PPPD_CHAP    PPPD_DIR "/chap-secrets"

/* The meaning of an exit status, for messages: 11 -> "login refused"; NULL if unknown */
const char *pppd_exit_reason(int status);
/* The name of a login that pppd refused, from its log (lines of text), as written there: pppd
 * escapes special characters. The first one, cut to `size`; 0 or -ENOENT. (2.4.9 and 2.5.2: upap.c,
 * upap_rauthreq; chap-new.c / chap.c, chap_handle_response) */
MUST_CHECK int pppd_find_refused(const char *log, char *ret_name, size_t size);
