/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dialisp users: lists the accounts, never their passwords. */
#include "common.h"
#include "ui/json.h"
#include "ui/table.h"

/* The rights of an account, in the order of its file. */
static const struct {
	const char *key, *member;
} rights[] = {
	{ "lan-access", "lan_access" },
	{ "callers-talk", "callers_talk" },
	{ "ports", "ports" },
};

/* NULL: not set for this account. The caller frees it. */
static char *format_right(const struct account *account, const char *name)
{
	struct text value = { 0 };

	for (size_t i = 0; i < config_n_keys; i++) {
		const struct config_key *key = &config_keys[i];

		if (key->file == CONFIG_FILE_USER && str_eq(key->key, name))
			config_get(key, account, &value);
	}
	return value.len ? text_take(&value) : NULL;
}

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
		for (size_t k = 0; k < ARRAY_SIZE(rights); k++) {
			_cleanup_free_ char *value = format_right(account, rights[k].key);

			json_string(&json, rights[k].member, value);
		}
		json_close(&json, '}');
	}
	json_close(&json, ']');
	json_close(&json, '}');
	json_print(&json);
}

static void print_table(const struct site *site)
{
	static const char *const heads[] = { "USER", "ADDRESS", "LAN", "CALLERS", "PORTS" };
	_cleanup_table_ struct table table = TABLE(heads);

	if (site->n_accounts == 0) {
		common_say("no users: add one with dialisp add-user NAME");
		return;
	}
	for (size_t i = 0; i < site->n_accounts; i++) {
		const struct account *account = &site->accounts[i];

		table_add(&table, account->name);
		table_add(&table, account->address.s_addr ? site_format_address(account->address)
							  : "of the line");
		for (size_t k = 0; k < ARRAY_SIZE(rights); k++) {
			_cleanup_free_ char *value = format_right(account, rights[k].key);

			table_add(&table, value);
		}
	}
	table_print(&table);
}

static int run_users(const struct command_args *args)
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
	OPTION("json", NULL, "print JSON"),
	{ 0 },
};

const struct command command_users = {
	.name = "users",
	.help = "list users",
	.options = options,
	.needs_root = true,
	.run = run_users,
};
