/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Help texts: columns that stay apart, no line too long; and what a mistyped word was meant to be.
 */
#include "util/help.h"

#include "check.h"

#define TEN "123456789 "

static void test_rows(void)
{
	static const struct {
		const char *left, *help, *want;
	} cases[] = {
		{ "free", "tell it", "  free      tell it\n" },
		{ "12345678", "two blanks are left", "  12345678  two blanks are left\n" },
		{ "123456789", "none are", "  123456789\n            none are\n" },
		{ "firewall prepare|load", "rules",
		  "  firewall prepare|load\n            rules\n" },
		{ "x", TEN TEN TEN TEN TEN TEN TEN TEN "12345678", /* 100 columns */
		  "  x         " TEN TEN TEN TEN TEN TEN TEN TEN "12345678\n" },
		{ "x", TEN TEN TEN TEN TEN TEN TEN TEN "123456789",
		  "  x         " TEN TEN TEN TEN TEN TEN TEN "123456789\n            123456789\n" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_text_ struct text out = { 0 };

		help_add_row(&out, 12, cases[i].left, cases[i].help);
		check_str(text_str(&out), cases[i].want);
	}
}

static void test_words(void)
{
	_cleanup_text_ struct text out = { 0 };

	text_add(&out, "line\nusage: x");
	for (unsigned i = 0; i < 20; i++)
		help_add_word(&out, 7, "[--option N]");
	for (char *save = NULL, *line = strtok_r(out.s, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		check(strlen(line) <= HELP_WIDTH, "%s", line);
		check(str_eq(line, "line") || str_starts(line, "usage: x [--") ||
			      str_starts(line, "       [--"),
		      "%s", line);
		check(str_eq(line, "line") || str_ends(line, " N]"), "%s", line);
	}
}

int main(void)
{
	test_rows();
	test_words();
	return check_done();
}
