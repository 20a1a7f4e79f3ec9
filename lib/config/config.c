/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The configuration files: read and checked as a whole. */
#include "config/config.h"

#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#ifdef HAVE_INIPARSER_SUBDIR
#include <iniparser/iniparser.h>
#else
#include <iniparser.h>
#endif

#include "config/ini.h"
#include "util/file.h"
#include "util/quote.h"

#define MAX_FILE_BYTES 65536

/* One file that is being read. */
struct source {
	enum config_file file;
	const char *path;
	struct site *site;
	void *object; /* the line or account it describes; the site itself */
	struct text *complaints;
	struct ini ini;
	bool is_sound; /* every line of it was understood */
	dictionary *dict;
};

static void source_free(struct source *f)
{
	ini_free(&f->ini);
	if (f->dict)
		iniparser_freedict(f->dict);
}

/* line 0: the file as a whole */
PRINTF_LIKE(3, 4)
static int complain(const struct source *f, unsigned line, const char *fmt, ...)
{
	_cleanup_free_ char *what = NULL;
	va_list ap;

	va_start(ap, fmt);
	what = xvasprintf(fmt, ap);
	va_end(ap);
	if (line)
		text_addf(f->complaints, "%s:%u: %s\n", f->path, line, what);
	else
		text_addf(f->complaints, "%s: %s\n", f->path, what);
	return -EINVAL;
}

static const struct config_key *find_key(enum config_file file, const char *section,
					 const char *key)
{
	for (size_t i = 0; i < config_n_keys; i++) {
		const struct config_key *k = &config_keys[i];

		if (k->file == file && str_eq(k->section, section) && (!key || str_eq(k->key, key)))
			return k;
	}
	return NULL;
}

/* --- one file --- */

/* -ENOENT: no such file; -EINVAL: it cannot be read, with a complaint. */
static int read_whole(const struct source *f, struct text *ret)
{
	struct stat st;
	int r = file_read_real(f->path, ret, &st);

	if (r == -ENOENT)
		return r;
	if (r == -EISDIR || r == -EFBIG ||
	    (r == 0 && (!S_ISREG(st.st_mode) || st.st_size > MAX_FILE_BYTES)))
		return complain(f, 0, "not a text file of at most 64 KiB: replace it");
	if (r < 0)
		return complain(f, 0, "cannot be read: %s%s", strerror(-r),
				r == -EACCES ? ": become root" : "");
	if (f->file == CONFIG_FILE_USER && (st.st_mode & 077))
		complain(f, 0, "the password is accessible to other users: run chmod 600 %s",
			 f->path);
	return 0;
}

/* Text from the file of an account may be a part of its password and is not shown; control
 * characters are not sent to a terminal. */
static bool may_repeat(const struct source *f, const char *name)
{
	return f->file != CONFIG_FILE_USER && strlen(name) < 32 &&
	       !name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_-")];
}

static void list_known(enum config_file file, const char *section, struct text *ret)
{
	for (size_t i = 0; i < config_n_keys; i++) {
		const struct config_key *k = &config_keys[i];

		if (k->file != file)
			continue;
		if (section && str_eq(k->section, section))
			text_addf(ret, " %s", k->key);
		else if (!section &&
			 !(i > 0 && k[-1].file == file && str_eq(k[-1].section, k->section)))
			text_addf(ret, " %s", k->section);
	}
}

static void check_names(const struct source *f)
{
	for (size_t i = 0; i < f->ini.n; i++) {
		const struct ini_row *row = &f->ini.rows[i];
		const char *name = row->key ? row->key : row->section;
		bool section_known = find_key(f->file, row->section, NULL);
		_cleanup_text_ struct text known = { 0 };

		/* keys of an unknown section: the section itself has its complaint */
		if (find_key(f->file, row->section, row->key) || (row->key && !section_known))
			continue;
		list_known(f->file, row->key ? row->section : NULL, &known);
		complain(f, row->line, "unknown %s%s%s: use one of:%s",
			 row->key ? "key" : "section", may_repeat(f, name) ? " " : "",
			 may_repeat(f, name) ? name : "", text_str(&known));
	}
}

PRINTF_LIKE(1, 2)
static int say_nothing(const char *fmt, ...)
{
	(void)fmt;
	return 0;
}

/* iniparser reads files by name only, a second time, in 45 us each: for the files of 120 lines more
 * than the rest of `dialisp status`. So it reads a file only if that has text which dialisp would
 * have written otherwise (QUOTE_INI) and which could be ambiguous. */
static bool needs_iniparser(const struct source *f, const char *value)
{
	return f->file != CONFIG_FILE_LINE || !quote_is_ini(value);
}

/* iniparser's value, which must be what ini_parse saw. NULL with a complaint when it is not. */
static const char *get_checked(struct source *f, const struct ini_row *row)
{
	_cleanup_free_ char *name = NULL;
	const char *value;

	if (!f->is_sound || !needs_iniparser(f, row->value)) /* invalid: complaints exist already */
		return row->value;
	if (!f->dict) {
		iniparser_set_error_callback(say_nothing);
		f->dict = iniparser_load(f->path);
	}
	name = xasprintf("%s:%s", row->section, row->key);
	value = f->dict ? iniparser_getstring(f->dict, name, NULL) : NULL;
	if (value && str_eq(value, row->value))
		return value;
	complain(
		f, row->line,
		"ambiguous value: write it without quotes, with %% and two hex digits for special characters");
	return NULL;
}

static int set_value(const struct source *f, const struct config_key *key, unsigned line,
		     const char *value)
{
	const char *why;

	if (config_set(key, f->object, value, &why) == 0)
		return 0;
	/* the reasons of site.h are for prompts: they have no cure */
	return complain(f, line, "%s %s%s", key->key, why,
			strchr(why, ':') ? "" : ": choose another");
}

static void take_key(struct source *f, const struct config_key *key)
{
	const struct ini_row *row = ini_find(&f->ini, key->section, key->key);
	_cleanup_text_ struct text value = { 0 };
	const char *raw;

	if (!row && !key->value && f->is_sound)
		complain(f, 0, "no %s in [%s]: add it: %s", key->key, key->section, key->help);
	if (!row && !str_empty(key->value))
		set_value(f, key, 0, key->value);
	raw = row ? get_checked(f, row) : NULL;
	if (!raw)
		return;
	if (quote_decode_ini(raw, &value) < 0)
		complain(f, row->line,
			 "%s has a %% without two hex digits: write %% itself as %%25", key->key);
	else if (value.len)
		set_value(f, key, row->line, value.s);
	else if (!key->value)
		complain(f, row->line, "%s is empty: write %s", key->key, key->help);
	else if (*key->value)
		complain(f, row->line, "%s is empty: remove the line for %s", key->key, key->value);
}

/* 0 when it is there, right or wrong; -ENOENT. */
static int read_source(struct source *f)
{
	_cleanup_text_ struct text content = { 0 };
	int r = read_whole(f, &content);

	if (r == -ENOENT)
		return r;
	if (r < 0)
		return 0;
	f->is_sound = ini_parse(f->path, &content, &f->ini, f->complaints) == 0;
	check_names(f);
	for (size_t i = 0; i < config_n_keys; i++)
		if (config_keys[i].file == f->file)
			take_key(f, &config_keys[i]);
	return 0;
}

/* --- conflicts between files --- */

static unsigned line_of(const struct source *f, const char *section, const char *key)
{
	const struct ini_row *row = ini_find(&f->ini, section, key);

	return row ? row->line : 0;
}

static void check_address(const struct source *f, unsigned at, const char *name,
			  struct in_addr address)
{
	const struct site *site = f->site;

	if (!address.s_addr || !site->network.pool.length)
		return;
	if (!site_in_pool(&site->network, address))
		complain(f, at, "address %s is not in the address pool %s: choose another",
			 site_format_address(address), site_format_prefix(site->network.pool));
	else if (address.s_addr == site->network.local.s_addr)
		complain(f, at, "address %s is the local address of this host: choose another",
			 site_format_address(address));
	for (size_t i = 0; i < site->n_lines; i++)
		if (site->lines[i].address.s_addr == address.s_addr &&
		    !str_eq(site->lines[i].name, name))
			complain(f, at, "address %s is that of line %s: choose another",
				 site_format_address(address), site->lines[i].name);
}

static void check_line(const struct source *f)
{
	const struct line *line = f->object;

	if (f->site->n_lines > SITE_LINES_MAX)
		complain(f, 0, "more than %d lines: remove some", SITE_LINES_MAX);
	check_address(f, line_of(f, "line", "address"), line->name, line->address);
	for (size_t i = 0; line->socket && i < f->site->n_lines; i++) {
		const struct line *other = &f->site->lines[i];

		if (other != line && other->socket && str_eq(other->socket, line->socket) &&
		    other->port_number == line->port_number)
			complain(f, line_of(f, "line", "location"),
				 "the location is that of line %s: remove one of the two lines",
				 other->name);
	}
}

static void check_account(const struct source *f)
{
	const struct account *account = f->object;
	unsigned at = line_of(f, "user", "address");

	check_address(f, at, "", account->address);
	/* Firewall rules match addresses only. */
	if (site_has_rights(&account->rights) && !account->address.s_addr)
		complain(
			f, 0,
			"lan-access, callers-talk and ports need a fixed address: write address = one of the pool that is not used by a line or user");
	for (size_t i = 0; account->address.s_addr && i < f->site->n_accounts; i++) {
		const struct account *other = &f->site->accounts[i];

		if (other != account && other->address.s_addr == account->address.s_addr)
			complain(f, at, "address %s is that of user %s: choose another",
				 site_format_address(account->address), other->name);
	}
}

/* --- all files --- */

/* Decodes a file name; each name has exactly one file. */
static bool decode_account(struct source *f, const char *file, struct text *ret_name)
{
	_cleanup_text_ struct text again = { 0 };
	const char *why;

	if (quote_decode_ini(file, ret_name) < 0) {
		complain(
			f, 0,
			"the name before .conf has a %% without two hexadecimal digits: rename the file, with %%25 for %%");
		return false;
	}
	why = site_check_account_name(text_str(ret_name));
	if (why) {
		complain(f, 0, "the name before .conf %s: rename the file", why);
		return false;
	}
	(void)quote_add(&again, QUOTE_FILE_NAME, text_str(ret_name), &why);
	if (str_eq(text_str(&again), file))
		return true;
	complain(f, 0,
		 "the name before .conf is encoded in another way: rename the file to %s.conf",
		 text_str(&again));
	return false;
}

static void load_item(struct source *f, const char *file)
{
	_cleanup_text_ struct text decoded = { 0 };
	const char *name = file;

	if (f->file == CONFIG_FILE_USER) {
		if (!decode_account(f, file, &decoded))
			return;
		name = text_str(&decoded);
	} else if (!site_is_line_name(name)) {
		complain(
			f, 0,
			"the name before .conf must be a lower-case letter and up to ten lower-case letters and digits: rename the file");
		return;
	}
	f->object = f->file == CONFIG_FILE_USER ? (void *)site_add_account(f->site, name)
						: (void *)site_add_line(f->site, name);
	if (read_source(f) == -ENOENT)
		complain(f, 0, "disappeared while it was read: try again");
	if (f->file == CONFIG_FILE_USER)
		check_account(f);
	else
		check_line(f);
}

static int is_ours(const struct dirent *entry)
{
	return entry->d_name[0] != '.' && str_ends(entry->d_name, ".conf");
}

static int compare_names(const struct dirent **a, const struct dirent **b)
{
	return strverscmp((*a)->d_name, (*b)->d_name);
}

static void load_file(const struct source *like, const char *dir, const char *name)
{
	_cleanup_free_ char *path = xasprintf("%s/%s.conf", dir, name);
	_cleanup_(source_free) struct source f = *like;

	f.path = path;
	load_item(&f, name);
}

static void load_dir(const struct source *like, const char *root, const char *dir)
{
	_cleanup_free_ char *path = xasprintf("%s%s", root, dir);
	struct dirent **entries = NULL;
	int n = scandir(path, &entries, is_ours, compare_names);

	if (n < 0 && errno != ENOENT)
		text_addf(like->complaints, "%s: cannot be read: %s\n", path, strerror(errno));
	for (int i = 0; i < n; i++) {
		_cleanup_free_ char *name =
			xstrndup(entries[i]->d_name, strlen(entries[i]->d_name) - 5);

		load_file(like, path, name);
		free(entries[i]);
	}
	free(entries);
}

/* The line's file, if it has one. */
static void load_line(const struct source *like, const char *root, const char *name)
{
	_cleanup_free_ char *dir = xasprintf("%s" CONFIG_LINES, root);
	_cleanup_free_ char *path = xasprintf("%s/%s.conf", dir, name);

	if (access(path, F_OK) == 0)
		load_file(like, dir, name);
}

void config_set_defaults(struct site *site)
{
	const char *why; /* they are good */

	for (size_t i = 0; i < config_n_keys; i++) {
		const struct config_key *key = &config_keys[i];

		if (key->file == CONFIG_FILE_SITE && !str_empty(key->value))
			(void)config_set(key, site, key->value, &why);
	}
}

/* dialisp.conf, which may be missing: -ENOENT */
static int load_site(const struct source *like, const char *root)
{
	_cleanup_free_ char *path = xasprintf("%s" CONFIG_FILE, root);
	_cleanup_(source_free) struct source f = *like;
	int r;

	f.path = path;
	f.object = like->site;
	r = read_source(&f);
	if (r == -ENOENT)
		config_set_defaults(like->site);
	return r;
}

/* The result is returned as a whole or not at all. */
static int hand_over(const struct source *like, struct site *ret_site, struct text *ret_complaints)
{
	if (like->complaints->len) {
		text_add_mem(ret_complaints, like->complaints->s, like->complaints->len);
		return -EINVAL;
	}
	*ret_site = *like->site;
	*like->site = (struct site){ 0 };
	return 0;
}

int config_load(const char *root, enum config_what what, struct site *ret_site,
		struct text *ret_complaints)
{
	_cleanup_free_ char *head =
		xstrndup(root, strspn(root, "/") == strlen(root) ? 0 : strlen(root));
	_cleanup_(site_free) struct site site = { 0 };
	_cleanup_text_ struct text complaints = { 0 };
	struct source like = { .site = &site, .complaints = &complaints };
	int r = load_site(&like, head), e;

	like.file = CONFIG_FILE_LINE;
	load_dir(&like, head, CONFIG_LINES);
	like.file = CONFIG_FILE_USER;
	if (what & CONFIG_WHAT_ACCOUNTS)
		load_dir(&like, head, CONFIG_USERS);
	e = hand_over(&like, ret_site, ret_complaints);
	return e < 0 ? e : r;
}

int config_load_line(const char *root, const char *line, struct site *ret_site,
		     struct text *ret_complaints)
{
	_cleanup_(site_free) struct site site = { 0 };
	_cleanup_text_ struct text complaints = { 0 };
	struct source like = { .site = &site, .complaints = &complaints };
	int r = load_site(&like, root), e;

	like.file = CONFIG_FILE_LINE;
	if (line)
		load_line(&like, root, line);
	e = hand_over(&like, ret_site, ret_complaints);
	return e < 0 ? e : r;
}
