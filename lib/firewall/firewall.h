/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Firewall backends. apply writes the files of one of them; what is loaded is what these files say,
 * so that a configuration which is just being edited opens nothing.
 */
#pragma once

#include "site.h"
#include "util/text.h"

#define FIREWALL_NFT_FILE       "/etc/dialisp/firewall.nft"
#define FIREWALL_IPTABLES_FILE  "/etc/dialisp/firewall.iptables"
#define FIREWALL_IP6TABLES_FILE "/etc/dialisp/firewall.ip6tables"

struct firewall_backend {
	enum site_firewall id;
	const char *program; /* that loads the file; NULL: nobody does */
	const char *package; /* Debian's */
	const char *module;  /* of the kernel */
	const char *file;    /* what apply generates, and makes this backend the one in use */
};
const struct firewall_backend *firewall_backend(enum site_firewall id);

/* What must be done before, by a process that may do everything. 0 or -errno, reported. */
int firewall_prepare(void);
/* Loads the files that are there, each in one transaction; then what other backends had of ours
 * goes. Without a file only that. Nobody else's rules are touched, no connection is cut. 0 or
 * -errno, reported. */
int firewall_load(void);
/* Takes our rules away, whoever has them. 0 or -errno, reported. */
int firewall_unload(void);
/* The rules that were loaded take TCP's time stamps away, so that headers of callers' packets can
 * be compressed (RFC 1144). */
bool firewall_strips_stamps(void);
enum firewall_state {
	FIREWALL_STATE_MISSING, /* the rules in the kernel are not those that were loaded, all of
				 * them or some */
	FIREWALL_STATE_OLD,     /* they are, and callers are isolated; their file was written anew
				 * since, or     is another one's */
	FIREWALL_STATE_LOADED,  /* from the file as it is; or there is no file and `wanted` is none
				 */
};
/* One of them, or -errno, reported. */
int firewall_find_state(enum site_firewall wanted);
/* Loads the rules when there is less than `least` of them, and takes nothing away: for a line,
 * which may not do everything. 1: it had to; 0: not; -errno, reported. */
int firewall_ensure(enum site_firewall wanted, enum firewall_state least);

/* The backend for a machine that has none chosen yet: iptables where somebody's own rules are
 * iptables', else nft. */
enum site_firewall firewall_choose(void);
/* What the administrator must see to when nobody does it here, a line each. */
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
int firewall_add_rules(const struct firewall_facts *facts, const char *name, struct text *ret);
