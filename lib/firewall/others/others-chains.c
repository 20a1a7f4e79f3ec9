/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which chains of other firewalls drop or translate callers' packets. Each base chain is tried with
 * a copy of its table alone, in which the other base chains accept. */
#include <stdio.h>

#include "firewall/others/internal.h"

#define NAME_MAX_LENGTH 255 /* NFT_NAME_MAXLEN */

static const struct loader {
	const char *argv[4];
	/* Enables connection tracking, which is active only while a rule uses it. */
	const char *tracking;
} loaders[] = {
	[OTHERS_LISTING_NFT] = { { "nft", "-f", "-" },
				 "table ip dialisp {\n\tchain forward {\n"
				 "\t\ttype filter hook forward priority 0;\n\t\tct state new\n"
				 "\t}\n}\n" },
	[OTHERS_LISTING_IPTABLES_NFT] = { { "iptables-nft-restore", "-w", "5" },
					  "*filter\n-A FORWARD -m conntrack --ctstate NEW\n"
					  "COMMIT\n" },
	[OTHERS_LISTING_IPTABLES_LEGACY] = { { "iptables-legacy-restore", "-w", "5" },
					     "*filter\n-A FORWARD -m conntrack --ctstate NEW\n"
					     "COMMIT\n" },
};

static const struct {
	const char *hook;
	const char *table, *chain; /* of iptables */
} paths[] = {
	[OTHERS_PATH_OUT] = { "forward", "filter", "FORWARD" },
	[OTHERS_PATH_BACK] = { "forward", "filter", "FORWARD" },
	[OTHERS_PATH_INPUT] = { "input", "filter", "INPUT" },
	[OTHERS_PATH_LEAVE] = { "postrouting", "nat", "POSTROUTING" },
};

/* Our own chains, rules that pass packets to a program, which is not in the namespace, and rules
 * for features that tun devices lack. */
static bool is_left_out(const char *line, size_t n)
{
	static const char *const words[] = { "-A DIALISP-", " -j DIALISP-",  "jump DIALISP-",
					     " -j NFQUEUE", "\tqueue ",      " queue ",
					     "flow add @",  "flow offload @" };

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (memmem(line, n, words[i], strlen(words[i])))
			return true;
	return false;
}

static void add_copy(const char *line, const char *end, struct text *ret)
{
	bool is_flowtable = false;

	for (const char *next; line < end; line = next) {
		next = str_next_line(line);
		is_flowtable |= str_starts(line, "\tflowtable ");
		if (!is_flowtable && !is_left_out(line, (size_t)(next - line)))
			text_add_mem(ret, line, (size_t)(next - line));
		is_flowtable &= !str_starts(line, "\t}");
	}
}

static int try_rules(const struct others_search *search, const struct text *rules, const char *name,
		     struct text *ret)
{
	_cleanup_free_ char *copy = xstrdup(text_str(rules));
	const struct loader *loader = &loaders[search->listing];
	struct others_probe probe = { .loader = loader->argv,
				      .tracking = loader->tracking,
				      .rules = copy,
				      .path = search->path,
				      .pool = search->pool,
				      .uplink = search->uplink };
	enum others_verdict verdict;
	int r = others_probe(&probe, &verdict);

	if (r == 0 && verdict == search->verdict)
		text_addf(ret, "%s\n", name);
	return r;
}

/* --- nft list ruleset --- */

struct base_chain {
	const char *table_begin, *table_end;
	char family[8], table[NAME_MAX_LENGTH + 1], name[NAME_MAX_LENGTH + 1], hook[16];
};

/* The next one at or behind *p; names of its table are kept in *chain. */
static bool next_base_chain(const char **p, struct base_chain *chain)
{
	while (**p) {
		const char *line = *p;

		*p = str_next_line(line);
		if (str_starts(line, "table ") &&
		    sscanf(line, "table %7s %255s", chain->family, chain->table) == 2) {
			chain->table_begin = line;
			chain->table_end = strstr(line, "\n}");
			chain->table_end =
				chain->table_end ? str_next_line(chain->table_end + 1) : *p;
		}
		if (str_starts(line, "\tchain "))
			(void)sscanf(line, "\tchain %255s", chain->name);
		if (str_starts(line, "\t\ttype ") &&
		    sscanf(line, "\t\ttype %*s hook %15s", chain->hook) == 1)
			return true;
	}
	return false;
}

/* Our own, firewalld's, which is asked by its own commands, iptables', which are looked at in its
 * own listing, and what sees no routed IPv4. */
static bool is_skipped(const struct base_chain *chain, bool has_iptables)
{
	static const struct {
		const char *family, *table;
		bool is_iptables;
	} skipped[] = {
		{ "inet", "dialisp", false },
		{ "inet", "firewalld", false },
		{ "ip", "filter", true },
		{ "ip", "nat", true },
	};

	if (!str_eq(chain->family, "ip") && !str_eq(chain->family, "inet"))
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(skipped); i++)
		if (str_eq(chain->family, skipped[i].family) &&
		    str_eq(chain->table, skipped[i].table))
			return !skipped[i].is_iptables || has_iptables;
	return false;
}

static void compose_nft(const struct base_chain *tried, struct text *ret)
{
	const char *p = tried->table_begin;
	struct base_chain chain = { 0 };

	add_copy(tried->table_begin, tried->table_end, ret);
	while (p < tried->table_end && next_base_chain(&p, &chain) && p <= tried->table_end)
		if (!str_eq(chain.name, tried->name))
			text_addf(ret, "insert rule %s %s %s accept\n", chain.family, chain.table,
				  chain.name);
}

static int find_in_nft(const struct others_search *search, struct text *ret)
{
	const char *p = search->text;
	struct base_chain chain = { 0 };
	int r = 0, e;

	while (next_base_chain(&p, &chain)) {
		_cleanup_text_ struct text rules = { 0 };
		_cleanup_free_ char *name = NULL;

		if (!str_eq(chain.hook, paths[search->path].hook) ||
		    is_skipped(&chain, search->has_iptables))
			continue;
		name = xasprintf("%s %s %s", chain.family, chain.table, chain.name);
		compose_nft(&chain, &rules);
		e = try_rules(search, &rules, name, ret);
		r = r < 0 ? r : e;
	}
	return r;
}

/* --- iptables-save --- */

static int find_in_iptables(const struct others_search *search, struct text *ret)
{
	_cleanup_free_ char *mark = xasprintf("*%s\n", paths[search->path].table);
	const char *begin = strstr(search->text, mark),
		   *end = begin ? strstr(begin, "COMMIT") : NULL;
	_cleanup_text_ struct text rules = { 0 };

	if (!end)
		return 0;
	add_copy(begin, str_next_line(end), &rules);
	return try_rules(search, &rules, paths[search->path].chain, ret);
}

int others_find_chains(const struct others_search *search, struct text *ret)
{
	return search->listing == OTHERS_LISTING_NFT ? find_in_nft(search, ret)
						     : find_in_iptables(search, ret);
}
