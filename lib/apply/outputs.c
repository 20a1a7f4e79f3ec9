/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The outputs table: what is generated, and where; and the values that its templates name. */
#include "apply/outputs.h"

#include <errno.h>

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

/* The order is that of publishing: mgetty's rows first, because a line without them would start
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

static int add_pool(const struct outputs_context *c, struct text *t)
{
	text_add(t, site_format_prefix(c->network->pool));
	return 0;
}

static int add_local(const struct outputs_context *c, struct text *t)
{
	text_add(t, site_format_address(c->network->local));
	return 0;
}

static int add_dns1(const struct outputs_context *c, struct text *t)
{
	text_add(t, site_format_address(c->network->dns[0]));
	return 0;
}

/* Templates know no conditions: a single one is handed out twice. */
static int add_dns2(const struct outputs_context *c, struct text *t)
{
	text_add(t, site_format_address(c->network->dns[c->network->n_dns > 1]));
	return 0;
}

static int add_idle(const struct outputs_context *c, struct text *t)
{
	text_addf(t, "%u", c->site->idle_s);
	return 0;
}

static int add_limit(const struct outputs_context *c, struct text *t)
{
	text_addf(t, "%u", c->site->limit_s);
	return 0;
}

static int add_line(const struct outputs_context *c, struct text *t)
{
	text_add(t, c->line->name);
	return 0;
}

static int add_line_address(const struct outputs_context *c, struct text *t)
{
	text_add(t, site_format_address(c->line->address));
	return 0;
}

static int add_line_speed(const struct outputs_context *c, struct text *t)
{
	text_addf(t, "%u", c->line->speed);
	return 0;
}

static int add_line_rings(const struct outputs_context *c, struct text *t)
{
	text_addf(t, "%u", c->line->rings);
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

/* mgetty then reads nothing and starts the login program for an empty name (1.2.1, logname.c). */
static int add_asks_nothing(const struct outputs_context *c, struct text *t)
{
	return add_by_login(c, t, "yes", "no");
}

static int add_init_chat(const struct outputs_context *c, struct text *t)
{
	const char *why;

	return mgetty_init_chat(c->line, t, &why);
}

/* Built-in ports have no ID_PATH; their place in the device tree is as lasting. */
static int add_socket_key(const struct outputs_context *c, struct text *t)
{
	text_add(t, str_starts(c->line->socket, "/devices/") ? "DEVPATH" : "ENV{ID_PATH}");
	return 0;
}

static int add_socket(const struct outputs_context *c, struct text *t)
{
	text_add(t, c->line->socket);
	return 0;
}

/* Templates know no conditions: a line on an adapter with one port asks a second time what is true
 * anyway. */
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

static int add_account_name(const struct outputs_context *c, struct text *t)
{
	text_add(t, c->account->name);
	return 0;
}

static int add_account_password(const struct outputs_context *c, struct text *t)
{
	text_add(t, c->account->password);
	return 0;
}

/* The addresses this account may have. Without one of its own: any of the pool, of which pppd then
 * takes the line's. */
static int add_account_address(const struct outputs_context *c, struct text *t)
{
	if (!c->account->address.s_addr)
		return add_pool(c, t);
	text_add(t, site_format_address(c->account->address));
	return 0;
}

/* Those of a line first: they are looked for most. */
static const struct {
	const char *name;
	enum apply_each each; /* where it has a meaning; NONE: everywhere */
	int (*add)(const struct outputs_context *c, struct text *t);
} names[] = {
	{ "line", APPLY_EACH_LINE, add_line },
	{ "line-address", APPLY_EACH_LINE, add_line_address },
	{ "line-speed", APPLY_EACH_LINE, add_line_speed },
	{ "line-rings", APPLY_EACH_LINE, add_line_rings },
	{ "ignore-carrier", APPLY_EACH_LINE, add_ignore_carrier },
	{ "prompt-wait", APPLY_EACH_LINE, add_prompt_wait },
	{ "issue", APPLY_EACH_LINE, add_issue },
	{ "prompt", APPLY_EACH_LINE, add_prompt },
	{ "asks-nothing", APPLY_EACH_LINE, add_asks_nothing },
	{ "init-chat", APPLY_EACH_LINE, add_init_chat },
	{ "socket-key", APPLY_EACH_LINE, add_socket_key },
	{ "socket", APPLY_EACH_LINE, add_socket },
	{ "port-key", APPLY_EACH_LINE, add_port_key },
	{ "port", APPLY_EACH_LINE, add_port },
	{ "server-name", APPLY_EACH_NONE, add_server_name },
	{ "libexec", APPLY_EACH_NONE, add_libexec },
	{ "pool", APPLY_EACH_NONE, add_pool },
	{ "local", APPLY_EACH_NONE, add_local },
	{ "dns1", APPLY_EACH_NONE, add_dns1 },
	{ "dns2", APPLY_EACH_NONE, add_dns2 },
	{ "idle", APPLY_EACH_NONE, add_idle },
	{ "limit", APPLY_EACH_NONE, add_limit },
	{ "account-name", APPLY_EACH_ACCOUNT, add_account_name },
	{ "account-password", APPLY_EACH_ACCOUNT, add_account_password },
	{ "account-address", APPLY_EACH_ACCOUNT, add_account_address },
};

int outputs_resolve(const void *context, const char *name, struct text *ret_value)
{
	const struct outputs_context *c = context;
	size_t i = 0;

	while (i < ARRAY_SIZE(names) && !str_eq(names[i].name, name))
		i++;
	if (i == ARRAY_SIZE(names))
		return firewall_add_rules(&c->firewall, name, ret_value);
	if ((names[i].each == APPLY_EACH_LINE && !c->line) ||
	    (names[i].each == APPLY_EACH_ACCOUNT && !c->account))
		return -ENOENT;
	return names[i].add(c, ret_value);
}
