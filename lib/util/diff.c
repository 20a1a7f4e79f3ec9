/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Unified differences: diff(1) reads both texts from memory. */
#include "util/diff.h"

#include <errno.h>
#include <stdio.h>
#include <sys/mman.h>

#include "util/report.h"
#include "util/run.h"

#define TIMEOUT_MS 60000

/* A descriptor that diff inherits, named in `ret_path`; -errno. */
static int open_text(const struct text *text, char ret_path[static 32])
{
	int fd = memfd_create("text", 0);

	if (fd < 0 || write(fd, text_str(text), text->len) != (ssize_t)text->len) {
		int r = errno ? -errno : -EIO;

		base_closep(&fd);
		return r;
	}
	snprintf(ret_path, 32, "/proc/self/fd/%d", fd);
	return fd;
}

int diff_unified(const char *old_name, const struct text *old_text, const char *new_name,
		 const struct text *new_text, struct text *ret)
{
	char old_path[32], new_path[32];
	_cleanup_close_ int old_fd = open_text(old_text, old_path);
	_cleanup_close_ int new_fd = open_text(new_text, new_path);
	const char *const argv[] = { "diff",    "-a",     "-u",     "--label", old_name,
				     "--label", new_name, old_path, new_path,  NULL };
	const struct run run = { .argv = argv, .timeout_ms = TIMEOUT_MS };
	_cleanup_text_ struct text output = { 0 };
	int r = old_fd < 0 ? old_fd : new_fd < 0 ? new_fd : run_program(&run, &output);

	if (r < 0 || r > 1) { /* 0: equal, 1: they differ */
		report_error("diff: failed: %s: install diffutils",
			     r < 0 ? strerror(-r) : text_str(&output));
		return r < 0 ? r : -EIO;
	}
	text_free(ret);
	*ret = output;
	output = (struct text){ 0 };
	return 0;
}
