/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What all steps of adapt share: the dialogue with one modem, its verdict and its notes. */
#include <stdio.h>

#include "modem/internal.h"

#define LATE_MS 500 /* where two responses may be under way */

bool adapt_refuse(struct adapting *a, enum adapt_verdict verdict, const char *fmt, ...)
{
	va_list ap;

	a->item->verdict = verdict;
	va_start(ap, fmt);
	vsnprintf(a->item->why, sizeof(a->item->why), fmt, ap);
	va_end(ap);
	return false;
}

void adapt_note(struct adapting *a, const char *fmt, ...)
{
	_cleanup_free_ char *note = NULL;
	va_list ap;

	va_start(ap, fmt);
	note = xvasprintf(fmt, ap);
	va_end(ap);
	text_addf(&a->item->notes, "%s%s", a->item->notes.len ? "\n" : "", note);
}

/* A second try only where the first had no answer. What comes then may still be the first's, and
 * the second's takes as long again: without a wait for it every later answer would be taken for
 * that of the command behind it. */
enum at_result adapt_say(struct adapting *a, const char *body)
{
	_cleanup_free_ char *command = xasprintf("AT%s", body);
	int64_t started = base_now_ms();
	int r = AT_RESULT_NONE;

	for (unsigned tries = 0; tries < 2 && r == AT_RESULT_NONE; tries++) {
		r = dialogue_ask(&a->dialogue, command, ADAPT_RESPONSE_MS);
		if (r > AT_RESULT_NONE)
			(void)!dialogue_rest(&a->dialogue,
					     tries ? (unsigned)(base_now_ms() - started) + LATE_MS
						   : DIALOGUE_GAP_MS);
	}
	if (r < 0)
		adapt_refuse(a, ADAPT_VERDICT_ERROR,
			     "disappeared while it was told %s (plug it in again)", command);
	else if (r == AT_RESULT_NONE)
		adapt_refuse(a, ADAPT_VERDICT_DEAD,
			     "no response to %s (switch the modem off and on)", command);
	return r > AT_RESULT_NONE ? (enum at_result)r : AT_RESULT_NONE;
}

/* A modem with Q1 in its stored profile sends no result codes: every second attempt enables
 * them. */
bool adapt_is_awake(struct adapting *a, unsigned tries, unsigned timeout_ms)
{
	int r = AT_RESULT_NONE;

	for (unsigned i = 0; i < tries && r >= 0 && r != AT_RESULT_OK; i++) {
		r = dialogue_ask(&a->dialogue, i % 2 ? "ATQ0" : "AT", timeout_ms);
		(void)!dialogue_rest(&a->dialogue, i ? LATE_MS : DIALOGUE_GAP_MS);
	}
	return r == AT_RESULT_OK;
}
