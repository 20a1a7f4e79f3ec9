/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rules as listed by the programs of other firewalls: Docker's, ufw's, and the administrator's. */
#pragma once

#include "check.h"
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
