/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What we know of pppd: its files and exit codes. */
#pragma once

#include "util/base.h"

#define PPPD_PROGRAM "/usr/sbin/pppd"
/* What the line's unit mounts over /etc/ppp */
#define PPPD_DIR     "/etc/dialisp/ppp"
#define PPPD_PAP     PPPD_DIR "/pap-secrets"
#define PPPD_CHAP    PPPD_DIR "/chap-secrets"

/* The meaning of an exit status, for people: 11 -> "login refused"; NULL when unknown */
const char *pppd_exit_reason(int status);
/* The name of a login that pppd refused, out of its log (lines of text), as it stands there: pppd
 * writes odd characters as escapes. The first one, cut to `size`; 0 or -ENOENT. (2.4.9 and 2.5.2:
 * upap.c, upap_rauthreq; chap-new.c / chap.c, chap_handle_response) */
MUST_CHECK int pppd_find_refused(const char *log, char *ret_name, size_t size);
