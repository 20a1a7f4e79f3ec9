/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Idle processes, for tests of processes that have a line or a port; they end with the test, or
 * earlier by end_process(). */
#pragma once

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

/* Ends a process of the test at once. A failed test may have a pid of -1, with which kill(2) would
 * signal all processes. */
static void __attribute__((unused)) end_process(pid_t pid)
{
	if (pid <= 1) {
		check(pid > 1, "no process of a test: %d", (int)pid);
		return;
	}
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

/* Under a name of its own. */
static pid_t __attribute__((unused)) start_process(const char *name)
{
	int ready[2];
	pid_t pid;
	char c;

	check(pipe(ready) == 0);
	pid = fork();
	if (pid == 0) {
		prctl(PR_SET_NAME, name);
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		close(ready[0]);
		close(ready[1]);
		pause();
		_exit(0);
	}
	close(ready[1]);
	check(read(ready[0], &c, 1) == 0); /* the child has its name when its end is closed */
	close(ready[0]);
	return pid;
}

/* With the device open. */
static pid_t __attribute__((unused)) start_holder(const char *path)
{
	int ready[2];
	char byte;
	pid_t pid;

	if (pipe(ready) < 0)
		return -1;
	pid = fork();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (open(path, O_RDWR | O_NOCTTY) >= 0 && write(ready[1], "x", 1) == 1)
			pause();
		_exit(1);
	}
	close(ready[1]);
	check(read(ready[0], &byte, 1) == 1);
	close(ready[0]);
	return pid;
}
