/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Inside the room of the neighbours: what was seen, what is wanted, the products. */
#pragma once

#include "firewall/internal.h"
#include "firewall/others/neighbours.h"
#include "paths.h"

#define NEIGHBOURS_SEEN_FILE PATH_RUN "/neighbours.seen"

#define NEIGHBOURS_LINKS                                                                           \
	"ppp-+" /* the callers' interfaces, as iptables, ufw and firewalld write it */
#define NEIGHBOURS_NFT_LINKS "ppp-*"
#define NEIGHBOURS_TIMEOUT_MS                                                                      \
	120000 /* ufw and firewall-cmd are Python programs; machines are small */

/* Everybody's rules, once. */
struct neighbours_world {
	struct text nft;                        /* nft list ruleset */
	struct text saved[FIREWALL_N_VARIANTS]; /* iptables-save */
	struct text ufw_conf, ufw_rules;
};
struct neighbours_wish {
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
struct neighbours_product {
	const char *name, *place; /* for people */
	bool shakes_others;       /* its reload may empty what is not its own */
	bool is_in_kernel; /* nobody writes down what it was given: whoever flushes takes it away */
	bool (*is_there)(const struct neighbours_world *world);
	/* It is about to bring its rules. NULL: it says that it has started only when it has. */
	bool (*is_starting)(const struct neighbours_world *world);
	/* What is wanted is there, and nothing else of ours. */
	bool (*is_settled)(const struct neighbours_world *world,
			   const struct neighbours_wish *wish);
	/* Makes it so. 0 or -errno, reported. */
	int (*settle)(const struct neighbours_world *world, const struct neighbours_wish *wish);
	/* What is wanted is nothing. */
	bool (*is_needless)(const struct neighbours_world *world,
			    const struct neighbours_wish *wish);
};
extern const struct neighbours_product neighbours_docker, neighbours_ufw, neighbours_firewalld;
extern const struct neighbours_product *const neighbours_products[];
extern const size_t neighbours_n_products;

/* 0 or -errno, reported. */
int neighbours_world_look(struct neighbours_world *ret, enum neighbours_scope scope);
void neighbours_world_free(struct neighbours_world *world);

/* Runs it: run_program's status, not reported, with all it said. */
int neighbours_try(const char *const *argv, struct text *ret_said);
/* What that status means: a failure is reported with what it said. 0 or -errno */
int neighbours_judge(const char *const *argv, int status, const struct text *said);
/* Both; its output is for one that went well. */
int neighbours_run(const char *const *argv, struct text *ret_output);

/* --- neighbours-wish.c --- */
void neighbours_make_wish(const struct site *site, struct neighbours_wish *ret);
/* In which of the two iptables our own rules are. */
void neighbours_find_variant(const struct neighbours_world *world, struct neighbours_wish *wish);
/* 0 or -errno (-ENOENT: nothing was ever applied, not reported), reported. */
int neighbours_save_wish(const struct neighbours_wish *wish);
int neighbours_load_wish(struct neighbours_wish *ret);

/* --- neighbours-docker.c and the others: pure parts, for the table test --- */
/* Input of iptables-restore that makes DOCKER-USER as wished; empty when it is. */
void neighbours_docker_compose(const char *saved, const struct neighbours_wish *wish,
			       bool is_wanted, struct text *ret);
/* The commands of ufw that make its rules as wished, a line each without "ufw"; empty when they
 * are. */
void neighbours_ufw_compose(const char *rules, const struct neighbours_wish *wish, bool is_wanted,
			    struct text *ret);
/* Zone and policy of firewalld. */
void neighbours_firewalld_compose(const struct neighbours_wish *wish, struct text *ret_zone,
				  struct text *ret_policy);
/* Both listings of zones or policies without what differs for other reasons than a change at run
 * time. */
void neighbours_firewalld_strip(const char *listing, struct text *ret);

/* --- neighbours-walk.c: what becomes of a packet; pure --- */

enum neighbours_syntax {
	NEIGHBOURS_SYNTAX_NFT,      /* nft list ruleset */
	NEIGHBOURS_SYNTAX_IPTABLES, /* iptables-save */
};
enum neighbours_verdict {
	NEIGHBOURS_VERDICT_NONE, /* goes on */
	NEIGHBOURS_VERDICT_ACCEPT,
	NEIGHBOURS_VERDICT_DROP,
	NEIGHBOURS_VERDICT_TRANSLATE,
	NEIGHBOURS_VERDICT_RETURN,
};
struct neighbours_packet {
	const char *hook;                /* "forward", "input", "postrouting" */
	const char *from_link, *to_link; /* "": none */
	struct in_addr from, to;
	const char *state; /* of its connection: "new", "established" */
};
struct neighbours_rules {
	enum neighbours_syntax syntax;
	const char *text;
	bool has_iptables; /* nft: tables that iptables-save shows are looked at there */
};
/* The base chains where this becomes of the packet, a line each: "inet filter forward", "FORWARD".
 * What else a rule asks (ports, sets, marks) is taken to be not so: an ordinary packet of an
 * ordinary caller is meant. Tables of ours, and of products that can be asked themselves, are left
 * out. */
void neighbours_find_chains(const struct neighbours_rules *rules,
			    const struct neighbours_packet *packet, enum neighbours_verdict verdict,
			    struct text *ret);

/* --- neighbours-rule.c: one rule of either syntax --- */

struct neighbours_word {
	const char *s;
	size_t n; /* 0: the line is over */
};
struct neighbours_rule {
	bool applies;
	bool is_goto;
	enum neighbours_verdict verdict;
	struct neighbours_word target; /* of a jump */
};
/* The next word of a line; quotes around it and the comma behind it are not part of it. */
struct neighbours_word neighbours_next_word(const char **p);
bool neighbours_is_word(struct neighbours_word word, const char *s);
/* A line without what names its chain. */
struct neighbours_rule neighbours_read_rule(const char *line,
					    const struct neighbours_packet *packet);
