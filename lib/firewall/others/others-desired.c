/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The desired state of other firewalls: made of the site when it is applied, and kept in a file, so
 * that a configuration that is being edited changes nothing. */
#include <errno.h>
#include <stdio.h>

#include "firewall/others/internal.h"
#include "net/netlink.h"
#include "net/network.h"
#include "paths.h"
#include "util/file.h"
#include "util/publish.h"
#include "util/report.h"

/* "POOL BACKEND INPUT": "10.77.0.0/24 nft no" */
#define RECORD_FILE PATH_STATE "/other-firewalls"

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

/* Callers may reach something on this host itself: ports, or its DNS server. */
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

void others_find_variant(const struct others_world *world, struct others_desired *desired)
{
	desired->has_variant = desired->firewall == SITE_FIREWALL_IPTABLES;
	desired->variant = strstr(text_str(&world->saved[FIREWALL_VARIANT_LEGACY]), "\n:DIALISP-")
				   ? FIREWALL_VARIANT_LEGACY
				   : FIREWALL_VARIANT_NFT;
}

void others_make_desired(const struct site *site, struct others_desired *ret)
{
	const struct network *network = &site->network;

	ret->is_open = network->pool.length && network->firewall != SITE_FIREWALL_NONE;
	ret->has_input = ret->is_open && has_input(site);
	ret->firewall = network->firewall;
	base_copy(ret->pool, sizeof(ret->pool), site_format_prefix(network->pool));
}

int others_save_desired(const struct others_desired *desired)
{
	_cleanup_text_ struct text record = { 0 }, old = { 0 };

	if (!desired->is_open)
		return file_exists(RECORD_FILE) ? publish_removal(RECORD_FILE) : 0;
	text_addf(&record, "%s %s %s\n", desired->pool, site_firewall_name(desired->firewall),
		  desired->has_input ? "yes" : "no");
	if (file_read(RECORD_FILE, &old) == 0 && text_equal(&old, &record))
		return 0;
	return publish_file(RECORD_FILE, &record, 0644);
}

/* "POOL BACKEND INPUT\n" */
static int parse(char *record, struct others_desired *ret)
{
	const char *pool = strsep(&record, " "), *firewall = strsep(&record, " "),
		   *input = strsep(&record, "\n");
	struct others_desired desired = { .is_open = true };
	struct site_prefix prefix;

	if (!input || !record || *record || site_parse_prefix(pool, &prefix) < 0 || !prefix.length)
		return -EBADMSG;
	while (site_firewall_name(desired.firewall) &&
	       !str_eq(site_firewall_name(desired.firewall), firewall))
		desired.firewall++;
	if (!site_firewall_name(desired.firewall))
		return -EBADMSG;
	desired.has_input = str_eq(input, "yes");
	base_copy(desired.pool, sizeof(desired.pool), pool);
	*ret = desired;
	return 0;
}

int others_load_desired(struct others_desired *ret)
{
	_cleanup_text_ struct text record = { 0 };
	_cleanup_free_ char *copy = NULL;
	int r = file_read(RECORD_FILE, &record);

	if (r == 0) {
		copy = text_take(&record);
		r = parse(copy, ret);
	}
	if (r < 0 && r != -ENOENT)
		report_error(RECORD_FILE ": could not read: %s (dialisp apply writes it again)",
			     strerror(-r));
	return r;
}

bool others_are_unchanged(void)
{
	struct others_desired desired = { 0 };
	struct firewall_seen seen;
	int r = others_load_desired(&desired);

	return r == -ENOENT || (r == 0 && firewall_is_seen(OTHERS_SEEN_FILE, desired.pool, &seen));
}
