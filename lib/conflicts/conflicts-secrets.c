/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Callers of an earlier dial-in set-up: entries of the system's pap-secrets and chap-secrets, which
 * calls do not read. */
#include "conflicts/internal.h"
#include "util/file.h"

static const char *const files[] = { "/etc/ppp/pap-secrets", "/etc/ppp/chap-secrets" };

struct entry {
	const char *path;
	unsigned line;
	const char *client, *secret;
};
typedef void (*entry_use)(void *context, const struct entry *entry);

static bool is_wild(const char *word)
{
	return str_eq(word, "*");
}

/* Addresses end at "--", which begins options, and at "-"; one that is not forbidden ('!') is
 * enough (pppd auth.c, some_ip_ok). An entry without addresses refuses all callers: it is for
 * outgoing calls of this host. */
static bool gives_address(const struct conflicts_word *words, size_t n)
{
	for (size_t i = 0; i < n && words[i].word[0] != '-'; i++)
		if (words[i].word[0] != '!')
			return true;
	return false;
}

static size_t words_of_line(const struct conflicts_words *words, size_t at)
{
	size_t end = at + 1;

	while (end < words->n && !words->words[end].is_first)
		end++;
	return end - at;
}

/* All entries of callers by name, for any server or for one with our name, that have no account. */
static void for_each(const struct site *site, const char *path, const struct text *content,
		     entry_use use, void *context)
{
	_cleanup_(conflicts_words_free) struct conflicts_words words = { 0 };
	size_t n;

	conflicts_words_read(content, &words);
	for (size_t i = 0; i < words.n; i += n) {
		const struct conflicts_word *w = &words.words[i];
		const struct entry entry = { path, w->line, w->word,
					     i + 2 < words.n ? w[2].word : "" };

		n = words_of_line(&words, i);
		if (n < 4 || is_wild(w[0].word) || !gives_address(w + 3, n - 3) ||
		    !(is_wild(w[1].word) || str_eq(w[1].word, SITE_SERVER_NAME)))
			continue;
		if (!site_find_account(site, entry.client))
			use(context, &entry);
	}
}

/* pppd accepts crypt(3) hashes for PAP, and uses PAM for "@login"; then the password is not
 * known. */
static bool can_be_account(const struct entry *entry)
{
	return !site_check_account_name(entry->client) && !site_check_password(entry->secret) &&
	       entry->secret[0] != '$';
}

static void add_entry(void *context, const struct entry *entry)
{
	struct conflicts_search *search = context;
	_cleanup_free_ char *client = conflicts_clean(entry->client);

	conflicts_add(search, CONFLICTS_SEVERITY_NOTE, entry->path, entry->line,
		      xasprintf("%s: has no account of dialisp and cannot call", client),
		      xstrdup(can_be_account(entry) ? "dialisp setup --migrate adds the account"
						    : "dialisp add-user adds one"));
}

void conflicts_check_secrets(struct conflicts_search *search)
{
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		_cleanup_text_ struct text content = { 0 };

		if (conflicts_read(search, files[i], &content))
			for_each(search->scope->site, files[i], &content, add_entry, search);
	}
}

/* --- entries that can become accounts --- */

struct logins {
	struct conflicts_login *logins;
	size_t n;
};

static bool has_login(const struct logins *logins, const char *name)
{
	for (size_t i = 0; i < logins->n; i++)
		if (str_eq(logins->logins[i].name, name))
			return true;
	return false;
}

static void add_login(void *context, const struct entry *entry)
{
	struct logins *logins = context;

	if (has_login(logins, entry->client) || !can_be_account(entry))
		return;
	logins->logins = xrealloc(logins->logins, logins->n + 1, sizeof(*logins->logins));
	logins->logins[logins->n++] =
		(struct conflicts_login){ xstrdup(entry->client), xstrdup(entry->secret) };
}

void conflicts_list_logins(const struct site *site, struct conflicts_login **ret, size_t *ret_n)
{
	struct logins logins = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		_cleanup_text_ struct text content = { 0 };

		if (file_read(files[i], &content) == 0)
			for_each(site, files[i], &content, add_login, &logins);
	}
	*ret = logins.logins;
	*ret_n = logins.n;
}

void conflicts_free_logins(struct conflicts_login *logins, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		explicit_bzero(logins[i].password, strlen(logins[i].password));
		free(logins[i].password);
		free(logins[i].name);
	}
	free(logins);
}
