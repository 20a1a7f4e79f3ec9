/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mgetty: chats, exit codes, what it is doing. */
#include "call/mgetty.h"

#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "call/calldb.h"
#include "check.h"
#include "modem/at.h"
#include "port/tty.h"
#include "process.h"

static void test_chat(void)
{
	static const struct {
		struct line line;
		const char *chat; /* NULL: refused */
	} cases[] = {
		{ { .dialect = (char *)"cnxt" },
		  "\"\" AT&F OK ATE0V1Q0X4W2 OK AT&C1&D2S0=0 OK AT&K3 OK" },
		{ { .dialect = (char *)"cnxt", .caller_id = true },
		  "\"\" AT&F OK ATE0V1Q0X4W2 OK AT&C1&D2S0=0 OK AT&K3 OK AT+VCID=1 OK" },
		{ { .dialect = (char *)"generic", .caller_id = true, .init = (char *)"" },
		  "\"\" ATE0V1Q0 OK ATX4 OK AT&C1&D2 OK ATS0=0 OK ATW2 OK AT+VCID=1 OK" },
		{ { .dialect = (char *)"bsq", .without = (char *)"&F W2" },
		  "\"\" ATE0V1Q0X4 OK AT&C1&D2S0=0 OK AT\\\\\\\\Q3 OK AT\\\\\\\\N3 OK" },
		{ { .dialect = (char *)"cnxt",
		    .caller_id = true,
		    .init = (char *)" +MS=V34,1  S7=60 " },
		  "\"\" AT&F OK ATE0V1Q0X4W2 OK AT&C1&D2S0=0 OK AT&K3 OK AT+MS=V34,1 OK ATS7=60 OK AT+VCID=1 OK" },
		{ { .dialect = (char *)"martian" }, NULL },
		{ { .dialect = (char *)"generic", .init = (char *)"S7=60\nport x" }, NULL },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_text_ struct text out = { 0 };
		const char *why = NULL;
		int r = mgetty_init_chat(&cases[i].line, &out, &why);

		check(r == (cases[i].chat ? 0 : -EINVAL), "case %zu: %d", i, r);
		check_str(text_str(&out), cases[i].chat ? cases[i].chat : "");
		check(cases[i].chat || why, "case %zu has no reason", i);
	}
}

/* mgetty answers itself: a modem that does too would take the call first. DCD must follow the
 * carrier, and DTR hang up; Debian's mgetty sets none of them. */
static void test_dialects(void)
{
	static const char *const names[] = { "cnxt", "usr", "zyxel", "bsq", "elsa", "generic" };
	static const char *const needed[] = { "S0=0", "&C1", "&D2", "V1", "Q0", "E0" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		struct line line = { .dialect = (char *)names[i] };
		_cleanup_text_ struct text out = { 0 };
		const char *why;

		check(mgetty_init_chat(&line, &out, &why) == 0);
		for (size_t j = 0; j < ARRAY_SIZE(needed); j++)
			check(strstr(text_str(&out), needed[j]), "%s: no %s", names[i], needed[j]);
	}
}

static void test_exit_reasons(void)
{
	check_str(mgetty_exit_reason(0), "ended without a call");
	check_str(mgetty_exit_reason(10), "stopped");
	check_str(mgetty_exit_reason(30), "port could not be opened, or the modem is dead");
	check_str(mgetty_exit_reason(77), "mgetty failed");
	check_str(mgetty_exit_reason(-1), "mgetty failed");
}

static void test_judge(void)
{
	static const struct {
		const char *name;
		bool locks, is_recorded;
		enum mgetty_state state;
	} cases[] = {
		{ "mgetty", false, false, MGETTY_STATE_IDLE },
		{ "mgetty", true, false, MGETTY_STATE_UNSURE }, /* initialises, or counts RINGs */
		{ "mgetty", true, true, MGETTY_STATE_BUSY },
		{ "(mgetty)", false, false, MGETTY_STATE_UNSURE }, /* before its exec */
		{ "systemd-executo", false, false, MGETTY_STATE_UNSURE },
		{ "dialisp-line", false, false, MGETTY_STATE_UNSURE }, /* waits for the modem */
		{ "pppd", true, false, MGETTY_STATE_BUSY },
		{ "mgettyx", false, false, MGETTY_STATE_BUSY },
		{ "dialisp-call", false, false, MGETTY_STATE_BUSY },
	};
	static const struct calldb_call ringing = { .ring_at = 1 };
	char dir[] = "/tmp/test-mgetty.XXXXXX";
	_cleanup_free_ char *calls = NULL;
	pid_t holder;

	check(mkdtemp(dir) != NULL);
	calls = xasprintf("%s/calls", dir);
	calldb_set_dir(dir);
	tty_set_dirs("/dev", dir);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		pid_t pid = start_process(cases[i].name);

		check(!cases[i].locks || tty_lock("dialisp/line1", pid, &holder) == 0);
		check(!cases[i].is_recorded || calldb_save("line1", &ringing) == 0);
		check(mgetty_judge("line1", pid) == cases[i].state, "case %zu: %s", i,
		      cases[i].name);
		calldb_clear("line1");
		end_process(pid);
		check(mgetty_judge("line1", pid) == MGETTY_STATE_UNSURE, "%s is gone",
		      cases[i].name);
		tty_unlock("dialisp/line1", pid);
	}
	check(mgetty_judge("line1", 0) == MGETTY_STATE_UNSURE);
	rmdir(calls);
	check(rmdir(dir) == 0);
}

int main(void)
{
	test_chat();
	test_dialects();
	test_exit_reasons();
	test_judge();
	return check_done();
}
