/* SPDX-License-Identifier: GPL-2.0-or-later */
/* apply and lines: what is written for them, which are started, stopped and told, and which are
 * left to their call. */
#include "apply/apply.h"

#include <errno.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "apply-bench.h"
#include "check.h"
#include "process.h"
#include "rooted.h"
#include "util/file.h"

/* The one file of that directory is as it was. */
static void check_theirs(const char *dir, const char *name, const char *content, unsigned mode)
{
	_cleanup_free_ char *path = xasprintf("%s/%s", dir, name);
	_cleanup_text_ struct text t = { 0 };
	char **names = NULL;
	size_t n = 0;

	check(file_read(path, &t) == 0);
	check_str(text_str(&t), content);
	check(mode_of(path) == mode);
	check(file_list(dir, "", &names, &n) == 0 && n == 1, "%s: %zu files", dir, n);
	for (size_t i = 0; i < n; i++)
		free(names[i]);
	free(names);
}

static void test_first(void)
{
	size_t n;

	apply_first();
	check_theirs("/etc/mgetty", "mgetty.config", THEIR_CONFIG, 0640);
	check_theirs("/etc/ppp", "pap-secrets", THEIR_SECRETS, 0644);
	check(mode_of("/etc/dialisp/ppp/pap-secrets") == 0600, "passwords are for root");
	check(mode_of("/etc/dialisp/ppp/chap-secrets") == 0600 &&
	      mode_of("/etc/dialisp/mgetty/login.config") == 0600);
	check(mode_of("/var/lib/dialisp/manifest") == 0600);
	check(mode_of("/etc/dialisp/ppp/ip-up") == 0755);
	n = count_runs();
	check_nothing_to_do(__LINE__);
	check_nothing_to_do(__LINE__);
	check(count_runs() == n, "a run that changes nothing has a journal");
}

/* A new line does not affect others; one without a modem starts when it is plugged in. */
static void test_add_and_remove(void)
{
	add_line("line3", "s3", 4);
	run_apply(&plain, 0, "udev ttyACM2;start dialisp-line@line3.service;");
	check(file_exists("/etc/dialisp/ppp/line3.options"));
	check_nothing_to_do(__LINE__);
	site_remove_line(&site, "line3");
	run_apply(&plain, 0, "stop dialisp-line@line3.service;udev;");
	check(!file_exists("/etc/dialisp/ppp/line3.options"));
	check_nothing_to_do(__LINE__);
	world.plugged = false;
	add_line("line3", "s3", 4);
	run_apply(&plain, 0, "udev;");
	site_remove_line(&site, "line1");
	run_apply(&plain, 0, "stop dialisp-line@line1.service;udev ttyACM0;");
	world.plugged = true;
	add_line("line1", "s1", 2);
	run_apply(&plain, 0, "udev ttyACM0;start dialisp-line@line1.service;");
	check_nothing_to_do(__LINE__);
	/* its unit cannot be stopped: its files stay */
	site_remove_line(&site, "line3");
	world.failing = "line3";
	run_apply(&plain, -EIO, "stop dialisp-line@line3.service;");
	check(file_exists("/etc/dialisp/ppp/line3.options") &&
	      has("/etc/dialisp/mgetty/mgetty.config", "dialisp/line3"));
	world.failing = NULL;
	run_apply(&plain, 0, "stop dialisp-line@line3.service;udev;");
}

static void test_change_line(void)
{
	struct apply_summary summary;

	world.line2_pid = start_process("mgetty");
	site_find_line(&site, "line2")->rings = 3;
	summary = run_apply(&plain, 0, "USR2 dialisp-line@line2.service;");
	check(summary.n_restarted == 1 && summary.n_deferred == 0 && summary.n_written == 1, "%u",
	      summary.n_written);
	/* the address is in a file that pppd reads when the call comes */
	site_find_line(&site, "line2")->address.s_addr = htonl(0x0a4d0009);
	run_apply(&plain, 0, "");
	/* initialising: it has read the old files and is told as soon as it is ready */
	world.n_locked = 2;
	site_find_line(&site, "line2")->rings = 2;
	summary = run_apply(&plain, 0, "USR2 dialisp-line@line2.service;");
	check(summary.n_restarted == 1 && world.n_locked == 0);
	end_process(world.line2_pid);

	/* about to start: it will read the new files, and its wait after failures is not ours */
	world.line2_pid = 0;
	world.line2_active = "activating";
	site_find_line(&site, "line2")->rings = 6;
	run_apply(&plain, 0, "");
	world.line2_active = NULL;

	world.line2_pid = start_process("pppd");
	site_find_line(&site, "line2")->rings = 4;
	summary = run_apply(&plain, 0, "");
	check(summary.n_restarted == 0 && summary.n_deferred == 1);
	check_nothing_to_do(__LINE__);
	/* ringing: still mgetty, but a call is recorded */
	end_process(world.line2_pid);
	world.line2_pid = start_process("mgetty");
	put("/run/dialisp/calls/line2", "ring_at=1\n", 0600);
	site_find_line(&site, "line2")->rings = 5;
	summary = run_apply(&plain, 0, "");
	check(summary.n_restarted == 0 && summary.n_deferred == 1);
	unlink("/run/dialisp/calls/line2");
	end_process(world.line2_pid);
	world.line2_pid = 0;
}

/* Removing or moving a line by hand during a call is reported, and the call goes on. */
static void test_call_goes_on(void)
{
	struct line *line;
	struct apply_summary summary;

	add_line("line3", "s3", 4);
	run_apply(&plain, 0, "udev ttyACM2;start dialisp-line@line3.service;");
	world.line2_pid = start_process("pppd");
	site_remove_line(&site, "line2");
	site_remove_line(&site, "line3");
	summary = run_apply(&plain, -EBUSY, "");
	check(!summary.n_written && !summary.n_removed &&
	      file_exists("/etc/dialisp/ppp/line2.options"));
	run_apply(&forced, -EBUSY, "");
	add_line("line2", "s9", 9);
	add_line("line3", "s3", 4);
	line = site_find_line(&site, "line2");
	line->rings = 5;
	run_apply(&plain, -EBUSY, "");
	check(has("/etc/udev/rules.d/90-dialisp-lines.rules", "\"s2\"") &&
	      !has("/etc/udev/rules.d/90-dialisp-lines.rules", "\"s9\""));
	/* one more port on its adapter, and now they are counted: the same socket */
	free(line->socket);
	line->socket = xstrdup("s2");
	line->port_number = 1;
	run_apply(&plain, 0, "udev ttyACM1;");
	line->port_number = -1;
	run_apply(&plain, 0, "udev ttyACM1;");
	end_process(world.line2_pid);
	world.line2_pid = 0;
	site_remove_line(&site, "line3");
	run_apply(&plain, 0, "stop dialisp-line@line3.service;udev;");
	check_nothing_to_do(__LINE__);
}

/* `systemctl stop` of all lines, and then their start by apply: no device event comes to do it. */
static void test_stopped(void)
{
	static const struct apply_options single = { .leave_stopped = true };
	struct apply_summary summary;

	world.stopped = "line1";
	summary = run_apply(&plain, 0, "start dialisp-line@line1.service;");
	check(summary.n_started == 1 && !summary.n_restarted && !summary.n_written);
	run_apply(&single, 0, "");
	run_apply(&dry, 0, "");
	world.no_systemd = true;
	run_apply(&plain, 0, "");
	world.no_systemd = false;
	world.failing = "line1";
	run_apply(&plain, -EIO, "start dialisp-line@line1.service;");
	world.failing = NULL;
	world.stopped = "line2"; /* its modem is not plugged in */
	check_nothing_to_do(__LINE__);
	world.stopped = NULL;
}

static void test_lines(void)
{
	test_first();
	test_add_and_remove();
	test_change_line();
	test_call_goes_on();
	test_stopped();
}

int main(void)
{
	return apply_on_machine(test_lines);
}
