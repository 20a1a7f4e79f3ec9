/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by the account commands and setup. All report their errors. */
#pragma once

#include "common.h"
#include "ui/ask.h"

int accounts_check_name(const char *name);
/* The account; NULL (reported) if it does not exist */
struct account *accounts_find(const struct site *site, const char *name);
/* The options --lan-access, --callers-talk and --ports */
int accounts_parse_rights(const struct command_args *args, struct site_rights *ret);
int accounts_parse_address(const char *name, const char *address, struct in_addr *ret);
/* Adds the account to the site, after checking name and address against it. */
int accounts_add(struct site *site, const char *name, const char *password, struct in_addr address);
/* Sets the rights; an account with rights and no fixed address gets a free one. */
int accounts_grant(struct site *site, const char *name, const struct site_rights *rights);
