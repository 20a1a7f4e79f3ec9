/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dialect: rows of commands, and what one line's modem is told. */
#include "modem/dialect.h"

#include <errno.h>

#include "check.h"
#include "modem/at.h"

#define LINE(...)                                                                                  \
	{                                                                                          \
		.dialect = (char *)__VA_ARGS__                                                     \
	}

static const struct {
	struct line line;
	const char *commands; /* NULL: refused */
} cases[] = {
	{ LINE("cnxt"), "&F E0V1Q0X4W2 &C1&D2S0=0 &K3" },
	{ LINE("usr"), "&F1 E0V1Q0X4S0=0 &A3&B1&C1&D2 &H1&R2" },
	{ LINE("zyxel"), "&F E0V1Q0X4 &B1&N0&C1&D2S0=0 &H3 X7" },
	{ LINE("bsq"), "&F E0V1Q0X4 &C1&D2S0=0 \\Q3 \\N3 W2" },
	{ LINE("elsa"), "&F E0V1Q0X4 &C1&D2S0=0 &K3 W2" },
	{ LINE("generic"), "E0V1Q0 X4 &C1&D2 S0=0 W2" }, /* flow control was not tested */
	{ LINE("generic", .flow = (char *)"\\Q3"), "E0V1Q0 X4 &C1&D2 S0=0 \\Q3 W2" },
	{ LINE("cnxt", .flow = (char *)"none"), "&F E0V1Q0X4W2 &C1&D2S0=0" },
	{ LINE("cnxt", .flow = (char *)"\\Q3"), "&F E0V1Q0X4W2 &C1&D2S0=0 \\Q3" },

	{ LINE("cnxt", .without = (char *)"W2"), "&F E0V1Q0X4 &C1&D2S0=0 &K3" },
	{ LINE("cnxt", .without = (char *)"  &F   X4 W2 E0"), "V1Q0 &C1&D2S0=0 &K3" },
	{ LINE("cnxt", .without = (char *)"W W22 &K D2"),
	  "&F E0V1Q0X4W2 &C1&D2S0=0 &K3" }, /* whole words */
	{ LINE("cnxt", .without = (char *)"&K3"), "&F E0V1Q0X4W2 &C1&D2S0=0" },
	{ LINE("generic", .without = (char *)"S0=0 W2"), "E0V1Q0 X4 &C1&D2" },

	{ LINE("cnxt", .caller_id = true), "&F E0V1Q0X4W2 &C1&D2S0=0 &K3 +VCID=1" },
	{ LINE("cnxt", .caller_id = true, .without = (char *)"+VCID=1"),
	  "&F E0V1Q0X4W2 &C1&D2S0=0 &K3 #CID=1" },
	{ LINE("cnxt", .caller_id = true, .without = (char *)"+VCID=1 #CID=1"),
	  "&F E0V1Q0X4W2 &C1&D2S0=0 &K3" },

	{ LINE("cnxt", .max_rate = 33600), "&F E0V1Q0X4W2 &C1&D2S0=0 &K3 +MS=V34,1,300,33600" },
	{ LINE("usr", .max_rate = 14400, .without = (char *)"+MS=V34,1,300,14400"),
	  "&F1 E0V1Q0X4S0=0 &A3&B1&C1&D2 &H1&R2 &N8&U1" },
	{ LINE("cnxt", .max_rate = 14400, .without = (char *)"+MS=V34,1,300,14400"),
	  "&F E0V1Q0X4W2 &C1&D2S0=0 &K3" },
	{ LINE("cnxt", .max_rate = 9600, .init = (char *)" X3  S7=60 ", .caller_id = true),
	  "&F E0V1Q0X4W2 &C1&D2S0=0 &K3 +MS=V34,1,300,9600 X3 S7=60 +VCID=1" },
	{ LINE("cnxt", .init = (char *)""), "&F E0V1Q0X4W2 &C1&D2S0=0 &K3" },
	/* the administrator's own are never left out */
	{ LINE("generic", .init = (char *)"X4 W2", .without = (char *)"X4 W2"),
	  "E0V1Q0 &C1&D2 S0=0 X4 W2" },

	{ LINE("martian"), NULL },
	{ LINE(NULL), NULL },
};

static void test_commands(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_text_ struct text out = { 0 };
		const char *why = NULL;
		int r = dialect_commands(&cases[i].line, &out, &why);

		check(r == (cases[i].commands ? 0 : -EINVAL), "case %zu: %d", i, r);
		check_str(text_str(&out), cases[i].commands ? cases[i].commands : "");
		check(cases[i].commands || why, "case %zu has no reason", i);
	}
	{
		_cleanup_text_ struct text out = { 0 };
		const char *why;

		text_add(&out, "X1");
		check(dialect_commands(&(struct line)LINE("generic"), &out, &why) == 0);
		check(str_starts(text_str(&out), "X1 E0"), "%s", text_str(&out));
	}
}

/* The settings that mgetty and dialisp rely on, for every dialect. */
static void check_row(const struct dialect *dialect)
{
	static const char *const needed[] = { "E0", "V1", "Q0", "X4", "S0=0", "&C1", "&D2" };
	_cleanup_text_ struct text all = { 0 };

	for (const char *const *group = dialect->groups; *group; group++) {
		_cleanup_text_ struct text body = { 0 };

		dialect_join(*group, NULL, &body);
		check(body.len <= 38, "%s: AT%s is too long for an XE1414", dialect->name,
		      text_str(&body));
		/* ours must pass what we ask of others; only the first may take back what was set
		 * before */
		check(!at_check_init(*group) ||
			      (group == dialect->groups && str_starts(*group, "&F")),
		      "%s: %s", dialect->name, *group);
		text_addf(&all, " %s ", *group);
	}
	for (size_t i = 0; i < ARRAY_SIZE(needed); i++)
		check(dialect_has_word(text_str(&all), needed[i]), "%s has no %s", dialect->name,
		      needed[i]);
	check(!strchr(text_str(&all), '?'), "%s asks", dialect->name);
	check(dialect->flow[0] && dialect->caller_id[0] && dialect->max_rate[0], "%s",
	      dialect->name);
}

static void test_rows(void)
{
	size_t n = 0;

	for (const struct dialect *dialect; (dialect = dialect_at(n)); n++) {
		check(dialect_find(dialect->name) == dialect, "%s", dialect->name);
		check(*dialect->title, "%s", dialect->name);
		check_row(dialect);
	}
	check(n == 6, "%zu dialects", n);
	check(!dialect_find("") && !dialect_find("CNXT") && !dialect_find("cn"));
}

static void test_rate(void)
{
	static const struct {
		const char *format;
		unsigned rate;
		const char *want;
	} rates[] = {
		{ "+MS=V34,1,300,%u", 33600, "+MS=V34,1,300,33600" },
		{ "&N%n&U1", 300, "&N1&U1" },
		{ "&N%n&U1", 1200, "&N2&U1" },
		{ "&N%n&U1", 2400, "&N3&U1" },
		{ "&N%n&U1", 4800, "&N4&U1" },
		{ "&N%n&U1", 9600, "&N6&U1" },
		{ "&N%n&U1", 14400, "&N8&U1" },
		{ "&N%n&U1", 33600, "&N16&U1" },
		{ "%C1%", 2400, "%C1%" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rates); i++) {
		_cleanup_free_ char *body = dialect_format_rate(rates[i].format, rates[i].rate);

		check_str(body, rates[i].want);
	}
}

static void test_words(void)
{
	_cleanup_free_ char *words = NULL;

	check(!dialect_has_word(NULL, "W2") && !dialect_has_word("", "W2") &&
	      !dialect_has_word("W2", ""));
	dialect_add_word(&words, "W2");
	dialect_add_word(&words, "&K3");
	dialect_add_word(&words, "W2");
	check_str(words, "W2 &K3");
	check(dialect_has_word(words, "&K3") && !dialect_has_word(words, "K3") &&
	      !dialect_has_word(words, "&K"));
}

int main(void)
{
	test_commands();
	test_rows();
	test_rate();
	test_words();
	return check_done();
}
