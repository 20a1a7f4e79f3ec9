/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who else rules this machine's packets: Docker, ufw, firewalld, tables of the administrator's own.
 * A packet that our rules accept is still dropped by theirs. So callers are let through at the
 * place that a product keeps for others; what is somebody's own is never touched, and its owner is
 * told what to add. Our own rules stay the judge: nothing is opened by this alone.
 */
#pragma once

#include "site.h"

enum neighbours_state {
	NEIGHBOURS_STATE_FINE,    /* found, and nothing to do */
	NEIGHBOURS_STATE_PLACED,  /* our rule is at its place */
	NEIGHBOURS_STATE_MISSING, /* not yet (neighbours_open) */
	NEIGHBOURS_STATE_OWNER,   /* drops callers' packets, and only its owner can change that */
};
struct neighbours_finding {
	enum neighbours_state state;
	char *what; /* "Docker: ..." */
	char *cure; /* commands, a line each; NULL: none */
};
struct neighbours {
	struct neighbours_finding *findings;
	size_t n;
};

enum neighbours_scope {
	NEIGHBOURS_SCOPE_ALL,
	NEIGHBOURS_SCOPE_KERNEL, /* those that keep our rule nowhere but in the kernel; fast */
};

/* Lets the site's callers through wherever that is ours to do, exactly once; for a site that leaves
 * filtering to others it takes everything of ours away. A few seconds at most when there is
 * something to do. 0 or the first -errno, reported; the rest is still done. *ret_n: products
 * changed, more of them. */
int neighbours_open(const struct site *site, unsigned *ret_n);
/* The same, as it was applied last. */
int neighbours_renew(enum neighbours_scope scope, unsigned *ret_n);
/* Nobody has changed a rule of nf_tables since neighbours_renew() found all of it in place, or
 * there is nothing to be in place: for where a phone rings. */
bool neighbours_are_unchanged(void);
/* Takes everything of ours out of their rules. The same. */
int neighbours_close(unsigned *ret_n);
/* How it stands, in a constant order; only looks. 0 or -errno, reported. The caller frees it
 * (neighbours_free). */
int neighbours_list(const struct site *site, struct neighbours *ret);
void neighbours_free(struct neighbours *neighbours);
