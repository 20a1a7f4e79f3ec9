/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kinds of values for what callers may reach. */
#include "config/internal.h"

#include <errno.h>

#define LAN_LENGTH_MIN                                                                             \
	8 /* bits; shorter ones are no network beside this machine but the Internet */

/* True when it is one of them. */
static bool parse_answer(const char *value, enum site_answer *ret)
{
	bool yes = str_eq(value, "yes");

	if (!yes && !str_eq(value, "no"))
		return false;
	*ret = yes ? SITE_ANSWER_YES : SITE_ANSWER_NO;
	return true;
}

static void get_answer(enum site_answer answer, struct text *ret_value)
{
	if (answer != SITE_ANSWER_UNSET)
		text_add(ret_value, answer == SITE_ANSWER_YES ? "yes" : "no");
}

static bool is_lan_prefix(const struct site_prefix *prefix)
{
	return prefix->length >= LAN_LENGTH_MIN && keys_is_host_address(prefix->address);
}

static int set_prefixes(struct site_rights *rights, const char *value, const char **ret_why)
{
	_cleanup_free_ char *copy = xstrdup(value);
	struct site_prefix prefixes[SITE_PREFIXES_MAX] = { 0 };
	char *save = NULL;
	unsigned n = 0;

	for (char *s = strtok_r(copy, " ", &save); s; s = strtok_r(NULL, " ", &save), n++) {
		if (n == ARRAY_SIZE(prefixes))
			return refuse(ret_why, "has more than 16 networks: write larger ones");
		if (site_parse_prefix(s, &prefixes[n]) < 0 || !is_lan_prefix(&prefixes[n]))
			return refuse(
				ret_why,
				"is neither yes, no nor networks: write them like 192.168.1.0/24, separated by blanks");
	}
	if (!n)
		return refuse(ret_why, "is blank: write yes, no or networks like 192.168.1.0/24");
	memcpy(rights->lan_prefixes, prefixes, n * sizeof(*prefixes));
	rights->n_lan_prefixes = n;
	rights->lan = SITE_ANSWER_YES;
	return 0;
}

static int set_lan(void *field, const char *value, const char **ret_why)
{
	struct site_rights *rights = field;

	if (!parse_answer(value, &rights->lan))
		return set_prefixes(rights, value, ret_why);
	rights->n_lan_prefixes = 0;
	return 0;
}

static void get_lan(const void *field, struct text *ret_value)
{
	const struct site_rights *rights = field;

	if (!rights->n_lan_prefixes)
		get_answer(rights->lan, ret_value);
	for (unsigned i = 0; i < rights->n_lan_prefixes; i++)
		text_addf(ret_value, "%s%s", i ? " " : "",
			  site_format_prefix(rights->lan_prefixes[i]));
}

static int set_talk(void *field, const char *value, const char **ret_why)
{
	if (parse_answer(value, &((struct site_rights *)field)->talk))
		return 0;
	return refuse(ret_why, "is neither yes nor no: write one of them");
}

static void get_talk(const void *field, struct text *ret_value)
{
	get_answer(((const struct site_rights *)field)->talk, ret_value);
}

static bool parse_port(const char *s, struct site_port *ret)
{
	ret->is_udp = str_starts(s, "udp/");
	return (ret->is_udp || str_starts(s, "tcp/")) &&
	       base_parse_uint(s + strlen("tcp/"), 1, 65535, &ret->number) == 0;
}

static int set_port_list(struct site_rights *rights, const char *value, const char **ret_why)
{
	_cleanup_free_ char *copy = xstrdup(value);
	struct site_port ports[SITE_PORTS_MAX] = { 0 };
	char *save = NULL;
	unsigned n = 0;

	for (char *s = strtok_r(copy, " ", &save); s; s = strtok_r(NULL, " ", &save), n++) {
		if (n == ARRAY_SIZE(ports))
			return refuse(ret_why, "has more than 16 ports: remove some");
		if (!parse_port(s, &ports[n]))
			return refuse(
				ret_why,
				"is neither none nor ports: write them like tcp/22 udp/123, separated by blanks");
	}
	if (!n)
		return refuse(ret_why, "is blank: write none or ports like tcp/22 udp/123");
	memcpy(rights->port, ports, n * sizeof(*ports));
	rights->n_ports = n;
	rights->ports = SITE_ANSWER_YES;
	return 0;
}

static int set_ports(void *field, const char *value, const char **ret_why)
{
	struct site_rights *rights = field;

	if (!str_eq(value, "none"))
		return set_port_list(rights, value, ret_why);
	rights->ports = SITE_ANSWER_NO;
	rights->n_ports = 0;
	return 0;
}

static void get_ports(const void *field, struct text *ret_value)
{
	const struct site_rights *rights = field;

	if (rights->ports == SITE_ANSWER_NO)
		text_add(ret_value, "none");
	for (unsigned i = 0; i < rights->n_ports; i++)
		text_addf(ret_value, "%s%s/%u", i ? " " : "",
			  rights->port[i].is_udp ? "udp" : "tcp", rights->port[i].number);
}

const struct config_kind keys_lan = { "yes, no or networks", .set = set_lan, .get = get_lan };
const struct config_kind keys_talk = { "yes or no", .set = set_talk, .get = get_talk };
const struct config_kind keys_ports = { "none or ports", .set = set_ports, .get = get_ports };
