/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The report about other firewalls: what each product does with callers' packets, and which chains
 * drop or translate them. */
#include "firewall/others/others.h"

#include <errno.h>

#include "firewall/others/internal.h"
#include "net/netlink.h"
#include "util/report.h"

static void add(struct others *list, enum others_state state, char *what, char *cure)
{
	list->findings = xrealloc(list->findings, list->n + 1, sizeof(*list->findings));
	list->findings[list->n++] = (struct others_finding){ state, what, cure };
}

static void list_product(const struct others_product *product, const struct others_world *world,
			 const struct others_desired *desired, struct others *ret)
{
	bool is_done = product->is_done(world, desired),
	     needs_rules = product->needs_rules(world, desired);
	const char *said = !needs_rules ? "still lets callers through, by"
			   : is_done    ? "lets callers through, by"
					: "does not let callers through yet: needs";

	if (is_done && !needs_rules)
		return;
	add(ret, is_done ? OTHERS_STATE_PLACED : OTHERS_STATE_MISSING,
	    xasprintf("%s: %s %s", product->name, said, product->place), NULL);
}

static void list_products(const struct others_world *world, const struct others_desired *desired,
			  struct others *ret)
{
	for (size_t i = 0; i < others_n_products; i++)
		if (others_products[i]->is_present(world))
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

/* Packets of a call, and the report if a chain drops or translates them. */
static const struct way {
	enum others_path path;
	enum others_verdict verdict;
	const char *what;
	/* The cure, before and behind the pool; NULL: none is needed. */
	const char *nft[2], *iptables[2];
} ways[] = {
	{ OTHERS_PATH_OUT, OTHERS_VERDICT_DROP, "drops what callers send to the Internet", NFT_FROM,
	  IPTABLES_FROM },
	{ OTHERS_PATH_BACK,
	  OTHERS_VERDICT_DROP,
	  "drops what the Internet answers callers",
	  { "oifname \"" OTHERS_NFT_LINKS "\" ip daddr", "ct state established,related accept" },
	  { "-o " OTHERS_LINKS " -d", "-m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT" } },
	{ OTHERS_PATH_INPUT, OTHERS_VERDICT_DROP, "drops what callers send to this host", NFT_FROM,
	  IPTABLES_FROM },
	/* A second translation is harmless: the packet has an address of this host already, or gets
	 * one here. */
	{ OTHERS_PATH_LEAVE,
	  OTHERS_VERDICT_TRANSLATE,
	  "translates callers' addresses, too: nothing to do",
	  { NULL },
	  { NULL } },
};

/* The name of a listing, and the command that adds a rule to a chain of it. */
static const struct listing {
	enum others_listing listing;
	enum firewall_variant variant; /* of iptables */
	const char *whose, *insert;
} listings[] = {
	{ OTHERS_LISTING_NFT, FIREWALL_N_VARIANTS, "nftables, chain", "nft insert rule" },
	{ OTHERS_LISTING_IPTABLES_NFT, FIREWALL_VARIANT_NFT, "iptables, chain", "iptables-nft -I" },
	{ OTHERS_LISTING_IPTABLES_LEGACY, FIREWALL_VARIANT_LEGACY, "iptables-legacy, chain",
	  "iptables-legacy -I" },
};

static bool are_products_done(const struct others *list)
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
	bool are_products_done; /* no product will be changed by others_open() */
};

/* Nothing to do for the administrator if a product will let the packets through, or if our own
 * rules in the same iptables have already accepted them. */
static bool is_worth_asking(const struct view *view, const struct listing *listing,
			    const struct way *way)
{
	const struct others_desired *desired = view->desired;

	if (way->path == OTHERS_PATH_INPUT && !desired->has_input)
		return false;
	if (listing->listing == OTHERS_LISTING_NFT || way->verdict != OTHERS_VERDICT_DROP)
		return true;
	return view->are_products_done &&
	       !(desired->has_variant && desired->variant == listing->variant);
}

static char *compose_cure(const struct listing *listing, const char *chain, const struct way *way,
			  const char *pool)
{
	const char *const *words =
		listing->listing == OTHERS_LISTING_NFT ? way->nft : way->iptables;

	return *words ? xasprintf("%s %s %s %s %s", listing->insert, chain, words[0], pool,
				  words[1])
		      : NULL;
}

static int list_chains(const struct view *view, const struct listing *listing,
		       const struct way *way, struct others *ret)
{
	bool is_nft = listing->listing == OTHERS_LISTING_NFT;
	struct others_search search = {
		.listing = listing->listing,
		.text = text_str(is_nft ? &view->world->nft
					: &view->world->saved[listing->variant]),
		.has_iptables = view->world->saved[FIREWALL_VARIANT_NFT].len,
		.path = way->path,
		.verdict = way->verdict,
		.uplink = view->uplink.link
	};
	_cleanup_text_ struct text chains = { 0 };
	char *chain, *rest;
	int r;

	(void)site_parse_prefix(view->desired->pool, &search.pool);
	r = others_find_chains(&search, &chains);
	rest = chains.s;
	while ((chain = strsep(&rest, "\n")) && *chain)
		add(ret, *way->nft ? OTHERS_STATE_OWNER : OTHERS_STATE_FINE,
		    xasprintf("%s %s: %s", listing->whose, chain, way->what),
		    compose_cure(listing, chain, way, view->desired->pool));
	return r;
}

static int list_rules(struct view *view, struct others *ret)
{
	int r = 0, e;

	(void)!netlink_find_uplink(&view->uplink); /* none: rules that name one do not match */
	view->are_products_done = are_products_done(ret);
	for (size_t i = 0; i < ARRAY_SIZE(listings); i++)
		for (size_t k = 0; k < ARRAY_SIZE(ways); k++) {
			if (!is_worth_asking(view, &listings[i], &ways[k]))
				continue;
			e = list_chains(view, &listings[i], &ways[k], ret);
			r = r < 0 ? r : e;
		}
	return r;
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
	r = desired.is_open ? list_rules(&view, ret) : 0;
	if (r < 0)
		report_warning(
			"other firewalls: could not check whether all of their rules let callers through: %s",
			r == -ENOEXEC  ? "rules cannot be loaded in a network namespace"
			: r == -ENOENT ? "/dev/net/tun is missing (modprobe tun)"
				       : strerror(-r));
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
