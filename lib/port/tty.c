/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Serial ports: names, UUCP locks, the process that owns a port. */
#include "port/tty.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>

/* A lock file without a pid in it is being written by a program that made it with O_EXCL; after
 * that long it is junk. */
#define LOCK_EMPTY_S    2
#define LOCK_ATTEMPTS   3
#define LOCK_FILE_BYTES 11 /* "%10d\n", HDB UUCP */

static const char *dev_dir = "/dev";
static const char *lock_dir = "/run/lock";

void tty_set_dirs(const char *dev, const char *lock)
{
	dev_dir = dev;
	lock_dir = lock;
}

char *tty_device_path(const char *name)
{
	return xasprintf("%s/%s", dev_dir, name);
}

static void closedirp(DIR **dir)
{
	if (*dir)
		closedir(*dir);
}
#define _cleanup_closedir_ _cleanup_(closedirp)

/* --- names --- */

int tty_kernel_name(const char *path, char *ret, size_t size)
{
	_cleanup_free_ char *sys = NULL, *real = NULL;
	char target[PATH_MAX];
	struct stat st;
	ssize_t n;

	if (stat(path, &st) < 0)
		return -errno;
	if (!S_ISCHR(st.st_mode))
		return -ENOTTY;
	sys = xasprintf("/sys/dev/char/%u:%u", major(st.st_rdev), minor(st.st_rdev));
	n = readlink(sys, target, sizeof(target) - 1);
	if (n >= 0) {
		target[n] = '\0';
		return base_copy(ret, size, basename(target)) ? 0 : -ENAMETOOLONG;
	}
	/* Slaves of pseudo terminals are not in sysfs. */
	real = realpath(path, NULL);
	if (!real || !str_starts(real, "/dev/"))
		return -ENODEV;
	return base_copy(ret, size, real + strlen("/dev/")) ? 0 : -ENAMETOOLONG;
}

int tty_line_port(const char *line, char *ret, size_t size)
{
	_cleanup_free_ char *path = xasprintf(TTY_LINE_PATH_FORMAT, line);

	return tty_kernel_name(path, ret, size);
}

void tty_lock_name(const char *device, char ret[static 64])
{
	if (str_starts(device, "/dev/"))
		device += strlen("/dev/");
	base_copy(ret, 64, device);
	for (char *p = ret; *p; p++)
		if (*p == '/')
			*p = '_';
}

static char *lock_path(const char *device)
{
	char name[64];

	tty_lock_name(device, name);
	return xasprintf("%s/LCK..%s", lock_dir, name);
}

/* --- locks --- */

static bool is_alive(pid_t pid)
{
	return kill(pid, 0) == 0 || errno != ESRCH;
}

/* ASCII as HDB UUCP, mgetty and pppd write it, or the four bytes of old programs. 0: no pid. */
static pid_t parse_lock(const char *bytes, size_t n)
{
	char *end;
	long pid;
	int old;

	if (n == sizeof(old)) {
		memcpy(&old, bytes, sizeof(old));
		if (old > 0 &&
		    old <= 1 << 22) /* PID_MAX_LIMIT: four digits of text are far above */
			return old;
	}
	pid = strtol(bytes, &end, 10);
	return end != bytes && pid > 0 && pid <= INT_MAX ? (pid_t)pid : 0;
}

/* The living process that a lock file names; 0: none, the lock is stale or absent. -1: it is
 * just being written. */
static pid_t read_lock(const char *path)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	char bytes[32] = "";
	struct stat st;
	ssize_t n;
	pid_t pid;

	if (fd < 0)
		return 0;
	n = read(fd, bytes, sizeof(bytes) - 1);
	pid = parse_lock(bytes, n > 0 ? (size_t)n : 0);
	if (pid)
		return is_alive(pid) ? pid : 0;
	if (fstat(fd, &st) == 0 && time(NULL) - st.st_mtime < LOCK_EMPTY_S)
		return -1;
	return 0;
}

static int write_lock_file(const char *path, pid_t pid)
{
	_cleanup_close_ int fd =
		open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644);
	int r = 0;

	if (fd < 0)
		return -errno;
	if (fchmod(fd, 0644) < 0) /* whatever the umask: other programs must be able to read it */
		r = -errno;
	if (r == 0 && dprintf(fd, "%10d\n", (int)pid) != LOCK_FILE_BYTES)
		r = -EIO;
	if (r < 0)
		unlink(path);
	return r;
}

/* Takes a stale lock out of the way. Moved first and looked at again: between our look and now
 * another program may have replaced it by a good one, which then goes back. */
static void remove_stale(const char *lock, const char *aside)
{
	if (rename(lock, aside) < 0)
		return;
	if (read_lock(aside) != 0)
		(void)!link(aside, lock);
	unlink(aside);
}

int tty_lock(const char *name, pid_t pid, pid_t *ret_holder)
{
	_cleanup_free_ char *lock = lock_path(name);
	_cleanup_free_ char *temp = xasprintf("%s/LTMP.%d", lock_dir, (int)getpid());
	_cleanup_free_ char *aside = xasprintf("%s/LTMP.%d.old", lock_dir, (int)getpid());
	int r = -EBUSY;
	pid_t holder = 0;

	unlink(temp); /* of a dead process that had our pid */
	for (unsigned i = 0; i < LOCK_ATTEMPTS && r == -EBUSY; i++) {
		holder = read_lock(lock);
		if (holder == pid)
			return 0;
		if (holder != 0)
			break;
		remove_stale(lock, aside);
		r = write_lock_file(temp, pid);
		if (r == 0 && link(temp, lock) < 0)
			r = errno == EEXIST ? -EBUSY : -errno;
		unlink(temp);
	}
	if (r == -EBUSY)
		*ret_holder = holder > 0 ? holder : 0;
	return r;
}

void tty_unlock(const char *name, pid_t pid)
{
	_cleanup_free_ char *lock = lock_path(name);
	pid_t holder = read_lock(lock);

	if (holder == pid || holder == 0)
		unlink(lock);
}

bool tty_is_locked(const char *device)
{
	_cleanup_free_ char *lock = lock_path(device);

	return read_lock(lock) != 0;
}

/* --- the process that owns the port --- */

static const char *const link_dirs[] = { "", "serial/by-id", "serial/by-path", "dialisp" };

static void note_owner(struct tty_owner *owner, pid_t pid, const char *lock)
{
	owner->pid = pid;
	base_read_comm(pid, owner->program, sizeof(owner->program));
	base_copy(owner->lock, sizeof(owner->lock), lock);
}

struct watched {
	dev_t number; /* 0: there is no such device */
	pid_t asker;  /* whose lock is no obstacle */
	struct tty_owner *owner;
};

static void ask_lock(const char *device, struct watched *watched)
{
	_cleanup_free_ char *lock = NULL;
	pid_t pid;

	if (watched->owner->pid)
		return;
	lock = lock_path(device);
	pid = read_lock(lock);
	if (pid > 0 && pid != watched->asker)
		note_owner(watched->owner, pid, lock);
}

static struct watched *find_watched(struct watched *watched, size_t n, dev_t number)
{
	for (size_t i = 0; i < n; i++)
		if (watched[i].number && watched[i].number == number)
			return &watched[i];
	return NULL;
}

/* mgetty and others lock only the name they were given, which may be a link. */
static void ask_links(const char *sub, struct watched *watched, size_t n)
{
	_cleanup_free_ char *path = tty_device_path(sub);
	_cleanup_closedir_ DIR *dir = opendir(path);
	struct dirent *e;

	while (dir && (e = readdir(dir))) {
		_cleanup_free_ char *device = NULL;
		struct watched *w;
		struct stat st;

		if (e->d_type != DT_LNK || fstatat(dirfd(dir), e->d_name, &st, 0) < 0)
			continue;
		w = S_ISCHR(st.st_mode) ? find_watched(watched, n, st.st_rdev) : NULL;
		if (!w)
			continue;
		device = xasprintf("%s%s%s", sub, *sub ? "/" : "", e->d_name);
		ask_lock(device, w);
	}
}

/* Entries vanish while we look, and only root may look at all: both mean "not this one".
 * AT_STATX_DONT_SYNC, so that a file on a dead network share does not block. */
static void ask_process(pid_t pid, struct watched *watched, size_t n)
{
	_cleanup_free_ char *path = xasprintf("/proc/%d/fd", (int)pid);
	_cleanup_closedir_ DIR *dir = opendir(path);
	struct dirent *e;

	while (dir && (e = readdir(dir))) {
		struct watched *w;
		struct statx st;

		if (statx(dirfd(dir), e->d_name, AT_STATX_DONT_SYNC, STATX_TYPE, &st) < 0 ||
		    !S_ISCHR(st.stx_mode))
			continue;
		w = find_watched(watched, n, makedev(st.stx_rdev_major, st.stx_rdev_minor));
		if (w && !w->owner->pid)
			note_owner(w->owner, pid, "");
	}
}

static void ask_processes(struct watched *watched, size_t n)
{
	_cleanup_closedir_ DIR *proc = opendir("/proc");
	struct dirent *e;
	unsigned pid;

	while (proc && (e = readdir(proc)))
		if (base_parse_uint(e->d_name, 1, INT_MAX, &pid) == 0 && (pid_t)pid != getpid())
			ask_process((pid_t)pid, watched, n);
}

void tty_find_others(const char *const *names, const pid_t *pids, size_t n,
		     struct tty_owner *ret_owners)
{
	_cleanup_free_ struct watched *watched = xcalloc(n, sizeof(*watched));

	memset(ret_owners, 0, n * sizeof(*ret_owners));
	for (size_t i = 0; i < n; i++) {
		_cleanup_free_ char *path = tty_device_path(names[i]);
		struct stat st;

		watched[i] = (struct watched){ .owner = &ret_owners[i],
					       .asker = pids ? pids[i] : getpid() };
		if (stat(path, &st) == 0 && S_ISCHR(st.st_mode))
			watched[i].number = st.st_rdev;
		ask_lock(names[i], &watched[i]);
	}
	for (size_t i = 0; i < ARRAY_SIZE(link_dirs); i++)
		ask_links(link_dirs[i], watched, n);
	ask_processes(watched, n);
}

void tty_find_owners(const char *const *names, size_t n, struct tty_owner *ret_owners)
{
	tty_find_others(names, NULL, n, ret_owners);
}

/* --- taking it --- */

enum tty_verdict tty_judge_error(int error)
{
	switch (error) {
	case 0:
		return TTY_VERDICT_OK;
	case -EBUSY:
		return TTY_VERDICT_BUSY;
	case -ETIMEDOUT:
		return TTY_VERDICT_WEDGED;
	default:
		return TTY_VERDICT_ERROR;
	}
}

/* Locks first, then searches for other owners: a process that starts later sees our lock. */
void tty_claim(const char *const *names, size_t n, struct tty_claim *ret_claims)
{
	_cleanup_free_ struct tty_owner *owners = xcalloc(n, sizeof(*owners));

	for (size_t i = 0; i < n; i++) {
		ret_claims[i] = (struct tty_claim){ .error = 0 };
		ret_claims[i].error = tty_lock(names[i], getpid(), &ret_claims[i].owner.pid);
	}
	tty_find_owners(names, n, owners);
	for (size_t i = 0; i < n; i++) {
		struct tty_claim *claim = &ret_claims[i];

		if (claim->error == 0 && owners[i].pid)
			tty_unlock(names[i], getpid());
		if (owners[i].pid && (claim->error == 0 || claim->error == -EBUSY))
			*claim = (struct tty_claim){ .error = -EBUSY, .owner = owners[i] };
		claim->verdict = tty_judge_error(claim->error);
	}
}

void tty_describe_claim(const struct tty_claim *claim, char *ret, size_t size)
{
	if (claim->verdict != TTY_VERDICT_BUSY)
		snprintf(ret, size, "could not lock: %s", strerror(-claim->error));
	else if (claim->owner.program[0])
		snprintf(ret, size, "in use by %s (pid %d)", claim->owner.program,
			 (int)claim->owner.pid);
	else
		snprintf(ret, size, "locked by another program");
}
