/* SPDX-License-Identifier: GPL-2.0-or-later */
/* quote: a value in every grammar is refused, or one word that its reader gets back as it was. */
#include "util/quote.h"

#include "fuzz.h"
#include "site.h"

/* pppd options.c, getword(): one word, between double quotes or bare. */
static char *read_pppd(const char *s)
{
	bool quoted = *s == '"';
	struct text word = { 0 };

	for (s += quoted; *s && !(quoted && *s == '"'); s++) {
		if (*s == '\\')
			s++;
		must(*s && (quoted || !strchr(" \t\n#'\"", *s)));
		text_addc(&word, *s);
	}
	must(!quoted || (s[0] == '"' && !s[1]));
	return text_take(&word);
}

/* sh(1): single quotes, and a backslash before one between them. */
static char *read_shell(const char *s)
{
	struct text word = { 0 };
	bool quoted = false;

	for (; *s; s++) {
		if (*s == '\'') {
			quoted = !quoted;
			continue;
		}
		if (!quoted && *s == '\\')
			must(*++s == '\'');
		else
			must(quoted || !strchr(" \t\n$`\"\\;&|<>()*?[]#~!{}", *s));
		text_addc(&word, *s);
	}
	must(!quoted);
	return text_take(&word);
}

static char *read_ini(const char *s)
{
	struct text value = { 0 };

	must(quote_decode_ini(s, &value) == 0);
	return text_take(&value);
}

/* NULL: the reader takes it as it stands, or test-quote knows better */
static char *(*const readers[])(const char *) = {
	[QUOTE_PPPD] = read_pppd,
	[QUOTE_SECRETS] = read_pppd,
	[QUOTE_INI] = read_ini,
	[QUOTE_SHELL] = read_shell,
};

static void check(enum quote grammar, const char *value)
{
	_cleanup_text_ struct text out = { 0 };
	_cleanup_free_ char *back = NULL;
	const char *why = NULL;

	if (quote_add(&out, grammar, value, &why) < 0) {
		must(why && !out.len);
		return;
	}
	if (grammar == QUOTE_RULES) /* whole lines that we have made ourselves */
		return;
	fuzz_check_harmless(text_str(&out));
	if ((size_t)grammar >= ARRAY_SIZE(readers) || !readers[grammar])
		return;
	back = readers[grammar](text_str(&out));
	must(str_eq(back, value));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *value = xstrndup((const char *)data, size);
	_cleanup_text_ struct text decoded = { 0 }, out = { 0 };
	const char *why;

	for (int grammar = QUOTE_PLAIN; grammar <= QUOTE_SHELL; grammar++)
		check((enum quote)grammar, value);
	(void)quote_decode_ini(value, &decoded); /* whatever it is */
	/* what may be a name or a password can be written into the secrets */
	if (!site_check_account_name(value) || !site_check_password(value))
		must(quote_add(&out, QUOTE_SECRETS, value, &why) == 0);
	return 0;
}
