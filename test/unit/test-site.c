/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names, passwords, order, free names and addresses. */
#include "site.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>

#include "check.h"

#define C21 "abcdefghijklmnopqrstu"
#define C63 C21 C21 C21

static const struct {
	const char *s;
	bool ok;
} line_names[] = {
	{ "line1", true },  { "a", true },       { "a1234567890", true }, { "a12345678901", false },
	{ "", false },      { "1line", false },  { "Line1", false },      { "line-1", false },
	{ "l_1", false },   { "li ne", false },  { "line/1", false },     { "..", false },
	{ "line1\n", false }, { "l\xc3\xa4", false },
}, account_names[] = {
	{ "ann", true },      { "Ann.B_c@d+e-f", true }, { "0", true },     { C63, true },
	{ C63 "x", false },   { "", false },             { "-ann", false }, { "*", false },
	{ "!ann", false },    { ".ann", false },         { "@ann", false }, { "a b", true },
	{ "a#b", true },     { "a\"b", true },         { "a\\b", true }, { "a/b", true },
	{ "\xc3\xa4", false }, { "a\xc3\xa4", false },   { "a\nb", false }, { "a%b", true },
	{ "CORP\\ann", true }, { "O'Neill", true }, { "a ", false }, { " a", false },
	{ "\\ann", false }, { "\"a\"", false }, { "a\tb", false }, { "a\x7f", false },
}, passwords[] = {
	{ "x", true },        { "a b", true },      { " ", true },       { "#\"'\\ ;%!*-", true },
	{ "@", true },        { "@logins", true },  { "@x/", true },     { C63, true },
	{ C63 "x", false },   { "", false },        { "@login", false }, { "@/", false },
	{ "@/etc/x", false }, { "a\tb", false },    { "a\n", false },    { "\x7f", false },
	{ "p\xc3\xa4", false },
};

static void test_names(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(line_names); i++)
		check(site_is_line_name(line_names[i].s) == line_names[i].ok, "\"%s\"",
		      line_names[i].s);
	for (size_t i = 0; i < ARRAY_SIZE(account_names); i++)
		check(!site_check_account_name(account_names[i].s) == account_names[i].ok, "\"%s\"",
		      account_names[i].s);
	for (size_t i = 0; i < ARRAY_SIZE(passwords); i++)
		check(!site_check_password(passwords[i].s) == passwords[i].ok, "\"%s\"",
		      passwords[i].s);
}

static void test_logins(void)
{
	static const enum site_login U = SITE_LOGIN_UNSET, P = SITE_LOGIN_PPP, T = SITE_LOGIN_TEXT;
	const struct {
		enum site_login site, line, want;
	} cases[] = { { P, U, P }, { T, U, T }, { P, T, T }, { T, P, P }, { U, U, P } };

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct site site = { .login = cases[i].site };
		const struct line line = { .login = cases[i].line };

		check(site_line_login(&site, &line) == cases[i].want, "case %zu", i);
	}
	check_str(site_login_name(P), "ppp");
	check_str(site_login_name(T), "text");
	check(!site_login_name(T + 1));
}

static void test_carriers(void)
{
	check_str(site_carrier_name(SITE_CARRIER_HANGUP), "hangup");
	check_str(site_carrier_name(SITE_CARRIER_WATCH), "watch");
	check_str(site_carrier_name(SITE_CARRIER_NONE), "none");
	check(!site_carrier_name(SITE_CARRIER_NONE + 1));
}

static const struct {
	const char *s;
	int r;
	const char *local;
} pools[] = {
	{ "10.77.0.0/24", 0, "10.77.0.1" },
	{ "192.168.255.240/28", 0, "192.168.255.241" },
	{ "172.16.0.0/16", 0, "172.16.0.1" },
	{ "10.77.0.1/24", -EINVAL, NULL },
	{ "10.77.0.8/28", -EINVAL, NULL },
	{ "10.0.0.0/15", -EINVAL, NULL },
	{ "10.0.0.0/29", -EINVAL, NULL },
	{ "10.0.0.0/", -EINVAL, NULL },
	{ "10.0.0.0", -EINVAL, NULL },
	{ "10.0.0/24", -EINVAL, NULL },
	{ "10.0.0.0/24 ", -EINVAL, NULL },
	{ "/24", -EINVAL, NULL },
	{ "010.0.0.0/24", -EINVAL, NULL },
	{ "100.100.100.100.100.100/24", -EINVAL, NULL },
	{ "", -EINVAL, NULL },
};

static void test_pools(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(pools); i++) {
		struct network network = { 0 };
		struct site_prefix pool = { 0 };
		int r = site_parse_pool(pools[i].s, &pool);

		check(r == pools[i].r, "\"%s\": %d", pools[i].s, r);
		check(r == 0 || (pool.length == 0 && pool.address.s_addr == 0));
		if (r < 0)
			continue;
		site_set_pool(&network, pool);
		check_str(site_format_prefix(network.pool), pools[i].s);
		check_str(site_format_address(network.local), pools[i].local);
	}
}

static void test_prefixes(void)
{
	static const struct {
		const char *s;
		int r;
		unsigned length;
	} cases[] = {
		{ "192.168.1.0/24", 0, 24 },
		{ "0.0.0.0/0", 0, 0 },
		{ "192.0.2.1", 0, 32 },
		{ "192.0.2.1/32", 0, 32 },
		{ "255.255.255.255", 0, 32 },
		{ "192.168.1.1/24", -EINVAL, 0 },
		{ "192.168.1.0/33", -EINVAL, 0 },
		{ "192.168.1.0/", -EINVAL, 0 },
		{ "/24", -EINVAL, 0 },
		{ "", -EINVAL, 0 },
		{ "fe80::/10", -EINVAL, 0 },
		{ "192.168.1.0/24 ", -EINVAL, 0 },
	};
	static const struct {
		const char *outer, *inner;
		bool want;
	} pairs[] = {
		{ "10.0.0.0/8", "10.77.0.0/24", true },
		{ "10.77.0.0/24", "10.0.0.0/8", false },
		{ "10.77.0.0/24", "10.77.0.0/24", true },
		{ "10.77.0.0/24", "10.77.1.0/24", false },
		{ "10.77.0.0/24", "10.77.0.255/32", true },
		{ "0.0.0.0/0", "192.0.2.1/32", true },
		{ "192.0.2.1/32", "192.0.2.1/32", true },
		{ "192.0.2.1/32", "192.0.2.0/32", false },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct site_prefix prefix = { .length = 99 };

		check(site_parse_prefix(cases[i].s, &prefix) == cases[i].r, "\"%s\"", cases[i].s);
		check(prefix.length == (cases[i].r ? 99 : cases[i].length), "\"%s\"", cases[i].s);
	}
	for (size_t i = 0; i < ARRAY_SIZE(pairs); i++) {
		struct site_prefix outer, inner;

		check(site_parse_prefix(pairs[i].outer, &outer) == 0 &&
		      site_parse_prefix(pairs[i].inner, &inner) == 0);
		check(site_prefix_has(&outer, &inner) == pairs[i].want, "%s in %s", pairs[i].inner,
		      pairs[i].outer);
	}
}

static struct in_addr address(const char *s)
{
	struct in_addr a = { 0 };

	check(site_parse_address(s, &a) == 0, "%s", s);
	return a;
}

static void test_addresses(void)
{
	static const char *const bad[] = { "",         "1",       "1.2.3", "1.2.3.4.5", "1.2.3.256",
					   "1.2.3.4 ", "a.b.c.d", "::1",   "1.2.3.04" };
	struct network network = { 0 };
	struct in_addr a = { .s_addr = 4711 };

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		check(site_parse_address(bad[i], &a) == -EINVAL && a.s_addr == 4711, "\"%s\"",
		      bad[i]);
	check(!site_in_pool(&network, address("10.0.0.1"))); /* unset */
	site_set_pool(&network, (struct site_prefix){ address("10.0.0.16"), 28 });
	check(!site_in_pool(&network, address("10.0.0.16")));
	check(site_in_pool(&network, address("10.0.0.17")));
	check(site_in_pool(&network, address("10.0.0.30")));
	check(!site_in_pool(&network, address("10.0.0.31")));
	check(!site_in_pool(&network, address("10.0.0.15")));
	check_str(site_format_address(address("0.0.0.0")), "0.0.0.0");
}

static void test_order(void)
{
	static const char *const lines[] = { "line10", "line2", "line1", "b", "line2" };
	static const char *const sorted[] = { "b", "line1", "line2", "line10" };
	static const char *const accounts[] = { "ann", "Bob", "a", "ann" };
	_cleanup_(site_free) struct site site = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		struct line *line = site_add_line(&site, lines[i]);

		if (!line->socket) /* the second "line2" is the first */
			line->socket = xstrdup(lines[i]);
	}
	check(site.n_lines == ARRAY_SIZE(sorted), "%zu lines", site.n_lines);
	for (size_t i = 0; i < site.n_lines; i++) {
		check_str(site.lines[i].name, sorted[i]);
		check_str(site.lines[i].socket, sorted[i]);
		check(site.lines[i].port_number == -1);
	}
	for (size_t i = 0; i < ARRAY_SIZE(accounts); i++)
		site_add_account(&site, accounts[i])->address.s_addr = 1;
	check(site.n_accounts == 3);
	check_str(site.accounts[0].name, "Bob");
	check_str(site.accounts[1].name, "a");
	check_str(site.accounts[2].name, "ann");

	site_remove_line(&site, "line1");
	site_remove_line(&site, "line1");
	site_remove_line(&site, "line10");
	check(site.n_lines == 2 && !site_find_line(&site, "line1") &&
	      site_find_line(&site, "line2"));
	check_str(site.lines[1].socket, "line2");
}

static void test_free_names(void)
{
	_cleanup_(site_free) struct site site = { 0 };
	char name[SITE_LINE_NAME_MAX + 1];

	site_add_line(&site, "line2");
	check(site_free_line_name(&site, name) == 0);
	check_str(name, "line1");
	site_add_line(&site, "line1");
	check(site_free_line_name(&site, name) == 0);
	check_str(name, "line3");
	while (site_free_line_name(&site, name) == 0)
		site_add_line(&site, name);
	check(site.n_lines == SITE_LINES_MAX, "%zu lines", site.n_lines);
	check(site_free_line_name(&site, name) == -ENOSPC);
}

static void test_free_addresses(void)
{
	_cleanup_(site_free) struct site site = { 0 };
	struct in_addr a = { .s_addr = 4711 };
	char name[16];
	int n = 0;

	check(site_free_address(&site, &a) == -ENOSPC && a.s_addr == 4711);
	site_set_pool(&site.network, (struct site_prefix){ address("10.0.0.0"), 28 });
	site_add_line(&site, "line1")->address = address("10.0.0.3");
	site_add_account(&site, "ann")->address = address("10.0.0.2");
	check(site_free_address(&site, &a) == 0);
	check_str(site_format_address(a), "10.0.0.4");
	for (; site_free_address(&site, &a) == 0; n++) {
		snprintf(name, sizeof(name), "x%d", n);
		site_add_line(&site, name)->address = a;
	}
	check(n == 11, "%d more", n);
	check_str(site_format_address(a), "10.0.0.14");
}

int main(void)
{
	test_names();
	test_carriers();
	test_logins();
	test_pools();
	test_prefixes();
	test_addresses();
	test_order();
	test_free_names();
	test_free_addresses();
	return check_done();
}
