/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `{{name}}` placeholders: found, resolved, quoted. */
#include "util/template.h"

#include <errno.h>

/* The placeholder at s ("{{") -> its name and what follows it; the reason when there is none. */
static const char *read_name(const char *s, char *ret_name, size_t size, const char **ret_rest)
{
	const char *end = strstr(s + 2, "}}"), *newline = strchr(s, '\n');
	size_t n;

	ret_name[0] = '\0';
	if (!end || (newline && newline < end))
		return "has no }} on its line";
	n = (size_t)(end - s) - 2;
	base_copy(ret_name, n < size ? n + 1 : size, s + 2);
	if (n == 0)
		return "is empty";
	if (n >= size)
		return "is too long";
	*ret_rest = end + 2;
	return NULL;
}

/* `value` is a buffer that is reused for the next one. */
static const char *add_value(const struct template_source *source, const char *name,
			     enum quote grammar, struct text *value, struct text *out)
{
	const char *why;
	int r;

	text_clear(value);
	r = source->resolve(source->context, name, value);
	if (r < 0)
		return r == -ENOENT ? "is not a known name" : "has no value";
	if (memchr(text_str(value), '\0', value->len))
		return "has a NUL byte";
	return quote_add(out, grammar, text_str(value), &why) < 0 ? why : NULL;
}

static unsigned line_of(const char *start, const char *s)
{
	unsigned line = 1;

	for (; start < s; start++)
		line += *start == '\n';
	return line;
}

int template_render(const char *text, enum quote grammar, const struct template_source *source,
		    struct text *out, struct template_error *ret_error)
{
	_cleanup_text_ struct text value = { 0 };
	struct template_error error = { 0 };
	const char *rest = text, *mark;
	size_t start = out->len;

	while ((mark = strstr(rest, "{{"))) {
		text_add_mem(out, rest, (size_t)(mark - rest));
		error.why = read_name(mark, error.name, sizeof(error.name), &rest);
		if (!error.why)
			error.why = add_value(source, error.name, grammar, &value, out);
		if (error.why) {
			text_cut(out, start);
			error.line = line_of(text, mark);
			*ret_error = error;
			return -EINVAL;
		}
	}
	text_add(out, rest);
	return 0;
}
