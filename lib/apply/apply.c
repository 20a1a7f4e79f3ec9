/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The loop: renders all, compares, publishes what differs, removes files that are no longer
 * rendered, reloads. */
#include "apply/apply.h"

#include <errno.h>
#include <stdio.h>

#include "apply/manifest.h"
#include "apply/reload.h"
#include "apply/outputs.h"
#include "apply/render.h"
#include "firewall/others/others.h"
#include "net/network.h"
#include "paths.h"
#include "systemd/systemd.h"
#include "util/diff.h"
#include "util/file.h"
#include "util/publish.h"
#include "util/report.h"

static const char *template_dir = PATH_TEMPLATES;

/* One path: its present and its new content. */
struct change {
	const struct render_file *file; /* NULL: to be removed */
	const char *path;
	bool exists, differs;
	bool is_mine; /* owned by root; below another root directory always */
	struct text old;
	mode_t old_mode;
};
struct apply {
	const struct apply_options *options;
	const struct site *site;
	struct network network;
	struct site_prefix *lan;
	size_t n_lan;
	struct render render;
	struct manifest manifest; /* as found */
	struct change *changes;
	size_t n_changes;
	struct reload reload;
};

void apply_set_templates(const char *dir)
{
	template_dir = dir;
}

static void apply_free(struct apply *a)
{
	for (size_t i = 0; i < a->n_changes; i++)
		text_free(&a->changes[i].old);
	free(a->changes);
	free(a->lan);
	render_free(&a->render);
	manifest_free(&a->manifest);
	reload_free(&a->reload);
}

/* --- comparing --- */

static struct change *add_change(struct apply *a, const char *path)
{
	struct change *change;

	a->changes = xrealloc(a->changes, a->n_changes + 1, sizeof(*a->changes));
	change = &a->changes[a->n_changes++];
	*change = (struct change){ .path = path };
	return change;
}

static int read_old(struct change *change)
{
	int r = file_look(change->path, &change->old, &change->old_mode);

	if (r < 0)
		return r == -ENOENT ? 0 : r;
	change->is_mine = file_has_root() || file_is_owned_by(change->path, 0);
	change->exists = true;
	return 0;
}

/* A file may be replaced if it still has the published text, or already the new one. An edit by the
 * administrator is kept unless forced. */
static int check_ours(const struct apply *a, const struct change *change)
{
	if (!change->exists || (change->file && text_equal(&change->old, &change->file->text)))
		return 0;
	if (manifest_has(&a->manifest, change->path, file_checksum(&change->old)) ||
	    a->options->force)
		return 0;
	if (manifest_has_path(&a->manifest, change->path))
		report_error(
			"%s: edited since dialisp wrote it: undo the edit, or overwrite it with --force",
			change->path);
	else
		report_error(
			"%s: exists and is not from dialisp: move it away, or overwrite it with --force",
			change->path);
	return -EEXIST;
}

/* With many lines the text of unchanged files would take much memory. */
static void forget_same(struct change *change)
{
	if (!change->differs)
		text_free(&change->old);
}

static int look_at_wanted(struct apply *a, const struct render_file *file)
{
	struct change *change = add_change(a, file->path);
	int r = read_old(change);

	change->file = file;
	if (r == 0)
		r = check_ours(a, change);
	if (r < 0)
		return r;
	/* mgetty and pppd trust only files that belong to root */
	change->differs = !change->exists || file->output->mode != change->old_mode ||
			  !change->is_mine || !text_equal(&change->old, &file->text);
	forget_same(change);
	return 0;
}

static int look_at_unwanted(struct apply *a, const struct manifest_output *output)
{
	struct change *change = add_change(a, output->path);
	int r = read_old(change);

	if (r == 0)
		r = check_ours(a, change);
	change->differs = change->exists;
	return r;
}

static bool has_change(const struct apply *a, const char *path)
{
	for (size_t i = 0; i < a->n_changes; i++)
		if (str_eq(a->changes[i].path, path))
			return true;
	return false;
}

static int compare_outputs(struct apply *a)
{
	int r = 0, e;

	for (size_t i = 0; i < a->render.n_files; i++) {
		e = look_at_wanted(a, &a->render.files[i]);
		r = r < 0 ? r : e;
	}
	for (size_t i = 0; i < a->manifest.n_outputs; i++) {
		if (has_change(a, a->manifest.outputs[i].path))
			continue;
		e = look_at_unwanted(a, &a->manifest.outputs[i]);
		r = r < 0 ? r : e;
	}
	return r;
}

/* --- reloads --- */

static bool is_done(const struct apply *a, const struct change *change)
{
	return !change->differs && manifest_is_done(&a->manifest, change->path, change->file->sum);
}

static bool has_lines(const struct render_file *file)
{
	return file->output->each == APPLY_EACH_LINE; /* reloads are per line only */
}

/* Only lines whose own part of the file changed are affected; all lines if the file was edited. */
static void collect_lines(struct apply *a, const struct change *change)
{
	bool all =
		change->differs && manifest_is_done(&a->manifest, change->path, change->file->sum);
	size_t at = 0;

	for (size_t i = 0; i < change->file->n_items; i++) {
		const struct render_item *item = &change->file->items[i];
		const struct manifest_item *old =
			manifest_find_item(&a->manifest, change->path, item->name, &at);

		if (all || !old || old->sum != item->sum)
			reload_add_line(&a->reload, item->name,
					site_find_line(a->site, item->name));
	}
}

static bool may_reload(const struct apply *a)
{
	return !a->options->keep_running && !file_has_root();
}

/* Without reloads it is enough to record that one is needed. */
static void collect_reloads(struct apply *a)
{
	for (size_t i = 0; i < a->n_changes; i++) {
		const struct change *change = &a->changes[i];

		if (!change->file)
			a->reload.mask |= outputs_reload_of_removal(change->path);
		if (!change->file || is_done(a, change))
			continue;
		a->reload.mask |= change->file->output->reload;
		if (may_reload(a) &&
		    change->file->output->reload & (APPLY_RELOAD_UDEV | APPLY_RELOAD_LINE))
			collect_lines(a, change);
	}
	for (size_t i = 0; i < a->manifest.n_items; i++)
		if (!site_find_line(a->site, a->manifest.items[i].name)) {
			a->reload.mask |= APPLY_RELOAD_UDEV;
			reload_add_line(&a->reload, a->manifest.items[i].name, NULL);
		}
}

/* --- showing --- */

/* A file to be removed has no row in the table that would tell. */
static bool holds_secrets(const struct change *change)
{
	return change->file ? change->file->output->secret : !(change->old_mode & 077);
}

static void show_change(const struct change *change)
{
	static const struct text nothing;
	const struct render_file *file = change->file;
	_cleanup_text_ struct text diff = { 0 };

	if (holds_secrets(change)) {
		printf("would %s %s (not shown: secrets)\n", file ? "change" : "remove",
		       change->path);
		return;
	}
	if (change->exists && file && file->output->mode != change->old_mode)
		printf("would set the mode of %s to %04o\n", change->path,
		       (unsigned)file->output->mode);
	if (diff_unified(change->exists ? change->path : "/dev/null", &change->old,
			 file ? change->path : "/dev/null", file ? &file->text : &nothing,
			 &diff) < 0)
		printf("would %s %s\n", file ? "change" : "remove", change->path);
	fputs(text_str(&diff), stdout);
}

static void show_changes(const struct apply *a, struct apply_summary *summary)
{
	for (size_t i = 0; i < a->n_changes; i++) {
		if (!a->changes[i].differs)
			continue;
		show_change(&a->changes[i]);
		if (a->changes[i].file)
			summary->n_written++;
		else
			summary->n_removed++;
	}
	fflush(stdout);
}

/* --- publishing --- */

/* Until the reloads are done the entries keep the old sums of the lines' parts; a new line gets an
 * impossible sum, so that it is still known if the next run finds it removed. */
static void keep_items(const struct apply *a, const struct change *change, struct manifest *m)
{
	bool all =
		change->differs && manifest_is_done(&a->manifest, change->path, change->file->sum);
	size_t at = 0;

	for (size_t i = 0; i < a->manifest.n_items; i++) {
		const struct manifest_item *item = &a->manifest.items[i];

		if (str_eq(item->path, change->path))
			manifest_add_item(m, item->path, item->name, all ? 0 : item->sum);
	}
	for (size_t i = 0; has_lines(change->file) && i < change->file->n_items; i++)
		if (!manifest_find_item(&a->manifest, change->path, change->file->items[i].name,
					&at))
			manifest_add_item(m, change->path, change->file->items[i].name, 0);
}

static void note_intent(const struct apply *a, const struct change *change, struct manifest *m)
{
	for (size_t i = 0; i < a->manifest.n_outputs; i++) {
		const struct manifest_output *o = &a->manifest.outputs[i];

		if (str_eq(o->path, change->path) &&
		    !(change->file && o->is_intent && o->sum == change->file->sum))
			manifest_add_output(m, o->path, o->sum, o->is_intent);
	}
	if (!change->file)
		return;
	manifest_add_output(m, change->path, change->file->sum, true);
	keep_items(a, change, m);
}

static void note_done(const struct change *change, struct manifest *m)
{
	if (!change->file)
		return;
	manifest_add_output(m, change->path, change->file->sum, false);
	for (size_t i = 0; has_lines(change->file) && i < change->file->n_items; i++)
		manifest_add_item(m, change->path, change->file->items[i].name,
				  change->file->items[i].sum);
}

enum phase {
	PHASE_BEFORE, /* nothing is published yet */
	PHASE_AFTER,
	PHASE_AFTER_NOT_RELOADED, /* the next run with reloads finds the pending ones */
};
static int save_manifest(const struct apply *a, enum phase phase)
{
	struct manifest m = { 0 };
	int r;

	for (size_t i = 0; i < a->n_changes; i++) {
		const struct change *change = &a->changes[i];
		bool open = phase == PHASE_BEFORE;

		if (phase == PHASE_AFTER_NOT_RELOADED)
			open = change->file && change->file->output->reload;
		if (open && !(change->file && is_done(a, change)))
			note_intent(a, change, &m);
		else
			note_done(change, &m);
	}
	r = manifest_save(&m);
	manifest_free(&m);
	return r;
}

/* Stopping a line can take seconds; an edit made meanwhile must not be lost. */
static int check_as_seen(const struct change *change)
{
	_cleanup_text_ struct text now = { 0 };
	bool exists = file_read(change->path, &now) == 0;

	if (exists == change->exists && text_equal(&now, &change->old))
		return 0;
	report_error("%s: changed during apply: try again", change->path);
	return -EAGAIN;
}

static int publish(const struct change *change, struct apply_summary *summary)
{
	int r;

	if (!change->differs)
		return 0;
	r = check_as_seen(change);
	if (r < 0)
		return r;
	if (!change->file) {
		r = publish_removal(change->path);
		summary->n_removed += r == 0;
		return r;
	}
	r = publish_file(change->path, &change->file->text, change->file->output->mode);
	summary->n_written += r == 0;
	return r;
}

static bool has_work(const struct apply *a)
{
	for (size_t i = 0; i < a->n_changes; i++)
		if (a->changes[i].differs)
			return true;
	return false;
}

static int carry_out(struct apply *a, struct apply_summary *summary)
{
	bool wanted, reloads;
	int r = 0;

	collect_reloads(a);
	wanted = a->reload.mask;
	reloads = wanted && may_reload(a) && reload_is_possible();
	if (reloads && a->reload.n_lines)
		r = reload_before(&a->reload);
	if (r == 0 && has_work(a))
		r = save_manifest(a, PHASE_BEFORE);
	for (size_t i = 0; r == 0 && i < a->n_changes; i++)
		r = publish(&a->changes[i], summary);
	if (r == 0 && reloads)
		r = reload_after(&a->reload, summary);
	if (r == 0)
		r = save_manifest(a, wanted && !reloads ? PHASE_AFTER_NOT_RELOADED : PHASE_AFTER);
	if (r == 0 && may_reload(a) && systemd_is_running())
		r = others_open(a->site, &summary->n_opened);
	if (r == 0 && may_reload(a) && !a->options->leave_stopped)
		r = reload_start_stopped(a->site, summary);
	return r;
}

static int prepare(struct apply *a)
{
	struct outputs_context context = { .site = a->site, .network = &a->network };
	int r, e;

	a->network = a->site->network;
	network_fill_dns(&a->network);
	/* the networks of another root directory are not known */
	r = file_has_root() ? 0 : network_list_lan(&a->lan, &a->n_lan);
	if (r < 0)
		return r;
	context.firewall = (struct firewall_facts){ a->site, &a->network, a->lan, a->n_lan };
	r = render_site(&context, template_dir, &a->render);
	e = manifest_load(&a->manifest);
	return r < 0 ? r : e;
}

int apply_site(const struct site *site, const struct apply_options *options,
	       struct apply_summary *ret_summary)
{
	_cleanup_(apply_free) struct apply a = { .options = options, .site = site };
	struct apply_summary summary = { 0 };
	int r = prepare(&a);

	if (r < 0)
		return r;
	r = compare_outputs(&a);
	if (options->dry_run)
		show_changes(&a, &summary);
	else if (r == 0)
		r = carry_out(&a, &summary);
	*ret_summary = summary;
	return r;
}
