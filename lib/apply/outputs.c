/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The outputs table: the generated files, and the values for their templates. */
#include "apply/outputs.h"

#include <errno.h>
#include <stddef.h>

#include "apply/apply.h"
#include "call/mgetty.h"
#include "call/pppd.h"
#include "firewall/firewall.h"
#include "paths.h"

static bool is_nft(const struct site *site)
{
	return site->network.firewall == SITE_FIREWALL_NFT;
}

static bool is_iptables(const struct site *site)
{
	return site->network.firewall == SITE_FIREWALL_IPTABLES;
}

/* In the order of publishing: mgetty's rows first, because a line without them would start
 * /bin/login; the udev rules last, because they start lines. */
const struct apply_output apply_outputs[] = {
	{
		.head = "login.config",
		.path = MGETTY_LOGIN,
		.mode = 0600, /* mgetty login.c ignores it with any other */
	},
	{
		.head = "options",
		.path = PPPD_DIR "/options",
		.mode = 0644,
	},
	{
		.head = "secrets.head",
		.item = "secrets.item",
		.each = APPLY_EACH_ACCOUNT,
		.path = PPPD_PAP,
		.mode = 0600,
		.secret = true,
		.quote = QUOTE_SECRETS,
	},
	{
		.head = "secrets.head",
		.item = "secrets.item",
		.each = APPLY_EACH_ACCOUNT,
		.path = PPPD_CHAP,
		.mode = 0600,
		.secret = true,
		.quote = QUOTE_SECRETS,
	},
	{
		.head = "hook",
		.path = PPPD_DIR "/ip-up",
		.mode = 0755,
		.quote = QUOTE_SHELL,
	},
	{
		.head = "hook",
		.path = PPPD_DIR "/ip-down",
		.mode = 0755,
		.quote = QUOTE_SHELL,
	},
	{
		.head = "hook",
		.path = PPPD_DIR "/ip-pre-up",
		.mode = 0755,
		.quote = QUOTE_SHELL,
	},
	{
		.item = "line.options",
		.each = APPLY_EACH_LINE,
		.path = PPPD_DIR "/%s.options",
		.mode = 0644,
		.quote = QUOTE_PPPD,
	},
	{
		.head = "firewall.nft",
		.path = FIREWALL_NFT_FILE,
		.is_wanted = is_nft,
		.mode = 0644,
		.quote = QUOTE_RULES,
		.reload = APPLY_RELOAD_FIREWALL,
	},
	{
		.head = "firewall.iptables",
		.path = FIREWALL_IPTABLES_FILE,
		.is_wanted = is_iptables,
		.mode = 0644,
		.quote = QUOTE_RULES,
		.reload = APPLY_RELOAD_FIREWALL,
	},
	{
		.head = "firewall.ip6tables",
		.path = FIREWALL_IP6TABLES_FILE,
		.is_wanted = is_iptables,
		.mode = 0644,
		.quote = QUOTE_RULES,
		.reload = APPLY_RELOAD_FIREWALL,
	},
	{
		.head = "sysctl.conf",
		.path = OUTPUTS_SYSCTL,
		.mode = 0644,
		.reload = APPLY_RELOAD_SYSCTL,
	},
	{
		.head = "mgetty.config.head",
		.item = "mgetty.config.item",
		.each = APPLY_EACH_LINE,
		.path = MGETTY_CONFIG,
		.mode = 0644,
		.quote = QUOTE_MGETTY,
		.reload = APPLY_RELOAD_LINE,
	},
	{
		.head = "lines.rules.head",
		.item = "lines.rules.item",
		.each = APPLY_EACH_LINE,
		.path = "/etc/udev/rules.d/90-dialisp-lines.rules",
		.mode = 0644,
		.quote = QUOTE_UDEV,
		.reload = APPLY_RELOAD_UDEV,
	},
};
const size_t apply_n_outputs = ARRAY_SIZE(apply_outputs);

unsigned outputs_reload_of_removal(const char *path)
{
	for (size_t i = 0; i < ARRAY_SIZE(apply_outputs); i++)
		if (apply_outputs[i].is_wanted && str_eq(apply_outputs[i].path, path))
			return apply_outputs[i].reload;
	return APPLY_RELOAD_NONE;
}

/* --- values that templates name --- */

/* A value is a field of what is rendered, told by its kind, or put together by a function. */
enum value_kind {
	VALUE_CHARS,  /* char[] */
	VALUE_STRING, /* char * */
	VALUE_NUMBER, /* unsigned */
	VALUE_ADDRESS,
	VALUE_PREFIX,
};

struct value {
	const char *name;
	enum {
		OF_SITE,
		OF_NETWORK,
		OF_LINE,
		OF_ACCOUNT
	} of;
	size_t offset;
	enum value_kind kind;
	int (*add)(const struct outputs_context *c,
		   struct text *t); /* instead of offset and kind */
};

static int add_server_name(const struct outputs_context *c __attribute__((unused)), struct text *t)
{
	text_add(t, SITE_SERVER_NAME);
	return 0;
}

static int add_libexec(const struct outputs_context *c __attribute__((unused)), struct text *t)
{
	text_add(t, PATH_LIBEXEC);
	return 0;
}

/* Templates have no conditions: a single server is handed out twice. */
static int add_dns2(const struct outputs_context *c, struct text *t)
{
	text_add(t, site_format_address(c->network->dns[c->network->n_dns > 1]));
	return 0;
}

static int add_ignore_carrier(const struct outputs_context *c, struct text *t)
{
	text_add(t, c->line->carrier == SITE_CARRIER_NONE ? "yes" : "no");
	return 0;
}

static int add_by_login(const struct outputs_context *c, struct text *t, const char *ppp,
			const char *text)
{
	text_add(t, site_line_login(c->site, c->line) == SITE_LOGIN_PPP ? ppp : text);
	return 0;
}

static int add_prompt_wait(const struct outputs_context *c, struct text *t)
{
	return add_by_login(c, t, "0", "500");
}

static int add_issue(const struct outputs_context *c, struct text *t)
{
	return add_by_login(c, t, "/dev/null", "dialisp");
}

static int add_prompt(const struct outputs_context *c, struct text *t)
{
	return add_by_login(c, t, "", "login:");
}

/* mgetty then does not read a name and starts the login program with an empty one (1.2.1,
 * logname.c). */
static int add_asks_nothing(const struct outputs_context *c, struct text *t)
{
	return add_by_login(c, t, "yes", "no");
}

static int add_init_chat(const struct outputs_context *c, struct text *t)
{
	const char *why;

	return mgetty_init_chat(c->line, t, &why);
}

/* Built-in ports have no ID_PATH; their device path is as stable. */
static int add_location_key(const struct outputs_context *c, struct text *t)
{
	text_add(t, str_starts(c->line->socket, "/devices/") ? "DEVPATH" : "ENV{ID_PATH}");
	return 0;
}

/* Templates have no conditions: a line on an adapter with one port matches once more what has
 * matched. */
static int add_port_key(const struct outputs_context *c, struct text *t)
{
	text_add(t, c->line->port_number >= 0 ? "ATTRS{port_number}" : "SUBSYSTEM");
	return 0;
}

static int add_port(const struct outputs_context *c, struct text *t)
{
	if (c->line->port_number >= 0)
		text_addf(t, "%d", c->line->port_number);
	else
		text_add(t, "tty");
	return 0;
}

/* The permitted addresses of this account. Without a fixed one: the whole pool, of which pppd then
 * uses that of the line. */
static int add_account_address(const struct outputs_context *c, struct text *t)
{
	text_add(t, c->account->address.s_addr ? site_format_address(c->account->address)
					       : site_format_prefix(c->network->pool));
	return 0;
}

#define FIELD(object, type, field, how)                                                            \
	.of = object, .offset = offsetof(struct type, field), .kind = how

/* Values of lines first: they are looked up most. */
static const struct value values[] = {
	{ "line", FIELD(OF_LINE, line, name, VALUE_CHARS) },
	{ "line-address", FIELD(OF_LINE, line, address, VALUE_ADDRESS) },
	{ "line-speed", FIELD(OF_LINE, line, speed, VALUE_NUMBER) },
	{ "line-rings", FIELD(OF_LINE, line, rings, VALUE_NUMBER) },
	{ "ignore-carrier", OF_LINE, .add = add_ignore_carrier },
	{ "prompt-wait", OF_LINE, .add = add_prompt_wait },
	{ "issue", OF_LINE, .add = add_issue },
	{ "prompt", OF_LINE, .add = add_prompt },
	{ "asks-nothing", OF_LINE, .add = add_asks_nothing },
	{ "init-chat", OF_LINE, .add = add_init_chat },
	{ "location-key", OF_LINE, .add = add_location_key },
	{ "location", FIELD(OF_LINE, line, socket, VALUE_STRING) },
	{ "port-key", OF_LINE, .add = add_port_key },
	{ "port", OF_LINE, .add = add_port },
	{ "server-name", OF_SITE, .add = add_server_name },
	{ "libexec", OF_SITE, .add = add_libexec },
	{ "idle", FIELD(OF_SITE, site, idle_s, VALUE_NUMBER) },
	{ "limit", FIELD(OF_SITE, site, limit_s, VALUE_NUMBER) },
	{ "pool", FIELD(OF_NETWORK, network, pool, VALUE_PREFIX) },
	{ "local", FIELD(OF_NETWORK, network, local, VALUE_ADDRESS) },
	{ "dns1", FIELD(OF_NETWORK, network, dns[0], VALUE_ADDRESS) },
	{ "dns2", OF_NETWORK, .add = add_dns2 },
	{ "account-name", FIELD(OF_ACCOUNT, account, name, VALUE_CHARS) },
	{ "account-password", FIELD(OF_ACCOUNT, account, password, VALUE_STRING) },
	{ "account-address", OF_ACCOUNT, .add = add_account_address },
};

static const struct value *find_value(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(values); i++)
		if (str_eq(values[i].name, name))
			return &values[i];
	return NULL;
}

static void add_field(const void *field, enum value_kind kind, struct text *t)
{
	switch (kind) {
	case VALUE_CHARS:
		text_add(t, field);
		break;
	case VALUE_STRING:
		text_add(t, *(char *const *)field);
		break;
	case VALUE_NUMBER:
		text_addf(t, "%u", *(const unsigned *)field);
		break;
	case VALUE_ADDRESS:
		text_add(t, site_format_address(*(const struct in_addr *)field));
		break;
	case VALUE_PREFIX:
		text_add(t, site_format_prefix(*(const struct site_prefix *)field));
		break;
	}
}

int outputs_resolve(const void *context, const char *name, struct text *ret_value)
{
	const struct outputs_context *c = context;
	const void *const objects[] = { [OF_SITE] = c->site,
					[OF_NETWORK] = c->network,
					[OF_LINE] = c->line,
					[OF_ACCOUNT] = c->account };
	const struct value *value = find_value(name);

	if (!value)
		return firewall_add_rules(&c->firewall, name, ret_value);
	if (!objects[value->of])
		return -ENOENT; /* no line or account here */
	if (value->add)
		return value->add(c, ret_value);
	add_field((const char *)objects[value->of] + value->offset, value->kind, ret_value);
	return 0;
}
