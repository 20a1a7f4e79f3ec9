/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Defaults of the address pool and the name servers. */
#include "net/network.h"

#include <arpa/inet.h>
#include <errno.h>

#include "util/file.h"
#include "util/report.h"

/* Candidates that avoid the defaults of home routers (192.168.0, .1, .178), containers (172.17,
 * 10.0.3) and clusters (10.42, 10.96). */
static const struct {
	const char *first;
	unsigned n, step; /* step: log2 of the distance in addresses */
} series[] = {
	{ "10.77.0.0", 23, 16 },
	{ "172.20.77.0", 10, 16 },
	{ "192.168.77.0", 23, 8 },
};

/* The name servers of this host come first. Often that is only the stub of a local resolver
 * (127.0.0.53), which callers cannot reach: then the upstream servers of that resolver. */
static const char *const resolv_files[] = {
	"/etc/resolv.conf",
	"/run/systemd/resolve/resolv.conf",
	"/run/NetworkManager/no-stub-resolv.conf",
};

bool network_overlaps(struct in_addr a, unsigned a_length, struct in_addr b, unsigned b_length)
{
	unsigned length = a_length < b_length ? a_length : b_length;
	uint32_t mask = length ? UINT32_MAX << (32 - length) : 0;

	return ((ntohl(a.s_addr) ^ ntohl(b.s_addr)) & mask) == 0;
}

static bool is_free(const struct netlink_prefix *taken, size_t n, struct site_prefix pool)
{
	for (size_t i = 0; i < n; i++)
		if (network_overlaps(taken[i].address, taken[i].length, pool.address, pool.length))
			return false;
	return true;
}

int network_pick_pool(const struct netlink_prefix *taken, size_t n, struct site_prefix *ret)
{
	struct site_prefix pool = { .length = NETWORK_POOL_LENGTH };
	struct in_addr first;

	for (size_t i = 0; i < ARRAY_SIZE(series); i++) {
		inet_aton(series[i].first, &first);
		for (unsigned k = 0; k < series[i].n; k++) {
			pool.address.s_addr = htonl(ntohl(first.s_addr) + (k << series[i].step));
			if (!is_free(taken, n, pool))
				continue;
			*ret = pool;
			return 0;
		}
	}
	return -ENOSPC;
}

int network_choose_pool(struct network *network)
{
	_cleanup_free_ struct netlink_prefix *taken = NULL;
	struct site_prefix pool;
	size_t n;
	int r;

	r = netlink_list_prefixes(&taken, &n);
	if (r < 0)
		return r;
	r = network_pick_pool(taken, n, &pool);
	if (r < 0) {
		report_error(
			"network: no free address pool among the built-in ones: set pool in section [network] of /etc/dialisp/dialisp.conf");
		return r;
	}
	site_set_pool(network, pool);
	return 0;
}

/* 0.0.0.0/8 means this host to a resolver; 224.0.0.0 and above are not hosts. */
static bool is_usable_server(struct in_addr address)
{
	unsigned first = ntohl(address.s_addr) >> 24;

	return first != 0 && first != IN_LOOPBACKNET && first < 224;
}

/* resolv.conf(5): the keyword at the start of the line, white space, the address; the rest is
 * ignored. */
static bool parse_server(const char *line, size_t len, struct in_addr *ret)
{
	static const char keyword[] = "nameserver";
	const size_t n = sizeof(keyword) - 1;
	_cleanup_free_ char *word = NULL;
	struct in_addr address;

	if (len <= n || !str_starts(line, keyword) || !strchr(" \t", line[n]))
		return false;
	line += n + strspn(line + n, " \t");
	word = xstrndup(line, strcspn(line, " \t\r\n"));
	if (site_parse_address(word, &address) < 0 || !is_usable_server(address))
		return false;
	*ret = address;
	return true;
}

unsigned network_parse_resolv(const char *text, struct in_addr ret[static 2])
{
	struct in_addr address;
	unsigned n = 0;
	size_t len;

	for (; *text && n < 2; text += len + (text[len] == '\n')) {
		len = strcspn(text, "\n");
		if (!parse_server(text, len, &address) || (n && ret[0].s_addr == address.s_addr))
			continue;
		ret[n++] = address;
	}
	return n;
}

void network_fill_dns(struct network *network)
{
	for (size_t i = 0; i < ARRAY_SIZE(resolv_files) && !network->n_dns; i++) {
		_cleanup_text_ struct text text = { 0 };

		if (file_read(resolv_files[i], &text) == 0)
			network->n_dns = network_parse_resolv(text_str(&text), network->dns);
	}
	if (network->n_dns)
		return;
	inet_aton(NETWORK_PUBLIC_DNS_1, &network->dns[0]);
	inet_aton(NETWORK_PUBLIC_DNS_2, &network->dns[1]);
	network->n_dns = 2;
}

/* --- local networks --- */

struct lan {
	struct site_prefix *prefixes;
	size_t n;
};

static void add_prefix(struct lan *lan, struct in_addr address, unsigned length)
{
	uint32_t mask = length ? UINT32_MAX << (32 - length) : 0;

	lan->prefixes = xrealloc(lan->prefixes, lan->n + 1, sizeof(*lan->prefixes));
	lan->prefixes[lan->n++] =
		(struct site_prefix){ { htonl(ntohl(address.s_addr) & mask) }, length };
}

/* Routes are not local networks: split tunnels and routing daemons have routes to most of the
 * Internet. Neither are addresses with a very short prefix. */
static bool is_lan(const struct netlink_prefix *prefix)
{
	return !prefix->is_route && prefix->length >= 8 && !prefix->is_near_end &&
	       !str_starts(prefix->link, NETWORK_LINK_PREFIX) &&
	       ntohl(prefix->address.s_addr) >> 24 != IN_LOOPBACKNET;
}

/* Of two networks with the same first address the larger one comes first. */
static int compare_prefixes(const void *a, const void *b)
{
	const struct site_prefix *x = a, *y = b;
	uint32_t first = ntohl(x->address.s_addr), second = ntohl(y->address.s_addr);

	if (first != second)
		return first < second ? -1 : 1;
	return (int)x->length - (int)y->length;
}

/* Sorted: networks within another one follow it directly. */
static void drop_inner(struct lan *lan)
{
	size_t n = 0;

	for (size_t i = 0; i < lan->n; i++)
		if (!n || !site_prefix_has(&lan->prefixes[n - 1], &lan->prefixes[i]))
			lan->prefixes[n++] = lan->prefixes[i];
	lan->n = n;
}

void network_pick_lan(const struct netlink_prefix *prefixes, size_t n, struct in_addr gateway,
		      struct site_prefix **ret, size_t *ret_n)
{
	struct lan lan = { 0 };

	for (size_t i = 0; i < n; i++)
		if (is_lan(&prefixes[i]))
			add_prefix(&lan, prefixes[i].address, prefixes[i].length);
	if (gateway.s_addr)
		add_prefix(&lan, gateway, 32);
	if (lan.n)
		qsort(lan.prefixes, lan.n, sizeof(*lan.prefixes), compare_prefixes);
	drop_inner(&lan);
	*ret = lan.prefixes;
	*ret_n = lan.n;
}

int network_list_lan(struct site_prefix **ret, size_t *ret_n)
{
	_cleanup_free_ struct netlink_prefix *prefixes = NULL;
	struct netlink_uplink uplink;
	size_t n;
	int r = netlink_list_prefixes(&prefixes, &n);

	if (r == 0)
		r = netlink_find_uplink(&uplink);
	if (r < 0)
		return r;
	network_pick_lan(prefixes, n, uplink.gateway, ret, ret_n);
	return 0;
}
