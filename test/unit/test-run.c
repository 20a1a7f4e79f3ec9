/* SPDX-License-Identifier: GPL-2.0-or-later */
/* run: status, output, input, deadline. */
#include "run.h"

#include <errno.h>
#include <signal.h>

#include "check.h"

#define SH(script)                                                                                           \
	(const char *const[])                                                                                \
	{                                                                                                    \
		"/bin/sh", "-c", script, NULL                                                                \
	}

static void test_cases(void)
{
	const struct {
		const char *const *argv;
		const char *input;
		unsigned timeout_ms;
		int status;
		const char *output;
	} cases[] = {
		{ SH("echo out; echo err >&2; exit 3"), NULL, 5000, 3, "out\nerr\n" },
		{ SH("cat"), NULL, 5000, 0, "" },
		{ SH("cat"), "in\n", 5000, 0, "in\n" },
		{ SH("exit 0"), "nobody reads this", 5000, 0, "" },
		{ SH("kill -KILL $$"), NULL, 5000, 128 + SIGKILL, "" },
		{ SH("echo $PATH $LC_ALL"), NULL, 5000, 0, "/usr/sbin:/usr/bin:/sbin:/bin C.UTF-8\n" },
		{ SH("sleep 30"), NULL, 100, -ETIMEDOUT, "" },
		/* its children go too */
		{ SH("echo a; sleep 30; echo b"), NULL, 300, -ETIMEDOUT, "a\n" },
		/* one that keeps the pipe holds nobody up */
		{ SH("sleep 3 & echo done"), NULL, 2500, 0, "done\n" },
		{ (const char *const[]){ "no-such-program", NULL }, NULL, 100, -ENOENT, "" },
		{ (const char *const[]){ "/etc/passwd", NULL }, NULL, 100, -ENOENT, "" },
		{ (const char *const[]){ "true", NULL }, NULL, 5000, 0, "" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct run run = { cases[i].argv, cases[i].input, cases[i].timeout_ms, false };
		_cleanup_text_ struct text output = { 0 };
		int r = run_program(&run, &output);

		check(r == cases[i].status, "case %zu: %d", i, r);
		check_str(text_str(&output), cases[i].output);
	}
}

/* One that ignores TERM is killed. */
static void test_stubborn(void)
{
	const struct run run = { SH("trap '' TERM; while :; do sleep 1; done"), NULL, 100, false };
	int64_t start = base_now_ms(), took;

	check(run_program(&run, NULL) == -ETIMEDOUT);
	took = base_now_ms() - start;
	check(took < 5000, "%d ms", (int)took);
}

static void test_much_output(void)
{
	const struct run run = { SH("head -c 300000 /dev/zero"), NULL, 10000, false };
	_cleanup_text_ struct text output = { 0 };

	check(run_program(&run, &output) == 0);
	check(output.len == 300000, "%zu bytes", output.len);
}

static void test_find(void)
{
	_cleanup_free_ char *sh = run_find("sh"), *none = run_find("no-such-program"),
			    *same = run_find("/bin/sh");

	check(sh && str_ends(sh, "/sh"));
	check(!none);
	check(same && str_eq(same, "/bin/sh"));
}

int main(void)
{
	test_cases();
	test_stubborn();
	test_much_output();
	test_find();
	return check_done();
}
