/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of failed logins: one small file for all lines, changed under its own lock. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/file.h>

#include "call/calldb.h"
#include "call/internal.h"
#include "util/text.h"

#define FILE_MAX        32768 /* a full table has 18 kB */
#define LOCK_TIMEOUT_MS 2000  /* it is held only while a small file is read and written */
#define LOCK_AGAIN_MS   10
#define NO_NUMBER       "-"

/* Waits for the lock. */
static int lock_file(int fd, int how)
{
	int64_t deadline = base_now_ms() + LOCK_TIMEOUT_MS;

	while (flock(fd, how | LOCK_NB) < 0) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return -errno;
		if (base_now_ms() >= deadline)
			return -ETIMEDOUT;
		base_sleep_ms(LOCK_AGAIN_MS);
	}
	return 0;
}

static bool is_number(const char *s)
{
	return *s && strlen(s) <= LOGIN_LIMIT_NUMBER_MAX && !s[strspn(s, "0123456789")];
}

/* "LINE NUMBER COUNT TIME"; any other line is ignored. */
static void read_row(char *text, struct login_limit_table *table)
{
	const char *line = strsep(&text, " "), *number = strsep(&text, " "),
		   *n = strsep(&text, " ");
	struct login_limit_row row = { 0 };
	unsigned at;

	if (!text || table->n == LOGIN_LIMIT_ROWS_MAX || !site_is_line_name(line) ||
	    base_parse_uint(n, 1, UINT_MAX, &row.count.n) < 0 ||
	    base_parse_uint(text, 0, UINT_MAX, &at) < 0)
		return;
	if (!str_eq(number, NO_NUMBER) && !is_number(number))
		return;
	base_copy(row.line, sizeof(row.line), line);
	base_copy(row.number, sizeof(row.number), str_eq(number, NO_NUMBER) ? "" : number);
	row.count.at = at;
	table->rows[table->n++] = row;
}

static int read_table(int fd, struct login_limit_table *ret)
{
	char content[FILE_MAX], *rest = content, *line;
	ssize_t n = pread(fd, content, sizeof(content) - 1, 0);

	if (n < 0)
		return -errno;
	content[n] = '\0';
	ret->n = 0;
	while ((line = strsep(&rest, "\n")))
		read_row(line, ret);
	return 0;
}

static int open_table(int flags, int how, struct login_limit_table *ret)
{
	_cleanup_close_ int dir = calldb_open_dir(".");
	_cleanup_close_ int fd =
		dir < 0 ? -1 : openat(dir, "failed-logins", flags | O_CLOEXEC | O_NOFOLLOW, 0600);
	int r;

	if (dir < 0)
		return dir;
	if (fd < 0)
		return -errno;
	r = lock_file(fd, how);
	if (r >= 0)
		r = read_table(fd, ret);
	if (r < 0)
		return r;
	r = fd;
	fd = -1;
	return r;
}

int calldb_load_failed_logins(struct login_limit_table *ret)
{
	_cleanup_close_ int fd = open_table(O_RDONLY, LOCK_SH, ret);

	if (fd == -ENOENT)
		ret->n = 0;
	return fd < 0 && fd != -ENOENT ? fd : 0;
}

int calldb_lock_failed_logins(struct login_limit_table *ret)
{
	int r = calldb_make_dir(calldb_dir());

	return r < 0 ? r : open_table(O_RDWR | O_CREAT, LOCK_EX, ret);
}

int calldb_save_failed_logins(int lock, const struct login_limit_table *table)
{
	_cleanup_text_ struct text content = { 0 };
	ssize_t n;

	for (size_t i = 0; i < table->n; i++) {
		const struct login_limit_row *row = &table->rows[i];

		text_addf(&content, "%s %s %u %lld\n", row->line,
			  *row->number ? row->number : NO_NUMBER, row->count.n,
			  (long long)row->count.at);
	}
	n = pwrite(lock, text_str(&content), content.len, 0);
	if (n < 0)
		return -errno;
	/* A row that did not fit must not be read as a part of one. */
	if (ftruncate(lock, n == (ssize_t)content.len ? n : 0) < 0)
		return -errno;
	return n == (ssize_t)content.len ? 0 : -ENOSPC;
}
