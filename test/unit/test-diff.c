/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Differences as diff(1) shows them, under our names. */
#include "util/diff.h"

#include "check.h"

#define HEAD "--- o\n+++ n\n"

static void test_cases(void)
{
	static const struct {
		const char *old_text, *new_text, *want;
	} cases[] = {
		{ "", "", "" },
		{ "a\n", "a\n", "" },
		{ "", "a\n", HEAD "@@ -0,0 +1 @@\n+a\n" },
		{ "a\n", "", HEAD "@@ -1 +0,0 @@\n-a\n" },
		{ "", "a\n\nb", HEAD "@@ -0,0 +1,3 @@\n+a\n+\n+b\n\\ No newline at end of file\n" },
		{ "a\nb\n", "", HEAD "@@ -1,2 +0,0 @@\n-a\n-b\n" },
		{ "a\nb", "a\nc\n",
		  HEAD "@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+c\n" },
		{ "1\n2\n3\n4\n5\n6\n", "1\n2\n3\n4\nx\n6\n",
		  HEAD "@@ -2,5 +2,5 @@\n 2\n 3\n 4\n-5\n+x\n 6\n" },
		{ "a\r\n\x01\xff\n", "a\n\x01\xff\n",
		  HEAD "@@ -1,2 +1,2 @@\n-a\r\n+a\n \x01\xff\n" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_text_ struct text a = { 0 }, b = { 0 }, have = { 0 };

		text_add(&a, cases[i].old_text);
		text_add(&b, cases[i].new_text);
		check(diff_unified("o", &a, "n", &b, &have) == 0);
		check_str(text_str(&have), cases[i].want);
	}
}

/* Bytes that are no text are shown all the same, and much is shown whole. */
static void test_bytes(void)
{
	_cleanup_text_ struct text a = { 0 }, b = { 0 }, have = { 0 };

	text_add_mem(&a, "a\0b\n", 4);
	check(diff_unified("o", &a, "/dev/null", &b, &have) == 0);
	check(have.len == strlen("--- o\n+++ /dev/null\n@@ -1 +0,0 @@\n-a") + 3, "%zu", have.len);
	for (unsigned i = 0; i < 100000; i++)
		text_addf(&b, "%u\n", i);
	text_clear(&a);
	check(diff_unified("o", &a, "n", &b, &have) == 0 && str_ends(have.s, "\n+99999\n"));
}

int main(void)
{
	test_cases();
	test_bytes();
	return check_done();
}
