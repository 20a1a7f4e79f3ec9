/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Memory, scope cleanup, numbers, time and names of processes for all modules. */
#include "util/base.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sysexits.h>
#include <time.h>

static void *check_memory(void *p)
{
	if (p)
		return p;
	fputs("out of memory\n", stderr);
	exit(EX_TEMPFAIL);
}

void *xcalloc(size_t n, size_t size)
{
	return check_memory(calloc(n ? n : 1, size));
}

void *xrealloc(void *p, size_t n, size_t size)
{
	return check_memory(reallocarray(p, n ? n : 1, size));
}

#define GROWS_BY 32

void *xgrow(void *p, size_t n, size_t size)
{
	return n % GROWS_BY ? p : xrealloc(p, n + GROWS_BY, size);
}

char *xstrdup(const char *s)
{
	return s ? check_memory(strdup(s)) : NULL;
}

char *xstrndup(const char *s, size_t n)
{
	return check_memory(strndup(s, n));
}

char *xasprintf(const char *fmt, ...)
{
	va_list ap;
	char *s;

	va_start(ap, fmt);
	s = xvasprintf(fmt, ap);
	va_end(ap);
	return s;
}

char *xvasprintf(const char *fmt, va_list ap)
{
	char *s;

	return check_memory(vasprintf(&s, fmt, ap) < 0 ? NULL : s);
}

void base_freep(void *p)
{
	free(*(void **)p);
}

void base_wipep(char **s)
{
	if (*s)
		explicit_bzero(*s, strlen(*s));
	free(*s);
}

void base_closep(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

int base_parse_uint(const char *s, unsigned min, unsigned max, unsigned *ret)
{
	unsigned long long v = 0;

	if (!*s)
		return -EINVAL;
	for (; *s; s++) {
		if (*s < '0' || *s > '9')
			return -EINVAL;
		v = v * 10 + (unsigned)(*s - '0');
		if (v > max)
			return s[strspn(s, "0123456789")] ? -EINVAL : -ERANGE;
	}
	if (v < min)
		return -ERANGE;
	*ret = (unsigned)v;
	return 0;
}

bool base_copy(char *dst, size_t size, const char *src)
{
	size_t len = src ? strlen(src) : 0, n = len < size ? len : size - 1;

	if (n)
		memcpy(dst, src, n);
	dst[n] = '\0';
	return n == len;
}

int64_t base_now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_BOOTTIME, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

void base_sleep_ms(unsigned ms)
{
	struct timespec ts = { ms / 1000, (long)(ms % 1000) * 1000000 };

	while (nanosleep(&ts, &ts) < 0 && errno == EINTR)
		;
}

void base_read_comm(pid_t pid, char *ret, size_t size)
{
	_cleanup_free_ char *path = xasprintf("/proc/%d/comm", (int)pid);
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);
	char comm[32];
	ssize_t n = fd < 0 ? -1 : read(fd, comm, sizeof(comm) - 1);

	comm[n > 0 ? n : 0] = '\0';
	comm[strcspn(comm, "\n")] = '\0';
	/* users may give a process any name */
	for (char *c = comm; *c; c++)
		if (*c < ' ' || *c > '~')
			*c = '?';
	base_copy(ret, size, comm);
}

bool str_starts(const char *s, const char *prefix)
{
	return strncmp(s, prefix, strlen(prefix)) == 0;
}

bool str_ends(const char *s, const char *suffix)
{
	size_t n = strlen(s), m = strlen(suffix);

	return n >= m && str_eq(s + n - m, suffix);
}

const char *str_next_line(const char *s)
{
	s = strchrnul(s, '\n');
	return *s ? s + 1 : s;
}

void base_copy_clean(char dst[static 64], const char *src)
{
	size_t n = 0;

	for (; src && *src && n < 63; src++) {
		char c = *src == '\t' ? ' ' : *src;

		if (!isascii(c) || (!isalnum((unsigned char)c) && !strchr(" /.:+,=_-", c)))
			continue;
		if (c == ' ' && (n == 0 || dst[n - 1] == ' '))
			continue;
		dst[n++] = c;
	}
	if (n && dst[n - 1] == ' ')
		n--;
	dst[n] = '\0';
}
