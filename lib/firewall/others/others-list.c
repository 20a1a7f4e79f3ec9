/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The report about other firewalls: what each product does with callers' packets, and which chains
 * drop or translate them. */
#include "firewall/others/others.h"

#include "firewall/others/internal.h"
#include "net/netlink.h"

/* An address of the Internet, whichever */
#define ANYWHERE    "9.9.9.9"
#define CALLER_LINK "ppp-line1"

static void add(struct others *list, enum others_state state, char *what, char *cure)
{
	list->findings = xrealloc(list->findings, list->n + 1, sizeof(*list->findings));
	list->findings[list->n++] = (struct others_finding){ state, what, cure };
}

static void list_product(const struct others_product *product, const struct others_world *world,
			 const struct others_desired *desired, struct others *ret)
{
	bool is_settled = product->is_settled(world, desired),
	     is_needless = product->is_needless(world, desired);
	const char *said = is_needless  ? "still lets callers through, by"
			   : is_settled ? "lets callers through, by"
					: "does not let callers through yet, for want of";

	if (is_settled && is_needless)
		return;
	add(ret, is_settled ? OTHERS_STATE_PLACED : OTHERS_STATE_MISSING,
	    xasprintf("%s: %s %s", product->name, said, product->place), NULL);
}

static void list_products(const struct others_world *world, const struct others_desired *desired,
			  struct others *ret)
{
	for (size_t i = 0; i < others_n_products; i++)
		if (others_products[i]->is_there(world))
			list_product(others_products[i], world, desired, ret);
}

#define NFT_FROM                                                                                   \
	{                                                                                          \
		"iifname \"" OTHERS_NFT_LINKS "\" ip saddr", "accept"                              \
	}
#define IPTABLES_FROM                                                                              \
	{                                                                                          \
		"-i " OTHERS_LINKS " -s", "-j ACCEPT"                                              \
	}

/* Packets of a call, and what is said when this becomes of them. */
static const struct way {
	const char *hook, *state;
	bool is_back;
	enum others_verdict verdict;
	const char *what;
	const char *nft[2],
		*iptables[2]; /* the cure, before and behind the pool; NULL: none is needed */
} ways[] = {
	{ "forward", "new", false, OTHERS_VERDICT_DROP, "drops what callers send to the Internet",
	  NFT_FROM, IPTABLES_FROM },
	{ "forward",
	  "established",
	  true,
	  OTHERS_VERDICT_DROP,
	  "drops what the Internet answers callers",
	  { "oifname \"" OTHERS_NFT_LINKS "\" ip daddr", "ct state established,related accept" },
	  { "-o " OTHERS_LINKS " -d", "-m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT" } },
	{ "input", "new", false, OTHERS_VERDICT_DROP, "drops what callers send to this machine",
	  NFT_FROM, IPTABLES_FROM },
	/* A second translation finds the packet translated already, or comes first: it leaves with
	 * an address of ours. */
	{ "postrouting",
	  "new",
	  false,
	  OTHERS_VERDICT_TRANSLATE,
	  "translates callers' addresses, too: nothing to do",
	  { NULL },
	  { NULL } },
};

/* What a listing comes from, and how one adds to it. */
static const struct listing {
	enum others_syntax syntax;
	enum firewall_variant variant;
	const char *whose, *insert;
} listings[] = {
	{ OTHERS_SYNTAX_NFT, FIREWALL_VARIANT_NFT, "nftables, chain", "nft insert rule" },
	{ OTHERS_SYNTAX_IPTABLES, FIREWALL_VARIANT_NFT, "iptables, chain", "iptables-nft -I" },
	{ OTHERS_SYNTAX_IPTABLES, FIREWALL_VARIANT_LEGACY, "iptables-legacy, chain",
	  "iptables-legacy -I" },
};

static bool is_all_settled(const struct others *list)
{
	for (size_t i = 0; i < list->n; i++)
		if (list->findings[i].state == OTHERS_STATE_MISSING)
			return false;
	return true;
}

struct view {
	const struct others_world *world;
	const struct others_desired *desired;
	struct netlink_uplink uplink;
	bool is_settled; /* what products will let through after others_open() is no owner's to
			  * do */
};

/* Nor is it what stands behind our own rules. */
static bool is_worth_asking(const struct view *view, const struct listing *listing,
			    const struct way *way)
{
	const struct others_desired *desired = view->desired;

	if (str_eq(way->hook, "input") && !desired->has_input)
		return false;
	if (listing->syntax == OTHERS_SYNTAX_NFT || way->verdict != OTHERS_VERDICT_DROP)
		return true;
	return view->is_settled && !(desired->has_variant && desired->variant == listing->variant);
}

static struct others_rules rules_of(const struct others_world *world, const struct listing *listing)
{
	bool is_nft = listing->syntax == OTHERS_SYNTAX_NFT;
	const struct text *text = is_nft ? &world->nft : &world->saved[listing->variant];

	return (struct others_rules){ listing->syntax, text_str(text),
				      world->saved[FIREWALL_VARIANT_NFT].len };
}

static struct others_packet packet_of(const struct view *view, const struct way *way)
{
	const char *uplink = str_eq(way->hook, "input") ? "" : view->uplink.link;
	struct others_packet out = { way->hook, CALLER_LINK, uplink, { 0 }, { 0 }, way->state };
	struct site_prefix pool = { 0 };

	(void)site_parse_prefix(view->desired->pool, &pool);
	out.from.s_addr = htonl(ntohl(pool.address.s_addr) + 2);
	(void)site_parse_address(ANYWHERE, &out.to);
	if (!way->is_back)
		return out;
	return (struct others_packet){
		way->hook, uplink, CALLER_LINK, out.to, out.from, way->state
	};
}

static char *compose_cure(const struct listing *listing, const char *chain, const struct way *way,
			  const char *pool)
{
	const char *const *words = listing->syntax == OTHERS_SYNTAX_NFT ? way->nft : way->iptables;

	return *words ? xasprintf("%s %s %s %s %s", listing->insert, chain, words[0], pool,
				  words[1])
		      : NULL;
}

static void list_chains(const struct view *view, const struct listing *listing,
			const struct way *way, struct others *ret)
{
	const struct others_rules rules = rules_of(view->world, listing);
	const struct others_packet packet = packet_of(view, way);
	_cleanup_text_ struct text chains = { 0 };
	char *chain, *rest;

	others_find_chains(&rules, &packet, way->verdict, &chains);
	rest = chains.s;
	while ((chain = strsep(&rest, "\n")) && *chain)
		add(ret, *way->nft ? OTHERS_STATE_OWNER : OTHERS_STATE_FINE,
		    xasprintf("%s %s: %s", listing->whose, chain, way->what),
		    compose_cure(listing, chain, way, view->desired->pool));
}

static void list_rules(struct view *view, struct others *ret)
{
	(void)netlink_find_uplink(&view->uplink); /* without one rules about it are for others */
	view->is_settled = is_all_settled(ret);
	for (size_t i = 0; i < ARRAY_SIZE(listings); i++)
		for (size_t k = 0; k < ARRAY_SIZE(ways); k++)
			if (is_worth_asking(view, &listings[i], &ways[k]))
				list_chains(view, &listings[i], &ways[k], ret);
}

int others_list(const struct site *site, struct others *ret)
{
	_cleanup_(others_world_free) struct others_world world = { 0 };
	struct others_desired desired = { 0 };
	struct view view = { .world = &world, .desired = &desired };
	int r = others_world_look(&world, OTHERS_SCOPE_ALL);

	if (r < 0)
		return r;
	others_make_desired(site, &desired);
	others_find_variant(&world, &desired);
	list_products(&world, &desired, ret);
	if (desired.is_open)
		list_rules(&view, ret);
	return 0;
}

void others_free(struct others *others)
{
	for (size_t i = 0; i < others->n; i++) {
		free(others->findings[i].what);
		free(others->findings[i].cure);
	}
	free(others->findings);
	*others = (struct others){ 0 };
}
