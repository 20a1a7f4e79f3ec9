/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds out what the modems of new lines can be told, each in a thread of its own. */
#include <stdio.h>

#include "modem/internal.h"
#include "port/tty.h"
#include "util/parallel.h"

#define ANSWER_MS                                                                                  \
	4000 /* the slowest reset takes 3 s, the deafness after a drop of DTR nearly as long */
#define LATE_MS     500 /* where two answers may be under way */
#define WAKE_MS     1000
#define WAKE_TRIES  5
#define FIRST_SPEED 115200

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

/* --- talking --- */

/* A second try only where the first had no answer. What comes then may still be the first's, and
 * the second's takes as long again: without a wait for it every later answer would be taken for
 * that of the command behind it. */
enum at_result adapt_say(struct adapting *a, const char *body)
{
	_cleanup_free_ char *command = xasprintf("AT%s", body);
	int64_t started = base_now_ms();
	int r = AT_RESULT_NONE;

	for (unsigned tries = 0; tries < 2 && r == AT_RESULT_NONE; tries++) {
		r = dialogue_ask(&a->dialogue, command, ANSWER_MS);
		if (r > AT_RESULT_NONE)
			dialogue_rest(&a->dialogue,
				      tries ? (unsigned)(base_now_ms() - started) + LATE_MS
					    : DIALOGUE_GAP_MS);
	}
	if (r < 0)
		adapt_refuse(a, ADAPT_VERDICT_ERROR,
			     "disappeared while it was told %s (plug it in again)", command);
	else if (r == AT_RESULT_NONE)
		adapt_refuse(a, ADAPT_VERDICT_DEAD,
			     "gives no answer to %s (switch the modem off and on)", command);
	return r > AT_RESULT_NONE ? (enum at_result)r : AT_RESULT_NONE;
}

/* Who has stored Q1 gives no results: every second try switches them on. */
bool adapt_is_awake(struct adapting *a, unsigned tries, unsigned timeout_ms)
{
	int r = AT_RESULT_NONE;

	for (unsigned i = 0; i < tries && r >= 0 && r != AT_RESULT_OK; i++) {
		r = dialogue_ask(&a->dialogue, i % 2 ? "ATQ0" : "AT", timeout_ms);
		dialogue_rest(&a->dialogue, i ? LATE_MS : DIALOGUE_GAP_MS);
	}
	return r == AT_RESULT_OK;
}

/* --- one port --- */

/* What an earlier try left in the line says nothing about this modem. */
static void forget(struct line *line)
{
	free(line->flow);
	free(line->without);
	line->flow = line->without = NULL;
	line->caller_id = false;
}

static bool adapt_modem(struct adapting *a)
{
	unsigned speed = a->item->line->speed;

	if (!adapt_is_awake(a, WAKE_TRIES, WAKE_MS))
		return adapt_refuse(a, ADAPT_VERDICT_DEAD, "does not answer AT at %u bit/s (%s)",
				    speed,
				    a->item->keep_speed ? "choose another speed"
							: "switch the modem off and on");
	if (!adapt_commands(a) || !adapt_modem_lines(a) || !adapt_speed(a))
		return false;
	if (!adapt_is_awake(a, 2, ANSWER_MS))
		return adapt_refuse(a, ADAPT_VERDICT_DEAD,
				    "does not answer AT any more (switch the modem off and on)");
	a->item->verdict = ADAPT_VERDICT_READY;
	return true;
}

static void open_and_adapt(struct adapting *a)
{
	struct line *line = a->item->line;
	struct tty_port port;

	forget(line);
	if (!line->speed)
		line->speed = FIRST_SPEED;
	switch (tty_open(a->item->port->name, line->speed, &port)) {
	case TTY_VERDICT_OK:
		tty_flush(port.fd);
		a->dialogue.fd = port.fd;
		adapt_modem(a);
		tty_close(&port);
		break;
	case TTY_VERDICT_WEDGED:
		adapt_refuse(a, ADAPT_VERDICT_ERROR, TTY_WEDGED);
		break;
	case TTY_VERDICT_BUSY:
	case TTY_VERDICT_ERROR:
		adapt_refuse(a, ADAPT_VERDICT_ERROR, "could not be opened: %s (plug it in again)",
			     strerror(-port.error));
		break;
	}
}

static void adapt_one(void *arg, size_t i)
{
	struct adapting *a = (struct adapting *)arg + i;

	if (a->is_claimed) {
		open_and_adapt(a);
		tty_unlock(a->item->port->name, getpid());
	}
	dialogue_free(&a->dialogue);
	a->item->took_ms = (unsigned)(base_now_ms() - a->started);
}

/* --- all of them --- */

struct crowd {
	struct adapting *adaptings;
	void (*tell)(const struct adapt *item);
};

static void adapt_each(void *arg, size_t i)
{
	adapt_one(((struct crowd *)arg)->adaptings, i);
}

static void tell_each(void *arg, size_t i)
{
	struct crowd *crowd = arg;

	if (crowd->tell)
		crowd->tell(crowd->adaptings[i].item);
}

static void claim(struct adapting *adaptings, size_t n)
{
	_cleanup_free_ const char **names = xcalloc(n, sizeof(*names));
	_cleanup_free_ struct tty_claim *claims = xcalloc(n, sizeof(*claims));

	for (size_t i = 0; i < n; i++)
		names[i] = adaptings[i].item->port->name;
	tty_claim(names, n, claims);
	for (size_t i = 0; i < n; i++) {
		struct adapt *item = adaptings[i].item;

		adaptings[i].is_claimed = claims[i].verdict == TTY_VERDICT_OK;
		if (adaptings[i].is_claimed)
			continue;
		item->verdict = claims[i].verdict == TTY_VERDICT_BUSY ? ADAPT_VERDICT_BUSY
								      : ADAPT_VERDICT_ERROR;
		tty_describe_claim(&claims[i], item->why, sizeof(item->why));
	}
}

void adapt_lines(struct adapt *items, size_t n, void (*tell)(const struct adapt *item))
{
	_cleanup_free_ struct adapting *adaptings = xcalloc(n, sizeof(*adaptings));
	struct crowd crowd = { .adaptings = adaptings, .tell = tell };

	for (size_t i = 0; i < n; i++) {
		/* the line's: the probe may have found a bridge where the port calls itself a modem
		 */
		const char *driver =
			items[i].line->driver ? items[i].line->driver : items[i].port->driver;

		items[i].verdict = ADAPT_VERDICT_ERROR;
		items[i].why[0] = '\0';
		text_clear(&items[i].notes);
		adaptings[i] = (struct adapting){ .item = &items[i],
						  .adapter = driver ? adapter_find(driver) : NULL,
						  .started = base_now_ms() };
	}
	claim(adaptings, n);
	parallel_run(n, adapt_each, tell_each, &crowd);
}

void adapt_free(struct adapt *item)
{
	text_free(&item->notes);
}

const char *adapt_verdict_name(enum adapt_verdict verdict)
{
	switch (verdict) {
	case ADAPT_VERDICT_READY:
		return "ready";
	case ADAPT_VERDICT_BUSY:
		return "busy";
	case ADAPT_VERDICT_NO_CTS:
		return "no CTS";
	case ADAPT_VERDICT_DEAD:
		return "dead";
	case ADAPT_VERDICT_ERROR:
		return "error";
	}
	return "?";
}
