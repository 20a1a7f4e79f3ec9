/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dialisp add-user: adds a user. */
#include "accounts.h"

static int write_and_apply(struct common_change *change, const char *name)
{
	int r = common_write_account(change, site_find_account(&change->site, name));
	const struct account *account;

	if (r == 0)
		r = common_apply(change, NULL);
	if (r < 0)
		return r;
	account = site_find_account(&change->site, name);
	if (account && site_has_rights(&account->rights))
		common_say("user %s added, address %s", name,
			   site_format_address(account->address));
	else
		common_say("user %s added", name);
	return 0;
}

static int run_add_user(const struct command_args *args)
{
	_cleanup_change_ struct common_change change = COMMON_CHANGE_SINGLE;
	_cleanup_(base_wipep) char *password = NULL;
	const char *name = args->words[0], *address = command_value(args, "address");
	struct in_addr fixed = { 0 };
	struct site_rights rights = { 0 };
	int r;

	r = accounts_check_name(name);
	if (r == 0 && address)
		r = accounts_parse_address(name, address, &fixed);
	if (r == 0)
		r = accounts_parse_rights(args, &rights);
	if (r == 0)
		r = ask_password(name, command_has(args, "password-stdin"), &password);
	if (r == 0)
		r = common_change_begin(&change);
	if (r == 0)
		r = accounts_add(&change.site, name, password, fixed);
	if (r == 0)
		r = accounts_grant(&change.site, name, &rights);
	if (r == 0)
		r = write_and_apply(&change, name);
	return common_exit(r);
}

static const struct command_option options[] = {
	OPTION("address", "ADDR", "set a fixed address of the pool (one call at a time)"),
	OPTION("lan-access", "NETS", "allow local networks: yes, no or a list of networks"),
	OPTION("callers-talk", "YES|NO",
	       "allow connections with other callers that allow them, too"),
	OPTION("ports", "PORTS",
	       "allow ports of this host: a list such as \"tcp/22 udp/123\", or none"),
	OPTION("password-stdin", NULL, "read the password from the first line of standard input"),
	{ 0 },
};

const struct command command_add_user = {
	.name = "add-user",
	.arguments = "NAME",
	.min = 1,
	.max = 1,
	.help = "add a user",
	.options = options,
	.needs_root = true,
	.changes = true,
	.run = run_add_user,
};
