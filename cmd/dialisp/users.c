/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dialisp users: the accounts, never their passwords. */
#include "common.h"
#include "json.h"
#include "table.h"

static void print_json(const struct site *site)
{
	struct json json = { 0 };

	json_open(&json, NULL, '{');
	json_number(&json, "version", 1);
	json_open(&json, "users", '[');
	for (size_t i = 0; i < site->n_accounts; i++) {
		const struct account *account = &site->accounts[i];

		json_open(&json, NULL, '{');
		json_string(&json, "name", account->name);
		json_string(&json, "address",
			    account->address.s_addr ? site_format_address(account->address) : NULL);
		json_close(&json, '}');
	}
	json_close(&json, ']');
	json_close(&json, '}');
	json_print(&json);
}

static void print_table(const struct site *site)
{
	static const char *const heads[] = { "USER", "ADDRESS" };
	_cleanup_table_ struct table table = TABLE(heads);

	if (site->n_accounts == 0) {
		common_say("no users yet (dialisp add-user NAME)");
		return;
	}
	for (size_t i = 0; i < site->n_accounts; i++) {
		const struct account *account = &site->accounts[i];

		table_add(&table, account->name);
		table_add(&table, account->address.s_addr ? site_format_address(account->address)
							  : "that of the line");
	}
	table_print(&table);
}

static int run(const struct command_args *args)
{
	_cleanup_(site_free) struct site site = { 0 };
	int r = common_load_site(CONFIG_WHAT_ACCOUNTS, &site);

	if (r == 0 && command_has(args, "json"))
		print_json(&site);
	else if (r == 0)
		print_table(&site);
	return common_exit(r);
}

static const struct command_option options[] = {
	OPTION("json", NULL, "for programs"),
	{ 0 },
};

const struct command command_users = {
	.name = "users",
	.help = "lists the accounts",
	.options = options,
	.needs_root = true,
	.run = run,
};
