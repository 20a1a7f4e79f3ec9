/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The only room that uses sd-bus and sd-journal: units and their jobs. */
#pragma once

#include <sys/types.h>

#include "util/text.h"

#define SYSTEMD_LINE_UNIT_FORMAT "dialisp-line@%s.service"
#define SYSTEMD_FIREWALL_UNIT    "dialisp-firewall.service"
#define SYSTEMD_NEIGHBOURS_UNIT  "dialisp-neighbours.service"
#define SYSTEMD_TARGET           "dialisp.target"
#define SYSTEMD_LINE_STOP_MS     30000 /* the line unit's TimeoutStopSec and a little */

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

/* One connection per process, opened at first need. All: 0 or -errno, reported with the unit's
 * name. */
int systemd_is_running(void); /* 1: systemd is this machine's init; 0: not */
/* The unit of this process (Type=notify) is up; whatever comes of this process by exec knows
 * nothing of it. Not told: nobody asked. */
void systemd_notify_ready(void);
/* The socket that this process was started for (systemd.socket(5), Accept=no). Descriptor or
 * -errno, not reported. */
int systemd_take_socket(void);
/* One ListUnitsByPatterns call: the line units that are loaded. Main pid etc. are filled by
 * systemd_fill. */
int systemd_list_lines(struct systemd_unit **ret_units, size_t *ret_n);
/* main_pid, n_restarts, result, exit_status of one unit */
int systemd_fill(struct systemd_unit *unit);
/* The directory of the line units' control groups, to be closed; -1: there is none. */
int systemd_open_groups(void);
/* The main process of an active unit, as its control group tells that is in `groups`: systemd is
 * not asked. `likely`: it, if it is in there (0: nobody knows). 0 or -errno, not reported: where it
 * cannot be told this way systemd_fill() knows. */
int systemd_find_main(int groups, const char *unit, pid_t likely, pid_t *ret);
int systemd_get(const char *unit, struct systemd_unit *ret);

enum systemd_verb {
	SYSTEMD_VERB_START,
	SYSTEMD_VERB_STOP,
	SYSTEMD_VERB_RESTART,
	SYSTEMD_VERB_RELOAD_OR_RESTART,
};
/* Queues the job, waits for JobRemoved; -ETIMEDOUT, -EIO when the job's result is not "done"
 * (reported). */
int systemd_job(enum systemd_verb verb, const char *unit, unsigned timeout_ms);
/* The same for many units at once: all are queued, then waited for together. How many did not get
 * done (each reported), or -errno. */
int systemd_jobs(enum systemd_verb verb, const char *const *units, size_t n, unsigned timeout_ms);
/* Unit files, one at least; NULL ends. Then daemon-reload, if one of them was not enabled yet. */
int systemd_enable(const char *const *units);
/* The opposite, of one unit. What starts it otherwise (by hand, by udev) still does. */
int systemd_disable(const char *unit);
/* "enabled", "disabled", "static", "generated", ...: systemctl(1), is-enabled */
int systemd_get_file_state(const char *unit, char *ret, size_t size);
/* The unit a process belongs to. 0 or -errno, not reported: it may be gone. */
int systemd_find_unit(pid_t pid, char *ret, size_t size);
/* SIGUSR2 and the like to the main process only */
int systemd_kill_main(const char *unit, int signal);

/* What the journal has of a process that logged under this name since then (seconds since the
 * epoch): its last messages, a hundred at most, the newest first, each one line. Nothing is no
 * error. 0 or -errno, not reported: without a journal less is known. */
int systemd_read_log(pid_t pid, const char *identifier, int64_t since, struct text *ret);
