/* SPDX-License-Identifier: GPL-2.0-or-later */
/* For all modules: allocation that exits on failure, scope cleanup, numbers, time, names of
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
/* For functions that return an error; a cast to void ignores it. gcc accepts that cast only with
 * the second spelling, which clang 14 supports only in C23. */
#ifdef __clang__
#define MUST_CHECK __attribute__((warn_unused_result))
#else
#define MUST_CHECK [[nodiscard]]
#endif

/* Memory: these exit if the allocation fails; the caller owns what they return. The exit status is
 * EX_TEMPFAIL of sysexits.h, never 1, by which `dialisp-call ring` refuses a caller. */
void *xcalloc(size_t n, size_t size);
void *xrealloc(void *p, size_t n, size_t size);
/* Capacity for element n + 1 of an array that grows by one at a time. */
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

/* Copies as much of src (NULL = "") as fits, always NUL-terminated; true if all of it fitted. */
bool base_copy(char *dst, size_t size, const char *src);

/* Milliseconds of CLOCK_BOOTTIME: the clock of every deadline and duration here. */
int64_t base_now_ms(void);
void base_sleep_ms(unsigned ms);

/* The name of a running program ("mgetty", 15 bytes at most: proc(5), comm), '?' for bytes that are
 * not printable ASCII; "" if there is no such process. */
void base_read_comm(pid_t pid, char *ret, size_t size);

static inline bool str_eq(const char *a, const char *b)
{
	/* most differ in the first byte; tables are searched thousands of times */
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
