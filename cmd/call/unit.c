/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The programs of the line's unit: ready, which becomes mgetty, and end, after the main process has
 * exited. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

#include "call.h"
#include "config/config.h"
#include "modem/probe.h"
#include "port/tty.h"
#include "systemd/systemd.h"
#include "util/report.h"

#define READY_TIMEOUT_MS 5000 /* modems do not respond for 2-3 s after plugging in and DTR drop */
#define DEFAULT_SPEED    115200
#define READY_ARGUMENTS  8
/* Neither mgetty nor pppd exits with it: `end` knows that `ready` has reported the reason. */
#define NOT_READY        EX_UNAVAILABLE

static void save_last(const char *line, struct calldb_last *last, const char *reason)
{
	int r;

	base_copy(last->reason, sizeof(last->reason), reason);
	last->at = call_now();
	r = calldb_save_last(line, last);
	if (r < 0)
		report_error("%s: could not record how its call ended: %s", line, strerror(-r));
}

/* The current settings of the line. A configuration that is being edited must not stop a line:
 * mgetty uses the files that were applied last, so unreadable settings are replaced by defaults. */
static unsigned find_speed(const char *name)
{
	_cleanup_(site_free) struct site site = { 0 };
	_cleanup_text_ struct text complaints = { 0 };
	const struct line *line;

	(void)config_load_line("", name, &site, &complaints);
	line = site_find_line(&site, name);
	return line && line->speed ? line->speed : DEFAULT_SPEED;
}

/* The lock comes first: a program that starts between the check and the opening of the port sees
 * it. False with the reason. */
static bool take_port(const char *line, const char *port, char ret_why[static CALL_WHY_MAX])
{
	pid_t holder = 0;
	int r = tty_lock(port, getpid(), &holder);

	if (r == -EBUSY)
		snprintf(ret_why, CALL_WHY_MAX, "%s is locked by pid %d", port, (int)holder);
	else if (r < 0)
		snprintf(ret_why, CALL_WHY_MAX, "%s: could not lock: %s", port, strerror(-r));
	if (r < 0)
		return false;
	if (call_ask_free(line, ret_why))
		return true;
	tty_unlock(port, getpid());
	return false;
}

/* Releases the lock. False with the problem of the modem and its cure, if there is one. */
static bool wait_for_modem(const char *port, unsigned speed, char ret_why[static CALL_WHY_MAX])
{
	int error;

	switch (probe_wait_ready(port, speed, READY_TIMEOUT_MS, &error)) {
	case PROBE_READY_YES:
		return true;
	case PROBE_READY_BUSY:
		snprintf(ret_why, CALL_WHY_MAX, "%s is in use by another program", port);
		break;
	case PROBE_READY_SILENT:
		snprintf(ret_why, CALL_WHY_MAX, "the modem on %s does not answer AT", port);
		break;
	case PROBE_READY_WEDGED:
		snprintf(
			ret_why, CALL_WHY_MAX,
			"the modem on %s does not take control requests: wedged; unplug it and plug it in again",
			port);
		break;
	case PROBE_READY_ERROR:
		snprintf(ret_why, CALL_WHY_MAX, "%s: could not be asked: %s", port,
			 strerror(-error));
		break;
	}
	return false;
}

static bool check_modem(const char *line, char ret_why[static CALL_WHY_MAX])
{
	char port[CALL_PORT_MAX];

	return call_find_port(line, port, ret_why) && take_port(line, port, ret_why) &&
	       wait_for_modem(port, find_speed(line), ret_why);
}

/* Counts a failed start. */
static void refuse_start(const char *line, const char *why)
{
	struct calldb_last last = call_load_last(line);

	report_error("%s: %s", line, why);
	last.idle_starts++;
	save_last(line, &last, why);
}

/* A pppd that was killed has not run `down`: the next caller with the address must not receive
 * packets of old connections. */
static void close_record(const char *line, struct calldb_call *ret)
{
	call_load(line, ret);
	call_forget_connections(line, ret);
	calldb_clear(line);
}

/* mgetty writes the caller's number into its log and would create it world-readable; the mode is
 * that of its own logrotate rule. */
static void protect_log(const char *line)
{
	_cleanup_free_ char *path = xasprintf("/var/log/mgetty/mg_dialisp-%s.log", line);
	_cleanup_close_ int fd = open(path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0640);

	if (fd < 0 || fchmod(fd, 0640) < 0)
		report_warning("%s: could not make it readable by root only: %s", path,
			       strerror(errno));
}

/* Executes mgetty in this process: the sandbox is set up once for both, and no other process can
 * take the port between the check and mgetty. */
static int exec_program(const char *line, char **program)
{
	systemd_notify_ready();
	execv(program[0], program);
	report_error("%s: %s: could not be started: %s", line, program[0], strerror(errno));
	return 1;
}

static int verb_ready(int argc __attribute__((unused)), char **argv)
{
	const char *line = call_line_name("", argv[0]);
	char why[CALL_WHY_MAX];
	struct calldb_call call;

	if (!line) {
		report_error("%s: is not a line name", argv[0]);
		return 1;
	}
	close_record(line, &call); /* left if systemd timed out waiting for `end` */
	base_sleep_ms(call_back_off_s(call_load_last(line).idle_starts) * 1000);
	protect_log(line);
	if (!check_modem(line, why)) {
		refuse_start(line, why);
		return NOT_READY;
	}
	return exec_program(line, argv + 1);
}

const struct call_verb call_verb_ready = {
	.name = "ready",
	.arguments = "LINE PROGRAM [ARGUMENT...]",
	.help = "wait after failed starts, and until the line's modem answers, then become PROGRAM",
	.min_arguments = 2,
	.max_arguments = READY_ARGUMENTS,
	.run = verb_ready,
};

static void report_end(const char *line, const struct call_end *end, const char *reason)
{
	const struct calldb_call *call = end->call;
	long long duration = end->now - call->answer_at;
	enum call_outcome outcome = call_judge_end(end);

	if (call->answer_at)
		report_info("%s: call%s%s ended after %lld s: %s", line, *call->user ? " of " : "",
			    call->user, duration < 0 ? 0 : duration, reason);
	else if (outcome == CALL_OUTCOME_EMPTY)
		report_info("%s: CONNECT without a caller: %s", line, reason);
	else if (outcome == CALL_OUTCOME_CALL)
		report_info("%s: call was not answered: %s", line, reason);
	else if (outcome == CALL_OUTCOME_FAILURE)
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

static void record_end(const char *line, const struct call_end *end, const char *name)
{
	enum call_outcome outcome = call_judge_end(end);
	struct calldb_last last = call_load_last(line);
	char reason[sizeof(last.reason)];

	call_explain_end(end, reason, sizeof(reason));
	report_end(line, end, reason);
	last.idle_starts = call_count_failures(last.idle_starts, outcome);
	if (end->call->answer_at)
		last.carrier = end->call->carrier;
	if (outcome == CALL_OUTCOME_REFUSED) {
		login_limit_count_one(&last.failed, base_now_ms() / 1000);
		call_count_refused(line, end->call, name);
	}
	save_last(line, &last, reason);
}

/* `ready` has refused and reported the reason. */
static bool has_not_begun(const struct call_end *end)
{
	unsigned status;

	if (!*end->code)
		return str_eq(end->result, "success") || str_eq(end->result, "exit-code");
	return str_eq(end->code, "exited") &&
	       base_parse_uint(end->status, NOT_READY, NOT_READY, &status) == 0;
}

static int verb_end(int argc __attribute__((unused)), char **argv)
{
	const char *line = call_line_name("", argv[0]);
	struct calldb_call call;
	char name[64] = "";
	struct call_end end = { .call = &call,
				.result = call_env("SERVICE_RESULT"),
				.code = call_env("EXIT_CODE"),
				.status = call_env("EXIT_STATUS"),
				.now = call_now() };

	if (!line) {
		report_error("%s: is not a line name", argv[0]);
		return 1;
	}
	close_record(line, &call);
	unlock(line, &call);
	if (has_not_begun(&end))
		return 0;
	end.has_refused = call_may_be_refused(&call) && call_find_refused(&call, name);
	record_end(line, &end, name);
	return 0;
}

const struct call_verb call_verb_end = {
	.name = "end",
	.arguments = "LINE",
	.help = "close the record of the call and say why it ended",
	.min_arguments = 1,
	.max_arguments = 1,
	.run = verb_end,
};
