/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the line's unit calls: ready before mgetty starts, end after its process is gone. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

#include "at.h"
#include "call.h"
#include "config.h"
#include "firewall.h"
#include "mgetty.h"
#include "pppd.h"
#include "probe.h"
#include "report.h"
#include "systemd.h"
#include "tty.h"

#define READY_TIMEOUT_MS 5000 /* modems are deaf for 2-3 s after plug and DTR drop */
#define DEFAULT_SPEED    115200

/* Seconds before the next start, by starts in a row without a call. A modem in need of a second chance gets it at once; a dead
 * one costs a log line every half minute. */
static const unsigned back_off_s[] = { 0, 0, 0, 1, 2, 4, 8, 16, 30 };

struct reason {
	char text[sizeof(((struct calldb_last *)NULL)->reason)];
	bool is_reported; /* by the room that met it */
};

static struct calldb_last load_last(const char *line)
{
	struct calldb_last last = { 0 };

	calldb_load_last(line, &last);
	return last;
}

static void save_last(const char *line, struct calldb_last *last, const char *reason)
{
	int r;

	base_copy(last->reason, sizeof(last->reason), reason);
	last->at = call_now();
	r = calldb_save_last(line, last);
	if (r < 0)
		report_error("%s: could not record how its call ended: %s", line, strerror(-r));
}

static void back_off(const char *line)
{
	unsigned n = load_last(line).idle_starts, max = ARRAY_SIZE(back_off_s) - 1;

	base_sleep_ms(back_off_s[n < max ? n : max] * 1000);
}

/* What applies to the line now. A configuration that somebody is just editing stops no phone: mgetty runs by the files that were
 * applied last, so what cannot be read here is assumed. */
static void find_settings(const char *name, unsigned *ret_speed, enum site_firewall *ret_firewall)
{
	_cleanup_(site_free) struct site site = { 0 };
	_cleanup_text_ struct text complaints = { 0 };
	const struct line *line;

	config_load("", CONFIG_WHAT_PUBLIC, &site, &complaints);
	line = site_find_line(&site, name);
	*ret_speed = line && line->speed ? line->speed : DEFAULT_SPEED;
	*ret_firewall = site.network.firewall;
}

/* The kernel is asked, not the unit: another service's flush takes our table away while our unit stays active. */
static int check_firewall(enum site_firewall firewall, struct reason *ret_reason)
{
	int r = firewall_is_loaded(firewall);

	if (r > 0)
		return 0;
	if (r == 0)
		snprintf(ret_reason->text, sizeof(ret_reason->text),
			 "the firewall table is not loaded (systemctl restart dialisp-firewall)");
	else
		snprintf(ret_reason->text, sizeof(ret_reason->text), "could not look at the firewall: %s",
			 strerror(-r));
	return -ENOTCONN;
}

static int check_modem(const char *line, unsigned speed, struct reason *ret_reason)
{
	_cleanup_free_ char *path = xasprintf(TTY_LINE_PATH_FORMAT, line);
	char *why = ret_reason->text;
	struct tty_owner owner = { 0 };
	size_t size = sizeof(ret_reason->text);
	char port[32];
	int r;

	r = tty_kernel_name(path, port, sizeof(port));
	if (r < 0) {
		snprintf(why, size, "no device %s: %s", path, strerror(-r));
		return r;
	}
	r = probe_wait_ready(port, speed, READY_TIMEOUT_MS);
	ret_reason->is_reported = r != -ETIMEDOUT;
	if (r == -EBUSY && tty_find_owner(port, &owner) == -EBUSY)
		snprintf(why, size, "%s is in use by pid %d (%s)", port, (int)owner.pid, owner.program);
	else if (r == -ETIMEDOUT)
		snprintf(why, size, "the modem on %s does not answer AT", port);
	else if (r < 0)
		snprintf(why, size, "%s: %s", port, strerror(-r));
	return r;
}

/* mgetty writes the caller's number into its log and would create it readable by everybody; the mode is what its own
 * logrotate rule gives. */
static void protect_log(const char *line)
{
	_cleanup_free_ char *path = xasprintf("/var/log/mgetty/mg_dialisp-%s.log", line);
	_cleanup_close_ int fd = open(path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0640);

	if (fd < 0 || fchmod(fd, 0640) < 0)
		report_warning("%s: could not make it readable by root only: %s", path, strerror(errno));
}

static int ready(int argc __attribute__((unused)), char **argv)
{
	const char *line = call_line_name("", argv[0]);
	struct calldb_last last;
	struct reason reason = { 0 };
	enum site_firewall firewall;
	unsigned speed;
	int r;

	if (!line) {
		report_error("%s: is not a line name", argv[0]);
		return 1;
	}
	protect_log(line);
	calldb_clear(line); /* left over when systemd gave up waiting for `end` */
	back_off(line);
	find_settings(line, &speed, &firewall);
	r = check_firewall(firewall, &reason);
	if (r >= 0)
		r = check_modem(line, speed, &reason);
	if (r >= 0)
		return 0;
	if (!reason.is_reported)
		report_error("%s: %s", line, reason.text);
	last = load_last(line);
	last.idle_starts++;
	save_last(line, &last, reason.text);
	return 1;
}

const struct call_verb call_verb_ready = {
	.name = "ready",
	.arguments = "LINE",
	.help = "wait until the line's modem answers; refuse without a firewall",
	.min_arguments = 1,
	.max_arguments = 1,
	.run = ready,
};

/* systemd.exec(5): EXIT_CODE is exited, killed or dumped, EXIT_STATUS a number or the signal's name; neither is set when there
 * was no main process. The codes of mgetty and pppd overlap: the call record knows which of them ended. */
static void explain_end(const struct calldb_call *call, const char *code, const char *status,
			struct reason *ret)
{
	const char *program = call->answer_at ? "pppd" : "mgetty", *why;
	unsigned n;

	if (!str_eq(code, "exited") || base_parse_uint(status, 0, 255, &n) < 0) {
		char signal[64];

		at_clean(signal, status);
		snprintf(ret->text, sizeof(ret->text), "%s was killed (%s)", program, signal);
		return;
	}
	why = call->answer_at ? pppd_exit_reason((int)n) : mgetty_exit_reason((int)n);
	if (call->answer_at && !*call->tty) /* `reject`: pppd never ran */
		why = "the caller did not speak PPP";
	if (why)
		base_copy(ret->text, sizeof(ret->text), why);
	else
		snprintf(ret->text, sizeof(ret->text), "%s ended with status %u", program, n);
}

static void tell_end(const char *line, const struct calldb_call *call, bool has_failed, const char *reason)
{
	long long duration = call->answer_at ? call_now() - call->answer_at : 0;

	if (call->answer_at)
		report_info("%s: call%s%s ended after %lld s: %s", line, *call->user ? " of " : "",
			    call->user, duration < 0 ? 0 : duration, reason);
	else if (call->ring_at)
		report_info("%s: call was not answered: %s", line, reason);
	else if (has_failed)
		report_error("%s: %s", line, reason);
}

static void unlock(const char *line, const struct calldb_call *call)
{
	_cleanup_free_ char *device = xasprintf(TTY_LINE_PREFIX "%s", line);
	char lock[64];

	tty_lock_name(device, lock);
	tty_unlock(lock, call->pid);
	if (*call->tty)
		tty_unlock(call->tty, call->pid);
}

static int end(int argc __attribute__((unused)), char **argv)
{
	const char *line = call_line_name("", argv[0]), *code = call_env("EXIT_CODE"),
		   *result = call_env("SERVICE_RESULT");
	struct calldb_call call;
	struct calldb_last last;
	struct reason reason = { 0 };
	/* mgetty's 20 is a caller who gave up or a modem that reports errors all the time; without a call it is the latter. */
	bool has_failed = !str_eq(result, "success") || str_eq(call_env("EXIT_STATUS"), "20");

	if (!line) {
		report_error("%s: is not a line name", argv[0]);
		return 1;
	}
	call_load(line, &call);
	unlock(line, &call);
	calldb_clear(line);
	if (!*code && (!has_failed || str_eq(result, "exit-code")))
		return 0; /* mgetty was never started: `ready` has said why */
	if (*code)
		explain_end(&call, code, call_env("EXIT_STATUS"), &reason);
	else
		snprintf(reason.text, sizeof(reason.text), "the start failed (%.20s)", result);
	tell_end(line, &call, has_failed, reason.text);
	last = load_last(line);
	/* A stop or a new configuration ends mgetty with success and says nothing about the modem, good or bad. */
	if (call.ring_at || call.answer_at)
		last.idle_starts = 0;
	else if (has_failed)
		last.idle_starts++;
	save_last(line, &last, reason.text);
	return 0;
}

const struct call_verb call_verb_end = {
	.name = "end",
	.arguments = "LINE",
	.help = "close the record of the call and say why it ended",
	.min_arguments = 1,
	.max_arguments = 1,
	.run = end,
};
