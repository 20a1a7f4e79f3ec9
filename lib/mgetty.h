/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What we know of mgetty: its files, its chat grammar, its exit codes. */
#pragma once

#include <sys/types.h>

#include "site.h"
#include "text.h"

#define MGETTY_PROGRAM "/usr/sbin/mgetty"
#define MGETTY_CONFIG  "/etc/mgetty/mgetty.config"
#define MGETTY_LOGIN   "/etc/mgetty/dialisp.login.config"

/* init-chat of a line from its dialect and the administrator's extra commands: `"" ATE0V1Q0X4 OK ... OK`. Each word quoted
 * (QUOTE_CHAT). 0 or -EINVAL with the reason. */
int mgetty_init_chat(const struct line *line, struct text *out, const char **ret_why);
/* The meaning of an exit status of the line's main process while it was mgetty, for people. */
const char *mgetty_exit_reason(int status);
/* The line's main process waits for a RING: it is mgetty, and no call is recorded. Only then may it be sent USR2. */
bool mgetty_is_idle(const char *line, pid_t main_pid);
