/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The iptables backend: merges its files with the loaded rules, so that our jumps are first and not
 * duplicated. */
#include "firewall/firewall.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>

#include "firewall/internal.h"
#include "util/file.h"
#include "util/report.h"
#include "util/run.h"

#define OURS "DIALISP"

/* --- texts of iptables-save and -restore: pure --- */

/* "-A CHAIN ..." -> CHAIN, its length in *ret_n; NULL: not a rule */
static const char *chain_of(const char *line, size_t *ret_n)
{
	if (!str_starts(line, "-A "))
		return NULL;
	*ret_n = strcspn(line + 3, " \n");
	return line + 3;
}

/* A jump to one of our chains from another one. */
static bool is_jump(const char *line)
{
	const char *target = strstr(line, " -j " OURS);
	size_t n;

	return chain_of(line, &n) && !str_starts(line + 3, OURS) && target &&
	       target < strchrnul(line, '\n');
}

static bool is_own_chain(const char *line)
{
	return str_starts(line, ":" OURS);
}

static void add_line(struct text *t, const char *line)
{
	text_add_mem(t, line, strcspn(line, "\n"));
	text_addc(t, '\n');
}

/* The lines of one table ("*filter"), up to its COMMIT; NULL: there is none. */
static const char *find_table(const char *saved, const char *name)
{
	size_t n = strcspn(name, "\n");

	for (; *saved; saved = str_next_line(saved))
		if (strncmp(saved, name, n) == 0 && (saved[n] == '\n' || !saved[n]))
			return str_next_line(saved);
	return NULL;
}

static bool is_in_table(const char *line)
{
	return *line && !str_starts(line, "COMMIT");
}

static void add_deletions(const char *table, struct text *ret)
{
	for (; table && is_in_table(table); table = str_next_line(table)) {
		if (!is_jump(table))
			continue;
		text_add(ret, "-D");
		add_line(ret, table + 2);
	}
}

void firewall_iptables_compose(const char *rules, const char *saved, struct text *ret)
{
	const char *table = NULL;

	for (; *rules; rules = str_next_line(rules)) {
		if (*rules == '*')
			table = find_table(saved, rules);
		if (str_starts(rules,
			       "-")) { /* the chains are declared: the first rule of this table */
			add_deletions(table, ret);
			table = NULL;
		}
		add_line(ret, rules);
	}
}

static void add_chains(const char *table, const char *option, struct text *ret)
{
	for (; is_in_table(table); table = str_next_line(table))
		if (is_own_chain(table))
			text_addf(ret, "%s %.*s\n", option, (int)strcspn(table + 1, " \n"),
				  table + 1);
}

void firewall_iptables_compose_removal(const char *saved, struct text *ret)
{
	for (; *saved; saved = str_next_line(saved)) {
		_cleanup_text_ struct text body = { 0 };

		if (*saved != '*')
			continue;
		add_deletions(str_next_line(saved), &body);
		add_chains(str_next_line(saved), "-F", &body);
		add_chains(str_next_line(saved), "-X", &body);
		if (!body.len)
			continue;
		add_line(ret, saved);
		text_addf(ret, "%sCOMMIT\n", text_str(&body));
	}
}

static bool is_same_chain(const char *a, const char *b)
{
	size_t n, m;
	const char *x = a ? chain_of(a, &n) : NULL, *y = chain_of(b, &m);

	return x && y && n == m && strncmp(x, y, n) == 0;
}

void firewall_iptables_pick(const char *saved, struct text *ret)
{
	const char *before = NULL;

	for (; *saved; before = saved, saved = str_next_line(saved)) {
		if (!is_jump(saved) && !str_starts(saved, "-A " OURS))
			continue;
		if (is_jump(saved) && is_same_chain(before, saved))
			text_add(ret, "(behind others) ");
		add_line(ret, saved);
	}
}

/* --- the programs --- */

static const char *const variants[] = {
	[FIREWALL_VARIANT_NFT] = "nft",
	[FIREWALL_VARIANT_LEGACY] = "legacy",
};

static const struct family {
	const char *name, *file;
	const char *needs;        /* of the kernel */
	const char *legacy_names; /* proc file with the tables that the legacy variant has, once it
				   * was used */
} families[] = {
	{ "iptables", FIREWALL_IPTABLES_FILE, NULL, "/proc/net/ip_tables_names" },
	{ "ip6tables", FIREWALL_IP6TABLES_FILE, "/proc/net/if_inet6",
	  "/proc/net/ip6_tables_names" },
};

static bool has_family(const struct family *family)
{
	return !family->needs || access(family->needs, F_OK) == 0;
}

/* Reading must not load the modules of a variant that is not in use; they may be loaded without a
 * table. */
static bool is_unused(const struct family *family, enum firewall_variant variant)
{
	_cleanup_close_ int fd = -1;
	char c;

	if (variant != FIREWALL_VARIANT_LEGACY)
		return false;
	fd = open(family->legacy_names, O_RDONLY | O_CLOEXEC);
	return fd < 0 || read(fd, &c, 1) <= 0;
}

/* The legacy variant uses a raw socket (libiptc), which needs CAP_NET_RAW. */
static bool may_look(enum firewall_variant variant)
{
	_cleanup_close_ int fd = -1;

	if (variant != FIREWALL_VARIANT_LEGACY)
		return true;
	fd = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW);
	return fd >= 0;
}

static int save(const struct family *family, enum firewall_variant variant, struct text *ret)
{
	_cleanup_free_ char *program = xasprintf("%s-%s-save", family->name, variants[variant]);
	_cleanup_free_ char *path = run_find(program);
	const char *const argv[] = { program, NULL };

	if (!path || !has_family(family) || is_unused(family, variant))
		return 0;
	return may_look(variant) ? firewall_run(argv, NULL, ret) : -EPERM;
}

int firewall_iptables_save(enum firewall_variant variant, struct text *ret)
{
	return save(&families[0], variant, ret);
}

/* -w: the legacy variant waits for its lock */
static int restore(const struct family *family, enum firewall_variant variant,
		   const struct text *input)
{
	_cleanup_free_ char *program = xasprintf("%s-%s-restore", family->name, variants[variant]);
	const char *const argv[] = { program, "--noflush", "-w", "5", NULL };

	return firewall_run(argv, text_str(input), NULL);
}

/* The same with the rules that are loaded, some of which are optional. */
static int restore_rules(const struct family *family, enum firewall_variant variant,
			 const struct text *rules, bool *ret_strips)
{
	_cleanup_free_ char *program = xasprintf("%s-%s-restore", family->name, variants[variant]);
	const char *const argv[] = { program, "--noflush", "-w", "5", NULL };

	return firewall_run_rules(argv, text_str(rules), argv, rules, ret_strips);
}

/* The variant that update-alternatives has selected for `iptables`. */
static int find_variant(enum firewall_variant *ret)
{
	static const char *const argv[] = { "iptables", "--version", NULL };
	_cleanup_text_ struct text version = { 0 };
	int r = firewall_run(argv, NULL, &version);

	if (r == 0)
		*ret = strstr(text_str(&version), "nf_tables") ? FIREWALL_VARIANT_NFT
							       : FIREWALL_VARIANT_LEGACY;
	return r;
}

static int load_family(const struct family *family, enum firewall_variant variant, bool *ret_strips)
{
	_cleanup_text_ struct text rules = { 0 }, saved = { 0 }, input = { 0 };
	int r = file_read(family->file, &rules);

	if (r < 0) {
		report_error("%s: could not read: %s (dialisp apply writes it)", family->file,
			     strerror(-r));
		return r;
	}
	r = save(family, variant, &saved);
	if (r < 0)
		return r;
	firewall_iptables_compose(text_str(&rules), text_str(&saved), &input);
	return restore_rules(family, variant, &input, ret_strips);
}

static int unload_variant(enum firewall_variant variant)
{
	int r = 0, e;

	for (size_t i = 0; i < ARRAY_SIZE(families); i++) {
		_cleanup_text_ struct text saved = { 0 }, input = { 0 };

		e = save(&families[i], variant, &saved);
		if (e == 0)
			firewall_iptables_compose_removal(text_str(&saved), &input);
		if (input.len)
			e = restore(&families[i], variant, &input);
		r = r < 0 ? r : e;
	}
	return r;
}

/* The kernel loads tables by itself, but not the module that they register with. */
int firewall_iptables_prepare(void)
{
	static const char *const argv[] = {
		"modprobe", "-q", "-a", "ip_tables", "ip6_tables", NULL
	};
	const struct run run = { .argv = argv, .timeout_ms = FIREWALL_TIMEOUT_MS };
	enum firewall_variant variant;
	int r = find_variant(&variant);

	if (r == 0 && variant == FIREWALL_VARIANT_LEGACY)
		(void)run_program(&run,
				  NULL); /* built in, or the program that needs it reports it */
	return r;
}

int firewall_iptables_load(bool *ret_strips)
{
	enum firewall_variant variant;
	int r = find_variant(&variant);
	bool strips = false;

	for (size_t i = 0; i < ARRAY_SIZE(families) && r == 0; i++)
		if (has_family(&families[i]))
			r = load_family(&families[i], variant, i == 0 ? ret_strips : &strips);
	if (r == 0)
		r = unload_variant(variant == FIREWALL_VARIANT_NFT ? FIREWALL_VARIANT_LEGACY
								   : FIREWALL_VARIANT_NFT);
	/* The unit of a line cannot read the legacy variant; the new rules are in force. */
	return r == -EPERM && variant == FIREWALL_VARIANT_NFT ? 0 : r;
}

int firewall_iptables_unload(void)
{
	int r = unload_variant(FIREWALL_VARIANT_NFT), e = unload_variant(FIREWALL_VARIANT_LEGACY);

	return r < 0 ? r : e;
}

int firewall_iptables_list(struct text *ret)
{
	enum firewall_variant variant;
	int r = find_variant(&variant);

	for (size_t i = 0; i < ARRAY_SIZE(families) && r == 0; i++) {
		_cleanup_text_ struct text saved = { 0 };

		r = save(&families[i], variant, &saved);
		if (r == 0)
			firewall_iptables_pick(text_str(&saved), ret);
	}
	return r;
}
