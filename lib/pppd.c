/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pppd's exit codes (pppd(8), EXIT STATUS; 20 and 21 are in its source only). */
#include "pppd.h"

const char *pppd_exit_reason(int status)
{
	static const char *const reasons[] = {
		[0] = "caller hung up",
		[1] = "pppd failed, or no account can be used",
		[2] = "pppd refused its options",
		[3] = "pppd is not root",
		[4] = "kernel has no PPP support",
		[5] = "ended by a signal",
		[6] = "port was locked",
		[7] = "port could not be opened",
		[8] = "connect script failed",
		[9] = "pseudo terminal program failed",
		[10] = "PPP negotiation failed",
		[11] = "login refused",
		[12] = "idle for too long",
		[13] = "time limit reached",
		[14] = "callback",
		[15] = "caller vanished (no echo)",
		[16] = "carrier lost",
		[17] = "line is looped back",
		[18] = "init script failed",
		[19] = "could not log in to the caller",
		[20] = "traffic limit reached",
		[21] = "caller's number refused",
		[127] = "pppd ended by a fatal signal",
	};

	return status >= 0 && (size_t)status < ARRAY_SIZE(reasons) ? reasons[status] : NULL;
}
