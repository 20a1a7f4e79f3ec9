/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dialisp remove-line: removes a line; a call on it ends only with --force. */
#include <errno.h>

#include "call/calldb.h"
#include "common.h"
#include "systemd/systemd.h"
#include "util/file.h"

static bool has_call(const char *name)
{
	struct calldb_call call = { 0 };

	return !file_has_root() && calldb_load(name, &call) == 0;
}

/* Stops the line before anything is written, so that its call has ended before the login
 * configuration changes. */
static int stop(const char *name)
{
	_cleanup_free_ char *unit = systemd_line_unit(name);

	return systemd_job(SYSTEMD_VERB_STOP, unit, SYSTEMD_LINE_STOP_MS);
}

static int free_line(const struct site *site, const char *name, bool force)
{
	if (!site_find_line(site, name)) {
		report_error("%s: no such line: see dialisp status", name);
		return -ENOENT;
	}
	if (!has_call(name))
		return 0;
	if (!force) {
		report_error("%s: call in progress: wait until it ends, or end it with --force",
			     name);
		return -EBUSY;
	}
	return stop(name);
}

static int remove_line(struct common_change *change, const char *name)
{
	_cleanup_free_ char *path = xasprintf("%s/%s.conf", CONFIG_LINES, name);
	int r = common_remove_file(change, path);

	if (r == 0)
		r = common_apply(change, NULL);
	if (r == 0)
		common_say("%s: removed", name);
	return r;
}

static int run_remove_line(const struct command_args *args)
{
	_cleanup_change_ struct common_change change = COMMON_CHANGE_SINGLE;
	const char *name = args->words[0];
	int r = common_change_begin(&change);

	if (r == 0)
		r = free_line(&change.site, name, command_has(args, "force"));
	if (r == 0)
		r = remove_line(&change, name);
	return common_exit(r);
}

static const struct command_option options[] = {
	OPTION("force", NULL, "end a call in progress"),
	{ 0 },
};

const struct command command_remove_line = {
	.name = "remove-line",
	.arguments = "LINE",
	.min = 1,
	.max = 1,
	.help = "remove a line",
	.options = options,
	.needs_root = true,
	.changes = true,
	.run = run_remove_line,
};
