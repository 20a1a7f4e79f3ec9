/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Starting programs: fork, exec, a deadline; and a process beside this one. */
#include "util/run.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#define RUN_PATH        "/usr/sbin:/usr/bin:/sbin:/bin"
#define RUN_GRACE_MS    2000
#define RUN_OUTPUT_MAX  (4u << 20)
#define RUN_EXEC_FAILED 127

char *run_find(const char *program)
{
	static const char *const dirs[] = { "/usr/sbin", "/usr/bin", "/sbin", "/bin" };

	if (strchr(program, '/'))
		return access(program, X_OK) == 0 ? xstrdup(program) : NULL;
	for (size_t i = 0; i < ARRAY_SIZE(dirs); i++) {
		_cleanup_free_ char *path = xasprintf("%s/%s", dirs[i], program);

		if (access(path, X_OK) == 0)
			return xstrdup(path);
	}
	return NULL;
}

/* The input lies in memory, so that writing it can neither block nor meet a closed pipe. */
static int open_input(const char *input)
{
	size_t n = input ? strlen(input) : 0;
	int fd, r;

	if (!input)
		return open("/dev/null", O_RDONLY | O_CLOEXEC);
	fd = memfd_create("input", MFD_CLOEXEC);
	if (fd < 0)
		return -1;
	if (write(fd, input, n) == (ssize_t)n && lseek(fd, 0, SEEK_SET) == 0)
		return fd;
	r = errno ? errno : EIO;
	close(fd);
	errno = r;
	return -1;
}

/* In a process group of its own, so that the deadline reaches its children too; it ends with us. */
static void __attribute__((noreturn))
child(const char *path, const char *const *argv, int in, int out, int status, pid_t parent)
{
	sigset_t none;
	int error;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		_exit(RUN_EXEC_FAILED);
	setenv("PATH", RUN_PATH, 1);
	setenv("LC_ALL", "C.UTF-8", 1);
	if (dup2(in, STDIN_FILENO) >= 0 && dup2(out, STDOUT_FILENO) >= 0 &&
	    dup2(out, STDERR_FILENO) >= 0)
		execv(path, (char *const *)argv);
	error = errno;
	if (write(status, &error, sizeof(error)) < 0)
		_exit(RUN_EXEC_FAILED);
	_exit(RUN_EXEC_FAILED);
}

/* 0, or -errno of the exec: its pipe closes when that succeeds. */
static int start(const char *path, const char *const *argv, int in, int out, pid_t *ret)
{
	pid_t self = getpid(), pid;
	int status[2], error = 0;
	ssize_t n;

	if (pipe2(status, O_CLOEXEC) < 0)
		return -errno;
	pid = fork();
	if (pid == 0)
		child(path, argv, in, out, status[1], self);
	if (pid < 0)
		error = errno;
	close(status[1]);
	do
		n = pid < 0 ? 0 : read(status[0], &error, sizeof(error));
	while (n < 0 && errno == EINTR);
	close(status[0]);
	if (pid > 0 && error)
		waitpid(pid, NULL, 0);
	*ret = pid;
	return -error;
}

/* What is in the pipe now. False at its end. */
static bool drain(int fd, bool show, struct text *output)
{
	char buf[4096];
	ssize_t n;

	while ((n = read(fd, buf, sizeof(buf))) > 0) {
		if (show && write(STDERR_FILENO, buf, (size_t)n) < 0)
			show = false;
		if (output && output->len < RUN_OUTPUT_MAX)
			text_add_mem(output, buf, (size_t)n);
	}
	return n < 0 && (errno == EAGAIN || errno == EINTR);
}

/* Reads until the program ends (a child of it may keep the pipe open for ever). True: it ended in
 * time. */
static bool wait_for_end(int pidfd, int out, int64_t deadline, bool show, struct text *output)
{
	struct pollfd fds[] = { { .fd = pidfd, .events = POLLIN },
				{ .fd = out, .events = POLLIN } };

	for (;;) {
		int64_t left = deadline - base_now_ms();

		if (left <= 0)
			return false;
		if (poll(fds, ARRAY_SIZE(fds), left > INT32_MAX ? INT32_MAX : (int)left) < 0 &&
		    errno != EINTR)
			return false;
		if (fds[1].revents && !drain(out, show, output))
			fds[1].fd = -1;
		if (fds[0].revents) {
			drain(out, show, output);
			return true;
		}
	}
}

static int end_status(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static int supervise(const struct run *run, pid_t pid, int out, struct text *output)
{
	_cleanup_close_ int pidfd = pidfd_open(pid, 0);
	bool in_time = pidfd >= 0 &&
		       wait_for_end(pidfd, out, base_now_ms() + run->timeout_ms, run->show, output);
	int r;

	if (!in_time) {
		kill(-pid, SIGTERM);
		if (pidfd < 0 ||
		    !wait_for_end(pidfd, out, base_now_ms() + RUN_GRACE_MS, run->show, output))
			kill(-pid, SIGKILL);
	}
	r = end_status(pid);
	return in_time ? r : -ETIMEDOUT;
}

int run_program(const struct run *run, struct text *ret_output)
{
	_cleanup_free_ char *path = run_find(run->argv[0]);
	_cleanup_close_ int in = -1, out_read = -1, out_write = -1;
	int out[2], r;
	pid_t pid = 0;

	if (!path)
		return -ENOENT;
	in = open_input(run->input);
	if (in < 0 || pipe2(out, O_CLOEXEC) < 0)
		return -errno;
	out_read = out[0];
	out_write = out[1];
	if (fcntl(out_read, F_SETFL, O_NONBLOCK) < 0)
		return -errno;
	r = start(path, run->argv, in, out_write, &pid);
	if (r < 0)
		return r;
	close(out_write);
	out_write = -1;
	if (ret_output)
		text_clear(ret_output);
	return supervise(run, pid, out_read, ret_output);
}

static bool is_kept(const struct run_beside *beside, int parent, int fd)
{
	for (size_t i = 0; i < beside->n_fds; i++)
		if (beside->fds[i] == fd)
			return true;
	return fd == parent;
}

static void close_others(const struct run_beside *beside, int parent)
{
	int last = parent;

	for (size_t i = 0; i < beside->n_fds; i++)
		last = beside->fds[i] > last ? beside->fds[i] : last;
	for (int fd = 0; fd < last; fd++)
		if (!is_kept(beside, parent, fd))
			close(fd);
	close_range((unsigned)last + 1, ~0U, 0);
}

static void reset_signals(void)
{
	sigset_t none;

	for (int i = 1; i < NSIG; i++)
		signal(i, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Forks once more: the program that replaces the parent by exec must not have a child that it did
 * not start. */
static void __attribute__((noreturn)) run_body(const struct run_beside *beside, int parent)
{
	pid_t pid = fork();

	if (pid != 0)
		_exit(pid < 0 ? errno : 0);
	reset_signals();
	setpgid(0, 0);
	prctl(PR_SET_NAME, beside->name);
	close_others(beside, parent);
	beside->body(beside->context, parent);
	_exit(0);
}

int run_beside(const struct run_beside *beside)
{
	_cleanup_close_ int parent = pidfd_open(getpid(), 0);
	pid_t pid;
	int r;

	if (parent < 0)
		return -errno;
	pid = fork();
	if (pid == 0)
		run_body(beside, parent);
	r = pid < 0 ? -errno : end_status(pid);
	return r > 0 ? -r : r;
}
