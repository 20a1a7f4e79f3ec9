/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reloads: notifies the programs that read a changed file; the firewall is loaded before the first
 * call. */
#include "apply/reload.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>

#include "apply/outputs.h"
#include "call/mgetty.h"
#include "port/tty.h"
#include "port/udev.h"
#include "systemd/systemd.h"
#include "util/report.h"
#include "util/run.h"

#define RELOAD_UDEV_MS       30000
#define RELOAD_START_MS      30000
#define RELOAD_START_EACH_MS 1000
#define RELOAD_FIREWALL_MS   30000
#define RELOAD_SYSCTL_MS     10000
/* mgetty initialises a modem in 2 s; a caller whose RINGs it counts is recorded by then, or has
 * given up. */
#define RELOAD_SETTLE_MS     10000
#define RELOAD_POLL_MS       200

#define SYSTEMD_SYSCTL "/usr/lib/systemd/systemd-sysctl"

bool reload_is_possible(void)
{
	if (systemd_is_running())
		return true;
	report_warning("systemd is not running: files are written, nothing is started");
	return false;
}

void reload_free(struct reload *reload)
{
	free(reload->lines);
	*reload = (struct reload){ 0 };
}

void reload_add_line(struct reload *reload, const char *name, const struct line *line)
{
	struct reload_line *new;

	for (size_t i = 0; i < reload->n_lines; i++)
		if (str_eq(reload->lines[i].name, name))
			return;
	reload->lines = xrealloc(reload->lines, reload->n_lines + 1, sizeof(*reload->lines));
	new = &reload->lines[reload->n_lines++];
	*new = (struct reload_line){ .line = line };
	base_copy(new->name, sizeof(new->name), name);
}

static int stop_line(const struct reload_line *line)
{
	_cleanup_free_ char *unit = systemd_line_unit(line->name);
	int r = systemd_job(SYSTEMD_VERB_STOP, unit, SYSTEMD_LINE_STOP_MS);

	if (r < 0)
		report_error("%s: its files stay until %s can be stopped", line->name, unit);
	return r;
}

/* Whether the new rule for this line matches another port. An unknown port number proves nothing:
 * it depends on what else is plugged in (udev.c, drop_port_numbers). */
static bool is_elsewhere(const struct udev_port *port, const struct line *line)
{
	bool has_numbers = port->port_number >= 0 && line->port_number >= 0;

	return !str_eq(port->socket, line->socket) ||
	       (has_numbers && port->port_number != line->port_number);
}

/* 1: the new rules remove the link of the present port, and so the device of the unit; 0: they do
 * not; -errno */
static int loses_device(const struct reload_line *line)
{
	struct udev_port *ports = NULL;
	const struct udev_port *port;
	size_t n = 0;
	int r;

	if (!line->line)
		return 1;
	r = udev_list_ports(&ports, &n);
	if (r < 0)
		return r;
	port = udev_find_port(ports, n, line->port);
	r = port && is_elsewhere(port, line->line);
	udev_free_ports(ports, n);
	return r;
}

static int check_call(const struct reload_line *line, const char *unit, pid_t main_pid)
{
	int r;

	if (!main_pid || mgetty_judge(line->name, main_pid) != MGETTY_STATE_BUSY)
		return 0;
	r = loses_device(line);
	if (r <= 0)
		return r;
	report_error(
		"%s: a call is up, which %s the line would end: try again after it (systemctl stop %s ends it)",
		line->name, line->line ? "moving" : "removing", unit);
	return -EBUSY;
}

static int look_at_line(struct reload_line *line)
{
	_cleanup_free_ char *unit = systemd_line_unit(line->name);
	struct systemd_unit state = { 0 };
	int r;

	if (tty_line_port(line->name, line->port, sizeof(line->port)) < 0)
		line->port[0] = '\0';
	r = systemd_get(unit, &state);
	if (r < 0)
		return r;
	line->was_there = *line->port || state.main_pid;
	return check_call(line, unit, state.main_pid);
}

int reload_before(struct reload *reload)
{
	int r = 0, e;

	for (size_t i = 0; i < reload->n_lines; i++) {
		e = look_at_line(&reload->lines[i]);
		r = r < 0 ? r : e;
	}
	for (size_t i = 0; i < reload->n_lines && r == 0; i++)
		if (!reload->lines[i].line)
			r = stop_line(&reload->lines[i]);
	return r;
}

static int load_sysctl(void)
{
	static const char *const argv[] = { SYSTEMD_SYSCTL, OUTPUTS_SYSCTL, NULL };
	const struct run run = { .argv = argv, .timeout_ms = RELOAD_SYSCTL_MS };
	_cleanup_text_ struct text output = { 0 };
	int r = run_program(&run, &output);

	if (r == 0)
		return 0;
	report_error("%s: could not load: %s %s", OUTPUTS_SYSCTL, SYSTEMD_SYSCTL,
		     r < 0 ? strerror(-r) : text_str(&output));
	return r < 0 ? r : -EIO;
}

static int load_firewall(void)
{
	static const char *const units[] = { SYSTEMD_FIREWALL_UNIT, SYSTEMD_OTHER_FIREWALLS_UNIT,
					     SYSTEMD_TARGET, NULL };
	int r = systemd_enable(units);

	return r < 0 ? r
		     : systemd_job(SYSTEMD_VERB_RELOAD_OR_RESTART, SYSTEMD_FIREWALL_UNIT,
				   RELOAD_FIREWALL_MS);
}

/* The ports that had the links of these lines, and those that now get them */
static int trigger_ports(const struct reload *reload, const struct udev_port *ports, size_t n)
{
	const char **paths = xcalloc(2 * reload->n_lines + 1, sizeof(*paths));
	size_t n_paths = 0;
	int r;

	for (size_t i = 0; i < reload->n_lines; i++) {
		const struct reload_line *line = &reload->lines[i];
		const struct udev_port *old =
			*line->port ? udev_find_port(ports, n, line->port) : NULL;
		const struct udev_port *new =
			line->line ? udev_find_socket(ports, n, line->line->socket,
						      line->line->port_number)
				   : NULL;

		if (old)
			paths[n_paths++] = old->syspath;
		if (new &&new != old)
			paths[n_paths++] = new->syspath;
	}
	r = udev_reload_and_trigger(paths, RELOAD_UDEV_MS);
	free(paths);
	return r;
}

/* Units to be started in parallel: each waits for its modem. */
struct starts {
	char **units;
	size_t n;
};

static void add_start(struct starts *starts, const char *unit)
{
	starts->units = xrealloc(starts->units, starts->n + 1, sizeof(*starts->units));
	starts->units[starts->n++] = xstrdup(unit);
}

/* Empties the list, too. */
static int start_all(struct starts *starts, struct apply_summary *summary)
{
	const char *const *units = (const char *const *)starts->units;
	unsigned timeout_ms = RELOAD_START_MS + RELOAD_START_EACH_MS * (unsigned)starts->n;
	unsigned n_failed =
		starts->n ? systemd_jobs(SYSTEMD_VERB_START, units, starts->n, timeout_ms) : 0;

	summary->n_failed += n_failed;
	summary->n_started += (unsigned)starts->n - n_failed;
	for (size_t i = 0; i < starts->n; i++)
		free(starts->units[i]);
	free(starts->units);
	*starts = (struct starts){ 0 };
	return n_failed ? -EIO : 0;
}

/* mgetty ends on USR2 while it waits for a RING (mgetty.c, sig_goodbye), and its unit starts it
 * again. */
static int tell_mgetty(const struct reload_line *line, const char *unit, enum mgetty_state state,
		       struct apply_summary *summary)
{
	int r;

	if (state != MGETTY_STATE_IDLE) {
		report_info("%s: busy, changes after this call", line->name);
		summary->n_deferred++;
		return 0;
	}
	r = systemd_kill_main(unit, SIGUSR2);
	summary->n_restarted += r == 0;
	return r;
}

/* Restarts a line that may have read the old files, unless it has a call. One that is starting
 * reads the new ones; after failures its start can be delayed for longer than apply may wait. */
static int renew_line(const struct reload_line *line, const char *unit, struct starts *starts,
		      struct apply_summary *summary)
{
	int64_t deadline = base_now_ms() + RELOAD_SETTLE_MS;

	for (;;) {
		enum mgetty_state state;
		struct systemd_unit now;
		int r = systemd_get(unit, &now);

		if (r < 0)
			return r;
		if (line->was_there && str_eq(now.active, "activating")) /* mgetty comes after it */
			return 0;
		if (!line->was_there || !now.main_pid) {
			add_start(starts, unit);
			return 0;
		}
		state = mgetty_judge(line->name, now.main_pid);
		if (state != MGETTY_STATE_UNSURE || base_now_ms() >= deadline)
			return tell_mgetty(line, unit, state, summary);
		base_sleep_ms(RELOAD_POLL_MS);
	}
}

static int renew_lines(const struct reload *reload, const struct udev_port *ports, size_t n,
		       struct apply_summary *summary)
{
	struct starts starts = { 0 };
	int r = 0, e;

	for (size_t i = 0; i < reload->n_lines; i++) {
		const struct reload_line *line = &reload->lines[i];
		_cleanup_free_ char *unit = systemd_line_unit(line->name);

		e = 0;
		if (line->line &&
		    udev_find_socket(ports, n, line->line->socket, line->line->port_number))
			e = renew_line(line, unit, &starts, summary);
		r = r < 0 ? r : e;
	}
	e = start_all(&starts, summary);
	return r < 0 ? r : e;
}

static int reload_lines(const struct reload *reload, struct apply_summary *summary)
{
	struct udev_port *ports = NULL;
	size_t n = 0;
	int r = udev_list_ports(&ports, &n);

	if (r == 0 && (reload->mask & APPLY_RELOAD_UDEV))
		r = trigger_ports(reload, ports, n);
	if (r == 0)
		r = renew_lines(reload, ports, n, summary);
	udev_free_ports(ports, n);
	return r;
}

int reload_after(const struct reload *reload, struct apply_summary *summary)
{
	int r = 0, e = 0;

	if (reload->mask & APPLY_RELOAD_SYSCTL)
		r = load_sysctl();
	if (reload->mask & APPLY_RELOAD_FIREWALL)
		e = load_firewall();
	if (e < 0) {
		report_error("%s: no line is started before it is loaded", SYSTEMD_FIREWALL_UNIT);
		return e;
	}
	if (reload->mask & (APPLY_RELOAD_UDEV | APPLY_RELOAD_LINE))
		e = reload_lines(reload, summary);
	return r < 0 ? r : e;
}

static bool is_stopped(const struct systemd_unit *units, size_t n, const char *unit)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(units[i].name, unit))
			return str_eq(units[i].active, "inactive") ||
			       str_eq(units[i].active, "failed");
	return true; /* not loaded */
}

static bool has_device(const char *line)
{
	char port[32];

	return tty_line_port(line, port, sizeof(port)) == 0;
}

int reload_start_stopped(const struct site *site, struct apply_summary *summary)
{
	_cleanup_free_ struct systemd_unit *units = NULL;
	struct starts starts = { 0 };
	size_t n = 0;
	int r;

	if (!systemd_is_running())
		return 0;
	r = systemd_list_lines(&units, &n);
	if (r < 0)
		return r;
	for (size_t i = 0; i < site->n_lines; i++) {
		const char *name = site->lines[i].name;
		_cleanup_free_ char *unit = systemd_line_unit(name);

		if (is_stopped(units, n, unit) && has_device(name))
			add_start(&starts, unit);
	}
	return start_all(&starts, summary);
}
