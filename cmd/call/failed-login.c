/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Failed logins: counted, and the next answer delayed by them. */
#include <errno.h>
#include <signal.h>
#include <sys/ioctl.h>

#include "call.h"
#include "config/config.h"
#include "util/report.h"

#define RING_LOOK_MS 200
#define SILENCE_MS                                                                                 \
	10000 /* so long mgetty too waits for the next RING (1.2.1, ring_chat_timeout)             \
	       */

static int64_t now_s(void)
{
	return base_now_ms() / 1000;
}

/* --- counting --- */

/* With a configuration that is being edited the limits are the defaults. */
static void load_site(struct site *ret)
{
	_cleanup_text_ struct text complaints = { 0 };

	if (config_load_line("", NULL, ret, &complaints) == -EINVAL)
		config_set_defaults(ret);
}

static void report_failed_login(const char *line, const struct calldb_call *call, const char *name,
				unsigned n, unsigned wait_s)
{
	_cleanup_text_ struct text text = { 0 };

	text_addf(&text, "%s: failed login", line);
	if (*name)
		text_addf(&text, " as %s", name);
	if (*call->number)
		text_addf(&text, " from %s", call->number);
	text_addf(&text, ", %u in a row", n);
	if (wait_s)
		text_addf(&text, ": the next call is not answered for %u s", wait_s);
	if (strchr(name, '\\'))
		text_add(
			&text,
			": the name has a domain: leave the client's domain field empty, or add this user");
	report_warning("%s", text_str(&text));
}

void call_count_refused(const char *line, const struct calldb_call *call, const char *name)
{
	_cleanup_(site_free) struct site site = { 0 };
	struct login_limit_table table = { 0 };
	_cleanup_close_ int lock = calldb_lock_failed_logins(&table);
	unsigned n;
	int r = lock;

	load_site(&site);
	n = login_limit_add(&table, line, call->ring_number, now_s());
	if (r >= 0)
		r = calldb_save_failed_logins(lock, &table);
	if (r < 0)
		report_error("%s: could not record a failed login: %s", line, strerror(-r));
	report_failed_login(line, call, name, n,
			    login_limit_wait_s(&table, &site, line, call->ring_number, now_s()));
}

static void forget_caller(const char *line, const struct calldb_call *call)
{
	struct login_limit_table table = { 0 };
	_cleanup_close_ int lock = calldb_lock_failed_logins(&table);
	int r = lock;

	if (r >= 0 && login_limit_forget(&table, line, call->ring_number))
		r = calldb_save_failed_logins(lock, &table);
	if (r < 0)
		report_error("%s: could not forget failed logins: %s", line, strerror(-r));
}

void call_forget_refused(const char *line, const struct calldb_call *call)
{
	struct calldb_last last;
	int r;

	forget_caller(line, call);
	if (calldb_load_last(line, &last) < 0 || !last.failed.n)
		return;
	last.failed = (struct login_limit_count){ 0 };
	r = calldb_save_last(line, &last);
	if (r < 0)
		report_error("%s: could not forget failed logins: %s", line, strerror(-r));
}

/* --- the delay --- */

unsigned call_find_wait_s(const char *line, const struct calldb_call *call)
{
	_cleanup_(site_free) struct site site = { 0 };
	struct login_limit_table table;

	if (calldb_load_failed_logins(&table) < 0 || !table.n)
		return 0;
	load_site(&site);
	return login_limit_wait_s(&table, &site, line, call->ring_number, now_s());
}

/* Received data is counted and not read: mgetty skips it before CONNECT. The answer follows right
 * after a RING, so that a caller that has hung up is not answered: the modem would wait for a
 * carrier for the time of S7. */
bool call_wait_ring(int tty, unsigned wait_s)
{
	int64_t now = base_now_ms(), until = now + (int64_t)wait_s * 1000, rang_at = now;
	int had, n;

	if (ioctl(tty, FIONREAD, &had) < 0)
		return false;
	while (now - rang_at < SILENCE_MS) {
		base_sleep_ms(RING_LOOK_MS);
		now = base_now_ms();
		if (ioctl(tty, FIONREAD, &n) < 0)
			return false;
		if (n == had)
			continue;
		if (now >= until)
			return true;
		rang_at = now;
		had = n;
	}
	return false;
}
