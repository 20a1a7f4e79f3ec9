/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dialisp plan and dialisp apply: shows or applies the difference between the configuration and the
 * host. */
#include "common.h"
#include "firewall/firewall.h"
#include "firewalls.h"
#include "migrate.h"
#include "util/file.h"

static int run_plan(const struct command_args *args)
{
	const struct apply_options how = { .dry_run = true, .force = command_has(args, "force") };
	_cleanup_(site_free) struct site site = { 0 };
	struct apply_summary summary = { 0 };
	int r = common_load_site(CONFIG_WHAT_ACCOUNTS, &site);

	if (r == 0)
		migrate_warn(&site);
	if (r == 0)
		firewalls_report(&site, FIREWALLS_WHEN_PLAN);
	if (r == 0)
		r = apply_site(&site, &how, &summary);
	if (r == 0 && common_is_nothing(&summary))
		common_say("nothing to change");
	return common_exit(r);
}

static void say_duties(const struct site *site)
{
	_cleanup_text_ struct text duties = { 0 };

	if (site->network.firewall != SITE_FIREWALL_NONE)
		return;
	firewall_add_duties(&site->network, &duties);
	common_say(
		"firewall = none: packets of callers are neither filtered nor translated by dialisp. They need\n%s",
		text_str(&duties));
}

static int run_apply(const struct command_args *args)
{
	_cleanup_change_ struct common_change change = COMMON_CHANGE_INIT;
	struct apply_options how = { .force = command_has(args, "force"),
				     .keep_running = file_has_root() };
	struct apply_summary summary = { 0 };
	int r = common_change_begin(&change);

	if (r == 0)
		migrate_warn(&change.site);
	if (r == 0)
		r = common_apply_site(&change.site, &how, &summary);
	if (r == 0)
		firewalls_report(&change.site, FIREWALLS_WHEN_APPLY);
	if (r == 0 && common_is_nothing(&summary))
		common_say("nothing to change");
	else if (r == 0)
		common_say_summary("", &summary);
	if (r == 0)
		say_duties(&change.site);
	return common_exit(r);
}

static const struct command_option options[] = {
	OPTION("force", NULL, "overwrite generated files that were edited"),
	{ 0 },
};

const struct command command_plan = {
	.name = "plan",
	.help = "show what apply would change, as a unified diff",
	.options = options,
	.needs_root = true,
	.run = run_plan,
};

const struct command command_apply = {
	.name = "apply",
	.help = "apply the configuration",
	.options = options,
	.needs_root = true,
	.changes = true,
	.run = run_apply,
};
