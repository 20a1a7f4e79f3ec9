/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What somebody's rules make of one packet: nft's and iptables' listings walked as the kernel
 * would, as far as they can be known. */
#include "firewall/others/internal.h"

#define MAX_DEPTH 16 /* of jumps: the kernel's own limit (NFT_JUMP_STACK_SIZE) */

struct source {
	enum others_syntax syntax;
	const char *body, *end; /* of one table */
};

static bool is_same(struct others_word a, struct others_word b)
{
	return a.n == b.n && strncmp(a.s, b.s, a.n) == 0;
}

/* --- chains --- */

/* Behind "word " at the beginning of a line; NULL: it is not. */
static const char *after(const char *line, const char *word)
{
	return str_starts(line, word) ? line + strlen(word) : NULL;
}

static bool is_chain_line(const char *line, const char *word, struct others_word chain)
{
	const char *p = after(line, word);

	return p && is_same(others_next_word(&p), chain);
}

static const char *find_nft_chain(const struct source *source, struct others_word chain)
{
	for (const char *p = source->body; p < source->end; p = str_next_line(p))
		if (is_chain_line(p, "\tchain ", chain))
			return str_next_line(p);
	return source->end;
}

/* The rule at or behind `p` (NULL: the first), without what names its chain; NULL: there is none.
 * *ret_next: to go on from */
static const char *next_rule(const struct source *source, struct others_word chain, const char *p,
			     const char **ret_next)
{
	bool is_nft = source->syntax == OTHERS_SYNTAX_NFT;

	if (!p)
		p = is_nft ? find_nft_chain(source, chain) : source->body;
	while (!is_nft && p < source->end && !is_chain_line(p, "-A ", chain))
		p = str_next_line(p);
	if (p >= source->end || (is_nft && str_starts(p, "\t}")))
		return NULL;
	*ret_next = str_next_line(p);
	return is_nft ? p : after(p, "-A ") + chain.n;
}

/* Our own translation is not somebody else's. */
static bool is_ours(struct others_word chain)
{
	return chain.n >= 7 && strncmp(chain.s, "DIALISP", 7) == 0;
}

/* Never "return". */
static enum others_verdict walk(const struct source *source, struct others_word chain,
				const struct others_packet *packet, unsigned depth)
{
	const char *line, *next = NULL;

	while (depth && (line = next_rule(source, chain, next, &next))) {
		struct others_rule rule = others_read_rule(line, packet);
		enum others_verdict verdict = rule.verdict;

		if (!rule.applies)
			continue;
		if (rule.target.n && !(is_ours(rule.target) && str_eq(packet->hook, "postrouting")))
			verdict = walk(source, rule.target, packet, depth - 1);
		if (verdict == OTHERS_VERDICT_RETURN ||
		    (rule.is_goto && verdict == OTHERS_VERDICT_NONE))
			return OTHERS_VERDICT_NONE;
		if (verdict != OTHERS_VERDICT_NONE)
			return verdict;
	}
	return OTHERS_VERDICT_NONE;
}

static enum others_verdict judge(const struct source *source, struct others_word chain,
				 bool drops_rest, const struct others_packet *packet)
{
	enum others_verdict verdict = walk(source, chain, packet, MAX_DEPTH);

	if (verdict != OTHERS_VERDICT_NONE)
		return verdict;
	return drops_rest ? OTHERS_VERDICT_DROP : OTHERS_VERDICT_ACCEPT;
}

/* --- tables --- */

static const struct {
	const char *hook, *table, *chain;
} builtin[] = {
	{ "forward", "filter", "FORWARD" },
	{ "input", "filter", "INPUT" },
	{ "postrouting", "nat", "POSTROUTING" },
};

/* iptables-nft keeps its tables among nft's. */
static bool is_of_iptables(struct others_word family, struct others_word table)
{
	for (size_t i = 0; i < ARRAY_SIZE(builtin); i++)
		if (others_is_word(family, "ip") && others_is_word(table, builtin[i].table))
			return true;
	return false;
}

/* firewalld is asked itself; the rest is no IPv4 that is routed. */
static bool is_left_out(struct others_word family, struct others_word table, bool has_iptables)
{
	static const char *const others[] = { "dialisp", "firewalld" };

	if (!others_is_word(family, "ip") && !others_is_word(family, "inet"))
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		if (others_is_word(family, "inet") && others_is_word(table, others[i]))
			return true;
	return has_iptables && is_of_iptables(family, table);
}

/* "\t\ttype filter hook forward priority filter; policy drop;" */
static bool is_base_chain(const char *line, const char *hook, bool *ret_drops)
{
	const char *rest = after(line, "\t\ttype ");
	struct others_word word;

	while (rest && (word = others_next_word(&rest)).n && !others_is_word(word, "hook"))
		;
	if (!rest || !others_is_word(others_next_word(&rest), hook))
		return false;
	while ((word = others_next_word(&rest)).n && !others_is_word(word, "policy"))
		;
	*ret_drops = others_is_word(others_next_word(&rest), "drop");
	return true;
}

static void find_in_nft_table(const struct source *source, struct others_word family,
			      struct others_word table, const struct others_packet *packet,
			      enum others_verdict verdict, struct text *ret)
{
	struct others_word chain = { "", 0 };
	bool drops = false;

	for (const char *p = source->body; p < source->end; p = str_next_line(p)) {
		const char *name = after(p, "\tchain ");

		if (name)
			chain = others_next_word(&name);
		if (is_base_chain(p, packet->hook, &drops) &&
		    judge(source, chain, drops, packet) == verdict)
			text_addf(ret, "%.*s %.*s %.*s\n", (int)family.n, family.s, (int)table.n,
				  table.s, (int)chain.n, chain.s);
	}
}

static const char *find_end(const char *body, const char *mark)
{
	while (*body && !str_starts(body, mark))
		body = str_next_line(body);
	return body;
}

static void find_in_nft(const struct others_rules *rules, const struct others_packet *packet,
			enum others_verdict verdict, struct text *ret)
{
	for (const char *p = rules->text; *p; p = str_next_line(p)) {
		const char *words = after(p, "table ");
		struct source source = { rules->syntax, str_next_line(p), NULL };
		struct others_word family, table;

		if (!words)
			continue;
		family = others_next_word(&words);
		table = others_next_word(&words);
		source.end = find_end(source.body, "}");
		if (!is_left_out(family, table, rules->has_iptables))
			find_in_nft_table(&source, family, table, packet, verdict, ret);
	}
}

/* ":FORWARD DROP [0:0]" */
static bool has_drop_policy(const struct source *source, struct others_word chain)
{
	for (const char *p = source->body; p < source->end; p = str_next_line(p)) {
		const char *words = after(p, ":");

		if (words && is_same(others_next_word(&words), chain))
			return others_is_word(others_next_word(&words), "DROP");
	}
	return false;
}

static void find_in_iptables(const struct others_rules *rules, const struct others_packet *packet,
			     enum others_verdict verdict, struct text *ret)
{
	for (size_t i = 0; i < ARRAY_SIZE(builtin); i++) {
		_cleanup_free_ char *mark = xasprintf("*%s\n", builtin[i].table);
		const char *table = find_end(rules->text, mark);
		struct source source = { rules->syntax, str_next_line(table),
					 find_end(table, "COMMIT") };
		struct others_word chain = { builtin[i].chain, strlen(builtin[i].chain) };

		if (str_eq(builtin[i].hook, packet->hook) && *table &&
		    judge(&source, chain, has_drop_policy(&source, chain), packet) == verdict)
			text_addf(ret, "%s\n", builtin[i].chain);
	}
}

void others_find_chains(const struct others_rules *rules, const struct others_packet *packet,
			enum others_verdict verdict, struct text *ret)
{
	if (rules->syntax == OTHERS_SYNTAX_NFT)
		find_in_nft(rules, packet, verdict, ret);
	else
		find_in_iptables(rules, packet, verdict, ret);
}
