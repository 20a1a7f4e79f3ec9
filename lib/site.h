/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The data types of a site: the desired configuration of this host. Files, arguments and detection
 * fill them; rendering and printing read them. */
#pragma once

#include <netinet/in.h>

#include "util/base.h"

#define SITE_SERVER_NAME   "dialisp" /* our name to pppd: column 2 of the secrets */
#define SITE_LINE_NAME_MAX 11        /* [a-z][a-z0-9]{0,10} */
#define SITE_ACCOUNT_MAX   63        /* bytes of an account name, and of a password */
#define SITE_LINES_MAX     120
#define SITE_PREFIXES_MAX  16 /* of one lan-access */
#define SITE_PORTS_MAX     16

enum site_firewall {
	SITE_FIREWALL_NFT,
	SITE_FIREWALL_IPTABLES,
	SITE_FIREWALL_NONE, /* the administrator's own rules filter and masquerade */
};

struct site_prefix {
	struct in_addr address; /* host bits zero */
	unsigned length;
};
struct site_port {
	bool is_udp;
	unsigned number;
};

enum site_answer {
	SITE_ANSWER_UNSET, /* of an account: the setting of the site; of the site: no */
	SITE_ANSWER_NO,
	SITE_ANSWER_YES,
};

/* What callers reach besides the Internet: all callers, or one account. */
struct site_rights {
	enum site_answer
		lan; /* yes: the prefixes, or without any those that this host is attached to */
	struct site_prefix lan_prefixes[SITE_PREFIXES_MAX];
	unsigned n_lan_prefixes;
	enum site_answer talk;  /* with other callers that have it */
	enum site_answer ports; /* of this host; yes: these */
	struct site_port port[SITE_PORTS_MAX];
	unsigned n_ports;
};

/* How loss of carrier (DCD) is detected. */
enum site_carrier {
	SITE_CARRIER_HANGUP, /* SIGHUP on carrier loss */
	SITE_CARRIER_WATCH,  /* no SIGHUP: dialisp-call polls DCD once a second */
	SITE_CARRIER_NONE,   /* DCD is useless (stuck, or not wired): LCP echo failure only */
};

/* What starts when the modems have connected. */
enum site_login {
	SITE_LOGIN_UNSET, /* of a line: what holds for all */
	SITE_LOGIN_PPP,   /* pppd at once */
	SITE_LOGIN_TEXT,  /* mgetty's prompt: a name is typed, or PPP frames are noticed */
};

/* A number or a keyword. */
enum site_how {
	SITE_HOW_UNSET, /* of a line: what holds for all; of all: auto */
	SITE_HOW_AUTO,
	SITE_HOW_OFF,
	SITE_HOW_NUMBER,
};
struct site_choice {
	enum site_how how;
	unsigned number;
};

struct network {
	struct site_prefix pool; /* callers' addresses: a length of 16..28; 0: not set */
	struct in_addr local;    /* local address of every call: the first host of the pool */
	struct in_addr dns[2];   /* handed out to callers */
	unsigned n_dns;          /* 0: find them when applying (network_fill_dns) */
	enum site_firewall firewall;
	struct site_rights rights;
	bool block_smtp;      /* TCP port 25 */
	unsigned connections; /* at a time, of one caller; 0: no limit */
};

struct line {
	char name[SITE_LINE_NAME_MAX + 1];
	char *socket;    /* location of the modem: ID_PATH, or DEVPATH if there is none
			  * ("/devices/...") */
	int port_number; /* of a multi-port adapter; -1: it has one port */
	char *driver;    /* kernel driver seen when the line was added: "cdc_acm" */
	char *dialect;   /* AT dialect: "cnxt", "usr", "generic" */
	char *modem;     /* identification of the modem, for display; may be NULL */
	unsigned speed;  /* DTE bit/s */
	unsigned rings;  /* RINGs before answering, 1..9 */
	bool caller_id;  /* the modem can report the caller's number */
	char *init;      /* administrator's extra AT command bodies, blank separated, or NULL */
	char *flow; /* AT body that switches RTS/CTS on ("&K3"), "none"; NULL: the dialect's first
		     */
	char *without; /* commands of the dialect that this modem rejects, blank separated, or NULL
			*/
	unsigned max_rate; /* maximum line rate, bit/s; 0: no limit */
	enum site_carrier carrier;
	enum site_login login;
	/* bytes of a packet; shaping: at the rate that the modem reports, or at this one */
	struct site_choice mtu, shaping;
	struct in_addr address; /* address of the caller */
};

struct account {
	char name[SITE_ACCOUNT_MAX + 1];
	char *password;
	struct in_addr address; /* fixed address; 0: that of the line */
	struct site_rights rights;
};

struct site {
	struct network network;
	unsigned idle_s;            /* calls without traffic end after this; 0: never */
	unsigned limit_s;           /* calls end after this; 0: never */
	unsigned max_failed_logins; /* failed logins in a row before the next answer is delayed; 0:
				     * never
				     */
	unsigned failed_login_delay_s; /* the delay after the last of them */
	enum site_login login;         /* of lines that do not set it */
	struct site_choice mtu, shaping;
	struct line *lines; /* in name order (strverscmp) */
	size_t n_lines;
	struct account *accounts; /* in name order (strcmp) */
	size_t n_accounts;
};

void site_free(struct site *site); /* overwrites the passwords */
/* Frees the members of a line that is in no site; it is empty afterwards. */
void site_line_free(struct line *line);

bool site_is_line_name(const char *name);
/* NULL if valid, else the reason ("must begin with a letter or digit") */
const char *site_check_account_name(const char *name);
const char *site_check_password(const char *password);

struct line *site_find_line(const struct site *site, const char *name);
struct account *site_find_account(const struct site *site, const char *name);

/* Adds an empty one (port_number -1) in sorted order, or finds the existing one; the pointer is
 * valid until the next change. */
struct line *site_add_line(struct site *site, const char *name);
struct account *site_add_account(struct site *site, const char *name);
void site_remove_line(struct site *site, const char *name);

/* The effective value for a line, never UNSET. */
struct site_choice site_choose(const struct site_choice *line, const struct site_choice *all);

/* "hangup", "watch", "none" of a line's file; NULL after the last */
const char *site_carrier_name(unsigned carrier);
/* "", "ppp", "text"; NULL after the last */
const char *site_login_name(unsigned login);
/* The effective value for the line: PPP or TEXT */
enum site_login site_line_login(const struct site *site, const struct line *line);
/* "nft", "iptables", "none"; NULL after the last */
const char *site_firewall_name(unsigned firewall);

/* At least one of them is not UNSET. */
bool site_has_rights(const struct site_rights *rights);

/* The lowest free "lineN" / address of the pool (not local, no line's, no account's).
 * 0 or -ENOSPC. */
MUST_CHECK int site_free_line_name(const struct site *site,
				   char ret_name[static SITE_LINE_NAME_MAX + 1]);
MUST_CHECK int site_free_address(const struct site *site, struct in_addr *ret);

/* Whether the address is a host of the pool, not one of its ends. */
bool site_in_pool(const struct network *network, struct in_addr address);
void site_set_pool(struct network *network, struct site_prefix pool); /* sets local too */

/* "10.0.0.1", "10.0.0.0/24"; the buffer is one of a few static ones */
const char *site_format_address(struct in_addr address);
const char *site_format_prefix(struct site_prefix prefix);
/* 0 or -EINVAL; dotted quad only */
MUST_CHECK int site_parse_address(const char *s, struct in_addr *ret);
/* "192.168.1.0/24", host bits must be zero; an address alone is one of 32 bits. 0 or -EINVAL */
MUST_CHECK int site_parse_prefix(const char *s, struct site_prefix *ret);
/* "10.77.0.0/24", a prefix of 16..28 bits; 0 or -EINVAL */
MUST_CHECK int site_parse_pool(const char *s, struct site_prefix *ret);
/* Whether the outer one contains the inner one. */
bool site_prefix_has(const struct site_prefix *outer, const struct site_prefix *inner);
