/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What several subcommands do: say things, load the site, change it and make it so. */
#pragma once

#include "apply/apply.h"
#include "command.h"
#include "config/config.h"
#include "site.h"
#include "util/report.h"

/* Answers for people on stdout; quiet (-q) leaves out what is no answer to a question. */
void common_set_quiet(bool quiet);
bool common_is_quiet(void);
void common_say(const char *fmt, ...) PRINTF_LIKE(1, 2);

/* 0 or -errno -> exit code; -EWOULDBLOCK (lock held) is 75. */
int common_exit(int r);

/* Reads the configuration, complaints reported. A site without dialisp.conf is -ENOENT, said with
 * its cure. The caller frees it in every case (site_free). */
int common_load_site(enum config_what what, struct site *ret_site);
/* The same, silent about a missing dialisp.conf. */
int common_load_new_site(struct site *ret_site);

/* A file of ours as it was before this change. */
struct common_fact {
	char *path;
	bool was_there;
	mode_t mode;
	struct text old;
};
/* One change: lock held, site as read under it, facts to take back. */
struct common_change {
	int lock;
	struct site site;
	struct common_fact *facts;
	size_t n_facts;
	bool waits; /* it waits for the lines and says itself which do not answer: one that did not
		     * start is no end */
	bool is_single; /* of one line or account: other lines that are stopped stay so */
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

/* Takes the lock, reported with its holder. 0, -EWOULDBLOCK, -errno. */
int common_change_lock(struct common_change *change);
/* The lock, then the site. */
int common_change_begin(struct common_change *change);
void common_change_end(struct common_change *change);

/* Fact files; `name` is a line's or an account's. Failures are reported. */
int common_write_file(struct common_change *change, const char *path, const struct text *content,
		      mode_t mode);
int common_write_line(struct common_change *change, const struct line *line);
int common_write_account(struct common_change *change, const struct account *account);
int common_remove_file(struct common_change *change, const char *path);

/* Puts the fact files back as they were. 0, or not (reported). */
int common_put_back(const struct common_change *change);
/* The same, says that nothing was changed, and returns `r`. */
int common_take_back(const struct common_change *change, int r);

/* apply_site() with its progress shown. */
int common_apply_site(const struct site *site, const struct apply_options *how,
		      struct apply_summary *ret_summary);
/* Reads what was written (change->site is new afterwards: older pointers into it are gone) and
 * applies it. When that is refused the fact files are as before. The summary is said, or given in
 * *ret_summary when that is not NULL. */
int common_apply(struct common_change *change, struct apply_summary *ret_summary);
bool common_is_nothing(const struct apply_summary *summary);
void common_say_summary(const char *indent, const struct apply_summary *summary);

/* A template by its file name; outside the root directory. Failures are reported. */
void common_set_templates(const char *dir);
int common_read_template(const char *name, struct text *ret);
