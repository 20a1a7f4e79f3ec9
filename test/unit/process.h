/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A process that does nothing under a name of its own, for tests of who has a line. */
#pragma once

#include <signal.h>
#include <sys/prctl.h>
#include <sys/types.h>
#include <unistd.h>

#include "check.h"

static pid_t start_process(const char *name)
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
