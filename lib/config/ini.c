/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A strict reader of ini texts. */
#include "config/ini.h"

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
	free(ini->rows);
	text_free(&ini->text);
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

/* The part [s, end) without blanks around it, ended where it stands. */
static char *strip(char *s, char *end)
{
	while (s < end && is_blank(*s))
		s++;
	while (end > s && is_blank(end[-1]))
		end--;
	*end = '\0';
	return s;
}

static char *strip_lower(char *s, char *end)
{
	s = strip(s, end);
	for (char *c = s; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	return s;
}

static void add_row(struct parser *p, const char *section, const char *key, const char *value)
{
	struct ini *ini = p->ini;

	ini->rows = xgrow(ini->rows, ini->n, sizeof(*ini->rows));
	ini->rows[ini->n++] = (struct ini_row){ section, key, value, p->line };
	p->section = section;
}

static int parse_section(struct parser *p, char *s)
{
	size_t n = strlen(s);

	if (s[n - 1] != ']')
		return complain(
			p,
			"section without ] at the end of the line: put the comment on a separate line");
	add_row(p, strip_lower(s + 1, s + n - 1), NULL, NULL);
	return 0;
}

/* What is before a comment, without quotes around it. */
static int parse_value(struct parser *p, char *s, const char **ret)
{
	char *end, *rest;

	s += strspn(s, " \t");
	if (*s != '"' && *s != '\'') {
		*ret = strip(s, s + strcspn(s, ";#"));
		return 0;
	}
	end = strchr(s + 1, *s);
	if (!end)
		return complain(
			p,
			"value without its closing quote: add it, or write the quote as %22 or %27");
	rest = end + 1 + strspn(end + 1, " \t");
	if (*rest && *rest != ';' && *rest != '#')
		return complain(
			p,
			"text after the closing quote: remove it, or write the quote as %22 or %27");
	*end = '\0';
	*ret = s + 1;
	return 0;
}

/* Syntax that iniparser 4.1 and 4.2 read differently, or that is surely a mistake. */
static const char *check_value(const char *value)
{
	for (; *value; value++) {
		if (*value == '\\')
			return "value with a backslash: write it as %5C";
		if (*value == '\t')
			return "value with a tab: write it as %09";
		if (!isascii(*value))
			return "value with a byte that is not ASCII: write it as % and two hex digits";
	}
	return NULL;
}

static int parse_key(struct parser *p, char *s)
{
	char *equals = strchr(s, '=');
	const char *key, *value, *why;
	const struct ini_row *old;

	if (!equals)
		return complain(
			p,
			"neither a comment, a [section] nor key = value: begin a comment with #");
	key = strip_lower(s, equals);
	if (!*key)
		return complain(p, "no key before the =: write key = value");
	if (parse_value(p, equals + 1, &value) < 0)
		return -EINVAL;
	why = check_value(value);
	if (why)
		return complain(p, why);
	if (!p->section)
		return complain(p, "key before the first section: write the [section] above it");
	old = ini_find(p->ini, p->section, key);
	if (old) {
		_cleanup_free_ char *text =
			xasprintf("the same key as on line %u: remove one", old->line);

		return complain(p, text);
	}
	add_row(p, p->section, key, value);
	return 0;
}

static const char *check_line(const char *s, size_t n)
{
	if (n > LINE_MAX_BYTES)
		return "line of more than 1000 bytes: shorten it";
	for (size_t i = 0; i < n; i++)
		if (iscntrl((unsigned char)s[i]) && s[i] != '\t')
			return "control byte: remove it, or write it as % and two hex digits";
	if (n && s[n - 1] == '\\')
		return "backslash at the end, which joins the next line to this one: remove it";
	return NULL;
}

/* One line without its line feed; a carriage return at the end is ignored, as iniparser does. */
static int parse_line(struct parser *p, char *s, size_t n)
{
	const char *why;

	while (n && (is_blank(s[n - 1]) || s[n - 1] == '\r'))
		n--;
	if (p->line == 1 && n >= 3 && memcmp(s, "\xef\xbb\xbf", 3) == 0)
		return complain(p, "byte order mark: save the file as plain UTF-8 without it");
	why = check_line(s, n);
	if (why)
		return complain(p, why);
	s = strip(s, s + n);
	if (!*s || *s == '#' || *s == ';')
		return 0;
	return *s == '[' ? parse_section(p, s) : parse_key(p, s);
}

int ini_parse(const char *name, const struct text *content, struct ini *ret,
	      struct text *complaints)
{
	struct parser p = { .name = name, .ini = ret, .complaints = complaints };
	char *s, *end;
	int ret_code = 0;

	*ret = (struct ini){ 0 };
	text_add_mem(&ret->text, text_str(content), content->len);
	s = ret->text.s;
	end = s + content->len;
	while (s < end) {
		char *newline = memchr(s, '\n', (size_t)(end - s));
		char *stop = newline ? newline : end;

		p.line++;
		if (parse_line(&p, s, (size_t)(stop - s)) < 0)
			ret_code = -EINVAL;
		s = newline ? newline + 1 : end;
	}
	return ret_code;
}
