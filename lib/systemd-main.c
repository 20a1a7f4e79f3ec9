/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The main process of a unit, out of its control group. */
#include "systemd.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>

#include "text.h"

#define PIDS_MAX 64 /* a call's hooks included: a unit with more is asked about */

static const char *groups = "/sys/fs/cgroup";

void systemd_set_groups(const char *dir)
{
	groups = dir;
}

/* system-dialisp\x2dline.slice/dialisp-line@line1.service: systemd.slice(5), unless somebody has chosen another slice. */
static void add_group_path(const char *unit, struct text *path)
{
	text_addf(path, "%s/system.slice/system-", groups);
	for (const char *s = unit; *s && *s != '@'; s++)
		text_add_mem(path, *s == '-' ? "\\x2d" : s, *s == '-' ? 4 : 1);
	text_addf(path, ".slice/%s/cgroup.procs", unit);
}

static ssize_t read_file(const char *path, char *ret, size_t size)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, ret, size - 1);

	if (n < 0)
		return -errno;
	ret[n] = '\0';
	return n;
}

/* "pid (name) state ppid ...": proc(5). The name may have brackets of its own. */
static bool is_systemds(pid_t pid)
{
	_cleanup_free_ char *path = xasprintf("/proc/%d/stat", (int)pid);
	char stat[512];
	const char *end;
	int parent;

	if (read_file(path, stat, sizeof(stat)) < 0)
		return false;
	end = strrchr(stat, ')');
	return end && sscanf(end, ") %*c %d", &parent) == 1 && parent == 1;
}

static size_t parse_pids(char *s, pid_t ret[static PIDS_MAX])
{
	size_t n = 0;
	char *line;

	while (n < PIDS_MAX && (line = strsep(&s, "\n"))) {
		unsigned pid;

		if (base_parse_uint(line, 1, INT_MAX, &pid) == 0)
			ret[n++] = (pid_t)pid;
	}
	return n;
}

static bool has_pid(const pid_t *pids, size_t n, pid_t pid)
{
	for (size_t i = 0; i < n; i++)
		if (pids[i] == pid)
			return true;
	return false;
}

/* The only one whose parent systemd is. 0: there is none, or several: an orphan is systemd's child too. */
static pid_t choose(const pid_t *pids, size_t n)
{
	pid_t found = 0;

	if (n == 1)
		return pids[0];
	for (size_t i = 0; i < n; i++) {
		if (!is_systemds(pids[i]))
			continue;
		if (found)
			return 0;
		found = pids[i];
	}
	return found;
}

int systemd_find_main(const char *unit, pid_t likely, pid_t *ret)
{
	_cleanup_text_ struct text path = { 0 };
	char list[PIDS_MAX * 8];
	pid_t pids[PIDS_MAX], found;
	ssize_t len;
	size_t n;

	add_group_path(unit, &path);
	len = read_file(path.s, list, sizeof(list));
	if (len < 0)
		return (int)len;
	n = parse_pids(list, pids);
	if (n == PIDS_MAX || len == sizeof(list) - 1)
		return -EOVERFLOW;
	found = has_pid(pids, n, likely) ? likely : choose(pids, n);
	if (!found)
		return -ESRCH;
	*ret = found;
	return 0;
}
