/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Conflicting configuration: listed, and taken over with setup --migrate. */
#pragma once

#include "common.h"
#include "conflicts/conflicts.h"

struct migrate_unit {
	char *name, *port;
	bool was_enabled, was_active, is_back;
};
struct migrate {
	struct conflicts shown;
	struct migrate_unit *units; /* stopped and disabled */
	size_t n_units;
	char **ports; /* their ports, NULL-terminated */
	char **accounts;
	size_t n_accounts;
};
void migrate_free(struct migrate *migrate);

/* Lists all conflicts. Units that hold ports are stopped and disabled with --migrate, or with
 * consent at the terminal. 0 or -errno, reported. */
int migrate_check(struct migrate *migrate, const struct site *site, const struct command_args *args,
		  bool may_ask);
/* The same for new lines: lists only new conflicts, takes over nothing. */
int migrate_check_lines(struct migrate *migrate, const struct site *site,
			const struct command_args *args);
/* Adds the accounts of the secrets files of the system to the site. 0 or -errno, reported. */
int migrate_add_accounts(struct migrate *migrate, struct site *site);
/* Enables and starts units whose port did not become a line; all of them if `site` is NULL. */
void migrate_give_back(struct migrate *migrate, const struct site *site);

/* For apply and plan: prints all conflicts except notes as warnings. */
void migrate_warn(const struct site *site);
