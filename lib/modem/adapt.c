/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds out what the modems of new lines can be told, each in a thread of its own. */
#include "modem/internal.h"
#include "port/tty.h"
#include "util/parallel.h"

#define WAKE_MS     1000
#define WAKE_TRIES  5
#define FIRST_SPEED 115200

/* --- one port --- */

/* What an earlier try left in the line says nothing about this modem. */
static void forget_earlier_try(struct line *line)
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
	if (!adapt_is_awake(a, 2, ADAPT_RESPONSE_MS))
		return adapt_refuse(a, ADAPT_VERDICT_DEAD,
				    "does not answer AT any more (switch the modem off and on)");
	a->item->verdict = ADAPT_VERDICT_READY;
	return true;
}

static void open_and_adapt(struct adapting *a)
{
	struct line *line = a->item->line;
	struct tty_port port;

	forget_earlier_try(line);
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

/* --- all of them --- */

struct adapt_run {
	struct adapting *adaptings;
	void (*tell)(const struct adapt *item);
};

static void adapt_one(void *arg, size_t i)
{
	struct adapting *a = &((struct adapt_run *)arg)->adaptings[i];

	if (a->is_claimed) {
		open_and_adapt(a);
		tty_unlock(a->item->port->name, getpid());
	}
	dialogue_free(&a->dialogue);
	a->item->took_ms = (unsigned)(base_now_ms() - a->started);
}

static void report_one(void *arg, size_t i)
{
	struct adapt_run *run = arg;

	if (run->tell)
		run->tell(run->adaptings[i].item);
}

static void claim_ports(struct adapting *adaptings, size_t n)
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
	struct adapt_run run = { .adaptings = adaptings, .tell = tell };

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
	claim_ports(adaptings, n);
	parallel_run(n, adapt_one, report_one, &run);
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
