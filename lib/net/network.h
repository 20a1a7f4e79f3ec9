/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Choices about the callers' network that need a look at the world: a free subnet, the DNS servers
 * to hand out. */
#pragma once

#include "net/netlink.h"
#include "site.h"

#define NETWORK_LINK_PREFIX                                                                        \
	"ppp-" /* of the names of callers' interfaces, the line's name follows */

/* A private /24 that overlaps no address or route of this machine (10.77.0.0 first, then a fixed
 * series). 0, -ENOSPC, -errno. */
int network_choose_subnet(struct network *network);
/* Fills network->dns when n_dns is 0: upstreams of resolv.conf or systemd-resolved that are IPv4
 * and not loopback, else NETWORK_PUBLIC_DNS. Never fails. */
void network_fill_dns(struct network *network);
#define NETWORK_PUBLIC_DNS_1 "9.9.9.9"
#define NETWORK_PUBLIC_DNS_2 "1.1.1.1"
#define NETWORK_PREFIX       24 /* of a subnet chosen here */

/* The networks beside this machine: what its addresses lie in and the way out leads to, but for the
 * callers' own links and the loopback; sorted, none within another. 0 or -errno, reported. The
 * caller frees it. */
int network_list_lan(struct site_prefix **ret, size_t *ret_n);

/* --- pure part, for the table test --- */
/* the first two usable servers of a resolv.conf text */
unsigned network_parse_resolv(const char *text, struct in_addr ret[static 2]);
/* whether two ranges have an address in common; host bits are ignored */
bool network_overlaps(struct in_addr a, unsigned a_length, struct in_addr b, unsigned b_length);
/* the first subnet of the series that overlaps none of these; 0 or -ENOSPC */
int network_pick_subnet(const struct netlink_prefix *taken, size_t n, struct in_addr *ret);
/* network_list_lan() without the look */
void network_pick_lan(const struct netlink_prefix *prefixes, size_t n, struct in_addr gateway,
		      struct site_prefix **ret, size_t *ret_n);
