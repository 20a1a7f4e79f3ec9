/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Templates and a site -> the text of every output. */
#include "apply/render.h"

#include <errno.h>
#include <stdio.h>

#include "apply/outputs.h"
#include "call/mgetty.h"
#include "config/config.h"
#include "util/file.h"
#include "util/report.h"
#include "util/template.h"

/* Templates belong to the program: they are read from this host even for another root directory. */
static int read_template(const char *path, struct text *ret)
{
	int r = file_read_real(path, ret, NULL);

	if (r < 0)
		return r;
	return memchr(text_str(ret), '\0', ret->len) ? -EBADMSG : 0;
}

/* Where the administrator corrects a value that cannot be written */
static char *source_of(const struct outputs_context *c)
{
	if (c->line)
		return xasprintf(CONFIG_LINES "/%s.conf", c->line->name);
	if (c->account)
		return config_account_path(c->account->name);
	return xstrdup(CONFIG_FILE);
}

/* A value that could not be generated has its own reason. */
static const char *reason_of(const struct outputs_context *c, const struct template_error *error)
{
	_cleanup_text_ struct text unused = { 0 };
	const char *why = error->why;

	if (c->line && str_eq(error->name, "init-chat"))
		mgetty_init_chat(c->line, &unused, &why);
	return why;
}

/* An unknown name is an error of the template, the same for every item: -EBADMSG; a bad value is
 * one of the site: -EINVAL. */
static int complain(const struct outputs_context *c, const char *template,
		    const struct template_error *error)
{
	_cleanup_free_ char *source = source_of(c);
	_cleanup_text_ struct text value = { 0 };
	bool is_known = outputs_resolve(c, error->name, &value) != -ENOENT;

	report_error("%s:%u: {{%s}} %s (correct %s)", template, error->line, error->name,
		     reason_of(c, error), is_known ? source : "the template");
	return is_known ? -EINVAL : -EBADMSG;
}

/* A loaded template: read once for all items. */
struct part {
	char *path; /* NULL: there is none */
	struct text text;
};

static void part_free(struct part *part)
{
	free(part->path);
	text_free(&part->text);
}
#define _cleanup_part_ _cleanup_(part_free)

/* 0, or the error that makes the template useless for every item. Reported. */
static int load_part(const char *dir, const char *name, struct part *ret)
{
	int r;

	if (!name)
		return 0;
	ret->path = xasprintf("%s/%s", dir, name);
	r = read_template(ret->path, &ret->text);
	if (r < 0)
		report_error("%s: could not read this template: %s (install dialisp again)",
			     ret->path, strerror(-r));
	return r;
}

/* 0, -EINVAL (a value; the next item may be valid), or the error that makes the template useless
 * for every item. Reported. */
static int render_part(const struct outputs_context *c, const struct apply_output *output,
		       const struct part *part, struct text *out)
{
	const struct template_source source = { outputs_resolve, c };
	struct template_error error;
	int r;

	if (!part->path)
		return 0;
	r = template_render(text_str(&part->text), output->quote, &source, out, &error);
	return r < 0 ? complain(c, part->path, &error) : 0;
}

static bool goes_on(int r)
{
	return r == 0 || r == -EINVAL;
}

static struct render_file *add_file(struct render *render, const struct apply_output *output,
				    const char *item)
{
	struct render_file *file;

	render->files = xrealloc(render->files, render->n_files + 1, sizeof(*render->files));
	file = &render->files[render->n_files++];
	*file = (struct render_file){ .output = output };
	file->path = item ? xasprintf("%.*s%s%s", (int)strcspn(output->path, "%"), output->path,
				      item, strstr(output->path, "%s") + 2)
			  : xstrdup(output->path);
	return file;
}

static void add_item(struct render_file *file, const char *name, size_t start)
{
	struct text part = { .s = file->text.s + start, .len = file->text.len - start };
	struct render_item *item;

	file->items = xrealloc(file->items, file->n_items + 1, sizeof(*file->items));
	item = &file->items[file->n_items++];
	base_copy(item->name, sizeof(item->name), name);
	item->sum = file_checksum(&part);
}

static size_t count_items(const struct site *site, enum apply_each each)
{
	switch (each) {
	case APPLY_EACH_NONE:
		return 0;
	case APPLY_EACH_LINE:
		return site->n_lines;
	case APPLY_EACH_ACCOUNT:
		return site->n_accounts;
	}
	return 0;
}

/* The context of the i-th item; its name is returned */
static const char *select_item(struct outputs_context *c, enum apply_each each, size_t i)
{
	if (each == APPLY_EACH_LINE) {
		c->line = &c->site->lines[i];
		return c->line->name;
	}
	c->account = &c->site->accounts[i];
	return c->account->name;
}

static int render_items(const struct outputs_context *context, const struct part *part,
			struct render_file *file)
{
	int r = 0;

	for (size_t i = 0; i < count_items(context->site, file->output->each) && goes_on(r); i++) {
		struct outputs_context c = *context;
		const char *name = select_item(&c, file->output->each, i);
		size_t start = file->text.len;
		int e = render_part(&c, file->output, part, &file->text);

		if (e == 0)
			add_item(file, name, start);
		r = e < 0 ? e : r;
	}
	return r;
}

static int render_one(const struct outputs_context *context, const char *dir,
		      struct render_file *file)
{
	const struct apply_output *output = file->output;
	_cleanup_part_ struct part head = { 0 }, item = { 0 }, tail = { 0 };
	int r, e;

	r = load_part(dir, output->head, &head);
	if (r == 0)
		r = render_part(context, output, &head, &file->text);
	if (goes_on(r)) {
		e = load_part(dir, output->item, &item);
		e = e < 0 ? e : render_items(context, &item, file);
		r = e < 0 ? e : r;
	}
	e = load_part(dir, output->tail, &tail);
	if (e == 0)
		e = render_part(context, output, &tail, &file->text);
	return e < 0 ? e : r;
}

static int render_each(const struct outputs_context *context, const char *dir,
		       const struct apply_output *output, struct render *render)
{
	_cleanup_part_ struct part item = { 0 };
	_cleanup_text_ struct text text = { 0 }; /* buffer, reused for each */
	int r = load_part(dir, output->item, &item);

	for (size_t i = 0; i < count_items(context->site, output->each) && goes_on(r); i++) {
		struct outputs_context c = *context;
		const char *name = select_item(&c, output->each, i);
		struct render_file *file = add_file(render, output, name);
		int e;

		text_clear(&text);
		e = render_part(&c, output, &item, &text);
		text_add_mem(&file->text, text_str(&text), text.len);
		r = e < 0 ? e : r;
	}
	return r;
}

int render_site(const struct outputs_context *context, const char *template_dir, struct render *ret)
{
	int r = 0;

	*ret = (struct render){ 0 };
	for (size_t i = 0; i < apply_n_outputs; i++) {
		const struct apply_output *output = &apply_outputs[i];
		int e;

		if (output->is_wanted && !output->is_wanted(context->site))
			continue;
		e = strstr(output->path, "%s")
			    ? render_each(context, template_dir, output, ret)
			    : render_one(context, template_dir, add_file(ret, output, NULL));
		r = e < 0 ? e : r;
	}
	for (size_t i = 0; i < ret->n_files; i++)
		ret->files[i].sum = file_checksum(&ret->files[i].text);
	return r;
}

void render_free(struct render *render)
{
	for (size_t i = 0; i < render->n_files; i++) {
		free(render->files[i].path);
		free(render->files[i].items);
		text_free(&render->files[i].text);
	}
	free(render->files);
	*render = (struct render){ 0 };
}
