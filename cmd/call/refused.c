/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Detects refused logins from the exit status and the log of pppd. */
#include "call.h"
#include "call/pppd.h"
#include "systemd/systemd.h"

#define LOG_TIMEOUT_MS 500 /* a loaded journald is late; the line waits meanwhile */
#define LOG_AGAIN_MS   50

/* If the caller hangs up at once, pppd exits with 16 or 5 instead of 11 (main.c, get_input and
 * handle_events): then only its log tells. The name is always only in the log. */
bool call_find_refused(const struct calldb_call *call, char ret_name[static 64])
{
	int64_t deadline = base_now_ms() + LOG_TIMEOUT_MS;
	char raw[256];

	for (;;) {
		_cleanup_text_ struct text log = { 0 };

		(void)!systemd_read_log(call->pid, "pppd", call->answer_at, &log);
		if (pppd_find_refused(text_str(&log), raw, sizeof(raw)) == 0) {
			call_take_user(ret_name, raw);
			return true;
		}
		if (base_now_ms() >= deadline)
			return false;
		base_sleep_ms(LOG_AGAIN_MS);
	}
}
