/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The data types of a site: names, order and addresses; no files, no printing. */
#include "site.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stdio.h>

#define SITE_FORMAT_MAX sizeof("255.255.255.255/32")

void site_line_free(struct line *line)
{
	free(line->socket);
	free(line->driver);
	free(line->dialect);
	free(line->modem);
	free(line->init);
	free(line->flow);
	free(line->without);
	*line = (struct line){ 0 };
}

void site_free(struct site *site)
{
	if (!site)
		return;
	for (size_t i = 0; i < site->n_lines; i++)
		site_line_free(&site->lines[i]);
	for (size_t i = 0; i < site->n_accounts; i++)
		base_wipep(&site->accounts[i].password);
	free(site->lines);
	free(site->accounts);
	*site = (struct site){ 0 };
}

bool site_is_line_name(const char *name)
{
	size_t n = strlen(name);

	return n > 0 && n <= SITE_LINE_NAME_MAX && name[0] >= 'a' && name[0] <= 'z' &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789") == n;
}

const char *site_check_account_name(const char *name)
{
	if (!*name)
		return "is empty";
	if (strlen(name) > SITE_ACCOUNT_MAX)
		return "is longer than 63 characters";
	/* "-", "!" and "*" mean something at the head of a word of pap-secrets */
	if (!isascii(name[0]) || !isalnum((unsigned char)name[0]))
		return "must begin with a letter or digit";
	/* upap.c and others rewrite bytes from 0x80 up before they compare */
	for (const char *s = name; *s; s++)
		if (*s < ' ' || *s > '~')
			return "has a character that is not printable ASCII";
	return str_ends(name, " ") ? "ends with a blank" : NULL;
}

const char *site_check_password(const char *password)
{
	/* pppd auth.c: an empty secret lets any password in, "@login" asks PAM, "@/file" reads a
	 * file */
	if (!*password)
		return "is empty";
	if (strlen(password) > SITE_ACCOUNT_MAX)
		return "is longer than 63 characters";
	if (str_eq(password, "@login") || str_starts(password, "@/"))
		return "is @login or begins with @/, which pppd takes as an order";
	/* upap.c and others rewrite bytes from 0x80 up before they compare */
	for (const char *s = password; *s; s++)
		if (*s < ' ' || *s > '~')
			return "has a character that is not printable ASCII";
	return NULL;
}

static int compare_line(const void *name, const void *line)
{
	return strverscmp(name, ((const struct line *)line)->name);
}

struct line *site_find_line(const struct site *site, const char *name)
{
	if (site->n_lines == 0)
		return NULL;
	return bsearch(name, site->lines, site->n_lines, sizeof(*site->lines), compare_line);
}

struct account *site_find_account(const struct site *site, const char *name)
{
	for (size_t i = 0; i < site->n_accounts; i++)
		if (str_eq(site->accounts[i].name, name))
			return &site->accounts[i];
	return NULL;
}

struct line *site_add_line(struct site *site, const char *name)
{
	struct line *line = site_find_line(site, name);
	size_t at = site->n_lines;

	if (line)
		return line;
	site->lines = xrealloc(site->lines, site->n_lines + 1, sizeof(*line));
	while (at > 0 && strverscmp(site->lines[at - 1].name, name) > 0) /* most come in order */
		at--;
	line = &site->lines[at];
	memmove(line + 1, line, (site->n_lines++ - at) * sizeof(*line));
	*line = (struct line){ .port_number = -1 };
	base_copy(line->name, sizeof(line->name), name);
	return line;
}

struct account *site_add_account(struct site *site, const char *name)
{
	struct account *account = site_find_account(site, name);
	size_t at = 0;

	if (account)
		return account;
	site->accounts = xrealloc(site->accounts, site->n_accounts + 1, sizeof(*account));
	while (at < site->n_accounts && strcmp(site->accounts[at].name, name) < 0)
		at++;
	account = &site->accounts[at];
	memmove(account + 1, account, (site->n_accounts++ - at) * sizeof(*account));
	*account = (struct account){ 0 };
	base_copy(account->name, sizeof(account->name), name);
	return account;
}

void site_remove_line(struct site *site, const char *name)
{
	struct line *line = site_find_line(site, name);

	if (!line)
		return;
	site_line_free(line);
	site->n_lines--;
	memmove(line, line + 1, (size_t)(site->lines + site->n_lines - line) * sizeof(*line));
}

struct site_choice site_choose(const struct site_choice *line, const struct site_choice *all)
{
	struct site_choice choice = line->how != SITE_HOW_UNSET ? *line : *all;

	if (choice.how == SITE_HOW_UNSET)
		choice.how = SITE_HOW_AUTO;
	return choice;
}

const char *site_carrier_name(unsigned carrier)
{
	static const char *const names[] = {
		[SITE_CARRIER_HANGUP] = "hangup",
		[SITE_CARRIER_WATCH] = "watch",
		[SITE_CARRIER_NONE] = "none",
	};

	return carrier < ARRAY_SIZE(names) ? names[carrier] : NULL;
}

const char *site_login_name(unsigned login)
{
	static const char *const names[] = {
		[SITE_LOGIN_UNSET] = "",
		[SITE_LOGIN_PPP] = "ppp",
		[SITE_LOGIN_TEXT] = "text",
	};

	return login < ARRAY_SIZE(names) ? names[login] : NULL;
}

enum site_login site_line_login(const struct site *site, const struct line *line)
{
	enum site_login login = line->login != SITE_LOGIN_UNSET ? line->login : site->login;

	return login == SITE_LOGIN_TEXT ? SITE_LOGIN_TEXT : SITE_LOGIN_PPP;
}

const char *site_firewall_name(unsigned firewall)
{
	static const char *const names[] = {
		[SITE_FIREWALL_NFT] = "nft",
		[SITE_FIREWALL_IPTABLES] = "iptables",
		[SITE_FIREWALL_NONE] = "none",
	};

	return firewall < ARRAY_SIZE(names) ? names[firewall] : NULL;
}

bool site_has_rights(const struct site_rights *rights)
{
	return rights->lan || rights->talk || rights->ports;
}

int site_free_line_name(const struct site *site, char ret_name[static SITE_LINE_NAME_MAX + 1])
{
	char name[SITE_LINE_NAME_MAX + 1];

	if (site->n_lines >= SITE_LINES_MAX)
		return -ENOSPC;
	for (unsigned i = 1;; i++) {
		snprintf(name, sizeof(name), "line%u", i % 1000);
		if (site_find_line(site, name))
			continue;
		memcpy(ret_name, name, sizeof(name));
		return 0;
	}
}

static bool address_is_taken(const struct site *site, struct in_addr address)
{
	if (address.s_addr == site->network.local.s_addr)
		return true;
	for (size_t i = 0; i < site->n_lines; i++)
		if (site->lines[i].address.s_addr == address.s_addr)
			return true;
	for (size_t i = 0; i < site->n_accounts; i++)
		if (site->accounts[i].address.s_addr == address.s_addr)
			return true;
	return false;
}

static uint32_t host_bits(unsigned length)
{
	return length < 32 ? UINT32_MAX >> length : 0;
}

static bool is_host(const struct site_prefix *prefix, uint32_t address)
{
	uint32_t first = ntohl(prefix->address.s_addr);

	return prefix->length && address > first && address < (first | host_bits(prefix->length));
}

int site_free_address(const struct site *site, struct in_addr *ret)
{
	const struct site_prefix *pool = &site->network.pool;

	for (uint32_t a = ntohl(pool->address.s_addr) + 1; is_host(pool, a); a++) {
		struct in_addr address = { .s_addr = htonl(a) };

		if (address_is_taken(site, address))
			continue;
		*ret = address;
		return 0;
	}
	return -ENOSPC;
}

bool site_in_pool(const struct network *network, struct in_addr address)
{
	return is_host(&network->pool, ntohl(address.s_addr));
}

void site_set_pool(struct network *network, struct site_prefix pool)
{
	network->pool = pool;
	network->local.s_addr = htonl(ntohl(pool.address.s_addr) + 1);
}

/* As many as one printf may need. */
static char *next_buffer(void)
{
	static char buffers[8][SITE_FORMAT_MAX];
	static unsigned next;

	return buffers[next++ % ARRAY_SIZE(buffers)];
}

const char *site_format_address(struct in_addr address)
{
	const unsigned char *a = (const unsigned char *)&address.s_addr;
	char *s = next_buffer();

	snprintf(s, SITE_FORMAT_MAX, "%u.%u.%u.%u", a[0], a[1], a[2], a[3]);
	return s;
}

const char *site_format_prefix(struct site_prefix prefix)
{
	char *s = next_buffer();

	snprintf(s, SITE_FORMAT_MAX, "%s/%u", site_format_address(prefix.address), prefix.length);
	return s;
}

int site_parse_address(const char *s, struct in_addr *ret)
{
	struct in_addr address;

	if (inet_pton(AF_INET, s, &address) != 1)
		return -EINVAL;
	*ret = address;
	return 0;
}

int site_parse_prefix(const char *s, struct site_prefix *ret)
{
	const char *slash = strchr(s, '/');
	size_t n = slash ? (size_t)(slash - s) : strlen(s);
	char head[INET_ADDRSTRLEN];
	struct site_prefix prefix = { .length = 32 };

	if (n >= sizeof(head))
		return -EINVAL;
	memcpy(head, s, n);
	head[n] = '\0';
	if (site_parse_address(head, &prefix.address) < 0 ||
	    (slash && base_parse_uint(slash + 1, 0, 32, &prefix.length) < 0))
		return -EINVAL;
	if (ntohl(prefix.address.s_addr) & host_bits(prefix.length))
		return -EINVAL;
	*ret = prefix;
	return 0;
}

int site_parse_pool(const char *s, struct site_prefix *ret)
{
	struct site_prefix prefix;

	if (site_parse_prefix(s, &prefix) < 0 || prefix.length < 16 || prefix.length > 28)
		return -EINVAL;
	*ret = prefix;
	return 0;
}

bool site_prefix_has(const struct site_prefix *outer, const struct site_prefix *inner)
{
	return outer->length <= inner->length &&
	       ((ntohl(outer->address.s_addr) ^ ntohl(inner->address.s_addr)) &
		~host_bits(outer->length)) == 0;
}
