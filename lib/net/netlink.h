/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The only room that uses libmnl: addresses, routes, links, connections, shapers. */
#pragma once

#include <net/if.h>
#include <netinet/in.h>

#include "util/base.h"

struct netlink_prefix {
	struct in_addr address;
	unsigned length;
	char link[IFNAMSIZ];
	bool is_route;    /* else an address of the machine */
	bool is_near_end; /* the machine's own address on a link that has two */
};
/* All IPv4 addresses (with their prefix) and routes of all tables but the default route. */
int netlink_list_prefixes(struct netlink_prefix **ret, size_t *ret_n);

struct netlink_uplink {
	char link[IFNAMSIZ]; /* "" when there is no default route */
	struct in_addr gateway, address;
};
int netlink_find_uplink(struct netlink_uplink *ret);

struct netlink_link {
	char name[IFNAMSIZ];
	int index;
	unsigned mtu;
	uint64_t rx_bytes, tx_bytes;
};
/* One dump; only links whose name begins with `prefix`. */
int netlink_list_links(const char *prefix, struct netlink_link **ret, size_t *ret_n);

/* Takes out of the kernel's table of connections whatever has this address at one of its ends, so
 * that nothing of it is "established" any more. 0 or -errno (-EOPNOTSUPP: this kernel has no such
 * interface), not reported. */
int netlink_forget_connections(struct in_addr address);

/* How often the rules of nf_tables were changed since the system started, by whomever; what packets
 * put into sets does not count. 0 or -errno (-EPERM without CAP_NET_ADMIN), not reported. */
int netlink_find_generation(uint32_t *ret);

/* --- netlink-qdisc.c: what holds packets back before a link. Not reported: 0 or -errno --- */

struct shaper_recipe;

enum netlink_shaper {
	NETLINK_SHAPER_NONE, /* somebody else's, or the kernel's own */
	NETLINK_SHAPER_CAKE,
	NETLINK_SHAPER_TBF, /* with fq_codel below it, where the kernel has no CAKE */
};
const char *netlink_shaper_name(enum netlink_shaper kind);
/* In the place of what the link has; set once more it changes and loses nothing. The kernel loads
 * what it needs, whoever asks. -EOPNOTSUPP: it has neither. */
int netlink_set_shaper(int link, const struct shaper_recipe *recipe, enum netlink_shaper *ret_kind);

struct netlink_qdisc {
	int link; /* index */
	enum netlink_shaper kind;
	uint64_t bytes_per_s;
	unsigned backlog, drops; /* octets, packets */
};
/* One dump: those of ours, on all links. */
int netlink_list_shapers(struct netlink_qdisc **ret, size_t *ret_n);
/* -ENOENT: the link has none of ours. */
int netlink_find_shaper(int link, struct netlink_qdisc *ret);
