/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The neighbours told to people: what each product does for callers, and who else drops or
 * translates their packets. */
#include "firewall/others/neighbours.h"

#include "firewall/others/internal.h"
#include "net/netlink.h"

/* An address of the Internet, whichever */
#define ANYWHERE    "9.9.9.9"
#define CALLER_LINK "ppp-line1"

static void add(struct neighbours *list, enum neighbours_state state, char *what, char *cure)
{
	list->findings = xrealloc(list->findings, list->n + 1, sizeof(*list->findings));
	list->findings[list->n++] = (struct neighbours_finding){ state, what, cure };
}

static void list_product(const struct neighbours_product *product,
			 const struct neighbours_world *world, const struct neighbours_wish *wish,
			 struct neighbours *ret)
{
	bool is_settled = product->is_settled(world, wish),
	     is_needless = product->is_needless(world, wish);
	const char *said = is_needless  ? "still lets callers through, by"
			   : is_settled ? "lets callers through, by"
					: "does not let callers through yet, for want of";

	if (is_settled && is_needless)
		return;
	add(ret, is_settled ? NEIGHBOURS_STATE_PLACED : NEIGHBOURS_STATE_MISSING,
	    xasprintf("%s: %s %s", product->name, said, product->place), NULL);
}

static void list_products(const struct neighbours_world *world, const struct neighbours_wish *wish,
			  struct neighbours *ret)
{
	for (size_t i = 0; i < neighbours_n_products; i++)
		if (neighbours_products[i]->is_there(world))
			list_product(neighbours_products[i], world, wish, ret);
}

#define NFT_FROM                                                                                   \
	{                                                                                          \
		"iifname \"" NEIGHBOURS_NFT_LINKS "\" ip saddr", "accept"                          \
	}
#define IPTABLES_FROM                                                                              \
	{                                                                                          \
		"-i " NEIGHBOURS_LINKS " -s", "-j ACCEPT"                                          \
	}

/* Packets of a call, and what is said when this becomes of them. */
static const struct way {
	const char *hook, *state;
	bool is_back;
	enum neighbours_verdict verdict;
	const char *what;
	const char *nft[2],
		*iptables[2]; /* the cure, before and behind the pool; NULL: none is needed */
} ways[] = {
	{ "forward", "new", false, NEIGHBOURS_VERDICT_DROP,
	  "drops what callers send to the Internet", NFT_FROM, IPTABLES_FROM },
	{ "forward",
	  "established",
	  true,
	  NEIGHBOURS_VERDICT_DROP,
	  "drops what the Internet answers callers",
	  { "oifname \"" NEIGHBOURS_NFT_LINKS "\" ip daddr",
	    "ct state established,related accept" },
	  { "-o " NEIGHBOURS_LINKS " -d",
	    "-m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT" } },
	{ "input", "new", false, NEIGHBOURS_VERDICT_DROP, "drops what callers send to this machine",
	  NFT_FROM, IPTABLES_FROM },
	/* A second translation finds the packet translated already, or comes first: it leaves with
	 * an address of ours. */
	{ "postrouting",
	  "new",
	  false,
	  NEIGHBOURS_VERDICT_TRANSLATE,
	  "translates callers' addresses, too: nothing to do",
	  { NULL },
	  { NULL } },
};

/* What a listing comes from, and how one adds to it. */
static const struct listing {
	enum neighbours_syntax syntax;
	enum firewall_variant variant;
	const char *whose, *insert;
} listings[] = {
	{ NEIGHBOURS_SYNTAX_NFT, FIREWALL_VARIANT_NFT, "nftables, chain", "nft insert rule" },
	{ NEIGHBOURS_SYNTAX_IPTABLES, FIREWALL_VARIANT_NFT, "iptables, chain", "iptables-nft -I" },
	{ NEIGHBOURS_SYNTAX_IPTABLES, FIREWALL_VARIANT_LEGACY, "iptables-legacy, chain",
	  "iptables-legacy -I" },
};

static bool is_all_settled(const struct neighbours *list)
{
	for (size_t i = 0; i < list->n; i++)
		if (list->findings[i].state == NEIGHBOURS_STATE_MISSING)
			return false;
	return true;
}

struct view {
	const struct neighbours_world *world;
	const struct neighbours_wish *wish;
	struct netlink_uplink uplink;
	bool is_settled; /* what products will let through after neighbours_open() is no owner's to
			  * do */
};

/* Nor is it what stands behind our own rules. */
static bool is_worth_asking(const struct view *view, const struct listing *listing,
			    const struct way *way)
{
	const struct neighbours_wish *wish = view->wish;

	if (str_eq(way->hook, "input") && !wish->has_input)
		return false;
	if (listing->syntax == NEIGHBOURS_SYNTAX_NFT || way->verdict != NEIGHBOURS_VERDICT_DROP)
		return true;
	return view->is_settled && !(wish->has_variant && wish->variant == listing->variant);
}

static struct neighbours_rules rules_of(const struct neighbours_world *world,
					const struct listing *listing)
{
	bool is_nft = listing->syntax == NEIGHBOURS_SYNTAX_NFT;
	const struct text *text = is_nft ? &world->nft : &world->saved[listing->variant];

	return (struct neighbours_rules){ listing->syntax, text_str(text),
					  world->saved[FIREWALL_VARIANT_NFT].len };
}

static struct neighbours_packet packet_of(const struct view *view, const struct way *way)
{
	const char *uplink = str_eq(way->hook, "input") ? "" : view->uplink.link;
	struct neighbours_packet out = { way->hook, CALLER_LINK, uplink, { 0 }, { 0 }, way->state };
	struct site_prefix pool = { 0 };

	(void)site_parse_prefix(view->wish->pool, &pool);
	out.from.s_addr = htonl(ntohl(pool.address.s_addr) + 2);
	(void)site_parse_address(ANYWHERE, &out.to);
	if (!way->is_back)
		return out;
	return (struct neighbours_packet){ way->hook, uplink,   CALLER_LINK,
					   out.to,    out.from, way->state };
}

static char *compose_cure(const struct listing *listing, const char *chain, const struct way *way,
			  const char *pool)
{
	const char *const *words =
		listing->syntax == NEIGHBOURS_SYNTAX_NFT ? way->nft : way->iptables;

	return *words ? xasprintf("%s %s %s %s %s", listing->insert, chain, words[0], pool,
				  words[1])
		      : NULL;
}

static void list_chains(const struct view *view, const struct listing *listing,
			const struct way *way, struct neighbours *ret)
{
	const struct neighbours_rules rules = rules_of(view->world, listing);
	const struct neighbours_packet packet = packet_of(view, way);
	_cleanup_text_ struct text chains = { 0 };
	char *chain, *rest;

	neighbours_find_chains(&rules, &packet, way->verdict, &chains);
	rest = chains.s;
	while ((chain = strsep(&rest, "\n")) && *chain)
		add(ret, *way->nft ? NEIGHBOURS_STATE_OWNER : NEIGHBOURS_STATE_FINE,
		    xasprintf("%s %s: %s", listing->whose, chain, way->what),
		    compose_cure(listing, chain, way, view->wish->pool));
}

static void list_rules(struct view *view, struct neighbours *ret)
{
	(void)netlink_find_uplink(&view->uplink); /* without one rules about it are for others */
	view->is_settled = is_all_settled(ret);
	for (size_t i = 0; i < ARRAY_SIZE(listings); i++)
		for (size_t k = 0; k < ARRAY_SIZE(ways); k++)
			if (is_worth_asking(view, &listings[i], &ways[k]))
				list_chains(view, &listings[i], &ways[k], ret);
}

int neighbours_list(const struct site *site, struct neighbours *ret)
{
	_cleanup_(neighbours_world_free) struct neighbours_world world = { 0 };
	struct neighbours_wish wish = { 0 };
	struct view view = { .world = &world, .wish = &wish };
	int r = neighbours_world_look(&world, NEIGHBOURS_SCOPE_ALL);

	if (r < 0)
		return r;
	neighbours_make_wish(site, &wish);
	neighbours_find_variant(&world, &wish);
	list_products(&world, &wish, ret);
	if (wish.is_open)
		list_rules(&view, ret);
	return 0;
}

void neighbours_free(struct neighbours *neighbours)
{
	for (size_t i = 0; i < neighbours->n; i++) {
		free(neighbours->findings[i].what);
		free(neighbours->findings[i].cure);
	}
	free(neighbours->findings);
	*neighbours = (struct neighbours){ 0 };
}
