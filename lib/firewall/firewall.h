/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Firewall backends. apply writes the files of one of them, and only these are loaded, so that a
 * configuration that is being edited has no effect.
 */
#pragma once

#include "site.h"
#include "util/text.h"

#define FIREWALL_NFT_FILE       "/etc/dialisp/firewall.nft"
#define FIREWALL_IPTABLES_FILE  "/etc/dialisp/firewall.iptables"
#define FIREWALL_IP6TABLES_FILE "/etc/dialisp/firewall.ip6tables"

struct firewall_backend {
	enum site_firewall id;
	const char *program; /* that loads the file; NULL: none */
	const char *package; /* Debian's */
	const char *module;  /* of the kernel */
	const char *file;    /* the file that apply generates; it selects this backend */
};
const struct firewall_backend *firewall_backend(enum site_firewall id);

/* Loads kernel modules; needs all privileges. 0 or -errno, reported. */
MUST_CHECK int firewall_prepare(void);
/* Loads the files that exist, each in one transaction, then removes our rules from the other
 * backends. Rules of others are not changed, no connection is cut. 0 or -errno, reported. */
MUST_CHECK int firewall_load(void);
/* Removes our rules from all backends. 0 or -errno, reported. */
MUST_CHECK int firewall_unload(void);
/* The loaded rules strip TCP timestamps, so that headers of callers' packets can be compressed
 * (RFC 1144). */
bool firewall_strips_stamps(void);
enum firewall_state {
	/* Some or all rules in the kernel are not those that were loaded. */
	FIREWALL_STATE_MISSING,
	/* They are, and callers are isolated; their file was written again since, or the backend
	 * changed. */
	FIREWALL_STATE_OLD,
	/* They are those of the file; or there is no file, and `wanted` is none. */
	FIREWALL_STATE_LOADED,
};
/* One of them, or -errno, reported. */
MUST_CHECK int firewall_find_state(enum site_firewall wanted);
/* Loads the rules if their state is below `least`, and removes nothing: for a line, which has few
 * privileges. 1: loaded; 0: not needed; -errno, reported. */
MUST_CHECK int firewall_ensure(enum site_firewall wanted, enum firewall_state least);

/* The backend for a host that has none configured: iptables if the administrator's own rules are
 * iptables', else nft. */
enum site_firewall firewall_choose(void);
/* The rules that the administrator has to make for `firewall = none`, a line each. */
void firewall_add_duties(const struct network *network, struct text *ret);

/* --- firewall-rules.c: what differs from site to site; pure --- */

struct firewall_facts {
	const struct site *site;       /* its accounts */
	const struct network *network; /* with the DNS servers found */
	const struct site_prefix *lan; /* network_list_lan() */
	size_t n_lan;
};
/* Lines of rules for a {{name}} of the templates, in the grammar of the site's backend. 0 or
 * -ENOENT. */
MUST_CHECK int firewall_add_rules(const struct firewall_facts *facts, const char *name,
				  struct text *ret);
