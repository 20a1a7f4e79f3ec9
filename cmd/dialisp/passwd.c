/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dialisp passwd: changes the password of a user. */
#include "accounts.h"

#include <errno.h>

/* The prompt can take long, so it is shown without the lock. The user is looked up before the
 * prompt, and again under the lock. */
static int check_user(const char *name)
{
	_cleanup_(site_free) struct site site = { 0 };
	int r = common_load_site(CONFIG_WHAT_ACCOUNTS, &site);

	if (r == 0 && !accounts_find(&site, name))
		r = -ENOENT;
	return r;
}

static int set_password(struct common_change *change, const char *name, const char *password)
{
	struct account *account = accounts_find(&change->site, name);
	int r;

	if (!account)
		return -ENOENT;
	base_wipep(&account->password);
	account->password = xstrdup(password);
	r = common_write_account(change, account);
	if (r == 0)
		r = common_apply(change, NULL);
	if (r == 0)
		common_say("password of %s changed", name);
	return r;
}

static int run_passwd(const struct command_args *args)
{
	_cleanup_change_ struct common_change change = COMMON_CHANGE_SINGLE;
	_cleanup_(base_wipep) char *password = NULL;
	const char *name = args->words[0];
	int r = check_user(name);

	if (r == 0)
		r = ask_password(name, command_has(args, "password-stdin"), &password);
	if (r == 0)
		r = common_change_begin(&change);
	if (r == 0)
		r = set_password(&change, name, password);
	return common_exit(r);
}

static const struct command_option options[] = {
	OPTION("password-stdin", NULL, "read the password from the first line of standard input"),
	{ 0 },
};

const struct command command_passwd = {
	.name = "passwd",
	.arguments = "NAME",
	.min = 1,
	.max = 1,
	.help = "change the password of a user",
	.options = options,
	.needs_root = true,
	.changes = true,
	.run = run_passwd,
};
