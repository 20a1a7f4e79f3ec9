/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Addresses, routes, links and shapers of a network namespace made for the purpose; skipped (77)
 * where none can be made. */
#include "net/netlink.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <sched.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/utsname.h>

#include "check.h"
#include "net/internal.h"
#include "net/shaper.h"
#include "util/run.h"

#define SKIPPED 77

/* Without root in a user namespace of our own, as its root: ip(8) would lose its powers at exec
 * otherwise. */
static int enter_namespace(void)
{
	unsigned uid = getuid();
	FILE *map;

	if (unshare(CLONE_NEWNET) == 0)
		return 0;
	if (unshare(CLONE_NEWUSER | CLONE_NEWNET) < 0)
		return -errno;
	map = fopen("/proc/self/uid_map", "w");
	if (!map)
		return -errno;
	fprintf(map, "0 %u 1", uid);
	return fclose(map) == 0 ? 0 : -errno;
}

static int ip(const char *arguments)
{
	_cleanup_free_ char *command =
		xasprintf("PATH=$PATH:/usr/sbin:/sbin ip %s >/dev/null 2>&1", arguments);

	return system(command) == 0 ? 0 : -EIO;
}

static void must_ip(const char *arguments)
{
	check(ip(arguments) == 0, "ip %s", arguments);
}

static const struct netlink_prefix *find_prefix(const struct netlink_prefix *prefixes, size_t n,
						const char *address, unsigned length, bool is_route)
{
	for (size_t i = 0; i < n; i++)
		if (prefixes[i].address.s_addr == inet_addr(address) &&
		    prefixes[i].length == length && prefixes[i].is_route == is_route)
			return &prefixes[i];
	return NULL;
}

static void test_empty(void)
{
	_cleanup_free_ struct netlink_prefix *prefixes = NULL;
	_cleanup_free_ struct netlink_link *links = NULL;
	struct netlink_uplink uplink = { .link = "unset" };
	size_t n = 99;

	check(netlink_list_prefixes(&prefixes, &n) == 0);
	check(n == 0, "%zu", n);
	check(netlink_find_uplink(&uplink) == 0);
	check_str(uplink.link, "");
	n = 99;
	check(netlink_list_links("ppp-", &links, &n) == 0);
	check(n == 0, "%zu", n);
}

static void test_prefixes(void)
{
	static const struct {
		const char *address;
		unsigned length;
		bool is_route, want;
	} cases[] = {
		{ "127.0.0.1", 8, false, true },
		{ "192.0.2.2", 24, false, true },
		{ "192.0.2.0", 24, true, true },
		{ "198.51.100.9", 32, false, true }, /* far end of a point-to-point address */
		{ "198.51.100.1", 32, false, true }, /* its near end */
		{ "10.77.0.0", 16, true, true },
		{ "10.78.0.0", 16, true, true }, /* another table */
		{ "10.79.0.0", 16, true, true }, /* a table that does not fit into 8 bits */
		{ "10.80.0.0", 16, true, true }, /* blackhole */
		{ "0.0.0.0", 0, true, false },   /* default */
		{ "0.0.0.0", 1, true, false },   /* default, said by a tunnel */
		{ "128.0.0.0", 1, true, false },
		{ "192.0.2.2", 32, true, false },     /* local */
		{ "203.0.113.255", 32, true, false }, /* broadcast */
	};
	_cleanup_free_ struct netlink_prefix *prefixes = NULL;
	const struct netlink_prefix *found;
	size_t n = 0;

	check(netlink_list_prefixes(&prefixes, &n) == 0);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		check(!!find_prefix(prefixes, n, cases[i].address, cases[i].length,
				    cases[i].is_route) == cases[i].want,
		      "%s/%u", cases[i].address, cases[i].length);
	found = find_prefix(prefixes, n, "192.0.2.2", 24, false);
	check_str(found ? found->link : "", "lo");
	found = find_prefix(prefixes, n, "10.77.0.0", 16, true);
	check_str(found ? found->link : "", "lo");
	found = find_prefix(prefixes, n, "198.51.100.1", 32, false);
	check(found && found->is_near_end);
	found = find_prefix(prefixes, n, "198.51.100.9", 32, false);
	check(found && !found->is_near_end);
}

static void check_uplink(const char *gateway, const char *address)
{
	struct netlink_uplink uplink;
	char text[INET_ADDRSTRLEN];

	check(netlink_find_uplink(&uplink) == 0);
	check_str(uplink.link, "lo");
	check_str(inet_ntop(AF_INET, &uplink.gateway, text, sizeof(text)), gateway);
	check_str(inet_ntop(AF_INET, &uplink.address, text, sizeof(text)), address);
}

static void test_uplink(void)
{
	must_ip("route add default via 192.0.2.9 dev lo metric 50 table 100"); /* not ours to look
										* at */
	must_ip("route add default via 192.0.2.254 dev lo metric 200 src 192.0.2.2");
	check_uplink("192.0.2.254", "192.0.2.2");
	must_ip("route add default via 192.0.2.253 dev lo metric 100 src 192.0.2.2");
	check_uplink("192.0.2.253", "192.0.2.2");
	must_ip("route add default nexthop via 192.0.2.251 dev lo nexthop via 192.0.2.250 dev lo");
	check_uplink("192.0.2.251", "127.0.0.1"); /* no source: the link's first address */
	must_ip("route del default metric 0");
	must_ip("route add unreachable default metric 1"); /* no way out */
	check_uplink("192.0.2.253", "192.0.2.2");
}

static void send_to_self(void)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
				  .sin_port = htons(9),
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	char data[1000] = "";
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	check(sendto(fd, data, sizeof(data), 0, (struct sockaddr *)&to, sizeof(to)) ==
	      sizeof(data));
	close(fd);
}

static void test_links(void)
{
	_cleanup_free_ struct netlink_link *links = NULL, *after = NULL, *none = NULL;
	size_t n = 0;

	check(netlink_list_links("lo", &links, &n) == 0);
	check(n == 1, "%zu", n);
	if (n != 1)
		return;
	check_str(links[0].name, "lo");
	check(links[0].index == 1 && links[0].mtu == 65536);
	send_to_self();
	check(netlink_list_links("lo", &after, &n) == 0);
	check(after[0].rx_bytes >= links[0].rx_bytes + 1000, "%llu",
	      (unsigned long long)after[0].rx_bytes);
	check(after[0].tx_bytes >= links[0].tx_bytes + 1000, "%llu",
	      (unsigned long long)after[0].tx_bytes);
	check(netlink_list_links("ppp-", &none, &n) == 0);
	check(n == 0, "%zu", n);
}

/* A datagram from one address of this machine to another is a connection to conntrack, once a rule
 * asks for its state. */
static void connect_ends(const char *from, unsigned port, const char *to)
{
	struct sockaddr_in source = { .sin_family = AF_INET,
				      .sin_port = htons((uint16_t)port),
				      .sin_addr.s_addr = inet_addr(from) };
	struct sockaddr_in sink = { .sin_family = AF_INET,
				    .sin_port = htons(9),
				    .sin_addr.s_addr = inet_addr(to) };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	check(bind(fd, (struct sockaddr *)&source, sizeof(source)) == 0, "%s", from);
	check(sendto(fd, "x", 1, 0, (struct sockaddr *)&sink, sizeof(sink)) == 1, "%s", to);
	close(fd);
}

static int count_one(const struct nlmsghdr *message __attribute__((unused)), void *data)
{
	++*(unsigned *)data;
	return MNL_CB_OK;
}

/* By the table itself: the kernel's own count lags behind. */
static unsigned count_connections(void)
{
	_cleanup_(netlink_close) struct mnl_socket *socket = netlink_open(NETLINK_NETFILTER);
	char buffer[64] = { 0 };
	struct nlmsghdr *request = mnl_nlmsg_put_header(buffer);
	unsigned n = 0;

	mnl_nlmsg_put_extra_header(request, sizeof(struct nfgenmsg));
	request->nlmsg_type = NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_GET;
	request->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	netlink_ask(socket, request, count_one, &n);
	return n;
}

/* How many are gone; with -errno where there is no such way. */
static int forget(int (*way)(struct in_addr), const char *address)
{
	unsigned before = count_connections();
	int r = way((struct in_addr){ inet_addr(address) });

	return r < 0 ? r : (int)(before - count_connections());
}

static bool is_kernel_before(unsigned major, unsigned minor)
{
	struct utsname name;
	unsigned a = 0, b = 0;

	check(uname(&name) == 0 && sscanf(name.release, "%u.%u", &a, &b) == 2);
	return a < major || (a == major && b < minor);
}

/* To this kernel: it has no connections at all, or deletes none by a filter. */
static bool is_unknown(int (*way)(struct in_addr), int r)
{
	return r == -EOPNOTSUPP ||
	       (r == -EINVAL && way == netlink_filter_connections && is_kernel_before(6, 12));
}

static void check_forget(int (*way)(struct in_addr), const char *name)
{
	int r;

	for (unsigned i = 0; i < 300; i++) /* more than one answer of the kernel's has room for */
		connect_ends("10.1.0.1", 20000 + i, "10.1.0.2");
	connect_ends("10.1.0.2", 20000, "10.1.0.3");
	connect_ends("10.1.0.3", 20000, "10.1.0.1");
	r = forget(way, "10.1.0.9");
	if (is_unknown(way, r))
		return;
	check(r == 0, "%s: %d", name, r);
	r = forget(way, "10.1.0.1");
	check(r == 301, "%s: %d", name, r);
	check(forget(way, "10.1.0.1") == 0, "%s", name);
	r = forget(way, "10.1.0.3");
	check(r == 1, "%s: %d", name, r); /* the one that had nothing to do with it was left */
}

/* Behind NAT it is one place of the four that has the address. */
static void check_forget_translated(int (*way)(struct in_addr), const char *name)
{
	static const char *const meant[] = { "10.1.0.1", "10.1.0.2", "10.1.0.3", "10.1.0.4" };

	for (size_t i = 0; i < ARRAY_SIZE(meant); i++) {
		int r;

		connect_ends("10.1.0.1", 30000 + (unsigned)i, "10.1.0.4");
		r = forget(way, meant[i]);
		check(r == 1 || is_unknown(way, r), "%s: %s: %d", name, meant[i], r);
	}
}

static void test_forget(void)
{
	if (system("PATH=$PATH:/usr/sbin nft 'table ip t { chain c { type filter hook output priority 0; ct state new accept; }; }' 2>/dev/null"))
		return; /* no nft(8), no conntrack */
	must_ip("addr add 10.1.0.1/32 dev lo");
	must_ip("addr add 10.1.0.2/32 dev lo");
	must_ip("addr add 10.1.0.3/32 dev lo");
	must_ip("addr add 10.1.0.4/32 dev lo");
	check_forget(netlink_filter_connections, "filter");
	check_forget(netlink_walk_connections, "walk");
	check_forget(netlink_forget_connections, "either");
	if (system("PATH=$PATH:/usr/sbin nft 'table ip n { chain o { type nat hook output priority -100; ip daddr 10.1.0.4 dnat to 10.1.0.2; }; chain p { type nat hook postrouting priority 100; ip daddr 10.1.0.2 snat to 10.1.0.3; }; }' 2>/dev/null"))
		return;
	check_forget_translated(netlink_filter_connections, "filter");
	check_forget_translated(netlink_walk_connections, "walk");
}

/* More than one buffer of a dump. The kernel may lack the modules for such links. */
static void test_many_links(void)
{
	_cleanup_free_ struct netlink_link *links = NULL;
	const char *type = "dummy";
	size_t n = 0;

	if (ip("link add ppq-line1 type dummy") < 0)
		type = "bridge";
	if (str_eq(type, "bridge") && ip("link add ppq-line1 type bridge") < 0)
		return;
	for (int i = 1; i <= 120; i++) {
		_cleanup_free_ char *add = xasprintf("link add ppp-line%d type %s", i, type);

		must_ip(add);
	}
	check(netlink_list_links("ppp-", &links, &n) == 0);
	check(n == 120, "%zu", n);
	check(n && links[n - 1].mtu == 1500 && str_starts(links[n - 1].name, "ppp-line"));
}

/* Every change counts, and nothing else does. */
static void test_generation(void)
{
	static const char *const change_argv[] = { "nft", "add table inet dialisp-test", NULL };
	static const char *const look_argv[] = { "nft", "list ruleset", NULL };
	const struct run change = { .argv = change_argv, .timeout_ms = 10000 },
			 look = { .argv = look_argv, .timeout_ms = 10000 };
	uint32_t before = 0, after = 0;
	int r = netlink_find_generation(&before);

	check(r == 0 || r == -EOPNOTSUPP, "%d", r);
	if (r < 0 || run_program(&look, NULL) != 0)
		return;
	check(netlink_find_generation(&after) == 0 && after == before);
	check(run_program(&change, NULL) == 0);
	check(netlink_find_generation(&after) == 0 && after != before);
}

/* --- shapers --- */

static bool has_qdisc(const char *words)
{
	_cleanup_free_ char *command = xasprintf(
		"PATH=$PATH:/usr/sbin:/sbin tc qdisc show dev lo 2>/dev/null | grep -q -- '%s'",
		words);

	return system(command) == 0;
}

static void check_shaper(int link, enum netlink_shaper kind, const struct shaper_recipe *recipe)
{
	struct netlink_qdisc one = { 0 }, *all = NULL;
	size_t n = 0;

	check(netlink_find_shaper(link, &one) == 0);
	check(one.kind == kind && one.link == link && one.bytes_per_s == recipe->bytes_per_s,
	      "%s %llu", netlink_shaper_name(one.kind), (unsigned long long)one.bytes_per_s);
	check(netlink_list_shapers(&all, &n) == 0);
	check(n == 1, "%zu", n);
	check(n == 1 && memcmp(&all[0], &one, sizeof(one)) == 0);
	free(all);
}

/* At 2400 bit/s of ten datagrams one goes at once, some wait, the others are dropped. */
static void check_counters(int link)
{
	struct netlink_qdisc qdisc = { 0 };

	for (int i = 0; i < 20; i++)
		send_to_self();
	check(netlink_find_shaper(link, &qdisc) == 0);
	check(qdisc.backlog > 1000, "%u", qdisc.backlog);
	check(qdisc.drops > 0, "%u", qdisc.drops);
}

static void test_shaper(void)
{
	const struct shaper_link slow = { 2400, 1500, false, true },
				 fast = { 33600, 576, false, true };
	enum netlink_shaper kind = NETLINK_SHAPER_NONE, again = NETLINK_SHAPER_NONE;
	struct netlink_qdisc qdisc;
	struct shaper_recipe recipe;
	int link = (int)if_nametoindex("lo"), r;

	check(netlink_find_shaper(link, &qdisc) == -ENOENT);
	check(netlink_find_shaper(9999, &qdisc) == -ENODEV);
	shaper_make(&fast, &recipe);
	check(netlink_set_shaper(9999, &recipe, &kind) == -ENODEV);
	r = netlink_set_shaper(link, &recipe, &kind);
	if (r == -EOPNOTSUPP)
		return; /* a kernel without any */
	check(r == 0, "%d", r);
	check_shaper(link, kind, &recipe);
	check(has_qdisc(kind == NETLINK_SHAPER_CAKE ? "cake d1a1:.*diffserv4.*overhead -20"
						    : "tbf d1a2:"));
	shaper_set_rate(&recipe, 1000); /* changed in place */
	check(netlink_set_shaper(link, &recipe, &again) == 0 && again == kind);
	check_shaper(link, kind, &recipe);
	shaper_make(&slow, &recipe);
	check(netlink_set_shaper(link, &recipe, &again) == 0 && again == kind);
	check_counters(link);
	must_ip("link set lo down"); /* what waits goes */
	must_ip("link set lo up");
}

int main(void)
{
	if (enter_namespace() < 0 || ip("link show lo") < 0) {
		printf("no network namespace can be made, or there is no ip(8)\n");
		return SKIPPED;
	}
	test_empty();
	must_ip("link set lo up");
	must_ip("addr add 192.0.2.2/24 dev lo");
	must_ip("addr add 198.51.100.1 peer 198.51.100.9 dev lo");
	must_ip("route add 192.0.2.0/24 dev lo");
	must_ip("route add 10.77.0.0/16 dev lo");
	must_ip("route add 10.78.0.0/16 dev lo table 100");
	must_ip("route add 10.79.0.0/16 dev lo table 51820");
	must_ip("route add blackhole 10.80.0.0/16");
	must_ip("route add 0.0.0.0/1 dev lo");
	must_ip("route add 128.0.0.0/1 dev lo");
	must_ip("route add broadcast 203.0.113.255 dev lo table local");
	test_uplink();
	test_prefixes();
	test_links();
	test_shaper();
	test_forget();
	test_many_links();
	test_generation();
	return check_done();
}
