/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One rule of nft's or iptables' listings: whether it is for a packet, and what becomes of that. */
#include <strings.h>

#include "firewall/others/internal.h"

enum answer {
	ANSWER_NO,
	ANSWER_YES,
	ANSWER_UNKNOWN,
};

/* --- words --- */

struct others_word others_next_word(const char **p)
{
	struct others_word word = { *p + strspn(*p, " \t"), 0 };
	bool is_quoted = *word.s == '"';

	if (is_quoted)
		word.n = strcspn(++word.s, "\"\n");
	else
		word.n = strcspn(word.s, " \t\n");
	*p = word.s + word.n + (is_quoted && word.s[word.n] == '"');
	*p += strspn(*p, ",;");
	while (!is_quoted && word.n > 1 && strchr(",;", word.s[word.n - 1]))
		word.n--;
	return word;
}

bool others_is_word(struct others_word word, const char *s)
{
	return strlen(s) == word.n && strncasecmp(word.s, s, word.n) == 0;
}

/* --- what a rule can ask --- */

/* "ppp-*", "ppp-+": any that begins so */
static enum answer ask_link(struct others_word word, const char *link)
{
	if (word.n && strchr("*+", word.s[word.n - 1]))
		return strncmp(link, word.s, word.n - 1) == 0;
	return strlen(link) == word.n && strncmp(link, word.s, word.n) == 0;
}

static enum answer ask_address(struct others_word word, struct in_addr address)
{
	_cleanup_free_ char *copy = xstrndup(word.s, word.n);
	struct site_prefix prefix;
	const struct site_prefix host = { address, 32 };

	if (site_parse_prefix(copy, &prefix) < 0)
		return ANSWER_UNKNOWN; /* a range, a name */
	return site_prefix_has(&prefix, &host);
}

static enum answer ask_from_link(struct others_word word, const struct others_packet *packet)
{
	return ask_link(word, packet->from_link);
}

static enum answer ask_to_link(struct others_word word, const struct others_packet *packet)
{
	return ask_link(word, packet->to_link);
}

static enum answer ask_from(struct others_word word, const struct others_packet *packet)
{
	return ask_address(word, packet->from);
}

static enum answer ask_to(struct others_word word, const struct others_packet *packet)
{
	return ask_address(word, packet->to);
}

static enum answer ask_state(struct others_word word, const struct others_packet *packet)
{
	return others_is_word(word, packet->state);
}

static enum answer ask_family(struct others_word word,
			      const struct others_packet *packet __attribute__((unused)))
{
	return others_is_word(word, "ipv4");
}

static const struct key {
	const char *first, *second; /* words; NULL: one is all */
	enum answer (*ask)(struct others_word word, const struct others_packet *packet);
} keys[] = {
	{ "iifname", NULL, ask_from_link }, { "iif", NULL, ask_from_link },
	{ "oifname", NULL, ask_to_link },   { "oif", NULL, ask_to_link },
	{ "ip", "saddr", ask_from },        { "ip", "daddr", ask_to },
	{ "ct", "state", ask_state },       { "meta", "nfproto", ask_family },
	{ "-i", NULL, ask_from_link },      { "-o", NULL, ask_to_link },
	{ "-s", NULL, ask_from },           { "-d", NULL, ask_to },
	{ "--ctstate", NULL, ask_state },   { "--state", NULL, ask_state },
};

/* Words that decide nothing, and how many more belong to each. */
static const struct {
	const char *word;
	unsigned n;
} idle[] = {
	{ "counter", 0 }, { "packets", 1 }, { "bytes", 1 }, { "log", 0 },       { "prefix", 1 },
	{ "level", 1 },   { "flags", 1 },   { "-m", 1 },    { "--comment", 1 }, { "comment", 1 },
};

static const struct {
	const char *word;
	enum others_verdict verdict;
} verdicts[] = {
	{ "accept", OTHERS_VERDICT_ACCEPT },        { "drop", OTHERS_VERDICT_DROP },
	{ "reject", OTHERS_VERDICT_DROP },          { "return", OTHERS_VERDICT_RETURN },
	{ "masquerade", OTHERS_VERDICT_TRANSLATE }, { "snat", OTHERS_VERDICT_TRANSLATE },
	{ "continue", OTHERS_VERDICT_NONE },
};

/* --- one rule --- */

static bool find_verdict(struct others_word word, struct others_rule *rule)
{
	for (size_t i = 0; i < ARRAY_SIZE(verdicts); i++) {
		if (!others_is_word(word, verdicts[i].word))
			continue;
		rule->verdict = verdicts[i].verdict;
		return true;
	}
	return false;
}

/* What follows -j is a verdict or a chain; one that is no chain (LOG, MARK) decides nothing. */
static bool read_verdict(struct others_word word, const char **p, struct others_rule *rule)
{
	bool is_jump = others_is_word(word, "jump") || others_is_word(word, "-j");

	rule->is_goto = others_is_word(word, "goto") || others_is_word(word, "-g");
	if (!is_jump && !rule->is_goto)
		return find_verdict(word, rule);
	word = others_next_word(p);
	if (!find_verdict(word, rule))
		rule->target = word;
	return true;
}

static enum answer join(enum answer a, enum answer b)
{
	if (a == ANSWER_UNKNOWN || b == ANSWER_UNKNOWN)
		return ANSWER_UNKNOWN;
	return a == ANSWER_YES || b == ANSWER_YES;
}

static bool is_readable(struct others_word value)
{
	return value.n && !strchr("@$.&", value.s[0]);
}

/* "a,b": one of them */
static enum answer ask_list(const struct key *key, struct others_word list,
			    const struct others_packet *packet)
{
	enum answer answer = ANSWER_NO;
	const char *end = list.s + list.n;

	for (struct others_word value = { list.s, 0 }; value.s < end; value.s += value.n + 1) {
		value.n = strcspn(value.s, ", \t\n\"");
		if (value.s + value.n > end)
			value.n = (size_t)(end - value.s);
		answer =
			join(answer, is_readable(value) ? key->ask(value, packet) : ANSWER_UNKNOWN);
	}
	return answer;
}

/* "{ a, b }", behind its bracket */
static enum answer ask_set(const struct key *key, const char **p,
			   const struct others_packet *packet)
{
	enum answer answer = ANSWER_NO;
	struct others_word word;

	while ((word = others_next_word(p)).n && !others_is_word(word, "}"))
		answer = join(answer, ask_list(key, word, packet));
	return answer;
}

/* "vmap { a : accept, b : jump c }" */
static void read_map(const struct key *key, const char **p, const struct others_packet *packet,
		     struct others_rule *rule)
{
	struct others_word word = others_next_word(p);

	rule->applies = false;
	while (!rule->applies && (word = others_next_word(p)).n && !others_is_word(word, "}")) {
		struct others_rule mapped = { 0 };

		mapped.applies = ask_list(key, word, packet) == ANSWER_YES;
		word = others_next_word(p);
		if (!others_is_word(word, ":") || !read_verdict(others_next_word(p), p, &mapped))
			return;
		if (mapped.applies)
			*rule = mapped;
	}
}

/* True: the rule is decided. */
static bool read_key(const struct key *key, bool negated, const char **p,
		     const struct others_packet *packet, struct others_rule *rule)
{
	struct others_word word = others_next_word(p);
	enum answer answer;

	if (others_is_word(word, "vmap")) {
		read_map(key, p, packet, rule);
		return true;
	}
	if (others_is_word(word, "!=")) {
		negated = true;
		word = others_next_word(p);
	}
	answer = others_is_word(word, "{") ? ask_set(key, p, packet) : ask_list(key, word, packet);
	rule->applies = answer == (negated ? ANSWER_NO : ANSWER_YES);
	return !rule->applies;
}

static const struct key *find_key(struct others_word word, const char **p)
{
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		const char *rest = *p;

		if (!others_is_word(word, keys[i].first) ||
		    (keys[i].second && !others_is_word(others_next_word(&rest), keys[i].second)))
			continue;
		*p = rest;
		return &keys[i];
	}
	return NULL;
}

static bool skip_idle(struct others_word word, const char **p)
{
	for (size_t i = 0; i < ARRAY_SIZE(idle); i++) {
		if (!others_is_word(word, idle[i].word))
			continue;
		for (unsigned k = 0; k < idle[i].n; k++)
			(void)others_next_word(p);
		return true;
	}
	return false;
}

/* The verdict comes last; before it anything that is not known makes the rule one for other
 * packets. */
struct others_rule others_read_rule(const char *p, const struct others_packet *packet)
{
	struct others_rule rule = { .applies = true };
	bool negated = false, done = false;
	struct others_word word;

	while (!done && (word = others_next_word(&p)).n) {
		const struct key *key = find_key(word, &p);

		if (key)
			done = read_key(key, negated, &p, packet, &rule);
		else if (!others_is_word(word, "!") && !skip_idle(word, &p))
			done = true, rule.applies = read_verdict(word, &p, &rule);
		negated = others_is_word(word, "!");
	}
	return rule;
}
