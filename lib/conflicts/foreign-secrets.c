/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines of others in pap-secrets and chap-secrets that pppd would go by for our callers. */
#include "apply/render.h"
#include "call/pppd.h"
#include "conflicts/internal.h"
#include "util/file.h"

static const char *const files[] = { PPPD_PAP, PPPD_CHAP };

struct entry {
	const char *path;
	unsigned line;
	const char *client, *server, *secret;
	bool gives_address;
	bool is_above; /* of our block: among equals pppd takes the first */
};
typedef void (*entry_use)(void *context, const struct entry *entry);

static bool is_wild(const char *word)
{
	return str_eq(word, "*");
}

/* Addresses end at "--", behind which are options, and at "-"; one that is not forbidden ('!') is
 * enough (pppd auth.c, some_ip_ok). An entry that gives none opens nothing: so are those with which
 * this machine itself dials out. */
static bool gives_address(const struct foreign_word *words, size_t n)
{
	for (size_t i = 0; i < n && words[i].word[0] != '-'; i++)
		if (words[i].word[0] != '!')
			return true;
	return false;
}

/* Lines of our block, 0 and 0 when there is none. */
static void find_block(const struct text *content, unsigned *ret_first, unsigned *ret_last)
{
	const struct block *block = render_block(APPLY_OWN_BLOCK_TOP);
	unsigned line = 1, first = 0, last = 0;

	for (const char *s = text_str(content); *s; line++) {
		size_t n = strcspn(s, "\n"), len = n && s[n - 1] == '\r' ? n - 1 : n;

		if (!first && len == strlen(block->begin) && strncmp(s, block->begin, len) == 0)
			first = line;
		if (first && !last && len == strlen(block->end) && strncmp(s, block->end, len) == 0)
			last = line;
		s += n + (s[n] == '\n');
	}
	*ret_first = last ? first : 0;
	*ret_last = last;
}

static size_t words_of_line(const struct foreign_words *words, size_t at)
{
	size_t end = at + 1;

	while (end < words->n && !words->words[end].is_first)
		end++;
	return end - at;
}

/* All entries for our name, or any, that are not ours. */
static void for_each(const char *path, const struct text *content, entry_use use, void *context)
{
	_cleanup_(foreign_words_free) struct foreign_words words = { 0 };
	unsigned first, last;
	size_t n;

	find_block(content, &first, &last);
	foreign_words_read(content, &words);
	for (size_t i = 0; i < words.n; i += n) {
		const struct foreign_word *w = &words.words[i];
		struct entry entry = { .path = path, .line = w->line, .is_above = w->line < first };

		n = words_of_line(&words, i);
		if (n < 3 || (w->line >= first && w->line <= last))
			continue;
		entry.client = w[0].word;
		entry.server = w[1].word;
		entry.secret = w[2].word;
		entry.gives_address = gives_address(w + 3, n - 3);
		if (is_wild(entry.server) || str_eq(entry.server, SITE_SERVER_NAME))
			use(context, &entry);
	}
}

/* pppd goes by the line that names client and server best, the first of equals (auth.c,
 * scan_authfile). Ours name the server; the last of them is for any client. */
static bool is_outdone(const struct site *site, const struct entry *entry)
{
	bool names_server = !is_wild(entry->server);

	if (!is_wild(entry->client) && !site_find_account(site, entry->client))
		return false;
	return !names_server || !entry->is_above;
}

enum kind {
	KIND_NONE,
	KIND_BREAKS, /* pppd looks whether the best line gives an address, and else starts no call
		      */
	KIND_OPEN,   /* with any password */
	KIND_LOGIN,  /* with a password of this system */
	KIND_NAMED,  /* with the secret of that line */
};

static enum kind judge(const struct site *site, const struct entry *entry)
{
	bool names_both = !is_wild(entry->client) && !is_wild(entry->server);

	if (!entry->gives_address)
		return names_both && entry->is_above ? KIND_BREAKS : KIND_NONE;
	/* Although our own last line stands before it: that is one line between the house and
	 * everybody. */
	if (!*entry->secret && (is_wild(entry->client) || !is_outdone(site, entry)))
		return KIND_OPEN;
	if (is_outdone(site, entry))
		return KIND_NONE;
	return str_eq(entry->secret, "@login") ? KIND_LOGIN : KIND_NAMED;
}

static const struct {
	enum foreign_severity severity;
	const char *what, *cure;
} kinds[] = {
	[KIND_BREAKS] = { FOREIGN_SEVERITY_REFUSAL,
			  "pppd looks at this line first, and it gives no address: no call begins",
			  "move it below the block of dialisp" },
	[KIND_OPEN] = { FOREIGN_SEVERITY_REFUSAL,
			"the secret is empty: any password lets a caller in",
			"delete the line, or name the server it is for in its second column" },
	[KIND_LOGIN] = { FOREIGN_SEVERITY_WARNING,
			 "can call dialisp's lines with a password of this system",
			 "name the server it is for in its second column" },
	[KIND_NAMED] = { FOREIGN_SEVERITY_WARNING,
			 "can call dialisp's lines, and is no account of it",
			 "dialisp setup --migrate makes it one; or name the server it is for in its second column" },
};

static void add_entry(void *context, const struct entry *entry)
{
	struct foreign_search *search = context;
	enum kind kind = judge(search->scope->site, entry);
	_cleanup_free_ char *client = foreign_clean(entry->client);

	if (kind != KIND_NONE)
		foreign_add(search, kinds[kind].severity, entry->path, entry->line,
			    xasprintf("%s: %s", client, kinds[kind].what),
			    xstrdup(kinds[kind].cure));
}

void foreign_check_secrets(struct foreign_search *search)
{
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		_cleanup_text_ struct text content = { 0 };

		if (foreign_read(search, files[i], &content))
			for_each(files[i], &content, add_entry, search);
	}
}

/* --- who can be an account --- */

struct logins {
	const struct site *site;
	struct foreign_login *logins;
	size_t n;
};

static bool has_login(const struct logins *logins, const char *name)
{
	for (size_t i = 0; i < logins->n; i++)
		if (str_eq(logins->logins[i].name, name))
			return true;
	return false;
}

/* pppd takes crypt(3) hashes for PAP, too; the password itself is not known then. */
static bool can_be_account(const struct entry *entry)
{
	return !site_check_account_name(entry->client) && !site_check_password(entry->secret) &&
	       entry->secret[0] != '$';
}

static void add_login(void *context, const struct entry *entry)
{
	struct logins *logins = context;

	if (judge(logins->site, entry) != KIND_NAMED || has_login(logins, entry->client) ||
	    !can_be_account(entry))
		return;
	logins->logins = xrealloc(logins->logins, logins->n + 1, sizeof(*logins->logins));
	logins->logins[logins->n++] =
		(struct foreign_login){ xstrdup(entry->client), xstrdup(entry->secret) };
}

void foreign_list_logins(const struct site *site, struct foreign_login **ret, size_t *ret_n)
{
	struct logins logins = { site, NULL, 0 };

	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		_cleanup_text_ struct text content = { 0 };

		if (file_read(files[i], &content) == 0)
			for_each(files[i], &content, add_login, &logins);
	}
	*ret = logins.logins;
	*ret_n = logins.n;
}

void foreign_free_logins(struct foreign_login *logins, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		explicit_bzero(logins[i].password, strlen(logins[i].password));
		free(logins[i].password);
		free(logins[i].name);
	}
	free(logins);
}
