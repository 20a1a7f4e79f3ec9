/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The main process of a unit out of its control group, which is a file here; systemd itself is
 * test/vm's. */
#include "systemd/systemd.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "check.h"
#include "process.h"

#define UNIT "dialisp-line@line1.service"

static char dir[] = "/tmp/test-systemd-XXXXXX";
static int groups;

static void put(const char *pids)
{
	_cleanup_close_ int fd = openat(groups, UNIT "/cgroup.procs",
					O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	check(write(fd, pids, strlen(pids)) == (ssize_t)strlen(pids));
}

static void test_list(void)
{
	char own[32], many[600] = "";
	const struct {
		const char *pids;
		pid_t likely;
		int want;
		pid_t pid;
	} cases[] = {
		{ "4711\n", 0, 0, 4711 },
		{ "4711\n", 812, 0, 4711 },
		{ "4711\n812\n813\n", 812, 0, 812 },
		{ "", 0, -ESRCH, 1 },
		{ own, 0, -ESRCH, 1 }, /* two, and neither is a child of process 1 */
		{ own, 812, -ESRCH, 1 },
		{ "junk\n-5\n0\n", 0, -ESRCH, 1 },
		{ many, 0, -EOVERFLOW, 1 },
	};

	snprintf(own, sizeof(own), "%d\n%d\n", (int)getpid(), (int)getpid());
	for (size_t i = 0; i < 64; i++)
		strcat(many, "1234567\n");
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		pid_t pid = 1;
		int r;

		put(cases[i].pids);
		r = systemd_find_main(groups, UNIT, cases[i].likely, &pid);
		check(r == cases[i].want && pid == cases[i].pid, "case %zu: %d, pid %d", i, r,
		      (int)pid);
	}
}

/* A child whose parent has exited is reparented to process 1, or to a subreaper here. */
static pid_t make_orphan(int *ret_parent)
{
	pid_t orphan = 0;
	int ends[2];

	check(pipe(ends) == 0);
	if (fork() == 0) {
		pid_t pid = fork();

		if (pid > 0 && write(ends[1], &pid, sizeof(pid)) == sizeof(pid))
			_exit(0);
		while (getppid() != 1 && usleep(1000) == 0)
			;
		pause();
	}
	check(read(ends[0], &orphan, sizeof(orphan)) == sizeof(orphan));
	wait(NULL);
	close(ends[0]);
	close(ends[1]);
	*ret_parent = 0;
	for (int i = 0; i < 1000 && *ret_parent != 1; i++) {
		_cleanup_free_ char *path = xasprintf("/proc/%d/stat", (int)orphan);
		FILE *f = fopen(path, "r");

		check(f && fscanf(f, "%*d %*s %*c %d", ret_parent) == 1);
		fclose(f);
		usleep(1000);
	}
	return orphan;
}

static void test_parents(void)
{
	_cleanup_free_ char *pids = NULL, *orphans = NULL;
	int parent, other_parent;
	pid_t main_pid = make_orphan(&parent), other = make_orphan(&other_parent), found = 0;

	if (parent == 1 && other_parent == 1) {
		pids = xasprintf("%d\n%d\n", (int)getpid(), (int)main_pid);
		put(pids);
		check(systemd_find_main(groups, UNIT, 0, &found) == 0 && found == main_pid, "%d",
		      (int)found);
		orphans = xasprintf("%d\n%d\n", (int)other, (int)main_pid);
		put(orphans);
		check(systemd_find_main(groups, UNIT, 0, &found) == -ESRCH);
		check(systemd_find_main(groups, UNIT, main_pid, &found) == 0 && found == main_pid);
	}
	end_process(main_pid);
	end_process(other);
}

int main(void)
{
	check(mkdtemp(dir));
	groups = open(dir, O_PATH | O_CLOEXEC);
	check(systemd_find_main(-1, UNIT, 0, &(pid_t){ 0 }) == -EBADF);
	check(systemd_find_main(groups, UNIT, 0, &(pid_t){ 0 }) == -ENOENT);
	check(mkdirat(groups, UNIT, 0700) == 0);
	test_list();
	test_parents();
	check(unlinkat(groups, UNIT "/cgroup.procs", 0) == 0 &&
	      unlinkat(groups, UNIT, AT_REMOVEDIR) == 0 && remove(dir) == 0);
	close(groups);
	return check_done();
}
