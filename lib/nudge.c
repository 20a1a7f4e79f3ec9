/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Nudges: whoever reads a changed file is told, in an order that keeps the firewall before the first call. */
#include "nudge.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>

#include "mgetty.h"
#include "report.h"
#include "run.h"
#include "systemd.h"
#include "tty.h"
#include "udev.h"

#define NUDGE_UDEV_MS     30000
#define NUDGE_STOP_MS     30000 /* the unit's TimeoutStopSec and a little */
#define NUDGE_START_MS    30000
#define NUDGE_FIREWALL_MS 30000
#define NUDGE_SYSCTL_MS   10000

#define SYSTEMD_SYSCTL "/usr/lib/systemd/systemd-sysctl"
#define SYSCTL_FILE    "/etc/sysctl.d/90-dialisp.conf"

bool nudge_is_possible(void)
{
	if (systemd_is_running() > 0)
		return true;
	report_warning("systemd does not run here: the files are written, nothing is started");
	return false;
}

void nudge_free(struct nudge *nudge)
{
	free(nudge->lines);
	*nudge = (struct nudge){ 0 };
}

void nudge_add_line(struct nudge *nudge, const char *name, const struct line *line)
{
	struct nudge_line *new;

	for (size_t i = 0; i < nudge->n_lines; i++)
		if (str_eq(nudge->lines[i].name, name))
			return;
	nudge->lines = xrealloc(nudge->lines, nudge->n_lines + 1, sizeof(*nudge->lines));
	new = &nudge->lines[nudge->n_lines++];
	*new = (struct nudge_line){ .line = line };
	base_copy(new->name, sizeof(new->name), name);
}

static char *unit_of(const struct nudge_line *line)
{
	return xasprintf(SYSTEMD_LINE_UNIT_FORMAT, line->name);
}

static int stop_line(const struct nudge_line *line, const char *unit)
{
	int r = systemd_job(SYSTEMD_VERB_STOP, unit, NUDGE_STOP_MS);

	if (r < 0)
		report_error("%s: its files stay until %s can be stopped", line->name, unit);
	return r;
}

int nudge_before(struct nudge *nudge)
{
	for (size_t i = 0; i < nudge->n_lines; i++) {
		struct nudge_line *line = &nudge->lines[i];
		_cleanup_free_ char *unit = unit_of(line), *link = xasprintf("/dev/dialisp/%s", line->name);
		struct systemd_unit state = { 0 };
		int r;

		if (tty_kernel_name(link, line->port, sizeof(line->port)) < 0)
			line->port[0] = '\0';
		r = systemd_get(unit, &state);
		if (r == 0 && !line->line)
			r = stop_line(line, unit);
		if (r < 0)
			return r;
		line->pid = state.main_pid;
	}
	return 0;
}

static int load_sysctl(void)
{
	static const char *const argv[] = { SYSTEMD_SYSCTL, SYSCTL_FILE, NULL };
	const struct run run = { .argv = argv, .timeout_ms = NUDGE_SYSCTL_MS };
	_cleanup_text_ struct text output = { 0 };
	int r = run_program(&run, &output);

	if (r == 0)
		return 0;
	report_error("%s: could not load: %s %s", SYSCTL_FILE, SYSTEMD_SYSCTL,
		     r < 0 ? strerror(-r) : text_str(&output));
	return r < 0 ? r : -EIO;
}

static int load_firewall(void)
{
	static const char *const units[] = { SYSTEMD_FIREWALL_UNIT, SYSTEMD_TARGET, NULL };
	int r = systemd_enable(units);

	return r < 0 ? r
		     : systemd_job(SYSTEMD_VERB_RELOAD_OR_RESTART, SYSTEMD_FIREWALL_UNIT, NUDGE_FIREWALL_MS);
}

/* The ports that had the links of these lines and those that get them now */
static int trigger_ports(const struct nudge *nudge, const struct udev_port *ports, size_t n)
{
	const char **paths = xcalloc(2 * nudge->n_lines + 1, sizeof(*paths));
	size_t n_paths = 0;
	int r;

	for (size_t i = 0; i < nudge->n_lines; i++) {
		const struct nudge_line *line = &nudge->lines[i];
		const struct udev_port *old = *line->port ? udev_find_port(ports, n, line->port) : NULL;
		const struct udev_port *new =
			line->line ? udev_find_socket(ports, n, line->line->socket, line->line->port_number)
				   : NULL;

		if (old)
			paths[n_paths++] = old->syspath;
		if (new &&new != old)
			paths[n_paths++] = new->syspath;
	}
	r = udev_reload_and_trigger(paths, NUDGE_UDEV_MS);
	free(paths);
	return r;
}

/* A line that was running and still is the same process is told, when nobody is on it; mgetty ends on USR2 while it
 * waits for a RING (mgetty.c, sig_goodbye) and its unit starts it again. */
static int renew_line(const struct nudge_line *line, const char *unit, struct apply_summary *summary)
{
	struct systemd_unit state;
	int r = systemd_get(unit, &state);

	if (r < 0)
		return r;
	if (!state.main_pid || state.main_pid != line->pid)
		return systemd_job(SYSTEMD_VERB_START, unit, NUDGE_START_MS);
	if (!mgetty_is_idle(line->name, state.main_pid)) {
		report_info("%s: busy, changes after this call", line->name);
		summary->n_deferred++;
		return 0;
	}
	r = systemd_kill_main(unit, SIGUSR2);
	if (r == 0)
		summary->n_restarted++;
	return r;
}

static int renew_lines(const struct nudge *nudge, const struct udev_port *ports, size_t n,
		       struct apply_summary *summary)
{
	int r = 0;

	for (size_t i = 0; i < nudge->n_lines; i++) {
		const struct nudge_line *line = &nudge->lines[i];
		_cleanup_free_ char *unit = unit_of(line);
		int e = 0;

		if (line->line && udev_find_socket(ports, n, line->line->socket, line->line->port_number))
			e = renew_line(line, unit, summary);
		r = r < 0 ? r : e;
	}
	return r;
}

static int nudge_lines(const struct nudge *nudge, struct apply_summary *summary)
{
	struct udev_port *ports = NULL;
	size_t n = 0;
	int r = udev_list_ports(&ports, &n);

	if (r == 0 && (nudge->mask & APPLY_NUDGE_UDEV))
		r = trigger_ports(nudge, ports, n);
	if (r == 0)
		r = renew_lines(nudge, ports, n, summary);
	udev_free_ports(ports, n);
	return r;
}

int nudge_after(const struct nudge *nudge, struct apply_summary *summary)
{
	int r = 0, e = 0;

	if (nudge->mask & APPLY_NUDGE_DAEMON_RELOAD)
		r = systemd_reload();
	if (nudge->mask & APPLY_NUDGE_SYSCTL)
		e = load_sysctl();
	r = r < 0 ? r : e;
	e = 0;
	if (nudge->mask & APPLY_NUDGE_FIREWALL)
		e = load_firewall();
	if (e < 0) {
		report_error("%s: no line is started before it is loaded", SYSTEMD_FIREWALL_UNIT);
		return e;
	}
	if (nudge->mask & (APPLY_NUDGE_UDEV | APPLY_NUDGE_LINE))
		e = nudge_lines(nudge, summary);
	return r < 0 ? r : e;
}
