/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The relay of a call between two ptys, the modem's and pppd's: what it keeps, carries, counts, and
 * when it ends. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "call.h"
#include "check.h"
#include "port/tty.h"
#include "process.h"
#include "shape.h"

#define PATIENCE_MS 20000

/* --- DCD as the relay will find it, look by look --- */

#define LOOKS_MAX 8
enum look {
	LAST, /* goes on as before */
	ON,
	OFF,
	GONE,
};
struct script {
	enum look looks[LOOKS_MAX];
	unsigned n;
};
/* Shared with the processes of a test. */
static struct shared {
	struct script script;
	struct call_drain drain;
	unsigned n_drains, n_passed;
	int64_t passed_at;
} * shared;

int __real_ioctl(int fd, unsigned long request, ...);
int __wrap_ioctl(int fd, unsigned long request, void *argument);
int __wrap_ioctl(int fd, unsigned long request, void *argument)
{
	struct script *script = &shared->script;
	enum look look = OFF;

	if (request != TIOCMGET)
		return __real_ioctl(fd, request, argument);
	for (unsigned i = 0; i <= script->n && i < LOOKS_MAX && script->looks[i] != LAST; i++)
		look = script->looks[i];
	script->n++;
	if (look == GONE) {
		errno = EIO;
		return -1;
	}
	*(int *)argument = TIOCM_DTR | (look == ON ? TIOCM_CAR : 0);
	return 0;
}

/* --- a call --- */

/* Both ends of the relay: the line's, which the test has, and pppd's, a process that becomes
 * `body`. */
struct bench {
	int line;
	pid_t pppd, relay;
};

static void count_drain(struct call_shape *shape __attribute__((unused)),
			const struct call_drain *drain, int64_t now_ms __attribute__((unused)))
{
	shared->drain = *drain;
	shared->n_drains++;
}

static void count_pass(struct call_shape *shape __attribute__((unused)), unsigned bytes,
		       int64_t now_ms)
{
	shared->n_passed += bytes;
	shared->passed_at = now_ms;
}

static void __attribute__((noreturn)) be_pppd(int modem, bool watches, int (*body)(int tty))
{
	struct call_relay relay = {
		.modem = modem, .watches = watches, .pass = count_pass, .check = count_drain
	};
	int slave;

	if (tty_set_call(modem, false, true) < 0 ||
	    tty_open_pty(modem, &relay.master, &slave) < 0 || call_start_relay(&relay) < 0)
		_exit(101);
	close(modem);
	close(relay.master);
	alarm(PATIENCE_MS / 1000);
	_exit(body(slave));
}

/* We are the reaper of everything below us: the only child that is not pppd. */
static pid_t find_relay(pid_t pppd)
{
	int64_t deadline = base_now_ms() + PATIENCE_MS;
	char path[64], name[32];
	int pid;

	snprintf(path, sizeof(path), "/proc/self/task/%d/children", (int)getpid());
	while (base_now_ms() < deadline) {
		FILE *f = fopen(path, "re");

		while (f && fscanf(f, "%d", &pid) == 1) {
			base_read_comm(pid, name, sizeof(name));
			if (pid != pppd && str_eq(name, "dialisp-relay")) {
				fclose(f);
				return pid;
			}
		}
		if (f)
			fclose(f);
		base_sleep_ms(5);
	}
	return -1;
}

static struct bench begin(const struct script *script, bool watches, int (*body)(int tty))
{
	struct bench bench;
	int modem;

	*shared = (struct shared){ 0 };
	if (script)
		shared->script = *script;
	check(openpty(&bench.line, &modem, NULL, NULL, NULL) == 0);
	fcntl(bench.line, F_SETFD, FD_CLOEXEC);
	bench.pppd = fork();
	if (bench.pppd == 0) {
		close(bench.line);
		be_pppd(modem, watches, body);
	}
	close(modem);
	bench.relay = find_relay(bench.pppd);
	if (bench.relay < 0) {
		check(bench.relay > 0, "there is no relay, and nothing to test");
		end_process(bench.pppd);
		exit(check_done());
	}
	return bench;
}

/* Its exit status, -1 when it does not end in time. */
static int wait_for(pid_t pid, unsigned ms)
{
	int64_t deadline = base_now_ms() + ms;
	int status = 0;

	while (waitpid(pid, &status, WNOHANG) == 0) {
		if (base_now_ms() >= deadline)
			return -1;
		base_sleep_ms(5);
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static void check_end(struct bench *bench, int status, unsigned ms, const char *what)
{
	int have = wait_for(bench->pppd, ms);

	check(have == status, "%s: pppd ended with %d", what, have);
	check(wait_for(bench->relay, ms) == 0, "%s: the relay goes on", what);
	end_process(bench->pppd);
	end_process(bench->relay);
	close(bench->line);
}

static bool says(int fd, const char *want)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	char have[64] = "";
	size_t n = 0;

	while (n < strlen(want) && poll(&p, 1, PATIENCE_MS) == 1) {
		ssize_t m = read(fd, have + n, strlen(want) - n);

		if (m <= 0)
			break;
		n += (size_t)m;
	}
	return str_eq(have, want);
}

static bool is_at_end(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	char c;

	return poll(&p, 1, PATIENCE_MS) == 1 && read(fd, &c, 1) <= 0 && errno != EAGAIN;
}

/* --- what pppd does --- */

#define HUNG_UP 16

static int wait_for_hangup(int tty)
{
	return is_at_end(tty) ? HUNG_UP : 1;
}

/* Whatever still comes, as pppd would. */
static int read_all(int tty)
{
	char bytes[512];
	ssize_t n;

	do
		n = read(tty, bytes, sizeof(bytes));
	while (n > 0);
	return HUNG_UP;
}

static int talk(int tty)
{
	return write(tty, "0123456789", 10) == 10 ? wait_for_hangup(tty) : 1;
}

/* 2.4.9 and 2.5.2: set_up_tty */
static int start_late(int tty)
{
	struct termios t;
	int n;

	base_sleep_ms(400);
	if (ioctl(tty, FIONREAD, &n) < 0 || n != 0)
		return 2;
	if (tcgetattr(tty, &t) < 0 || tcsetattr(tty, TCSAFLUSH, &t) < 0 ||
	    write(tty, "hello", 5) != 5)
		return 3;
	if (!says(tty, "early") || write(tty, "+", 1) != 1)
		return 4;
	return wait_for_hangup(tty);
}

/* Its tty is still there when it starts. */
static int start_after_all(int tty)
{
	base_sleep_ms(400);
	return isatty(tty) && write(tty, "hello", 5) == 5 ? read_all(tty) : 1;
}

/* The carrier falls while it still starts. */
static int start_much_later(int tty)
{
	base_sleep_ms(1500);
	return start_after_all(tty);
}

static int say_and_go(int tty)
{
	return write(tty, "good-bye", 8) == 8 ? 5 : 1;
}

static int say_and_go_on_a_sign(int tty)
{
	return write(tty, ".", 1) == 1 && says(tty, "terminate") ? say_and_go(tty) : 1;
}

/* More than any buffer takes: what could not be written was not taken either. */
static int fill(int tty)
{
	static const char block[1024];
	size_t n = 0;
	int64_t end = base_now_ms() + 1500;

	fcntl(tty, F_SETFL, O_NONBLOCK);
	while (base_now_ms() < end && n < 1 << 20) {
		ssize_t m = write(tty, block, sizeof(block));

		n += m > 0 ? (size_t)m : 0;
		if (m <= 0)
			base_sleep_ms(1);
	}
	return n > 4096 && n < 65536 ? 0 : 1;
}

/* --- much --- */

#define MUCH (1 << 20)

static unsigned char byte_at(size_t i, unsigned seed)
{
	return (unsigned char)((i * 2654435761U + seed) >> 13);
}

struct stream {
	size_t n; /* so far */
	unsigned seed;
	unsigned most; /* bytes at once */
};

static bool send_some(int fd, struct stream *s)
{
	unsigned char buffer[4096];
	size_t n = MUCH - s->n < s->most ? MUCH - s->n : s->most;
	ssize_t m;

	for (size_t i = 0; i < n; i++)
		buffer[i] = byte_at(s->n + i, s->seed);
	m = write(fd, buffer, n);
	s->n += m > 0 ? (size_t)m : 0;
	return m >= 0 || errno == EAGAIN;
}

static bool take_some(int fd, struct stream *s)
{
	unsigned char buffer[4096];
	ssize_t m = read(fd, buffer, MUCH - s->n < s->most ? MUCH - s->n : s->most);

	for (ssize_t i = 0; i < m; i++)
		if (buffer[i] != byte_at(s->n++, s->seed))
			return false;
	return m > 0 || (m < 0 && errno == EAGAIN);
}

/* All of it out, and all of it in; a side with a pause takes and gives little at a time. */
static bool exchange(int fd, struct stream *out, struct stream *in, unsigned pause_us)
{
	int64_t deadline = base_now_ms() + PATIENCE_MS;

	fcntl(fd, F_SETFL, O_NONBLOCK);
	while ((out->n < MUCH || in->n < MUCH) && base_now_ms() < deadline) {
		struct pollfd p = { .fd = fd,
				    .events = (short)((in->n < MUCH ? POLLIN : 0) |
						      (out->n < MUCH ? POLLOUT : 0)) };

		poll(&p, 1, 1000);
		if (p.revents & POLLIN && !take_some(fd, in))
			return false;
		if (p.revents & POLLOUT && !send_some(fd, out))
			return false;
		if (pause_us)
			usleep(pause_us);
	}
	return out->n == MUCH && in->n == MUCH;
}

static int finish(int tty)
{
	fcntl(tty, F_SETFL, 0);
	return write(tty, "+", 1) == 1 ? wait_for_hangup(tty) : 1;
}

static int exchange_fast(int tty)
{
	struct stream out = { .seed = 1, .most = 4096 }, in = { .seed = 2, .most = 4096 };

	return exchange(tty, &out, &in, 0) ? finish(tty) : 1;
}

static int exchange_slowly(int tty)
{
	struct stream out = { .seed = 1, .most = 700 }, in = { .seed = 2, .most = 700 };

	return exchange(tty, &out, &in, 100) ? finish(tty) : 1;
}

static void test_much(void)
{
	static const struct {
		int (*pppd)(int tty);
		unsigned most, pause_us; /* the line's */
	} cases[] = {
		{ exchange_fast, 4096, 0 },
		{ exchange_fast, 512, 100 },
		{ exchange_slowly, 4096, 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct stream out = { .seed = 2, .most = cases[i].most },
			      in = { .seed = 1, .most = cases[i].most };
		struct bench bench = begin(NULL, false, cases[i].pppd);

		check(exchange(bench.line, &out, &in, cases[i].pause_us),
		      "case %zu: %zu bytes out, %zu bytes in", i, out.n, in.n);
		check(says(bench.line, "+"), "case %zu",
		      i); /* a hang-up would take with it what is on its way */
		close(bench.line);
		bench.line = -1;
		check_end(&bench, HUNG_UP, PATIENCE_MS, "much");
	}
}

/* --- cases --- */

static void test_early(void)
{
	struct bench bench = begin(NULL, false, start_late);

	check(write(bench.line, "early", 5) == 5);
	check(says(bench.line, "hello+"));
	close(bench.line);
	bench.line = -1;
	check_end(&bench, HUNG_UP, 5000, "early");
}

/* What came before pppd has listened is not more than a buffer; the rest waits in the tty. */
static void test_early_flood(void)
{
	static const char flood[6000];
	struct bench bench = begin(NULL, false, start_after_all);
	ssize_t n;

	fcntl(bench.line, F_SETFL, O_NONBLOCK);
	n = write(bench.line, flood, sizeof(flood));
	check(n > 4000, "%zd", n);
	base_sleep_ms(100);
	check(kill(bench.relay, 0) == 0);
	close(bench.line);
	bench.line = -1;
	check_end(&bench, HUNG_UP, 5000, "flood");
}

static void test_hang_up(void)
{
	struct bench bench = begin(NULL, false, talk);

	base_sleep_ms(100);
	kill(bench.relay, SIGTERM); /* stop: pppd terminates LCP first */
	kill(bench.relay, SIGHUP);
	base_sleep_ms(100);
	check(wait_for(bench.relay, 0) == -1, "a signal ended the relay");
	close(bench.line);
	bench.line = -1;
	check_end(&bench, HUNG_UP, 5000, "hang-up");
}

/* The caller was faster than pppd. */
static void test_early_hang_up(void)
{
	struct bench bench = begin(NULL, false, start_after_all);
	int64_t start = base_now_ms();

	close(bench.line);
	bench.line = -1;
	check_end(&bench, HUNG_UP, 5000, "early hang-up");
	check(base_now_ms() - start < 2500);

	bench = begin(&(struct script){ .looks = { OFF } }, true, start_much_later);
	check_end(&bench, HUNG_UP, 4000, "early fall");
}

static void test_good_bye(void)
{
	struct bench bench = begin(NULL, false, say_and_go);

	check(says(bench.line, "good-bye"));
	check(is_at_end(bench.line), "DTR is still up");
	check_end(&bench, 5, 5000, "good-bye");

	bench = begin(NULL, false, say_and_go_on_a_sign);
	check(says(bench.line, "."));
	/* more follows than pppd will ever read */
	check(write(bench.line, "terminate and go on talking", 27) == 27);
	check(says(bench.line, "good-bye"));
	check_end(&bench, 5, 5000, "terminate");
}

/* A modem that accepts no data, as after an undetected hang-up, holds the line for half a second
 * and no longer. */
static void test_stuck(void)
{
	struct bench bench = begin(NULL, false, fill);
	int64_t start;
	int status = wait_for(bench.pppd, PATIENCE_MS);

	check(status == 0, "%d", status);
	start = base_now_ms();
	check(wait_for(bench.relay, 5000) == 0);
	check(base_now_ms() - start < 3000);
	close(bench.line);
}

static void test_drain(void)
{
	int64_t start = base_now_ms();
	struct bench bench = begin(NULL, false, talk);
	unsigned n;

	check(says(bench.line, "0123456789"));
	base_sleep_ms(1500);
	n = shared->n_drains;
	check(n == 1 && shared->drain.sent == 10 && shared->drain.queued == 0,
	      "%u looks, %u octets", n, (unsigned)shared->drain.sent);
	base_sleep_ms(1500);
	check(shared->n_drains == n, "it looks at a call in which nothing moves");
	check(shared->n_passed == 10, "%u", shared->n_passed);
	check(shared->passed_at >= start && shared->passed_at <= base_now_ms() - 2500, "%lld",
	      (long long)(shared->passed_at - start));
	close(bench.line);
	bench.line = -1;
	check_end(&bench, HUNG_UP, 5000, "drain");

	bench = begin(NULL, false, fill); /* without a reader */
	base_sleep_ms(1300);
	check(shared->n_drains > 0 && shared->drain.queued > 1000, "%u", shared->drain.queued);
	wait_for(bench.pppd, PATIENCE_MS);
	check(wait_for(bench.relay, 5000) == 0);
	close(bench.line);
}

/* --- the carrier --- */

static void test_look(void)
{
	static const struct {
		enum look look;
		enum calldb_carrier carrier;
	} cases[] = {
		{ ON, CALLDB_CARRIER_ON },
		{ OFF, CALLDB_CARRIER_OFF },
		{ GONE, CALLDB_CARRIER_UNKNOWN },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		shared->script = (struct script){ .looks = { cases[i].look } };
		check(call_read_carrier(0) == cases[i].carrier, "case %zu", i);
	}
}

static void test_need(void)
{
	static const bool need[][3] = {
		[SITE_CARRIER_HANGUP] = { [CALLDB_CARRIER_ON] = false },
		[SITE_CARRIER_WATCH] = { [CALLDB_CARRIER_ON] = true },
		[SITE_CARRIER_NONE] = { [CALLDB_CARRIER_ON] = false },
	};

	for (unsigned how = 0; how < ARRAY_SIZE(need); how++)
		for (unsigned carrier = 0; carrier < 3; carrier++)
			check(call_needs_watch(how, carrier) == need[how][carrier], "%u %u", how,
			      carrier);
}

static void test_watch(void)
{
	static const struct {
		struct script script;
		bool watches, ends;
		unsigned n_looks; /* 0: it goes on looking */
	} cases[] = {
		{ { .looks = { ON } }, true, false, 0 },
		{ { .looks = { OFF } }, true, true, 2 },
		{ { .looks = { ON, OFF } }, true, true, 3 },
		{ { .looks = { OFF, ON, OFF, ON } }, true, false, 0 }, /* flickers */
		{ { .looks = { ON, GONE } }, true, false, 2 },         /* hung up already */
		{ { .looks = { OFF } }, false, false, 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct bench bench = begin(&cases[i].script, cases[i].watches, talk);
		unsigned n;

		if (!cases[i].ends)
			base_sleep_ms(2600);
		n = shared->script.n;
		if (!cases[i].watches)
			check(n == 0, "case %zu: %u looks", i, n);
		else if (!cases[i].ends)
			check(cases[i].n_looks ? n == cases[i].n_looks : n > 1,
			      "case %zu: %u looks", i, n);
		if (!cases[i].ends) {
			close(bench.line);
			bench.line = -1;
		}
		check_end(&bench, HUNG_UP, 5000, "carrier");
		if (cases[i].ends)
			check(shared->script.n == cases[i].n_looks, "case %zu: %u looks", i,
			      shared->script.n);
	}
}

int main(void)
{
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		      0);
	check(shared != MAP_FAILED && prctl(PR_SET_CHILD_SUBREAPER, 1) == 0);
	test_look();
	test_need();
	test_early();
	test_early_flood();
	test_hang_up();
	test_early_hang_up();
	test_good_bye();
	test_stuck();
	test_drain();
	test_much();
	test_watch();
	return check_done();
}
