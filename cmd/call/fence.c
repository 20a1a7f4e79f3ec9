/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The firewall and its neighbours: loaded, opened and taken away for their units, and looked at
 * before a line begins. */
#include <errno.h>

#include "call.h"
#include "firewall/firewall.h"
#include "firewall/others/neighbours.h"
#include "util/report.h"

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
	int r = firewall_ensure(call_find_firewall(), FIREWALL_STATE_OLD),
	    e = neighbours_renew(NEIGHBOURS_SCOPE_ALL, &n);

	return r < 0 ? r : e;
}

static int renew_neighbours(void)
{
	unsigned n = 0;

	return neighbours_renew(NEIGHBOURS_SCOPE_KERNEL, &n);
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
		{ "prepare", firewall_prepare }, { "load", firewall_load },
		{ "unload", firewall_unload },   { "open", open_neighbours },
		{ "renew", renew_neighbours },   { "close", close_neighbours },
	};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (str_eq(words[i].name, argv[0]))
			return words[i].run() < 0;
	report_error("firewall: %s: none of prepare, load, unload, open, renew, close", argv[0]);
	return 2;
}

const struct call_verb call_verb_firewall = {
	.name = "firewall",
	.arguments = "prepare|load|unload|open|renew|close",
	.help = "put the callers' rules into the kernel, or take them away",
	.min_arguments = 1,
	.max_arguments = 1,
	.run = firewall,
};
