/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the fuzz targets share; and reports that go nowhere, but are formatted. */
#include "fuzz.h"

#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>

#include "util/report.h"

#define END 0xff

char *fuzz_string(const uint8_t **data, size_t *size)
{
	const uint8_t *end = *size ? memchr(*data, END, *size) : NULL;
	size_t n = end ? (size_t)(end - *data) : *size;
	char *s = xstrndup((const char *)*data, n);

	*data += end ? n + 1 : n;
	*size -= end ? n + 1 : n;
	return s;
}

void fuzz_text(const uint8_t *data, size_t size, struct text *ret)
{
	text_add_mem(ret, data, size);
}

uint8_t fuzz_byte(const uint8_t **data, size_t *size)
{
	if (!*size)
		return 0;
	(*size)--;
	return *(*data)++;
}

static char dir[] = "/dev/shm/dialisp-fuzz-XXXXXX";

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static void remove_dir(void)
{
	nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

const char *fuzz_dir(void)
{
	static bool is_made;

	if (!is_made) {
		must(mkdtemp(dir));
		atexit(remove_dir);
		is_made = true;
	}
	return dir;
}

void fuzz_write(const char *name, const void *bytes, size_t n)
{
	_cleanup_free_ char *path = xasprintf("%s/%s", fuzz_dir(), name);
	int fd;

	for (char *slash = path + strlen(fuzz_dir()) + 1; (slash = strchr(slash, '/'));
	     *slash++ = '/') {
		*slash = '\0';
		mkdir(path, 0755);
	}
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	must(fd >= 0 && write(fd, bytes, n) == (ssize_t)n);
	close(fd);
}

void fuzz_check_harmless(const char *s)
{
	for (; *s; s++)
		must(*s >= ' ' && *s <= '~');
}

#define REPORT_FUNCTION(name)                                                                      \
	void name(const char *fmt, ...)                                                            \
	{                                                                                          \
		va_list ap;                                                                        \
                                                                                                   \
		va_start(ap, fmt);                                                                 \
		free(xvasprintf(fmt, ap));                                                         \
		va_end(ap);                                                                        \
	}
REPORT_FUNCTION(report_error)
REPORT_FUNCTION(report_warning)
REPORT_FUNCTION(report_info)
REPORT_FUNCTION(report_debug)
