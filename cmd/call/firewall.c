/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The firewall: loaded and taken away for its unit, looked at before a phone is answered and before packets flow. */
#include "firewall.h"

#include <errno.h>

#include "call.h"
#include "config.h"
#include "neighbours.h"
#include "netlink.h"
#include "report.h"

/* A configuration that somebody is just editing opens nothing. */
static enum site_firewall find_wanted(void)
{
	_cleanup_(site_free) struct site site = { 0 };
	_cleanup_text_ struct text complaints = { 0 };

	config_load("", CONFIG_WHAT_PUBLIC, &site, &complaints);
	return site.network.firewall;
}

/* The kernel is asked, not the unit: another service's flush takes our rules away while our unit stays active. */
int call_ensure_firewall(const char *line, bool is_current)
{
	int r = firewall_ensure(find_wanted(), is_current ? FIREWALL_STATE_LOADED : FIREWALL_STATE_OLD);

	if (r > 0)
		report_warning("%s: firewall loaded again: its rules were gone, changed or old", line);
	else if (r < 0)
		report_error("%s: callers have no firewall: %s", line, strerror(-r));
	return r < 0 ? r : 0;
}

void call_forget_connections(const char *line, const char *address)
{
	struct in_addr remote;
	unsigned n = 0;
	int r = site_parse_address(address, &remote);

	if (r == 0)
		r = netlink_forget_connections(remote, &n);
	if (r < 0)
		report_warning("%s: could not take the connections of %s out of the kernel: %s", line,
			       *address ? address : "the caller", strerror(-r));
}

void call_renew_neighbours(const char *line)
{
	unsigned n = 0;

	if (neighbours_renew(NEIGHBOURS_SCOPE_KERNEL, &n) < 0)
		report_warning("%s: another firewall may keep its callers from the Internet", line);
}

/* A start of Docker's puts its rules of iptables before ours, which then judge nobody. */
static int open_neighbours(void)
{
	unsigned n = 0;
	int r = firewall_ensure(find_wanted(), FIREWALL_STATE_OLD),
	    e = neighbours_renew(NEIGHBOURS_SCOPE_ALL, &n);

	return r < 0 ? r : e;
}

static int close_neighbours(void)
{
	unsigned n = 0;

	return neighbours_close(&n);
}

static int firewall(int argc __attribute__((unused)), char **argv)
{
	static const struct {
		const char *name;
		int (*run)(void);
	} words[] = {
		{ "prepare", firewall_prepare }, { "load", firewall_load },     { "unload", firewall_unload },
		{ "open", open_neighbours },     { "close", close_neighbours },
	};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (str_eq(words[i].name, argv[0]))
			return words[i].run() < 0;
	report_error("firewall: %s: none of prepare, load, unload, open, close", argv[0]);
	return 2;
}

const struct call_verb call_verb_firewall = {
	.name = "firewall",
	.arguments = "prepare|load|unload|open|close",
	.help = "put the callers' rules into the kernel, or take them away",
	.min_arguments = 1,
	.max_arguments = 1,
	.run = firewall,
};
