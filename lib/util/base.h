/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What every room needs: memory that never fails quietly, scope cleanup, numbers, time, names of
 * processes. */
#pragma once

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#define ARRAY_SIZE(a)          (sizeof(a) / sizeof((a)[0]))
#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))
/* Of functions that return an error; (void) before a call says that it does not matter. gcc heeds
 * that cast in the second spelling only, which clang 14 knows in C23 only. */
#ifdef __clang__
#define MUST_CHECK __attribute__((warn_unused_result))
#else
#define MUST_CHECK [[nodiscard]]
#endif

/* Memory: these end the program when there is none; the caller owns what they return. The exit
 * status is EX_TEMPFAIL of sysexits.h: try later, and never the 1 by which `dialisp-call ring`
 * would refuse a caller. */
void *xcalloc(size_t n, size_t size);
void *xrealloc(void *p, size_t n, size_t size);
/* Room for one more than n, which came one by one. */
void *xgrow(void *p, size_t n, size_t size);
char *xstrdup(const char *s); /* NULL gives NULL */
char *xstrndup(const char *s, size_t n);
char *xasprintf(const char *fmt, ...) PRINTF_LIKE(1, 2);
char *xvasprintf(const char *fmt, va_list ap) PRINTF_LIKE(1, 0);

/* Scope cleanup: `_cleanup_free_ char *p = NULL;` */
void base_freep(void *p);  /* argument: address of any pointer */
void base_wipep(char **s); /* a string that is secret: overwrites it first */
void base_closep(int *fd); /* closes when >= 0 */
#define _cleanup_(f)    __attribute__((cleanup(f)))
#define _cleanup_free_  _cleanup_(base_freep)
#define _cleanup_close_ _cleanup_(base_closep)

/* The one parser of numbers from outside: decimal digits only, the whole string, range checked.
 * 0, -EINVAL (not a number) or -ERANGE; *ret untouched on failure. */
MUST_CHECK int base_parse_uint(const char *s, unsigned min, unsigned max, unsigned *ret);

/* Copies as much of src (NULL = "") as fits and always terminates; true when all of it fitted. */
bool base_copy(char *dst, size_t size, const char *src);

/* Milliseconds of CLOCK_BOOTTIME: the clock of every deadline and duration here. */
int64_t base_now_ms(void);
void base_sleep_ms(unsigned ms);

/* The name of a running program ("mgetty", 15 bytes at most: proc(5), comm), what is not printable
 * ASCII as '?'; "" when there is no such process. */
void base_read_comm(pid_t pid, char *ret, size_t size);

static inline bool str_eq(const char *a, const char *b)
{
	/* most differ at once, in tables that are walked a thousand times */
	return *a == *b && strcmp(a, b) == 0;
}
static inline bool str_empty(const char *s)
{
	return !s || !*s;
}
bool str_starts(const char *s, const char *prefix);
bool str_ends(const char *s, const char *suffix);
/* Behind the next newline; the end of s if there is none. */
const char *str_next_line(const char *s);

/* Text from a modem or a caller, made safe for files, logs and terminals: printable ASCII without
 * quotes, backslash and shell signs, at most 63 bytes. */
void base_copy_clean(char dst[static 64], const char *src);
