/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers from outside, bounded copies, string ends. */
#include "util/base.h"

#include <errno.h>
#include <sys/wait.h>
#include <wchar.h>

#include "check.h"

static const struct {
	const char *s;
	unsigned min, max;
	int r;
	unsigned value;
} numbers[] = {
	{ "0", 0, 9, 0, 0 },
	{ "9", 0, 9, 0, 9 },
	{ "10", 0, 9, -ERANGE, 0 },
	{ "0", 1, 9, -ERANGE, 0 },
	{ "007", 0, 9, 0, 7 },
	{ "010", 0, 100, 0, 10 }, /* never octal */
	{ "4294967295", 0, UINT32_MAX, 0, UINT32_MAX },
	{ "4294967296", 0, UINT32_MAX, -ERANGE, 0 },
	{ "99999999999999999999999999999999", 0, UINT32_MAX, -ERANGE, 0 },
	{ "99999999999999999999999999999999x", 0, UINT32_MAX, -EINVAL, 0 },
	{ "", 0, 9, -EINVAL, 0 },
	{ " 1", 0, 9, -EINVAL, 0 },
	{ "1 ", 0, 9, -EINVAL, 0 },
	{ "+1", 0, 9, -EINVAL, 0 },
	{ "-1", 0, 9, -EINVAL, 0 },
	{ "0x1", 0, 9, -EINVAL, 0 },
	{ "1.5", 0, 9, -EINVAL, 0 },
};

static void test_numbers(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
		unsigned value = 4711;
		int r = base_parse_uint(numbers[i].s, numbers[i].min, numbers[i].max, &value);

		check(r == numbers[i].r, "\"%s\": %d", numbers[i].s, r);
		check(value == (r ? 4711 : numbers[i].value), "\"%s\": %u", numbers[i].s, value);
	}
}

static void test_copy(void)
{
	char s[4] = "xyz";

	check(base_copy(s, sizeof(s), "abc"));
	check_str(s, "abc");
	check(!base_copy(s, sizeof(s), "abcd"));
	check_str(s, "abc");
	check(base_copy(s, sizeof(s), NULL));
	check_str(s, "");
}

static void test_strings(void)
{
	check(str_starts("abc", "ab") && str_starts("abc", "") && !str_starts("ab", "abc"));
	check(str_ends("a.conf", ".conf") && !str_ends("conf", ".conf") && str_ends("x", ""));
	check(str_empty(NULL) && str_empty("") && !str_empty(" "));
}

static void test_lines(void)
{
	check_str(str_next_line("a\nb\n"), "b\n");
	check_str(str_next_line("\n\n"), "\n");
	check_str(str_next_line("a\n"), "");
	check_str(str_next_line("a"), "");
	check_str(str_next_line(""), "");
}

static void test_memory(void)
{
	_cleanup_free_ char *formatted = xasprintf("%s-%d", "line", 7),
			    *cut = xstrndup("abcdef", 3);
	_cleanup_free_ int *zeroed = xcalloc(3, sizeof(*zeroed));

	check_str(formatted, "line-7");
	check_str(cut, "abc");
	check(zeroed[0] == 0 && zeroed[2] == 0);
	check(xstrdup(NULL) == NULL);
}

/* dialisp-call ring must never exit 1: mgetty would refuse the caller. */
static void test_no_memory(void)
{
	int status = -1;
	pid_t pid = fork();

	if (pid == 0) {
		close(STDERR_FILENO);
		free(xasprintf("%lc",
			       (wint_t)0x7fffffff)); /* a failure that needs no full memory */
		_exit(0);
	}
	waitpid(pid, &status, 0);
	check(WIFEXITED(status) && WEXITSTATUS(status) == 75, "%#x", status);
}

static void test_comm(void)
{
	char own[32], cut[3], none[8] = "unset";

	base_read_comm(getpid(), own, sizeof(own));
	check_str(own, "test-base");
	base_read_comm(getpid(), cut, sizeof(cut));
	check_str(cut, "te");
	base_read_comm(0, none, sizeof(none));
	check_str(none, "");
}

static void test_time(void)
{
	int64_t before = base_now_ms();

	base_sleep_ms(20);
	check(base_now_ms() - before >= 20, "slept %lld ms", (long long)(base_now_ms() - before));
}

int main(void)
{
	test_numbers();
	test_copy();
	test_strings();
	test_lines();
	test_memory();
	test_no_memory();
	test_comm();
	test_time();
	return check_done();
}
