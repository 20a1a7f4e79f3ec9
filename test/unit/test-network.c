/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which address pool is free, and which servers a resolv.conf names. */
#include "net/network.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <sys/stat.h>

#include "check.h"
#include "files.h"
#include "util/file.h"
#include "util/text.h"

static struct in_addr parse(const char *s)
{
	struct in_addr address = { 0 };

	check(site_parse_address(s, &address) == 0, "%s", s);
	return address;
}

static void test_overlaps(void)
{
	static const struct {
		const char *a;
		unsigned a_length;
		const char *b;
		unsigned b_length;
		bool want;
	} cases[] = {
		{ "10.77.0.0", 24, "10.77.0.0", 24, true },
		{ "10.77.0.0", 24, "10.77.1.0", 24, false },
		{ "10.77.0.0", 24, "10.77.0.255", 32, true }, /* its last address */
		{ "10.77.0.0", 24, "10.77.1.0", 32, false },  /* the one behind it */
		{ "10.76.255.255", 32, "10.77.0.0", 24, false },
		{ "10.0.0.0", 8, "10.77.0.0", 24, true }, /* the larger one, both ways round */
		{ "10.77.0.0", 24, "10.0.0.0", 8, true },
		{ "10.77.0.9", 24, "10.77.0.200", 24, true }, /* host bits */
		{ "10.77.0.0", 23, "10.77.1.0", 24, true },
		{ "0.0.0.0", 0, "203.0.113.0", 24, true }, /* everything */
		{ "128.0.0.0", 1, "10.77.0.0", 24, false },
		{ "10.77.0.1", 32, "10.77.0.1", 32, true },
		{ "10.77.0.1", 32, "10.77.0.2", 32, false },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		check(network_overlaps(parse(cases[i].a), cases[i].a_length, parse(cases[i].b),
				       cases[i].b_length) == cases[i].want,
		      "%s/%u and %s/%u", cases[i].a, cases[i].a_length, cases[i].b,
		      cases[i].b_length);
}

static void test_pick(void)
{
	static const struct {
		struct {
			const char *address;
			unsigned length;
		} taken[4];
		const char *want; /* NULL: no space */
	} cases[] = {
		{ { { 0 } }, "10.77.0.0" },
		{ { { "192.168.1.5", 24 }, { "10.0.3.1", 24 } }, "10.77.0.0" },
		{ { { "10.77.0.128", 25 } }, "10.78.0.0" },
		{ { { "10.77.3.0", 24 } }, "10.77.0.0" }, /* same /16, but no overlap */
		{ { { "10.76.0.0", 15 }, { "10.78.0.1", 32 }, { "10.78.0.0", 16 } }, "10.79.0.0" },
		{ { { "10.0.0.0", 8 } }, "172.20.77.0" },
		{ { { "10.0.0.0", 8 }, { "172.16.0.0", 13 }, { "172.24.77.3", 16 } },
		  "172.25.77.0" },
		{ { { "10.0.0.0", 8 }, { "172.16.0.0", 12 } }, "192.168.77.0" },
		{ { { "10.0.0.0", 8 }, { "172.16.0.0", 12 }, { "192.168.64.0", 19 } },
		  "192.168.96.0" },
		{ { { "10.0.0.0", 8 }, { "172.16.0.0", 12 }, { "192.168.0.0", 16 } }, NULL },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct netlink_prefix taken[4] = { 0 };
		struct site_prefix pool = { parse("198.51.100.1"), 32 };
		size_t n = 0;
		int r;

		for (; n < 4 && cases[i].taken[n].address; n++) {
			taken[n].address = parse(cases[i].taken[n].address);
			taken[n].length = cases[i].taken[n].length;
		}
		r = network_pick_pool(taken, n, &pool);
		check(r == (cases[i].want ? 0 : -ENOSPC), "case %zu: %d", i, r);
		check(pool.length == (cases[i].want ? 24 : 32));
		check_str(site_format_address(pool.address),
			  cases[i].want ? cases[i].want : "198.51.100.1");
	}
}

/* The networks beside a machine: which addresses count, and that each address is in one of them
 * once. */
static void test_pick_lan(void)
{
	static const struct {
		struct {
			const char *address, *link;
			unsigned length;
			bool is_route, is_near_end;
		} prefixes[4];
		const char *gateway, *want;
	} cases[] = {
		{ { { 0 } }, NULL, "" },
		{ { { "127.0.0.1", "lo", 8, false, false } }, NULL, "" },
		{ { { "192.168.1.5", "eth0", 24, false, false } },
		  "192.168.1.1",
		  "192.168.1.0/24 " },
		/* a provider's router that is not on-link by its prefix */
		{ { { "203.0.113.7", "eth0", 32, false, false } },
		  "198.51.100.1",
		  "198.51.100.1/32 203.0.113.7/32 " },
		{ { { "192.0.2.9", "ppp0", 32, false, false },
		    { "198.51.100.7", "ppp0", 32, false, true } },
		  "192.0.2.9",
		  "192.0.2.9/32 " },
		/* a caller, and routes */
		{ { { "10.77.0.2", "ppp-line1", 32, false, false },
		    { "10.77.0.1", "ppp-line1", 32, false, true },
		    { "198.51.100.0", "wg0", 24, true, false },
		    { "192.168.9.9", "eth1", 16, false, false } },
		  NULL,
		  "192.168.0.0/16 " },
		/* sorted, none within another */
		{ { { "192.168.2.1", "b", 24, false, false },
		    { "192.168.0.1", "a", 16, false, false },
		    { "10.1.2.3", "c", 8, false, false },
		    { "10.1.2.4", "d", 8, false, false } },
		  "10.0.0.1",
		  "10.0.0.0/8 192.168.0.0/16 " },
		{ { { "192.0.2.1", "eth0", 0, false, false } },
		  NULL,
		  "" }, /* the Internet is not beside us */
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct netlink_prefix all[4] = { 0 };
		struct site_prefix *lan = NULL;
		_cleanup_text_ struct text have = { 0 };
		struct in_addr gateway =
			cases[i].gateway ? parse(cases[i].gateway) : (struct in_addr){ 0 };
		size_t n = 0, n_lan = 99;

		for (; n < 4 && cases[i].prefixes[n].address; n++) {
			all[n].address = parse(cases[i].prefixes[n].address);
			all[n].length = cases[i].prefixes[n].length;
			all[n].is_route = cases[i].prefixes[n].is_route;
			all[n].is_near_end = cases[i].prefixes[n].is_near_end;
			base_copy(all[n].link, sizeof(all[n].link), cases[i].prefixes[n].link);
		}
		network_pick_lan(all, n, gateway, &lan, &n_lan);
		for (size_t k = 0; k < n_lan; k++)
			text_addf(&have, "%s/%u ", site_format_address(lan[k].address),
				  lan[k].length);
		check_str(text_str(&have), cases[i].want);
		free(lan);
	}
}

static void test_parse_resolv(void)
{
	static const struct {
		const char *text;
		const char *want[2];
	} cases[] = {
		{ "", { 0 } },
		{ "nameserver 192.0.2.1\n", { "192.0.2.1" } },
		{ "nameserver 192.0.2.1", { "192.0.2.1" } }, /* no newline at the end */
		{ "nameserver\t192.0.2.1  \r\nnameserver   192.0.2.2\n",
		  { "192.0.2.1", "192.0.2.2" } },
		{ "nameserver 192.0.2.1 # the router\n", { "192.0.2.1" } },
		{ "nameserver 192.0.2.1\nnameserver 192.0.2.1\nnameserver 192.0.2.2\n",
		  { "192.0.2.1", "192.0.2.2" } },
		{ "nameserver 192.0.2.1\nnameserver 192.0.2.2\nnameserver 192.0.2.3\n",
		  { "192.0.2.1", "192.0.2.2" } },
		/* what a caller cannot reach */
		{ "nameserver 127.0.0.53\noptions edns0 trust-ad\nsearch lan\n", { 0 } },
		{ "nameserver 127.0.0.1\nnameserver ::1\nnameserver 192.0.2.9\n", { "192.0.2.9" } },
		{ "nameserver 0.0.0.0\nnameserver 224.0.0.251\nnameserver 255.255.255.255\n",
		  { 0 } },
		{ "nameserver fe80::1%eth0\nnameserver 2001:db8::53\n", { 0 } },
		/* what is no server */
		{ "#nameserver 192.0.2.1\n;nameserver 192.0.2.2\n nameserver 192.0.2.3\n", { 0 } },
		{ "nameserver192.0.2.1\nnameserver\nnameserver \nnameserver", { 0 } },
		{ "nameservers 192.0.2.1\nname", { 0 } },
		{ "nameserver 192.0.2\nnameserver 192.0.2.256\nnameserver 192.0.2.1x\n", { 0 } },
		{ "\n\n\nnameserver 192.0.2.1\n\n", { "192.0.2.1" } },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct in_addr servers[2] = { 0 };
		unsigned n = network_parse_resolv(cases[i].text, servers);
		unsigned want = !!cases[i].want[0] + !!cases[i].want[1];

		check(n == want, "case %zu: %u", i, n);
		for (unsigned k = 0; k < n && k < want; k++)
			check_str(site_format_address(servers[k]), cases[i].want[k]);
	}
}

static void put(const char *root, const char *path, const char *content)
{
	_cleanup_free_ char *full = xasprintf("%s%s", root, path);

	write_file(full, content);
}

static int remove_one(const char *path, const struct stat *st __attribute__((unused)),
		      int type __attribute__((unused)), struct FTW *ftw __attribute__((unused)))
{
	return remove(path);
}

static void check_dns(const char *want_1, const char *want_2)
{
	struct network network = { 0 };

	network_fill_dns(&network);
	check(network.n_dns == (want_2 ? 2 : 1), "%u", network.n_dns);
	check_str(site_format_address(network.dns[0]), want_1);
	if (want_2)
		check_str(site_format_address(network.dns[1]), want_2);
}

static void test_fill_dns(void)
{
	char root[] = "/tmp/test-network-XXXXXX";
	struct network set = { .dns = { parse("192.0.2.77") }, .n_dns = 1 };

	check(mkdtemp(root) != NULL);
	file_set_root(root);
	check_dns(NETWORK_PUBLIC_DNS_1, NETWORK_PUBLIC_DNS_2);
	put(root, "/etc/resolv.conf", "nameserver 127.0.0.53\n");
	check_dns(NETWORK_PUBLIC_DNS_1, NETWORK_PUBLIC_DNS_2);
	put(root, "/run/systemd/resolve/resolv.conf", "nameserver 192.0.2.5\n");
	check_dns("192.0.2.5", NULL);
	put(root, "/etc/resolv.conf", "nameserver 192.0.2.6\nnameserver 192.0.2.7\n");
	check_dns("192.0.2.6", "192.0.2.7");
	network_fill_dns(&set);
	check(set.n_dns == 1);
	check_str(site_format_address(set.dns[0]), "192.0.2.77");
	file_set_root("");
	nftw(root, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

int main(void)
{
	test_overlaps();
	test_pick();
	test_pick_lan();
	test_parse_resolv();
	test_fill_dns();
	return check_done();
}
