/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A device behind a serial port that is no modem: it may talk without being asked, and remembers
 * what was done to it. No I/O. */
#include "gadget.h"

#include <stdio.h>
#include <string.h>

#include "persona.h"

static void note(struct gadget *gadget, const char *arrow, const char *text)
{
	journal_say(gadget->journal, &gadget->dialogue, gadget->name, arrow, text);
}

static void say(struct gadget *gadget, const char *text)
{
	if (!gadget->port || !gadget->open)
		return;
	fifo_push(&gadget->out, text, strlen(text));
	gadget->port->ops->readable(gadget->port);
}

static void on_say(void *arg)
{
	struct gadget *gadget = arg;

	if (gadget->kind->every_ms)
		clock_arm(gadget->clock, &gadget->say, gadget->kind->every_ms);
	say(gadget, gadget->kind->says);
}

void gadget_init(struct gadget *gadget)
{
	gadget->say = (struct timer){ .fire = on_say, .arg = gadget };
	gadget->speed = 9600;
}

void gadget_power_on(struct gadget *gadget, struct port *port)
{
	if (gadget->powered)
		return; /* another port of the same device */
	gadget->powered = true;
	gadget->port = port;
	journal_event(gadget->journal, gadget->name, "plug");
}

void gadget_power_off(struct gadget *gadget, const struct port *port)
{
	(void)port;
	if (!gadget->powered)
		return;
	gadget->powered = false;
	gadget->port = NULL;
	gadget->open = 0;
	gadget->line_len = 0;
	fifo_clear(&gadget->out);
	clock_disarm(gadget->clock, &gadget->say);
	journal_event(gadget->journal, gadget->name, "unplug");
}

static void answer(struct gadget *gadget)
{
	const struct text_row *row = gadget->kind->answers;
	char text[GADGET_LINE + 16];

	while (row && row->ask && strcmp(row->ask, gadget->line))
		row++;
	if (!row || !row->ask)
		return;
	snprintf(text, sizeof(text), "\r\n%s\r\n", row->answer);
	say(gadget, text);
}

static void end_line(struct gadget *gadget)
{
	gadget->line[gadget->line_len] = '\0';
	gadget->record.commands++;
	note(gadget, "<-", gadget->line);
	answer(gadget);
	gadget->line_len = 0;
}

void gadget_give(struct gadget *gadget, struct port *port, const uint8_t *bytes, size_t len)
{
	gadget->port = port;
	gadget->host_bytes += len;
	record_bytes(&gadget->record, bytes, len);
	for (size_t i = 0; i < len; i++) {
		if (bytes[i] != '\r' && bytes[i] != '\n')
			gadget->line[gadget->line_len++] = (char)bytes[i];
		if (bytes[i] == '\r' || gadget->line_len + 1 == GADGET_LINE)
			end_line(gadget);
	}
}

size_t gadget_take(struct gadget *gadget, const struct port *port, uint8_t *ret_bytes, size_t max)
{
	return port == gadget->port ? fifo_pop(&gadget->out, ret_bytes, max) : 0;
}

/* A speed that a driver set while the port was closed has not touched the device. */
static void remember_speed(struct gadget *gadget)
{
	char text[32];

	record_speed(&gadget->record, gadget->speed);
	snprintf(text, sizeof(text), "speed %ld", gadget->speed);
	note(gadget, "--", text);
}

static void open_port(struct gadget *gadget)
{
	const struct gadget_kind *kind = gadget->kind;

	gadget->dtr_rises++;
	gadget->open++;
	note(gadget, "--", "dtr on");
	remember_speed(gadget);
	if (kind->resets)
		note(gadget, "--", "reset");
	if (kind->says && gadget->open == 1)
		clock_arm(gadget->clock, &gadget->say, kind->first_ms);
}

static void close_port(struct gadget *gadget)
{
	if (gadget->open)
		gadget->open--;
	if (gadget->line_len)
		end_line(gadget);
	note(gadget, "--", "dtr off");
	if (gadget->open)
		return;
	fifo_clear(&gadget->out);
	clock_disarm(gadget->clock, &gadget->say);
}

void gadget_dtr(struct gadget *gadget, struct port *port, bool on)
{
	gadget->port = port;
	if (on)
		open_port(gadget);
	else
		close_port(gadget);
}

void gadget_speed(struct gadget *gadget, long speed)
{
	bool changed = gadget->speed != speed;

	gadget->speed = speed;
	if (changed && gadget->open)
		remember_speed(gadget);
}
