/* SPDX-License-Identifier: GPL-2.0-or-later */
/* template: placeholders in any text, with values that strangers chose, in every grammar. */
#include "util/template.h"

#include "fuzz.h"

static int resolve(const void *context, const char *name, struct text *ret_value)
{
	if (!str_eq(name, "value"))
		return -1;
	text_add(ret_value, context);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	enum quote grammar = fuzz_byte(&data, &size) % (QUOTE_SHELL + 1);
	_cleanup_free_ char *value = fuzz_string(&data, &size);
	_cleanup_free_ char *text = xstrndup((const char *)data, size);
	const struct template_source source = { resolve, value };
	struct template_error error = { .line = 0 };
	_cleanup_text_ struct text out = { 0 };
	size_t n_lines = 0, n_out = 0;

	text_add(&out, "before");
	if (template_render(text, grammar, &source, &out, &error) < 0) {
		must(str_eq(out.s, "before") && error.line && error.why);
		return 0;
	}
	if (grammar == QUOTE_RULES) /* whole lines that we have made ourselves */
		return 0;
	/* a value never makes a line of its own */
	for (const char *s = text; *s; s++)
		n_lines += *s == '\n';
	for (size_t i = 0; i < out.len; i++)
		n_out += out.s[i] == '\n';
	must(n_lines == n_out);
	return 0;
}
