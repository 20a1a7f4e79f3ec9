/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ufw: forwards nothing by default. It keeps rules that are made with its command over reloads and
 * reboots. */
#include <stdio.h>

#include "firewall/others/internal.h"

#define COMMENT     "dialisp"
/* ufw keeps comments as hexadecimal digits (ufw/util.py, hex_encode). */
#define COMMENT_HEX "6469616c697370"

/* Our rules: packets of callers through this host, and to it. */
static const struct kind {
	const char *action;        /* in ufw's file */
	const char *before, *verb; /* of the command: "route allow", "route delete allow" */
	bool is_input;
} kinds[] = {
	{ "route:allow", "route ", "allow", false },
	{ "allow", "", "allow", true },
};

struct tuple {
	char action[16], source[32], link[16], comment[64];
};

/* ufw's file has a line per rule before what iptables gets: "### tuple ### ACTION PROTOCOL DPORT
 * DESTINATION SPORT SOURCE in_LINK comment=HEX" (ufw/backend_iptables.py, _write_rules). True: it
 * is about everything from callers' links. */
static bool read_tuple(const char *line, struct tuple *ret)
{
	_cleanup_free_ char *copy = xstrndup(line, strcspn(line, "\n"));

	*ret = (struct tuple){ 0 };
	return sscanf(copy, "### tuple ### %15s any any 0.0.0.0/0 any %31s in_%15s %63s",
		      ret->action, ret->source, ret->link, ret->comment) >= 3 &&
	       str_eq(ret->link, OTHERS_LINKS) &&
	       (!*ret->comment || str_starts(ret->comment, "comment="));
}

static void add_command(const struct kind *kind, bool is_deletion, const char *source,
			struct text *ret)
{
	text_addf(ret, "%s%s%s in on " OTHERS_LINKS " from %s%s\n", kind->before,
		  is_deletion ? "delete " : "", kind->verb, source,
		  is_deletion ? "" : " comment " COMMENT);
}

/* A rule of the administrator with the same words is as good, and is left alone. */
static void compose_kind(const char *rules, const struct kind *kind, const char *pool,
			 bool is_wanted, struct text *ret)
{
	bool is_there = false;

	for (struct tuple tuple; *rules; rules = str_next_line(rules)) {
		bool is_pool;

		if (!read_tuple(rules, &tuple) || !str_eq(tuple.action, kind->action))
			continue;
		is_pool = str_eq(tuple.source, pool);
		if (str_eq(tuple.comment, "comment=" COMMENT_HEX) && !(is_wanted && is_pool))
			add_command(kind, true, tuple.source, ret);
		is_there |= is_pool;
	}
	if (is_wanted && !is_there)
		add_command(kind, false, pool, ret);
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

/* While it is disabled, only rules that dialisp added earlier matter. */
static bool ufw_is_present(const struct others_world *world)
{
	return is_enabled(world) ||
	       strstr(text_str(&world->ufw_rules), " comment=" COMMENT_HEX "\n");
}

/* It uses iptables: our own rules precede its rules if they use iptables, too. */
static bool ufw_needs_rules(const struct others_world *world __attribute__((unused)),
			    const struct others_desired *desired)
{
	return desired->is_open && !desired->has_variant;
}

static void ufw_compose(const struct others_world *world, const struct others_desired *desired,
			struct text *ret)
{
	others_ufw_compose(text_str(&world->ufw_rules), desired, ufw_needs_rules(world, desired),
			   ret);
}

/* Nothing is added while it is disabled. */
static bool ufw_is_done(const struct others_world *world, const struct others_desired *desired)
{
	_cleanup_text_ struct text commands = { 0 };

	ufw_compose(world, desired, &commands);
	return !commands.len || (!is_enabled(world) && ufw_needs_rules(world, desired));
}

static int run_ufw(char *command)
{
	const char *argv[16] = { "ufw" };
	size_t n = 1;

	while (n < ARRAY_SIZE(argv) - 1 && (argv[n] = strsep(&command, " ")))
		n++;
	return others_run(argv, NULL);
}

static int ufw_change(const struct others_world *world, const struct others_desired *desired)
{
	_cleanup_text_ struct text commands = { 0 };
	char *line, *rest;
	int r = 0;

	ufw_compose(world, desired, &commands);
	rest = commands.s;
	while (r == 0 && (line = strsep(&rest, "\n")))
		r = *line ? run_ufw(line) : 0;
	return r;
}

const struct others_product others_ufw = {
	.name = "ufw",
	.place = "a rule of its own (ufw show added)",
	.is_present = ufw_is_present,
	.needs_rules = ufw_needs_rules,
	.is_done = ufw_is_done,
	.change = ufw_change,
};
