/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Internal to this folder: what a backend can do. */
#pragma once

#include "util/text.h"

#define FIREWALL_TIMEOUT_MS 15000

/* Runs it; a failure is reported with what it said. 0 or -errno */
MUST_CHECK int firewall_run(const char *const *argv, const char *input, struct text *ret_output);

/* Runs it; where the kernel does not take those of the rules that can be spared, once more by
 * less_argv with the others as input. What fails is reported. *ret_strips: all of them are in
 * force. */
MUST_CHECK int firewall_run_rules(const char *const *argv, const char *input,
				  const char *const *less_argv, const struct text *rules,
				  bool *ret_strips);

/* firewall-iptables.c. Debian has two iptables side by side, each with rules of its own; `iptables`
 * is one of them. */
enum firewall_variant {
	FIREWALL_VARIANT_NFT,
	FIREWALL_VARIANT_LEGACY,
	FIREWALL_N_VARIANTS,
};
MUST_CHECK int firewall_iptables_prepare(void);
MUST_CHECK int firewall_iptables_load(bool *ret_strips);
MUST_CHECK int firewall_iptables_unload(void);
/* What is ours in the kernel, and in which place: empty when nothing is. */
MUST_CHECK int firewall_iptables_list(struct text *ret);
/* Everything of one variant, IPv4, as iptables-save(8) says it; empty when it is not installed or
 * has nothing. */
MUST_CHECK int firewall_iptables_save(enum firewall_variant variant, struct text *ret);

/* firewall-legacy.c. Ours stand first in the legacy variant's IPv4 filter table; for a process with
 * CAP_NET_ADMIN alone. */
bool firewall_legacy_stands(void);

/* --- pure part, for the table test --- */
void firewall_leave_out_spare(const char *rules, struct text *ret);
/* The file, with the jumps that were saved taken out first. */
void firewall_iptables_compose(const char *rules, const char *saved, struct text *ret);
/* What takes away everything of ours that was saved; empty when there is nothing. */
void firewall_iptables_compose_removal(const char *saved, struct text *ret);
/* Our lines of what was saved; a jump that is not the first of its chain is marked. */
void firewall_iptables_pick(const char *saved, struct text *ret);
/* There are rules in it that are neither ours nor a well-known product's. */
bool firewall_has_own_rules(const char *saved);

/* --- firewall-seen.c: looks that can be left out --- */

struct firewall_seen {
	const char *file;
	char record[64]; /* "" where nothing tells whether rules change */
};
/* Whether `what` (a word, 48 bytes at most) was found in this state of nf_tables' rules already, as
 * `file` of /run says; legacy iptables are no part of it. If not, firewall_set_seen() records it
 * after a look that found it. */
bool firewall_is_seen(const char *file, const char *what, struct firewall_seen *ret);
void firewall_set_seen(const struct firewall_seen *seen);
