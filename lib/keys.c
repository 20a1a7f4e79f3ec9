/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The keys of the configuration files, and the kinds of values they have. */
#include "config.h"

#include <arpa/inet.h>
#include <errno.h>

#include "at.h"
#include "quote.h"

static int refuse(const char **ret_why, const char *why)
{
	*ret_why = why;
	return -EINVAL;
}

/* An address that a machine may have: not "this network", loopback, or multicast and above. */
static bool is_host_address(struct in_addr address)
{
	unsigned first = ntohl(address.s_addr) >> 24;

	return first != 0 && first != 127 && first < 224;
}

static int set_subnet(void *field, const char *value, const char **ret_why)
{
	struct in_addr subnet;
	unsigned prefix;

	if (site_parse_subnet(value, &subnet, &prefix) < 0 || !is_host_address(subnet))
		return refuse(
			ret_why,
			"is not a subnet (write its first address and a prefix of 16 to 28: 10.77.0.0/24)");
	site_set_subnet(field, subnet, prefix);
	return 0;
}

static void get_subnet(const void *field, struct text *ret_value)
{
	const struct network *network = field;

	if (network->prefix)
		text_addf(ret_value, "%s/%u", site_format_address(network->subnet), network->prefix);
}

static int set_dns(void *field, const char *value, const char **ret_why)
{
	_cleanup_free_ char *copy = xstrdup(value);
	struct network *network = field;
	struct in_addr dns[2] = { 0 };
	char *save = NULL;
	unsigned n = 0;

	for (char *s = strtok_r(copy, " ", &save); s; s = strtok_r(NULL, " ", &save), n++) {
		if (n == ARRAY_SIZE(dns))
			return refuse(ret_why, "has more than two addresses (pppd hands out two)");
		if (site_parse_address(s, &dns[n]) < 0 || !is_host_address(dns[n]))
			return refuse(
				ret_why,
				"is not one or two addresses that callers can reach (write them with a blank between)");
	}
	memcpy(network->dns, dns, sizeof(dns));
	network->n_dns = n;
	return 0;
}

static void get_dns(const void *field, struct text *ret_value)
{
	const struct network *network = field;

	for (unsigned i = 0; i < network->n_dns; i++)
		text_addf(ret_value, "%s%s", i ? " " : "", site_format_address(network->dns[i]));
}

static const char *const firewalls[] = { [SITE_FIREWALL_NFT] = "nft" };

static int set_firewall(void *field, const char *value, const char **ret_why)
{
	struct network *network = field;

	for (size_t i = 0; i < ARRAY_SIZE(firewalls); i++) {
		if (!str_eq(value, firewalls[i]))
			continue;
		network->firewall = (enum site_firewall)i;
		return 0;
	}
	return refuse(ret_why, "is not a firewall known here (write nft)");
}

static void get_firewall(const void *field, struct text *ret_value)
{
	text_add(ret_value, firewalls[((const struct network *)field)->firewall]);
}

static int set_seconds(void *field, const char *value, const char **ret_why)
{
	if (base_parse_uint(value, 0, 86400, field) < 0)
		return refuse(ret_why, "is not a number of seconds (write 0 to 86400; 0 is never)");
	return 0;
}

static int set_rings(void *field, const char *value, const char **ret_why)
{
	if (base_parse_uint(value, 1, 9, field) < 0)
		return refuse(ret_why, "is not a number of rings (write 1 to 9)");
	return 0;
}

/* What mgetty and termios know; at 1200 bit/s opened and closed, Arduino-like boards enter their boot loader. */
static int set_speed(void *field, const char *value, const char **ret_why)
{
	static const unsigned speeds[] = { 2400, 4800, 9600, 19200, 38400, 57600, 115200, 230400, 460800 };
	unsigned speed;

	for (size_t i = 0; i < ARRAY_SIZE(speeds); i++) {
		if (base_parse_uint(value, speeds[i], speeds[i], &speed) < 0)
			continue;
		*(unsigned *)field = speed;
		return 0;
	}
	return refuse(
		ret_why,
		"is not a port speed (write 2400, 4800, 9600, 19200, 38400, 57600, 115200, 230400 or 460800)");
}

static void get_unsigned(const void *field, struct text *ret_value)
{
	text_addf(ret_value, "%u", *(const unsigned *)field);
}

static int set_port_number(void *field, const char *value, const char **ret_why)
{
	unsigned number;

	if (base_parse_uint(value, 0, 255, &number) < 0)
		return refuse(ret_why, "is not the number of an adapter's port (write 0 to 255)");
	*(int *)field = (int)number;
	return 0;
}

static void get_port_number(const void *field, struct text *ret_value)
{
	int number = *(const int *)field;

	if (number >= 0)
		text_addf(ret_value, "%d", number);
}

static int set_yes_no(void *field, const char *value, const char **ret_why)
{
	if (!str_eq(value, "yes") && !str_eq(value, "no"))
		return refuse(ret_why, "is neither yes nor no (write one of them)");
	*(bool *)field = str_eq(value, "yes");
	return 0;
}

static void get_yes_no(const void *field, struct text *ret_value)
{
	text_add(ret_value, *(const bool *)field ? "yes" : "no");
}

static int set_address(void *field, const char *value, const char **ret_why)
{
	struct in_addr address;

	if (site_parse_address(value, &address) < 0 || !is_host_address(address))
		return refuse(ret_why, "is not an address (write four numbers with dots: 10.77.0.2)");
	*(struct in_addr *)field = address;
	return 0;
}

static void get_address(const void *field, struct text *ret_value)
{
	const struct in_addr *address = field;

	if (address->s_addr)
		text_add(ret_value, site_format_address(*address));
}

static int replace(void *field, const char *value)
{
	free(*(char **)field);
	*(char **)field = xstrdup(value);
	return 0;
}

static void get_string(const void *field, struct text *ret_value)
{
	text_add(ret_value, *(char *const *)field ? *(char *const *)field : "");
}

static int set_text(void *field, const char *value, const char **ret_why)
{
	if (strlen(value) > 63)
		return refuse(ret_why, "is longer than 63 characters (shorten it)");
	for (const char *s = value; *s; s++)
		if (*s < ' ' || *s > '~')
			return refuse(ret_why, "has a character that is not printable ASCII (remove it)");
	return replace(field, value);
}

/* It becomes part of a udev rule. */
static int set_socket(void *field, const char *value, const char **ret_why)
{
	_cleanup_text_ struct text rule = { 0 };
	const char *why;

	if (strlen(value) > 255 || strchr(value, ' ') || quote_add(&rule, QUOTE_UDEV, value, &why) < 0)
		return refuse(ret_why, "is not a socket of this machine (remove the line and add it again)");
	return replace(field, value);
}

static int set_dialect(void *field, const char *value, const char **ret_why)
{
	if (!at_find_dialect(value))
		return refuse(ret_why, "is not a dialect known here (write generic)");
	return replace(field, value);
}

static int set_init(void *field, const char *value, const char **ret_why)
{
	const char *why = at_check_init(value);

	return why ? refuse(ret_why, why) : replace(field, value);
}

static int set_password(void *field, const char *value, const char **ret_why)
{
	const char *why = site_check_password(value);

	return why ? refuse(ret_why, why) : replace(field, value);
}

#define KIND(id, text, set, get) static const struct config_kind kind_##id = { text, set, get }
KIND(subnet, "subnet", set_subnet, get_subnet);
KIND(dns, "addresses", set_dns, get_dns);
KIND(firewall, "nft", set_firewall, get_firewall);
KIND(seconds, "seconds", set_seconds, get_unsigned);
KIND(rings, "1 to 9", set_rings, get_unsigned);
KIND(speed, "bit/s", set_speed, get_unsigned);
KIND(number, "number", set_port_number, get_port_number);
KIND(yes_no, "yes or no", set_yes_no, get_yes_no);
KIND(address, "address", set_address, get_address);
KIND(text, "text", set_text, get_string);
KIND(socket, "socket", set_socket, get_string);
KIND(dialect, "dialect", set_dialect, get_string);
KIND(init, "AT commands", set_init, get_string);
KIND(password, "password", set_password, get_string);

#define SITE(section, key, kind, field)                                                                      \
	CONFIG_FILE_SITE, section, key, &kind_##kind, offsetof(struct site, field)
#define LINE(key, kind, field) CONFIG_FILE_LINE, "line", key, &kind_##kind, offsetof(struct line, field)
#define USER(key, kind, field) CONFIG_FILE_USER, "user", key, &kind_##kind, offsetof(struct account, field)

const struct config_key config_keys[] = {
	{ SITE("network", "subnet", subnet, network), NULL, "addresses for callers; ours is the first" },
	{ SITE("network", "dns", dns, network), "", "name servers for callers; none: those of this machine" },
	{ SITE("network", "firewall", firewall, network), "nft",
	  "who filters and translates callers' packets" },
	{ SITE("calls", "idle", seconds, idle_s), "0", "a call without traffic ends after this; 0: never" },
	{ SITE("calls", "limit", seconds, limit_s), "0", "a call ends after this; 0: never" },
	{ LINE("socket", socket, socket), NULL, "where the modem is plugged in (ID_PATH or device path)" },
	{ LINE("port-number", number, port_number), "", "port of an adapter that has several" },
	{ LINE("driver", text, driver), "", "kernel driver seen when the line was added" },
	{ LINE("dialect", dialect, dialect), "generic", "which AT commands the modem understands" },
	{ LINE("modem", text, modem), "", "what the modem said it is" },
	{ LINE("speed", speed, speed), "115200", "speed of the serial port" },
	{ LINE("rings", rings, rings), "1", "rings before the call is answered" },
	{ LINE("caller-id", yes_no, caller_id), "no", "whether the modem reports the caller's number" },
	{ LINE("init", init, init), "", "more AT commands for the modem, without AT, blanks between" },
	{ LINE("address", address, address), NULL, "the caller's address" },
	{ USER("password", password, password), NULL, "the caller's password" },
	{ USER("address", address, address), "", "fixed address; none: that of the line" },
};
const size_t config_n_keys = ARRAY_SIZE(config_keys);
