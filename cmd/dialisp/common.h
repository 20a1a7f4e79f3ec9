/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by the subcommands: output, loading the site, changing it and applying the change. */
#pragma once

#include "apply/apply.h"
#include "command.h"
#include "config/config.h"
#include "site.h"
#include "util/report.h"

/* Output for people on stdout; -q suppresses what common_say() prints. */
void common_set_quiet(bool quiet);
bool common_is_quiet(void);
void common_say(const char *fmt, ...) PRINTF_LIKE(1, 2);

/* 0 or -errno -> exit code; -EWOULDBLOCK (lock held) is 75. */
int common_exit(int r);

/* Reads the configuration; errors are reported. -ENOENT: no dialisp.conf (reported with the cure).
 * The caller frees the site in every case (site_free). */
int common_load_site(enum config_what what, struct site *ret_site);
/* The same, but does not report a missing dialisp.conf. */
int common_load_new_site(struct site *ret_site);

/* A configuration file as it was before this change. */
struct common_fact {
	char *path;
	bool was_there;
	mode_t mode;
	struct text old;
};
/* One change: the lock, the site as read under it, and the files to restore on failure. */
struct common_change {
	int lock;
	struct site site;
	struct common_fact *facts;
	size_t n_facts;
	bool waits; /* the command waits for the lines and reports those that are not ready: a line
		     * that did not start is not an error of apply */
	bool is_single; /* of one line or account: other stopped lines are not started */
};
#define COMMON_CHANGE_INIT                                                                         \
	{                                                                                          \
		.lock = -1                                                                         \
	}
#define COMMON_CHANGE_SINGLE                                                                       \
	{                                                                                          \
		.lock = -1, .is_single = true                                                      \
	}
#define _cleanup_change_ _cleanup_(common_change_end)

/* Takes the lock; a failure is reported with the PID that holds it. 0, -EWOULDBLOCK, -errno. */
int common_change_lock(struct common_change *change);
/* Takes the lock, then reads the site. */
int common_change_begin(struct common_change *change);
void common_change_end(struct common_change *change);

/* Configuration files (dialisp.conf, lines.d, users.d). Failures are reported. */
int common_write_file(struct common_change *change, const char *path, const struct text *content,
		      mode_t mode);
int common_write_line(struct common_change *change, const struct line *line);
int common_write_account(struct common_change *change, const struct account *account);
int common_remove_file(struct common_change *change, const char *path);

/* Restores the configuration files. 0 or an error (reported). */
int common_put_back(const struct common_change *change);
/* The same, reports that nothing was changed, and returns `r`. */
int common_take_back(const struct common_change *change, int r);

/* apply_site() with a progress line. */
int common_apply_site(const struct site *site, const struct apply_options *how,
		      struct apply_summary *ret_summary);
/* Reads the written configuration again (change->site is new: older pointers into it are invalid)
 * and applies it. If that is refused the configuration files are restored. The summary is printed,
 * or stored in *ret_summary if that is not NULL. */
int common_apply(struct common_change *change, struct apply_summary *ret_summary);
bool common_is_nothing(const struct apply_summary *summary);
void common_say_summary(const char *indent, const struct apply_summary *summary);

/* Reads a template by its file name, never below --root. Failures are reported. */
void common_set_templates(const char *dir);
int common_read_template(const char *name, struct text *ret);
