/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Unified differences: diff(1) reads both texts from memory. */
#include "util/diff.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
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

/* A file that is new or removed is one hunk: nothing to compare, and no process for each of the
 * files of many lines. */
static void add_whole(const struct text *text, char sign, struct text *ret)
{
	const char *line = text->s, *end = text->s + text->len;
	_cleanup_text_ struct text lines = { 0 };
	size_t n = 0;

	for (; line < end; n++) {
		const char *newline = memchr(line, '\n', (size_t)(end - line));
		size_t len = (size_t)((newline ? newline + 1 : end) - line);

		text_add_mem(&lines, &sign, 1);
		text_add_mem(&lines, line, len);
		line += len;
		if (!newline)
			text_add(&lines, "\n\\ No newline at end of file\n");
	}
	text_add(ret, sign == '+' ? "@@ -0,0 +1" : "@@ -1");
	if (n > 1)
		text_addf(ret, ",%zu", n);
	text_add(ret, sign == '+' ? " @@\n" : " +0,0 @@\n");
	text_add_mem(ret, lines.s, lines.len);
}

static int compare_texts(const char *old_name, const struct text *old_text, const char *new_name,
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

	if (r < 0 || r > 1) { /* 0: equal, 1: different */
		report_error("diff: failed: %s: install diffutils",
			     r < 0 ? strerror(-r) : text_str(&output));
		return r < 0 ? r : -EIO;
	}
	text_free(ret);
	*ret = output;
	output = (struct text){ 0 };
	return 0;
}

int diff_unified(const char *old_name, const struct text *old_text, const char *new_name,
		 const struct text *new_text, struct text *ret)
{
	if (old_text->len && new_text->len)
		return compare_texts(old_name, old_text, new_name, new_text, ret);
	text_clear(ret);
	if (!old_text->len && !new_text->len)
		return 0;
	text_addf(ret, "--- %s\n+++ %s\n", old_name, new_name);
	add_whole(old_text->len ? old_text : new_text, old_text->len ? '-' : '+', ret);
	return 0;
}
