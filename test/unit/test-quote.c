/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What each grammar writes, what it refuses, and that its reader gets the value back. */
#include "util/quote.h"

#include <errno.h>

#include "check.h"

static const struct {
	enum quote grammar;
	const char *value, *want; /* NULL: refused */
} cases[] = {
	{ QUOTE_PLAIN, "", "" },
	{ QUOTE_PLAIN, "10.77.0.0/24", "10.77.0.0/24" },
	{ QUOTE_PLAIN, "usb-0:1.3:1.0 a@b%c+d,{x}_", "usb-0:1.3:1.0 a@b%c+d,{x}_" },
	{ QUOTE_PLAIN, "a\nb", NULL },
	{ QUOTE_PLAIN, "a;b", NULL },
	{ QUOTE_PLAIN, "a\"b", NULL },
	{ QUOTE_PLAIN, "$(x)", NULL },
	{ QUOTE_PLAIN, "`x`", NULL },
	{ QUOTE_PLAIN, "#x", NULL },
	{ QUOTE_PLAIN, "\xc3\xa4", NULL },

	{ QUOTE_PPPD, "10.77.0.1:10.77.0.2", "10.77.0.1:10.77.0.2" },
	{ QUOTE_PPPD, "", "\"\"" },
	{ QUOTE_PPPD, "ab#c", "\"ab#c\"" },
	{ QUOTE_PPPD, "#", "\"#\"" },
	{ QUOTE_PPPD, "it's", "\"it's\"" },
	{ QUOTE_PPPD, "a b", "\"a b\"" },
	{ QUOTE_PPPD, "\\", "\"\\\\\"" },
	{ QUOTE_PPPD, "\"", "\"\\\"\"" },
	{ QUOTE_PPPD, "\\s\\x41", "\"\\\\s\\\\x41\"" },
	{ QUOTE_PPPD, "a\tb", NULL },
	{ QUOTE_PPPD, "a\r", NULL },
	{ QUOTE_PPPD, "\x1b[2J", NULL },
	{ QUOTE_PPPD, "\x7f", NULL },
	{ QUOTE_PPPD, "p\xc3\xa4ss", NULL },

	{ QUOTE_SECRETS, "ann", "\"ann\"" },
	{ QUOTE_SECRETS, "", NULL },
	{ QUOTE_SECRETS, "* \"dialisp\" x *", "\"* \\\"dialisp\\\" x *\"" },
	{ QUOTE_SECRETS, "x\nroot * \"\" *", NULL },
	{ QUOTE_SECRETS, "a'b\\", "\"a'b\\\\\"" },

	{ QUOTE_MGETTY, "", "" },
	{ QUOTE_MGETTY, "dialisp/line1", "dialisp/line1" },
	{ QUOTE_MGETTY, "a # b", "a # b" },
	{ QUOTE_MGETTY, "# a", NULL },
	{ QUOTE_MGETTY, "a\\", NULL },
	{ QUOTE_MGETTY, "a\\b", "a\\b" },
	{ QUOTE_MGETTY, "a  b", NULL },
	{ QUOTE_MGETTY, " a", NULL },
	{ QUOTE_MGETTY, "a ", NULL },
	{ QUOTE_MGETTY, "a\tb", NULL },
	{ QUOTE_MGETTY, "a\nport x", NULL },

	{ QUOTE_CHAT, "", "\"\"" },
	{ QUOTE_CHAT, "ATE0V1Q0X4W2", "ATE0V1Q0X4W2" },
	{ QUOTE_CHAT, "AT&C1 &D2", "\"AT&C1 &D2\"" },
	{ QUOTE_CHAT, "AT\\Q3", "AT\\\\\\\\Q3" },
	{ QUOTE_CHAT, "AT\\c", "AT\\\\\\\\c" },
	{ QUOTE_CHAT, "AT$\"x\"", "AT$\\\"x\\\"" },
	{ QUOTE_CHAT, "AT\\\"", NULL },
	{ QUOTE_CHAT, "AT\\", NULL },
	{ QUOTE_CHAT, "AT  X", NULL },
	{ QUOTE_CHAT, " AT", NULL },
	{ QUOTE_CHAT, "AT\r", NULL },

	{ QUOTE_UDEV, "pci-0000:00:14.0-usb-0:1.3:1.0", "pci-0000:00:14.0-usb-0:1.3:1.0" },
	{ QUOTE_UDEV, "/devices/platform/soc/fe201000.serial",
	  "/devices/platform/soc/fe201000.serial" },
	{ QUOTE_UDEV, "a*b?c[d]", "a[*]b[?]c[[]d]" },
	{ QUOTE_UDEV, "a|b", NULL },
	{ QUOTE_UDEV, "a$env{x}", NULL },
	{ QUOTE_UDEV, "a%k", NULL },
	{ QUOTE_UDEV, "a\", RUN+=\"x", NULL },
	{ QUOTE_UDEV, "a\\", NULL },
	{ QUOTE_UDEV, "a\nb", NULL },

	{ QUOTE_RULES, "10.77.0.0/24", "10.77.0.0/24" },
	{ QUOTE_RULES, "-A X -s 192.0.2.1 -j DROP\n-A Y", "-A X -s 192.0.2.1 -j DROP\n-A Y" },
	{ QUOTE_RULES, "\t\tadd @connected { ip saddr }", "\t\tadd @connected { ip saddr }" },
	{ QUOTE_RULES, "x; flush ruleset", NULL },
	{ QUOTE_RULES, "ppp-*\"", NULL },
	{ QUOTE_RULES, "x\ry", NULL },
	{ QUOTE_RULES, "\x1b[2J", NULL },

	{ QUOTE_INI, "", "" },
	{ QUOTE_INI, "10.77.0.0/24", "10.77.0.0/24" },
	{ QUOTE_INI, "USR 56K  Modem", "USR 56K  Modem" },
	{ QUOTE_INI, " a ", "%20a%20" },
	{ QUOTE_INI, " ", "%20" },
	{ QUOTE_INI, "a;b#c=d\"e'f\\g%h", "a%3Bb%23c%3Dd%22e%27f%5Cg%25h" },
	{ QUOTE_INI, "[a]", "%5Ba%5D" },
	{ QUOTE_INI, "a\nb\t\xc3\xa4", "a%0Ab%09%C3%A4" },

	{ QUOTE_SHELL, "", "''" },
	{ QUOTE_SHELL, "/run/dialisp/line1", "/run/dialisp/line1" },
	{ QUOTE_SHELL, "a b", "'a b'" },
	{ QUOTE_SHELL, "it's", "'it'\\''s'" },
	{ QUOTE_SHELL, "$(x) `y` \\ \"", "'$(x) `y` \\ \"'" },
	{ QUOTE_SHELL, "~", "'~'" },
	{ QUOTE_SHELL, "a\nb", NULL },

	{ QUOTE_FILE_NAME, "Ann.B_c@d+e-f", "Ann.B_c@d+e-f" },
	{ QUOTE_FILE_NAME, "CORP\\ann", "CORP%5Cann" },
	{ QUOTE_FILE_NAME, "a b/../c", "a%20b%2F..%2Fc" },
	{ QUOTE_FILE_NAME, "100%:\"'", "100%25%3A%22%27" },
	{ QUOTE_FILE_NAME, "a\nb", NULL },
	{ QUOTE_FILE_NAME, "\xc3\xa4", NULL },
};

static void test_cases(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_text_ struct text out = { 0 };
		const char *why = NULL;
		int r = quote_add(&out, cases[i].grammar, cases[i].value, &why);

		check(r == (cases[i].want ? 0 : -EINVAL), "case %zu, \"%s\": %d", i, cases[i].value,
		      r);
		check(!why == !r, "case %zu: %s", i, why ? why : "no reason");
		check_str(text_str(&out), cases[i].want ? cases[i].want : "");
	}
}

static void test_appends(void)
{
	_cleanup_text_ struct text out = { 0 };
	const char *why;

	text_add(&out, "name ");
	check(quote_add(&out, QUOTE_PPPD, "a\nb", &why) == -EINVAL);
	check_str(out.s, "name ");
	check_str(why, "has a newline");
	check(quote_add(&out, QUOTE_PPPD, "a b", &why) == 0);
	check_str(out.s, "name \"a b\"");
}

static void test_lengths(void)
{
	static const struct {
		enum quote grammar;
		size_t max;
	} limits[] = { { QUOTE_PPPD, 1023 }, { QUOTE_SECRETS, 255 } };
	const char *why;

	for (size_t i = 0; i < ARRAY_SIZE(limits); i++) {
		_cleanup_free_ char *s = xcalloc(limits[i].max + 2, 1);
		_cleanup_text_ struct text out = { 0 };

		memset(s, 'x', limits[i].max);
		check(quote_add(&out, limits[i].grammar, s, &why) == 0, "limit %zu", i);
		s[limits[i].max] = 'x';
		check(quote_add(&out, limits[i].grammar, s, &why) == -EINVAL, "limit %zu", i);
	}
}

/* --- readers, written from what the programs' sources do, for values that a person might make up
 * --- */

/* pppd getword(): one word */
static void read_pppd(const char *s, struct text *ret)
{
	char quote = 0;

	for (; *s; s++) {
		if (*s == '\\' && strchr("abfnrstx01234567", s[1]))
			text_add(ret, "<escape>"); /* would become something else */
		else if (*s == '\\')
			text_addc(ret, *++s);
		else if (quote && *s == quote)
			quote = 0;
		else if (!quote && (*s == '"' || *s == '\''))
			quote = *s;
		else if (!quote && (*s == ' ' || *s == '#'))
			break;
		else
			text_addc(ret, *s);
	}
	check(!*s && !quote, "%s", s);
}

/* mgetty conf_get_chat() then do_chat_send(): one word */
static void read_chat(const char *s, struct text *ret)
{
	_cleanup_text_ struct text once = { 0 };
	bool quote = false;

	for (; *s; s++) {
		if (*s == '"')
			quote = !quote;
		else if (*s == '\\' && (s[1] == '\\' || s[1] == '"'))
			text_addc(&once, *++s);
		else
			text_addc(&once, *s == ' ' && !quote ? '\n' : *s);
	}
	for (s = text_str(&once); *s; s++)
		text_addc(ret, *s == '\\' ? *++s : *s);
	check(!quote, "open quote");
}

static void read_ini(const char *s, struct text *ret)
{
	check(!strpbrk(s, ";#\"'\\=") && s[0] != ' ' && !str_ends(s, " "), "%s", s);
	check(quote_decode_ini(s, ret) == 0, "%s", s);
}

static const struct {
	enum quote grammar;
	void (*read)(const char *s, struct text *ret);
} readers[] = {
	{ QUOTE_PPPD, read_pppd },
	{ QUOTE_SECRETS, read_pppd },
	{ QUOTE_CHAT, read_chat },
	{ QUOTE_INI, read_ini },
};

static void test_round_trip(const char *value)
{
	for (size_t i = 0; i < ARRAY_SIZE(readers); i++) {
		_cleanup_text_ struct text out = { 0 }, back = { 0 };
		const char *why;

		if (quote_add(&out, readers[i].grammar, value, &why) < 0)
			continue;
		readers[i].read(out.s, &back);
		check_str(text_str(&back), value);
	}
}

/* Every string of up to four of the characters that mean something somewhere. */
static void test_round_trips(void)
{
	static const char alphabet[] = "a #\"'\\%$;=";
	const size_t n = sizeof(alphabet) - 1;

	for (size_t i = 1; i < n * n * n * n; i++) {
		char value[5] = { 0 };
		size_t rest = i;

		for (size_t at = 0; rest; at++, rest /= n)
			value[at] = alphabet[rest % n];
		test_round_trip(value);
	}
}

static void test_decode(void)
{
	static const char *const bad[] = { "%",  "a%",  "%4",  "%4g", "%g4",
					   "%%", "%00", "% 4", "%+4", "%0x" };

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		_cleanup_text_ struct text t = { 0 };

		text_add(&t, "x");
		check(quote_decode_ini(bad[i], &t) == -EINVAL, "%s", bad[i]);
		check_str(t.s, "x");
	}
	for (unsigned c = 1; c < 256; c++) {
		char value[] = { 'a', (char)c, 'b', 0 };
		_cleanup_text_ struct text out = { 0 }, back = { 0 };
		const char *why;

		check(quote_add(&out, QUOTE_INI, value, &why) == 0, "byte %u", c);
		check(quote_decode_ini(out.s, &back) == 0, "byte %u", c);
		check_str(back.s, value);
	}
	{
		_cleanup_text_ struct text t = { 0 };

		check(quote_decode_ini("%c3%A4%3d", &t) == 0);
		check_str(t.s, "\xc3\xa4=");
	}
}

int main(void)
{
	test_cases();
	test_appends();
	test_lengths();
	test_round_trips();
	test_decode();
	return check_done();
}
