/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The report about other firewalls on this host. */
#include "firewalls.h"

#include "common.h"
#include "util/file.h"

/* What the administrator's own rules drop is always a warning: callers would have no Internet. */
static void firewalls_report_one(const struct others_finding *finding, enum firewalls_when when)
{
	bool is_change = finding->state == OTHERS_STATE_MISSING;

	if (finding->state == OTHERS_STATE_OWNER)
		report_warning("%s: add a rule to it and to the file that it comes from: %s",
			       finding->what, finding->cure);
	else if (when == FIREWALLS_WHEN_SETUP || (when == FIREWALLS_WHEN_PLAN && is_change))
		common_say("%s%s%s", when == FIREWALLS_WHEN_SETUP ? "   " : "", finding->what,
			   is_change ? ": to be changed" : "");
}

void firewalls_report(const struct site *site, enum firewalls_when when)
{
	_cleanup_(others_free) struct others found = { 0 };

	if (file_has_root() || others_list(site, &found) < 0)
		return;
	for (size_t i = 0; i < found.n; i++)
		firewalls_report_one(&found.findings[i], when);
}
