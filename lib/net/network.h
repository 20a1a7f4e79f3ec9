/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Defaults that depend on this host: a free address pool, the name servers for callers. */
#pragma once

#include "net/netlink.h"
#include "site.h"

#define NETWORK_LINK_PREFIX "ppp-" /* of callers' interface names; the name of the line follows */

/* A private /24 that does not overlap any address or route of this host (10.77.0.0 first, then a
 * fixed list). 0, -ENOSPC, -errno. */
MUST_CHECK int network_choose_pool(struct network *network);
/* Fills network->dns if n_dns is 0: the IPv4 servers of resolv.conf or systemd-resolved that are
 * not loopback, else NETWORK_PUBLIC_DNS. Never fails. */
void network_fill_dns(struct network *network);
#define NETWORK_PUBLIC_DNS_1 "9.9.9.9"
#define NETWORK_PUBLIC_DNS_2 "1.1.1.1"
#define NETWORK_POOL_LENGTH  24 /* of a pool chosen here */

/* The local networks: those of the addresses of this host, except callers' links and loopback, and
 * the default gateway (/32); sorted, none within another. 0 or -errno, reported. The caller frees
 * the array. */
MUST_CHECK int network_list_lan(struct site_prefix **ret, size_t *ret_n);

/* --- pure part, for the table test --- */
/* the first two usable servers of a resolv.conf text */
unsigned network_parse_resolv(const char *text, struct in_addr ret[static 2]);
/* whether two ranges have an address in common; host bits are ignored */
bool network_overlaps(struct in_addr a, unsigned a_length, struct in_addr b, unsigned b_length);
/* the first pool of the list that overlaps none of these; 0 or -ENOSPC */
MUST_CHECK int network_pick_pool(const struct netlink_prefix *taken, size_t n,
				 struct site_prefix *ret);
/* network_list_lan() without netlink */
void network_pick_lan(const struct netlink_prefix *prefixes, size_t n, struct in_addr gateway,
		      struct site_prefix **ret, size_t *ret_n);
