/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The dialects: what modems of each family of makers are told before they wait for a call. */
#include "modem/dialect.h"

#include <errno.h>

/*
 * Groups hold at most 38 characters when joined: XECOM's XE1414 holds 40 with AT and does nothing
 * at all when there are more. S0=0: mgetty answers, not the modem. &C1: DCD follows the carrier.
 * &D2: DTR off hangs up. V1 Q0: results in words. None has Z: it loads the stored profile, on USR
 * and ELSA with the stored DTE speed too. None has a query of a %, \ or - command: Cirrus chips
 * write 0 where they are asked.
 */
#define LIST(...) ((const char *const[]){ __VA_ARGS__, NULL })

/* V.250 6.4.1; USR's older ones know no +MS. */
#define MAX_RATE_MS "+MS=V34,1,300,%u"

static const struct dialect dialects[] = {
	/* W2: CONNECT tells the line rate */
	{ .name = "cnxt",
	  .title = "Conexant, Rockwell, Lucent, Multi-Tech",
	  .groups = LIST("&F", "E0 V1 Q0 X4 W2", "&C1 &D2 S0=0"),
	  .flow = LIST("&K3"),
	  .caller_id = LIST("+VCID=1", "#CID=1"),
	  .max_rate = LIST(MAX_RATE_MS) },
	/* &F1: the template with error correction, compression and RTS/CTS; &A3: CONNECT tells rate
	 * and protocol; &B1: the DTE speed stays what it is. */
	{ .name = "usr",
	  .title = "U.S. Robotics and 3Com",
	  .groups = LIST("&F1", "E0 V1 Q0 X4 S0=0", "&A3 &B1 &C1 &D2"),
	  .flow = LIST("&H1&R2"),
	  .caller_id = LIST("+VCID=1", "#CID=1"),
	  .max_rate = LIST(MAX_RATE_MS, "&N%n&U1") },
	/* X7: CONNECT tells rate and protocol */
	{ .name = "zyxel",
	  .title = "ZyXEL",
	  .groups = LIST("&F", "E0 V1 Q0 X4", "&B1 &N0 &C1 &D2 S0=0"),
	  .flow = LIST("&H3"),
	  .optional = LIST("X7"),
	  .caller_id = LIST("+VCID=1", "#CID=1"),
	  .max_rate = LIST(MAX_RATE_MS) },
	{ .name = "bsq",
	  .title = "Cirrus, GVC, Intel and others with backslash commands",
	  .groups = LIST("&F", "E0 V1 Q0 X4", "&C1 &D2 S0=0"),
	  .flow = LIST("\\Q3"),
	  .optional = LIST("\\N3", "W2"),
	  .caller_id = LIST("+VCID=1", "#CID=1"),
	  .max_rate = LIST(MAX_RATE_MS) },
	{ .name = "elsa",
	  .title = "ELSA MicroLink",
	  .groups = LIST("&F", "E0 V1 Q0 X4", "&C1 &D2 S0=0"),
	  .flow = LIST("&K3"),
	  .optional = LIST("W2"),
	  .caller_id = LIST("+VCID=1", "#CID=1"),
	  .max_rate = LIST(MAX_RATE_MS) },
	/* Without &F: what its factory thought best is not known. */
	{ .name = "generic",
	  .title = "any Hayes-compatible modem",
	  .groups = LIST("E0 V1 Q0", "X4", "&C1 &D2", "S0=0"),
	  .flow = LIST("&K3", "\\Q3", "&H1&R2"),
	  .optional = LIST("W2"),
	  .caller_id = LIST("+VCID=1", "#CID=1", "%CCID=1", "#CC1", "*ID1"),
	  .max_rate = LIST(MAX_RATE_MS) },
};

const struct dialect *dialect_at(size_t i)
{
	return i < ARRAY_SIZE(dialects) ? &dialects[i] : NULL;
}

const struct dialect *dialect_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(dialects); i++)
		if (str_eq(dialects[i].name, name))
			return &dialects[i];
	return NULL;
}

bool dialect_has_word(const char *words, const char *word)
{
	size_t len = strlen(word);

	for (const char *s = words ? words : ""; *s; s += strcspn(s, " ")) {
		s += strspn(s, " ");
		if (strcspn(s, " ") == len && len && strncmp(s, word, len) == 0)
			return true;
	}
	return false;
}

void dialect_add_word(char **words, const char *word)
{
	char *longer;

	if (dialect_has_word(*words, word))
		return;
	longer = str_empty(*words) ? xstrdup(word) : xasprintf("%s %s", *words, word);
	free(*words);
	*words = longer;
}

void dialect_join(const char *group, const char *without, struct text *out)
{
	while (*group) {
		size_t len = strcspn(group, " ");
		_cleanup_free_ char *command = xstrndup(group, len);

		if (!dialect_has_word(without, command))
			text_add(out, command);
		group += len + strspn(group + len, " ");
	}
}

/* Courier and Sportster number their link rates: 1 is 300 bit/s, 2 is 1200, 3 is 2400, then in
 * steps of 2400: &N16 is 33600. */
static unsigned usr_rate_number(unsigned rate)
{
	return rate < 1200 ? 1 : rate / 2400 + 2;
}

char *dialect_format_rate(const char *format, unsigned rate)
{
	_cleanup_text_ struct text body = { 0 };

	for (const char *s = format; *s; s++) {
		if (s[0] != '%' || (s[1] != 'u' && s[1] != 'n'))
			text_addc(&body, *s);
		else
			text_addf(&body, "%u", *++s == 'u' ? rate : usr_rate_number(rate));
	}
	return text_take(&body);
}

/* --- one line's commands --- */

static void add_body(struct text *out, const char *body)
{
	if (!*body)
		return;
	if (out->len)
		text_addc(out, ' ');
	text_add(out, body);
}

static void add_group(struct text *out, const char *group, const char *without)
{
	_cleanup_text_ struct text body = { 0 };

	dialect_join(group, without, &body);
	add_body(out, text_str(&body));
}

static void add_first(struct text *out, const char *const *candidates, const char *without)
{
	while (candidates && *candidates && dialect_has_word(without, *candidates))
		candidates++;
	if (candidates && *candidates)
		add_body(out, *candidates);
}

/* Where they have not been tried and there are several, none: mgetty gives a modem up that answers
 * ERROR. */
static void add_flow(struct text *out, const struct line *line, const struct dialect *dialect)
{
	if (line->flow && !str_eq(line->flow, "none"))
		add_body(out, line->flow);
	else if (!line->flow && !dialect->flow[1])
		add_first(out, dialect->flow, line->without);
}

static void add_rate(struct text *out, const struct line *line, const struct dialect *dialect)
{
	for (size_t i = 0; line->max_rate && dialect->max_rate && dialect->max_rate[i]; i++) {
		_cleanup_free_ char *body =
			dialect_format_rate(dialect->max_rate[i], line->max_rate);

		if (dialect_has_word(line->without, body))
			continue;
		add_body(out, body);
		return;
	}
}

static void add_init(struct text *out, const char *init)
{
	for (const char *s = init ? init : ""; *s; s += strcspn(s, " ")) {
		_cleanup_free_ char *body = NULL;

		s += strspn(s, " ");
		body = xstrndup(s, strcspn(s, " "));
		add_body(out, body);
	}
}

int dialect_commands(const struct line *line, struct text *out, const char **ret_why)
{
	const struct dialect *dialect = line->dialect ? dialect_find(line->dialect) : NULL;

	if (!dialect) {
		*ret_why = "is not a known dialect";
		return -EINVAL;
	}
	for (const char *const *group = dialect->groups; *group; group++)
		add_group(out, *group, line->without);
	add_flow(out, line, dialect);
	for (const char *const *body = dialect->optional; body && *body; body++)
		if (!dialect_has_word(line->without, *body))
			add_body(out, *body);
	add_rate(out, line, dialect);
	add_init(out, line->init);
	if (line->caller_id)
		add_first(out, dialect->caller_id, line->without);
	return 0;
}
