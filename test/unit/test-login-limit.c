/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Failed logins: what history makes which delay for whom, and that no history outgrows its table.
 */
#include "call/login-limit.h"

#include <stdio.h>

#include "check.h"

static const struct site site = { .max_failed_logins = 5, .failed_login_delay_s = 30 };

static void test_number(void)
{
	static const struct {
		const char *caller_id, *number;
	} cases[] = {
		{ "", "" },
		{ "5551234", "5551234" },
		{ "+49 30 555-1234", "49305551234" },
		{ "P", "" },
		{ "O", "" },
		{ "PRIVATE", "" },
		{ "none", "" },
		{ "555 1234\n5", "55512345" },
		{ "12345678901234567890123456789012345", "1234567890123456789012345678901" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char number[LOGIN_LIMIT_NUMBER_MAX + 1] = "before";

		login_limit_take_number(number, cases[i].caller_id);
		check_str(number, cases[i].number);
	}
}

/* Failed logins, then a call. */
struct failures {
	const char *line, *number;
	unsigned n;
	int64_t at; /* all of them */
};

static void test_wait(void)
{
	static const struct {
		struct failures failures[4];
		const char *line, *number;
		int64_t now;
		unsigned wait_s;
	} cases[] = {
		{ { { 0 } }, "line1", "1", 1000, 0 },
		/* a number: the first ones are free */
		{ { { "line1", "1", 4, 1000 } }, "line1", "1", 1000, 0 },
		{ { { "line1", "1", 5, 1000 } }, "line1", "1", 1000, 30 },
		{ { { "line1", "1", 6, 1000 } }, "line1", "1", 1000, 60 },
		{ { { "line1", "1", 7, 1000 } }, "line1", "1", 1000, 120 },
		{ { { "line1", "1", 8, 1000 } }, "line1", "1", 1000, 240 },
		/* it grows no further */
		{ { { "line1", "1", 9, 1000 } }, "line1", "1", 1000, 240 },
		{ { { "line1", "1", 5000, 1000 } }, "line1", "1", 1000, 240 },
		/* since the last failure, not since the ring */
		{ { { "line1", "1", 5, 1000 } }, "line1", "1", 1020, 10 },
		{ { { "line1", "1", 5, 1000 } }, "line1", "1", 1030, 0 },
		{ { { "line1", "1", 5, 1000 } }, "line1", "1", 2000, 0 },
		{ { { "line1", "1", 5, 1000 }, { "line1", "1", 1, 2000 } },
		  "line1",
		  "1",
		  2000,
		  60 },
		/* whichever line it calls */
		{ { { "line1", "1", 3, 1000 }, { "line2", "1", 2, 1001 } },
		  "line3",
		  "1",
		  1001,
		  30 },
		/* no other caller waits */
		{ { { "line1", "1", 50, 1000 } }, "line1", "2", 1000, 0 },
		{ { { "line1", "1", 50, 1000 } }, "line1", "", 1000, 0 },
		{ { { "line1", "1", 50, 1000 } }, "line2", "2", 1000, 0 },
		/* callers without a number are one on their line */
		{ { { "line1", "", 5, 1000 } }, "line1", "", 1000, 30 },
		{ { { "line1", "", 50, 1000 } }, "line1", "1", 1000, 0 },
		{ { { "line1", "", 50, 1000 } }, "line2", "", 1000, 0 },
		{ { { "line1", "", 4, 1000 }, { "line2", "", 4, 1000 } }, "line1", "", 1000, 0 },
		/* another number each time: not yet enough of them */
		{ { { "line1", "1", 1, 1000 },
		    { "line1", "2", 1, 1001 },
		    { "line1", "3", 1, 1002 },
		    { "line1", "4", 1, 1003 } },
		  "line1",
		  "9",
		  1003,
		  0 },
		/* forgotten */
		{ { { "line1", "1", 50, 1000 } }, "line1", "1", 1000 + LOGIN_LIMIT_MEMORY_S, 0 },
		{ { { "line1", "1", 50, 1000 }, { "line1", "1", 1, 1000 + LOGIN_LIMIT_MEMORY_S } },
		  "line1",
		  "1",
		  1000 + LOGIN_LIMIT_MEMORY_S,
		  0 },
		{ { { "line1", "1", 50, 1000 }, { "line1", "1", 1, 999 + LOGIN_LIMIT_MEMORY_S } },
		  "line1",
		  "1",
		  999 + LOGIN_LIMIT_MEMORY_S,
		  240 },
		/* seconds after the boot */
		{ { { "line1", "1", 5, 0 } }, "line1", "1", 0, 30 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct login_limit_table table = { 0 };
		unsigned wait_s;

		for (size_t j = 0; j < ARRAY_SIZE(cases[i].failures); j++) {
			const struct failures *f = &cases[i].failures[j];

			for (unsigned n = 0; n < f->n; n++)
				login_limit_add(&table, f->line, f->number, f->at);
		}
		wait_s = login_limit_wait_s(&table, &site, cases[i].line, cases[i].number,
					    cases[i].now);
		check(wait_s == cases[i].wait_s, "case %zu: %u s", i, wait_s);
	}
}

static void test_settings(void)
{
	static const struct {
		struct site site;
		unsigned n, wait_s;
	} cases[] = {
		{ { .max_failed_logins = 0, .failed_login_delay_s = 30 }, 1000, 0 },
		{ { .max_failed_logins = 1, .failed_login_delay_s = 300 }, 1, 300 },
		{ { .max_failed_logins = 1, .failed_login_delay_s = 300 }, 4, 2400 },
		{ { .max_failed_logins = 100, .failed_login_delay_s = 1 }, 99, 0 },
		{ { .max_failed_logins = 100, .failed_login_delay_s = 1 }, 100, 1 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct login_limit_table table = { 0 };
		unsigned n = 0, wait_s;

		while (n < cases[i].n)
			check(login_limit_add(&table, "line1", "1", 1000) == ++n);
		wait_s = login_limit_wait_s(&table, &cases[i].site, "line1", "1", 1000);
		check(wait_s == cases[i].wait_s, "case %zu: %u s", i, wait_s);
	}
}

static void test_forged_numbers(void)
{
	struct login_limit_table table = { 0 };
	unsigned long waited_s = 0;

	for (unsigned n = 0; n < 20; n++) {
		char number[16];

		snprintf(number, sizeof(number), "555%u", n);
		waited_s += login_limit_wait_s(&table, &site, "line1", number, 1000);
		login_limit_add(&table, "line1", number, 1000);
	}
	check(waited_s == 30 + 60 + 120 + 12 * 240, "%lu", waited_s);
	check(login_limit_wait_s(&table, &site, "line2", "1", 1000) == 0);
	check(login_limit_wait_s(&table, &site, "line1", "1", 1241) == 0);
}

static void test_forget(void)
{
	struct login_limit_table table = { 0 };

	for (unsigned n = 0; n < 5; n++) {
		login_limit_add(&table, "line1", "1", 1000);
		login_limit_add(&table, "line1", "2", 1000);
		login_limit_add(&table, "line1", "", 1000);
		login_limit_add(&table, "line2", "", 1000);
	}
	check(!login_limit_forget(&table, "line1", "3") && table.n == 4);
	check(login_limit_forget(&table, "line2", "1") &&
	      table.n == 3); /* got in on another line */
	check(!login_limit_forget(&table, "line2", "1"));
	check(login_limit_forget(&table, "line1", ""));
	check(login_limit_wait_s(&table, &site, "line1", "1", 1000) == 0);
	check(login_limit_wait_s(&table, &site, "line1", "", 1000) == 0);
	check(login_limit_wait_s(&table, &site, "line1", "2", 1000) == 30);
	check(login_limit_wait_s(&table, &site, "line2", "", 1000) == 30);
	check(login_limit_add(&table, "line1", "1", 1000) == 1);
}

/* Ever new numbers push out each other, not the one that tried often. */
static void test_full(void)
{
	struct login_limit_table table = { 0 };

	login_limit_add(&table, "line2", "77", 1000);
	login_limit_add(&table, "line2", "77", 1000);
	for (unsigned n = 0; n < 100000; n++) {
		char number[16];

		snprintf(number, sizeof(number), "555%u", n);
		check(login_limit_add(&table, "line1", number, 1001 + n / 100) == 1);
		check(table.n <= LOGIN_LIMIT_ROWS_MAX);
	}
	check(table.n == LOGIN_LIMIT_ROWS_MAX);
	check(login_limit_add(&table, "line2", "77", 2001) == 3);
	check(login_limit_add(&table, "line1", "55599999", 2001) == 2); /* the newest is there */
	check(login_limit_add(&table, "line1", "5550", 2001) == 1);     /* the oldest is not */
}

static void test_count(void)
{
	struct login_limit_count count = { 0 };

	check(login_limit_current(&count, 0) == 0 && login_limit_current(&count, 99999) == 0);
	login_limit_count_one(&count, 10);
	login_limit_count_one(&count, 20);
	check(count.n == 2 && count.at == 20);
	check(login_limit_current(&count, 19 + LOGIN_LIMIT_MEMORY_S) == 2 &&
	      login_limit_current(&count, 20 + LOGIN_LIMIT_MEMORY_S) == 0);
	count.n = UINT32_MAX;
	login_limit_count_one(&count, 30);
	check(count.n == UINT32_MAX);
}

int main(void)
{
	test_number();
	test_wait();
	test_settings();
	test_forged_numbers();
	test_forget();
	test_full();
	test_count();
	return check_done();
}
