/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What others' rules make of callers' packets, and what is composed for each product. */
#include "firewall/others/others.h"

#include <net/if.h>
#include <sys/stat.h>

#include "check.h"
#include "firewall/others/internal.h"
#include "others-bench.h"

#define POOL "10.77.0.0/24"

static const struct others_desired open_desired = { .is_open = true, .pool = POOL };
static const struct others_desired input_desired = { .is_open = true,
						     .has_input = true,
						     .pool = POOL };

/* --- one rule --- */

static void find(enum others_listing listing, const char *rules, bool has_iptables,
		 enum others_path path, enum others_verdict verdict, struct text *ret)
{
	const struct others_search search = { .listing = listing,
					      .text = rules,
					      .has_iptables = has_iptables,
					      .path = path,
					      .verdict = verdict,
					      .pool = { parse("10.77.0.0"), 24 },
					      .uplink = "eth0" };
	int r = others_find_chains(&search, ret);

	check(r == 0, "%s: %s", rules, strerror(-r));
}

enum {
	NONE, /* goes on to the chain's policy */
	ACCEPT,
	DROP,
};

/* What becomes of the packet by the rule: it is tried with both policies. */
static int try_rule(enum others_listing listing, const char *line, enum others_path path)
{
	static const char nft[] =
		"table inet t {\n\tset links {\n\t\ttype ifname\n\t\telements = { \"lan\" }\n\t}\n\n"
		"\tset lan {\n\t\ttype ipv4_addr\n\t\telements = { 10.77.0.9 }\n\t}\n\n"
		"\tchain back {\n\t\treturn\n\t}\n\n"
		"\tchain c {\n\t\ttype filter hook forward priority filter; policy %s;\n\t\t%s\n\t}\n}\n",
			  iptables[] = "*filter\n:FORWARD %s [0:0]\n-A FORWARD%s\nCOMMIT\n";
	static const char *const policies[][2] = { { "accept", "drop" }, { "ACCEPT", "DROP" } };
	bool is_nft = listing == OTHERS_LISTING_NFT, drops[2];

	for (unsigned i = 0; i < 2; i++) {
		_cleanup_free_ char *rules = is_nft ? xasprintf(nft, policies[0][i], line)
						    : xasprintf(iptables, policies[1][i], line);
		_cleanup_text_ struct text found = { 0 };

		find(listing, rules, false, path, OTHERS_VERDICT_DROP, &found);
		drops[i] = found.len;
	}
	return drops[0] ? DROP : drops[1] ? NONE : ACCEPT;
}

struct rule {
	const char *line;
	int out, back;
};

static void check_rules(enum others_listing listing, const struct rule *rules, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		int out = try_rule(listing, rules[i].line, OTHERS_PATH_OUT),
		    back = try_rule(listing, rules[i].line, OTHERS_PATH_BACK);

		check(out == rules[i].out, "out: %s: %d", rules[i].line, out);
		check(back == rules[i].back, "back: %s: %d", rules[i].line, back);
	}
}

static void test_rules(void)
{
	static const struct rule nft[] = {
		{ "accept", ACCEPT, ACCEPT },
		{ "counter drop", DROP, DROP },
		{ "counter packets 1 bytes 2 drop", DROP, DROP },
		{ "log prefix \"in: accept \" level info flags all counter drop", DROP, DROP },
		{ "reject with icmpx admin-prohibited", DROP, DROP },
		{ "ip protocol tcp reject with tcp reset", NONE, NONE },
		{ "tcp dport { 80, 443 } accept", NONE, NONE },
		{ "limit rate 3/minute drop", DROP, DROP },
		{ "ct state established,related accept", NONE, ACCEPT },
		{ "ct state { established, new } accept", ACCEPT, ACCEPT },
		{ "ct state != new accept", NONE, ACCEPT },
		{ "ct state invalid drop", NONE, NONE },
		{ "ct mark 0x1 drop", NONE, NONE },
		{ "ct state vmap { invalid : drop, established : accept, related : accept }", NONE,
		  ACCEPT },
		{ "ct state vmap { new : drop, established : jump back }", DROP, NONE },
		{ "iifname \"ppp-*\" accept", ACCEPT, NONE },
		{ "iifname \"ppp-line1\" accept", ACCEPT, NONE },
		{ "iifname \"ppp-line\" accept", NONE, NONE },
		{ "iifname \"ppp0\" accept", NONE, NONE },
		{ "oifname { \"wlan0\", \"eth0\" } accept", ACCEPT, NONE },
		{ "iifname { \"wlan0\", \"lan*\" } accept", NONE, NONE },
		{ "iifname != \"eth0\" drop", DROP, NONE },
		{ "oif \"eth0\" accept", ACCEPT, NONE },
		{ "iifname @links accept", NONE, NONE },
		{ "iifname != @links drop", DROP, DROP },
		{ "iifname . oifname vmap { \"ppp-line1\" . \"eth0\" : drop }", DROP, NONE },
		{ "iifname vmap { \"lo\" : accept, \"ppp-*\" : drop }", DROP, NONE },
		{ "ip saddr 10.0.0.0/8 accept", ACCEPT, NONE },
		{ "ip saddr 10.77.0.2 accept", ACCEPT, NONE },
		{ "ip saddr { 192.168.0.0/16, 10.77.0.0/24 } oifname \"eth0\" accept", ACCEPT,
		  NONE },
		{ "ip saddr != { 192.168.0.0/16, 172.16.0.0/12 } drop", DROP, DROP },
		{ "ip saddr 10.0.0.1-10.200.0.0 drop", DROP, NONE },
		{ "ip saddr != 10.0.0.1-10.200.0.0 drop", NONE, DROP },
		{ "ip saddr @lan drop", NONE, NONE },
		{ "ip daddr 10.77.0.0/24 accept comment \"drop\"", NONE, ACCEPT },
		{ "ip6 saddr fe80::/10 drop", NONE, NONE },
		{ "meta nfproto ipv6 drop", NONE, NONE },
		{ "meta nfproto ipv4 drop", DROP, DROP },
		{ "meta mark 0x00000001 drop", NONE, NONE },
		{ "return", NONE, NONE },
		{ "iif \"lo\" drop", NONE, NONE },
		{ "iif != \"lo\" drop", DROP, DROP },
		{ "iif \"no-such\" drop", NONE, NONE },
		{ "queue to 1", NONE, NONE },
		{ "counter queue flags bypass to 1", NONE, NONE },
		{ "limit rate over 100/second drop", NONE, NONE },
		{ "type filter hook forward priority filter; policy drop;", NONE, NONE },
		{ "", NONE, NONE },
	};
	static const struct rule iptables[] = {
		{ " -j DROP", DROP, DROP },
		{ " -j REJECT --reject-with icmp-port-unreachable", DROP, DROP },
		{ " -i ppp-+ -s 10.77.0.0/24 -m comment --comment \"no -j DROP\" -j ACCEPT", ACCEPT,
		  NONE },
		{ " -i ppp-+ -m comment --comment dialisp -j ACCEPT", ACCEPT, NONE },
		{ " ! -i ppp-+ -j DROP", NONE, DROP },
		{ " ! -s 10.0.0.0/8 -o ppp-+ -j DROP", NONE, DROP },
		{ " -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT", NONE, ACCEPT },
		{ " -m state --state NEW -j ACCEPT", ACCEPT, NONE },
		{ " -m conntrack ! --ctstate NEW -j ACCEPT", NONE, ACCEPT },
		{ " -p tcp -m tcp --dport 80 -j ACCEPT", NONE, NONE },
		{ " -m limit --limit 3/min -j DROP", DROP, DROP },
		{ " -m set --match-set no-such src -j DROP", NONE, NONE },
		{ " -m no-such -j DROP", NONE, NONE },
		{ " -j NFQUEUE --queue-num 1", NONE, NONE },
		{ " -j LOG --log-prefix \"[UFW BLOCK] \"", NONE, NONE },
	};

	check_rules(OTHERS_LISTING_NFT, nft, ARRAY_SIZE(nft));
	check_rules(OTHERS_LISTING_IPTABLES_NFT, iptables, ARRAY_SIZE(iptables));
	if (can_probe(OTHERS_LISTING_IPTABLES_LEGACY))
		check_rules(OTHERS_LISTING_IPTABLES_LEGACY, iptables, ARRAY_SIZE(iptables));
}

/* --- chains --- */

#define OPEN(body)                                                                                 \
	"\tchain forward {\n\t\ttype filter hook forward priority filter; policy accept;\n" body   \
	"\t}\n"

static void test_chains(void)
{
	static const char forward[] = "inet filter forward\n";
	static const struct {
		enum others_listing listing;
		bool has_iptables;
		const char *rules, *out, *back; /* chains that drop */
	} cases[] = {
		{ OTHERS_LISTING_NFT, false, "", "", "" },
		{ OTHERS_LISTING_NFT, false, NFT(DROPS("")), forward, forward },
		{ OTHERS_LISTING_NFT, false, NFT(OPEN("")), "", "" },
		{ OTHERS_LISTING_NFT, false, NFT(OPEN("\t\treject with icmpx admin-prohibited\n")),
		  forward, forward },
		{ OTHERS_LISTING_NFT, false,
		  NFT(DROPS("\t\tct state established,related accept\n")), forward, "" },
		{ OTHERS_LISTING_NFT, false, NFT(DROPS("\t\tiifname \"ppp-*\" accept\n")), "",
		  forward },
		/* a chain behind the one that jumps there, and one before */
		{ OTHERS_LISTING_NFT, false,
		  NFT(DROPS("\t\tjump vpn\n") "\n\tchain vpn {\n\t\taccept\n\t}\n"), "", "" },
		{ OTHERS_LISTING_NFT, false,
		  NFT("\tchain vpn {\n\t\treturn\n\t\taccept\n\t}\n\n" DROPS("\t\tjump vpn\n")),
		  forward, forward },
		{ OTHERS_LISTING_NFT, false,
		  NFT("\tchain vpn {\n\t}\n\n" DROPS("\t\tgoto vpn\n\t\taccept\n")), forward,
		  forward },
		{ OTHERS_LISTING_NFT, false,
		  NFT("\tchain vpn {\n\t}\n\n" DROPS("\t\tjump vpn\n\t\taccept\n")), "", "" },
		{ OTHERS_LISTING_NFT, false, NFT(DROPS("\t\tjump nowhere\n")), forward, forward },
		{ OTHERS_LISTING_NFT, false, NFT(DROPS("") "\n\tchain vpn {\n\t\taccept\n\t}\n"),
		  forward, forward },
		/* only hooks and families that callers' packets pass, and no product whose state is
		 * known */
		{ OTHERS_LISTING_NFT, false,
		  "table inet x {\n\tchain c {\n\t\ttype filter hook input priority 0; policy drop;\n\t}\n}\n",
		  "", "" },
		{ OTHERS_LISTING_NFT, false, "table ip6 filter {\n" DROPS("") "}\n", "", "" },
		{ OTHERS_LISTING_NFT, false, "table inet dialisp {\n" DROPS("") "}\n", "", "" },
		{ OTHERS_LISTING_NFT, false, "table inet firewalld {\n" DROPS("") "}\n", "", "" },
		{ OTHERS_LISTING_NFT, false, "table ip filter {\n" DROPS("") "}\n",
		  "ip filter forward\n", "ip filter forward\n" },
		{ OTHERS_LISTING_NFT, true, "table ip filter {\n" DROPS("") "}\n", "", "" },
		{ OTHERS_LISTING_NFT, true, NFT(DROPS("")) "table ip t {\n" DROPS("") "}\n",
		  "inet filter forward\nip t forward\n", "inet filter forward\nip t forward\n" },
		{ OTHERS_LISTING_IPTABLES_NFT, true, "", "", "" },
		{ OTHERS_LISTING_IPTABLES_NFT, true, FILTER(""), "FORWARD\n", "FORWARD\n" },
		{ OTHERS_LISTING_IPTABLES_NFT, true, "*nat\n:FORWARD DROP [0:0]\nCOMMIT\n", "",
		  "" },
		{ OTHERS_LISTING_IPTABLES_NFT, true,
		  FILTER("-A FORWARD -j OTHER\n-A OTHER -i ppp-+ -j ACCEPT\n"), "", "FORWARD\n" },
		{ OTHERS_LISTING_IPTABLES_NFT, true,
		  FILTER(":FORWARDS - [0:0]\n-A OTHER -j ACCEPT\n-A FORWARDS -j ACCEPT\n"),
		  "FORWARD\n", "FORWARD\n" },
		{ OTHERS_LISTING_IPTABLES_NFT, true,
		  FILTER("-A FORWARD -j OTHER\n-A FORWARD -j ACCEPT\n-A OTHER -i eth0 -j RETURN\n-A OTHER -j DROP\n"),
		  "FORWARD\n", "" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_text_ struct text out = { 0 }, back = { 0 };

		find(cases[i].listing, cases[i].rules, cases[i].has_iptables, OTHERS_PATH_OUT,
		     OTHERS_VERDICT_DROP, &out);
		find(cases[i].listing, cases[i].rules, cases[i].has_iptables, OTHERS_PATH_BACK,
		     OTHERS_VERDICT_DROP, &back);
		check(str_eq(text_str(&out), cases[i].out), "out: %s: \"%s\"", cases[i].rules,
		      text_str(&out));
		check(str_eq(text_str(&back), cases[i].back), "back: %s: \"%s\"", cases[i].rules,
		      text_str(&back));
	}
}

#define BASE(name, hook, body)                                                                     \
	"\tchain " name " {\n\t\ttype filter hook " hook " priority 0; policy accept;\n" body      \
	"\t}\n"
#define SET_OF_ALL                                                                                 \
	"\tset everyone {\n\t\ttype ipv4_addr\n\t\tflags interval\n\t\telements = { 10.0.0.0/8 }\n\t}\n"

/* Of the chains of a table only those that drop are named, in each hook. */
static void test_tables(void)
{
	static const struct {
		enum others_path path;
		const char *rules, *drops;
	} cases[] = {
		{ OTHERS_PATH_OUT, NFT(BASE("a", "forward", "") BASE("b", "forward", "\t\tdrop\n")),
		  "inet filter b\n" },
		{ OTHERS_PATH_OUT,
		  NFT(BASE("a", "forward", "\t\tdrop\n") BASE("b", "forward", "\t\tdrop\n")),
		  "inet filter a\ninet filter b\n" },
		{ OTHERS_PATH_OUT,
		  NFT(BASE("a", "prerouting", "\t\tdrop\n") BASE("b", "forward", "")), "" },
		{ OTHERS_PATH_OUT,
		  NFT(SET_OF_ALL BASE("a", "forward", "\t\tip saddr @everyone drop\n")),
		  "inet filter a\n" },
		{ OTHERS_PATH_OUT,
		  NFT(BASE("a", "input", "\t\tdrop\n") BASE("b", "postrouting", "\t\tdrop\n")),
		  "" },
		{ OTHERS_PATH_OUT,
		  NFT("\tflowtable f {\n\t\thook ingress priority 0\n\t\tdevices = { eth0, wlan0 }\n\t}\n\n" DROPS(
			  "\t\tmeta l4proto udp flow add @f\n")),
		  "inet filter forward\n" },
		{ OTHERS_PATH_INPUT, NFT(BASE("a", "input", "")), "" },
		{ OTHERS_PATH_INPUT,
		  NFT(BASE("a", "input", "\t\tip daddr 10.77.0.1 udp dport != 53 drop\n")),
		  "inet filter a\n" },
		{ OTHERS_PATH_INPUT, NFT(DROPS("")), "" },
		{ OTHERS_PATH_BACK, NFT(BASE("a", "forward", "\t\tct direction original drop\n")),
		  "" },
		{ OTHERS_PATH_BACK, NFT(BASE("a", "forward", "\t\tct direction reply drop\n")),
		  "inet filter a\n" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_text_ struct text found = { 0 };

		find(OTHERS_LISTING_NFT, cases[i].rules, false, cases[i].path, OTHERS_VERDICT_DROP,
		     &found);
		check(str_eq(text_str(&found), cases[i].drops), "%s: \"%s\"", cases[i].rules,
		      text_str(&found));
	}
}

/* This process is where it was, and of its namespaces nothing is left to be seen here. */
static void check_same_place(const struct stat *before)
{
	struct stat now = { 0 };

	check(stat("/proc/self/ns/net", &now) == 0 && now.st_ino == before->st_ino,
	      "another place");
	check(!if_nametoindex("ppp-line1"), "an interface is left");
}

static void test_translations(void)
{
#define POST(rules)                                                                                             \
	"table ip nat {\n\tchain post {\n\t\ttype nat hook postrouting priority srcnat; policy accept;\n" rules \
	"\t}\n}\n"
	static const struct {
		enum others_listing listing;
		const char *rules, *want;
	} cases[] = {
		{ OTHERS_LISTING_NFT, POST("\t\toifname \"eth0\" masquerade\n"), "ip nat post\n" },
		{ OTHERS_LISTING_NFT, POST("\t\tmasquerade\n"), "ip nat post\n" },
		{ OTHERS_LISTING_NFT, POST("\t\tip saddr 10.0.0.0/8 snat to 192.0.2.1\n"),
		  "ip nat post\n" },
		{ OTHERS_LISTING_IPTABLES_NFT,
		  NAT("-A POSTROUTING -s 10.77.0.0/24 ! -o ppp-+ -j MASQUERADE\n"),
		  "POSTROUTING\n" },
		{ OTHERS_LISTING_NFT, POST("\t\tip saddr 172.17.0.0/16 masquerade\n"), "" },
		{ OTHERS_LISTING_NFT, POST(""), "" },
		{ OTHERS_LISTING_IPTABLES_NFT, NAT("-A POSTROUTING -o eth0 -j MASQUERADE\n"),
		  "POSTROUTING\n" },
		{ OTHERS_LISTING_IPTABLES_NFT,
		  NAT("-A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE\n"), "" },
		/* our own */
		{ OTHERS_LISTING_IPTABLES_NFT,
		  NAT("-A POSTROUTING -j DIALISP-NAT\n-A DIALISP-NAT -s 10.77.0.0/24 ! -o ppp-+ -j MASQUERADE\n"),
		  "" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_text_ struct text found = { 0 };

		find(cases[i].listing, cases[i].rules, false, OTHERS_PATH_LEAVE,
		     OTHERS_VERDICT_TRANSLATE, &found);
		check(str_eq(text_str(&found), cases[i].want), "%s: \"%s\"", cases[i].rules,
		      text_str(&found));
	}
}

/* --- products --- */

#define DOCKER_OLD                                                                                 \
	"-A DOCKER-USER -s 10.78.0.0/24 -i ppp-+ -m comment --comment dialisp -j ACCEPT\n"

static void test_docker(void)
{
	static const struct {
		const char *saved;
		bool is_wanted;
		const char *input;
	} cases[] = {
		{ DOCKER(""), true,
		  "*filter\n"
		  "-I DOCKER-USER -s 10.77.0.0/24 -i ppp-+ -m comment --comment dialisp -j ACCEPT\n"
		  "-I DOCKER-USER -d 10.77.0.0/24 -o ppp-+ -m conntrack --ctstate RELATED,ESTABLISHED -m comment --comment dialisp -j "
		  "ACCEPT\n"
		  "COMMIT\n" },
		{ DOCKER(DOCKER_TO DOCKER_FROM), true, "" },
		{ DOCKER(DOCKER_FROM DOCKER_TO), true, "" },
		{ DOCKER(DOCKER_TO), true,
		  "*filter\n-I DOCKER-USER -s 10.77.0.0/24 -i ppp-+ -m comment --comment dialisp -j ACCEPT\nCOMMIT\n" },
		{ DOCKER(DOCKER_OLD DOCKER_TO DOCKER_FROM), true,
		  "*filter\n-D DOCKER-USER -s 10.78.0.0/24 -i ppp-+ -m comment --comment dialisp -j ACCEPT\nCOMMIT\n" },
		{ DOCKER(""), false, "" },
		{ DOCKER(DOCKER_FROM), false,
		  "*filter\n-D DOCKER-USER -s 10.77.0.0/24 -i ppp-+ -m comment --comment dialisp -j ACCEPT\nCOMMIT\n" },
		/* the administrator's own rules are kept */
		{ DOCKER("-A DOCKER-USER -s 10.77.0.0/24 -i ppp-+ -j ACCEPT\n-A DOCKER-USER -m comment --comment \"not dialisp \" -j DROP\n"),
		  false, "" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_text_ struct text input = { 0 };

		others_docker_compose(cases[i].saved, &open_desired, cases[i].is_wanted, &input);
		check_str(text_str(&input), cases[i].input);
	}
}

#define UFW_INPUT "### tuple ### allow any any 0.0.0.0/0 any 10.77.0.0/24 in_ppp-+"

static void test_ufw(void)
{
	static const struct {
		const char *rules;
		const struct others_desired *desired;
		bool is_wanted;
		const char *commands;
	} cases[] = {
		{ UFW(""), &open_desired, true,
		  "route allow in on ppp-+ from 10.77.0.0/24 comment dialisp\n" },
		{ UFW(""), &input_desired, true,
		  "route allow in on ppp-+ from 10.77.0.0/24 comment dialisp\nallow in on ppp-+ from 10.77.0.0/24 comment dialisp\n" },
		{ UFW(UFW_FORWARD UFW_OURS), &open_desired, true, "" },
		{ UFW(UFW_FORWARD UFW_OURS UFW_INPUT UFW_OURS), &input_desired, true, "" },
		{ UFW(UFW_FORWARD UFW_OURS UFW_INPUT UFW_OURS), &open_desired, true,
		  "delete allow in on ppp-+ from 10.77.0.0/24\n" },
		{ UFW(UFW_FORWARD UFW_OURS UFW_INPUT UFW_OURS), &input_desired, false,
		  "route delete allow in on ppp-+ from 10.77.0.0/24\ndelete allow in on ppp-+ from 10.77.0.0/24\n" },
		{ UFW(UFW_OLD), &open_desired, true,
		  "route delete allow in on ppp-+ from 10.78.0.0/24\nroute allow in on ppp-+ from 10.77.0.0/24 comment dialisp\n" },
		/* the administrator's own serves, and stays */
		{ UFW(UFW_FORWARD "\n"), &open_desired, true, "" },
		{ UFW(UFW_FORWARD " comment=6d6f\n"), &open_desired, true, "" },
		{ UFW(UFW_FORWARD "\n"), &open_desired, false, "" },
		{ UFW(UFW_FORWARD " comment=6d6f\n"), &open_desired, false, "" },
		{ UFW("### tuple ### route:allow tcp 80 0.0.0.0/0 any 10.77.0.0/24 in_ppp-+" UFW_OURS),
		  &open_desired, false, "" },
		{ UFW(UFW_FORWARD "0" UFW_OURS), &open_desired, true,
		  "route allow in on ppp-+ from 10.77.0.0/24 comment dialisp\n" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_text_ struct text commands = { 0 };

		others_ufw_compose(cases[i].rules, cases[i].desired, cases[i].is_wanted, &commands);
		check_str(text_str(&commands), cases[i].commands);
	}
}

static void test_firewalld(void)
{
	_cleanup_text_ struct text zone = { 0 }, policy = { 0 }, stripped = { 0 };

	others_firewalld_compose(&open_desired, &zone, &policy);
	check(strstr(text_str(&zone), "<zone>\n") &&
		      strstr(text_str(&zone), "<source address=\"" POOL "\"/>"),
	      "%s", text_str(&zone));
	check(strstr(text_str(&policy), "<ingress-zone name=\"dialisp\"/>"), "%s",
	      text_str(&policy));
	text_clear(&zone);
	others_firewalld_compose(&input_desired, &zone, &policy);
	check(strstr(text_str(&zone), "<zone target=\"ACCEPT\">\n"), "%s", text_str(&zone));

	others_firewalld_strip(
		"public (default, active)\n  target: default\n  interfaces: eth0\n  ports: \n\nwork\n  interfaces: \n",
		&stripped);
	check_str(text_str(&stripped), "public\n  target: default\n\n  ports: \n\nwork\n\n");
}

int main(void)
{
	struct stat place = { 0 };
	bool can;

	test_docker();
	test_ufw();
	test_firewalld();
	become_root();
	check(stat("/proc/self/ns/net", &place) == 0, "a place");
	can = can_probe(OTHERS_LISTING_NFT) && can_probe(OTHERS_LISTING_IPTABLES_NFT);
	if (can) {
		test_rules();
		test_chains();
		test_tables();
		test_translations();
	}
	check_same_place(&place);
	return check_done() ? 1 : can ? 0 : 77;
}
