/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The manifest: a line "file|intent SUM PATH" or "item SUM PATH NAME" per entry. */
#include "apply/manifest.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "paths.h"
#include "util/file.h"
#include "util/publish.h"
#include "util/report.h"

static const char *const kinds[] = { [false] = "file", [true] = "intent" }; /* by is_intent */

void manifest_add_output(struct manifest *m, const char *path, uint64_t sum, bool is_intent)
{
	m->outputs = xgrow(m->outputs, m->n_outputs, sizeof(*m->outputs));
	m->outputs[m->n_outputs++] = (struct manifest_output){ is_intent, sum, path };
}

void manifest_add_item(struct manifest *m, const char *path, const char *name, uint64_t sum)
{
	m->items = xgrow(m->items, m->n_items, sizeof(*m->items));
	m->items[m->n_items++] = (struct manifest_item){ sum, path, name };
}

/* 16 hexadecimal digits and a blank; NULL when it is something else */
static char *parse_sum(char *s, uint64_t *ret)
{
	if (strspn(s, "0123456789abcdef") != 16 || s[16] != ' ')
		return NULL;
	*ret = strtoull(s, NULL, 16);
	return s + 17;
}

static int parse_item(struct manifest *m, char *s)
{
	uint64_t sum;
	char *path = parse_sum(s, &sum), *name = path ? strchr(path, ' ') : NULL;

	if (!name)
		return -EBADMSG;
	*name++ = '\0';
	manifest_add_item(m, path, name, sum);
	return 0;
}

static int parse_line(struct manifest *m, char *line)
{
	char *rest = strchr(line, ' '), *path;
	uint64_t sum;

	if (!rest)
		return -EBADMSG;
	*rest++ = '\0';
	if (str_eq(line, "item"))
		return parse_item(m, rest);
	path = parse_sum(rest, &sum);
	for (size_t i = 0; path && *path == '/' && i < ARRAY_SIZE(kinds); i++)
		if (str_eq(line, kinds[i])) {
			manifest_add_output(m, path, sum, i);
			return 0;
		}
	return -EBADMSG;
}

int manifest_load(struct manifest *ret)
{
	unsigned number = 0;
	char *next;
	int r;

	*ret = (struct manifest){ 0 };
	r = file_read(MANIFEST_PATH, &ret->text);
	if (r == -ENOENT)
		return 0;
	if (r < 0) {
		report_error("%s: could not read: %s", MANIFEST_PATH, strerror(-r));
		return r;
	}
	for (char *line = ret->text.s; line && *line; line = next) {
		next = line + strcspn(line, "\n");
		if (*next)
			*next++ = '\0';
		number++;
		if (parse_line(ret, line) == 0)
			continue;
		report_error("%s:%u: not understood: remove the file, then apply with --force",
			     MANIFEST_PATH, number);
		return -EBADMSG;
	}
	return 0;
}

int manifest_save(const struct manifest *m)
{
	_cleanup_text_ struct text t = { 0 }, old = { 0 };

	for (size_t i = 0; i < m->n_outputs; i++)
		text_addf(&t, "%s %016" PRIx64 " %s\n", kinds[m->outputs[i].is_intent],
			  m->outputs[i].sum, m->outputs[i].path);
	for (size_t i = 0; i < m->n_items; i++)
		text_addf(&t, "item %016" PRIx64 " %s %s\n", m->items[i].sum, m->items[i].path,
			  m->items[i].name);
	if (file_read(MANIFEST_PATH, &old) == 0 && text_equal(&old, &t))
		return 0;
	return publish_file(MANIFEST_PATH, &t, 0600);
}

void manifest_free(struct manifest *m)
{
	text_free(&m->text);
	free(m->outputs);
	free(m->items);
	*m = (struct manifest){ 0 };
}

bool manifest_has_path(const struct manifest *m, const char *path)
{
	for (size_t i = 0; i < m->n_outputs; i++)
		if (str_eq(m->outputs[i].path, path))
			return true;
	return false;
}

bool manifest_has(const struct manifest *m, const char *path, uint64_t sum)
{
	for (size_t i = 0; i < m->n_outputs; i++)
		if (m->outputs[i].sum == sum && str_eq(m->outputs[i].path, path))
			return true;
	return false;
}

bool manifest_is_done(const struct manifest *m, const char *path, uint64_t sum)
{
	bool done = false;

	for (size_t i = 0; i < m->n_outputs; i++) {
		if (!str_eq(m->outputs[i].path, path))
			continue;
		if (m->outputs[i].is_intent || m->outputs[i].sum != sum)
			return false;
		done = true;
	}
	return done;
}

const struct manifest_item *manifest_find_item(const struct manifest *m, const char *path,
					       const char *name, size_t *at)
{
	for (size_t i = 0; i < m->n_items; i++) {
		size_t k = (*at + i) % m->n_items;
		const struct manifest_item *item = &m->items[k];

		if (!str_eq(item->name, name) || !str_eq(item->path, path))
			continue;
		*at = k + 1;
		return item;
	}
	return NULL;
}
