/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The only module that uses sd-bus and sd-journal: units and their jobs. */
#pragma once

#include <sys/types.h>

#include "util/report.h"
#include "util/text.h"

#define SYSTEMD_LINE_UNIT_FORMAT     "dialisp-line@%s.service"
#define SYSTEMD_FIREWALL_UNIT        "dialisp-firewall.service"
#define SYSTEMD_OTHER_FIREWALLS_UNIT "dialisp-other-firewalls.service"
#define SYSTEMD_TARGET               "dialisp.target"
#define SYSTEMD_LINE_STOP_MS         30000 /* the line unit's TimeoutStopSec and a little */

/* The name of a line's unit; the caller owns it. */
static inline char *systemd_line_unit(const char *line)
{
	return xasprintf(SYSTEMD_LINE_UNIT_FORMAT, line);
}

struct systemd_unit {
	char name[96];
	char active[16]; /* "active", "activating", "deactivating", "failed", "inactive" */
	char sub[24];    /* "running", "start-pre", "auto-restart", "dead", ... */
	pid_t main_pid;  /* 0: none */
	unsigned n_restarts;
	char result[24]; /* "success", "exit-code", ... */
	int exit_status; /* of the last main process */
};

/* One connection per process, opened on first use. */
bool systemd_is_running(void); /* systemd is init */
/* Notifies systemd that the unit of this process (Type=notify) is ready; the environment for that
 * is not passed on by exec. Does nothing outside such a unit. */
void systemd_notify_ready(void);
/* The socket passed by socket activation (systemd.socket(5), Accept=no). Descriptor or -errno */
MUST_CHECK int systemd_take_socket(void);
/* The loaded line units, by one ListUnitsByPatterns call. systemd_fill() adds the main PID etc. */
MUST_CHECK enum reported systemd_list_lines(struct systemd_unit **ret_units, size_t *ret_n);
/* main_pid, n_restarts, result, exit_status of one unit */
MUST_CHECK enum reported systemd_fill(struct systemd_unit *unit);
/* Opens the directory of the line units' control groups; -1: none. */
int systemd_open_groups(void);
/* The main process of an active unit, from its control group in `groups`, without querying systemd.
 * `likely` is returned if it is in the group (0: unknown). 0 or -errno: use
 * systemd_fill() then. */
MUST_CHECK int systemd_find_main(int groups, const char *unit, pid_t likely, pid_t *ret);
MUST_CHECK enum reported systemd_get(const char *unit, struct systemd_unit *ret);

enum systemd_verb {
	SYSTEMD_VERB_START,
	SYSTEMD_VERB_STOP,
	SYSTEMD_VERB_RESTART,
	SYSTEMD_VERB_RELOAD_OR_RESTART,
};
/* Queues the job and waits for JobRemoved. Failed: also if the result is not "done". */
MUST_CHECK enum reported systemd_job(enum systemd_verb verb, const char *unit, unsigned timeout_ms);
/* The same for many units: all jobs are queued, then waited for together. The number of failed
 * jobs, each of them reported. */
unsigned systemd_jobs(enum systemd_verb verb, const char *const *units, size_t n,
		      unsigned timeout_ms);
/* Enables unit files (at least one, NULL-terminated); daemon-reload if one was not enabled yet. */
MUST_CHECK enum reported systemd_enable(const char *const *units);
/* Disables one unit. It can still be started by hand or by udev. */
MUST_CHECK enum reported systemd_disable(const char *unit);
/* "enabled", "disabled", "static", "generated", ...: systemctl(1), is-enabled */
MUST_CHECK enum reported systemd_get_file_state(const char *unit, char *ret, size_t size);
/* The unit of a process. 0 or -errno: the process may have ended. */
MUST_CHECK int systemd_find_unit(pid_t pid, char *ret, size_t size);
/* Sends a signal to the main process only */
MUST_CHECK enum reported systemd_kill_main(const char *unit, int signal);

/* The journal messages of a process with this identifier since a time (seconds since the epoch): at
 * most the last hundred, newest first, one per line. None is not an error. 0 or -errno: there may
 * be no journal. */
MUST_CHECK int systemd_read_log(pid_t pid, const char *identifier, int64_t since, struct text *ret);
