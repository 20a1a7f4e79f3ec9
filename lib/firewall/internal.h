/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Internal to this folder: the operations of a backend. */
#pragma once

#include "util/text.h"

#define FIREWALL_TIMEOUT_MS 15000

/* Runs it; a failure is reported with its output. 0 or -errno */
MUST_CHECK int firewall_run(const char *const *argv, const char *input, struct text *ret_output);

/* Runs it; if the kernel does not support the optional rules, runs less_argv with the other rules
 * as input. Failures are reported. *ret_strips: the optional rules are in force. */
MUST_CHECK int firewall_run_rules(const char *const *argv, const char *input,
				  const char *const *less_argv, const struct text *rules,
				  bool *ret_strips);

/* firewall-iptables.c. Debian has two variants of iptables with separate rules; `iptables` is one
 * of them. */
enum firewall_variant {
	FIREWALL_VARIANT_NFT,
	FIREWALL_VARIANT_LEGACY,
	FIREWALL_N_VARIANTS,
};
MUST_CHECK int firewall_iptables_prepare(void);
MUST_CHECK int firewall_iptables_load(bool *ret_strips);
MUST_CHECK int firewall_iptables_unload(void);
/* Our rules in the kernel, and their position; empty if there are none. */
MUST_CHECK int firewall_iptables_list(struct text *ret);
/* All IPv4 rules of one variant, as listed by iptables-save(8); empty if it is not installed or has
 * none. */
MUST_CHECK int firewall_iptables_save(enum firewall_variant variant, struct text *ret);

/* firewall-legacy.c. Our chains are first in the IPv4 filter table of the legacy variant; works
 * with CAP_NET_ADMIN alone. */
bool firewall_legacy_stands(void);

/* --- pure part, for the table test --- */
void firewall_leave_out_spare(const char *rules, struct text *ret);
/* The file, preceded by the removal of the saved jumps. */
void firewall_iptables_compose(const char *rules, const char *saved, struct text *ret);
/* The input that removes all saved rules of ours; empty if there are none. */
void firewall_iptables_compose_removal(const char *saved, struct text *ret);
/* Our lines of the saved rules; a jump that is not the first of its chain is marked. */
void firewall_iptables_pick(const char *saved, struct text *ret);
/* It has rules that are neither ours nor of a known product. */
bool firewall_has_own_rules(const char *saved);

/* --- firewall-seen.c: checks that can be skipped --- */

struct firewall_seen {
	const char *file;
	char record[64]; /* "" if changes of rules cannot be detected */
};
/* Whether `what` (a word, 48 bytes at most) was found in this state of nf_tables' rules already, as
 * `file` of /run says; legacy iptables are no part of it. If not, firewall_set_seen() records it
 * after a look that found it. */
bool firewall_is_seen(const char *file, const char *what, struct firewall_seen *ret);
void firewall_set_seen(const struct firewall_seen *seen);
