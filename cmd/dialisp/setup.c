/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dialisp setup: from a fresh host to lines that answer calls; a second run changes nothing. */
#include <errno.h>
#include <stdio.h>

#include "accounts.h"
#include "detect.h"
#include "firewall/firewall.h"
#include "firewalls.h"
#include "migrate.h"
#include "net/network.h"
#include "prepare.h"
#include "ready.h"
#include "settings.h"
#include "util/file.h"
#include "util/template.h"

struct setup {
	const struct command_args *args;
	bool may_ask, dry_run;
	unsigned step;
	bool new_site;    /* there was no dialisp.conf */
	char **new_lines; /* names */
	size_t n_new_lines;
	char *new_user; /* NULL: none */
	char *password; /* read from stdin */
	struct migrate migrate;
	bool is_applied;
	struct common_change change;
};

#define N_STEPS 7

static void setup_free(struct setup *setup)
{
	for (size_t i = 0; i < setup->n_new_lines; i++)
		free(setup->new_lines[i]);
	free(setup->new_lines);
	free(setup->new_user);
	base_wipep(&setup->password);
	migrate_free(&setup->migrate);
	common_change_end(&setup->change);
}

static void say_step(struct setup *setup, const char *what)
{
	common_say("%u/%d %s", ++setup->step, N_STEPS, what);
}

/* --- arguments, checked before anything else --- */

static int check_pool(const struct command_args *args)
{
	const char *value = command_value(args, "pool");
	struct site_prefix pool;

	if (!value || site_parse_pool(value, &pool) == 0)
		return 0;
	report_error(
		"--pool %s: not an address pool: use one such as 10.77.0.0/24, from /16 to /28, host bits zero",
		value);
	return -EINVAL;
}

static int check_user(const struct command_args *args, bool may_ask)
{
	const char *user = command_value(args, "user");
	bool from_stdin = command_has(args, "password-stdin");

	if (from_stdin && !user)
		report_error("--password-stdin: no user: add --user NAME");
	else if (user && !from_stdin && !may_ask && !command_has(args, "dry-run"))
		report_error(
			"--user %s: no terminal to prompt for a password: use --password-stdin",
			user);
	else
		return user ? accounts_check_name(user) : 0;
	return -EINVAL;
}

static int check_arguments(struct setup *setup)
{
	const struct command_args *args = setup->args;
	int r = check_pool(args);

	if (r == 0)
		r = check_user(args, setup->may_ask);
	if (r == 0 && file_has_root() &&
	    (command_has(args, "port") || command_has(args, "probe-serial"))) {
		report_error(
			"%s: ports cannot be probed with --root: use dialisp --root DIR add-line --location LOCATION",
			command_has(args, "port") ? "--port" : "--probe-serial");
		r = -EINVAL;
	}
	return r;
}

/* --- the steps --- */

static int check_machine(struct setup *setup)
{
	_cleanup_free_ char *missing = NULL;
	enum prepare_consent consent = command_has(setup->args, "yes") ? PREPARE_CONSENT_GIVEN
				       : setup->may_ask                ? PREPARE_CONSENT_ASK
								       : PREPARE_CONSENT_NONE;
	int r;

	say_step(setup, "this host: systemd, kernel, programs");
	if (file_has_root()) {
		common_say("   not checked (--root)");
		return 0;
	}
	r = prepare_check_machine();
	if (r < 0)
		return r;
	if (!setup->dry_run)
		return prepare_ensure_programs(consent);
	missing = prepare_find_missing();
	if (missing)
		common_say("   would install %s", missing);
	return 0;
}

static int choose_network(struct setup *setup)
{
	struct network *network = &setup->change.site.network;
	const char *value = command_value(setup->args, "pool");
	struct site_prefix pool;
	int r;

	/* Written to dialisp.conf, so that a later apply does not depend on the name servers that
	 * the host uses at that time. */
	if (!file_has_root()) {
		network_fill_dns(network);
		network->firewall = firewall_choose();
	}
	if (value && site_parse_pool(value, &pool) == 0) {
		site_set_pool(network, pool);
		return 0;
	}
	r = network_choose_pool(network);
	if (r < 0)
		report_error("no free private address pool: %s: choose one with --pool NET",
			     strerror(-r));
	return r;
}

/* dialisp.conf belongs to the administrator: it is written once. */
static int compare_network(const struct setup *setup)
{
	const struct network *network = &setup->change.site.network;
	const char *value = command_value(setup->args, "pool");

	if (!value || str_eq(value, site_format_prefix(network->pool)))
		return 0;
	report_error("--pool %s: %s has %s: edit that file, then run dialisp apply", value,
		     CONFIG_FILE, site_format_prefix(network->pool));
	return -EEXIST;
}

static int load_site(struct setup *setup)
{
	struct common_change *change = &setup->change;
	int r = setup->dry_run ? 0 : common_change_lock(change);

	if (r == 0)
		r = common_load_new_site(&change->site);
	setup->new_site = r == -ENOENT;
	return setup->new_site ? 0 : r;
}

static int ensure_network(struct setup *setup)
{
	const struct network *network = &setup->change.site.network;
	int r = load_site(setup);

	if (r < 0)
		return r;
	say_step(setup, "configuration: " CONFIG_FILE);
	r = setup->new_site ? choose_network(setup) : compare_network(setup);
	if (r == 0)
		common_say("   %s; address pool %s", setup->new_site ? "new" : "already exists",
			   site_format_prefix(network->pool));
	return r;
}

static int find_conflicts(struct setup *setup)
{
	say_step(setup, "conflicting configuration");
	firewalls_report(&setup->change.site, FIREWALLS_WHEN_SETUP);
	return migrate_check(&setup->migrate, &setup->change.site, setup->args, setup->may_ask);
}

static int find_modems(struct setup *setup)
{
	struct site *site = &setup->change.site;
	int r = 0;

	say_step(setup, "modems");
	if (file_has_root())
		common_say("   not probed (--root)");
	else
		r = detect_lines(site, setup->args, setup->migrate.ports, setup->may_ask,
				 &setup->new_lines, &setup->n_new_lines);
	if (r == 0)
		migrate_give_back(&setup->migrate, site);
	if (r == 0)
		r = migrate_check_lines(&setup->migrate, site, setup->args);
	if (r == 0 && site->n_lines == 0)
		common_say(
			"   no modem found: plug one in and run dialisp add-line (RS-232 modem: dialisp add-line ttyUSB0)");
	return r;
}

/* Proposes the user that runs setup. NULL: no answer. */
static char *ask_user(void)
{
	const char *sudo_user = getenv("SUDO_USER");
	bool usable =
		sudo_user && !str_eq(sudo_user, "root") && !site_check_account_name(sudo_user);

	for (;;) {
		char *name =
			ask_line("   user name of the first account", usable ? sudo_user : "guest");

		if (!name || accounts_check_name(name) == 0)
			return name;
		free(name);
	}
}

static int make_account(struct setup *setup, const char *name)
{
	struct in_addr none = { 0 };
	int r = 0;

	setup->new_user = xstrdup(name);
	if (!setup->password && !setup->dry_run)
		r = ask_password(name, false, &setup->password);
	if (r == 0)
		r = accounts_add(&setup->change.site, name, setup->password ? setup->password : "?",
				 none);
	if (r == 0)
		common_say("   %s: new user", name);
	return r;
}

static int ensure_account(struct setup *setup)
{
	const struct site *site = &setup->change.site;
	const char *user = command_value(setup->args, "user");
	_cleanup_free_ char *asked = NULL;

	say_step(setup, "accounts");
	if (command_has(setup->args, "migrate")) {
		int r = migrate_add_accounts(&setup->migrate, &setup->change.site);

		if (r < 0)
			return r;
	}
	if (user && site_find_account(site, user)) {
		common_say(
			"   %s: already exists, unchanged; change the password with dialisp passwd %s",
			user, user);
		return 0;
	}
	if (user)
		return make_account(setup, user);
	if (site->n_accounts) {
		common_say("   %zu already configured", site->n_accounts);
		return 0;
	}
	if (!setup->may_ask || setup->dry_run) {
		common_say("   no users: add one with dialisp add-user NAME");
		return 0;
	}
	asked = ask_user();
	if (asked)
		return make_account(setup, asked);
	report_error("no user name given: nothing was changed");
	return -ENODATA;
}

/* --- writing --- */

static int resolve(const void *context, const char *name, struct text *ret_value)
{
	return config_resolve_site(context, name, ret_value);
}

static int write_config(struct setup *setup)
{
	const struct template_source source = { resolve, &setup->change.site };
	_cleanup_text_ struct text template = { 0 }, content = { 0 };
	struct template_error error = { 0 };
	int r = common_read_template("dialisp.conf", &template);

	if (r < 0)
		return r;
	r = template_render(text_str(&template), QUOTE_INI, &source, &content, &error);
	if (r < 0) {
		report_error("template dialisp.conf:%u: %s: %s", error.line, error.name, error.why);
		return r;
	}
	return common_write_file(&setup->change, CONFIG_FILE, &content, 0644);
}

static int write_facts(struct setup *setup)
{
	struct common_change *change = &setup->change;
	int r = setup->new_site ? write_config(setup) : 0;

	for (size_t i = 0; i < setup->n_new_lines && r == 0; i++)
		r = common_write_line(change, site_find_line(&change->site, setup->new_lines[i]));
	if (r == 0 && setup->new_user)
		r = common_write_account(change, site_find_account(&change->site, setup->new_user));
	for (size_t i = 0; i < setup->migrate.n_accounts && r == 0; i++)
		r = common_write_account(
			change, site_find_account(&change->site, setup->migrate.accounts[i]));
	return r;
}

static void say_account_file(const char *name)
{
	_cleanup_free_ char *path = config_account_path(name);

	common_say("   would write %s", path);
}

static int show_plan(struct setup *setup)
{
	const struct apply_options how = { .dry_run = true };
	struct apply_summary summary = { 0 };

	if (setup->new_site)
		common_say("   would write %s", CONFIG_FILE);
	for (size_t i = 0; i < setup->n_new_lines; i++)
		common_say("   would write %s/%s.conf", CONFIG_LINES, setup->new_lines[i]);
	if (setup->new_user)
		say_account_file(setup->new_user);
	for (size_t i = 0; i < setup->migrate.n_accounts; i++)
		say_account_file(setup->migrate.accounts[i]);
	return apply_site(&setup->change.site, &how, &summary);
}

static int write_and_apply(struct setup *setup)
{
	bool new_facts = setup->new_site || setup->n_new_lines || setup->new_user ||
			 setup->migrate.n_accounts;
	struct apply_summary summary = { 0 };
	int r;

	say_step(setup, "files and services");
	if (setup->dry_run)
		return show_plan(setup);
	r = write_facts(setup);
	if (r < 0)
		return common_take_back(&setup->change, r);
	setup->change.waits = true;
	r = common_apply(&setup->change, &summary);
	setup->is_applied = r == 0;
	if (r == 0 && !new_facts && common_is_nothing(&summary))
		common_say("   nothing to change");
	else if (r == 0)
		common_say_summary("   ", &summary);
	return r;
}

/* --- the end --- */

static int finish(struct setup *setup)
{
	const struct site *site = &setup->change.site;
	int r = 0;

	if (setup->dry_run) {
		common_say("nothing was changed (--dry-run)");
		return 0;
	}
	say_step(setup, "lines");
	if (file_has_root())
		common_say("   not started (--root)");
	else if (site->n_lines)
		r = ready_wait(site);
	else
		common_say("   no lines configured: plug a modem in, then run dialisp add-line");
	settings_say(site, setup->new_user);
	return r;
}

static int read_password(struct setup *setup)
{
	if (!command_has(setup->args, "password-stdin"))
		return 0;
	return ask_password(command_value(setup->args, "user"), true, &setup->password);
}

static int run_setup(const struct command_args *args)
{
	static int (*const steps[])(struct setup * setup) = {
		read_password, check_machine,  ensure_network,  find_conflicts,
		find_modems,   ensure_account, write_and_apply, finish,
	};
	_cleanup_(setup_free) struct setup setup = {
		.args = args,
		.may_ask = ask_is_possible() && !command_has(args, "yes"),
		.dry_run = command_has(args, "dry-run"),
		.change = COMMON_CHANGE_INIT,
	};
	int r = 0;

	if (check_arguments(&setup) < 0)
		return EXIT_USAGE;
	for (size_t i = 0; i < ARRAY_SIZE(steps) && r == 0; i++)
		r = steps[i](&setup);
	if (r < 0 && !setup.is_applied)
		migrate_give_back(&setup.migrate, NULL);
	return common_exit(r);
}

static const struct command_option options[] = {
	OPTION("yes", NULL, "do not ask; install missing packages", .letter = 'y'),
	OPTION("user", "NAME", "add this user"),
	OPTION("password-stdin", NULL, "read the password from the first line of standard input"),
	OPTION("port", "PORT", "probe this RS-232 port, too (may be repeated)", .repeated = true),
	OPTION("probe-serial", NULL, "probe RS-232 ports and unknown devices, too, without asking"),
	OPTION("pool", "NET", "address pool for callers (default: a free one, 10.77.0.0/24 first)"),
	OPTION("migrate", NULL,
	       "take over ports and accounts of other dial-in services on this host"),
	OPTION("dry-run", NULL, "show what would be done; change nothing"),
	{ 0 },
};

const struct command command_setup = {
	.name = "setup",
	.help = "set up a dial-up provider on this host; prompt for what cannot be detected",
	.options = options,
	.needs_root = true,
	.changes = true,
	.run = run_setup,
};
