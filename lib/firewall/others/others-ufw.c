/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ufw: forwards nothing by default; rules given with its own command are kept by it, over reloads
 * and reboots. */
#include "firewall/others/internal.h"

#define COMMENT     "dialisp"
/* ufw keeps comments as hexadecimal digits (ufw/util.py, hex_encode). */
#define COMMENT_HEX "6469616c697370"

/* Its rules file has a line per rule, "### tuple ### ACTION PROTOCOL DPORT DESTINATION SPORT SOURCE
 * in_LINK comment=HEX", before what iptables gets (ufw/backend_iptables.py, _write_rules). Ours are
 * only these two. */
static const struct kind {
	const char *action;        /* in the file */
	const char *before, *verb; /* of the command: "route allow", "route delete allow" */
	bool is_input;
} kinds[] = {
	{ "route:allow", "route ", "allow", false },
	{ "allow", "", "allow", true },
};

/* The source address of a rule of this kind about callers' links, its length in *ret_n; NULL: it is
 * none. */
static const char *find_source(const char *line, const struct kind *kind, size_t *ret_n,
			       bool *ret_is_ours)
{
	_cleanup_free_ char *begin =
		xasprintf("### tuple ### %s any any 0.0.0.0/0 any ", kind->action);
	const char *source = str_starts(line, begin) ? line + strlen(begin) : NULL, *rest;
	static const char link[] = " in_" OTHERS_LINKS, comment[] = " comment=" COMMENT_HEX;

	if (!source)
		return NULL;
	*ret_n = strcspn(source, " \n");
	rest = source + *ret_n;
	if (!str_starts(rest, link))
		return NULL;
	rest += sizeof(link) - 1;
	*ret_is_ours = str_starts(rest, comment) && rest[sizeof(comment) - 1] == '\n';
	return *rest == '\n' || str_starts(rest, " comment=") ? source : NULL;
}

static void add_command(const struct kind *kind, bool is_deletion, const char *source, size_t n,
			struct text *ret)
{
	text_addf(ret, "%s%s%s in on " OTHERS_LINKS " from %.*s%s\n", kind->before,
		  is_deletion ? "delete " : "", kind->verb, (int)n, source,
		  is_deletion ? "" : " comment " COMMENT);
}

/* The administrator's own rule of the same words serves, and stays. */
static void compose_kind(const char *rules, const struct kind *kind, const char *pool,
			 bool is_wanted, struct text *ret)
{
	bool is_there = false;

	for (; *rules; rules = str_next_line(rules)) {
		bool is_ours = false;
		size_t n = 0;
		const char *source = find_source(rules, kind, &n, &is_ours);
		bool is_pool = source && strlen(pool) == n && strncmp(source, pool, n) == 0;

		if (source && is_ours && !(is_wanted && is_pool))
			add_command(kind, true, source, n, ret);
		is_there |= is_pool;
	}
	if (is_wanted && !is_there)
		add_command(kind, false, pool, strlen(pool), ret);
}

void others_ufw_compose(const char *rules, const struct others_desired *desired, bool is_wanted,
			struct text *ret)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		compose_kind(rules, &kinds[i], desired->pool,
			     is_wanted && (!kinds[i].is_input || desired->has_input), ret);
}

static bool is_enabled(const struct others_world *world)
{
	const char *conf = text_str(&world->ufw_conf);

	for (; *conf; conf = str_next_line(conf))
		if (str_starts(conf, "ENABLED=yes"))
			return true;
	return false;
}

/* Not enabled it filters nothing; then only what we once gave it concerns us. */
static bool is_there(const struct others_world *world)
{
	return is_enabled(world) ||
	       strstr(text_str(&world->ufw_rules), " comment=" COMMENT_HEX "\n");
}

/* Its rules are iptables'; ours stand before them when they are, too. */
static bool is_needless(const struct others_world *world __attribute__((unused)),
			const struct others_desired *desired)
{
	return !desired->is_open || desired->has_variant;
}

static void compose(const struct others_world *world, const struct others_desired *desired,
		    struct text *ret)
{
	others_ufw_compose(text_str(&world->ufw_rules), desired, !is_needless(world, desired), ret);
}

/* While it is switched off it is left as it is. */
static bool is_settled(const struct others_world *world, const struct others_desired *desired)
{
	_cleanup_text_ struct text commands = { 0 };

	compose(world, desired, &commands);
	return !commands.len || !(is_enabled(world) || is_needless(world, desired));
}

static int run(char *command)
{
	const char *argv[16] = { "ufw" };
	size_t n = 1;

	while (n < ARRAY_SIZE(argv) - 1 && (argv[n] = strsep(&command, " ")))
		n++;
	return others_run(argv, NULL);
}

static int settle(const struct others_world *world, const struct others_desired *desired)
{
	_cleanup_text_ struct text commands = { 0 };
	_cleanup_free_ char *lines = NULL;
	char *line, *rest;
	int r = 0;

	compose(world, desired, &commands);
	rest = lines = text_take(&commands);
	while (r == 0 && (line = strsep(&rest, "\n")))
		r = *line ? run(line) : 0;
	return r;
}

const struct others_product others_ufw = {
	.name = "ufw",
	.place = "a rule of its own (ufw show added)",
	.is_there = is_there,
	.is_needless = is_needless,
	.is_settled = is_settled,
	.settle = settle,
};
