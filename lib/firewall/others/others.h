/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Other firewalls on this host: Docker, ufw, firewalld, tables of the administrator. A packet that
 * our rules accept is still dropped by theirs. Callers are let through at the place that a product
 * reserves for such rules; the administrator's own tables are never changed, the command to add is
 * reported instead. Our own rules still filter every packet: this alone opens nothing.
 */
#pragma once

#include "site.h"

enum others_state {
	OTHERS_STATE_FINE,    /* found, and nothing to do */
	OTHERS_STATE_PLACED,  /* our rule is at its place */
	OTHERS_STATE_MISSING, /* not yet (others_open) */
	OTHERS_STATE_OWNER,   /* drops callers' packets: the administrator has to change it */
};
struct others_finding {
	enum others_state state;
	char *what; /* "Docker: ..." */
	char *cure; /* commands, a line each; NULL: none */
};
struct others {
	struct others_finding *findings;
	size_t n;
};

enum others_scope {
	OTHERS_SCOPE_ALL,
	OTHERS_SCOPE_KERNEL, /* products that keep our rules in the kernel only (Docker); fast */
};

/* Lets the site's callers through every product; removes everything of ours where the site does not
 * filter (firewall = none). Idempotent; takes some seconds when something has to change. 0 or the
 * first -errno, reported; the other products are still handled. *ret_n is increased by the number
 * of products changed. */
MUST_CHECK int others_open(const struct site *site, unsigned *ret_n);
/* The same for the site that was applied last. */
MUST_CHECK int others_renew(enum others_scope scope, unsigned *ret_n);
/* The rules of nf_tables have not changed since others_renew() found everything in place, or
 * nothing has to be in place. For the time of a RING: no program is run. */
bool others_are_unchanged(void);
/* Removes everything of ours from other firewalls. Otherwise as others_open(). */
MUST_CHECK int others_close(unsigned *ret_n);
/* The state of all other firewalls, in a constant order; changes nothing. 0 or -errno, reported.
 * The caller frees it (others_free). */
MUST_CHECK int others_list(const struct site *site, struct others *ret);
void others_free(struct others *others);
