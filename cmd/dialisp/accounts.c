/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by the account commands and setup. */
#include "accounts.h"

#include <errno.h>

#include "util/quote.h"

int accounts_check_name(const char *name)
{
	const char *why = site_check_account_name(name);

	if (why)
		report_error("%s: user name %s", name, why);
	return why ? -EINVAL : 0;
}

struct account *accounts_find(const struct site *site, const char *name)
{
	struct account *account = site_find_account(site, name);

	if (!account)
		report_error("%s: no such user: see dialisp users", name);
	return account;
}

int accounts_parse_address(const char *name, const char *address, struct in_addr *ret)
{
	if (site_parse_address(address, ret) == 0)
		return 0;
	report_error("%s: %s: not an IPv4 address: use one such as 10.77.0.200", name, address);
	return -EINVAL;
}

int accounts_parse_rights(const struct command_args *args, struct site_rights *ret)
{
	struct account account = { .rights = *ret };

	for (size_t i = 0; i < config_n_keys; i++) {
		const struct config_key *key = &config_keys[i];
		bool is_right = key->file == CONFIG_FILE_USER &&
				key->field == offsetof(struct account, rights);
		const char *value = is_right ? command_value(args, key->key) : NULL, *why;

		if (!value || config_set(key, &account, value, &why) == 0)
			continue;
		report_error("--%s '%s': %s", key->key, value, why);
		return -EINVAL;
	}
	*ret = account.rights;
	return 0;
}

/* Why a fixed address cannot be used, or NULL; *ret_owner is the line or user that has it */
static const char *find_obstacle(const struct site *site, struct in_addr address,
				 const char **ret_owner)
{
	*ret_owner = "";
	if (!site_in_pool(&site->network, address))
		return "not in the address pool ";
	if (address.s_addr == site->network.local.s_addr)
		return "the address of this host in the address pool ";
	for (size_t i = 0; i < site->n_lines; i++) {
		*ret_owner = site->lines[i].name;
		if (site->lines[i].address.s_addr == address.s_addr)
			return "the address of ";
	}
	for (size_t i = 0; i < site->n_accounts; i++) {
		*ret_owner = site->accounts[i].name;
		if (site->accounts[i].address.s_addr == address.s_addr)
			return "already the address of ";
	}
	return NULL;
}

static int check_address(const struct site *site, const char *name, struct in_addr address)
{
	const char *owner, *why = address.s_addr ? find_obstacle(site, address, &owner) : NULL;

	if (why && *owner)
		report_error("%s: %s is %s%s", name, site_format_address(address), why, owner);
	else if (why)
		report_error("%s: %s is %s%s", name, site_format_address(address), why,
			     site_format_prefix(site->network.pool));
	return why ? -EINVAL : 0;
}

int accounts_grant(struct site *site, const char *name, const struct site_rights *rights)
{
	struct account *account = site_find_account(site, name);

	account->rights = *rights;
	if (!site_has_rights(rights) || account->address.s_addr ||
	    site_free_address(site, &account->address) == 0)
		return 0;
	report_error(
		"%s: a user with rights needs a fixed address, and %s has no free one: remove a user or line",
		name, site_format_prefix(site->network.pool));
	return -ENOSPC;
}

int accounts_add(struct site *site, const char *name, const char *password, struct in_addr address)
{
	struct account *account;
	int r;

	if (site_find_account(site, name)) {
		_cleanup_text_ struct text word = { 0 };
		const char *why; /* printable ASCII can be a word */

		(void)quote_add(&word, QUOTE_SHELL, name, &why);
		report_error("%s: user already exists: change the password with dialisp passwd %s",
			     name, text_str(&word));
		return -EEXIST;
	}
	r = check_address(site, name, address);
	if (r < 0)
		return r;
	account = site_add_account(site, name);
	account->password = xstrdup(password);
	account->address = address;
	return 0;
}
