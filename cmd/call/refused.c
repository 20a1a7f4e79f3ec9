/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether a login was refused: told from what pppd leaves behind. */
#include "call.h"
#include "call/pppd.h"
#include "systemd/systemd.h"

#define LOG_TIMEOUT_MS 500 /* journald under load is late; the line waits meanwhile */
#define LOG_AGAIN_MS   50

/* A caller who hangs up at once turns pppd's exit status 11 into 16 or 5 (main.c, get_input and
 * handle_events): only its log knows then, and in every case who it was. */
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
