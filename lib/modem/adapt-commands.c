/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a modem can be told: its dialect's commands, one line after the other, and one by one where
 * a line is refused. */
#include <stdio.h>

#include "modem/dialect.h"
#include "modem/internal.h"

/* What is lost with a command; of the others only the refusal is reported. */
static const struct {
	const char *command, *loss;
} losses[] = {
	{ "W2", "calls are recorded without their line rate" },
	{ "&A3", "calls are recorded without their line rate" },
	{ "&C1", "carrier loss is noticed by unanswered LCP echoes only" },
	{ "&D2", "a call may not be hung up from here" },
	{ "S0=0", "make sure that the modem does not answer by itself" },
};

static const char *find_loss(const char *command)
{
	for (size_t i = 0; i < ARRAY_SIZE(losses); i++)
		if (str_eq(losses[i].command, command))
			return losses[i].loss;
	return NULL;
}

static void leave_out(struct adapting *a, const char *command)
{
	const char *loss = find_loss(command);

	dialect_add_word(&a->item->line->without, command);
	adapt_note(a, "the modem refuses AT%s, which is left out%s%s", command, loss ? ": " : "",
		   loss ? loss : "");
}

/* --- groups --- */

/* V.250 5.4.1: the commands before the refused one have been executed; XECOM's XE1414 executes
 * none. So each by itself. */
static bool tell_singly(struct adapting *a, const char *group)
{
	while (*group) {
		size_t len = strcspn(group, " ");
		_cleanup_free_ char *command = xstrndup(group, len);
		enum at_result result = adapt_say(a, command);

		if (result == AT_RESULT_NONE)
			return false;
		if (result == AT_RESULT_ERROR)
			leave_out(a, command);
		group += len + strspn(group + len, " ");
	}
	return true;
}

static void leave_out_last(struct adapting *a, const char *group)
{
	_cleanup_free_ char *rest = xstrdup(group);
	char *last;

	while ((last = strrchr(rest, ' ')) && dialect_has_word(a->item->line->without, last + 1))
		*last = '\0';
	leave_out(a, last ? last + 1 : rest);
}

/* mgetty sends what is left of a group as one line again, and gives the modem up when that is
 * refused. */
static bool tell_group(struct adapting *a, const char *group)
{
	for (unsigned tries = 0; tries < 10; tries++) {
		_cleanup_text_ struct text body = { 0 };
		enum at_result result;

		dialect_join(group, a->item->line->without, &body);
		if (!body.len)
			return true;
		result = adapt_say(a, text_str(&body));
		if (result != AT_RESULT_ERROR)
			return result == AT_RESULT_OK;
		if (tries == 0 && !tell_singly(a, group))
			return false;
		if (tries > 0)
			leave_out_last(a, group);
	}
	return true;
}

static bool tell_groups(struct adapting *a, const struct dialect *dialect)
{
	for (const char *const *group = dialect->groups; *group; group++)
		if (!tell_group(a, *group))
			return false;
	return true;
}

/* --- one of several --- */

static bool has_body(const char *const *bodies, const char *body)
{
	for (; bodies && *bodies; bodies++)
		if (str_eq(*bodies, body))
			return true;
	return false;
}

/* *ret: the first that is accepted, NULL when none is. `tried` (may be NULL) are not tried again.
 */
static bool try_each(struct adapting *a, const char *const *bodies, const char *const *tried,
		     const char **ret)
{
	*ret = NULL;
	for (; bodies && *bodies && !*ret; bodies++) {
		enum at_result result =
			has_body(tried, *bodies) ? AT_RESULT_ERROR : adapt_say(a, *bodies);

		if (result == AT_RESULT_NONE)
			return false;
		if (result == AT_RESULT_OK)
			*ret = *bodies;
	}
	return true;
}

/* After the dialect's own those of any modem: the dialect may be the wrong one, and what a modem
 * does not know it refuses. */
static bool find_flow(struct adapting *a, const struct dialect *dialect)
{
	const char *body;

	if (!try_each(a, dialect->flow, NULL, &body))
		return false;
	if (!body && !try_each(a, dialect_find("generic")->flow, dialect->flow, &body))
		return false;
	a->item->line->flow = xstrdup(body ? body : "none");
	return true;
}

static bool find_caller_id(struct adapting *a, const struct dialect *dialect)
{
	struct line *line = a->item->line;
	const char *body;

	if (!try_each(a, dialect->caller_id, NULL, &body))
		return false;
	line->caller_id = body;
	for (const char *const *b = dialect->caller_id; body && *b != body; b++)
		dialect_add_word(&line->without, *b);
	/* it is sent between the first and the second RING: an answer at the first loses it */
	if (!a->item->keep_rings)
		line->rings = body ? 2 : 1;
	return true;
}

static bool find_rate(struct adapting *a, const struct dialect *dialect)
{
	struct line *line = a->item->line;

	for (const char *const *format = dialect->max_rate; line->max_rate && format && *format;
	     format++) {
		_cleanup_free_ char *body = dialect_format_rate(*format, line->max_rate);
		enum at_result result = adapt_say(a, body);

		if (result != AT_RESULT_ERROR)
			return result == AT_RESULT_OK;
		dialect_add_word(&line->without, body);
	}
	if (line->max_rate)
		adapt_note(
			a,
			"the modem refuses every command for a highest line rate: max-rate has no effect");
	return true;
}

/* --- the rest --- */

static bool tell_optional(struct adapting *a, const struct dialect *dialect)
{
	for (const char *const *body = dialect->optional; body && *body; body++) {
		enum at_result result = adapt_say(a, *body);

		if (result == AT_RESULT_NONE)
			return false;
		if (result == AT_RESULT_ERROR)
			dialect_add_word(&a->item->line->without, *body);
	}
	return true;
}

static bool tell_init(struct adapting *a)
{
	_cleanup_free_ char *init = xstrdup(a->item->line->init ? a->item->line->init : "");
	char *save = NULL;

	for (char *body = strtok_r(init, " ", &save); body; body = strtok_r(NULL, " ", &save)) {
		enum at_result result = adapt_say(a, body);

		if (result == AT_RESULT_ERROR)
			adapt_refuse(a, ADAPT_VERDICT_ERROR,
				     "the modem refuses AT%.60s (take it out of init)", body);
		if (result != AT_RESULT_OK)
			return false;
	}
	return true;
}

bool adapt_commands(struct adapting *a)
{
	const struct line *line = a->item->line;
	const struct dialect *dialect = line->dialect ? dialect_find(line->dialect) : NULL;

	if (!dialect)
		return adapt_refuse(a, ADAPT_VERDICT_ERROR,
				    "dialect %.20s is not known: write generic",
				    line->dialect ? line->dialect : "");
	return tell_groups(a, dialect) && find_flow(a, dialect) && tell_optional(a, dialect) &&
	       find_rate(a, dialect) && tell_init(a) && find_caller_id(a, dialect);
}
