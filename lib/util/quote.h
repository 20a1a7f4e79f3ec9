/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How a value is written in each grammar we generate, and which values cannot be. */
#pragma once

#include "util/text.h"

enum quote {
	QUOTE_PLAIN,   /* numbers, addresses, names: [A-Za-z0-9._/:@%+,{} -] as they are; everything
			* else refused */
	QUOTE_PPPD,    /* a word of a pppd options file (pppd getword) */
	QUOTE_SECRETS, /* a word of pap-secrets or chap-secrets: always quoted, never empty */
	QUOTE_MGETTY,  /* the rest of a mgetty.config line */
	QUOTE_CHAT,    /* one word of a mgetty chat value, to send: backslashes are doubled for
			* do_chat_send() too */
	QUOTE_UDEV,  /* compared with, between the double quotes of a udev rule; its glob characters
		      * are made literal */
	QUOTE_RULES, /* nftables or iptables-restore: addresses, and lines of rules that we have
		      * made ourselves */
	QUOTE_INI,   /* a value in our ini files: percent-encoding of all but [A-Za-z0-9._/:@+,- and
		      * inner blanks] */
	QUOTE_SHELL, /* one word of a shell script */
	/* a name as the name of a file: percent-encoding of all but [A-Za-z0-9._@+-] */
	QUOTE_FILE_NAME,
};

/* Appends `value` as it is written in that grammar. 0, or -EINVAL with the reason ("has a newline")
 * and nothing appended. */
MUST_CHECK int quote_add(struct text *out, enum quote grammar, const char *value,
			 const char **ret_why);
/* Whether it has only signs that QUOTE_INI writes. */
bool quote_is_ini(const char *written);
/* Undoes QUOTE_INI and QUOTE_FILE_NAME. -EINVAL on a bad escape or a NUL. */
MUST_CHECK int quote_decode_ini(const char *s, struct text *ret);
