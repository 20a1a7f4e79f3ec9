/* SPDX-License-Identifier: GPL-2.0-or-later */
/* answer, the program that mgetty executes after CONNECT, with the modem as standard input and
 * output: becomes pppd, or sends a message to a caller that does not use PPP. From CONNECT to
 * pppd's first frame it takes 0.4 s, of which mgetty takes 0.35 (1.2.1: clean_line() waits for 0.3
 * s of silence and discards what is received meanwhile); with a prompt and AutoPPP it takes 3 to 6
 * s, once or twice the restart timer of the caller. */
#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <stdio.h>

#include "call.h"
#include "call/pppd.h"
#include "config/config.h"
#include "port/tty.h"
#include "shape.h"
#include "util/report.h"

#define HUNG_UP 16 /* as pppd writes it */

/* The state of an answer until pppd starts. */
struct answer {
	const char *line;
	char port[32]; /* kernel name of the modem's tty */
	enum site_carrier how;
	enum calldb_carrier carrier;
	bool has_flow;
	unsigned rate; /* of the line, bit/s; 0: not reported by the modem */
	unsigned mtu;
};

/* The record of both kinds of answer; the port is "" if nothing is locked. CONNECT is parsed here
 * only; the port speed is the one that mgetty has just used. */
static void record_answer(struct answer *answer)
{
	const char *text = call_env("CONNECT");
	struct at_connect connect;
	struct calldb_call call;

	call_load(answer->line, &call);
	if (!*call.number)
		call_take_caller_id(call.number, call_env("CALLER_ID"));
	if (!*call.caller)
		call_take_caller_id(call.caller, call_env("CALLER_NAME"));
	base_copy_clean(call.connect, text);
	call.port_speed = tty_get_speed(STDIN_FILENO);
	at_parse_connect(text, call.port_speed, &connect);
	call.rate = answer->rate = connect.rate;
	call.error_control = connect.error_control;
	call.answer_at = call_now();
	call.pid = getpid(); /* exec keeps it */
	base_copy(call.tty, sizeof(call.tty), answer->port);
	call.carrier = answer->carrier = call_read_carrier(STDIN_FILENO);
	call_save(answer->line, &call);
}

/* mgetty locks only the name that it was given; other programs check the kernel name. */
static void lock_port(const char *line, const char *port)
{
	pid_t holder = 0;
	int r = tty_lock(port, getpid(), &holder);

	if (r == -EBUSY)
		report_warning("%s: %s is locked by pid %d: answered nevertheless", line, port,
			       (int)holder);
	else if (r < 0)
		report_warning("%s: could not lock %s: %s", line, port, strerror(-r));
}

/* A configuration that is being edited does not end a call. */
static void load_settings(struct answer *answer)
{
	_cleanup_(site_free) struct site site = { 0 };
	_cleanup_text_ struct text complaints = { 0 };
	const struct line *line;
	struct call_pace pace;

	/* an error in it does not end a call: the defaults remain for what could not be read */
	(void)config_load_line("", answer->line, &site, &complaints);
	line = site_find_line(&site, answer->line);
	call_find_pace(&site, line, answer->rate, &pace);
	answer->mtu = pace.mtu;
	answer->how = line ? line->carrier : SITE_CARRIER_HANGUP;
	/* mgetty 1.2.1 always uses RTS/CTS (it reads data-flow but never uses it): only the call
	 * itself can run without flow control. */
	answer->has_flow = !line || !line->flow || !str_eq(line->flow, "none");
}

/* Only for the first of such calls. */
static void warn_missing_carrier(const char *line, enum site_carrier how,
				 enum calldb_carrier carrier)
{
	if (how == SITE_CARRIER_NONE || carrier != CALLDB_CARRIER_OFF ||
	    call_load_last(line).carrier == CALLDB_CARRIER_OFF)
		return;
	report_warning(
		"%s: no carrier signal (DCD) during a call: hang-ups will be noticed by unanswered LCP echoes only (check the cable and the modem's &C1, or: dialisp set-line %s)",
		line, line);
}

/* pppd gets a pty, and the relay the tty of the modem. Otherwise carrier loss would send SIGHUP to
 * pppd, which would send LCP Terminate-Requests for 3 s and report a user request (main.c,
 * handle_events). 0 or -errno */
static int put_relay(const struct answer *answer)
{
	/* without DCD the driver must ignore the carrier */
	bool is_local = answer->how == SITE_CARRIER_NONE || answer->carrier == CALLDB_CARRIER_OFF;
	_cleanup_close_ int master = -1, slave = -1,
			    modem = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
	struct call_shape shape = { .line = answer->line };
	struct call_relay relay = { .modem = modem,
				    .watches = call_needs_watch(answer->how, answer->carrier),
				    .pass = call_shape_pass,
				    .check = call_shape_check,
				    .shape = &shape };
	int r = modem < 0 ? -errno : tty_set_call(modem, is_local, answer->has_flow);

	if (r == 0)
		r = tty_open_pty(modem, &master, &slave);
	if (r < 0)
		return r;
	tty_give_up(modem);
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (dup2(slave, fd) < 0)
			return -errno;
	relay.master = master;
	return call_start_relay(&relay);
}

/* pppd inherits nothing of the environment, which the caller and mgetty influence, and no
 * descriptor but the pty. */
static int run_pppd(const struct answer *answer)
{
	static const char *const environment[] = { "PATH=/usr/sbin:/usr/bin:/sbin:/bin", NULL };
	_cleanup_free_ char *options = xasprintf(PPPD_DIR "/%s.options", answer->line);
	char mtu[12];
	const char *argv[] = { PPPD_PROGRAM, "file", options, "mtu", mtu, "mru", mtu, NULL };
	int r;

	/* pppd would write its error to the caller and exit with an ambiguous code. */
	if (access(options, R_OK) < 0) {
		report_error("%s: %s: %s (dialisp apply writes it)", answer->line, options,
			     strerror(errno));
		return 1;
	}
	snprintf(mtu, sizeof(mtu), "%u", answer->mtu);
	r = put_relay(answer);
	if (r == -EIO) {
		report_info("%s: caller hung up before the answer", answer->line);
		return HUNG_UP;
	}
	if (r < 0) {
		report_error("%s: could not put a relay before pppd: %s", answer->line,
			     strerror(-r));
		return 1;
	}
	close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
	execve(argv[0], (char **)argv, (char **)environment);
	report_error("%s: could not start " PPPD_PROGRAM ": %s", answer->line, strerror(errno));
	return 1;
}

static int verb_answer(int argc __attribute__((unused)), char **argv __attribute__((unused)))
{
	struct answer answer = { .line = call_line_name(TTY_LINE_PREFIX, call_env("DEVICE")) };
	int r;

	/* apply sends USR2 to an idle mgetty, to restart it. A call that begins at that moment must
	 * survive the signal until pppd has its own handlers. */
	signal(SIGUSR1, SIG_IGN);
	signal(SIGUSR2, SIG_IGN);
	/* mgetty leaves ECHO on (1.2.1, logname.c), and a caller that receives its own requests
	 * detects a loop. */
	(void)!tty_set_call(STDIN_FILENO, false, true);
	if (!answer.line) {
		report_error("answer: the DEVICE of mgetty is not a dialisp line");
		return 1;
	}
	r = tty_line_port(answer.line, answer.port, sizeof(answer.port));
	if (r < 0) {
		report_error("%s: " TTY_LINE_PATH_FORMAT " is gone: %s", answer.line, answer.line,
			     strerror(-r));
		return 1;
	}
	lock_port(answer.line, answer.port);
	record_answer(&answer);
	load_settings(&answer);
	warn_missing_carrier(answer.line, answer.how, answer.carrier);
	return run_pppd(&answer);
}

const struct call_verb call_verb_answer = {
	.name = "answer",
	.arguments = "",
	.help = "record the call and become its pppd, with a relay beside it",
	.to_syslog = true,
	.run = verb_answer,
};

static int reject_shell(void)
{
	static const char message[] = "\r\nThis line speaks PPP only.\r\n";
	struct answer answer = { .line = call_line_name(TTY_LINE_PREFIX, call_env("DEVICE")) };
	int flags = fcntl(STDOUT_FILENO, F_GETFL);

	if (answer.line)
		record_answer(&answer);
	/* A modem that accepts no data must not block this process. */
	if (flags >= 0)
		fcntl(STDOUT_FILENO, F_SETFL, flags | O_NONBLOCK);
	if (write(STDOUT_FILENO, message, sizeof(message) - 1) < 0)
		report_warning("%s: could not tell the caller that this line speaks PPP only: %s",
			       answer.line ? answer.line : "reject", strerror(errno));
	base_sleep_ms(300); /* send it before the hang-up discards it */
	return 0;
}

/* Without a login prompt (login-env-ttyprompt-hack) mgetty passes an empty name, which cannot be
 * typed at a prompt. */
static int verb_login(int argc, char **argv)
{
	return argc > 0 ? reject_shell() : verb_answer(argc, argv);
}

const struct call_verb call_verb_login = {
	.name = "login",
	.arguments = "[NAME]",
	.help = "answer without NAME; with one, say that this line speaks PPP only",
	.max_arguments = 1,
	.to_syslog = true,
	.run = verb_login,
};
