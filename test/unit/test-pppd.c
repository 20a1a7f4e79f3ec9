/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pppd's exit codes. */
#include "check.h"
#include "pppd.h"

int main(void)
{
	static const struct {
		int status;
		const char *reason;
	} cases[] = {
		{ 0, "caller hung up" },
		{ 11, "login refused" },
		{ 12, "idle for too long" },
		{ 13, "time limit reached" },
		{ 15, "caller vanished (no echo)" },
		{ 16, "carrier lost" },
		{ 21, "caller's number refused" },
		{ 127, "pppd ended by a fatal signal" },
	};
	static const int unknown[] = { -1, 22, 126, 128, 255, 100000 };

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const char *reason = pppd_exit_reason(cases[i].status);

		check_str(reason ? reason : "(null)", cases[i].reason);
	}
	for (int i = 0; i <= 21; i++)
		check(pppd_exit_reason(i), "status %d", i);
	for (size_t i = 0; i < ARRAY_SIZE(unknown); i++)
		check(!pppd_exit_reason(unknown[i]), "status %d", unknown[i]);
	return check_done();
}
