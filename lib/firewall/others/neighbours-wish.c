/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What neighbours are asked for: made of the site when it is applied, and kept, so that a
 * configuration which is just being edited asks nobody for anything. */
#include <errno.h>
#include <stdio.h>

#include "firewall/others/internal.h"
#include "net/netlink.h"
#include "net/network.h"
#include "paths.h"
#include "util/file.h"
#include "util/publish.h"
#include "util/report.h"

#define RECORD_FILE PATH_STATE "/neighbours" /* "POOL BACKEND INPUT": "10.77.0.0/24 nft no" */

static bool is_own(struct in_addr address)
{
	_cleanup_free_ struct netlink_prefix *prefixes = NULL;
	size_t n = 0;

	if (netlink_list_prefixes(&prefixes, &n) < 0)
		return false;
	for (size_t i = 0; i < n; i++)
		if (!prefixes[i].is_route && prefixes[i].address.s_addr == address.s_addr)
			return true;
	return false;
}

/* Something on this machine itself is open to callers: ports, or the DNS server they are told. */
static bool has_input(const struct site *site)
{
	struct network network = site->network;
	bool has = network.rights.n_ports;

	for (size_t i = 0; i < site->n_accounts && !has; i++)
		has = site->accounts[i].rights.n_ports;
	network_fill_dns(&network);
	for (unsigned i = 0; i < network.n_dns && !has; i++)
		has = network.dns[i].s_addr == network.local.s_addr || is_own(network.dns[i]);
	return has;
}

void neighbours_find_variant(const struct neighbours_world *world, struct neighbours_wish *wish)
{
	wish->has_variant = wish->firewall == SITE_FIREWALL_IPTABLES;
	wish->variant = strstr(text_str(&world->saved[FIREWALL_VARIANT_LEGACY]), "\n:DIALISP-")
				? FIREWALL_VARIANT_LEGACY
				: FIREWALL_VARIANT_NFT;
}

void neighbours_make_wish(const struct site *site, struct neighbours_wish *ret)
{
	const struct network *network = &site->network;

	ret->is_open = network->prefix && network->firewall != SITE_FIREWALL_NONE;
	ret->has_input = ret->is_open && has_input(site);
	ret->firewall = network->firewall;
	snprintf(ret->pool, sizeof(ret->pool), "%s/%u", site_format_address(network->subnet),
		 network->prefix);
}

int neighbours_save_wish(const struct neighbours_wish *wish)
{
	_cleanup_text_ struct text record = { 0 }, old = { 0 };

	if (!wish->is_open)
		return file_exists(RECORD_FILE) ? publish_removal(RECORD_FILE) : 0;
	text_addf(&record, "%s %s %s\n", wish->pool, site_firewall_name(wish->firewall),
		  wish->has_input ? "yes" : "no");
	if (file_read(RECORD_FILE, &old) == 0 && text_equal(&old, &record))
		return 0;
	return publish_file(RECORD_FILE, &record, 0644);
}

/* "POOL BACKEND INPUT\n" */
static int parse(char *record, struct neighbours_wish *ret)
{
	const char *pool = strsep(&record, " "), *firewall = strsep(&record, " "),
		   *input = strsep(&record, "\n");
	struct neighbours_wish wish = { .is_open = true };
	struct site_prefix prefix;

	if (!input || !record || *record || site_parse_prefix(pool, &prefix) < 0 || !prefix.length)
		return -EBADMSG;
	while (site_firewall_name(wish.firewall) &&
	       !str_eq(site_firewall_name(wish.firewall), firewall))
		wish.firewall++;
	if (!site_firewall_name(wish.firewall))
		return -EBADMSG;
	wish.has_input = str_eq(input, "yes");
	base_copy(wish.pool, sizeof(wish.pool), pool);
	*ret = wish;
	return 0;
}

int neighbours_load_wish(struct neighbours_wish *ret)
{
	_cleanup_text_ struct text record = { 0 };
	_cleanup_free_ char *copy = NULL;
	int r = file_read(RECORD_FILE, &record);

	if (r == 0) {
		copy = text_take(&record);
		r = parse(copy, ret);
	}
	if (r < 0 && r != -ENOENT)
		report_error(RECORD_FILE ": could not read: %s (dialisp apply writes it anew)",
			     strerror(-r));
	return r;
}

bool neighbours_are_unchanged(void)
{
	struct neighbours_wish wish = { 0 };
	struct firewall_seen seen;
	int r = neighbours_load_wish(&wish);

	return r == -ENOENT || (r == 0 && firewall_is_seen(NEIGHBOURS_SEEN_FILE, wish.pool, &seen));
}
