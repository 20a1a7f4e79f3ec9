/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What others' rules make of callers' packets, and what is composed for each product. */
#include "firewall/others/others.h"

#include "check.h"
#include "firewall/others/internal.h"
#include "others-bench.h"

#define POOL "10.77.0.0/24"

static const struct others_desired open_desired = { .is_open = true, .pool = POOL };
static const struct others_desired input_desired = { .is_open = true,
						     .has_input = true,
						     .pool = POOL };

/* --- one rule --- */

static struct others_packet out_packet(void)
{
	return (struct others_packet){ "forward",          "ppp-line1",      "eth0",
				       parse("10.77.0.2"), parse("9.9.9.9"), "new" };
}

static struct others_packet back_packet(void)
{
	return (struct others_packet){ "forward",          "eth0",
				       "ppp-line1",        parse("9.9.9.9"),
				       parse("10.77.0.2"), "established" };
}

static void test_rules(void)
{
	enum {
		NONE = OTHERS_VERDICT_NONE,
		ACCEPT,
		DROP,
		TRANSLATE,
		RETURN,
		OTHER = -1
	};
	static const struct {
		const char *line;
		int out, back; /* OTHER: the rule is not for this packet */
	} cases[] = {
		{ "accept", ACCEPT, ACCEPT },
		{ "counter drop", DROP, DROP },
		{ "counter packets 1 bytes 2 drop", DROP, DROP },
		{ "log prefix \"in: accept \" level info flags all counter drop", DROP, DROP },
		{ "reject with icmpx admin-prohibited", DROP, DROP },
		{ "ip protocol tcp reject with tcp reset", OTHER, OTHER },
		{ "tcp dport { 80, 443 } accept", OTHER, OTHER },
		{ "limit rate 3/minute drop", OTHER, OTHER },
		{ "ct state established,related accept", OTHER, ACCEPT },
		{ "ct state { established, new } accept", ACCEPT, ACCEPT },
		{ "ct state != new accept", OTHER, ACCEPT },
		{ "ct state invalid drop", OTHER, OTHER },
		{ "ct mark 0x1 drop", OTHER, OTHER },
		{ "ct state vmap { invalid : drop, established : accept, related : accept }", OTHER,
		  ACCEPT },
		{ "ct state vmap { new : drop, established : jump back }", DROP, NONE },
		{ "iifname \"ppp-*\" accept", ACCEPT, OTHER },
		{ "iifname \"ppp-line1\" accept", ACCEPT, OTHER },
		{ "iifname \"ppp-line\" accept", OTHER, OTHER },
		{ "iifname \"ppp0\" accept", OTHER, OTHER },
		{ "oifname { \"wlan0\", \"eth0\" } accept", ACCEPT, OTHER },
		{ "iifname { \"wlan0\", \"lan*\" } accept", OTHER, OTHER },
		{ "iifname != \"eth0\" drop", DROP, OTHER },
		{ "oif \"eth0\" accept", ACCEPT, OTHER },
		{ "iifname @links accept", OTHER, OTHER },
		{ "iifname != @links drop", OTHER, OTHER },
		{ "iifname . oifname vmap { \"ppp-line1\" . \"eth0\" : drop }", OTHER, OTHER },
		{ "iifname vmap { \"lo\" : accept, \"ppp-*\" : drop }", DROP, OTHER },
		{ "ip saddr 10.0.0.0/8 accept", ACCEPT, OTHER },
		{ "ip saddr 10.77.0.2 accept", ACCEPT, OTHER },
		{ "ip saddr { 192.168.0.0/16, 10.77.0.0/24 } oifname \"eth0\" accept", ACCEPT,
		  OTHER },
		{ "ip saddr != { 192.168.0.0/16, 172.16.0.0/12 } drop", DROP, DROP },
		{ "ip saddr 10.0.0.1-10.200.0.0 drop", OTHER, OTHER },
		{ "ip saddr != 10.0.0.1-10.200.0.0 drop", OTHER, OTHER },
		{ "ip saddr @lan drop", OTHER, OTHER },
		{ "ip daddr 10.77.0.0/24 accept comment \"drop\"", OTHER, ACCEPT },
		{ "ip6 saddr fe80::/10 drop", OTHER, OTHER },
		{ "meta nfproto ipv6 drop", OTHER, OTHER },
		{ "meta nfproto ipv4 drop", DROP, DROP },
		{ "meta mark 0x00000001 drop", OTHER, OTHER },
		{ "return", RETURN, RETURN },
		{ "masquerade", TRANSLATE, TRANSLATE },
		{ "ip saddr 10.0.0.0/8 snat to 192.0.2.1", TRANSLATE, OTHER },
		{ "type filter hook forward priority filter; policy drop;", OTHER, OTHER },
		{ "", NONE, NONE },
		{ " -j DROP", DROP, DROP },
		{ " -j REJECT --reject-with icmp-port-unreachable", DROP, DROP },
		{ " -i ppp-+ -s 10.77.0.0/24 -m comment --comment \"no -j DROP\" -j ACCEPT", ACCEPT,
		  OTHER },
		{ " -i ppp-+ -m comment --comment dialisp -j ACCEPT", ACCEPT, OTHER },
		{ " ! -i ppp-+ -j DROP", OTHER, DROP },
		{ " ! -s 10.0.0.0/8 -o ppp-+ -j DROP", OTHER, DROP },
		{ " -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT", OTHER, ACCEPT },
		{ " -m state --state NEW -j ACCEPT", ACCEPT, OTHER },
		{ " -m conntrack ! --ctstate NEW -j ACCEPT", OTHER, ACCEPT },
		{ " -p tcp -m tcp --dport 80 -j ACCEPT", OTHER, OTHER },
		{ " -m limit --limit 3/min -j DROP", OTHER, OTHER },
		{ " -s 10.77.0.0/24 ! -o ppp-+ -j MASQUERADE", TRANSLATE, OTHER },
		{ " -j LOG --log-prefix \"[UFW BLOCK] \"", NONE, NONE },
	};
	const struct others_packet out = out_packet(), back = back_packet();

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct others_rule a = others_read_rule(cases[i].line, &out);
		struct others_rule b = others_read_rule(cases[i].line, &back);

		check((a.applies ? (int)a.verdict : OTHER) == cases[i].out, "out: %s: %d",
		      cases[i].line, (int)a.verdict);
		check((b.applies ? (int)b.verdict : OTHER) == cases[i].back, "back: %s: %d",
		      cases[i].line, (int)b.verdict);
	}
}

static void test_targets(void)
{
	static const struct {
		const char *line, *target;
		bool is_goto;
	} cases[] = {
		{ "counter jump vpn", "vpn", false },
		{ "goto \"a\"", "a", true },
		{ " -j ufw-before-forward", "ufw-before-forward", false },
		{ " -i ppp-+ -g DIALISP-FROM", "DIALISP-FROM", true },
		{ "iifname vmap { \"ppp-*\" : goto them }", "them", true },
	};
	const struct others_packet out = out_packet();

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct others_rule rule = others_read_rule(cases[i].line, &out);
		_cleanup_free_ char *target =
			xstrndup(rule.target.s ? rule.target.s : "", rule.target.n);

		check(rule.applies && rule.is_goto == cases[i].is_goto, "%s", cases[i].line);
		check_str(target, cases[i].target);
	}
}

/* --- chains --- */

#define OPEN(body)                                                                                 \
	"\tchain forward {\n\t\ttype filter hook forward priority filter; policy accept;\n" body   \
	"\t}\n"

static void test_chains(void)
{
	static const char forward[] = "inet filter forward\n";
	static const struct {
		enum others_syntax syntax;
		bool has_iptables;
		const char *rules, *out, *back; /* chains that drop */
	} cases[] = {
		{ OTHERS_SYNTAX_NFT, false, "", "", "" },
		{ OTHERS_SYNTAX_NFT, false, NFT(DROPS("")), forward, forward },
		{ OTHERS_SYNTAX_NFT, false, NFT(OPEN("")), "", "" },
		{ OTHERS_SYNTAX_NFT, false, NFT(OPEN("\t\treject with icmpx admin-prohibited\n")),
		  forward, forward },
		{ OTHERS_SYNTAX_NFT, false, NFT(DROPS("\t\tct state established,related accept\n")),
		  forward, "" },
		{ OTHERS_SYNTAX_NFT, false, NFT(DROPS("\t\tiifname \"ppp-*\" accept\n")), "",
		  forward },
		/* a chain behind the one that jumps there, and one before */
		{ OTHERS_SYNTAX_NFT, false,
		  NFT(DROPS("\t\tjump vpn\n") "\n\tchain vpn {\n\t\taccept\n\t}\n"), "", "" },
		{ OTHERS_SYNTAX_NFT, false,
		  NFT("\tchain vpn {\n\t\treturn\n\t\taccept\n\t}\n\n" DROPS("\t\tjump vpn\n")),
		  forward, forward },
		{ OTHERS_SYNTAX_NFT, false,
		  NFT("\tchain vpn {\n\t}\n\n" DROPS("\t\tgoto vpn\n\t\taccept\n")), forward,
		  forward },
		{ OTHERS_SYNTAX_NFT, false,
		  NFT("\tchain vpn {\n\t}\n\n" DROPS("\t\tjump vpn\n\t\taccept\n")), "", "" },
		{ OTHERS_SYNTAX_NFT, false, NFT(DROPS("\t\tjump nowhere\n")), forward, forward },
		{ OTHERS_SYNTAX_NFT, false, NFT(DROPS("") "\n\tchain vpn {\n\t\taccept\n\t}\n"),
		  forward, forward },
		/* only hooks and families that callers' packets pass, and nobody whose answer is
		 * known */
		{ OTHERS_SYNTAX_NFT, false,
		  "table inet x {\n\tchain c {\n\t\ttype filter hook input priority 0; policy drop;\n\t}\n}\n",
		  "", "" },
		{ OTHERS_SYNTAX_NFT, false, "table ip6 filter {\n" DROPS("") "}\n", "", "" },
		{ OTHERS_SYNTAX_NFT, false, "table inet dialisp {\n" DROPS("") "}\n", "", "" },
		{ OTHERS_SYNTAX_NFT, false, "table inet firewalld {\n" DROPS("") "}\n", "", "" },
		{ OTHERS_SYNTAX_NFT, false, "table ip filter {\n" DROPS("") "}\n",
		  "ip filter forward\n", "ip filter forward\n" },
		{ OTHERS_SYNTAX_NFT, true, "table ip filter {\n" DROPS("") "}\n", "", "" },
		{ OTHERS_SYNTAX_NFT, true, NFT(DROPS("")) "table ip t {\n" DROPS("") "}\n",
		  "inet filter forward\nip t forward\n", "inet filter forward\nip t forward\n" },
		{ OTHERS_SYNTAX_IPTABLES, true, "", "", "" },
		{ OTHERS_SYNTAX_IPTABLES, true, FILTER(""), "FORWARD\n", "FORWARD\n" },
		{ OTHERS_SYNTAX_IPTABLES, true, "*nat\n:FORWARD DROP [0:0]\nCOMMIT\n", "", "" },
		{ OTHERS_SYNTAX_IPTABLES, true,
		  FILTER("-A FORWARD -j OTHER\n-A OTHER -i ppp-+ -j ACCEPT\n"), "", "FORWARD\n" },
		{ OTHERS_SYNTAX_IPTABLES, true,
		  FILTER("-A OTHER -j ACCEPT\n-A FORWARDS -j ACCEPT\n"), "FORWARD\n", "FORWARD\n" },
		{ OTHERS_SYNTAX_IPTABLES, true,
		  FILTER("-A FORWARD -j OTHER\n-A FORWARD -j ACCEPT\n-A OTHER -i eth0 -j RETURN\n-A OTHER -j DROP\n"),
		  "FORWARD\n", "" },
	};
	const struct others_packet out = out_packet(), back = back_packet();

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct others_rules rules = { cases[i].syntax, cases[i].rules,
						    cases[i].has_iptables };
		_cleanup_text_ struct text a = { 0 }, b = { 0 };

		others_find_chains(&rules, &out, OTHERS_VERDICT_DROP, &a);
		others_find_chains(&rules, &back, OTHERS_VERDICT_DROP, &b);
		check(str_eq(text_str(&a), cases[i].out), "out: %s: \"%s\"", cases[i].rules,
		      text_str(&a));
		check(str_eq(text_str(&b), cases[i].back), "back: %s: \"%s\"", cases[i].rules,
		      text_str(&b));
	}
}

static void test_translations(void)
{
#define POST(rules)                                                                                             \
	"table ip nat {\n\tchain post {\n\t\ttype nat hook postrouting priority srcnat; policy accept;\n" rules \
	"\t}\n}\n"
	static const struct {
		enum others_syntax syntax;
		const char *rules, *want;
	} cases[] = {
		{ OTHERS_SYNTAX_NFT, POST("\t\toifname \"eth0\" masquerade\n"), "ip nat post\n" },
		{ OTHERS_SYNTAX_NFT, POST("\t\tip saddr 172.17.0.0/16 masquerade\n"), "" },
		{ OTHERS_SYNTAX_NFT, POST(""), "" },
		{ OTHERS_SYNTAX_IPTABLES, NAT("-A POSTROUTING -o eth0 -j MASQUERADE\n"),
		  "POSTROUTING\n" },
		{ OTHERS_SYNTAX_IPTABLES,
		  NAT("-A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE\n"), "" },
		/* our own */
		{ OTHERS_SYNTAX_IPTABLES,
		  NAT("-A POSTROUTING -j DIALISP-NAT\n-A DIALISP-NAT -s 10.77.0.0/24 ! -o ppp-+ -j MASQUERADE\n"),
		  "" },
	};
	struct others_packet packet = out_packet();

	packet.hook = "postrouting";
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct others_rules rules = { cases[i].syntax, cases[i].rules, false };
		_cleanup_text_ struct text found = { 0 };

		others_find_chains(&rules, &packet, OTHERS_VERDICT_TRANSLATE, &found);
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
		/* the administrator's own rules are his */
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
	test_rules();
	test_targets();
	test_chains();
	test_translations();
	test_docker();
	test_ufw();
	test_firewalld();
	return check_done();
}
