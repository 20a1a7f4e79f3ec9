/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The state of every line: udev link, systemd unit, call record and kernel counters, joined by line
 * name. */
#include "status.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

#include "firewall/firewall.h"
#include "net/network.h"
#include "port/tty.h"
#include "util/report.h"

static const char *const state_names[] = {
	[STATUS_STATE_WAITING] = "waiting",     [STATUS_STATE_RINGING] = "ringing",
	[STATUS_STATE_ANSWERING] = "answering", [STATUS_STATE_CALL] = "in call",
	[STATUS_STATE_STARTING] = "starting",   [STATUS_STATE_MISSING] = "missing",
	[STATUS_STATE_FAILED] = "failed",       [STATUS_STATE_STOPPED] = "stopped",
};

const char *status_state_name(enum status_state state)
{
	return state_names[state];
}

/* Shared by all lines while they are gathered. */
struct world {
	struct systemd_unit *units;
	size_t n_units;
	struct netlink_link *links;
	size_t n_links;
	struct netlink_qdisc *shapers;
	size_t n_shapers;
	int groups; /* control groups of the units */
	bool masked;
};

/* --- judging: pure --- */

/* mgetty holds its lock from before it opens the port until the modem is initialised, and again
 * from the first activity (mgetty 1.2.1, mgetty.c): it is ready if and only if the port is open and
 * not locked. */
static enum status_state judge_mgetty(const struct status_facts *facts)
{
	if (facts->has_call && facts->call->ring_at)
		return STATUS_STATE_RINGING;
	return facts->is_open && !facts->is_locked ? STATUS_STATE_WAITING : STATUS_STATE_STARTING;
}

static enum status_state judge_active(const struct status_facts *facts)
{
	if (str_eq(facts->program, "pppd") || str_eq(facts->program, "dialisp-call"))
		return facts->has_call && facts->call->up_at ? STATUS_STATE_CALL
							     : STATUS_STATE_ANSWERING;
	if (str_eq(facts->program, "mgetty"))
		return judge_mgetty(facts);
	return STATUS_STATE_STARTING;
}

/* A single failed start is normal: modems do not respond for seconds after power-on or hang-up. Two
 * are a failure. */
static bool has_failed_again(const struct status_facts *facts)
{
	return facts->last->idle_starts > 1;
}

static enum status_state judge_unit(const struct status_facts *facts)
{
	const char *active = facts->unit ? facts->unit->active : "inactive";

	if (str_eq(active, "active") || str_eq(active, "reloading"))
		return judge_active(facts);
	if (str_eq(active, "failed"))
		return STATUS_STATE_FAILED;
	if (str_eq(active, "inactive"))
		return STATUS_STATE_STOPPED;
	return has_failed_again(facts) ? STATUS_STATE_FAILED : STATUS_STATE_STARTING;
}

enum status_state status_judge(const struct status_facts *facts, char *ret_why, size_t size)
{
	enum status_state state;

	*ret_why = '\0';
	if (str_empty(facts->port)) {
		snprintf(ret_why, size, "no device at its location (%s)", facts->socket);
		return STATUS_STATE_MISSING;
	}
	state = judge_unit(facts);
	if (state == STATUS_STATE_FAILED && str_empty(facts->last->reason))
		snprintf(ret_why, size, "the service failed (%s)", facts->unit->result);
	else if (state == STATUS_STATE_FAILED ||
		 (state == STATUS_STATE_STARTING && has_failed_again(facts)))
		base_copy(ret_why, size, facts->last->reason);
	return state;
}

/* --- gathering --- */

/* Querying systemd for each of many units would dominate the cost. For an active unit only the main
 * process is needed, which the control group shows. In a call it is the process that answered: exec
 * keeps the PID, and other processes run beside it. */
static void fill_unit(int groups, struct systemd_unit *unit, pid_t answered)
{
	if (str_eq(unit->active, "inactive"))
		return;
	if (!str_eq(unit->active, "active") ||
	    systemd_find_main(groups, unit->name, answered, &unit->main_pid) < 0)
		(void)!systemd_fill(unit);
}

static const struct systemd_unit *find_unit(struct world *world, const char *line, pid_t answered)
{
	_cleanup_free_ char *name = systemd_line_unit(line);

	for (size_t i = 0; i < world->n_units; i++) {
		struct systemd_unit *unit = &world->units[i];

		if (!str_eq(unit->name, name))
			continue;
		fill_unit(world->groups, unit, answered);
		return unit;
	}
	return NULL;
}

static bool has_port_open(pid_t pid, const char *port)
{
	_cleanup_free_ char *input = xasprintf("/proc/%d/fd/0", (int)pid);
	_cleanup_free_ char *device = xasprintf("/dev/%s", port);
	struct stat a, b;

	if (stat(input, &a) < 0)
		return errno == EACCES || errno == EPERM; /* without root only the lock is known */
	return stat(device, &b) == 0 && S_ISCHR(a.st_mode) && a.st_rdev == b.st_rdev;
}

static void join_shaper(const struct world *world, int link, struct netlink_qdisc *ret)
{
	for (size_t i = 0; i < world->n_shapers; i++)
		if (world->shapers[i].link == link)
			*ret = world->shapers[i];
}

static void join_link(struct world *world, struct status_line *line)
{
	_cleanup_free_ char *name = xasprintf(NETWORK_LINK_PREFIX "%s", line->line->name);

	for (size_t i = 0; i < world->n_links; i++) {
		if (!str_eq(world->links[i].name, name))
			continue;
		line->rx_bytes = world->links[i].rx_bytes;
		line->tx_bytes = world->links[i].tx_bytes;
		line->mtu = world->links[i].mtu;
		join_shaper(world, world->links[i].index, &line->shaper);
	}
}

/* The process that answered is pppd, or will be: exec keeps the PID. */
static void find_program(const struct status_line *line, char *ret, size_t size)
{
	if (line->pid == line->call.pid)
		base_copy(ret, size, "pppd");
	else
		base_read_comm(line->pid, ret, size);
}

static void gather_line(struct world *world, struct status_line *line)
{
	const char *name = line->line->name;
	_cleanup_free_ char *device = xasprintf(TTY_LINE_PREFIX "%s", name);
	struct calldb_last last = { 0 };
	struct status_facts facts = {
		.port = line->port, .socket = line->line->socket, .call = &line->call, .last = &last
	};
	char program[32] = "";
	int r;

	(void)tty_line_port(name, line->port, sizeof(line->port)); /* "": unplugged */
	r = world->masked ? calldb_load_masked(name, &line->call) : calldb_load(name, &line->call);
	facts.has_call = r == 0;
	(void)!calldb_load_last(name, &last);
	line->idle_starts = last.idle_starts;
	line->failed_logins = login_limit_current(&last.failed, base_now_ms() / 1000);
	facts.unit = find_unit(world, name, line->call.pid);
	line->pid = facts.unit ? facts.unit->main_pid : 0;
	if (line->pid)
		find_program(line, program, sizeof(program));
	facts.program = program;
	if (str_eq(program, "mgetty")) /* not needed for other programs, and /proc is slow */
		facts.is_open = has_port_open(line->pid, line->port);
	facts.is_locked =
		facts.is_open && tty_is_locked(device); /* it is locked first, then opened */
	line->state = status_judge(&facts, line->why, sizeof(line->why));
	join_link(world, line);
}

/* Only root can read the ruleset; without root the state of the unit is used. */
static void gather_firewall(const struct site *site, bool is_root, char *ret, size_t size)
{
	static const char *const words[] = {
		[FIREWALL_STATE_MISSING] = "not loaded",
		[FIREWALL_STATE_OLD] = "outdated",
		[FIREWALL_STATE_LOADED] = "loaded",
	};
	struct systemd_unit unit;
	int r;

	if (site->network.firewall == SITE_FIREWALL_NONE) {
		base_copy(ret, size, site_firewall_name(SITE_FIREWALL_NONE));
		return;
	}
	if (is_root)
		r = firewall_find_state(site->network.firewall);
	else if (systemd_is_running())
		r = systemd_get(SYSTEMD_FIREWALL_UNIT, &unit);
	else
		r = -ENOTCONN;
	if (!is_root && r == 0)
		r = str_eq(unit.active, "active") ? FIREWALL_STATE_LOADED : FIREWALL_STATE_MISSING;
	base_copy(ret, size, r < 0 ? "unknown" : words[r]);
}

void status_gather(const struct site *site, struct status *ret)
{
	_cleanup_close_ int groups = systemd_open_groups();
	struct world world = { .groups = groups, .masked = geteuid() != 0 };
	struct status status = { .masked = world.masked, .n_lines = site->n_lines };

	if (systemd_is_running())
		(void)!systemd_list_lines(&world.units, &world.n_units);
	(void)!netlink_list_links(NETWORK_LINK_PREFIX, &world.links, &world.n_links);
	if (world.n_links && netlink_list_shapers(&world.shapers, &world.n_shapers) < 0)
		report_warning("netlink: could not list the shapers of calls");
	(void)!netlink_find_uplink(&status.uplink);
	gather_firewall(site, !world.masked, status.firewall, sizeof(status.firewall));
	status.lines = xcalloc(site->n_lines, sizeof(*status.lines));
	for (size_t i = 0; i < site->n_lines; i++) {
		status.lines[i].line = &site->lines[i];
		gather_line(&world, &status.lines[i]);
	}
	free(world.units);
	free(world.links);
	free(world.shapers);
	*ret = status;
}

void status_free(struct status *status)
{
	free(status->lines);
	*status = (struct status){ 0 };
}
