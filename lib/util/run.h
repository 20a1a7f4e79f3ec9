/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The only module that starts programs and processes: argv arrays, no shell, always a deadline. */
#pragma once

#include "util/text.h"

struct run {
	const char *const
		*argv; /* argv[0] absolute, or searched in the standard system path; NULL ends */
	const char *input;   /* for its stdin, or NULL: /dev/null */
	unsigned timeout_ms; /* then TERM, then KILL */
	bool show;           /* its output goes to our stderr as it comes */
};
/* Exit status (0..255; 128 + signal), or -errno when it could not be started, -ETIMEDOUT.
 * ret_output (may be NULL): stdout and stderr together. */
MUST_CHECK int run_program(const struct run *run, struct text *ret_output);
/* Runs `body` in a process of its own beside this one, which goes on and may become another program
 * by exec. `parent` is a pidfd that turns readable when this process ends (pidfd_open(2)); of all
 * descriptors body has only that and `fds`. It has our session and controlling terminal, a process
 * group of its own, default signals and this `name` (15 bytes), is reparented to init, and ends
 * when body returns. It holds no UUCP locks: these contain the pid of this process. 0 or -errno. */
struct run_beside {
	const char *name;
	void (*body)(const void *context, int parent);
	const void *context;
	const int *fds;
	size_t n_fds;
};
MUST_CHECK int run_beside(const struct run_beside *beside);
/* Path of a program in the standard system path, or NULL. The caller owns it. */
char *run_find(const char *program);
