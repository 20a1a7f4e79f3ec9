/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rules that differ from site to site, from account to account: one list of them, two grammars.
 */
#include "firewall/firewall.h"

#include <errno.h>

/* Special-purpose ranges that callers must not reach, whatever the route: RFC 6890 and its
 * successors. Documentation ranges are not needed here: no host uses them. */
static const struct {
	const char *first;
	unsigned length;
} special[] = {
	{ "0.0.0.0", 8 },      /* this network */
	{ "10.0.0.0", 8 },     /* private */
	{ "100.64.0.0", 10 },  /* shared, carrier-grade NAT */
	{ "127.0.0.0", 8 },    /* loopback */
	{ "169.254.0.0", 16 }, /* link-local */
	{ "172.16.0.0", 12 },  /* private */
	{ "192.0.0.0", 24 },   /* protocols */
	{ "192.168.0.0", 16 }, /* private */
	{ "198.18.0.0", 15 },  /* benchmarking */
	{ "224.0.0.0", 4 },    /* multicast */
	{ "240.0.0.0", 4 },    /* reserved, broadcast */
};

enum verdict {
	VERDICT_ACCEPT,
	VERDICT_DROP,
	VERDICT_RETURN,
	VERDICT_TALK_TO, /* may talk: check the other one, too */
};
struct rule {
	struct site_prefix from, to;  /* length 0: any */
	const struct site_port *port; /* NULL: any */
	enum verdict verdict;
};
struct list {
	const struct firewall_facts *facts;
	const char *chain; /* of iptables; in the nft template the rules are in their chains */
	struct text *out;
};

/* --- two grammars --- */

static void add_nft(const struct list *list, const struct rule *rule)
{
	static const char *const verdicts[] = { "accept", "drop", "return", "jump talk_to" };
	struct text *t = list->out;

	text_add(t, "\t\t");
	if (rule->from.length)
		text_addf(t, "ip saddr %s/%u ", site_format_address(rule->from.address),
			  rule->from.length);
	if (rule->to.length)
		text_addf(t, "ip daddr %s/%u ", site_format_address(rule->to.address),
			  rule->to.length);
	if (rule->port)
		text_addf(t, "%s dport %u ", rule->port->is_udp ? "udp" : "tcp",
			  rule->port->number);
	text_add(t, verdicts[rule->verdict]);
}

static void add_iptables(const struct list *list, const struct rule *rule)
{
	static const char *const verdicts[] = { "ACCEPT", "DROP", "RETURN", "DIALISP-TALK-TO" };
	const char *protocol = rule->port && rule->port->is_udp ? "udp" : "tcp";
	struct text *t = list->out;

	text_addf(t, "-A %s", list->chain);
	if (rule->from.length)
		text_addf(t, " -s %s/%u", site_format_address(rule->from.address),
			  rule->from.length);
	if (rule->to.length)
		text_addf(t, " -d %s/%u", site_format_address(rule->to.address), rule->to.length);
	if (rule->port)
		text_addf(t, " -p %s -m %s --dport %u", protocol, protocol, rule->port->number);
	text_addf(t, " -j %s", verdicts[rule->verdict]);
}

static bool is_iptables(const struct list *list)
{
	return list->facts->network->firewall == SITE_FIREWALL_IPTABLES;
}

static void add(const struct list *list, const struct rule *rule)
{
	if (list->out->len)
		text_addc(list->out, '\n');
	if (is_iptables(list))
		add_iptables(list, rule);
	else
		add_nft(list, rule);
}

/* --- the lists --- */

static struct site_prefix own(const struct account *account)
{
	return (struct site_prefix){ account->address, 32 };
}

/* Accounts with settings of their own come first; their rules end with a verdict, before those of
 * the site. */
static void add_lan_of(const struct list *list, const struct site_rights *rights,
		       struct site_prefix from)
{
	bool is_listed = rights->n_lan_prefixes;
	const struct site_prefix *to = is_listed ? rights->lan_prefixes : list->facts->lan;
	size_t n = is_listed ? rights->n_lan_prefixes : list->facts->n_lan;

	if (rights->lan != SITE_ANSWER_YES)
		n = 0;
	for (size_t i = 0; i < n; i++)
		add(list, &(struct rule){ .from = from, .to = to[i], .verdict = VERDICT_ACCEPT });
	if (rights->lan && from.length)
		add(list, &(struct rule){ .from = from, .verdict = VERDICT_RETURN });
}

static void add_lan(const struct list *list)
{
	const struct site *site = list->facts->site;

	for (size_t i = 0; i < site->n_accounts; i++)
		add_lan_of(list, &site->accounts[i].rights, own(&site->accounts[i]));
	add_lan_of(list, &list->facts->network->rights, (struct site_prefix){ 0 });
}

/* Both callers must have the permission: the sender and the receiver. */
static void add_talk(const struct list *list)
{
	const struct site *site = list->facts->site;

	for (size_t i = 0; i < site->n_accounts; i++) {
		const struct account *account = &site->accounts[i];
		bool yes = account->rights.talk == SITE_ANSWER_YES;

		if (account->rights.talk)
			add(list,
			    &(struct rule){ .from = own(account),
					    .verdict = yes ? VERDICT_TALK_TO : VERDICT_DROP });
	}
	if (list->facts->network->rights.talk == SITE_ANSWER_YES)
		add(list, &(struct rule){ .verdict = VERDICT_TALK_TO });
}

static void add_talk_to(const struct list *list)
{
	const struct site *site = list->facts->site;

	for (size_t i = 0; i < site->n_accounts; i++) {
		const struct account *account = &site->accounts[i];
		bool yes = account->rights.talk == SITE_ANSWER_YES;

		if (account->rights.talk)
			add(list, &(struct rule){ .to = own(account),
						  .verdict = yes ? VERDICT_ACCEPT : VERDICT_DROP });
	}
	if (list->facts->network->rights.talk == SITE_ANSWER_YES)
		add(list, &(struct rule){ .verdict = VERDICT_ACCEPT });
}

static void add_dns(const struct list *list)
{
	static const struct site_port ports[] = { { true, 53 }, { false, 53 } };
	const struct network *network = list->facts->network;

	for (unsigned i = 0; i < network->n_dns * ARRAY_SIZE(ports); i++)
		add(list, &(struct rule){ .to = { network->dns[i / 2], 32 },
					  .port = &ports[i % 2],
					  .verdict = VERDICT_ACCEPT });
}

static void add_ports_of(const struct list *list, const struct site_rights *rights,
			 struct site_prefix from)
{
	for (unsigned i = 0; i < rights->n_ports; i++)
		add(list, &(struct rule){ .from = from,
					  .port = &rights->port[i],
					  .verdict = VERDICT_ACCEPT });
	if (rights->ports && from.length)
		add(list, &(struct rule){ .from = from, .verdict = VERDICT_RETURN });
}

static void add_ports(const struct list *list)
{
	const struct site *site = list->facts->site;

	for (size_t i = 0; i < site->n_accounts; i++)
		add_ports_of(list, &site->accounts[i].rights, own(&site->accounts[i]));
	add_ports_of(list, &list->facts->network->rights, (struct site_prefix){ 0 });
}

static bool is_special(const struct site_prefix *prefix)
{
	for (size_t i = 0; i < ARRAY_SIZE(special); i++) {
		struct site_prefix range = { .length = special[i].length };

		(void)site_parse_address(special[i].first, &range.address);
		if (site_prefix_has(&range, prefix))
			return true;
	}
	return false;
}

static void add_closed_prefix(const struct list *list, const struct site_prefix *prefix)
{
	if (!is_special(prefix))
		add(list, &(struct rule){ .to = *prefix, .verdict = VERDICT_DROP });
}

/* Unused addresses of the pool must not be routed to the uplink either. */
static void add_closed(const struct list *list)
{
	const struct network *network = list->facts->network;

	for (size_t i = 0; i < ARRAY_SIZE(special); i++) {
		struct rule rule = { .to.length = special[i].length, .verdict = VERDICT_DROP };

		(void)site_parse_address(special[i].first, &rule.to.address);
		add(list, &rule);
	}
	add_closed_prefix(list, &network->pool);
	for (size_t i = 0; i < list->facts->n_lan; i++)
		add_closed_prefix(list, &list->facts->lan[i]);
}

static void add_smtp(const struct list *list)
{
	static const struct site_port smtp = { .number = 25 };

	if (list->facts->network->block_smtp)
		add(list, &(struct rule){ .port = &smtp, .verdict = VERDICT_DROP });
}

static void add_connections(const struct list *list)
{
	unsigned n = list->facts->network->connections;

	if (n && is_iptables(list))
		text_addf(
			list->out,
			"-A %s -m conntrack --ctstate NEW -m connlimit --connlimit-above %u --connlimit-mask 32 --connlimit-saddr -j DROP",
			list->chain, n);
	else if (n)
		text_addf(list->out,
			  "\t\tct state new add @connected { ip saddr ct count over %u } drop", n);
}

static const struct {
	const char *name, *chain;
	void (*add)(const struct list *list);
} lists[] = {
	{ "rules-dns", "DIALISP-DNS", add_dns },
	{ "rules-lan", "DIALISP-LAN", add_lan },
	{ "rules-talk", "DIALISP-TALK", add_talk },
	{ "rules-talk-to", "DIALISP-TALK-TO", add_talk_to },
	{ "rules-ports", "DIALISP-PORTS", add_ports },
	{ "rules-closed", "DIALISP-FROM", add_closed },
	{ "rules-smtp", "DIALISP-FROM", add_smtp },
	{ "rules-connections", "DIALISP-FROM", add_connections },
};

int firewall_add_rules(const struct firewall_facts *facts, const char *name, struct text *ret)
{
	_cleanup_text_ struct text rules = { 0 };
	struct list list = { .facts = facts, .out = &rules };

	for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
		if (!str_eq(lists[i].name, name))
			continue;
		list.chain = lists[i].chain;
		lists[i].add(&list);
		if (!rules.len)
			text_add(&rules, is_iptables(&list) ? "# none" : "\t\t# none");
		text_add(ret, text_str(&rules));
		return 0;
	}
	return -ENOENT;
}
