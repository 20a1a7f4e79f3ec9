/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rules of sites and accounts in both grammars; what is composed with what is there; what the
 * backends' rows say. The real nft and iptables are asked by test/isolation and test/golden. */
#include "firewall/firewall.h"

#include <errno.h>

#include "check.h"
#include "firewall/internal.h"

/* --- rules --- */

static struct in_addr address(const char *s)
{
	struct in_addr a = { 0 };

	check(site_parse_address(s, &a) == 0, "%s", s);
	return a;
}

static struct site_prefix prefix(const char *s)
{
	struct site_prefix p = { 0 };

	check(site_parse_prefix(s, &p) == 0, "%s", s);
	return p;
}

static const struct rules_case {
	const char *name;
	struct site_rights all, ann; /* ann has 10.77.0.9 */
	const char *want_nft, *want_iptables;
} rules_cases[] = {
	{ "rules-dns",
	  { 0 },
	  { 0 },
	  "\t\tip daddr 192.0.2.53/32 udp dport 53 accept\n\t\tip daddr 192.0.2.53/32 tcp dport 53 accept",
	  "-A DIALISP-DNS -d 192.0.2.53/32 -p udp -m udp --dport 53 -j ACCEPT\n"
	  "-A DIALISP-DNS -d 192.0.2.53/32 -p tcp -m tcp --dport 53 -j ACCEPT" },
	/* networks beside this machine */
	{ "rules-lan", { 0 }, { 0 }, "\t\t# none", "# none" },
	{ "rules-lan", { .lan = SITE_ANSWER_NO }, { 0 }, "\t\t# none", "# none" },
	{ "rules-lan",
	  { .lan = SITE_ANSWER_YES },
	  { 0 },
	  "\t\tip daddr 192.168.1.0/24 accept\n\t\tip daddr 198.51.100.0/24 accept",
	  "-A DIALISP-LAN -d 192.168.1.0/24 -j ACCEPT\n-A DIALISP-LAN -d 198.51.100.0/24 -j ACCEPT" },
	{ "rules-lan",
	  { .lan = SITE_ANSWER_NO },
	  { .lan = SITE_ANSWER_YES },
	  "\t\tip saddr 10.77.0.9/32 ip daddr 192.168.1.0/24 accept\n"
	  "\t\tip saddr 10.77.0.9/32 ip daddr 198.51.100.0/24 accept\n\t\tip saddr 10.77.0.9/32 return",
	  "-A DIALISP-LAN -s 10.77.0.9/32 -d 192.168.1.0/24 -j ACCEPT\n"
	  "-A DIALISP-LAN -s 10.77.0.9/32 -d 198.51.100.0/24 -j ACCEPT\n-A DIALISP-LAN -s 10.77.0.9/32 -j RETURN" },
	{ "rules-lan",
	  { .lan = SITE_ANSWER_YES,
	    .lan_prefixes = { { { 0x0000090a }, 16 } },
	    .n_lan_prefixes = 1 },
	  { .lan = SITE_ANSWER_NO },
	  "\t\tip saddr 10.77.0.9/32 return\n\t\tip daddr 10.9.0.0/16 accept",
	  "-A DIALISP-LAN -s 10.77.0.9/32 -j RETURN\n-A DIALISP-LAN -d 10.9.0.0/16 -j ACCEPT" },
	/* callers */
	{ "rules-talk", { 0 }, { .lan = SITE_ANSWER_YES }, "\t\t# none", "# none" },
	{ "rules-talk",
	  { .talk = SITE_ANSWER_NO },
	  { .talk = SITE_ANSWER_YES },
	  "\t\tip saddr 10.77.0.9/32 jump talk_to",
	  "-A DIALISP-TALK -s 10.77.0.9/32 -j DIALISP-TALK-TO" },
	{ "rules-talk",
	  { .talk = SITE_ANSWER_YES },
	  { .talk = SITE_ANSWER_NO },
	  "\t\tip saddr 10.77.0.9/32 drop\n\t\tjump talk_to",
	  "-A DIALISP-TALK -s 10.77.0.9/32 -j DROP\n-A DIALISP-TALK -j DIALISP-TALK-TO" },
	{ "rules-talk-to",
	  { .talk = SITE_ANSWER_NO },
	  { .talk = SITE_ANSWER_YES },
	  "\t\tip daddr 10.77.0.9/32 accept",
	  "-A DIALISP-TALK-TO -d 10.77.0.9/32 -j ACCEPT" },
	{ "rules-talk-to",
	  { .talk = SITE_ANSWER_YES },
	  { .talk = SITE_ANSWER_NO },
	  "\t\tip daddr 10.77.0.9/32 drop\n\t\taccept",
	  "-A DIALISP-TALK-TO -d 10.77.0.9/32 -j DROP\n-A DIALISP-TALK-TO -j ACCEPT" },
	/* ports of this machine */
	{ "rules-ports", { 0 }, { 0 }, "\t\t# none", "# none" },
	{ "rules-ports",
	  { .ports = SITE_ANSWER_YES, .port = { { false, 22 }, { true, 123 } }, .n_ports = 2 },
	  { .ports = SITE_ANSWER_NO },
	  "\t\tip saddr 10.77.0.9/32 return\n\t\ttcp dport 22 accept\n\t\tudp dport 123 accept",
	  "-A DIALISP-PORTS -s 10.77.0.9/32 -j RETURN\n-A DIALISP-PORTS -p tcp -m tcp --dport 22 -j ACCEPT\n"
	  "-A DIALISP-PORTS -p udp -m udp --dport 123 -j ACCEPT" },
	{ "rules-ports",
	  { 0 },
	  { .ports = SITE_ANSWER_YES, .port = { { false, 80 } }, .n_ports = 1 },
	  "\t\tip saddr 10.77.0.9/32 tcp dport 80 accept\n\t\tip saddr 10.77.0.9/32 return",
	  "-A DIALISP-PORTS -s 10.77.0.9/32 -p tcp -m tcp --dport 80 -j ACCEPT\n-A DIALISP-PORTS -s 10.77.0.9/32 -j RETURN" },
};

/* A site with one account, on a machine beside a private network and a public one. */
struct world {
	struct site site;
	struct site_prefix lan[2];
	struct firewall_facts facts;
};

static void make_world(struct world *w, enum site_firewall firewall)
{
	struct network *network = &w->site.network;
	struct account *ann;

	*w = (struct world){ 0 };
	network->firewall = firewall;
	site_set_pool(network, prefix("10.77.0.0/24"));
	network->dns[0] = address("192.0.2.53");
	network->n_dns = 1;
	ann = site_add_account(&w->site, "ann");
	ann->address = address("10.77.0.9");
	w->lan[0] = prefix("192.168.1.0/24");
	w->lan[1] = prefix("198.51.100.0/24");
	w->facts = (struct firewall_facts){ &w->site, network, w->lan, ARRAY_SIZE(w->lan) };
}

static void check_rules(const struct rules_case *c, enum site_firewall firewall, const char *want)
{
	_cleanup_text_ struct text rules = { 0 };
	struct world w;

	make_world(&w, firewall);
	w.site.network.rights = c->all;
	w.site.accounts[0].rights = c->ann;
	check(firewall_add_rules(&w.facts, c->name, &rules) == 0, "%s", c->name);
	check_str(text_str(&rules), want);
	site_free(&w.site);
}

static void test_rules(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(rules_cases); i++) {
		check_rules(&rules_cases[i], SITE_FIREWALL_NFT, rules_cases[i].want_nft);
		check_rules(&rules_cases[i], SITE_FIREWALL_IPTABLES, rules_cases[i].want_iptables);
	}
}

static void test_closed(void)
{
	static const struct {
		const char *rule;
		bool want;
	} cases[] = {
		{ "ip daddr 10.0.0.0/8 drop", true },      { "ip daddr 224.0.0.0/4 drop", true },
		{ "ip daddr 198.51.100.0/24 drop", true }, /* public, but beside this machine */
		{ "ip daddr 192.168.1.0/24 drop", false }, /* in 192.168.0.0/16: the file stays the
							    * same wherever the machine is */
		{ "ip daddr 10.77.0.0/24 drop", false },   { "ip daddr 0.0.0.0/0 drop", false },
	};
	_cleanup_text_ struct text rules = { 0 };
	struct world w;

	make_world(&w, SITE_FIREWALL_NFT);
	check(firewall_add_rules(&w.facts, "rules-closed", &rules) == 0);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		check(!!strstr(text_str(&rules), cases[i].rule) == cases[i].want, "%s",
		      cases[i].rule);
	text_clear(&rules);
	site_set_pool(&w.site.network, prefix("203.0.113.0/24"));
	check(firewall_add_rules(&w.facts, "rules-closed", &rules) == 0);
	check(strstr(text_str(&rules), "ip daddr 203.0.113.0/24 drop") != NULL); /* a public pool */
	check(firewall_add_rules(&w.facts, "rules", &rules) == -ENOENT);
	site_free(&w.site);
}

static void test_switches(void)
{
	static const struct {
		const char *name;
		enum site_firewall firewall;
		bool smtp;
		unsigned connections;
		const char *want;
	} cases[] = {
		{ "rules-smtp", SITE_FIREWALL_NFT, false, 0, "\t\t# none" },
		{ "rules-smtp", SITE_FIREWALL_NFT, true, 0, "\t\ttcp dport 25 drop" },
		{ "rules-smtp", SITE_FIREWALL_IPTABLES, true, 0,
		  "-A DIALISP-FROM -p tcp -m tcp --dport 25 -j DROP" },
		{ "rules-connections", SITE_FIREWALL_NFT, true, 0, "\t\t# none" },
		{ "rules-connections", SITE_FIREWALL_NFT, false, 7,
		  "\t\tct state new add @connected { ip saddr ct count over 7 } drop" },
		{ "rules-connections", SITE_FIREWALL_IPTABLES, false, 7,
		  "-A DIALISP-FROM -m conntrack --ctstate NEW -m connlimit --connlimit-above 7 --connlimit-mask 32 --connlimit-saddr -j DROP" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_text_ struct text rules = { 0 };
		struct world w;

		make_world(&w, cases[i].firewall);
		w.site.network.block_smtp = cases[i].smtp;
		w.site.network.connections = cases[i].connections;
		check(firewall_add_rules(&w.facts, cases[i].name, &rules) == 0);
		check_str(text_str(&rules), cases[i].want);
		site_free(&w.site);
	}
}

/* --- iptables: what is composed --- */

#define FILE_RULES                                                                                          \
	"# comment\n*filter\n:DIALISP-X - [0:0]\n-I FORWARD -j DIALISP-X\n\n-A DIALISP-X -j DROP\nCOMMIT\n" \
	"*nat\n:DIALISP-NAT - [0:0]\n-I POSTROUTING -j DIALISP-NAT\nCOMMIT\n"

static const struct {
	const char *saved, *want;
} compositions[] = {
	{ "", FILE_RULES },
	{ "*filter\n:FORWARD ACCEPT [0:0]\n-A FORWARD -j THEIRS\n-A DIALISP-Y -j DROP\nCOMMIT\n", FILE_RULES },
	/* ours once, and one of others before it */
	{ "# Generated\n*filter\n:FORWARD ACCEPT [5:99]\n:DIALISP-X - [0:0]\n-A FORWARD -j THEIRS\n"
	  "-A FORWARD -j DIALISP-X\n-A DIALISP-X -j DROP\nCOMMIT\n",
	  "# comment\n*filter\n:DIALISP-X - [0:0]\n-D FORWARD -j DIALISP-X\n-I FORWARD -j DIALISP-X\n\n"
	  "-A DIALISP-X -j DROP\nCOMMIT\n*nat\n:DIALISP-NAT - [0:0]\n-I POSTROUTING -j DIALISP-NAT\nCOMMIT\n" },
	/* twice, by other rules, and in the other table; the last line has no end */
	{ "*nat\n-A POSTROUTING -s 10.0.0.0/8 -j DIALISP-NAT\nCOMMIT\n*filter\n-A FORWARD -i ppp-+ -j DIALISP-OLD\n"
	  "-A INPUT -j DIALISP-X\n-A FORWARD -i ppp-+ -j DIALISP-OLD",
	  "# comment\n*filter\n:DIALISP-X - [0:0]\n-D FORWARD -i ppp-+ -j DIALISP-OLD\n-D INPUT -j DIALISP-X\n"
	  "-D FORWARD -i ppp-+ -j DIALISP-OLD\n-I FORWARD -j DIALISP-X\n\n-A DIALISP-X -j DROP\nCOMMIT\n"
	  "*nat\n:DIALISP-NAT - [0:0]\n-D POSTROUTING -s 10.0.0.0/8 -j DIALISP-NAT\n-I POSTROUTING -j DIALISP-NAT\nCOMMIT\n" },
}, removals[] = {
	{ "", "" },
	{ "*filter\n:FORWARD DROP [0:0]\n:THEIRS - [0:0]\n-A FORWARD -j THEIRS\nCOMMIT\n", "" },
	{ "*filter\n:FORWARD DROP [0:0]\n:DIALISP-A - [0:0]\n:DIALISP-B - [0:0]\n-A FORWARD -j DIALISP-A\n"
	  "-A DIALISP-A -j DIALISP-B\nCOMMIT\n*raw\n:PREROUTING ACCEPT [0:0]\nCOMMIT\n",
	  "*filter\n-D FORWARD -j DIALISP-A\n-F DIALISP-A\n-F DIALISP-B\n-X DIALISP-A\n-X DIALISP-B\nCOMMIT\n" },
	/* the jump was flushed */
	{ "*nat\n:DIALISP-NAT - [0:0]\nCOMMIT\n", "*nat\n-F DIALISP-NAT\n-X DIALISP-NAT\nCOMMIT\n" },
}, picks[] = {
	{ "", "" },
	{ "*filter\n:FORWARD DROP [1:2]\n:DIALISP-A - [3:4]\n-A FORWARD -j DIALISP-A\n-A FORWARD -j THEIRS\n-A DIALISP-A -j DROP\n",
	  "-A FORWARD -j DIALISP-A\n-A DIALISP-A -j DROP\n" },
	{ "-A INPUT -j THEIRS\n-A FORWARD -j THEIRS\n-A FORWARD -j DIALISP-A\n-A OUTPUT -j DIALISP-B\n",
	  "(behind others) -A FORWARD -j DIALISP-A\n-A OUTPUT -j DIALISP-B\n" },
};

static void test_compositions(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(compositions); i++) {
		_cleanup_text_ struct text text = { 0 };

		firewall_iptables_compose(FILE_RULES, compositions[i].saved, &text);
		check_str(text_str(&text), compositions[i].want);
	}
	for (size_t i = 0; i < ARRAY_SIZE(removals); i++) {
		_cleanup_text_ struct text text = { 0 };

		firewall_iptables_compose_removal(removals[i].saved, &text);
		check_str(text_str(&text), removals[i].want);
	}
	for (size_t i = 0; i < ARRAY_SIZE(picks); i++) {
		_cleanup_text_ struct text text = { 0 };

		firewall_iptables_pick(picks[i].saved, &text);
		check_str(text_str(&text), picks[i].want);
	}
}

static void test_own_rules(void)
{
	static const struct {
		const char *saved;
		bool want;
	} cases[] = {
		{ "", false },
		{ "# Warning\n*filter\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\nCOMMIT\n", false },
		{ "-A INPUT -j ufw-before-input\n-A ufw-user-input -p tcp -m tcp --dport 22 -j ACCEPT\n",
		  false },
		{ "-A FORWARD -j DOCKER-USER\n-A FORWARD -i docker0 ! -o docker0 -j ACCEPT\n"
		  "-A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE\n",
		  false },
		{ "-A INPUT -j INPUT_ZONES\n-A FORWARD -j FORWARD_direct\n", false },
		{ "-A INPUT -p tcp -m multiport --dports 22 -j f2b-sshd\n", false },
		{ "-A FORWARD -j DIALISP-FORWARD\n-A DIALISP-NAT -s 10.77.0.0/24 ! -o ppp-+ -j MASQUERADE\n",
		  false },
		{ "-A INPUT -j ufw-before-input\n-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n",
		  true },
		{ "-A POSTROUTING -o eth0 -j MASQUERADE\n", true },
		{ "-A POSTROUTING -o eth0 -j MASQUERADE", true },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		check(firewall_has_own_rules(cases[i].saved) == cases[i].want, "case %zu", i);
}

/* What is left out where a kernel or a program cannot take time stamps away. */
static void test_spare(void)
{
	static const struct {
		const char *rules, *less;
	} cases[] = {
		{ "", "" },
		{ "a\nb\n", "a\nb\n" },
		{ "a\n\tx reset tcp option timestamp\nb\n", "a\nb\n" },
		{ "-A X -j TCPOPTSTRIP --strip-options timestamp\nCOMMIT", "COMMIT" },
		{ "a\n-A X -j TCPOPTSTRIP", "a\n" },
		{ "tcp option maxseg\n", "tcp option maxseg\n" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_text_ struct text less = { 0 };

		firewall_leave_out_spare(cases[i].rules, &less);
		check_str(text_str(&less), cases[i].less);
	}
}

static void test_backends(void)
{
	for (unsigned i = 0; site_firewall_name((enum site_firewall)i); i++) {
		const struct firewall_backend *backend = firewall_backend((enum site_firewall)i);

		check(backend->id == (enum site_firewall)i);
		check(!backend->program == (i == SITE_FIREWALL_NONE) &&
		      !backend->file == !backend->program &&
		      !backend->package == !backend->program &&
		      !backend->module == !backend->program);
	}
}

int main(void)
{
	test_rules();
	test_closed();
	test_switches();
	test_compositions();
	test_own_rules();
	test_spare();
	test_backends();
	return check_done();
}
