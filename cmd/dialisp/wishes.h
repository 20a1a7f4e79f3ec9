/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the administrator wants of a line otherwise than its modem suggests: options that are keys
 * of the line's file too. */
#pragma once

#include "command.h"
#include "site.h"

/* Rows of add-line and set-line */
#define WISHES_OPTIONS                                                                             \
	OPTION("speed", "N", "bit/s between machine and modem"),                                   \
		OPTION("rings", "N", "answer after N RINGs, 1 to 9"),                              \
		OPTION("max-rate", "N",                                                            \
		       "the modem trains up to N bit/s at most; 0: to its own best"),              \
		OPTION("init", "COMMANDS",                                                         \
		       "more AT commands, without AT, blanks between them; '': none"),             \
		OPTION("login", "HOW",                                                             \
		       "callers meet PPP at once (ppp) or a prompt (text); '': as other lines"),   \
		OPTION("mtu", "N", "largest packet, 128 to 1500; auto: by the rate of the call"),  \
		OPTION("shaping", "HOW",                                                           \
		       "auto, off, or the rate in bit/s below which packets are kept")

bool wishes_are_given(const struct command_args *args);
/* Before a lock is taken and a modem is asked. Reports; 0 or -EINVAL. */
int wishes_check(const struct command_args *args);
/* Into the line, whose dialect is known. Reports; 0 or -EINVAL. */
int wishes_apply(const struct command_args *args, struct line *line);
/* When the modem did not come back: the dialect's command for --max-rate is left out. True: there
 * is another one to try. */
bool wishes_take_other_rate(const struct command_args *args, struct line *line);
