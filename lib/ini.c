/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A strict reader of ini texts. */
#include "ini.h"

#include <ctype.h>
#include <errno.h>

/* iniparser gives up over 1024 bytes, the newline and a NUL included */
#define LINE_MAX_BYTES 1000

struct parser {
	const char *name;
	struct ini *ini;
	struct text *complaints;
	const char *section; /* of the row that has it; NULL before the first */
	unsigned line;
};

static int complain(struct parser *p, const char *what)
{
	text_addf(p->complaints, "%s:%u: %s\n", p->name, p->line, what);
	return -EINVAL;
}

void ini_free(struct ini *ini)
{
	for (size_t i = 0; i < ini->n; i++) {
		free(ini->rows[i].section);
		free(ini->rows[i].key);
		free(ini->rows[i].value);
	}
	free(ini->rows);
	*ini = (struct ini){ 0 };
}

const struct ini_row *ini_find(const struct ini *ini, const char *section, const char *key)
{
	for (size_t i = 0; i < ini->n; i++) {
		const struct ini_row *row = &ini->rows[i];

		if (row->key && str_eq(row->key, key) && str_eq(row->section, section))
			return row;
	}
	return NULL;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* The part [s, end) without blanks around it. */
static char *copy_stripped(const char *s, const char *end)
{
	while (s < end && is_blank(*s))
		s++;
	while (end > s && is_blank(end[-1]))
		end--;
	return xstrndup(s, (size_t)(end - s));
}

static char *copy_lower(const char *s, const char *end)
{
	char *copy = copy_stripped(s, end);

	for (char *c = copy; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	return copy;
}

static void add_row(struct parser *p, char *section, char *key, char *value)
{
	struct ini *ini = p->ini;

	ini->rows = xrealloc(ini->rows, ini->n + 1, sizeof(*ini->rows));
	ini->rows[ini->n++] = (struct ini_row){ section, key, value, p->line };
	p->section = section;
}

static int parse_section(struct parser *p, const char *s)
{
	size_t n = strlen(s);

	if (s[n - 1] != ']')
		return complain(
			p, "section without ] at the end of the line (a comment needs a line of its own)");
	add_row(p, copy_lower(s + 1, s + n - 1), NULL, NULL);
	return 0;
}

/* What is before a comment, without quotes around it. */
static int parse_value(struct parser *p, const char *s, char **ret)
{
	const char *end, *rest;

	s += strspn(s, " \t");
	if (*s != '"' && *s != '\'') {
		*ret = copy_stripped(s, s + strcspn(s, ";#"));
		return 0;
	}
	end = strchr(s + 1, *s);
	if (!end)
		return complain(p,
				"value without its closing quote (add it, or write the quote as %22 or %27)");
	rest = end + 1 + strspn(end + 1, " \t");
	if (*rest && *rest != ';' && *rest != '#')
		return complain(p,
				"text after the closing quote (remove it, or write the quote as %22 or %27)");
	*ret = xstrndup(s + 1, (size_t)(end - s) - 1);
	return 0;
}

/* What iniparser 4.1 and 4.2 read differently, or what cannot be meant. */
static const char *check_value(const char *value)
{
	for (; *value; value++) {
		if (*value == '\\')
			return "value with a backslash (write it as %5C)";
		if (*value == '\t')
			return "value with a tab (write it as %09)";
		if (!isascii(*value))
			return "value with a byte that is not ASCII (write it as % and two hex digits)";
	}
	return NULL;
}

static int parse_key(struct parser *p, const char *s)
{
	const char *equals = strchr(s, '='), *why;
	_cleanup_free_ char *key = NULL, *value = NULL;
	const struct ini_row *old;

	if (!equals)
		return complain(p, "neither a comment, a [section] nor key = value (begin a comment with #)");
	key = copy_lower(s, equals);
	if (!*key)
		return complain(p, "no key before the = (write key = value)");
	if (parse_value(p, equals + 1, &value) < 0)
		return -EINVAL;
	why = check_value(value);
	if (why)
		return complain(p, why);
	if (!p->section)
		return complain(p, "key before the first section (write the [section] above it)");
	old = ini_find(p->ini, p->section, key);
	if (old) {
		_cleanup_free_ char *text = xasprintf("the same key as on line %u (remove one)", old->line);

		return complain(p, text);
	}
	add_row(p, xstrdup(p->section), key, value);
	key = value = NULL;
	return 0;
}

static const char *check_line(const char *s, size_t n)
{
	if (n > LINE_MAX_BYTES)
		return "line of more than 1000 bytes (shorten it)";
	for (size_t i = 0; i < n; i++)
		if (iscntrl((unsigned char)s[i]) && s[i] != '\t')
			return "control byte (remove it, or write it as % and two hex digits)";
	if (n && s[n - 1] == '\\')
		return "backslash at the end, which joins the next line to this one (remove it)";
	return NULL;
}

/* One line without its line feed; a carriage return at the end is as good as none, to iniparser too. */
static int parse_line(struct parser *p, const char *s, size_t n)
{
	_cleanup_free_ char *line = NULL;
	const char *why;

	while (n && (is_blank(s[n - 1]) || s[n - 1] == '\r'))
		n--;
	if (p->line == 1 && n >= 3 && memcmp(s, "\xef\xbb\xbf", 3) == 0)
		return complain(p, "byte order mark (save the file as plain UTF-8 without it)");
	why = check_line(s, n);
	if (why)
		return complain(p, why);
	line = copy_stripped(s, s + n);
	if (!*line || *line == '#' || *line == ';')
		return 0;
	return *line == '[' ? parse_section(p, line) : parse_key(p, line);
}

int ini_parse(const char *name, const struct text *content, struct ini *ret, struct text *complaints)
{
	struct parser p = { .name = name, .ini = ret, .complaints = complaints };
	const char *s = text_str(content), *end = s + content->len;
	int ret_code = 0;

	*ret = (struct ini){ 0 };
	while (s < end) {
		const char *newline = memchr(s, '\n', (size_t)(end - s));
		const char *stop = newline ? newline : end;

		p.line++;
		if (parse_line(&p, s, (size_t)(stop - s)) < 0)
			ret_code = -EINVAL;
		s = newline ? newline + 1 : end;
	}
	return ret_code;
}
