/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rules as listed by the programs of other firewalls: Docker's, ufw's, and the administrator's. */
#pragma once

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>

#include "check.h"
#include "firewall/others/internal.h"
#include "site.h"

#define NFT(body) "table inet filter {\n\tset s {\n\t\ttype ipv4_addr\n\t}\n\n" body "}\n"
#define DROPS(body)                                                                                \
	"\tchain forward {\n\t\ttype filter hook forward priority filter; policy drop;\n" body     \
	"\t}\n"
#define FILTER(body)                                                                                   \
	"# by iptables-save\n*filter\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [1:2]\n:OTHER - [0:0]\n" body \
	"COMMIT\n"
#define NAT(rules) "*nat\n:POSTROUTING ACCEPT [0:0]\n" rules "COMMIT\n"

#define DOCKER(rules)                                                                              \
	FILTER(":DOCKER-USER - [0:0]\n-A FORWARD -j DOCKER-USER\n" rules                           \
	       "-A DOCKER-USER -j RETURN\n")
#define DOCKER_PLAIN_FROM                                                                          \
	" DOCKER-USER -s 10.77.0.0/24 -i ppp-+ -m comment --comment dialisp -j ACCEPT\n"
#define DOCKER_PLAIN_TO                                                                            \
	" DOCKER-USER -d 10.77.0.0/24 -o ppp-+ -m conntrack --ctstate RELATED,ESTABLISHED -m comment --comment dialisp -j ACCEPT\n"
#define DOCKER_FROM "-A" DOCKER_PLAIN_FROM
#define DOCKER_TO   "-A" DOCKER_PLAIN_TO

#define UFW(rules)                                                                                 \
	"*filter\n:ufw-user-forward - [0:0]\n### RULES ###\n\n" rules "### END RULES ###\nCOMMIT\n"
#define UFW_FORWARD "### tuple ### route:allow any any 0.0.0.0/0 any 10.77.0.0/24 in_ppp-+"
#define UFW_OURS    " comment=6469616c697370\n"
#define UFW_OLD     "### tuple ### route:allow any any 0.0.0.0/0 any 10.78.0.0/24 in_ppp-+" UFW_OURS

static inline struct in_addr parse(const char *s)
{
	struct in_addr address = { 0 };

	check(site_parse_address(s, &address) == 0, "%s", s);
	return address;
}

static inline void write_file(const char *path, const char *content)
{
	_cleanup_close_ int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd >= 0)
		(void)!write(fd, content, strlen(content));
}

/* Without root a user namespace is used, where packets can be sent, too. */
static inline void become_root(void)
{
	_cleanup_free_ char *map = xasprintf("0 %u 1\n", (unsigned)geteuid());

	if (geteuid() && unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0)
		write_file("/proc/self/uid_map", map);
}

/* This host lets us ask its kernel, and has the program that loads such a listing. */
static inline bool can_probe(enum others_listing listing)
{
	const char *text = listing == OTHERS_LISTING_NFT ? NFT(DROPS("")) : FILTER("");
	const struct others_search search = { .listing = listing,
					      .text = text,
					      .verdict = OTHERS_VERDICT_DROP,
					      .pool = { parse("10.77.0.0"), 24 },
					      .uplink = "eth0" };
	_cleanup_text_ struct text found = { 0 };
	int r = others_find_chains(&search, &found);

	if (r < 0)
		printf("listing %d: NOT looked at: %s\n", (int)listing, strerror(-r));
	return r == 0;
}
