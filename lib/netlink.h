/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The only room that uses libmnl: addresses, routes, links. */
#pragma once

#include <net/if.h>
#include <netinet/in.h>

#include "base.h"

struct netlink_prefix {
	struct in_addr address;
	unsigned length;
	char link[IFNAMSIZ];
	bool is_route; /* else an address of the machine */
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
	bool up;
	uint64_t rx_bytes, tx_bytes;
};
/* One dump; only links whose name begins with `prefix`. */
int netlink_list_links(const char *prefix, struct netlink_link **ret, size_t *ret_n);
