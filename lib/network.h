/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Choices about the callers' network that need a look at the world: a free subnet, the DNS servers to hand out. */
#pragma once

#include "site.h"

/* A private /24 that overlaps no address or route of this machine (10.77.0.0 first, then a fixed series). 0, -ENOSPC, -errno. */
int network_choose_subnet(struct network *network);
/* Fills network->dns when n_dns is 0: upstreams of systemd-resolved or resolv.conf that are IPv4 and not loopback, else
 * NETWORK_PUBLIC_DNS. Never fails. */
void network_fill_dns(struct network *network);
#define NETWORK_PUBLIC_DNS_1 "9.9.9.9"
#define NETWORK_PUBLIC_DNS_2 "1.1.1.1"

/* pure: the first two usable servers of a resolv.conf text */
unsigned network_parse_resolv(const char *text, struct in_addr ret[static 2]);
