/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How a value is written in each grammar, and which values cannot be. */
#include "util/quote.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>

#define ALNUM "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

struct grammar {
	const char *bare;   /* a value of these bytes alone is written as it is */
	const char *refuse; /* bytes that cannot be written */
	const char *why;   /* the reason for those, or for any value that is not bare if there is no
			    * add */
	size_t max;        /* bytes of a value; 0: no limit */
	bool strip_blanks; /* its reader strips or collapses blanks */
	const char *(*check)(const char *value); /* more that cannot be: the reason, or NULL */
	void (*add)(struct text *out,
		    const char *value); /* how a value that is not bare is written */
};

static const char *check_secret(const char *value)
{
	/* pppd auth.c: an empty secret accepts every password */
	return *value ? NULL : "is empty, which lets any password in";
}

static const char *check_mgetty(const char *value)
{
	/* mgetty config.c fgetline(): it makes a comment of the line, or joins it with the next */
	if (value[0] == '#')
		return "begins with #";
	return str_ends(value, "\\") ? "ends with a backslash" : NULL;
}

static const char *check_chat(const char *value)
{
	/* mgetty config.c conf_get_chat(): the pass that counts words and the one that splits them
	 * disagree about a quote after two backslashes */
	if (strstr(value, "\\\""))
		return "has a backslash before a double quote";
	return str_ends(value, "\\") ? "ends with a backslash" : NULL;
}

/* pppd options.c getword(): between double quotes only \ and " are special */
static void add_pppd(struct text *out, const char *value)
{
	text_addc(out, '"');
	for (; *value; value++) {
		if (strchr("\\\"", *value))
			text_addc(out, '\\');
		text_addc(out, *value);
	}
	text_addc(out, '"');
}

static void add_as_is(struct text *out, const char *value)
{
	text_add(out, value);
}

/* Backslashes are decoded twice: by conf_get_chat() and by do_chat_send(). */
static void add_chat(struct text *out, const char *value)
{
	bool quoted = !*value || strchr(value, ' ');

	if (quoted)
		text_addc(out, '"');
	for (size_t n; *value; value += n) {
		n = strcspn(value, "\\\"");
		text_add_mem(out, value, n);
		if (value[n])
			text_add(out, value[n++] == '"' ? "\\\"" : "\\\\\\\\");
	}
	if (quoted)
		text_addc(out, '"');
}

/* A class of one byte is that byte. udev only looks for patterns when a value has one of these, and
 * then calls fnmatch(); a backslash would be literal in one case and an escape in the other. */
static void add_udev(struct text *out, const char *value)
{
	for (size_t n; *value; value += n) {
		n = strcspn(value, "*?[");
		text_add_mem(out, value, n);
		if (value[n])
			text_addf(out, "[%c]", value[n++]);
	}
}

#define INI_BARE       ALNUM "._/:@+,-"
#define FILE_NAME_BARE ALNUM "._@+-"

static void add_ini(struct text *out, const char *value)
{
	for (const char *s = value; *s; s++) {
		bool inner_blank = *s == ' ' && s > value && s[1];

		if (strchr(INI_BARE, *s) || inner_blank)
			text_addc(out, *s);
		else
			text_addf(out, "%%%02X", (unsigned char)*s);
	}
}

static void add_file_name(struct text *out, const char *value)
{
	for (; *value; value++)
		if (strchr(FILE_NAME_BARE, *value))
			text_addc(out, *value);
		else
			text_addf(out, "%%%02X", (unsigned char)*value);
}

static void add_shell(struct text *out, const char *value)
{
	text_addc(out, '\'');
	for (; *value; value++) {
		if (*value == '\'')
			text_add(out, "'\\'");
		text_addc(out, *value);
	}
	text_addc(out, '\'');
}

#define ONLY(bytes) "has a character other than letters, digits, blanks and " bytes

static const struct grammar grammars[] = {
	[QUOTE_PLAIN] = { .bare = ALNUM "._/:@%+,{} -", .why = ONLY("._/:@%+,{}-") },
	[QUOTE_PPPD] = { .bare = ALNUM "._/:@+,-", .max = 1023, .add = add_pppd },
	[QUOTE_SECRETS] = { .max = 255, .check = check_secret, .add = add_pppd },
	[QUOTE_MGETTY] = { .strip_blanks = true, .check = check_mgetty, .add = add_as_is },
	[QUOTE_CHAT] = { .strip_blanks = true, .check = check_chat, .add = add_chat },
	/* $ and % are substituted in assignments but not in comparisons; | always separates
	 * alternatives */
	[QUOTE_UDEV] = { .refuse = "\"\\$%|", .why = "has one of \" \\ $ % |", .add = add_udev },
	[QUOTE_RULES] = { .bare = ALNUM "._/:,{}@#- \t\n",
			  .why = ONLY("._/:,{}@#- and line ends") },
	[QUOTE_INI] = { .add = add_ini },
	[QUOTE_FILE_NAME] = { .bare = FILE_NAME_BARE, .add = add_file_name },
	[QUOTE_SHELL] = { .bare = ALNUM "._/:@%+,-", .add = add_shell },
};

static const char *check_bytes(const char *value)
{
	if (strchr(value, '\n'))
		return "has a newline";
	for (; *value; value++)
		if (*value < ' ' || *value > '~')
			return "has a byte that is not printable ASCII";
	return NULL;
}

static const char *check_blanks(const char *value)
{
	if (value[0] == ' ' || str_ends(value, " "))
		return "begins or ends with a blank";
	return strstr(value, "  ") ? "has two blanks in a row" : NULL;
}

static const char *check_value(const struct grammar *g, enum quote grammar, const char *value)
{
	/* percent-encoding can write every byte; rules are lines */
	bool is_any = grammar == QUOTE_INI || grammar == QUOTE_RULES;
	const char *why = is_any ? NULL : check_bytes(value);

	if (!why && g->max && strlen(value) > g->max)
		why = "is too long";
	if (!why && g->refuse && strpbrk(value, g->refuse))
		why = g->why;
	if (!why && g->strip_blanks)
		why = check_blanks(value);
	if (!why && g->check)
		why = g->check(value);
	return why;
}

int quote_add(struct text *out, enum quote grammar, const char *value, const char **ret_why)
{
	const struct grammar *g = &grammars[grammar];
	const char *why = check_value(g, grammar, value);
	bool bare = g->bare && !value[strspn(value, g->bare)];

	if (bare && g->add && !*value) /* an empty word needs its quotes */
		bare = false;
	if (!why && !bare && !g->add)
		why = g->why;
	if (why) {
		*ret_why = why;
		return -EINVAL;
	}
	if (bare)
		text_add(out, value);
	else
		g->add(out, value);
	return 0;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool quote_is_ini(const char *written)
{
	return !written[strspn(written, INI_BARE "% ")];
}

int quote_decode_ini(const char *s, struct text *ret)
{
	size_t start = ret->len;

	while (*s) {
		size_t n = strcspn(s, "%");
		int high, low;

		text_add_mem(ret, s, n);
		s += n;
		if (!*s)
			break;
		high = hex_digit(s[1]);
		low = high < 0 ? -1 : hex_digit(s[2]);
		if (low < 0 || high + low == 0) {
			text_cut(ret, start);
			return -EINVAL;
		}
		text_addc(ret, (char)(high * 16 + low));
		s += 3;
	}
	return 0;
}
