/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The firewall: checked before a call is answered and before packets flow. */
#include "firewall/firewall.h"

#include <errno.h>

#include "call.h"
#include "config/config.h"
#include "firewall/others/others.h"
#include "net/netlink.h"
#include "paths.h"
#include "util/file.h"
#include "util/report.h"
#include "util/run.h"

#define RENEW_TIMEOUT_MS 15000

/* The backend that was applied. The configuration decides only if none was: one that is being
 * edited must have no effect. */
enum site_firewall call_find_firewall(void)
{
	static const enum site_firewall backends[] = { SITE_FIREWALL_NFT, SITE_FIREWALL_IPTABLES };
	_cleanup_(site_free) struct site site = { 0 };
	_cleanup_text_ struct text complaints = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(backends); i++)
		if (file_exists(firewall_backend(backends[i])->file))
			return backends[i];
	(void)config_load_line("", NULL, &site, &complaints);
	return site.network.firewall;
}

/* Checks the kernel, not the unit: the unit stays active when another service flushes our rules. */
int call_ensure_firewall(const char *line, bool is_current)
{
	int r = firewall_ensure(call_find_firewall(),
				is_current ? FIREWALL_STATE_LOADED : FIREWALL_STATE_OLD);

	if (r > 0)
		report_warning("%s: firewall loaded again: its rules were gone, changed or old",
			       line);
	else if (r < 0)
		report_error("%s: callers are not isolated: no firewall: %s", line, strerror(-r));
	return r < 0 ? r : 0;
}

bool call_forget_connections(const char *line, struct calldb_call *call)
{
	struct in_addr remote;
	int r;

	if (!*call->user || !*call->address)
		return false;
	r = site_parse_address(call->address, &remote);
	if (r == 0)
		r = netlink_forget_connections(remote);
	if (r < 0)
		report_warning("%s: could not remove the conntrack entries of %s: %s", line,
			       call->address, strerror(-r));
	*call->address = '\0';
	return true;
}

void call_renew_changed_others(const char *line)
{
	static const char *const argv[] = { PATH_LIBEXEC "/dialisp-line", "firewall", "renew",
					    NULL };
	const struct run run = { .argv = argv, .timeout_ms = RENEW_TIMEOUT_MS, .show = true };

	if (others_are_unchanged())
		return;
	if (run_program(&run, NULL) != 0)
		report_warning("%s: another firewall may block its callers", line);
}
