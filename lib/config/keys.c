/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The keys of the configuration files, and the kinds of values they have. */
#include "config/config.h"

#include <arpa/inet.h>

#include "config/internal.h"
#include "modem/at.h"
#include "modem/dialect.h"
#include "util/quote.h"

bool keys_is_host_address(struct in_addr address)
{
	unsigned first = ntohl(address.s_addr) >> 24;

	return first != 0 && first != 127 && first < 224;
}

static int set_pool(void *field, const char *value, const char **ret_why)
{
	struct site_prefix pool;

	if (site_parse_pool(value, &pool) < 0 || !keys_is_host_address(pool.address))
		return refuse(
			ret_why,
			"is not an address pool: write its first address and a prefix of 16 to 28: 10.77.0.0/24");
	site_set_pool(field, pool);
	return 0;
}

static void get_pool(const void *field, struct text *ret_value)
{
	const struct network *network = field;

	if (network->pool.length)
		text_add(ret_value, site_format_prefix(network->pool));
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
			return refuse(ret_why, "has more than two addresses: write one or two");
		if (site_parse_address(s, &dns[n]) < 0 || !keys_is_host_address(dns[n]))
			return refuse(
				ret_why,
				"is not one or two addresses that callers can reach: separate them by a blank");
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

/* V.34 and older; higher rates exist only on digital lines. 0: no limit. */
static int set_rate(void *field, const char *value, const char **ret_why)
{
	unsigned rate;

	if (base_parse_uint(value, 0, 33600, &rate) < 0 ||
	    (rate % 2400 && rate != 1200 && rate != 300))
		return refuse(
			ret_why,
			"is not a rate of telephone modems: write 300, 1200 or a multiple of 2400 up to 33600; 0 is no limit");
	*(unsigned *)field = rate;
	return 0;
}

/* What mgetty and termios know; at 1200 bit/s opened and closed, Arduino-like boards enter their
 * boot loader. */
static int set_speed(void *field, const char *value, const char **ret_why)
{
	static const unsigned speeds[] = { 2400,  4800,   9600,   19200, 38400,
					   57600, 115200, 230400, 460800 };
	unsigned speed;

	for (size_t i = 0; i < ARRAY_SIZE(speeds); i++) {
		if (base_parse_uint(value, speeds[i], speeds[i], &speed) < 0)
			continue;
		*(unsigned *)field = speed;
		return 0;
	}
	return refuse(
		ret_why,
		"is not a port speed: write 2400, 4800, 9600, 19200, 38400, 57600, 115200, 230400 or 460800");
}

static void get_unsigned(const void *field, struct text *ret_value)
{
	text_addf(ret_value, "%u", *(const unsigned *)field);
}

static void get_rate(const void *field, struct text *ret_value)
{
	if (*(const unsigned *)field)
		get_unsigned(field, ret_value);
}

static int set_port_number(void *field, const char *value, const char **ret_why)
{
	unsigned number;

	if (base_parse_uint(value, 0, 255, &number) < 0)
		return refuse(ret_why, "is not a port number: write 0 to 255");
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
		return refuse(ret_why, "is neither yes nor no: write one of them");
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

	if (site_parse_address(value, &address) < 0 || !keys_is_host_address(address))
		return refuse(ret_why,
			      "is not an address: write four numbers with dots: 10.77.0.2");
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
	base_wipep(field);
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
		return refuse(ret_why, "is longer than 63 characters: shorten it");
	for (const char *s = value; *s; s++)
		if (*s < ' ' || *s > '~')
			return refuse(ret_why,
				      "has a character that is not printable ASCII: remove it");
	return replace(field, value);
}

/* It becomes part of a udev rule. */
static int set_socket(void *field, const char *value, const char **ret_why)
{
	_cleanup_text_ struct text rule = { 0 };
	const char *why;

	if (strlen(value) > 255 || strchr(value, ' ') ||
	    quote_add(&rule, QUOTE_UDEV, value, &why) < 0)
		return refuse(ret_why, "is not a location: remove the line and add it again");
	return replace(field, value);
}

static int set_dialect(void *field, const char *value, const char **ret_why)
{
	if (!dialect_find(value))
		return refuse(ret_why, "is not a known dialect: write generic");
	return replace(field, value);
}

static int set_init(void *field, const char *value, const char **ret_why)
{
	const char *why = at_check_init(value);

	return why ? refuse(ret_why, why) : replace(field, value);
}

static bool is_dialects_flow(const char *value)
{
	const struct dialect *dialect;

	for (size_t i = 0; (dialect = dialect_at(i)); i++)
		for (const char *const *flow = dialect->flow; *flow; flow++)
			if (str_eq(*flow, value))
				return true;
	return false;
}

/* Only the dialects' own commands may have backslashes: in others mgetty would read them as
 * escapes. */
static int set_flow(void *field, const char *value, const char **ret_why)
{
	const char *why;

	if (str_eq(value, "none") || is_dialects_flow(value))
		return replace(field, value);
	if (strchr(value, ' '))
		return refuse(ret_why, "is more than one command: join them, or write none");
	why = at_check_init(value);
	return why ? refuse(ret_why, why) : replace(field, value);
}

/* These are omitted and never sent: any text that is safe in a file is valid. */
static int set_without(void *field, const char *value, const char **ret_why)
{
	if (strlen(value) > AT_LINE_MAX)
		return refuse(ret_why,
			      "is longer than 255 characters: remove the line and add it again");
	for (const char *s = value; *s; s++)
		if (*s < ' ' || *s > '~' || strchr("\"'", *s))
			return refuse(
				ret_why,
				"has a quote or a character that is not printable ASCII: remove it");
	return replace(field, value);
}

static int set_password(void *field, const char *value, const char **ret_why)
{
	const char *why = site_check_password(value);

	return why ? refuse(ret_why, why) : replace(field, value);
}

#define KIND(id, text, set_value, get_value)                                                       \
	static const struct config_kind kind_##id = { .name = text,                                \
						      .set = set_value,                            \
						      .get = get_value }
#define NUMBER(id, text, from, to, reason)                                                         \
	static const struct config_kind kind_##id = { text, from, to, .why = reason }
#define WORD(id, text, name_of, reason)                                                            \
	static const struct config_kind kind_##id = { .name = text, .word = name_of, .why = reason }

KIND(pool, "prefix", set_pool, get_pool);
KIND(dns, "addresses", set_dns, get_dns);
KIND(speed, "bit/s", set_speed, get_unsigned);
KIND(number, "number", set_port_number, get_port_number);
KIND(yes_no, "yes or no", set_yes_no, get_yes_no);
KIND(address, "address", set_address, get_address);
KIND(text, "text", set_text, get_string);
KIND(socket, "location", set_socket, get_string);
KIND(dialect, "dialect", set_dialect, get_string);
KIND(init, "AT commands", set_init, get_string);
KIND(flow, "AT command or none", set_flow, get_string);
KIND(without, "AT commands", set_without, get_string);
KIND(rate, "bit/s", set_rate, get_rate);
KIND(password, "password", set_password, get_string);

NUMBER(seconds, "seconds", 0, 86400, "is not a number of seconds: write 0 to 86400; 0 is never");
NUMBER(max_failed_logins, "0 to 100", 0, 100,
       "is not a number of failed logins: write 0 to 100; 0 never delays");
/* The exchange ends a call that rings for much longer. */
NUMBER(delay, "1 to 300", 1, 300, "is not a number of seconds to delay: write 1 to 300");
NUMBER(rings, "1 to 9", 1, 9, "is not a number of rings: write 1 to 9");
NUMBER(connections, "number", 0, 65535,
       "is not a number of connections: write 0 to 65535; 0 is no limit");

WORD(firewall, "nft, iptables or none", site_firewall_name,
     "is not a known firewall: write nft, iptables or none");
WORD(carrier, "hangup, watch or none", site_carrier_name,
     "is not a way to detect carrier loss: write hangup, watch or none");
WORD(login, "ppp or text", site_login_name, "is not a login method: write ppp or text");

/* --- of keys-network.c --- */
#define kind_lan     keys_lan
#define kind_talk    keys_talk
#define kind_ports   keys_ports
/* --- of keys-pace.c --- */
#define kind_mtu     keys_mtu
#define kind_shaping keys_shaping

#define SITE(section, key, kind, field)                                                            \
	CONFIG_FILE_SITE, section, key, &kind_##kind, offsetof(struct site, field)
#define LINE(key, kind, field)                                                                     \
	CONFIG_FILE_LINE, "line", key, &kind_##kind, offsetof(struct line, field)
#define USER(key, kind, field)                                                                     \
	CONFIG_FILE_USER, "user", key, &kind_##kind, offsetof(struct account, field)

const struct config_key config_keys[] = {
	{ SITE("network", "pool", pool, network), NULL,
	  "addresses for callers; ours is the first" },
	{ SITE("network", "dns", dns, network), "",
	  "name servers for callers; empty: those of this host" },
	{ SITE("network", "firewall", firewall, network.firewall), "nft",
	  "backend that filters and translates packets of callers" },
	{ SITE("network", "lan-access", lan, network.rights), "no",
	  "local networks that callers can reach" },
	{ SITE("network", "callers-talk", talk, network.rights), "no",
	  "whether callers can reach each other" },
	{ SITE("network", "ports", ports, network.rights), "",
	  "ports of this host that callers can reach" },
	{ SITE("network", "block-smtp", yes_no, network.block_smtp), "no",
	  "whether outgoing connections to TCP port 25 are blocked" },
	{ SITE("network", "connections", connections, network.connections), "0",
	  "maximum number of connections per caller; 0: no limit" },
	{ SITE("calls", "idle", seconds, idle_s), "0",
	  "end a call after this time without traffic; 0: never" },
	{ SITE("calls", "limit", seconds, limit_s), "0", "end a call after this time; 0: never" },
	{ SITE("calls", "max-failed-logins", max_failed_logins, max_failed_logins), "5",
	  "failed logins in a row before the next answer is delayed; 0: never" },
	{ SITE("calls", "failed-login-delay", delay, failed_login_delay_s), "30",
	  "seconds of delay; doubled three times at most" },
	{ SITE("calls", "login", login, login), "ppp",
	  "what callers see: PPP at once, or a login prompt" },
	{ SITE("calls", "mtu", mtu, mtu), "auto", "largest packet; auto: by the rate of the call" },
	{ SITE("calls", "shaping", shaping, shaping), "auto",
	  "shaper for packets to callers; a number: its rate" },
	{ LINE("location", socket, socket), NULL,
	  "location of the modem (ID_PATH or device path)" },
	{ LINE("port-number", number, port_number), "", "port of a multi-port adapter" },
	{ LINE("driver", text, driver), "", "kernel driver when the line was added" },
	{ LINE("dialect", dialect, dialect), "generic", "dialect of AT commands" },
	{ LINE("modem", text, modem), "", "identification of the modem" },
	{ LINE("speed", speed, speed), "115200", "port speed" },
	{ LINE("rings", rings, rings), "1", "rings before the call is answered" },
	{ LINE("caller-id", yes_no, caller_id), "no", "whether the modem reports caller ID" },
	{ LINE("init", init, init), "", "extra AT commands, without AT, separated by blanks" },
	{ LINE("flow", flow, flow), "", "AT command that enables RTS/CTS; none: no flow control" },
	{ LINE("without", without, without), "", "commands of the dialect that the modem rejects" },
	{ LINE("max-rate", rate, max_rate), "0", "maximum line rate; 0: no limit" },
	{ LINE("carrier", carrier, carrier), "hangup", "how carrier loss is detected" },
	{ LINE("login", login, login), "", "what callers see; empty: as in section calls" },
	{ LINE("mtu", mtu, mtu), "", "largest packet; empty: as in section calls" },
	{ LINE("shaping", shaping, shaping), "", "shaper; empty: as in section calls" },
	{ LINE("address", address, address), NULL, "address of callers on this line" },
	{ USER("password", password, password), NULL, "password of the user" },
	{ USER("address", address, address), "", "fixed address; empty: that of the line" },
	{ USER("lan-access", lan, rights), "", "local networks that this user can reach" },
	{ USER("callers-talk", talk, rights), "",
	  "whether this user and other callers can reach each other" },
	{ USER("ports", ports, rights), "", "ports of this host that this user can reach" },
};
const size_t config_n_keys = ARRAY_SIZE(config_keys);

static int set_word(const struct config_kind *kind, unsigned *field, const char *value)
{
	const char *word;

	for (unsigned i = 0; (word = kind->word(i)); i++) {
		if (!str_eq(value, word))
			continue;
		*field = i;
		return 0;
	}
	return -EINVAL;
}

int config_set(const struct config_key *key, void *object, const char *value, const char **ret_why)
{
	const struct config_kind *kind = key->kind;
	void *field = (char *)object + key->field;

	if (kind->set)
		return kind->set(field, value, ret_why);
	*ret_why = kind->why;
	if (kind->word)
		return set_word(kind, field, value);
	return base_parse_uint(value, kind->min, kind->max, field) < 0 ? -EINVAL : 0;
}

void config_get(const struct config_key *key, const void *object, struct text *ret_value)
{
	const struct config_kind *kind = key->kind;
	const void *field = (const char *)object + key->field;

	if (kind->get)
		kind->get(field, ret_value);
	else if (kind->word)
		text_add(ret_value, kind->word(*(const unsigned *)field));
	else
		text_addf(ret_value, "%u", *(const unsigned *)field);
}
