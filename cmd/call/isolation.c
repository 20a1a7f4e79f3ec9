/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Loads, renews and removes the rules that isolate callers, and those that let callers through
 * other firewalls, for the units of both; checks them before a line starts. */
#include <errno.h>

#include "call.h"
#include "firewall/firewall.h"
#include "firewall/others/others.h"
#include "util/report.h"

void call_renew_others(const char *line)
{
	unsigned n = 0;

	if (others_renew(OTHERS_SCOPE_KERNEL, &n) < 0)
		report_warning("%s: another firewall may block its callers", line);
}

/* Docker inserts its iptables rules before ours when it starts; ours then no longer see a packet.
 */
static int open_others(void)
{
	unsigned n = 0;
	int r = firewall_ensure(call_find_firewall(), FIREWALL_STATE_OLD),
	    e = others_renew(OTHERS_SCOPE_ALL, &n);

	return r < 0 ? r : e;
}

static int renew_others(void)
{
	unsigned n = 0;

	return others_renew(OTHERS_SCOPE_KERNEL, &n);
}

static int close_others(void)
{
	unsigned n = 0;

	return others_close(&n);
}

static int firewall(int argc __attribute__((unused)), char **argv)
{
	static const struct {
		const char *name;
		int (*run)(void);
	} words[] = {
		{ "prepare", firewall_prepare }, { "load", firewall_load },
		{ "unload", firewall_unload },   { "open", open_others },
		{ "renew", renew_others },       { "close", close_others },
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
