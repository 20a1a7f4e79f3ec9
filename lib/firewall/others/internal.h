/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Internal to this folder: what was read, the desired state, the products. */
#pragma once

#include "firewall/internal.h"
#include "firewall/others/others.h"
#include "paths.h"

#define OTHERS_SEEN_FILE PATH_RUN "/other-firewalls.seen"

/* The callers' interfaces as iptables, ufw and firewalld write them, and as nft does. */
#define OTHERS_LINKS     "ppp-+"
#define OTHERS_NFT_LINKS "ppp-*"

/* ufw and firewall-cmd are Python programs, which start slowly on small machines. */
#define OTHERS_TIMEOUT_MS 120000

/* All rules on this host. */
struct others_world {
	struct text nft;                        /* nft list ruleset */
	struct text saved[FIREWALL_N_VARIANTS]; /* iptables-save */
	struct text ufw_conf, ufw_rules;
};
struct others_desired {
	bool is_open;   /* false: no rule of ours anywhere */
	bool has_input; /* callers may reach a port of this host */
	char pool[sizeof("255.255.255.255/32")];
	enum site_firewall firewall; /* our own backend */
	bool has_variant; /* our own rules are iptables', and precede all others in this one: */
	enum firewall_variant variant;
};

/* One adapter per product. It is changed by its own means: its commands, or files that it reserves
 * for others. */
struct others_product {
	const char *name, *place; /* for reports: "Docker", "a rule in its chain DOCKER-USER" */
	bool flushes_others;      /* its reload may remove rules of others */
	bool is_kernel_only;      /* no file keeps our rules: a flush removes them */
	bool (*is_present)(const struct others_world *world);
	/* It has started, and will load its rules in a moment. NULL: never. */
	bool (*is_starting)(const struct others_world *world);
	/* The desired state has rules of ours there. */
	bool (*needs_rules)(const struct others_world *world, const struct others_desired *desired);
	/* The desired state is reached. */
	bool (*is_done)(const struct others_world *world, const struct others_desired *desired);
	/* Opens or closes it: reaches the desired state. 0 or -errno, reported. */
	int (*change)(const struct others_world *world, const struct others_desired *desired);
};
extern const struct others_product others_docker, others_ufw, others_firewalld;
extern const struct others_product *const others_products[];
extern const size_t others_n_products;

/* 0 or -errno, reported. */
MUST_CHECK int others_world_look(struct others_world *ret, enum others_scope scope);
void others_world_free(struct others_world *world);

/* Runs it: run_program's status, not reported, and its output. */
MUST_CHECK int others_try(const char *const *argv, struct text *ret_said);
/* The status as 0 or -errno; a failure is reported with the output. */
MUST_CHECK int others_judge(const char *const *argv, int status, const struct text *said);
/* Both; *ret_output (may be NULL) is for success. */
MUST_CHECK int others_run(const char *const *argv, struct text *ret_output);

/* --- others-desired.c --- */
void others_make_desired(const struct site *site, struct others_desired *ret);
/* In which of the two iptables our own rules are. */
void others_find_variant(const struct others_world *world, struct others_desired *desired);
/* 0 or -errno (-ENOENT: nothing was ever applied, not reported), reported. */
MUST_CHECK int others_save_desired(const struct others_desired *desired);
MUST_CHECK int others_load_desired(struct others_desired *ret);

/* --- others-docker.c and the others: pure parts, for the table test --- */
/* Input of iptables-restore that makes DOCKER-USER as desired; empty when it is. */
void others_docker_compose(const char *saved, const struct others_desired *desired, bool is_wanted,
			   struct text *ret);
/* The commands of ufw that make its rules as desired, a line each without "ufw"; empty when they
 * are. */
void others_ufw_compose(const char *rules, const struct others_desired *desired, bool is_wanted,
			struct text *ret);
/* Zone and policy of firewalld. */
void others_firewalld_compose(const struct others_desired *desired, struct text *ret_zone,
			      struct text *ret_policy);
/* Both listings of zones or policies without what differs for other reasons than a change at run
 * time. */
void others_firewalld_strip(const char *listing, struct text *ret);

/* --- others-probe.c: tests what the kernel does with a packet --- */

enum others_path {
	OTHERS_PATH_OUT,   /* from a caller to the Internet */
	OTHERS_PATH_BACK,  /* the answer */
	OTHERS_PATH_INPUT, /* from a caller to this host */
	OTHERS_PATH_LEAVE, /* as OUT; the chains that translate addresses */
};
enum others_verdict {
	OTHERS_VERDICT_ACCEPT,
	OTHERS_VERDICT_DROP,
	OTHERS_VERDICT_TRANSLATE, /* arrives with another source address */
};
struct others_probe {
	const char *const *loader; /* program that reads rules from its standard input */
	const char *tracking;      /* for the loader: rules that have connections tracked */
	char *rules;               /* for the loader; lines that it refuses become comments */
	enum others_path path;
	struct site_prefix pool;
	const char *uplink; /* interface; "": none */
};
/* In a network namespace of its own. 0 or -errno, not reported: -EPERM, -ENOENT (no tun device) or
 * others where a container does not allow it, -ENOEXEC: the rules cannot be loaded. */
MUST_CHECK int others_probe(struct others_probe *probe, enum others_verdict *ret);

/* --- others-chains.c --- */

enum others_listing {
	OTHERS_LISTING_NFT,          /* nft list ruleset */
	OTHERS_LISTING_IPTABLES_NFT, /* iptables-save */
	OTHERS_LISTING_IPTABLES_LEGACY,
};
struct others_search {
	enum others_listing listing;
	const char *text;
	bool has_iptables; /* nft: tables that iptables-save shows are looked at there */
	enum others_path path;
	enum others_verdict verdict;
	struct site_prefix pool;
	const char *uplink;
};
/* The base chains with this result for a UDP packet to a port that no service uses, a line each:
 * "inet filter forward", "FORWARD". Our own tables and those of products with commands of their own
 * are left out. 0 or -errno as others_probe(). */
MUST_CHECK int others_find_chains(const struct others_search *search, struct text *ret);
