/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by the subcommands: output, loading the site, changing it and applying the change. */
#include "common.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "paths.h"
#include "util/file.h"
#include "util/publish.h"

/* set once in main */
static bool is_quiet;
static const char *templates = PATH_TEMPLATES;

void common_set_quiet(bool quiet)
{
	is_quiet = quiet;
}

bool common_is_quiet(void)
{
	return is_quiet;
}

void common_say(const char *fmt, ...)
{
	va_list ap;

	if (is_quiet)
		return;
	report_progress_end();
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
	fflush(stdout); /* the next step may take a while */
}

int common_exit(int r)
{
	if (r >= 0)
		return EXIT_DONE;
	return r == -EWOULDBLOCK ? EXIT_LATER : EXIT_REFUSED;
}

/* --- loading --- */

static void report_complaints(struct text *complaints)
{
	char *rest = complaints->s, *line;

	while (rest && (line = strsep(&rest, "\n")))
		if (*line)
			report_error("%s", line);
}

static int load_site(enum config_what what, struct site *ret_site)
{
	_cleanup_text_ struct text complaints = { 0 };
	int r = config_load(file_root(), what, ret_site, &complaints);

	if (complaints.len) {
		report_complaints(&complaints);
		return -EINVAL;
	}
	if (r < 0 && r != -ENOENT)
		report_error("%s: could not read: %s", CONFIG_DIR, strerror(-r));
	return r;
}

int common_load_site(enum config_what what, struct site *ret_site)
{
	int r = load_site(what, ret_site);

	if (r == -ENOENT)
		report_error("%s%s: does not exist yet: run sudo dialisp setup", file_root(),
			     CONFIG_FILE);
	return r;
}

int common_load_new_site(struct site *ret_site)
{
	return load_site(CONFIG_WHAT_ACCOUNTS, ret_site);
}

/* --- a change --- */

int common_change_lock(struct common_change *change)
{
	pid_t holder = 0;
	int r = file_lock(PATH_LOCK, &holder);

	if (r >= 0) {
		change->lock = r;
		return 0;
	}
	if (r == -EWOULDBLOCK)
		report_error("%s: locked by pid %ld (dialisp): try again when it has finished",
			     PATH_LOCK, (long)holder);
	else
		report_error("%s: could not lock: %s", PATH_LOCK, strerror(-r));
	return r;
}

int common_change_begin(struct common_change *change)
{
	int r = common_change_lock(change);

	return r < 0 ? r : common_load_site(CONFIG_WHAT_ACCOUNTS, &change->site);
}

void common_change_end(struct common_change *change)
{
	for (size_t i = 0; i < change->n_facts; i++) {
		free(change->facts[i].path);
		text_free(&change->facts[i].old);
	}
	free(change->facts);
	site_free(&change->site);
	base_closep(&change->lock);
	*change = (struct common_change)COMMON_CHANGE_INIT;
}

static int remember(struct common_change *change, const char *path)
{
	struct common_fact fact = { .mode = 0600 };
	int r = file_read(path, &fact.old);

	if (r < 0 && r != -ENOENT) {
		report_error("%s: could not read: %s", path, strerror(-r));
		return r;
	}
	fact.was_there = r == 0;
	if (fact.was_there)
		(void)file_mode(path, &fact.mode);
	fact.path = xstrdup(path);
	change->facts = xrealloc(change->facts, change->n_facts + 1, sizeof(*change->facts));
	change->facts[change->n_facts++] = fact;
	return 0;
}

int common_put_back(const struct common_change *change)
{
	int e = 0;

	for (size_t i = change->n_facts; i-- > 0;) {
		const struct common_fact *fact = &change->facts[i];

		if (fact->was_there)
			e |= publish_file(fact->path, &fact->old, fact->mode);
		else
			e |= publish_removal(fact->path);
	}
	if (e)
		report_error(
			"not all files could be restored: correct the errors above, then run dialisp apply");
	return e;
}

int common_take_back(const struct common_change *change, int r)
{
	if (change->n_facts && common_put_back(change) == 0)
		report_error("nothing was changed");
	return r;
}

int common_write_file(struct common_change *change, const char *path, const struct text *content,
		      mode_t mode)
{
	int r = remember(change, path);

	return r < 0 ? r : publish_file(path, content, mode);
}

int common_remove_file(struct common_change *change, const char *path)
{
	int r = remember(change, path);

	return r < 0 ? r : publish_removal(path);
}

int common_write_line(struct common_change *change, const struct line *line)
{
	_cleanup_free_ char *path = xasprintf("%s/%s.conf", CONFIG_LINES, line->name);
	_cleanup_text_ struct text content = { 0 };

	config_render_line(line, &content);
	return common_write_file(change, path, &content, 0644);
}

int common_write_account(struct common_change *change, const struct account *account)
{
	_cleanup_free_ char *path = config_account_path(account->name);
	_cleanup_text_ struct text content = { 0 };

	config_render_account(account, &content);
	return common_write_file(change, path, &content, 0600);
}

int common_apply_site(const struct site *site, const struct apply_options *how,
		      struct apply_summary *ret_summary)
{
	int r;

	report_progress("writing files and starting services; do not switch off");
	r = apply_site(site, how, ret_summary);
	report_progress_end();
	return r;
}

int common_apply(struct common_change *change, struct apply_summary *ret_summary)
{
	struct apply_options how = {
		.keep_running = file_has_root(),
		.leave_stopped = change->is_single,
	};
	struct apply_summary summary = { 0 };
	int r;

	site_free(&change->site);
	change->site = (struct site){ 0 };
	r = common_load_site(CONFIG_WHAT_ACCOUNTS, &change->site);
	if (r == 0)
		r = common_apply_site(&change->site, &how, &summary);
	if (r == -EIO && summary.n_failed && change->waits)
		r = 0;
	/* Refused before a file was published: restore the configuration. Failed later (a unit, a
	 * full disk): the generated files match the new configuration. */
	if (r < 0 && !summary.n_written && !summary.n_removed)
		return common_take_back(change, r);
	if (r < 0) {
		report_error("not finished: run dialisp apply to continue");
		return r;
	}
	if (ret_summary)
		*ret_summary = summary;
	else
		common_say_summary("", &summary);
	return 0;
}

bool common_is_nothing(const struct apply_summary *summary)
{
	return !summary->n_written && !summary->n_removed && !summary->n_started &&
	       !summary->n_restarted && !summary->n_deferred && !summary->n_opened;
}

void common_say_summary(const char *indent, const struct apply_summary *summary)
{
	if (summary->n_written || summary->n_removed)
		common_say("%sgenerated files: %u written, %u removed", indent, summary->n_written,
			   summary->n_removed);
	if (summary->n_started)
		common_say("%slines started: %u", indent, summary->n_started);
	if (summary->n_restarted)
		common_say("%slines restarted: %u", indent, summary->n_restarted);
	if (summary->n_deferred)
		common_say("%slines in use: %u; the change takes effect after the current call",
			   indent, summary->n_deferred);
}

/* --- templates --- */

void common_set_templates(const char *dir)
{
	templates = dir;
	apply_set_templates(dir);
}

int common_read_template(const char *name, struct text *ret)
{
	_cleanup_free_ char *path = xasprintf("%s/%s", templates, name);
	int r = file_read_real(path, ret, NULL);

	if (r < 0)
		report_error("%s: could not read: %s: install dialisp again", path, strerror(-r));
	return r;
}
