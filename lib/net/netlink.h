/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The only module that uses libmnl: addresses, routes, links, conntrack entries, shapers. */
#pragma once

#include <net/if.h>
#include <netinet/in.h>

#include "util/base.h"

struct netlink_prefix {
	struct in_addr address;
	unsigned length;
	char link[IFNAMSIZ];
	bool is_route;    /* else an address of this host */
	bool is_near_end; /* local address of a point-to-point link */
};
/* All IPv4 addresses (with their prefix) and the routes of all tables except default routes. */
MUST_CHECK int netlink_list_prefixes(struct netlink_prefix **ret, size_t *ret_n);

struct netlink_uplink {
	char link[IFNAMSIZ]; /* "": no default route */
	struct in_addr gateway, address;
};
MUST_CHECK int netlink_find_uplink(struct netlink_uplink *ret);

struct netlink_link {
	char name[IFNAMSIZ];
	int index;
	unsigned mtu;
	uint64_t rx_bytes, tx_bytes;
};
/* One dump; only links whose name begins with `prefix`. */
MUST_CHECK int netlink_list_links(const char *prefix, struct netlink_link **ret, size_t *ret_n);

/* Deletes all conntrack entries with this address as source or destination, so that none of its
 * connections is "established" any more. 0 or -errno (-EOPNOTSUPP: not supported by this kernel),
 * not reported. */
MUST_CHECK int netlink_forget_connections(struct in_addr address);

/* The generation of the nf_tables ruleset: the number of changes since boot; set elements that are
 * added by packets do not count. 0 or -errno (-EPERM without CAP_NET_ADMIN), not reported. */
MUST_CHECK int netlink_find_generation(uint32_t *ret);

/* --- netlink-qdisc.c: shapers of links. 0 or -errno, not reported --- */

struct shaper_recipe;

enum netlink_shaper {
	NETLINK_SHAPER_NONE, /* none, or not set by dialisp */
	NETLINK_SHAPER_CAKE,
	NETLINK_SHAPER_TBF, /* with fq_codel as its child, if the kernel has no CAKE */
};
const char *netlink_shaper_name(enum netlink_shaper kind);
/* Replaces the root qdisc of the link; a shaper of dialisp is changed without loss. The kernel
 * loads the modules that it needs. -EOPNOTSUPP: it has neither. */
MUST_CHECK int netlink_set_shaper(int link, const struct shaper_recipe *recipe,
				  enum netlink_shaper *ret_kind);

struct netlink_qdisc {
	int link; /* index */
	enum netlink_shaper kind;
	uint64_t bytes_per_s;
	unsigned backlog, drops; /* octets, packets */
};
/* The shapers of dialisp on all links, in one dump. */
MUST_CHECK int netlink_list_shapers(struct netlink_qdisc **ret, size_t *ret_n);
/* -ENOENT: the link has no shaper of dialisp. */
MUST_CHECK int netlink_find_shaper(int link, struct netlink_qdisc *ret);
