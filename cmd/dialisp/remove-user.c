/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dialisp remove-user: removes a user. */
#include "accounts.h"

#include <errno.h>

static int remove_account(struct common_change *change, const char *name)
{
	_cleanup_free_ char *path = config_account_path(name);
	int r = common_remove_file(change, path);

	if (r == 0)
		r = common_apply(change, NULL);
	if (r == 0)
		common_say("user %s removed; a call in progress continues", name);
	return r;
}

static int run_remove_user(const struct command_args *args)
{
	_cleanup_change_ struct common_change change = COMMON_CHANGE_SINGLE;
	const char *name = args->words[0];
	int r = common_change_begin(&change);

	if (r == 0 && !accounts_find(&change.site, name))
		r = -ENOENT;
	if (r == 0)
		r = remove_account(&change, name);
	return common_exit(r);
}

const struct command command_remove_user = {
	.name = "remove-user",
	.arguments = "NAME",
	.min = 1,
	.max = 1,
	.help = "remove a user",
	.needs_root = true,
	.changes = true,
	.run = run_remove_user,
};
