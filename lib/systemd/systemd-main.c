/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The main process of a unit, determined from its control group. */
#include "systemd/systemd.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>

/* system-TEMPLATE.slice with the dash of the name escaped: systemd.slice(5), unless another slice
 * is configured. */
#define GROUPS   "/sys/fs/cgroup/system.slice/system-dialisp\\x2dline.slice"
#define PIDS_MAX 64 /* including the hooks of a call; for more, systemd is queried */

int systemd_open_groups(void)
{
	return open(GROUPS, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

static ssize_t read_file(int dir, const char *path, char *ret, size_t size)
{
	_cleanup_close_ int fd = openat(dir, path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, ret, size - 1);

	if (n < 0)
		return -errno;
	ret[n] = '\0';
	return n;
}

/* "pid (name) state ppid ...": proc(5). The name may contain brackets. */
static bool is_systemds(pid_t pid)
{
	_cleanup_free_ char *path = xasprintf("/proc/%d/stat", (int)pid);
	char stat[512];
	const char *end;
	int parent;

	if (read_file(AT_FDCWD, path, stat, sizeof(stat)) < 0)
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

/* The only process whose parent is systemd. 0: none or several: orphans are reparented to init,
 * too. */
static pid_t choose_main(const pid_t *pids, size_t n)
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

int systemd_find_main(int groups, const char *unit, pid_t likely, pid_t *ret)
{
	_cleanup_free_ char *path = xasprintf("%s/cgroup.procs", unit);
	char list[PIDS_MAX * 8];
	pid_t pids[PIDS_MAX], found;
	ssize_t len = read_file(groups, path, list, sizeof(list));
	size_t n = len < 0 ? 0 : parse_pids(list, pids);

	if (len < 0)
		return (int)len;
	if (n == PIDS_MAX || len == sizeof(list) - 1)
		return -EOVERFLOW;
	found = has_pid(pids, n, likely) ? likely : choose_main(pids, n);
	if (!found)
		return -ESRCH;
	*ret = found;
	return 0;
}
