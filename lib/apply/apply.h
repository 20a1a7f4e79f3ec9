/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The outputs table and its one idempotent loop: renders all, compares, publishes what differs,
 * reloads. */
#pragma once

#include "site.h"
#include "util/quote.h"

enum apply_each {
	APPLY_EACH_NONE,
	APPLY_EACH_LINE,
	APPLY_EACH_ACCOUNT,
};
enum apply_reload {
	APPLY_RELOAD_NONE = 0,
	APPLY_RELOAD_UDEV = 1,     /* reload rules, trigger the ports of the changed lines */
	APPLY_RELOAD_LINE = 2,     /* restart the changed lines, each when it is idle */
	APPLY_RELOAD_FIREWALL = 4, /* load our rules, or remove them */
	APPLY_RELOAD_SYSCTL = 8,
};
struct apply_output {
	const char *head, *item, *tail; /* templates; NULL: none */
	enum apply_each each;
	const char *path;                           /* with %s: a file per item */
	bool (*is_wanted)(const struct site *site); /* NULL: always */
	mode_t mode;
	bool secret; /* never shown in a plan */
	enum quote quote;
	unsigned reload;
};
extern const struct apply_output apply_outputs[];
extern const size_t apply_n_outputs;

struct apply_options {
	bool force;         /* overwrite files that the administrator has edited */
	bool dry_run;       /* plan: nothing is written, the difference goes to stdout */
	bool keep_running;  /* no reloads (another root directory implies it) */
	bool leave_stopped; /* unaffected lines that are stopped stay stopped */
};
struct apply_summary {
	unsigned n_written, n_removed, n_started, n_restarted;
	unsigned n_deferred; /* busy lines */
	unsigned n_opened;   /* other firewalls changed (others.h) */
	unsigned n_failed;   /* lines whose unit did not start (apply_site then gives -EIO) */
};
/* Complaints are reported. 0 (a plan with differences too), -EINVAL (a value cannot be written),
 * -EBADMSG (a template or the manifest is broken), -EEXIST (edited by the administrator), -EAGAIN
 * (edited just now), -EBUSY (it would end a call: nothing was touched), or -errno. The lock
 * /run/dialisp/lock must be held by the caller. */
MUST_CHECK int apply_site(const struct site *site, const struct apply_options *options,
			  struct apply_summary *ret_summary);
/* Where templates are read from; set once in main (default: the installed directory). */
void apply_set_templates(const char *dir);
