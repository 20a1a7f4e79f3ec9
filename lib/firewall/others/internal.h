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

/* Everybody's rules, once. */
struct others_world {
	struct text nft;                        /* nft list ruleset */
	struct text saved[FIREWALL_N_VARIANTS]; /* iptables-save */
	struct text ufw_conf, ufw_rules;
};
struct others_desired {
	bool is_open;   /* false: nothing of ours is to be anywhere */
	bool has_input; /* callers may reach something on this machine itself */
	char pool[sizeof("255.255.255.255/32")];
	enum site_firewall firewall; /* our own backend */
	bool has_variant;            /* our own rules are iptables' ... */
	enum firewall_variant
		variant; /* ... and stand first in this one: nothing behind them matters */
};

/* Its own settings are asked and changed by its own means: files that it reserves, or its commands.
 */
struct others_product {
	const char *name, *place; /* for people */
	bool shakes_others;       /* its reload may empty what is not its own */
	bool is_in_kernel; /* nobody writes down what it was given: whoever flushes takes it away */
	bool (*is_there)(const struct others_world *world);
	/* It is about to bring its rules. NULL: it says that it has started only when it has. */
	bool (*is_starting)(const struct others_world *world);
	/* What is wanted is there, and nothing else of ours. */
	bool (*is_settled)(const struct others_world *world, const struct others_desired *desired);
	/* Makes it so. 0 or -errno, reported. */
	int (*settle)(const struct others_world *world, const struct others_desired *desired);
	/* What is wanted is nothing. */
	bool (*is_needless)(const struct others_world *world, const struct others_desired *desired);
};
extern const struct others_product others_docker, others_ufw, others_firewalld;
extern const struct others_product *const others_products[];
extern const size_t others_n_products;

/* 0 or -errno, reported. */
int others_world_look(struct others_world *ret, enum others_scope scope);
void others_world_free(struct others_world *world);

/* Runs it: run_program's status, not reported, with all it said. */
int others_try(const char *const *argv, struct text *ret_said);
/* What that status means: a failure is reported with what it said. 0 or -errno */
int others_judge(const char *const *argv, int status, const struct text *said);
/* Both; its output is for one that went well. */
int others_run(const char *const *argv, struct text *ret_output);

/* --- others-desired.c --- */
void others_make_desired(const struct site *site, struct others_desired *ret);
/* In which of the two iptables our own rules are. */
void others_find_variant(const struct others_world *world, struct others_desired *desired);
/* 0 or -errno (-ENOENT: nothing was ever applied, not reported), reported. */
int others_save_desired(const struct others_desired *desired);
int others_load_desired(struct others_desired *ret);

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

/* --- others-walk.c: what becomes of a packet; pure --- */

enum others_syntax {
	OTHERS_SYNTAX_NFT,      /* nft list ruleset */
	OTHERS_SYNTAX_IPTABLES, /* iptables-save */
};
enum others_verdict {
	OTHERS_VERDICT_NONE, /* goes on */
	OTHERS_VERDICT_ACCEPT,
	OTHERS_VERDICT_DROP,
	OTHERS_VERDICT_TRANSLATE,
	OTHERS_VERDICT_RETURN,
};
struct others_packet {
	const char *hook;                /* "forward", "input", "postrouting" */
	const char *from_link, *to_link; /* "": none */
	struct in_addr from, to;
	const char *state; /* of its connection: "new", "established" */
};
struct others_rules {
	enum others_syntax syntax;
	const char *text;
	bool has_iptables; /* nft: tables that iptables-save shows are looked at there */
};
/* The base chains where this becomes of the packet, a line each: "inet filter forward", "FORWARD".
 * What else a rule asks (ports, sets, marks) is taken to be not so: an ordinary packet of an
 * ordinary caller is meant. Tables of ours, and of products that can be asked themselves, are left
 * out. */
void others_find_chains(const struct others_rules *rules, const struct others_packet *packet,
			enum others_verdict verdict, struct text *ret);

/* --- others-rule.c: one rule of either syntax --- */

struct others_word {
	const char *s;
	size_t n; /* 0: the line is over */
};
struct others_rule {
	bool applies;
	bool is_goto;
	enum others_verdict verdict;
	struct others_word target; /* of a jump */
};
/* The next word of a line; quotes around it and the comma behind it are not part of it. */
struct others_word others_next_word(const char **p);
bool others_is_word(struct others_word word, const char *s);
/* A line without what names its chain. */
struct others_rule others_read_rule(const char *line, const struct others_packet *packet);
