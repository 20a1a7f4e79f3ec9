/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Call records: what is written is read back, what is masked stays masked, and no value becomes a
 * second line. */
#include "call/calldb.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "check.h"
#include "files.h"

static char dir[] = "/tmp/test-calldb-XXXXXX";
static char run[64];

static const struct calldb_call full = {
	.number = "5551234",
	.caller = "ANNA SMITH",
	.ring_number = "5551234",
	.connect = "33600/V34/LAPM",
	.rate = 33600,
	.error_control = AT_ERROR_CONTROL_ON,
	.port_speed = 115200,
	.user = "anna@home",
	.address = "10.77.0.2",
	.link = "ppp-line1",
	.ring_at = 1700000000,
	.answer_at = 1700000007,
	.up_at = 1700000020,
	.tty = "ttyACM0",
	.carrier = CALLDB_CARRIER_ON,
	.shape = { CALLDB_SHAPING_ASSUMED, 28800, 576, 1 },
};

static void check_call(const struct calldb_call *have, const struct calldb_call *want)
{
	check_str(have->number, want->number);
	check_str(have->caller, want->caller);
	check_str(have->ring_number, want->ring_number);
	check_str(have->connect, want->connect);
	check(have->rate == want->rate, "%u", have->rate);
	check(have->error_control == want->error_control, "%d", (int)have->error_control);
	check(have->port_speed == want->port_speed, "%u", have->port_speed);
	check_str(have->user, want->user);
	check_str(have->address, want->address);
	check_str(have->link, want->link);
	check_str(have->tty, want->tty);
	check(have->ring_at == want->ring_at, "%lld", (long long)have->ring_at);
	check(have->answer_at == want->answer_at, "%lld", (long long)have->answer_at);
	check(have->up_at == want->up_at, "%lld", (long long)have->up_at);
	check(have->pid == want->pid, "%d", (int)have->pid);
	check(have->carrier == want->carrier, "%d", (int)have->carrier);
	check(memcmp(&have->shape, &want->shape, sizeof(have->shape)) == 0, "%d %u %u %u",
	      (int)have->shape.how, have->shape.rate, have->shape.mtu, have->shape.vj_compression);
}

static unsigned mode_of(const char *name)
{
	_cleanup_free_ char *path = xasprintf("%s/%s", run, name);
	struct stat st;

	return stat(path, &st) < 0 ? 0 : st.st_mode & 07777;
}

static void write_raw(const char *name, const char *content)
{
	_cleanup_free_ char *path = xasprintf("%s/%s", run, name);

	write_file(path, content);
}

static void test_mask(void)
{
	static const struct {
		const char *value;
		bool is_number;
		const char *want;
	} cases[] = {
		{ "", true, "" },
		{ "", false, "" },
		{ "5551234", true, "***34" },
		{ "55512", true, "***12" },
		{ "5551", true, "***" },
		{ "P", true, "***" }, /* withheld: the modem's word for it is none of the public's
				       * business either */
		{ "anna", false, "a***" },
		{ "a", false, "a***" },
		{ "123456789012345678901234567890123456789012345678901234567890123", true,
		  "***23" },
		{ "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijk", false,
		  "a***" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char s[64];

		base_copy(s, sizeof(s), cases[i].value);
		calldb_mask(s, cases[i].is_number);
		check_str(s, cases[i].want);
	}
}

static void test_round_trip(void)
{
	struct calldb_call call = full, have, masked = full;
	mode_t old = umask(077); /* pppd's scripts run with it */

	call.pid = masked.pid = 4711;
	check(calldb_load("line1", &have) == -ENOENT);
	check(calldb_save("line1", &call) == 0);
	umask(old);
	check(calldb_load("line1", &have) == 0);
	check_call(&have, &call);
	base_copy(masked.number, sizeof(masked.number), "***34");
	base_copy(masked.ring_number, sizeof(masked.ring_number), "***34");
	base_copy(masked.caller, sizeof(masked.caller), "A***");
	base_copy(masked.user, sizeof(masked.user), "a***");
	check(calldb_load_masked("line1", &have) == 0);
	check_call(&have, &masked);
	check(mode_of("") == 0755, "%o", mode_of(""));
	check(mode_of("calls") == 0755, "%o", mode_of("calls"));
	check(mode_of("calls/line1") == 0600, "%o", mode_of("calls/line1"));
	check(mode_of("calls/line1.masked") == 0644, "%o", mode_of("calls/line1.masked"));
	calldb_clear("line1");
	check(calldb_load("line1", &have) == -ENOENT);
	check(calldb_load_masked("line1", &have) == -ENOENT);
	calldb_clear("line1");
}

/* A caller who can put a newline into a name must not log in as another user. */
static void test_hostile(void)
{
	struct calldb_call call = { .ring_at = 5 }, have;

	base_copy(call.caller, sizeof(call.caller), "X\nuser=root\npid=1\r\t\x7f");
	memset(call.number, '9', sizeof(call.number) - 1);
	check(calldb_save("line1", &call) == 0);
	check(calldb_load("line1", &have) == 0);
	check_str(have.user, "");
	check_str(have.caller, "X user=root pid=1   ");
	check_str(have.number, call.number);
	check(have.pid == 0, "%d", (int)have.pid);
	calldb_clear("line1");
}

static void test_foreign_content(void)
{
	static const struct {
		const char *content;
		const char *number;
		int64_t ring_at;
		pid_t pid;
	} cases[] = {
		{ "", "", 0, 0 },
		{ "number=1\nring_at=7\npid=9\n", "1", 7, 9 },
		{ "number=1", "1", 0, 0 }, /* no newline at the end */
		{ "colour=red\nnumber=1\n=\n\nx\n", "1", 0, 0 },
		{ "number=a=b\n", "a=b", 0, 0 },
		{ "number=1\nring_at=-7\npid=-9\n", "1", 0, 0 },
		{ "ring_at=7x\npid=99999999999999999999\n", "", 0, 0 },
		{ "pid=4294967295\n", "", 0, 0 }, /* kill(-1) would signal all processes */
		{ "number=aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggggggggg\n",
		  "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffggg", 0, 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct calldb_call have = full;

		write_raw("calls/line1", cases[i].content);
		check(calldb_load("line1", &have) == 0, "case %zu", i);
		check_str(have.number, cases[i].number);
		check(have.ring_at == cases[i].ring_at, "case %zu: %lld", i,
		      (long long)have.ring_at);
		check(have.pid == cases[i].pid, "case %zu: %d", i, (int)have.pid);
	}
	calldb_clear("line1");
}

static void test_carrier(void)
{
	static const struct {
		const char *content;
		enum calldb_carrier carrier;
	} cases[] = {
		{ "carrier=on\n", CALLDB_CARRIER_ON },
		{ "carrier=off\n", CALLDB_CARRIER_OFF },
		{ "carrier=\n", CALLDB_CARRIER_UNKNOWN },
		{ "carrier=ON\n", CALLDB_CARRIER_UNKNOWN },
		{ "carrier=2\n", CALLDB_CARRIER_UNKNOWN },
		{ "number=1\n", CALLDB_CARRIER_UNKNOWN },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct calldb_call have = full;

		write_raw("calls/line1", cases[i].content);
		check(calldb_load("line1", &have) == 0, "case %zu", i);
		check(have.carrier == cases[i].carrier, "case %zu: %d", i, (int)have.carrier);
	}
	calldb_clear("line1");
}

static void test_last(void)
{
	struct calldb_last last = { .at = 1700000000,
				    .idle_starts = 3,
				    .carrier = CALLDB_CARRIER_OFF,
				    .failed = { 7, 4711 } },
			   have = { 0 };

	base_copy(last.reason, sizeof(last.reason), "the modem on ttyACM0 does not answer AT");
	check(calldb_load_last("line2", &have) == -ENOENT);
	check(calldb_save_last("line2", &last) == 0);
	check(calldb_load_last("line2", &have) == 0);
	check_str(have.reason, last.reason);
	check(have.at == last.at && have.idle_starts == 3 && have.carrier == CALLDB_CARRIER_OFF);
	check(have.failed.n == 7 && have.failed.at == 4711);
	check(mode_of("last/line2") == 0644, "%o", mode_of("last/line2"));
	calldb_clear("line2"); /* the call, not its memory */
	check(calldb_load_last("line2", &have) == 0);
}

static pid_t dead_pid(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	waitpid(pid, NULL, 0);
	return pid;
}

static void save_user(const char *line, const char *user, pid_t pid)
{
	struct calldb_call call = { .pid = pid };

	base_copy(call.user, sizeof(call.user), user);
	check(calldb_save(line, &call) == 0);
}

static void test_find_user(void)
{
	char line[16] = "unset";

	save_user("line1", "anna", getpid());
	save_user("line2", "berta", getpid());
	save_user("line3", "cora", dead_pid());
	save_user("line4", "dora", 0);
	write_raw("calls/line5.masked", "user=emma\npid=1\n");
	write_raw("calls/.new-123456", "user=emma\npid=1\n");
	check(calldb_find_user("anna", "line2", line, sizeof(line)) == 0);
	check_str(line, "line1");
	base_copy(line, sizeof(line), "unset");
	check(calldb_find_user("anna", "line1", line, sizeof(line)) == -ENOENT); /* itself */
	check(calldb_find_user("ann", "line2", line, sizeof(line)) == -ENOENT);
	check(calldb_find_user("Anna", "line2", line, sizeof(line)) == -ENOENT);
	check(calldb_find_user("cora", "line1", line, sizeof(line)) == -ENOENT); /* crashed */
	check(calldb_find_user("dora", "line1", line, sizeof(line)) == -ENOENT); /* not answered */
	check(calldb_find_user("emma", "line1", line, sizeof(line)) == -ENOENT); /* not records */
	check_str(line, "unset");
}

/* --- failed logins --- */

static void check_table(const struct login_limit_table *have, const struct login_limit_table *want)
{
	check(have->n == want->n, "%zu rows", have->n);
	for (size_t i = 0; i < have->n && i < want->n; i++) {
		check_str(have->rows[i].line, want->rows[i].line);
		check_str(have->rows[i].number, want->rows[i].number);
		check(have->rows[i].count.n == want->rows[i].count.n, "row %zu", i);
		check(have->rows[i].count.at == want->rows[i].count.at, "row %zu", i);
	}
}

/* The longest of everything, as many as there can be; then fewer. */
static void test_failed_logins(void)
{
	static struct login_limit_table table, have;
	struct login_limit_row *row = table.rows;
	int lock;

	have.n = 5;
	check(calldb_load_failed_logins(&have) == 0 && have.n == 0);
	check(mode_of("failed-logins") == 0); /* looking makes none */
	for (; row < table.rows + LOGIN_LIMIT_ROWS_MAX; row++) {
		*row = (struct login_limit_row){ "abcdefghijk", "", { UINT32_MAX, UINT32_MAX } };
		snprintf(row->number, sizeof(row->number), "%031zu", table.n++);
	}
	*table.rows[7].number = '\0';
	for (int i = 0; i < 2; i++, table.n = 2) {
		lock = calldb_lock_failed_logins(&have);
		check(lock >= 0, "%d", lock);
		check(calldb_save_failed_logins(lock, &table) == 0);
		close(lock);
		check(calldb_load_failed_logins(&have) == 0);
		check_table(&have, &table);
	}
	check(mode_of("failed-logins") == 0600, "%o", mode_of("failed-logins"));
}

static void test_damaged_failed_logins(void)
{
	static const struct {
		const char *content;
		size_t n;
	} cases[] = {
		{ "line1 - 1 0\nline1 5551234 3 17\n", 2 },
		{ "line1 5551234 3 17", 1 },
		{ "\n\nx\nline1\nline1 1\nline1 1 1\nline1 1 1 1\n", 1 },
		{ "line1 1 1 1 1\n", 0 },
		{ "../x 1 1 1\n", 0 },
		{ "line1 1a 1 1\n", 0 },
		{ "line1  1 1\n", 0 },
		{ "line1 12345678901234567890123456789012 1 1\n", 0 },
		{ "line1 1 0 1\n", 0 },
		{ "line1 1 -1 1\n", 0 },
		{ "line1 1 1 -1\n", 0 },
		{ "line1 1 99999999999 1\n", 0 },
	};
	struct login_limit_table table;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		write_raw("failed-logins", cases[i].content);
		check(calldb_load_failed_logins(&table) == 0 && table.n == cases[i].n,
		      "case %zu: %zu", i, table.n);
	}
}

/* Ends of many lines at once: none gets lost. */
static void test_failed_logins_together(void)
{
	enum {
		PROCESSES = 8,
		ROUNDS = 25
	};
	struct login_limit_table table;
	int status;

	write_raw("failed-logins", "");
	for (unsigned i = 0; i < PROCESSES; i++) {
		if (fork() != 0)
			continue;
		for (unsigned n = 0; n < ROUNDS; n++) {
			int lock = calldb_lock_failed_logins(&table);

			login_limit_add(&table, "line1", "1", 1);
			if (calldb_save_failed_logins(lock, &table) < 0)
				_exit(1);
			close(lock);
		}
		_exit(0);
	}
	while (wait(&status) > 0)
		check(status == 0);
	check(calldb_load_failed_logins(&table) == 0 && table.n == 1);
	check(table.rows[0].count.n == PROCESSES * ROUNDS, "%u", table.rows[0].count.n);
}

static void test_failed_logins_locked(void)
{
	struct login_limit_table table;
	int lock = calldb_lock_failed_logins(&table);
	int64_t start = base_now_ms();

	check(lock >= 0);
	check(calldb_lock_failed_logins(&table) == -ETIMEDOUT);
	check(calldb_load_failed_logins(&table) == -ETIMEDOUT);
	check(base_now_ms() - start < 10000, "%lld ms", (long long)(base_now_ms() - start));
	close(lock);
	check(calldb_load_failed_logins(&table) == 0);
}

static void test_errors(void)
{
	static const char missing[] = "/nonexistent/dialisp";
	struct calldb_call have = full;
	struct login_limit_table table = { .n = 0 };
	char line[16];

	calldb_set_dir(missing);
	check(calldb_lock_failed_logins(&table) == -ENOENT);
	check(calldb_load_failed_logins(&table) == 0);
	check(calldb_save_failed_logins(-1, &table) == -EBADF);
	check(calldb_save("line1", &full) == -ENOENT);
	check(calldb_find_user("anna", "line1", line, sizeof(line)) == -ENOENT);
	calldb_set_dir(run);
	check(calldb_load("line9", &have) == -ENOENT);
	check_call(&have, &full); /* untouched on failure */
}

static int remove_one(const char *path, const struct stat *st __attribute__((unused)),
		      int type __attribute__((unused)), struct FTW *ftw __attribute__((unused)))
{
	return remove(path);
}

/* A process that may write in /run has replaced a directory of ours by a link. */
static void test_links(void)
{
	_cleanup_free_ char *last = xasprintf("%s/last", run), *other = xasprintf("%s/other", dir);
	_cleanup_free_ char *aside = xasprintf("%s/run.aside", dir),
			    *calls = xasprintf("%s/calls", run);
	_cleanup_free_ char *failed = xasprintf("%s/failed-logins", other),
			    *record = xasprintf("%s/line9", other);
	const struct calldb_last ended = { .reason = "hung up" };
	struct login_limit_table table;
	struct calldb_call call;

	check(mkdir(other, 0755) == 0);
	check(rename(run, aside) == 0 && mkdir(run, 0755) == 0 && symlink(other, last) == 0);
	check(calldb_save_last("line9", &ended) < 0);
	check(access(record, F_OK) < 0, "written through a link");
	check(unlink(last) == 0 && calldb_save_last("line9", &ended) == 0);
	check(symlink(other, calls) == 0 && mknod(record, S_IFREG | 0600, 0) == 0);
	check(calldb_load("line9", &call) < 0, "read through a link");
	calldb_clear("line9");
	check(unlink(record) == 0, "removed through a link");
	check(nftw(run, remove_one, 8, FTW_DEPTH | FTW_PHYS) == 0 && symlink(other, run) == 0);
	check(calldb_save_last("line9", &ended) < 0);
	check(calldb_lock_failed_logins(&table) < 0);
	check(access(failed, F_OK) < 0, "made through a link");
	check(unlink(run) == 0 && rename(aside, run) == 0);
}

int main(void)
{
	check(mkdtemp(dir) != NULL);
	snprintf(run, sizeof(run), "%s/run", dir);
	calldb_set_dir(run);
	test_mask();
	test_round_trip();
	test_hostile();
	test_foreign_content();
	test_carrier();
	test_last();
	test_find_user();
	test_failed_logins();
	test_damaged_failed_logins();
	test_failed_logins_together();
	test_failed_logins_locked();
	test_errors();
	test_links();
	nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	return check_done();
}
