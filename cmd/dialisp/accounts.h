/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the account commands and setup share. All report their complaints. */
#pragma once

#include "common.h"
#include "ui/ask.h"

int accounts_check_name(const char *name);
/* The account, which must be there, or NULL */
struct account *accounts_find(const struct site *site, const char *name);
/* The options --lan-access, --callers-talk and --ports. */
int accounts_parse_rights(const struct command_args *args, struct site_rights *ret);
int accounts_parse_address(const char *name, const char *address, struct in_addr *ret);
/* Checks name and address against the site and adds the account to it. */
int accounts_add(struct site *site, const char *name, const char *password, struct in_addr address);
/* An account with rights of its own and without an address gets a free one. */
int accounts_grant(struct site *site, const char *name, const struct site_rights *rights);
