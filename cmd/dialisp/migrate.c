/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Conflicting configuration: listed, and taken over with setup --migrate. */
#include "migrate.h"

#include "accounts.h"
#include "lines.h"
#include "port/tty.h"
#include "systemd/systemd.h"
#include "util/file.h"
#include "util/journal.h"

#define STOP_MS 90000 /* DefaultTimeoutStopSec */

void migrate_free(struct migrate *migrate)
{
	for (size_t i = 0; i < migrate->n_units; i++) {
		free(migrate->units[i].name);
		free(migrate->units[i].port);
	}
	for (size_t i = 0; i < migrate->n_accounts; i++)
		free(migrate->accounts[i]);
	conflicts_free(&migrate->shown);
	free(migrate->units);
	free(migrate->ports); /* the units' */
	free(migrate->accounts);
}

/* --- the list --- */

static void show_finding(const struct conflicts_finding *finding, bool is_setup)
{
	_cleanup_free_ char *path = file_path(finding->path), *place = NULL, *pid = NULL;

	place = finding->line ? xasprintf("%s:%u", path, finding->line) : xstrdup(path);
	pid = finding->pid ? xasprintf(" (pid %d)", (int)finding->pid) : xstrdup("");
	if (finding->severity != CONFLICTS_SEVERITY_NOTE)
		report_warning("%s: %s%s: %s", place, finding->what, pid, finding->cure);
	else if (is_setup)
		common_say("   %s: %s%s: %s", place, finding->what, pid, finding->cure);
}

static void mark_ports(const struct conflicts *found, struct conflicts_port *ports, size_t n)
{
	for (size_t i = 0; i < found->n; i++)
		for (size_t j = 0; j < n; j++)
			if (found->findings[i].port &&
			    str_eq(found->findings[i].port, ports[j].name))
				ports[j].is_line = true;
}

/* A port of another mgetty becomes a line if it is taken over, so all conflicts of that port are
 * listed now. */
static void list(const struct site *site, struct conflicts_port *ports, size_t n,
		 struct conflicts *ret)
{
	const struct conflicts_scope scope = { site, ports, n };

	conflicts_list(&scope, ret);
	if (!ports)
		return;
	mark_ports(ret, ports, n);
	conflicts_free(ret);
	conflicts_list(&scope, ret);
}

static bool is_named(const struct lines_ports *ports, const struct command_args *args,
		     const struct udev_port *port)
{
	const char *device;
	size_t i = 0;

	while (args && (device = command_next(args, "port", &i)))
		if (udev_find_port(ports->ports, ports->n, device) == port)
			return true;
	return false;
}

/* `args` NULL: only existing lines. With --root no ports are known. */
static int list_here(const struct site *site, const struct command_args *args,
		     struct conflicts *ret)
{
	_cleanup_ports_ struct lines_ports ports = { 0 };
	_cleanup_free_ struct conflicts_port *scope = NULL;
	size_t n = 0;
	int r = file_has_root() ? 0 : lines_ports_load(&ports);

	if (r < 0)
		return r;
	scope = file_has_root() ? NULL : xcalloc(ports.n + 1, sizeof(*scope));
	for (size_t i = 0; i < ports.n; i++) {
		const struct udev_port *port = &ports.ports[i];
		bool is_line = lines_find_port(site, port) || is_named(&ports, args, port);

		if (args)
			is_line |= port->class == UDEV_CLASS_MODEM;
		if (is_line || (args && port->class != UDEV_CLASS_NEVER))
			scope[n++] = (struct conflicts_port){ port->name, is_line };
	}
	list(site, scope, n, ret);
	return 0;
}

/* Prints the new entries of `found` and keeps it. */
static void show_new(struct migrate *migrate, struct conflicts *found)
{
	for (size_t i = 0; i < found->n; i++)
		if (!conflicts_has(&migrate->shown, &found->findings[i]))
			show_finding(&found->findings[i], true);
	conflicts_free(&migrate->shown);
	migrate->shown = *found;
}

void migrate_warn(const struct site *site)
{
	_cleanup_(conflicts_free) struct conflicts found = { 0 };

	if (list_here(site, NULL, &found) < 0)
		return;
	for (size_t i = 0; i < found.n; i++)
		show_finding(&found.findings[i], false);
}

/* --- units --- */

static bool has_unit(const struct migrate *migrate, const char *name)
{
	for (size_t i = 0; i < migrate->n_units; i++)
		if (str_eq(migrate->units[i].name, name))
			return true;
	return false;
}

/* The state of the unit is recorded for undo before it is changed. */
static int take_unit(struct migrate *migrate, const struct conflicts_finding *finding)
{
	struct migrate_unit taken = { 0 };
	struct systemd_unit unit = { 0 };
	char state[24] = "";
	int r = systemd_get_file_state(finding->unit, state, sizeof(state));

	if (r == 0)
		r = systemd_get(finding->unit, &unit);
	if (r == 0)
		r = journal_note_unit(finding->unit, state, unit.active);
	if (r < 0)
		return r;
	taken.was_enabled = str_eq(state, "enabled");
	taken.was_active = !str_eq(unit.active, "inactive") && !str_eq(unit.active, "failed");
	taken.name = xstrdup(finding->unit);
	taken.port = xstrdup(finding->port);
	migrate->units = xrealloc(migrate->units, migrate->n_units + 1, sizeof(*migrate->units));
	migrate->units[migrate->n_units++] = taken;
	if (taken.was_enabled)
		r = systemd_disable(finding->unit);
	if (r == 0)
		r = systemd_job(SYSTEMD_VERB_STOP, finding->unit, STOP_MS);
	if (r == 0)
		common_say(
			"   %s: stopped and disabled; to restore it run systemctl enable --now %s",
			finding->unit, finding->unit);
	return r;
}

static bool is_wanted(const struct conflicts_finding *finding, const struct command_args *args,
		      bool may_ask)
{
	if (command_has(args, "migrate"))
		return true;
	return may_ask && !command_has(args, "dry-run") &&
	       ask_yes(false, "   stop and disable %s and use %s for dialisp?", finding->unit,
		       finding->port);
}

static void collect_ports(struct migrate *migrate)
{
	migrate->ports = xcalloc(migrate->n_units + 1, sizeof(*migrate->ports));
	for (size_t i = 0; i < migrate->n_units; i++)
		migrate->ports[i] = migrate->units[i].port;
}

static int take_units(struct migrate *migrate, const struct command_args *args, bool may_ask)
{
	int r = 0;

	for (size_t i = 0; i < migrate->shown.n && r == 0; i++) {
		const struct conflicts_finding *finding = &migrate->shown.findings[i];

		if (!finding->unit || has_unit(migrate, finding->unit) ||
		    !is_wanted(finding, args, may_ask))
			continue;
		if (file_has_root() || command_has(args, "dry-run"))
			common_say("   would stop and disable %s", finding->unit);
		else
			r = take_unit(migrate, finding);
	}
	collect_ports(migrate);
	return r;
}

static bool is_line(const struct site *site, const struct lines_ports *ports, const char *name)
{
	const struct udev_port *port = udev_find_port(ports->ports, ports->n, name);

	return port && lines_find_port(site, port);
}

static void give_back(struct migrate_unit *unit)
{
	const char *const units[] = { unit->name, NULL };

	if (unit->was_enabled)
		(void)!systemd_enable(units);
	if (unit->was_active)
		(void)!systemd_job(SYSTEMD_VERB_START, unit->name, STOP_MS);
	unit->is_back = true;
	common_say("   %s: restored: %s is not a dialisp line", unit->name, unit->port);
}

void migrate_give_back(struct migrate *migrate, const struct site *site)
{
	_cleanup_ports_ struct lines_ports ports = { 0 };

	if (migrate->n_units == 0 || (site && lines_ports_load(&ports) < 0))
		return;
	for (size_t i = 0; i < migrate->n_units; i++)
		if (!migrate->units[i].is_back &&
		    (!site || !is_line(site, &ports, migrate->units[i].port)))
			give_back(&migrate->units[i]);
}

int migrate_check(struct migrate *migrate, const struct site *site, const struct command_args *args,
		  bool may_ask)
{
	struct conflicts found = { 0 };
	int r = list_here(site, args, &found);

	if (r < 0)
		return r;
	if (found.n == 0)
		common_say("   no conflicts found");
	show_new(migrate, &found);
	return take_units(migrate, args, may_ask);
}

int migrate_check_lines(struct migrate *migrate, const struct site *site,
			const struct command_args *args)
{
	struct conflicts found = { 0 };
	int r = list_here(site, args, &found);

	if (r < 0)
		return r;
	show_new(migrate, &found);
	return 0;
}

/* --- accounts --- */

int migrate_add_accounts(struct migrate *migrate, struct site *site)
{
	struct conflicts_login *logins = NULL;
	struct in_addr any = { 0 };
	size_t n = 0;
	int r = 0;

	conflicts_list_logins(site, &logins, &n);
	migrate->accounts = xcalloc(n + 1, sizeof(*migrate->accounts));
	for (size_t i = 0; i < n && r == 0; i++) {
		r = accounts_add(site, logins[i].name, logins[i].password, any);
		if (r < 0)
			break;
		migrate->accounts[migrate->n_accounts++] = xstrdup(logins[i].name);
		common_say("   %s: new user, password taken over", logins[i].name);
	}
	conflicts_free_logins(logins, n);
	return r;
}
