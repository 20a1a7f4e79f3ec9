/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What mgetty calls: ring before it answers, then answer or reject in its place, with the modem as standard input and output. */
#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <stdio.h>

#include "at.h"
#include "call.h"
#include "config.h"
#include "pppd.h"
#include "report.h"
#include "tty.h"

/* mgetty leads the session in which systemd started it. Refused, it would wait for 8 s of silence and swallow the RINGs of whoever
 * calls meanwhile (1.2.1, mgetty.c, clean_line); ended, it is back within 3 s. USR2 is ignored during an answer. */
static void end_mgetty(void)
{
	pid_t pid = getsid(0);
	char program[32];

	base_read_comm(pid, program, sizeof(program));
	if (str_eq(program, "mgetty"))
		kill(pid, SIGTERM);
}

/* After failed logins of this caller the phone rings on for a while. False: until nobody called any more. */
static bool wait_for_answer(const char *line, const struct calldb_call *call)
{
	_cleanup_free_ char *path = xasprintf(TTY_LINE_PATH_FORMAT, line);
	_cleanup_close_ int tty = -1;
	unsigned wait_s = call_find_wait_s(line, call);

	if (!wait_s)
		return true;
	report_info("%s: answer%s%s waits %u s: failed logins", line, *call->number ? " to " : "",
		    call->number, wait_s);
	tty = open(path, O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (tty < 0)
		report_error("%s: %s: %s", line, path, strerror(errno));
	if (tty >= 0 && call_wait_ring(tty, wait_s))
		return true;
	report_info("%s: caller gave up before the answer", line);
	calldb_clear(line);
	end_mgetty();
	return false;
}

/* cnd-program: TTY 'ID' 'NAME' RINGNR 'CALLED' */
static int ring(int argc, char **argv)
{
	const char *line = call_line_name(TTY_LINE_PREFIX, argv[0]);
	struct calldb_call call = { .ring_at = call_now() };
	int r;

	if (!line) {
		report_error("ring: a device that is none of our lines");
		return CALL_TRY_LATER;
	}
	if (argc > 1)
		call_take_caller_id(call.number, argv[1]);
	if (argc > 2)
		call_take_caller_id(call.caller, argv[2]);
	guess_take_number(call.ring_number, call.number);
	if (call_ensure_firewall(line, false) < 0) {
		end_mgetty(); /* its next start tries it with all privileges, and this call may be answered then */
		return CALL_REFUSE;
	}
	call_renew_neighbours(line);
	r = call_save(line, &call);
	if (!wait_for_answer(line, &call))
		return CALL_REFUSE;
	return r < 0 ? CALL_TRY_LATER : 0;
}

const struct call_verb call_verb_ring = {
	.name = "ring",
	.arguments = "TTY [ID NAME RINGNR CALLED]",
	.help = "record who is calling; wait after failed logins",
	.min_arguments = 1,
	.max_arguments = 5,
	.to_syslog = true,
	.run = ring,
};

/* What both ways to answer record; "" as port when nothing is locked. */
static void record_answer(const char *line, const char *port, enum calldb_carrier carrier)
{
	struct calldb_call call;

	call_load(line, &call);
	if (!*call.number)
		call_take_caller_id(call.number, call_env("CALLER_ID"));
	if (!*call.caller)
		call_take_caller_id(call.caller, call_env("CALLER_NAME"));
	at_clean(call.connect, call_env("CONNECT"));
	call.answer_at = call_now();
	call.pid = getpid(); /* exec keeps it */
	base_copy(call.tty, sizeof(call.tty), port);
	call.carrier = carrier;
	call_save(line, &call);
}

/* mgetty holds the lock of the name it was given only; other programs look for the kernel's. */
static void lock_port(const char *line, const char *port)
{
	pid_t holder = 0;
	int r = tty_lock(port, getpid(), &holder);

	if (r == -EBUSY)
		report_warning("%s: %s is locked by pid %d; answering all the same", line, port, (int)holder);
	else if (r < 0)
		report_warning("%s: could not lock %s: %s", line, port, strerror(-r));
}

/* What the site says; a configuration that somebody is just editing ends no call. */
static enum site_carrier find_carrier(const char *name)
{
	_cleanup_(site_free) struct site site = { 0 };
	_cleanup_text_ struct text complaints = { 0 };
	const struct line *line;

	config_load("", CONFIG_WHAT_PUBLIC, &site, &complaints);
	line = site_find_line(&site, name);
	return line ? line->carrier : SITE_CARRIER_HANGUP;
}

/* Said at the first of such calls, not at each. */
static void tell_carrier(const char *line, enum site_carrier how, enum calldb_carrier carrier)
{
	if (how == SITE_CARRIER_NONE || carrier != CALLDB_CARRIER_OFF ||
	    call_load_last(line).carrier == CALLDB_CARRIER_OFF)
		return;
	report_warning(
		"%s: no carrier signal (DCD) during a call: hang-ups will be noticed by unanswered LCP echoes only (check the cable and the modem's &C1, or: dialisp set-line %s)",
		line, line);
}

static void watch_carrier(const char *line, enum site_carrier how, enum calldb_carrier carrier)
{
	int r = call_needs_watch(how, carrier) ? call_start_watch(STDIN_FILENO) : 0;

	if (r < 0)
		report_warning("%s: could not watch its carrier: %s", line, strerror(-r));
}

/* Nothing of the caller's or of mgetty's environment reaches pppd, nor any descriptor but the modem's. */
static int run_pppd(const char *line, enum calldb_carrier carrier)
{
	static const char *const environment[] = { "PATH=/usr/sbin:/usr/bin:/sbin:/bin", NULL };
	_cleanup_free_ char *options = xasprintf(PPPD_OPTIONS_DIR "/%s.options", line);
	/* With `modem` pppd opens the port once more, and where the driver waits for a carrier there, it waits for ever (tty.c,
	 * connect_tty). The last word counts. */
	const char *local = carrier == CALLDB_CARRIER_OFF ? "local" : NULL;
	const char *argv[] = { PPPD_PROGRAM, "file", options, local, NULL };

	/* pppd would complain to the caller, and end with a code that says nothing. */
	if (access(options, R_OK) < 0) {
		report_error("%s: %s: %s (dialisp apply writes it)", line, options, strerror(errno));
		return 1;
	}
	close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
	execve(argv[0], (char **)argv, (char **)environment);
	report_error("%s: could not start " PPPD_PROGRAM ": %s", line, strerror(errno));
	return 1;
}

static int answer(int argc __attribute__((unused)), char **argv __attribute__((unused)))
{
	_cleanup_free_ char *path = NULL;
	const char *line;
	enum calldb_carrier carrier;
	enum site_carrier how;
	char port[32];
	int r;

	/* apply tells an idle mgetty by USR2 to start again. A call that came in at that moment must survive it until pppd has
	 * its own handlers. */
	signal(SIGUSR1, SIG_IGN);
	signal(SIGUSR2, SIG_IGN);
	line = call_line_name(TTY_LINE_PREFIX, call_env("DEVICE"));
	if (!line) {
		report_error("answer: the DEVICE mgetty gave is none of our lines");
		return 1;
	}
	path = xasprintf(TTY_LINE_PATH_FORMAT, line);
	r = tty_kernel_name(path, port, sizeof(port));
	if (r < 0) {
		report_error("%s: %s is gone: %s", line, path, strerror(-r));
		return 1;
	}
	lock_port(line, port);
	carrier = call_look_carrier(STDIN_FILENO);
	record_answer(line, port, carrier);
	how = find_carrier(line);
	tell_carrier(line, how, carrier);
	watch_carrier(line, how, carrier);
	return run_pppd(line, carrier);
}

const struct call_verb call_verb_answer = {
	.name = "answer",
	.arguments = "[NAME]",
	.help = "record the call and become its pppd",
	.min_arguments = 0,
	.max_arguments = 1,
	.to_syslog = true,
	.run = answer,
};

static int reject(int argc __attribute__((unused)), char **argv __attribute__((unused)))
{
	static const char message[] = "\r\nThis line speaks PPP only.\r\n";
	const char *line = call_line_name(TTY_LINE_PREFIX, call_env("DEVICE"));
	int flags = fcntl(STDOUT_FILENO, F_GETFL);

	if (line)
		record_answer(line, "", call_look_carrier(STDIN_FILENO));
	/* A modem that takes nothing must not keep us. */
	if (flags >= 0)
		fcntl(STDOUT_FILENO, F_SETFL, flags | O_NONBLOCK);
	if (write(STDOUT_FILENO, message, sizeof(message) - 1) < 0)
		report_warning("%s: could not tell the caller that this line speaks PPP only: %s",
			       line ? line : "reject", strerror(errno));
	base_sleep_ms(300); /* let it reach the modem before the hang-up drops it */
	return 0;
}

const struct call_verb call_verb_reject = {
	.name = "reject",
	.arguments = "[NAME]",
	.help = "tell a caller who logs in by hand that there is no shell",
	.min_arguments = 0,
	.max_arguments = 1,
	.to_syslog = true,
	.run = reject,
};
