/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pppd and login-limit: its log, in which callers' names stand; the table of failed logins,
 * damaged. */
#include "call/pppd.h"

#include "call/calldb.h"
#include "fuzz.h"
#include "modem/at.h"

static void check_log(const char *log)
{
	char name[64] = "";

	if (pppd_find_refused(log, name, sizeof(name)) == 0)
		must(strlen(name) < sizeof(name) && !strchr(name, '\n'));
}

static bool is_number(const char *s)
{
	return !s[strspn(s, "0123456789")];
}

static void check_table(const uint8_t *data, size_t size)
{
	static struct login_limit_table table, again;
	struct site site = { .n_lines = 0 };
	int lock;

	calldb_set_dir(fuzz_dir());
	fuzz_write("failed-logins", data, size);
	must(calldb_load_failed_logins(&table) == 0 && table.n <= LOGIN_LIMIT_ROWS_MAX);
	for (size_t i = 0; i < table.n; i++)
		must(site_is_line_name(table.rows[i].line) && is_number(table.rows[i].number));
	login_limit_add(&table, "line1", "5551001", 1000);
	login_limit_wait_s(&table, &site, "line1", "5551001", 1001);
	lock = calldb_lock_failed_logins(&again);
	must(lock >= 0 && calldb_save_failed_logins(lock, &table) == 0);
	close(lock);
	must(calldb_load_failed_logins(&again) == 0 && again.n == table.n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *log = xstrndup((const char *)data, size);
	char digits[LOGIN_LIMIT_NUMBER_MAX + 1];

	check_log(log);
	check_table(data, size);
	login_limit_take_number(digits, log);
	must(is_number(digits));
	return 0;
}
