/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dialisp-call: what strangers say is harmless, what an end is taken for, how failed logins are
 * told and delayed. */
#include "call.h"

#include <errno.h>
#include <ftw.h>
#include <pty.h>
#include <sys/wait.h>

#include "call/pppd.h"
#include "check.h"
#include "config/config.h"
#include "systemd/systemd.h"

#define LONG63 "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffggg"

/* --- input --- */

static void test_line_name(void)
{
	static const struct {
		const char *prefix, *value, *name; /* NULL: none of ours */
	} cases[] = {
		{ "dialisp/", "dialisp/line1", "line1" },
		{ "", "line1", "line1" },
		{ "dialisp-", "dialisp-line1", "line1" },
		{ "dialisp/", "ttyS0", NULL },
		{ "dialisp/", "", NULL },
		{ "dialisp/", "dialisp/", NULL },
		{ "dialisp/", "dialisp/../../etc/passwd", NULL },
		{ "dialisp/", "dialisp/line1/x", NULL },
		{ "dialisp/", "dialisp/line1\n", NULL },
		{ "dialisp/", "dialisp/line1;reboot", NULL },
		{ "dialisp/", "dialisp/linelinelineline", NULL },
		{ "", "%n%s", NULL },
		{ "", "-line", NULL },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const char *name = call_line_name(cases[i].prefix, cases[i].value);

		check(!name == !cases[i].name, "case %zu", i);
		if (name && cases[i].name)
			check_str(name, cases[i].name);
	}
}

static void test_hostile(void)
{
	static const struct {
		const char *value;
		const char *number, *user, *address, *count;
	} cases[] = {
		{ "", "before", "", "before", "0" },
		{ "none", "before", "none", "before", "0" },
		{ "5551234", "5551234", "5551234", "before", "5551234" },
		{ "anna@home", "annahome", "anna@home", "before", "0" },
		{ "10.77.0.2", "10.77.0.2", "10.77.0.2", "10.77.0.2", "0" },
		{ "10.77.0.2 ", "10.77.0.2", "10.77.0.2", "before", "0" },
		{ "10.77.0.2\nuser=root", "10.77.0.2user=root", "10.77.0.2user=root", "before",
		  "0" },
		{ "$(reboot)", "reboot", "reboot", "before", "0" },
		{ "`id`;|&<>'\"\\!#*?{}[]~^", "id", "id", "before", "0" },
		{ "A\r\nB\t\tC\033[2J\007", "AB C2J", "AB C2J", "before", "0" },
		{ "%s%n%x", "snx", "snx", "before", "0" },
		{ "J\xc3\xbcrgen \xff\xfe", "Jrgen", "Jrgen", "before", "0" },
		{ "../../etc/passwd", "../../etc/passwd", "../../etc/passwd", "before", "0" },
		{ "-1", "-1", "-1", "before", "0" },
		{ "12345678901234567890", "12345678901234567890", "12345678901234567890", "before",
		  "12345678901234567890" },
		{ "123456789012345678901", "123456789012345678901", "123456789012345678901",
		  "before", "0" },
		{ "1e9", "1e9", "1e9", "before", "0" },
		{ LONG63 "TOO LONG", LONG63, LONG63, "before", "0" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char number[64] = "before", user[64] = "before", address[16] = "before";

		call_take_caller_id(number, cases[i].value);
		check_str(number, cases[i].number);
		call_take_user(user, cases[i].value);
		check_str(user, cases[i].user);
		call_take_address(address, cases[i].value);
		check_str(address, cases[i].address);
		check_str(call_take_count(cases[i].value), cases[i].count);
	}
}

static void test_env(void)
{
	unsetenv("CALLER_ID");
	check_str(call_env("CALLER_ID"), "");
	setenv("CALLER_ID", "5551234", 1);
	check_str(call_env("CALLER_ID"), "5551234");
}

/* --- judging --- */

static const struct calldb_call idle = { .pid = 0 };
static const struct calldb_call rung = { .ring_at = 970 };
static const struct calldb_call answered = { .ring_at = 970, .answer_at = 1000, .tty = "ttyACM0" };
static const struct calldb_call no_ring = { .answer_at = 1000, .tty = "ttyACM0" };
static const struct calldb_call rejected = { .ring_at = 970, .answer_at = 1000 };
static const struct calldb_call named = { .answer_at = 1000, .tty = "ttyACM0", .user = "anna" };
static const struct calldb_call up = {
	.answer_at = 1000, .tty = "ttyACM0", .user = "anna", .up_at = 1001
};

static void test_end(void)
{
	static const struct {
		const struct calldb_call *call;
		int64_t after_s; /* since the answer */
		const char *result, *code, *status;
		enum call_outcome outcome;
		const char *reason; /* a part of it */
	} cases[] = {
		/* a phantom CONNECT, wherever it ends */
		{ &answered, 1, "success", "exited", "16", CALL_OUTCOME_EMPTY,
		  "gone before PPP began (carrier lost)" },
		{ &answered, 2, "success", "exited", "10", CALL_OUTCOME_EMPTY,
		  "gone before PPP began" },
		{ &no_ring, 0, "success", "exited", "5", CALL_OUTCOME_EMPTY,
		  "gone before PPP began" },
		{ &answered, 1, "exit-code", "exited", "2", CALL_OUTCOME_EMPTY,
		  "pppd refused its options" },
		{ &answered, 0, "signal", "killed", "KILL", CALL_OUTCOME_EMPTY,
		  "pppd was killed (KILL)" },
		{ &rung, 0, "success", "exited", "0", CALL_OUTCOME_EMPTY, "gone before PPP began" },
		{ &rung, 0, "success", "exited", "10", CALL_OUTCOME_EMPTY,
		  "gone before PPP began" },
		/* with a caller */
		{ &answered, 3, "success", "exited", "16", CALL_OUTCOME_CALL, "carrier lost" },
		{ &answered, 1, "success", "exited", "11", CALL_OUTCOME_REFUSED, "login refused" },
		/* 11 of mgetty, or after a good login, is something else */
		{ &rung, 0, "exit-code", "exited", "11", CALL_OUTCOME_EMPTY, "mgetty failed" },
		{ &rejected, 0, "success", "exited", "11", CALL_OUTCOME_CALL, "did not speak PPP" },
		{ &named, 5, "success", "exited", "11", CALL_OUTCOME_CALL, "login refused" },
		{ &named, 1, "success", "exited", "16", CALL_OUTCOME_CALL, "carrier lost" },
		{ &up, 1, "success", "exited", "16", CALL_OUTCOME_CALL, "carrier lost" },
		{ &up, 1000, "success", "exited", "15", CALL_OUTCOME_CALL, "no echo" },
		{ &rejected, 0, "success", "exited", "0", CALL_OUTCOME_CALL, "did not speak PPP" },
		{ &answered, -5, "success", "exited", "16", CALL_OUTCOME_CALL,
		  "carrier lost" }, /* clock set back */
		/* it rang, and no CONNECT came */
		{ &rung, 0, "exit-code", "exited", "1", CALL_OUTCOME_CALL, "could not be taken" },
		/* no call */
		{ &idle, 0, "success", "exited", "0", CALL_OUTCOME_NOTHING, "" },
		{ &idle, 0, "success", "exited", "10", CALL_OUTCOME_NOTHING, "stopped" },
		{ &idle, 0, "success", "exited", "20", CALL_OUTCOME_FAILURE, "error while idle" },
		{ &idle, 0, "exit-code", "exited", "1", CALL_OUTCOME_FAILURE, "did not answer" },
		{ &idle, 0, "exit-code", "exited", "30", CALL_OUTCOME_FAILURE, "dead" },
		{ &idle, 0, "signal", "killed", "SEGV", CALL_OUTCOME_FAILURE,
		  "mgetty was killed (SEGV)" },
		{ &idle, 0, "timeout", "", "", CALL_OUTCOME_FAILURE, "the start failed (timeout)" },
		/* while it waited for the modem */
		{ &idle, 0, "success", "killed", "TERM", CALL_OUTCOME_NOTHING, "stopped" },
		{ &idle, 0, "timeout", "killed", "TERM", CALL_OUTCOME_FAILURE,
		  "the start failed (timeout)" },
		{ &up, 60, "exit-code", "exited", "99", CALL_OUTCOME_CALL,
		  "pppd ended with status 99" },
		{ &idle, 0, "signal", "killed", "$(id)\n\033[2J", CALL_OUTCOME_FAILURE,
		  "killed (id2J)" },
		{ &idle, 0, "exit-code", "exited", "-1", CALL_OUTCOME_FAILURE, "killed (-1)" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct call_end end = { cases[i].call,           cases[i].result,
					      cases[i].code,           cases[i].status,
					      1000 + cases[i].after_s, false };
		char reason[sizeof(((struct calldb_last *)NULL)->reason)];
		enum call_outcome outcome = call_judge_end(&end);

		check(outcome == cases[i].outcome, "case %zu: %d", i, (int)outcome);
		call_explain_end(&end, reason, sizeof(reason));
		check(strstr(reason, cases[i].reason), "case %zu: %s", i, reason);
	}
}

/* The caller hung up before pppd had exited. */
static void test_refused_end(void)
{
	static const struct {
		const struct calldb_call *call;
		const char *code, *status;
		enum call_outcome outcome;
		const char *reason;
	} cases[] = {
		{ &answered, "exited", "11", CALL_OUTCOME_REFUSED, "login refused" },
		{ &answered, "exited", "16", CALL_OUTCOME_REFUSED, "login refused" },
		{ &answered, "exited", "5", CALL_OUTCOME_REFUSED, "login refused" },
		{ &answered, "killed", "KILL", CALL_OUTCOME_REFUSED, "pppd was killed (KILL)" },
		/* what stands in a log is not about these */
		{ &rejected, "exited", "0", CALL_OUTCOME_CALL, "the caller did not speak PPP" },
		{ &up, "exited", "16", CALL_OUTCOME_CALL, "carrier lost" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct call_end end = { cases[i].call,   "success", cases[i].code,
					      cases[i].status, 1001,      true };
		char reason[sizeof(((struct calldb_last *)NULL)->reason)];
		enum call_outcome outcome = call_judge_end(&end);

		check(outcome == cases[i].outcome, "case %zu: %d", i, (int)outcome);
		call_explain_end(&end, reason, sizeof(reason));
		check_str(reason, cases[i].reason);
	}
}

/* What a record can hold is enough for every reason. */
static void test_reason_fits(void)
{
	for (unsigned n = 0; n <= 255; n++) {
		char status[8], reason[256];
		const struct call_end end = { &answered, "success", "exited", status, 1000, false };

		snprintf(status, sizeof(status), "%u", n);
		call_explain_end(&end, reason, sizeof(reason));
		check(strlen(reason) < sizeof(((struct calldb_last *)NULL)->reason), "%s", reason);
	}
}

static void test_back_off(void)
{
	static const enum call_outcome N = CALL_OUTCOME_NOTHING, C = CALL_OUTCOME_CALL,
				       E = CALL_OUTCOME_EMPTY, F = CALL_OUTCOME_FAILURE,
				       R = CALL_OUTCOME_REFUSED;
	const struct {
		enum call_outcome ends[12];
		size_t n;
		unsigned wait_s; /* of the next start */
	} cases[] = {
		{ { C }, 1, 0 },
		{ { F, F }, 2, 0 },
		{ { F, F, F }, 3, 1 },
		{ { F, F, F, F, F, F, F, F }, 8, 30 },
		{ { F, F, F, F, F, F, F, F, F, F, F, F }, 12, 30 },
		{ { F, F, F, F, F, F, F, F, C }, 9, 0 },
		{ { F, F, F, F, F, F, F, F, R }, 9, 0 },
		{ { F, F, F, N, N }, 5, 1 },
		{ { E, E }, 2, 0 },
		{ { E, E, E }, 3, 1 },
		{ { E, E, E, E, E }, 5, 4 },
		/* never long: a real call may come in */
		{ { E, E, E, E, E, E, E, E, E, E, E, E }, 12, 4 },
		{ { F, F, F, F, F, F, F, F, E }, 9, 4 },
		{ { E, E, E, E, E, E, C }, 7, 0 },
		/* the haunted modem dies */
		{ { E, E, E, E, E, E, F, F }, 8, 16 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		unsigned failures = 0;

		for (size_t j = 0; j < cases[i].n; j++)
			failures = call_count_failures(failures, cases[i].ends[j]);
		check(call_back_off_s(failures) == cases[i].wait_s, "case %zu: %u s", i,
		      call_back_off_s(failures));
	}
	check(call_back_off_s(UINT32_MAX) == 30);
}

/* --- failed logins --- */

static const char *log_lines; /* what the journal has */
static unsigned log_late;     /* how many looks find nothing yet */

int __wrap_systemd_read_log(pid_t pid, const char *identifier, int64_t since, struct text *ret);
int __wrap_systemd_read_log(pid_t pid, const char *identifier, int64_t since, struct text *ret)
{
	if (!log_lines)
		return -ENOENT;
	if (log_late && log_late--)
		return 0;
	if (pid == 4711 && str_eq(identifier, "pppd") && since == 1000)
		text_add(ret, log_lines);
	return 0;
}

static void test_refused_name(void)
{
	static const struct {
		const char *log;
		unsigned late;
		const char *name; /* NULL: not refused */
	} cases[] = {
		{ "Exit.\nPAP peer authentication failed for anna\n", 0, "anna" },
		{ "Exit.\nPeer anna@home failed CHAP authentication\n", 3, "anna@home" },
		{ "Peer $(id)\\\"\\033[2J failed CHAP authentication\n", 0, "id0332J" },
		{ "PAP peer authentication failed for " LONG63 LONG63 LONG63 LONG63 LONG63, 0,
		  LONG63 },
		{ "PAP peer authentication failed for \n", 0, "" },
		{ "Modem hangup\n", 0, NULL },
		{ "", 0, NULL },
		{ "Peer anna failed CHAP authentication\n", 1000, NULL }, /* too late */
		{ NULL, 0, NULL },                                        /* no journal */
	};
	static const struct calldb_call call = { .answer_at = 1000, .pid = 4711 };

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char name[64] = "before";
		int64_t start = base_now_ms();

		log_lines = cases[i].log;
		log_late = cases[i].late;
		check(call_find_refused(&call, name) == !!cases[i].name, "case %zu", i);
		check_str(name, cases[i].name ? cases[i].name : "before");
		check(base_now_ms() - start < 5000, "case %zu", i);
	}
}

static struct site settings;
static int settings_error;

int __wrap_config_load_line(const char *root, const char *line, struct site *ret,
			    struct text *complaints);
int __wrap_config_load_line(const char *root __attribute__((unused)),
			    const char *line __attribute__((unused)), struct site *ret,
			    struct text *complaints __attribute__((unused)))
{
	if (settings_error != -EINVAL)
		*ret = settings;
	return settings_error;
}

static void fail_login(const char *line, const struct calldb_call *call, unsigned n)
{
	while (n--)
		call_count_refused(line, call, "anna");
}

static bool waits(const char *line, const struct calldb_call *call, unsigned wait_s)
{
	unsigned have = call_find_wait_s(line, call);

	return have <= wait_s && have + 10 > wait_s;
}

static void test_count(void)
{
	static const struct calldb_call call = { .number = "555-1234", .ring_number = "5551234" };
	static const struct calldb_call withheld = { .number = "P" };

	check(call_find_wait_s("line1", &call) == 0);
	settings = (struct site){ .max_failed_logins = 3, .failed_login_delay_s = 100 };
	fail_login("line1", &call, 2);
	check(call_find_wait_s("line1", &call) == 0);
	fail_login("line2", &call, 1);
	check(waits("line1", &call, 100) && waits("line3", &call, 100));
	check(call_find_wait_s("line1", &withheld) == 0);
	fail_login("line1", &withheld, 4);
	check(waits("line1", &withheld, 200) && waits("line1", &call, 100));
	/* a broken configuration: the defaults */
	settings_error = -EINVAL;
	check(call_find_wait_s("line1", &call) == 0);
	fail_login("line1", &call, 2);
	check(waits("line1", &call, 30));
	settings_error = 0;
	settings.max_failed_logins = 0;
	check(call_find_wait_s("line1", &call) == 0);
}

static void test_forget(void)
{
	static const struct calldb_call call = { .number = "5550000", .ring_number = "5550000" };
	static const struct calldb_call withheld = { .number = "" };
	struct calldb_last last = { .failed = { 3, 1 }, .idle_starts = 2 };

	settings = (struct site){ .max_failed_logins = 3, .failed_login_delay_s = 100 };
	fail_login("line4", &call, 3);
	check(calldb_save_last("line4", &last) == 0);
	call_forget_refused("line4", &withheld); /* another caller */
	check(waits("line4", &call, 100));
	check(calldb_load_last("line4", &last) == 0 && last.failed.n == 0 && last.idle_starts == 2);
	call_forget_refused("line5", &call);
	check(call_find_wait_s("line4", &call) == 0);
	check(calldb_load_last("line5", &last) == -ENOENT);
}

static int remove_one(const char *path, const struct stat *st __attribute__((unused)),
		      int type __attribute__((unused)), struct FTW *ftw __attribute__((unused)))
{
	return remove(path);
}

static void test_records(void)
{
	static char dir[] = "/tmp/test-call-XXXXXX";

	check(mkdtemp(dir) != NULL);
	calldb_set_dir(dir);
	test_count();
	test_forget();
	nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* The responses of a modem before the answer, and their times. */
struct ringing {
	unsigned wait_s;
	struct {
		unsigned at_ms;
		const char *text;
	} said[4];
	bool answers;
	unsigned min_ms, max_ms;
};

static void say(int master, const struct ringing *ringing)
{
	int64_t start = base_now_ms();

	for (size_t i = 0; i < ARRAY_SIZE(ringing->said) && ringing->said[i].text; i++) {
		int64_t left = ringing->said[i].at_ms - (base_now_ms() - start);

		base_sleep_ms(left > 0 ? (unsigned)left : 0);
		if (write(master, ringing->said[i].text, strlen(ringing->said[i].text)) < 0)
			_exit(1);
	}
}

/* Exit status: 0 as expected, and nothing was read. */
static int ring(const struct ringing *ringing)
{
	struct termios raw = { 0 };
	int64_t start, took;
	int master, slave, had = 0;
	bool answers;
	char byte;

	cfmakeraw(&raw);
	if (openpty(&master, &slave, NULL, &raw, NULL) < 0 || write(master, "ring\r\n", 6) < 0)
		return 2;
	/* the kernel hands it over when it comes to that */
	for (int i = 0; i < 500 && ioctl(slave, FIONREAD, &had) == 0 && had < 6; i++)
		base_sleep_ms(10);
	start = base_now_ms();
	if (fork() == 0) {
		say(master, ringing);
		_exit(0);
	}
	answers = call_wait_ring(slave, ringing->wait_s);
	took = base_now_ms() - start;
	return answers != ringing->answers || took < ringing->min_ms || took > ringing->max_ms ||
	       read(slave, &byte, 1) != 1 || byte != 'r';
}

static void test_wait_ring(void)
{
	static const struct ringing cases[] = {
		/* at the first RING after the wait */
		{ 0, { { 500, "\r\nRING\r\n" } }, true, 500, 4000 },
		{ 1,
		  { { 500, "RING\r\n" }, { 1500, "RI" }, { 1600, "NG\r\n" } },
		  true,
		  1500,
		  5000 },
		{ 1, { { 100, "RING\r\n" }, { 8000, "RING\r\n" } }, true, 8000, 13000 },
		/* the caller has hung up: at once, or when the wait is over */
		{ 60, { { 0, NULL } }, false, 10000, 15000 },
		{ 1, { { 500, "RING\r\n" } }, false, 10500, 15500 },
	};
	pid_t pids[ARRAY_SIZE(cases)];

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		pids[i] = fork();
		if (pids[i] == 0)
			_exit(ring(&cases[i]));
	}
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		int status;

		waitpid(pids[i], &status, 0);
		check(status == 0, "case %zu: %x", i, (unsigned)status);
	}
	check(!call_wait_ring(-1, 1)); /* the port is gone */
}

int main(void)
{
	test_line_name();
	test_hostile();
	test_env();
	test_end();
	test_refused_end();
	test_reason_fits();
	test_back_off();
	test_refused_name();
	test_records();
	test_wait_ring();
	return check_done();
}
