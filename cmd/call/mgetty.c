/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The program that mgetty runs before it answers: ring records the caller and permits or refuses
 * the answer. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>

#include "call.h"
#include "call/mgetty.h"
#include "call/pppd.h"
#include "port/tty.h"
#include "util/report.h"

/* mgetty leads the session in which systemd started it. After a refusal it would wait for 8 s of
 * silence and discard the RINGs of the next call (1.2.1, mgetty.c, clean_line); if it is ended, it
 * is back within 3 s. It ignores USR2 during an answer. */
static void end_mgetty(void)
{
	pid_t pid = getsid(0);
	char program[32];

	base_read_comm(pid, program, sizeof(program));
	if (str_eq(program, "mgetty"))
		kill(pid, SIGTERM);
}

/* Delays the answer after failed logins of this caller. False: the caller gave up. */
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

/* The unit has mounted MGETTY_DIR and PPPD_DIR over these when it started. If they were replaced
 * since, by a restored backup for instance, the old ones are still mounted: mgetty without
 * login.config would start /bin/login, and new accounts would be unknown. */
static bool has_own_directories(const char *line)
{
	static const struct {
		const char *mounted, *own;
	} directories[] = { { "/etc/mgetty", MGETTY_DIR }, { "/etc/ppp", PPPD_DIR } };

	for (size_t i = 0; i < ARRAY_SIZE(directories); i++) {
		const char *own = directories[i].own;
		struct stat a, b;

		if (stat(own, &a) < 0) {
			report_error("%s: %s: %s: dialisp apply writes it again", line, own,
				     strerror(errno));
			return false;
		}
		if (stat(directories[i].mounted, &b) < 0 || a.st_dev != b.st_dev ||
		    a.st_ino != b.st_ino) {
			report_warning("%s: %s was replaced: the line starts again", line, own);
			return false;
		}
	}
	return true;
}

/* cnd-program: TTY 'ID' 'NAME' RINGNR 'CALLED' */
static int verb_ring(int argc, char **argv)
{
	const char *line = call_line_name(TTY_LINE_PREFIX, argv[0]);
	struct calldb_call call = { .ring_at = call_now() };
	int r;

	if (!line) {
		report_error("ring: not a dialisp line");
		return CALL_TRY_LATER;
	}
	if (argc > 1)
		call_take_caller_id(call.number, argv[1]);
	if (argc > 2)
		call_take_caller_id(call.caller, argv[2]);
	login_limit_take_number(call.ring_number, call.number);
	if (!has_own_directories(line) || call_ensure_firewall(line, false) < 0) {
		end_mgetty(); /* its next start mounts the files of now and loads the rules with all
			       * privileges; this call may be answered then */
		return CALL_REFUSE;
	}
	call_renew_changed_others(line);
	r = call_save(line, &call);
	if (!wait_for_answer(line, &call))
		return CALL_REFUSE;
	return r < 0 ? CALL_TRY_LATER : 0;
}

const struct call_verb call_verb_ring = {
	.name = "ring",
	.arguments = "TTY [ID NAME RINGNR CALLED]",
	.help = "record the caller ID; delay the answer after failed logins",
	.min_arguments = 1,
	.max_arguments = 5,
	.to_syslog = true,
	.run = verb_ring,
};
