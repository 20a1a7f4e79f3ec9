/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What mgetty calls: ring before it answers, then answer or reject in its place, with the modem as standard input and output. */
#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <stdio.h>

#include "at.h"
#include "call.h"
#include "pppd.h"
#include "report.h"
#include "tty.h"

/* mgetty writes "none" when the modem told nothing (1.2.1, cnd.c). */
static void take_caller_id(char dst[static 64], const char *value)
{
	if (*value && !str_eq(value, "none"))
		at_clean(dst, value);
}

/* cnd-program: TTY 'ID' 'NAME' RINGNR 'CALLED' */
static int ring(int argc, char **argv)
{
	const char *line = call_line_name(TTY_LINE_PREFIX, argv[0]);
	struct calldb_call call = { .ring_at = call_now() };

	if (!line) {
		report_error("ring: a device that is none of our lines");
		return CALL_TRY_LATER;
	}
	if (argc > 1)
		take_caller_id(call.number, argv[1]);
	if (argc > 2)
		take_caller_id(call.caller, argv[2]);
	return call_save(line, &call) < 0 ? CALL_TRY_LATER : 0;
}

const struct call_verb call_verb_ring = {
	.name = "ring",
	.arguments = "TTY [ID NAME RINGNR CALLED]",
	.help = "record who is calling",
	.min_arguments = 1,
	.max_arguments = 5,
	.to_syslog = true,
	.run = ring,
};

/* What both ways to answer record; "" as port when nothing is locked. */
static void record_answer(const char *line, const char *port)
{
	struct calldb_call call;

	call_load(line, &call);
	if (!*call.number)
		take_caller_id(call.number, call_env("CALLER_ID"));
	if (!*call.caller)
		take_caller_id(call.caller, call_env("CALLER_NAME"));
	at_clean(call.connect, call_env("CONNECT"));
	call.answer_at = call_now();
	call.pid = getpid(); /* exec keeps it */
	base_copy(call.tty, sizeof(call.tty), port);
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

/* Nothing of the caller's or of mgetty's environment reaches pppd, nor any descriptor but the modem's. */
static int run_pppd(const char *line)
{
	static const char *const environment[] = { "PATH=/usr/sbin:/usr/bin:/sbin:/bin", NULL };
	_cleanup_free_ char *options = xasprintf(PPPD_OPTIONS_DIR "/%s.options", line);
	const char *argv[] = { PPPD_PROGRAM, "file", options, NULL };

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
	record_answer(line, port);
	return run_pppd(line);
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
		record_answer(line, "");
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
