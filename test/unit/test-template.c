/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Placeholders are replaced once, strictly, in the file's grammar. */
#include "util/template.h"

#include <errno.h>

#include "check.h"

#define NAME63 "abcdefghijklmnopqrstuabcdefghijklmnopqrstuabcdefghijklmnopqrstu"

static const struct {
	const char *name, *value;
} values[] = {
	{ "a", "1" },         { "word", "a b" },     { "empty", "" },    { "line-name", "line1" },
	{ "again", "{{a}}" }, { "newline", "a\nb" }, { NAME63, "long" }, { "secret", "p\"w\\" },
};

static int resolve(const void *context, const char *name, struct text *ret_value)
{
	check(context == values);
	if (str_eq(name, "broken"))
		return -EIO;
	for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
		if (!str_eq(values[i].name, name))
			continue;
		text_add(ret_value, values[i].value);
		return 0;
	}
	return -ENOENT;
}

static const struct {
	const char *template;
	enum quote grammar;
	const char *want; /* NULL: an error */
	unsigned line;
	const char *name, *why;
} cases[] = {
	{ "", QUOTE_PLAIN, "", 0, NULL, NULL },
	{ "no placeholder { } }}\n", QUOTE_PLAIN, "no placeholder { } }}\n", 0, NULL, NULL },
	{ "{{a}}", QUOTE_PLAIN, "1", 0, NULL, NULL },
	{ "x{{a}}{{a}}y{{empty}}z\n", QUOTE_PLAIN, "x11yz\n", 0, NULL, NULL },
	{ "[{{line-name}}]\n", QUOTE_PLAIN, "[line1]\n", 0, NULL, NULL },
	{ "name {{secret}}\n", QUOTE_PPPD, "name \"p\\\"w\\\\\"\n", 0, NULL, NULL },
	{ "k = {{again}}\n", QUOTE_SHELL, "k = '{{a}}'\n", 0, NULL, NULL }, /* not read again */
	{ "{{" NAME63 "}}", QUOTE_PLAIN, "long", 0, NULL, NULL },
	{ "{{" NAME63 "x}}", QUOTE_PLAIN, NULL, 1, NAME63, "is too long" },
	{ "{{unknown}}", QUOTE_PLAIN, NULL, 1, "unknown", "is not a known name" },
	{ "\n\n a {{ a }}", QUOTE_PLAIN, NULL, 3, " a ", "is not a known name" },
	{ "{{{a}}}", QUOTE_PLAIN, NULL, 1, "{a", "is not a known name" },
	{ "{{A}}", QUOTE_PLAIN, NULL, 1, "A", "is not a known name" },
	{ "{{}}", QUOTE_PLAIN, NULL, 1, "", "is empty" },
	{ "ok\n{{a\n}}", QUOTE_PLAIN, NULL, 2, "", "has no }} on its line" },
	{ "{{a}} {{a", QUOTE_PLAIN, NULL, 1, "", "has no }} on its line" },
	{ "{{a}}\n{{newline}}\n", QUOTE_PPPD, NULL, 2, "newline", "has a newline" },
	{ "{{broken}}", QUOTE_PLAIN, NULL, 1, "broken", "has no value" },
	{ "{{empty}}", QUOTE_SECRETS, NULL, 1, "empty", "is empty, which lets any password in" },
};

int main(void)
{
	static const struct template_source source = { resolve, values };

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct template_error error = { 0 };
		_cleanup_text_ struct text out = { 0 }, want = { 0 };
		int r;

		text_add(&out, "before ");
		text_addf(&want, "before %s", cases[i].want ?: "");
		r = template_render(cases[i].template, cases[i].grammar, &source, &out, &error);
		check_str(out.s, want.s);
		check(r == (cases[i].want ? 0 : -EINVAL), "%s", cases[i].template);
		if (r == 0)
			continue;
		check(error.line == cases[i].line, "%s: line %u", cases[i].template, error.line);
		check_str(error.name, cases[i].name);
		check_str(error.why, cases[i].why);
	}
	return check_done();
}
