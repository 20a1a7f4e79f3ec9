/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is between machine and modem: CTS, DCD, speed. */
#include "modem/dialect.h"
#include "modem/internal.h"
#include "port/tty.h"

#define SETTLE_MS 200 /* until a modem line shows what a command did */
#define SPEED_MS  500 /* for AT at a speed that the modem may not support */

static bool is_modem_itself(const struct adapting *a)
{
	return a->adapter && a->adapter->kind == ADAPTER_KIND_MODEM;
}

static bool has_flow(const struct adapting *a)
{
	return !a->adapter || a->adapter->has_flow;
}

/* --- CTS, DCD --- */

/* cdc_acm does not clear what an earlier call left there until the modem reports anew: let it. */
static bool is_carrier_stuck(struct adapting *a, bool *ret_decided)
{
	static const char *const bodies[] = { "&C0", "&C1" };
	struct tty_lines lines = { .dcd = true };

	for (size_t i = 0; i < ARRAY_SIZE(bodies); i++) {
		*ret_decided = adapt_say(a, bodies[i]) == AT_RESULT_NONE;
		if (*ret_decided)
			return true;
		base_sleep_ms(SETTLE_MS);
	}
	return tty_get_lines(a->dialogue.fd, &lines) == 0 && lines.dcd;
}

static bool judge_carrier(struct adapting *a, const struct tty_lines *lines)
{
	struct line *line = a->item->line;
	bool decided = false;

	line->carrier =
		a->adapter && a->adapter->hangs_up ? SITE_CARRIER_HANGUP : SITE_CARRIER_WATCH;
	if (dialect_has_word(line->without, "&C1")) {
		line->carrier = SITE_CARRIER_NONE;
	} else if (lines->dcd && is_carrier_stuck(a, &decided) && !decided) {
		line->carrier = SITE_CARRIER_NONE;
		adapt_note(
			a,
			"DCD is on without a call: carrier loss is noticed by unanswered LCP echoes only "
			"(use a cable with all wires)");
	}
	return !decided;
}

bool adapt_modem_lines(struct adapting *a)
{
	struct tty_lines lines = { .cts = true };
	int r = tty_get_lines(a->dialogue.fd, &lines);

	if (tty_judge_error(r) == TTY_VERDICT_WEDGED)
		return adapt_refuse(a, ADAPT_VERDICT_ERROR, TTY_WEDGED);
	if (r == 0 && !lines.cts && !is_modem_itself(a) && has_flow(a))
		return adapt_refuse(
			a, ADAPT_VERDICT_NO_CTS,
			"CTS is off: mgetty would wait for it for ever "
			"(use a cable with all wires, or join RTS and CTS in its plug)");
	if (a->adapter && a->adapter->kind == ADAPTER_KIND_SERIAL && a->adapter->why)
		adapt_note(a, "%s: %s", a->adapter->driver, a->adapter->why);
	return judge_carrier(a, &lines);
}

/* --- speed --- */

/* Where nothing holds back, the machine must be no faster than the call. */
static unsigned unguarded_speed(const struct adapting *a)
{
	return a->item->best_rate > 14400 ? 19200 : 9600;
}

static unsigned speed_limit(const struct adapting *a)
{
	unsigned limit = a->item->port->speed ? a->item->port->speed : 115200;

	if (!has_flow(a) && a->adapter->max_speed && a->adapter->max_speed < limit)
		limit = a->adapter->max_speed;
	if (!is_modem_itself(a) && str_eq(a->item->line->flow, "none") &&
	    unguarded_speed(a) < limit)
		limit = unguarded_speed(a);
	return limit;
}

static bool answers_at(struct adapting *a, unsigned speed)
{
	return tty_set_speed(a->dialogue.fd, speed) == 0 && adapt_is_awake(a, 2, SPEED_MS);
}

/* The fastest that is allowed and works. 115200 is not tried again where the probe has asked there
 * in vain; it is the first it asks. 0: none */
static unsigned find_speed(struct adapting *a, unsigned answered, unsigned limit)
{
	static const unsigned speeds[] = { 115200, 57600, 38400, 19200, 9600 };

	for (size_t i = 0; i < ARRAY_SIZE(speeds); i++) {
		bool is_hopeless = speeds[i] == 115200 && answered != 115200;

		if (speeds[i] <= limit && !is_hopeless && answers_at(a, speeds[i]))
			return speeds[i];
	}
	return 0;
}

static void note_speed(struct adapting *a, unsigned answered, unsigned limit)
{
	bool is_bare = str_eq(a->item->line->flow, "none") && !is_modem_itself(a);

	if (is_bare)
		adapt_note(
			a,
			"the modem refuses every command for RTS/CTS flow control: the port runs at %u bit/s",
			a->item->line->speed);
	if (a->item->line->speed > limit && a->item->keep_speed)
		adapt_note(
			a,
			"%u bit/s is more than the %u bit/s that are safe here: data may be lost",
			a->item->line->speed, limit);
	else if (a->item->line->speed > limit)
		adapt_note(a, "the modem answers at %u bit/s only: data may be lost", answered);
}

/* Over CDC-ACM the rate is but a word, unless hwdb says otherwise. */
bool adapt_speed(struct adapting *a)
{
	struct line *line = a->item->line;
	unsigned answered = line->speed, limit = speed_limit(a), found = answered;

	if (!a->item->keep_speed)
		found = find_speed(a, answered, limit);
	line->speed = found ? found : answered;
	if (tty_set_speed(a->dialogue.fd, line->speed) < 0)
		return adapt_refuse(a, ADAPT_VERDICT_ERROR,
				    "does not take %u bit/s (set another speed)", line->speed);
	note_speed(a, answered, limit);
	return true;
}
