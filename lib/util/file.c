/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files below the root directory: read, written whole or not at all, removed, listed, locked. */
#include "util/file.h"

#include <dirent.h>
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "paths.h"
#include "util/report.h"

#define FILE_SIZE_MAX (4u << 20)

static char *root; /* without a slash at its end; NULL: the real one */

void file_set_root(const char *path)
{
	size_t n = strlen(path);

	while (n && path[n - 1] == '/')
		n--;
	free(root);
	root = n ? xstrndup(path, n) : NULL;
}

bool file_has_root(void)
{
	return root;
}

const char *file_root(void)
{
	return root ? root : "";
}

char *file_path(const char *path)
{
	return xasprintf("%s%s", file_root(), path);
}

/* `size`: from fstat(2), which is 0 for files in /proc. */
static int read_all(int fd, off_t size, struct text *ret)
{
	_cleanup_text_ struct text t = { 0 };
	char buf[16384];
	ssize_t n;

	if (size > 0 && size <= FILE_SIZE_MAX)
		text_reserve(&t, (size_t)size);
	while ((size <= 0 || t.len < (size_t)size) && (n = read(fd, buf, sizeof(buf))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (t.len + (size_t)n > FILE_SIZE_MAX)
			return -EFBIG;
		text_add_mem(&t, buf, (size_t)n);
	}
	text_free(ret);
	*ret = t;
	t = (struct text){ 0 };
	return 0;
}

int file_read_real(const char *path, struct text *ret, struct stat *ret_stat)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	if (ret_stat)
		*ret_stat = st;
	return read_all(fd, st.st_size, ret);
}

int file_read(const char *path, struct text *ret)
{
	_cleanup_free_ char *p = file_path(path);

	return file_read_real(p, ret, NULL);
}

int file_mode(const char *path, mode_t *ret)
{
	_cleanup_free_ char *p = file_path(path);
	struct stat st;

	if (stat(p, &st) < 0)
		return -errno;
	*ret = st.st_mode & 07777;
	return 0;
}

bool file_exists(const char *path)
{
	_cleanup_free_ char *p = file_path(path);
	struct stat st;

	return lstat(p, &st) == 0;
}

bool file_is_owned_by(const char *path, uid_t owner)
{
	_cleanup_free_ char *p = file_path(path);
	struct stat st;

	return lstat(p, &st) == 0 && st.st_uid == owner;
}

/* Each step is invertible, so that a single change always changes the sum; the shift mixes the high
 * bits into the low ones. */
static uint64_t stir(uint64_t sum, const char *s, size_t n)
{
	uint64_t word = 0;

	memcpy(&word, s, n);
	sum = (sum ^ le64toh(word)) * 0x9e3779b97f4a7c15;
	return sum ^ sum >> 32;
}

uint64_t file_checksum(const struct text *content)
{
	const char *s = text_str(content), *end = s + content->len;
	uint64_t sum = ~(uint64_t)content->len;

	for (; end - s >= 8; s += 8)
		sum = stir(sum, s, 8);
	return stir(sum, s, (size_t)(end - s));
}

/* --- publishing --- */

static int sync_directory(const char *dir)
{
	_cleanup_close_ int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0 || fsync(fd) < 0)
		return -errno;
	return 0;
}

static char *parent_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash == path ? xstrdup("/") : xstrndup(path, (size_t)(slash - path));
}

/* `path` as seen below the root */
static mode_t directory_mode(const char *path, mode_t file_mode)
{
	if (str_starts(path, PATH_STATE))
		return 0700;
	return !(file_mode & 077) && str_starts(path, "/etc/dialisp/") ? 0700 : 0755;
}

static int make_directory(const char *dir, mode_t mode)
{
	_cleanup_free_ char *p = file_path(dir), *up = parent_of(p);

	if (mkdir(p, mode) < 0)
		return errno == EEXIST ? 0 : -errno;
	if (chmod(p, mode) < 0) /* the umask may have taken bits */
		return -errno;
	return sync_directory(up);
}

/* `path` as seen below the root; the parents of its directory are 0755 */
static int make_parents(const char *path, mode_t mode)
{
	for (const char *s = strchr(path + 1, '/'); s; s = strchr(s + 1, '/')) {
		_cleanup_free_ char *dir = xstrndup(path, (size_t)(s - path));
		bool last = !strchr(s + 1, '/');
		int r = make_directory(dir, directory_mode(dir, last ? mode : 0755));

		if (r < 0)
			return r;
	}
	return 0;
}

static int write_all(int fd, const struct text *content)
{
	for (size_t done = 0; done < content->len;) {
		ssize_t n = write(fd, content->s + done, content->len - done);

		if (n < 0 && errno != EINTR)
			return -errno;
		if (n > 0)
			done += (size_t)n;
	}
	return 0;
}

/* The new file is never more widely readable than the final one: it is created without access for
 * others and gets its mode before its first byte. `like`: the file it replaces, NULL: none. */
static int write_new(const char *path, const struct text *content, mode_t mode,
		     const struct stat *like)
{
	_cleanup_close_ int fd =
		open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	int r;

	if (fd < 0)
		return -errno;
	if (!root && geteuid() == 0 && fchown(fd, 0, like ? like->st_gid : 0) < 0)
		return -errno;
	if (fchmod(fd, mode) < 0)
		return -errno;
	r = write_all(fd, content);
	if (r == 0 && fsync(fd) < 0)
		r = -errno;
	return r;
}

/* The name has a leading and an inner dot: run-parts, udev, systemd-sysctl and mgetty ignore it. It
 * is constant, so that the next run replaces what an interrupted run left. */
static char *temporary_name(const char *path)
{
	const char *name = strrchr(path, '/') + 1;

	return xasprintf("%.*s.%s.dialisp-new", (int)(name - path), path, name);
}

/* `path` is a real one. */
static int replace_file(const char *path, const struct text *content, mode_t mode,
			const struct stat *like)
{
	_cleanup_free_ char *dir = parent_of(path), *tmp = temporary_name(path);
	int r;

	if (unlink(tmp) < 0 && errno != ENOENT)
		return -errno;
	r = write_new(tmp, content, mode, like);
	if (r == 0 && rename(tmp, path) < 0)
		r = -errno;
	if (r < 0) {
		unlink(tmp);
		return r;
	}
	return sync_directory(dir);
}

/* 1: there is a file; 0: nothing; -errno: not a file that may be replaced */
static int look_at(const char *path, struct stat *ret)
{
	struct stat st;

	if (lstat(path, &st) < 0)
		return errno == ENOENT ? 0 : -errno;
	if (S_ISLNK(st.st_mode))
		return -ELOOP;
	if (!S_ISREG(st.st_mode))
		return S_ISDIR(st.st_mode) ? -EISDIR : -ENOTSUP;
	*ret = st;
	return 1;
}

static int refuse(const char *path, const char *verb, int r)
{
	if (r == -ELOOP)
		report_error(
			"%s: is a symbolic link and is not followed: put the file itself in its place",
			path);
	else
		report_error("%s: could not %s: %s", path, verb, strerror(-r));
	return r;
}

/* The error of open(2) for a socket (ENXIO) would be misleading. */
static int open_no_link(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | O_NOFOLLOW);

	if (fd >= 0)
		return fd;
	return errno == ENXIO ? -ENOTSUP : -errno;
}

int file_look(const char *path, struct text *ret, mode_t *ret_mode)
{
	_cleanup_free_ char *p = file_path(path);
	_cleanup_close_ int fd = open_no_link(p);
	struct stat st;
	int r;

	if (fd == -ENOENT || fd == -ENOTDIR)
		return -ENOENT;
	if (fd < 0)
		return refuse(path, fd == -ELOOP || fd == -ENOTSUP ? "replace" : "read", fd);
	r = fstat(fd, &st) < 0 ? -errno : 0;
	if (r == 0 && !S_ISREG(st.st_mode))
		return refuse(path, "replace", S_ISDIR(st.st_mode) ? -EISDIR : -ENOTSUP);
	if (r == 0)
		r = read_all(fd, st.st_size, ret);
	if (r < 0)
		return refuse(path, "read", r);
	*ret_mode = st.st_mode & 07777;
	return 0;
}

int file_write(const char *path, const struct text *content, mode_t mode)
{
	_cleanup_free_ char *p = file_path(path);
	struct stat st;
	int r = make_parents(path, mode), was;

	if (r < 0)
		return refuse(path, "make its directory", r);
	was = look_at(p, &st);
	if (was < 0)
		return refuse(path, "replace", was);
	r = replace_file(p, content, mode, was ? &st : NULL);
	return r < 0 ? refuse(path, "write", r) : 0;
}

int file_remove(const char *path)
{
	_cleanup_free_ char *p = file_path(path), *dir = parent_of(p), *tmp = temporary_name(p);
	struct stat st;
	int r = look_at(p, &st);

	if (r == 0 || r == -ENOTDIR)
		return 0;
	if (r < 0)
		return refuse(path, "remove", r);
	unlink(tmp);
	r = unlink(p) < 0 && errno != ENOENT ? -errno : sync_directory(dir);
	return r < 0 ? refuse(path, "remove", r) : 0;
}

int file_clear(const char *dir, const char *part)
{
	_cleanup_free_ char *p = file_path(dir);
	DIR *d = opendir(p);
	struct dirent *e;
	int r = d ? 0 : -errno;

	while (r == 0 && (e = readdir(d)))
		if (!str_eq(e->d_name, ".") && !str_eq(e->d_name, "..") &&
		    (!part || strstr(e->d_name, part)) && unlinkat(dirfd(d), e->d_name, 0) < 0)
			r = -errno;
	if (d)
		closedir(d);
	if (r == 0 && !part && rmdir(p) < 0)
		r = -errno;
	return r < 0 ? refuse(dir, "clear", r) : 0;
}

/* --- directories, the lock --- */

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

int file_list(const char *dir, const char *suffix, char ***ret_names, size_t *ret_n)
{
	_cleanup_free_ char *p = file_path(dir);
	char **names = NULL;
	struct dirent *e;
	size_t n = 0;
	DIR *d = opendir(p);

	if (!d && errno != ENOENT)
		return -errno;
	while (d && (e = readdir(d))) {
		size_t len = strlen(e->d_name), cut = strlen(suffix);

		if (e->d_name[0] == '.' || len <= cut || !str_ends(e->d_name, suffix))
			continue;
		names = xrealloc(names, n + 1, sizeof(*names));
		names[n++] = xstrndup(e->d_name, len - cut);
	}
	if (d)
		closedir(d);
	if (n)
		qsort(names, n, sizeof(*names), compare_names);
	*ret_names = names;
	*ret_n = n;
	return 0;
}

static pid_t read_holder(int fd)
{
	char buf[16] = "";
	unsigned pid = 0;

	if (pread(fd, buf, sizeof(buf) - 1, 0) <= 0)
		return 0;
	buf[strcspn(buf, "\n")] = '\0';
	return base_parse_uint(buf, 1, INT32_MAX, &pid) == 0 ? (pid_t)pid : 0;
}

int file_lock(const char *path, pid_t *ret_holder)
{
	_cleanup_free_ char *p = file_path(path);
	int fd, r = make_parents(path, 0644);

	if (r < 0)
		return r;
	fd = open(p, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
	if (fd < 0)
		return -errno;
	if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
		r = -errno;
		*ret_holder = read_holder(fd);
		close(fd);
		return r;
	}
	if (ftruncate(fd, 0) < 0 || dprintf(fd, "%d\n", (int)getpid()) < 0)
		report_debug("%s: could not write our pid: %s", path, strerror(errno));
	return fd;
}
