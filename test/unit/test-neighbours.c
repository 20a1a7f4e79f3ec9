/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What others' rules make of callers' packets, and what is asked of each product; the programs are fakes. */
#include "neighbours.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <sys/stat.h>

#include "check.h"
#include "file.h"
#include "neighbours-part.h"
#include "run.h"
#include "systemd.h"

#define POOL   "10.77.0.0/24"
#define RECORD "/var/lib/dialisp/neighbours"

static const struct neighbours_wish open_wish = { .is_open = true, .pool = POOL };
static const struct neighbours_wish input_wish = { .is_open = true, .has_input = true, .pool = POOL };

static struct in_addr parse(const char *s)
{
	struct in_addr address = { 0 };

	check(site_parse_address(s, &address) == 0, "%s", s);
	return address;
}

/* --- one rule --- */

static struct neighbours_packet out_packet(void)
{
	return (struct neighbours_packet){ "forward",          "ppp-line1",      "eth0",
					   parse("10.77.0.2"), parse("9.9.9.9"), "new" };
}

static struct neighbours_packet back_packet(void)
{
	return (struct neighbours_packet){ "forward",          "eth0",       "ppp-line1", parse("9.9.9.9"),
					   parse("10.77.0.2"), "established" };
}

static void test_rules(void)
{
	enum {
		NONE = NEIGHBOURS_VERDICT_NONE,
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
		{ "ct state vmap { invalid : drop, established : accept, related : accept }", OTHER, ACCEPT },
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
		{ "ip saddr { 192.168.0.0/16, 10.77.0.0/24 } oifname \"eth0\" accept", ACCEPT, OTHER },
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
		{ " -i ppp-+ -s 10.77.0.0/24 -m comment --comment \"no -j DROP\" -j ACCEPT", ACCEPT, OTHER },
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
	const struct neighbours_packet out = out_packet(), back = back_packet();

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct neighbours_rule a = neighbours_read_rule(cases[i].line, &out);
		struct neighbours_rule b = neighbours_read_rule(cases[i].line, &back);

		check((a.applies ? (int)a.verdict : OTHER) == cases[i].out, "out: %s: %d", cases[i].line,
		      (int)a.verdict);
		check((b.applies ? (int)b.verdict : OTHER) == cases[i].back, "back: %s: %d", cases[i].line,
		      (int)b.verdict);
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
	const struct neighbours_packet out = out_packet();

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct neighbours_rule rule = neighbours_read_rule(cases[i].line, &out);
		_cleanup_free_ char *target = xstrndup(rule.target.s ? rule.target.s : "", rule.target.n);

		check(rule.applies && rule.is_goto == cases[i].is_goto, "%s", cases[i].line);
		check_str(target, cases[i].target);
	}
}

/* --- chains --- */

#define NFT(body) "table inet filter {\n\tset s {\n\t\ttype ipv4_addr\n\t}\n\n" body "}\n"
#define DROPS(body)                                                                                          \
	"\tchain forward {\n\t\ttype filter hook forward priority filter; policy drop;\n" body "\t}\n"
#define OPEN(body)                                                                                           \
	"\tchain forward {\n\t\ttype filter hook forward priority filter; policy accept;\n" body "\t}\n"
#define FILTER(body)                                                                                         \
	"# by iptables-save\n*filter\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [1:2]\n:OTHER - [0:0]\n" body       \
	"COMMIT\n"

static void test_chains(void)
{
	static const char forward[] = "inet filter forward\n";
	static const struct {
		enum neighbours_syntax syntax;
		bool has_iptables;
		const char *rules, *out, *back; /* chains that drop */
	} cases[] = {
		{ NEIGHBOURS_SYNTAX_NFT, false, "", "", "" },
		{ NEIGHBOURS_SYNTAX_NFT, false, NFT(DROPS("")), forward, forward },
		{ NEIGHBOURS_SYNTAX_NFT, false, NFT(OPEN("")), "", "" },
		{ NEIGHBOURS_SYNTAX_NFT, false, NFT(OPEN("\t\treject with icmpx admin-prohibited\n")),
		  forward, forward },
		{ NEIGHBOURS_SYNTAX_NFT, false, NFT(DROPS("\t\tct state established,related accept\n")),
		  forward, "" },
		{ NEIGHBOURS_SYNTAX_NFT, false, NFT(DROPS("\t\tiifname \"ppp-*\" accept\n")), "", forward },
		/* a chain behind the one that jumps there, and one before */
		{ NEIGHBOURS_SYNTAX_NFT, false,
		  NFT(DROPS("\t\tjump vpn\n") "\n\tchain vpn {\n\t\taccept\n\t}\n"), "", "" },
		{ NEIGHBOURS_SYNTAX_NFT, false,
		  NFT("\tchain vpn {\n\t\treturn\n\t\taccept\n\t}\n\n" DROPS("\t\tjump vpn\n")), forward,
		  forward },
		{ NEIGHBOURS_SYNTAX_NFT, false,
		  NFT("\tchain vpn {\n\t}\n\n" DROPS("\t\tgoto vpn\n\t\taccept\n")), forward, forward },
		{ NEIGHBOURS_SYNTAX_NFT, false,
		  NFT("\tchain vpn {\n\t}\n\n" DROPS("\t\tjump vpn\n\t\taccept\n")), "", "" },
		{ NEIGHBOURS_SYNTAX_NFT, false, NFT(DROPS("\t\tjump nowhere\n")), forward, forward },
		{ NEIGHBOURS_SYNTAX_NFT, false, NFT(DROPS("") "\n\tchain vpn {\n\t\taccept\n\t}\n"), forward,
		  forward },
		/* only hooks and families that callers' packets pass, and nobody whose answer is known */
		{ NEIGHBOURS_SYNTAX_NFT, false,
		  "table inet x {\n\tchain c {\n\t\ttype filter hook input priority 0; policy drop;\n\t}\n}\n",
		  "", "" },
		{ NEIGHBOURS_SYNTAX_NFT, false, "table ip6 filter {\n" DROPS("") "}\n", "", "" },
		{ NEIGHBOURS_SYNTAX_NFT, false, "table inet dialisp {\n" DROPS("") "}\n", "", "" },
		{ NEIGHBOURS_SYNTAX_NFT, false, "table inet firewalld {\n" DROPS("") "}\n", "", "" },
		{ NEIGHBOURS_SYNTAX_NFT, false, "table ip filter {\n" DROPS("") "}\n", "ip filter forward\n",
		  "ip filter forward\n" },
		{ NEIGHBOURS_SYNTAX_NFT, true, "table ip filter {\n" DROPS("") "}\n", "", "" },
		{ NEIGHBOURS_SYNTAX_NFT, true, NFT(DROPS("")) "table ip t {\n" DROPS("") "}\n",
		  "inet filter forward\nip t forward\n", "inet filter forward\nip t forward\n" },
		{ NEIGHBOURS_SYNTAX_IPTABLES, true, "", "", "" },
		{ NEIGHBOURS_SYNTAX_IPTABLES, true, FILTER(""), "FORWARD\n", "FORWARD\n" },
		{ NEIGHBOURS_SYNTAX_IPTABLES, true, "*nat\n:FORWARD DROP [0:0]\nCOMMIT\n", "", "" },
		{ NEIGHBOURS_SYNTAX_IPTABLES, true,
		  FILTER("-A FORWARD -j OTHER\n-A OTHER -i ppp-+ -j ACCEPT\n"), "", "FORWARD\n" },
		{ NEIGHBOURS_SYNTAX_IPTABLES, true, FILTER("-A OTHER -j ACCEPT\n-A FORWARDS -j ACCEPT\n"),
		  "FORWARD\n", "FORWARD\n" },
		{ NEIGHBOURS_SYNTAX_IPTABLES, true,
		  FILTER("-A FORWARD -j OTHER\n-A FORWARD -j ACCEPT\n-A OTHER -i eth0 -j RETURN\n-A OTHER -j DROP\n"),
		  "FORWARD\n", "" },
	};
	const struct neighbours_packet out = out_packet(), back = back_packet();

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct neighbours_rules rules = { cases[i].syntax, cases[i].rules,
							cases[i].has_iptables };
		_cleanup_text_ struct text a = { 0 }, b = { 0 };

		neighbours_find_chains(&rules, &out, NEIGHBOURS_VERDICT_DROP, &a);
		neighbours_find_chains(&rules, &back, NEIGHBOURS_VERDICT_DROP, &b);
		check(str_eq(text_str(&a), cases[i].out), "out: %s: \"%s\"", cases[i].rules, text_str(&a));
		check(str_eq(text_str(&b), cases[i].back), "back: %s: \"%s\"", cases[i].rules, text_str(&b));
	}
}

static void test_translations(void)
{
#define POST(rules)                                                                                             \
	"table ip nat {\n\tchain post {\n\t\ttype nat hook postrouting priority srcnat; policy accept;\n" rules \
	"\t}\n}\n"
#define NAT(rules) "*nat\n:POSTROUTING ACCEPT [0:0]\n" rules "COMMIT\n"
	static const struct {
		enum neighbours_syntax syntax;
		const char *rules, *want;
	} cases[] = {
		{ NEIGHBOURS_SYNTAX_NFT, POST("\t\toifname \"eth0\" masquerade\n"), "ip nat post\n" },
		{ NEIGHBOURS_SYNTAX_NFT, POST("\t\tip saddr 172.17.0.0/16 masquerade\n"), "" },
		{ NEIGHBOURS_SYNTAX_NFT, POST(""), "" },
		{ NEIGHBOURS_SYNTAX_IPTABLES, NAT("-A POSTROUTING -o eth0 -j MASQUERADE\n"),
		  "POSTROUTING\n" },
		{ NEIGHBOURS_SYNTAX_IPTABLES,
		  NAT("-A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE\n"), "" },
		/* our own */
		{ NEIGHBOURS_SYNTAX_IPTABLES,
		  NAT("-A POSTROUTING -j DIALISP-NAT\n-A DIALISP-NAT -s 10.77.0.0/24 ! -o ppp-+ -j MASQUERADE\n"),
		  "" },
	};
	struct neighbours_packet packet = out_packet();

	packet.hook = "postrouting";
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct neighbours_rules rules = { cases[i].syntax, cases[i].rules, false };
		_cleanup_text_ struct text found = { 0 };

		neighbours_find_chains(&rules, &packet, NEIGHBOURS_VERDICT_TRANSLATE, &found);
		check(str_eq(text_str(&found), cases[i].want), "%s: \"%s\"", cases[i].rules,
		      text_str(&found));
	}
}

/* --- products --- */

#define DOCKER(rules)                                                                                        \
	FILTER(":DOCKER-USER - [0:0]\n-A FORWARD -j DOCKER-USER\n" rules "-A DOCKER-USER -j RETURN\n")
#define DOCKER_PLAIN_FROM " DOCKER-USER -s 10.77.0.0/24 -i ppp-+ -m comment --comment dialisp -j ACCEPT\n"
#define DOCKER_PLAIN_TO                                                                                      \
	" DOCKER-USER -d 10.77.0.0/24 -o ppp-+ -m conntrack --ctstate RELATED,ESTABLISHED -m comment --comment dialisp -j ACCEPT\n"
#define DOCKER_FROM "-A" DOCKER_PLAIN_FROM
#define DOCKER_TO   "-A" DOCKER_PLAIN_TO
#define DOCKER_OLD  "-A DOCKER-USER -s 10.78.0.0/24 -i ppp-+ -m comment --comment dialisp -j ACCEPT\n"

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

		neighbours_docker_compose(cases[i].saved, &open_wish, cases[i].is_wanted, &input);
		check_str(text_str(&input), cases[i].input);
	}
}

#define UFW(rules)  "*filter\n:ufw-user-forward - [0:0]\n### RULES ###\n\n" rules "### END RULES ###\nCOMMIT\n"
#define UFW_FORWARD "### tuple ### route:allow any any 0.0.0.0/0 any 10.77.0.0/24 in_ppp-+"
#define UFW_INPUT   "### tuple ### allow any any 0.0.0.0/0 any 10.77.0.0/24 in_ppp-+"
#define UFW_OURS    " comment=6469616c697370\n"
#define UFW_OLD     "### tuple ### route:allow any any 0.0.0.0/0 any 10.78.0.0/24 in_ppp-+" UFW_OURS

static void test_ufw(void)
{
	static const struct {
		const char *rules;
		const struct neighbours_wish *wish;
		bool is_wanted;
		const char *commands;
	} cases[] = {
		{ UFW(""), &open_wish, true, "route allow in on ppp-+ from 10.77.0.0/24 comment dialisp\n" },
		{ UFW(""), &input_wish, true,
		  "route allow in on ppp-+ from 10.77.0.0/24 comment dialisp\nallow in on ppp-+ from 10.77.0.0/24 comment dialisp\n" },
		{ UFW(UFW_FORWARD UFW_OURS), &open_wish, true, "" },
		{ UFW(UFW_FORWARD UFW_OURS UFW_INPUT UFW_OURS), &input_wish, true, "" },
		{ UFW(UFW_FORWARD UFW_OURS UFW_INPUT UFW_OURS), &open_wish, true,
		  "delete allow in on ppp-+ from 10.77.0.0/24\n" },
		{ UFW(UFW_FORWARD UFW_OURS UFW_INPUT UFW_OURS), &input_wish, false,
		  "route delete allow in on ppp-+ from 10.77.0.0/24\ndelete allow in on ppp-+ from 10.77.0.0/24\n" },
		{ UFW(UFW_OLD), &open_wish, true,
		  "route delete allow in on ppp-+ from 10.78.0.0/24\nroute allow in on ppp-+ from 10.77.0.0/24 comment dialisp\n" },
		/* the administrator's own serves, and stays */
		{ UFW(UFW_FORWARD "\n"), &open_wish, true, "" },
		{ UFW(UFW_FORWARD " comment=6d6f\n"), &open_wish, true, "" },
		{ UFW(UFW_FORWARD "\n"), &open_wish, false, "" },
		{ UFW(UFW_FORWARD " comment=6d6f\n"), &open_wish, false, "" },
		{ UFW("### tuple ### route:allow tcp 80 0.0.0.0/0 any 10.77.0.0/24 in_ppp-+" UFW_OURS),
		  &open_wish, false, "" },
		{ UFW(UFW_FORWARD "0" UFW_OURS), &open_wish, true,
		  "route allow in on ppp-+ from 10.77.0.0/24 comment dialisp\n" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_text_ struct text commands = { 0 };

		neighbours_ufw_compose(cases[i].rules, cases[i].wish, cases[i].is_wanted, &commands);
		check_str(text_str(&commands), cases[i].commands);
	}
}

static void test_firewalld(void)
{
	_cleanup_text_ struct text zone = { 0 }, policy = { 0 }, stripped = { 0 };

	neighbours_firewalld_compose(&open_wish, &zone, &policy);
	check(strstr(text_str(&zone), "<zone>\n") &&
		      strstr(text_str(&zone), "<source address=\"" POOL "\"/>"),
	      "%s", text_str(&zone));
	check(strstr(text_str(&policy), "<ingress-zone name=\"dialisp\"/>"), "%s", text_str(&policy));
	text_clear(&zone);
	neighbours_firewalld_compose(&input_wish, &zone, &policy);
	check(strstr(text_str(&zone), "<zone target=\"ACCEPT\">\n"), "%s", text_str(&zone));

	neighbours_firewalld_strip(
		"public (default, active)\n  target: default\n  interfaces: eth0\n  ports: \n\nwork\n  interfaces: \n",
		&stripped);
	check_str(text_str(&stripped), "public\n  target: default\n\n  ports: \n\nwork\n\n");
}

/* --- the whole, with fakes for the programs --- */

int __wrap_run_program(const struct run *run, struct text *ret_output);
int __wrap_netlink_find_generation(uint32_t *ret);
int __wrap_systemd_is_running(void);
int __wrap_systemd_get(const char *unit, struct systemd_unit *ret);
void __wrap_base_sleep_ms(unsigned ms);
char *__wrap_run_find(const char *program);

static struct {
	const char *nft, *saved, *zones, *kept_zones; /* what they say */
	const char *firewalld, *next_nft;             /* its state; what comes after a while */
	unsigned n_sleeps, n_looks;
	const char *fails; /* this one does not work */
	unsigned n_late;   /* so often firewalld answers too late for D-Bus */
	struct text ran;   /* what was changed by them, a line each */
} fake;

static void answer(const char *const *argv, struct text *ret)
{
	bool is_permanent = argv[1] && argv[2] && str_eq(argv[2], "--permanent");

	if (str_eq(argv[0], "nft"))
		text_add(ret, fake.nft);
	else if (str_eq(argv[0], "iptables-nft-save"))
		text_add(ret, fake.saved);
	else if (str_eq(argv[0], "firewall-cmd") && str_eq(argv[1], "--list-all-zones"))
		text_add(ret, is_permanent ? fake.kept_zones : fake.zones);
}

static bool is_look(const char *const *argv)
{
	return str_eq(argv[0], "nft") || str_ends(argv[0], "-save") ||
	       str_starts(argv[1] ? argv[1] : "", "--list");
}

int __wrap_run_program(const struct run *run, struct text *ret_output)
{
	if (ret_output)
		answer(run->argv, ret_output);
	if (fake.fails && str_eq(run->argv[0], fake.fails) && !is_look(run->argv))
		return 1;
	fake.n_looks += is_look(run->argv);
	if (str_eq(run->argv[0], "firewall-cmd") && !is_look(run->argv) && fake.n_late) {
		fake.n_late--;
		text_add(ret_output, "Error: Did not receive a reply. Possible causes include");
		return 1;
	}
	if (is_look(run->argv))
		return 0;
	for (size_t i = 0; run->argv[i]; i++)
		text_addf(&fake.ran, "%s%s", i ? " " : "", run->argv[i]);
	text_addc(&fake.ran, '\n');
	text_add(&fake.ran, run->input ? run->input : "");
	return 0;
}

static uint32_t generation; /* 0: the kernel does not say */

int __wrap_netlink_find_generation(uint32_t *ret)
{
	if (!generation)
		return -EPERM;
	*ret = generation;
	return 0;
}

/* firewalld: its unit, and for how many looks its rules are still to come */
int __wrap_systemd_is_running(void)
{
	return fake.firewalld != NULL;
}

int __wrap_systemd_get(const char *unit, struct systemd_unit *ret)
{
	check_str(unit, "firewalld.service");
	base_copy(ret->active, sizeof(ret->active), fake.firewalld);
	return 0;
}

void __wrap_base_sleep_ms(unsigned ms __attribute__((unused)))
{
	fake.n_sleeps++;
	fake.nft = fake.next_nft;
}

char *__wrap_run_find(const char *program)
{
	return xstrdup(program);
}

static struct site make_site(enum site_firewall firewall)
{
	struct site site = { .network = { .firewall = firewall, .n_dns = 1 } };

	site_set_subnet(&site.network, parse("10.77.0.0"), 24);
	site.network.dns[0] = parse("9.9.9.9");
	return site;
}

static void put(const char *path, const char *content)
{
	_cleanup_text_ struct text text = { 0 };

	text_add(&text, content);
	check(file_publish(path, &text, 0640) == 0, "%s", path);
}

/* Opens twice (site) or closes (NULL): what it did, whether it said so, and what is left to do. */
static void check_settle(const struct site *site, int want, const char *ran)
{
	unsigned n = 0;
	int r = site ? neighbours_open(site, &n) : neighbours_close(&n);

	check(r == want, "%d", r);
	check((n > 0) == (r == 0 && *ran), "%u for %s", n, ran);
	check_str(text_str(&fake.ran), ran);
	text_clear(&fake.ran);
}

static void test_settling(void)
{
	struct site nft = make_site(SITE_FIREWALL_NFT), iptables = make_site(SITE_FIREWALL_IPTABLES),
		    none = make_site(SITE_FIREWALL_NONE);
	static const char placing[] = "iptables-nft-restore --noflush -w 5\n*filter\n-I" DOCKER_PLAIN_FROM
				      "-I" DOCKER_PLAIN_TO "COMMIT\n";

	fake.nft = fake.saved = fake.zones = fake.kept_zones = "";
	check_settle(&nft, 0, "");
	fake.saved = DOCKER("");
	check_settle(&nft, 0, placing);
	check_settle(&iptables, 0, ""); /* ours stand first */
	check_settle(&none, 0, "");
	fake.saved = DOCKER(DOCKER_FROM DOCKER_TO);
	check_settle(&nft, 0, "");
	check_settle(&iptables, 0,
		     "iptables-nft-restore --noflush -w 5\n*filter\n-D" DOCKER_PLAIN_FROM "-D" DOCKER_PLAIN_TO
		     "COMMIT\n");
	check_settle(&none, 0,
		     "iptables-nft-restore --noflush -w 5\n*filter\n-D" DOCKER_PLAIN_FROM "-D" DOCKER_PLAIN_TO
		     "COMMIT\n");
	fake.fails = "iptables-nft-restore";
	check_settle(NULL, -EIO, "");
	fake.fails = NULL;
	fake.saved = "";

	put("/etc/ufw/ufw.conf", "# x\nENABLED=no\n");
	put("/etc/ufw/user.rules", UFW(""));
	check_settle(&nft, 0, "");
	put("/etc/ufw/ufw.conf", "# x\nENABLED=yes\n");
	check_settle(&nft, 0, "ufw route allow in on ppp-+ from 10.77.0.0/24 comment dialisp\n");
	put("/etc/ufw/user.rules", UFW(UFW_FORWARD UFW_OURS));
	check_settle(&nft, 0, "");
	check_settle(&iptables, 0, "ufw route delete allow in on ppp-+ from 10.77.0.0/24\n");
	put("/etc/ufw/ufw.conf", "# x\nENABLED=no\n");
	check_settle(&nft, 0, "");
	put("/etc/ufw/user.rules", UFW(UFW_OLD)); /* off: nothing is changed but for good */
	check_settle(&nft, 0, "");
	put("/etc/ufw/user.rules", UFW(UFW_FORWARD UFW_OURS));
	check_settle(NULL, 0, "ufw route delete allow in on ppp-+ from 10.77.0.0/24\n");
	put("/etc/ufw/user.rules", UFW(""));
	check_settle(NULL, 0, "");
}

#define ZONE   "/etc/firewalld/zones/dialisp.xml"
#define POLICY "/etc/firewalld/policies/dialisp-out.xml"

static void test_settling_firewalld(void)
{
	static const char running[] = "table inet firewalld { # progname firewalld\n\tflags owner\n}\n",
			  loaded[] =
				  "table inet firewalld {\n\tchain filter_FWD_policy_dialisp-out {\n\t}\n}\n";
	struct site nft = make_site(SITE_FIREWALL_NFT), iptables = make_site(SITE_FIREWALL_IPTABLES);

	fake.nft = running;
	fake.zones = "public (active)\n  interfaces: eth0\n  ports: 80/tcp\n";
	fake.kept_zones = "public\n  interfaces: \n  ports: \n";
	check_settle(&nft, -EBUSY, "");
	check(!file_exists(ZONE), "a reload would have taken port 80 away");
	fake.kept_zones = "public\n  interfaces: \n  ports: 80/tcp\n";
	fake.fails = "firewall-cmd";
	check_settle(&nft, -EIO, "");
	check(!file_exists(ZONE) && !file_exists(POLICY), "firewalld refused them");
	fake.fails = NULL;
	fake.n_late = 100;
	check_settle(&nft, -ETIMEDOUT, "");
	check(fake.n_late == 95 && !file_exists(ZONE), "%u", fake.n_late);
	fake.n_late = 2; /* the reload and one question: the next one is answered */
	check_settle(&nft, 0, "firewall-cmd --state\n");
	fake.n_late = 0;
	file_remove(ZONE);
	check_settle(&nft, 0, "firewall-cmd --reload\n");
	check(file_exists(ZONE) && file_exists(POLICY), "placed");
	fake.nft = running;
	fake.saved = DOCKER(
		""); /* what others have in iptables is emptied by a reload: looked at again behind it */
	check_settle(&nft, 0,
		     "iptables-nft-restore --noflush -w 5\n*filter\n-I" DOCKER_PLAIN_FROM "-I" DOCKER_PLAIN_TO
		     "COMMIT\n"
		     "firewall-cmd --reload\n"
		     "iptables-nft-restore --noflush -w 5\n*filter\n-I" DOCKER_PLAIN_FROM "-I" DOCKER_PLAIN_TO
		     "COMMIT\n");
	fake.saved = "";
	fake.nft = loaded;
	check_settle(&nft, 0, "");
	check_settle(&iptables, 0, ""); /* its table is one of its own */
	fake.nft = "";
	check_settle(&nft, 0, ""); /* stopped: its next start reads them */
	check(file_exists(ZONE), "kept");
	fake.firewalld = "active"; /* on the bus already, its rules come a little later */
	fake.next_nft = loaded;
	check_settle(&nft, 0, "");
	check(fake.n_sleeps == 1, "%u", fake.n_sleeps);
	fake.nft = "";
	fake.firewalld = "inactive";
	check_settle(&nft, 0, "");
	check(fake.n_sleeps == 1, "%u", fake.n_sleeps);
	fake.firewalld = NULL;
	fake.nft = loaded;
	check_settle(NULL, 0, "firewall-cmd --reload\n");
	check(!file_exists(ZONE) && !file_exists(POLICY), "taken away");
	fake.nft = running;
	check_settle(NULL, 0, "");
	fake.nft = "";
}

static void test_listing(void)
{
	static const struct {
		const char *nft, *saved;
		enum site_firewall firewall;
		const char *want; /* state and text, a line each */
	} cases[] = {
		{ "", "", SITE_FIREWALL_NFT, "" },
		{ "", DOCKER(""), SITE_FIREWALL_NFT,
		  "2 Docker: does not let callers through yet, for want of a rule in its chain DOCKER-USER\n" },
		{ "", DOCKER(DOCKER_FROM DOCKER_TO), SITE_FIREWALL_NFT,
		  "1 Docker: lets callers through, by a rule in its chain DOCKER-USER\n" },
		{ "", DOCKER(""), SITE_FIREWALL_IPTABLES, "" },
		{ "", DOCKER(""), SITE_FIREWALL_NONE, "" },
		{ "", DOCKER(DOCKER_TO), SITE_FIREWALL_NONE,
		  "2 Docker: still lets callers through, by a rule in its chain DOCKER-USER\n" },
		{ "", FILTER("-A FORWARD -m conntrack --ctstate ESTABLISHED -j ACCEPT\n"), SITE_FIREWALL_NFT,
		  "3 iptables, chain FORWARD: drops what callers send to the Internet\n"
		  "  iptables-nft -I FORWARD -i ppp-+ -s 10.77.0.0/24 -j ACCEPT\n" },
		{ "", FILTER(""), SITE_FIREWALL_IPTABLES, "" },
		{ NFT(DROPS("")), "", SITE_FIREWALL_NFT,
		  "3 nftables, chain inet filter forward: drops what callers send to the Internet\n"
		  "  nft insert rule inet filter forward iifname \"ppp-*\" ip saddr 10.77.0.0/24 accept\n"
		  "3 nftables, chain inet filter forward: drops what the Internet answers callers\n"
		  "  nft insert rule inet filter forward oifname \"ppp-*\" ip daddr 10.77.0.0/24 ct state established,related accept\n" },
		{ "table inet firewalld {\n}\n", "", SITE_FIREWALL_NFT,
		  "2 firewalld: does not let callers through yet, for want of a zone dialisp and a policy dialisp-out\n" },
		{ "", NAT("-A POSTROUTING -j MASQUERADE\n"), SITE_FIREWALL_NFT,
		  "0 iptables, chain POSTROUTING: translates callers' addresses, too: nothing to do\n" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_(neighbours_free) struct neighbours list = { 0 };
		_cleanup_text_ struct text have = { 0 };
		struct site site = make_site(cases[i].firewall);

		fake.nft = cases[i].nft;
		fake.saved = cases[i].saved;
		check(neighbours_list(&site, &list) == 0, "%zu", i);
		for (size_t k = 0; k < list.n; k++) {
			text_addf(&have, "%d %s\n", (int)list.findings[k].state, list.findings[k].what);
			if (list.findings[k].cure)
				text_addf(&have, "  %s\n", list.findings[k].cure);
		}
		check_str(text_str(&have), cases[i].want);
	}
	check_str(text_str(&fake.ran), "");
}

/* What guards this machine concerns callers only if something here is open to them. */
static void test_listing_input(void)
{
	static const char guarded[] =
		"table inet mine {\n\tchain in {\n\t\ttype filter hook input priority filter; policy drop;\n\t}\n}\n";

	fake.nft = guarded;
	fake.saved = "";
	for (unsigned n_ports = 0; n_ports < 2; n_ports++) {
		_cleanup_(neighbours_free) struct neighbours list = { 0 };
		struct site site = make_site(SITE_FIREWALL_NFT);

		site.network.rights.n_ports = n_ports;
		check(neighbours_list(&site, &list) == 0, "%u", n_ports);
		check(list.n == n_ports, "%zu", list.n);
		if (list.n)
			check_str(list.findings[0].what,
				  "nftables, chain inet mine in: drops what callers send to this machine");
	}
}

static ino_t inode(const char *path)
{
	_cleanup_free_ char *p = file_path(path);
	struct stat st = { 0 };

	check(stat(p, &st) == 0, "%s", p);
	return st.st_ino;
}

/* The next start of a product knows what was applied, not what is being edited. */
static void test_record(void)
{
	static const struct {
		const char *record; /* NULL: none */
		int want;
		const char *ran;
	} cases[] = {
		{ NULL, 0, "" },
		{ "10.77.0.0/24 nft no\n", 0,
		  "ufw route allow in on ppp-+ from 10.77.0.0/24 comment dialisp\n" },
		{ "10.77.0.0/24 nft yes\n", 0,
		  "ufw route allow in on ppp-+ from 10.77.0.0/24 comment dialisp\nufw allow in on ppp-+ from 10.77.0.0/24 comment dialisp\n" },
		{ "10.77.0.0/24 iptables no\n", 0, "" },
		{ "10.77.0.0/24 magic no\n", -EBADMSG, "" },
		{ "10.77.0.1/24 nft no\n", -EBADMSG, "" },
		{ "10.77.0.0/24 nft no", -EBADMSG, "" },
		{ "10.77.0.0/24 nft\n", -EBADMSG, "" },
		{ "\n", -EBADMSG, "" },
		{ "", -EBADMSG, "" },
	};
	struct site site = make_site(SITE_FIREWALL_NFT);
	unsigned n = 0;
	ino_t before;

	fake.nft = fake.saved = "";
	put("/etc/ufw/ufw.conf", "ENABLED=yes\n");
	put("/etc/ufw/user.rules", UFW(""));
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		if (cases[i].record)
			put(RECORD, cases[i].record);
		check(neighbours_renew(NEIGHBOURS_SCOPE_ALL, &n) == cases[i].want, "%s", cases[i].record);
		check_str(text_str(&fake.ran), cases[i].ran);
		text_clear(&fake.ran);
		check(neighbours_renew(NEIGHBOURS_SCOPE_KERNEL, &n) == cases[i].want, "%s", cases[i].record);
		check_str(text_str(&fake.ran), "");
	}
	check(neighbours_open(&site, &n) == 0, "written");
	before = inode(RECORD);
	check(neighbours_open(&site, &n) == 0 && inode(RECORD) == before, "written once");
	text_clear(&fake.ran);
	check(neighbours_renew(NEIGHBOURS_SCOPE_ALL, &n) == 0, "read again");
	check_str(text_str(&fake.ran), cases[1].ran);
	check(neighbours_close(&n) == 0 && !file_exists(RECORD), "gone");
	text_clear(&fake.ran);
}

/* The DNS server on this machine, or a port of it, is a reason to be let in; the way through is none. */
static void test_input(void)
{
	struct account account = { .name = "anna" };
	static const struct {
		const char *dns;
		unsigned n_ports, n_account_ports;
		bool want;
	} cases[] = {
		{ "9.9.9.9", 0, 0, false }, { "10.77.0.1", 0, 0, true }, { "127.0.0.1", 0, 0, true },
		{ "9.9.9.9", 1, 0, true },  { "9.9.9.9", 0, 1, true },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct site site = make_site(SITE_FIREWALL_NFT);
		struct neighbours_wish wish = { 0 };

		site.network.dns[0] = parse(cases[i].dns);
		site.network.rights.n_ports = cases[i].n_ports;
		account.rights.n_ports = cases[i].n_account_ports;
		site.accounts = &account;
		site.n_accounts = 1;
		neighbours_make_wish(&site, &wish);
		check(wish.has_input == cases[i].want, "%zu", i);
		check(wish.is_open, "%zu", i);
	}
}

static int remove_one(const char *path, const struct stat *st __attribute__((unused)),
		      int type __attribute__((unused)), struct FTW *ftw __attribute__((unused)))
{
	return remove(path);
}

/* Where a phone rings nobody is asked while nobody has changed anything. */
static void test_change(void)
{
	static const struct {
		uint32_t generation;
		const char *saved;
		bool is_unchanged; /* before the look */
		unsigned n;        /* products changed by it */
	} cases[] = {
		{ 7, DOCKER(""), false, 1 }, /* our own change is one too */
		{ 8, "", false, 0 },         { 8, "", true, 0 },  { 9, DOCKER(""), false, 1 },
		{ 9, DOCKER(""), false, 1 }, { 0, "", false, 0 },
	};

	check(neighbours_are_unchanged(), "nothing is wanted");
	fake.nft = "";
	put(RECORD, "10.77.0.0/24 nft no\n");
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		unsigned n = 0;

		fake.saved = cases[i].saved;
		fake.n_looks = 0;
		generation = cases[i].generation;
		check(neighbours_are_unchanged() == cases[i].is_unchanged && !fake.n_looks, "case %zu", i);
		check(neighbours_renew(NEIGHBOURS_SCOPE_KERNEL, &n) == 0 && n == cases[i].n, "case %zu: %u",
		      i, n);
	}
	generation = 0;
	text_clear(&fake.ran);
}

int main(void)
{
	char root[] = "/tmp/test-neighbours.XXXXXX";

	test_rules();
	test_targets();
	test_chains();
	test_translations();
	test_docker();
	test_ufw();
	test_firewalld();
	check(mkdtemp(root) != NULL, "%s", root);
	file_set_root(root);
	test_settling();
	test_settling_firewalld();
	test_listing();
	test_listing_input();
	test_record();
	test_change();
	test_input();
	text_free(&fake.ran);
	nftw(root, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	return check_done();
}
