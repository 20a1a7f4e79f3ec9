/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dialisp set-line: changes settings of one line, and restores the previous ones if its modem fails
 * to initialise. */
#include <errno.h>

#include "lines.h"
#include "overrides.h"
#include "port/adapter.h"
#include "ready.h"
#include "util/file.h"

/* One line that is changed. */
struct setting {
	struct common_change change;
	const struct command_args *args;
	const char *name;
	bool was_ready;         /* before the first change */
	struct ready_mark mark; /* before the last change */
	char why[READY_WHY_MAX];
};

static struct line *find_set_line(const struct setting *setting)
{
	return site_find_line(&setting->change.site, setting->name);
}

/* Whether the line will start with the new settings now: a line that keeps restarting does; a line
 * in use restarts later; a line whose generated files are unchanged does not restart. */
static bool is_awaited(const struct ready_mark *mark, const struct apply_summary *summary)
{
	bool is_told = summary->n_restarted || summary->n_started || summary->n_failed;

	return mark->was_trying || (is_told && !summary->n_deferred);
}

/* -ENODEV: the modem failed to initialise. */
static int write_and_wait(struct setting *setting)
{
	struct common_change *change = &setting->change;
	struct apply_summary summary = { 0 };
	int r = common_write_line(change, find_set_line(setting));

	if (r == 0)
		r = common_apply(change, &summary);
	if (r < 0)
		return r;
	common_say_summary("", &summary);
	if (setting->mark.was_missing)
		common_say(
			"%s: no modem at its location; the settings take effect when one is plugged in",
			setting->name);
	if (setting->mark.was_missing || !is_awaited(&setting->mark, &summary))
		return 0;
	common_say("   waiting until %s is ready", setting->name);
	return ready_wait_line(&change->site, setting->name, &setting->mark, setting->why);
}

static int put_back(struct setting *setting)
{
	struct apply_summary summary = { 0 };

	report_error(
		"%s: modem failed to initialise with the new settings: %s: previous settings restored, see /var/log/mgetty/mg_dialisp-%s.log",
		setting->name, setting->why, setting->name);
	if (common_put_back(&setting->change) == 0)
		(void)common_apply(&setting->change, &summary); /* reports */
	return -ENODEV;
}

/* Records the state of the line (not with --root), writes the new settings and waits for it. */
static int change_line(struct setting *setting)
{
	int r = file_has_root()
			? 0
			: ready_mark_line(&setting->change.site, setting->name, &setting->mark);

	return r < 0 ? r : write_and_wait(setting);
}

/* Without flow control the adapter loses characters above its maximum speed. */
static void warn_speed(const struct setting *setting)
{
	const struct line *line = find_set_line(setting);
	const struct adapter *adapter = adapter_find(line->driver);

	if (adapter && adapter->max_speed && line->speed > adapter->max_speed)
		report_warning("%s: %u bit/s exceeds %u bit/s, the maximum for %s: %s",
			       setting->name, line->speed, adapter->max_speed, line->driver,
			       adapter->why);
}

static int set_and_adapt(struct setting *setting)
{
	int r = change_line(setting);

	setting->was_ready = setting->mark.was_ready;
	while (r == -ENODEV && setting->was_ready &&
	       overrides_take_other_rate(setting->args, find_set_line(setting))) {
		common_say("   %s: %s; trying another command for the rate", setting->name,
			   setting->why);
		r = change_line(setting);
	}
	if (r == -ENODEV && setting->was_ready)
		return put_back(setting);
	if (r == -ENODEV)
		report_error(
			"%s: settings written, but the line is not ready: %s: see dialisp status %s",
			setting->name, setting->why, setting->name);
	if (r == 0)
		lines_say(find_set_line(setting), "");
	if (r == 0 && command_has(setting->args, "speed"))
		warn_speed(setting);
	return r;
}

static int compare_and_set(struct setting *setting)
{
	_cleanup_text_ struct text before = { 0 }, after = { 0 };
	struct line *line = find_set_line(setting);
	int r;

	if (!line) {
		report_error("%s: no such line: see dialisp status", setting->name);
		return -ENOENT;
	}
	config_render_line(line, &before);
	r = overrides_apply(setting->args, line);
	if (r < 0)
		return r;
	config_render_line(line, &after);
	if (!text_equal(&before, &after))
		return set_and_adapt(setting);
	common_say("%s: nothing to change", setting->name);
	return 0;
}

static void setting_end(struct setting *setting)
{
	common_change_end(&setting->change);
}

static int run_set_line(const struct command_args *args)
{
	_cleanup_(setting_end) struct setting setting = {
		.change = { .lock = -1, .is_single = true, .waits = true },
		.args = args,
		.name = args->words[0],
	};
	int r;

	if (!overrides_are_given(args)) {
		report_error("%s: nothing to change: see dialisp set-line --help", args->words[0]);
		return EXIT_USAGE;
	}
	if (overrides_check(args) < 0)
		return EXIT_USAGE;
	r = common_change_begin(&setting.change);
	if (r == 0)
		r = compare_and_set(&setting);
	return common_exit(r);
}

static const struct command_option options[] = { OVERRIDES_OPTIONS, { 0 } };

const struct command command_set_line = {
	.name = "set-line",
	.arguments = "LINE",
	.min = 1,
	.max = 1,
	.help = "change settings of a line",
	.options = options,
	.needs_root = true,
	.changes = true,
	.run = run_set_line,
};
