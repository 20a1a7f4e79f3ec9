/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rules of sites and accounts in both grammars; what is composed with what is there; which backend is loaded, known and left.
 * nft and iptables are fakes that remember; the real ones are test/isolation's and test/golden's. */
#include "firewall.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "check.h"
#include "file.h"
#include "firewall-part.h"
#include "paths.h"
#include "run.h"

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
	  { .lan = SITE_ANSWER_YES, .lan_prefixes = { { { 0x0000090a }, 16 } }, .n_lan_prefixes = 1 },
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
	site_set_subnet(network, address("10.77.0.0"), 24);
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
		{ "ip daddr 192.168.1.0/24 drop", false }, /* in 192.168.0.0/16: the file stays the same wherever the machine is */
		{ "ip daddr 10.77.0.0/24 drop", false },   { "ip daddr 0.0.0.0/0 drop", false },
	};
	_cleanup_text_ struct text rules = { 0 };
	struct world w;

	make_world(&w, SITE_FIREWALL_NFT);
	check(firewall_add_rules(&w.facts, "rules-closed", &rules) == 0);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		check(!!strstr(text_str(&rules), cases[i].rule) == cases[i].want, "%s", cases[i].rule);
	text_clear(&rules);
	site_set_subnet(&w.site.network, address("203.0.113.0"), 24);
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

#define FILE_RULES                                                                                           \
	"# comment\n*filter\n:DIALISP-X - [0:0]\n-I FORWARD -j DIALISP-X\n\n-A DIALISP-X -j DROP\nCOMMIT\n"  \
	"*nat\n:DIALISP-NAT - [0:0]\n-I POSTROUTING -j DIALISP-NAT\nCOMMIT\n"

static const struct {
	const char *saved, *want;
} compositions[] = {
	{ "", FILE_RULES },
	{ "*filter\n:FORWARD ACCEPT [0:0]\n-A FORWARD -j THEIRS\n-A DIALISP-Y -j DROP\nCOMMIT\n", FILE_RULES },
	/* ours once, and somebody else's before it */
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
	/* somebody has flushed the jump */
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
		{ "-A INPUT -j ufw-before-input\n-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n", true },
		{ "-A POSTROUTING -o eth0 -j MASQUERADE\n", true },
		{ "-A POSTROUTING -o eth0 -j MASQUERADE", true },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		check(firewall_has_own_rules(cases[i].saved) == cases[i].want, "case %zu", i);
}

/* --- what is loaded --- */

static struct {
	const char *version;                  /* of `iptables` */
	const char *tables, *table;           /* nft's */
	const char *saved_nft, *saved_legacy; /* IPv4, in the kernel */
	const char *failing;
	unsigned n_looks;
	struct text events;
} fake;

int run_program(const struct run *run, struct text *ret_output)
{
	const struct {
		const char *program, *word;
		const char *output;
	} answers[] = {
		{ "nft", "list tables", fake.tables },
		{ "nft", "list table", fake.table },
		{ "iptables", "--version", fake.version },
		{ "iptables-nft-save", "", fake.saved_nft },
		{ "iptables-legacy-save", "", fake.saved_legacy },
	};
	_cleanup_text_ struct text words = { 0 };
	_cleanup_free_ char *command = NULL;

	for (size_t i = 1; run->argv[i]; i++)
		text_addf(&words, "%s%s", i > 1 ? " " : "", run->argv[i]);
	check(run->timeout_ms > 0);
	for (size_t i = 0; i < ARRAY_SIZE(answers); i++) {
		if (!str_eq(run->argv[0], answers[i].program) || !strstr(text_str(&words), answers[i].word))
			continue;
		fake.n_looks++;
		text_clear(ret_output); /* as the real one does */
		text_add(ret_output, answers[i].output ? answers[i].output : "");
		return strstr(text_str(&words), "list table ") && !answers[i].output;
	}
	if (!str_ends(run->argv[0], "-save"))
		text_addf(&fake.events, "%s %s;", run->argv[0], run->input ? run->input : text_str(&words));
	command = xasprintf("%s %s", run->argv[0], text_str(&words));
	return fake.failing && str_starts(command, fake.failing) ? 1 : 0;
}

char *run_find(const char *program)
{
	return xasprintf("/usr/sbin/%s", program);
}

/* How often somebody changed nf_tables' rules; 0: the kernel does not say. */
static uint32_t generation;

int __wrap_netlink_find_generation(uint32_t *ret);
int __wrap_netlink_find_generation(uint32_t *ret)
{
	if (!generation)
		return -EPERM;
	*ret = generation;
	return 0;
}

static char root[] = "/tmp/test-firewall-XXXXXX";

static void put(const char *path, const char *content)
{
	struct text text = { .s = (char *)content, .len = strlen(content) };

	check(file_publish(path, &text, 0644) == 0, "%s", path);
}

static void check_events(int line, const char *want)
{
	check(strcmp(text_str(&fake.events), want) == 0, "line %d: have \"%s\", want \"%s\"", line,
	      text_str(&fake.events), want);
	text_clear(&fake.events);
}
#define EVENTS(want) check_events(__LINE__, want)

#define UNLOAD_NFT  "nft add table inet dialisp; delete table inet dialisp;"
#define OUR_TABLE   "table inet other\ntable inet dialisp\n"
#define V4          "*filter\n:DIALISP-A - [0:0]\n-I INPUT -j DIALISP-A\nCOMMIT\n"
#define V6          "*filter\n:DIALISP - [0:0]\n-I INPUT -j DIALISP\nCOMMIT\n"
#define V4_IN_PLACE "*filter\n:INPUT ACCEPT [0:0]\n:DIALISP-A - [0:0]\n-A INPUT -j DIALISP-A\nCOMMIT\n"
#define REMOVE_V4   "*filter\n-D INPUT -j DIALISP-A\n-F DIALISP-A\n-X DIALISP-A\nCOMMIT\n"

static void test_nft(void)
{
	check(firewall_find_state(SITE_FIREWALL_NONE) == FIREWALL_STATE_LOADED);
	check(firewall_find_state(SITE_FIREWALL_NFT) == FIREWALL_STATE_MISSING);
	check(firewall_load() == 0); /* no file: nothing of ours anywhere */
	EVENTS("");

	put(FIREWALL_NFT_FILE, "table inet dialisp { }\n");
	check(firewall_find_state(SITE_FIREWALL_NFT) == FIREWALL_STATE_MISSING);
	check(firewall_find_state(SITE_FIREWALL_NONE) == FIREWALL_STATE_MISSING); /* not applied yet */
	check(firewall_load() == -ENOENT); /* nft said yes, and nothing is there */
	EVENTS("nft -f " FIREWALL_NFT_FILE ";");
	fake.tables = OUR_TABLE;
	fake.table = "table inet dialisp {\n\tchain a { drop }\n}\n";
	check(firewall_load() == 0);
	EVENTS("nft -f " FIREWALL_NFT_FILE ";");
	check(firewall_find_state(SITE_FIREWALL_NFT) == FIREWALL_STATE_LOADED);
	check(firewall_find_state(SITE_FIREWALL_IPTABLES) ==
	      FIREWALL_STATE_LOADED); /* what was applied counts */
	fake.n_looks = 0;
	check(firewall_ensure(SITE_FIREWALL_NFT, FIREWALL_STATE_LOADED) == 0);
	check(fake.n_looks == 1, "%u programs while a phone rings", fake.n_looks);

	/* flushed: wholly, or a chain of it; another file that nobody has loaded */
	fake.tables = "table inet other\n";
	fake.table = NULL;
	check(firewall_find_state(SITE_FIREWALL_NFT) == FIREWALL_STATE_MISSING);
	fake.tables = OUR_TABLE;
	fake.table = "table inet dialisp {\n\tchain a { }\n}\n";
	check(firewall_find_state(SITE_FIREWALL_NFT) == FIREWALL_STATE_MISSING);
	check(firewall_load() == 0);
	check(firewall_find_state(SITE_FIREWALL_NFT) == FIREWALL_STATE_LOADED);
	put(FIREWALL_NFT_FILE, "table inet dialisp { chain b { } }\n");
	check(firewall_find_state(SITE_FIREWALL_NFT) == FIREWALL_STATE_OLD);
	text_clear(&fake.events);
	fake.failing = "nft";
	check(firewall_load() == -EIO);
	fake.failing = NULL;
	EVENTS("nft -f " FIREWALL_NFT_FILE ";");

	check(firewall_load() == 0);
	text_clear(&fake.events);
}

static unsigned count_looks(int want)
{
	int r = firewall_ensure(SITE_FIREWALL_NFT, FIREWALL_STATE_OLD);

	check(r == want, "%d", r);
	return fake.n_looks;
}

/* While nobody changes a rule no program is asked. */
static void test_seen(void)
{
	static const char whole[] = "table inet dialisp {\n\tchain a { drop }\n}\n",
			  part[] = "table inet dialisp {\n}\n";
	const struct {
		uint32_t generation;
		const char *table;
		unsigned looks; /* 0: none */
		int r;
	} cases[] = {
		{ 7, whole, 1, 0 }, { 7, whole, 0, 0 }, { 7, part, 0, 0 }, /* cannot be */
		{ 8, whole, 1, 0 }, { 8, whole, 0, 0 }, { 9, part, 1, 1 },
		{ 9, part, 1, 0 },  { 9, part, 0, 0 },  { 0, part, 1, 0 },
	};

	fake.table = whole;
	check(firewall_load() == 0);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		fake.table = cases[i].table;
		generation = cases[i].generation;
		fake.n_looks = 0;
		check((count_looks(cases[i].r) > 0) == cases[i].looks, "case %zu", i);
	}
	/* other rules of ours are not what was seen */
	generation = 9;
	fake.table = whole;
	check(firewall_load() == 0);
	fake.n_looks = 0;
	check(count_looks(0) == 1 && count_looks(0) == 1);
	generation = 0;
	text_clear(&fake.events);
}

/* In the middle of an apply, or after somebody's mistake: who is in a call stays fenced in. */
static void test_ensure(void)
{
	static const char whole[] = "table inet dialisp {\n\tchain a { drop }\n}\n";

	text_clear(&fake.events);
	put(FIREWALL_NFT_FILE, "table inet dialisp { chain c { } }\n");
	check(firewall_ensure(SITE_FIREWALL_NFT, FIREWALL_STATE_OLD) ==
	      0); /* a phone rings before the reload */
	EVENTS("");
	check(firewall_ensure(SITE_FIREWALL_NFT, FIREWALL_STATE_LOADED) == 1);
	EVENTS("nft -f " FIREWALL_NFT_FILE ";");
	fake.table = "table inet dialisp {\n}\n";
	check(firewall_ensure(SITE_FIREWALL_NFT, FIREWALL_STATE_OLD) == 1);
	EVENTS("nft -f " FIREWALL_NFT_FILE ";");
	fake.failing = "nft";
	fake.table = whole;
	check(firewall_ensure(SITE_FIREWALL_NFT, FIREWALL_STATE_OLD) == -EIO);
	fake.failing = NULL;
	check(firewall_load() == 0);
	text_clear(&fake.events);

	/* from one backend to the other: the new file is there, the old rules are in force */
	check(file_remove(FIREWALL_NFT_FILE) == 0);
	put(FIREWALL_IPTABLES_FILE, V4);
	check(firewall_find_state(SITE_FIREWALL_IPTABLES) == FIREWALL_STATE_OLD);
	/* no file at all: nothing is loaded, and nothing taken away from those who are in a call */
	check(file_remove(FIREWALL_IPTABLES_FILE) == 0);
	check(firewall_find_state(SITE_FIREWALL_NFT) == FIREWALL_STATE_OLD);
	check(firewall_ensure(SITE_FIREWALL_NFT, FIREWALL_STATE_OLD) == 0);
	check(firewall_ensure(SITE_FIREWALL_NFT, FIREWALL_STATE_LOADED) == -ENOENT);
	check(firewall_ensure(SITE_FIREWALL_NONE, FIREWALL_STATE_LOADED) == 0);
	EVENTS("");
	fake.table = NULL;
	check(firewall_ensure(SITE_FIREWALL_NFT, FIREWALL_STATE_OLD) == -ENOENT);
	EVENTS("");
	put(FIREWALL_NFT_FILE, "table inet dialisp { chain c { } }\n");
	fake.table = whole;
}

static void put_record(const char *content)
{
	_cleanup_free_ char *path = file_path(PATH_RUN "/firewall");
	FILE *f = fopen(path, "w");

	check(f && fputs(content, f) >= 0 && fclose(f) == 0);
}

/* A kernel or a program that cannot take time stamps away: everything else is loaded, and that is known. */
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

static void test_stamps(void)
{
	check(!firewall_strips_stamps()); /* the file knows nothing of them */
	put(FIREWALL_NFT_FILE, "chain s {\nreset tcp option timestamp\n}\n");
	check(!firewall_strips_stamps()); /* not loaded yet */
	check(firewall_load() == 0);
	EVENTS("nft -f " FIREWALL_NFT_FILE ";");
	check(firewall_strips_stamps());
	fake.failing = "nft -f " FIREWALL_NFT_FILE;
	check(firewall_load() == 0);
	EVENTS("nft -f " FIREWALL_NFT_FILE ";nft chain s {\n}\n;");
	check(!firewall_strips_stamps());
	check(firewall_find_state(SITE_FIREWALL_NFT) == FIREWALL_STATE_LOADED);
	fake.failing = "nft";
	check(firewall_load() == -EIO); /* and nobody says that it is for the time stamps */
	fake.failing = NULL;
	check(firewall_load() == 0);
	check(firewall_strips_stamps());
	put_record("nft 0000000000000001 0000000000000002\n"); /* of an older version */
	check(!firewall_strips_stamps());
	text_clear(&fake.events);
	put(FIREWALL_NFT_FILE, "table inet dialisp { chain c { } }\n");
}

/* Somebody else is loading while we look: the rules are new, the record is not. It is looked at once more when he has done. */
static void test_loader(void)
{
	_cleanup_free_ char *path = file_path(PATH_RUN "/firewall");
	_cleanup_text_ struct text record = { 0 };
	int status = -1, ready[2];
	char c;
	pid_t pid;

	check(firewall_load() == 0);
	check(file_read(PATH_RUN "/firewall", &record) == 0);
	put_record("nft 0000000000000001 0000000000000002\n");
	check(pipe(ready) == 0);
	pid = fork();
	if (pid == 0) {
		int fd = open(path, O_RDWR | O_CLOEXEC);

		if (fd < 0 || flock(fd, LOCK_EX) < 0 || write(ready[1], "", 1) != 1)
			_exit(1);
		base_sleep_ms(300);
		_exit(pwrite(fd, text_str(&record), record.len, 0) == (ssize_t)record.len ? 0 : 1);
	}
	check(read(ready[0], &c, 1) == 1);
	text_clear(&fake.events);
	check(firewall_ensure(SITE_FIREWALL_NFT, FIREWALL_STATE_OLD) == 0);
	EVENTS("");
	check(waitpid(pid, &status, 0) == pid && status == 0);
	close(ready[0]);
	close(ready[1]);
}

static void test_records(void)
{
	static const char *const cases[] = { "",
					     "nft",
					     "nft 0000",
					     "none 0000000000000001 0000000000000002\n",
					     "nft 0000000000000001 0000000000000002\n",
					     "\n\n" };

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		put_record(cases[i]);
		check(firewall_find_state(SITE_FIREWALL_NFT) == FIREWALL_STATE_MISSING, "case %zu", i);
	}
}

static void test_unload(void)
{
	check(firewall_load() == 0);
	text_clear(&fake.events);
	check(firewall_unload() == 0);
	EVENTS(UNLOAD_NFT);
	check(firewall_find_state(SITE_FIREWALL_NFT) == FIREWALL_STATE_MISSING);
}

/* From nft to iptables: the new rules first, then the old ones go, and those of the other iptables. */
static void test_iptables(void)
{
	check(file_remove(FIREWALL_NFT_FILE) == 0);
	put(FIREWALL_IPTABLES_FILE, V4);
	put(FIREWALL_IP6TABLES_FILE, V6);
	fake.version = "iptables v1.8.9 (nf_tables)\n";
	fake.saved_nft = V4_IN_PLACE;
	check(firewall_load() == 0);
	EVENTS("iptables-nft-restore *filter\n:DIALISP-A - [0:0]\n-D INPUT -j DIALISP-A\n-I INPUT -j DIALISP-A\nCOMMIT\n;"
	       "ip6tables-nft-restore " V6 ";" UNLOAD_NFT);
	check(firewall_find_state(SITE_FIREWALL_IPTABLES) == FIREWALL_STATE_LOADED);
	fake.saved_nft =
		"*filter\n:INPUT ACCEPT [9:9]\n:DIALISP-A - [0:0]\n-A INPUT -i lo -j ACCEPT\n-A INPUT -j DIALISP-A\nCOMMIT\n";
	check(firewall_find_state(SITE_FIREWALL_IPTABLES) ==
	      FIREWALL_STATE_MISSING); /* somebody's rule stands before ours */

	fake.tables = "";
	fake.table = NULL;
	fake.saved_nft = V4_IN_PLACE;
	fake.failing = "ip6tables";
	check(firewall_load() == -EIO);
	fake.failing = NULL;
	check(file_remove(FIREWALL_IP6TABLES_FILE) == 0);
	check(firewall_load() == -ENOENT);
	put(FIREWALL_IP6TABLES_FILE, V6);
	text_clear(&fake.events);
	check(firewall_unload() == 0);
	EVENTS("iptables-nft-restore " REMOVE_V4 ";");
	check(firewall_find_state(SITE_FIREWALL_IPTABLES) == FIREWALL_STATE_MISSING);
}

static void test_choose(void)
{
	fake.saved_nft = "-A INPUT -j ufw-before-input\n";
	check(firewall_choose() == SITE_FIREWALL_NFT);
	fake.saved_nft = "-A INPUT -s 192.0.2.1/32 -j DROP\n";
	check(firewall_choose() == SITE_FIREWALL_IPTABLES);
}

static void test_backends(void)
{
	for (unsigned i = 0; site_firewall_name((enum site_firewall)i); i++) {
		const struct firewall_backend *backend = firewall_backend((enum site_firewall)i);

		check(backend->id == (enum site_firewall)i);
		check(!backend->program == (i == SITE_FIREWALL_NONE) && !backend->file == !backend->program &&
		      !backend->package == !backend->program && !backend->module == !backend->program);
	}
}

static int remove_one(const char *path, const struct stat *st __attribute__((unused)),
		      int type __attribute__((unused)), struct FTW *ftw __attribute__((unused)))
{
	return remove(path);
}

int main(void)
{
	_cleanup_free_ char *run = NULL;

	test_rules();
	test_closed();
	test_switches();
	test_compositions();
	test_own_rules();
	test_backends();
	check(mkdtemp(root) != NULL);
	run = xasprintf("%s/run", root);
	check(mkdir(run, 0755) == 0);
	file_set_root(root);
	test_nft();
	test_ensure();
	test_seen();
	test_spare();
	test_stamps();
	test_loader();
	test_records();
	test_unload();
	test_iptables();
	test_choose();
	text_free(&fake.events);
	file_set_root("");
	nftw(root, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	return check_done();
}
