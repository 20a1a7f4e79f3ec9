/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What else rules packets on this machine, as people are told of it. */
#include "neighbour.h"

#include "common.h"
#include "util/file.h"

/* What somebody's own rules drop is a warning at any time: callers would have no Internet. */
static void say(const struct neighbours_finding *finding, enum neighbour_when when)
{
	bool is_change = finding->state == NEIGHBOURS_STATE_MISSING;

	if (finding->state == NEIGHBOURS_STATE_OWNER)
		report_warning(
			"%s (only its owner can change that, now and in the file it comes from: %s)",
			finding->what, finding->cure);
	else if (when == NEIGHBOUR_WHEN_SETUP || (when == NEIGHBOUR_WHEN_PLAN && is_change))
		common_say("%s%s%s", when == NEIGHBOUR_WHEN_SETUP ? "   " : "", finding->what,
			   is_change ? ": to be changed" : "");
}

void neighbour_say(const struct site *site, enum neighbour_when when)
{
	_cleanup_(neighbours_free) struct neighbours found = { 0 };

	if (file_has_root() || neighbours_list(site, &found) < 0)
		return;
	for (size_t i = 0; i < found.n; i++)
		say(&found.findings[i], when);
}
