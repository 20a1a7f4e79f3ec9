/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The configuration files <-> struct site; the only user of iniparser.
 *   /etc/dialisp/dialisp.conf       the administrator's, written once by setup
 *   /etc/dialisp/lines.d/NAME.conf  one line each, written by commands
 *   /etc/dialisp/users.d/NAME.conf  one account each, 0600
 */
#pragma once

#include "site.h"
#include "util/text.h"

#define CONFIG_DIR   "/etc/dialisp"
#define CONFIG_FILE  CONFIG_DIR "/dialisp.conf"
#define CONFIG_LINES CONFIG_DIR "/lines.d"
#define CONFIG_USERS CONFIG_DIR "/users.d"

enum config_file {
	CONFIG_FILE_SITE, /* dialisp.conf */
	CONFIG_FILE_LINE,
	CONFIG_FILE_USER,
};

/* What a value may be, and how it is kept: the rules of one kind of field. A number (max != 0) and
 * a word (word != NULL) are an unsigned or an enum, others have a format of their own (set,
 * get). */
struct config_kind {
	const char *name; /* for the manual: "address", "seconds", ... */
	unsigned min, max;
	const char *(*word)(unsigned value); /* NULL after the last */
	const char *why; /* what is wrong with another number or word: "is not a ...: write ..." */
	int (*set)(void *field, const char *value, const char **ret_why);
	void (*get)(const void *field, struct text *ret_value); /* empty: not written */
};

/* One row per key: the reader, the writer, the manual page's test and `--help` all come from here.
 */
struct config_key {
	enum config_file file;
	const char *section, *key;
	const struct config_kind *kind;
	size_t field;      /* offset in struct site, line or account */
	const char *value; /* default ("": none), or NULL when the key must be there */
	const char *help;
};
extern const struct config_key config_keys[];
extern const size_t config_n_keys;

/* The value of a key in a struct site, line or account. 0, or -EINVAL with what is wrong and the
 * cure: "is not a ...: write ..."; the object is untouched then. */
MUST_CHECK int config_set(const struct config_key *key, void *object, const char *value,
			  const char **ret_why);
/* As it is written, "" if it is not. */
void config_get(const struct config_key *key, const void *object, struct text *ret_value);

enum config_what {
	CONFIG_WHAT_PUBLIC = 0,   /* all but accounts: readable without root */
	CONFIG_WHAT_ACCOUNTS = 1, /* accounts too */
};

/* Reads everything below `root` (the root directory, "" or "/" for the real one) and checks it as a
 * whole: unknown section or key, duplicate key, bad value, over-long line, trailing backslash, NUL
 * or control bytes, two lines with one location or address, an account's address outside the pool
 * or a line's. Every mistake is added to ret_complaints as one line "FILE:LINE: what is wrong
 * (cure)\n", FILE with its root; never a password. Names that begin with a dot or do not end in
 * .conf are ignored. 0, -ENOENT (no dialisp.conf; everything else was still read), -EINVAL
 * (complaints; *ret_site is untouched). */
MUST_CHECK int config_load(const char *root, enum config_what what, struct site *ret_site,
			   struct text *ret_complaints);

/* For a call, whose start waits for it: dialisp.conf and the file of its line (NULL: none), if it
 * exists. Errors in other files are ignored. `root` is "" for the real one; else as
 * config_load(). */
MUST_CHECK int config_load_line(const char *root, const char *line, struct site *ret_site,
				struct text *ret_complaints);

/* the defaults, as of an empty dialisp.conf */
void config_set_defaults(struct site *site);

/* The file of an account: users.d/NAME.conf, the name percent-encoded (QUOTE_FILE_NAME). The caller
 * owns it. */
char *config_account_path(const char *name);

/* What is written into the files; reading it back gives the same object. Values that iniparser 4.1
 * or 4.2 would not give back are percent-encoded (QUOTE_INI). */
void config_render_line(const struct line *line, struct text *out);
void config_render_account(const struct account *account, struct text *out);
/* A value for a `{{name}}` of templates/dialisp.conf (section-key, "network-pool"). -ENOENT if
 * unknown. */
MUST_CHECK int config_resolve_site(const struct site *site, const char *name,
				   struct text *ret_value);
