/* SPDX-License-Identifier: GPL-2.0-or-later */
/* run: status, output, input, deadline; what a process beside us has, and how long it stays. */
#include "util/run.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "check.h"
#include "process.h"

#define SH(script)                                                                                 \
	(const char *const[])                                                                      \
	{                                                                                          \
		"/bin/sh", "-c", script, NULL                                                      \
	}

static void test_cases(void)
{
	const struct {
		const char *const *argv;
		const char *input;
		unsigned timeout_ms;
		int status;
		const char *output;
	} cases[] = {
		{ SH("echo out; echo err >&2; exit 3"), NULL, 5000, 3, "out\nerr\n" },
		{ SH("cat"), NULL, 5000, 0, "" },
		{ SH("cat"), "in\n", 5000, 0, "in\n" },
		{ SH("exit 0"), "no process reads this", 5000, 0, "" },
		{ SH("kill -KILL $$"), NULL, 5000, 128 + SIGKILL, "" },
		{ SH("echo $PATH $LC_ALL"), NULL, 5000, 0,
		  "/usr/sbin:/usr/bin:/sbin:/bin C.UTF-8\n" },
		{ SH("sleep 30"), NULL, 100, -ETIMEDOUT, "" },
		/* its children go too */
		{ SH("echo a; sleep 30; echo b"), NULL, 300, -ETIMEDOUT, "a\n" },
		/* one that keeps the pipe open causes no delay */
		{ SH("sleep 3 & echo done"), NULL, 2500, 0, "done\n" },
		{ (const char *const[]){ "no-such-program", NULL }, NULL, 100, -ENOENT, "" },
		{ (const char *const[]){ "/etc/passwd", NULL }, NULL, 100, -ENOENT, "" },
		{ (const char *const[]){ "true", NULL }, NULL, 5000, 0, "" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct run run = { cases[i].argv, cases[i].input, cases[i].timeout_ms,
					 false };
		_cleanup_text_ struct text output = { 0 };
		int r = run_program(&run, &output);

		check(r == cases[i].status, "case %zu: %d", i, r);
		check_str(text_str(&output), cases[i].output);
	}
}

/* One that ignores TERM is killed. */
static void test_stubborn(void)
{
	const struct run run = { SH("trap '' TERM; while :; do sleep 1; done"), NULL, 100, false };
	int64_t start = base_now_ms(), took;

	check(run_program(&run, NULL) == -ETIMEDOUT);
	took = base_now_ms() - start;
	check(took < 5000, "%d ms", (int)took);
}

static void test_much_output(void)
{
	const struct run run = { SH("head -c 300000 /dev/zero"), NULL, 10000, false };
	_cleanup_text_ struct text output = { 0 };

	check(run_program(&run, &output) == 0);
	check(output.len == 300000, "%zu bytes", output.len);
}

static void test_find(void)
{
	_cleanup_free_ char *sh = run_find("sh"), *none = run_find("no-such-program"),
			    *same = run_find("/bin/sh");

	check(sh && str_ends(sh, "/sh"));
	check(!none);
	check(same && str_eq(same, "/bin/sh"));
}

struct beside {
	char name[16];
	bool has_fds, has_group, has_signals;
	pid_t session;
};

static bool is_open(int fd)
{
	return fcntl(fd, F_GETFD) >= 0;
}

static void look_around(const void *context, int parent)
{
	const int *fds = context;
	struct beside seen = { .has_fds = true };
	struct sigaction action;
	sigset_t mask;

	prctl(PR_GET_NAME, seen.name);
	for (int i = 0; i < 256; i++)
		seen.has_fds =
			seen.has_fds && is_open(i) == (i == fds[0] || i == fds[1] || i == parent);
	seen.has_group = getpgid(0) == getpid();
	seen.session = getsid(0);
	sigaction(SIGUSR1, NULL, &action);
	sigprocmask(SIG_SETMASK, NULL, &mask);
	seen.has_signals = action.sa_handler == SIG_DFL && !sigismember(&mask, SIGTERM);
	if (write(fds[1], &seen, sizeof(seen)) < 0)
		_exit(1);
}

static void test_beside(void)
{
	struct beside seen = { .name = "" };
	sigset_t term, old;
	int out[2], fds[2] = { STDERR_FILENO };

	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	signal(SIGUSR1, SIG_IGN);
	sigprocmask(SIG_BLOCK, &term, &old);
	check(pipe(out) == 0);
	fds[1] = out[1];
	check(run_beside(&(struct run_beside){ .name = "a-name",
					       .body = look_around,
					       .context = fds,
					       .fds = fds,
					       .n_fds = 2 }) == 0);
	close(out[1]);
	check(read(out[0], &seen, sizeof(seen)) == sizeof(seen));
	close(out[0]);
	signal(SIGUSR1, SIG_DFL);
	sigprocmask(SIG_SETMASK, &old, NULL);
	check_str(seen.name, "a-name");
	check(seen.has_fds);
	check(seen.has_group);
	check(seen.session == getsid(0));
	check(seen.has_signals);
	errno = 0;
	check(waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD, "it is our child");
}

/* 'e' once the other has ended, 't' when that takes too long */
static void wait_for_parent(const void *context, int parent)
{
	int fd = *(const int *)context;
	struct pollfd end = { .fd = parent, .events = POLLIN };
	char c = poll(&end, 1, 5000) == 1 ? 'e' : 't';

	if (write(fd, &c, 1) < 0)
		_exit(1);
}

/* The one beside stays over an exec, and is told of the end of what came of it. */
static void test_parent(void)
{
	struct pollfd p = { .events = POLLIN };
	int out[2];
	pid_t pid;
	char c = 0;

	check(pipe2(out, O_CLOEXEC) == 0);
	pid = fork();
	if (pid == 0) {
		const struct run_beside beside = { .name = "beside",
						   .body = wait_for_parent,
						   .context = &out[1],
						   .fds = &out[1],
						   .n_fds = 1 };

		if (run_beside(&beside) == 0 && write(out[1], "s", 1) == 1)
			execl("/bin/sleep", "sleep", "600", (char *)NULL);
		_exit(1);
	}
	close(out[1]);
	p.fd = out[0];
	check(read(out[0], &c, 1) == 1 && c == 's', "%c: it was waited for", c);
	check(poll(&p, 1, 500) == 0, "it did not wait");
	end_process(pid);
	check(read(out[0], &c, 1) == 1 && c == 'e', "%c", c);
	close(out[0]);
}

int main(void)
{
	test_cases();
	test_stubborn();
	test_much_output();
	test_find();
	test_beside();
	test_parent();
	return check_done();
}
