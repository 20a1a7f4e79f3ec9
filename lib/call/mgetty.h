/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mgetty's files, chat grammar and exit codes. */
#pragma once

#include <sys/types.h>

#include "site.h"
#include "util/text.h"

#define MGETTY_PROGRAM "/usr/sbin/mgetty"
/* the directory that the unit mounts over /etc/mgetty */
#define MGETTY_DIR     "/etc/dialisp/mgetty"
#define MGETTY_CONFIG  MGETTY_DIR "/mgetty.config"
#define MGETTY_LOGIN   MGETTY_DIR "/login.config"

/* init-chat of a line from its dialect and the administrator's extra commands: `"" ATE0V1Q0X4 OK
 * ... OK`. Each word quoted (QUOTE_CHAT). 0 or -EINVAL with the reason. */
int mgetty_init_chat(const struct line *line, struct text *out, const char **ret_why);
/* The meaning of an exit status of the line's main process while it was mgetty, for messages. */
const char *mgetty_exit_reason(int status);

enum mgetty_state {
	MGETTY_STATE_IDLE,   /* waits for a RING; only then may it be sent USR2 */
	MGETTY_STATE_UNSURE, /* initialises the modem, or counts RINGs before anything is recorded;
			      * or is just coming or going */
	MGETTY_STATE_BUSY,   /* a call is recorded, or the process is not mgetty any more */
};
/* The state of the line's main process. */
enum mgetty_state mgetty_judge(const char *line, pid_t main_pid);
