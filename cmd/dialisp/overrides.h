/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Overrides: settings of a line that the administrator gives as options. Each is also a key of the
 * line's file. */
#pragma once

#include "command.h"
#include "site.h"

/* Option rows of add-line and set-line */
#define OVERRIDES_OPTIONS                                                                          \
	OPTION("speed", "N", "set the port speed in bit/s"),                                       \
		OPTION("rings", "N", "answer after N rings, 1 to 9"),                              \
		OPTION("max-rate", "N", "limit the line rate to N bit/s; 0: no limit"),            \
		OPTION("init", "COMMANDS",                                                         \
		       "set extra AT commands, without AT, separated by blanks; '': none"),        \
		OPTION("login", "HOW",                                                             \
		       "start PPP at once (ppp) or show a prompt (text); '': the default"),        \
		OPTION("mtu", "N",                                                                 \
		       "set the largest packet, 128 to 1500; auto: by the rate of the call"),      \
		OPTION("shaping", "HOW",                                                           \
		       "shape packets to callers: auto, off, or a rate in bit/s")

bool overrides_are_given(const struct command_args *args);
/* Checks the values, before a lock is taken and a modem is probed. Reports; 0 or -EINVAL. */
int overrides_check(const struct command_args *args);
/* Sets the values in the line, whose dialect is known. Reports; 0 or -EINVAL. */
int overrides_apply(const struct command_args *args, struct line *line);
/* For a modem that failed to initialise: marks the current command for --max-rate as rejected.
 * True: the dialect has another one. */
bool overrides_take_other_rate(const struct command_args *args, struct line *line);
