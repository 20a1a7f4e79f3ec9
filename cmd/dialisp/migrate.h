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
	char **ports; /* of them, NULL ends: there is a modem */
	char **accounts;
	size_t n_accounts;
};
void migrate_free(struct migrate *migrate);

/* Lists everything. Units that hold ports are stopped and disabled with --migrate, or when the
 * person at the terminal agrees. 0 or -errno, reported. */
int migrate_check(struct migrate *migrate, const struct site *site, const struct command_args *args,
		  bool may_ask);
/* The same for lines that are new since: only what was not listed yet, nothing is taken over. */
int migrate_check_lines(struct migrate *migrate, const struct site *site,
			const struct command_args *args);
/* Callers of an earlier set-up (secrets files of the system) become accounts of the site. 0 or
 * -errno, reported. */
int migrate_add_accounts(struct migrate *migrate, struct site *site);
/* Units whose port has not become a line are enabled and started again; all of them when `site` is
 * NULL. */
void migrate_give_back(struct migrate *migrate, const struct site *site);

/* For apply and plan: all but notes, as warnings. */
void migrate_warn(const struct site *site);
