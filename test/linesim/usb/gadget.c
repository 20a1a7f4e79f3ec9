/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A device with a serial port that is not a modem: it may send unsolicited data, and counts what
 * the host does. No I/O. */
#include "usb/gadget.h"

#include <stdio.h>
#include <string.h>

static struct gadget *gadget_of(const struct peer *peer)
{
	return (struct gadget *)((char *)peer - offsetof(struct gadget, peer));
}

static void gadget_say(struct gadget *gadget, const char *text)
{
	if (!gadget->port || !gadget->open)
		return;
	fifo_push(&gadget->out, text, strlen(text));
	port_readable(gadget->port);
}

static void on_send(void *arg)
{
	struct gadget *gadget = arg;

	if (gadget->kind->every_ms)
		clock_arm(gadget->clock, &gadget->send, gadget->kind->every_ms);
	gadget_say(gadget, gadget->kind->unsolicited);
}

static void gadget_power_on(struct peer *peer, struct port *port)
{
	struct gadget *gadget = gadget_of(peer);

	if (gadget->powered)
		return; /* another port of the same device */
	gadget->powered = true;
	gadget->port = port;
	event_log_add(peer->log, peer->name, "plug");
}

static void gadget_power_off(struct peer *peer)
{
	struct gadget *gadget = gadget_of(peer);

	if (!gadget->powered)
		return;
	gadget->powered = false;
	gadget->port = NULL;
	gadget->open = 0;
	gadget->line_len = 0;
	fifo_clear(&gadget->out);
	clock_disarm(gadget->clock, &gadget->send);
	event_log_add(peer->log, peer->name, "unplug");
}

static void answer_line(struct gadget *gadget)
{
	const struct gadget_answer *row = gadget->kind->answers;
	char text[GADGET_LINE + 16];

	while (row && row->line && strcmp(row->line, gadget->line))
		row++;
	if (!row || !row->line)
		return;
	snprintf(text, sizeof(text), "\r\n%s\r\n", row->answer);
	gadget_say(gadget, text);
}

static void end_line(struct gadget *gadget)
{
	gadget->line[gadget->line_len] = '\0';
	gadget->peer.tally.commands++;
	peer_note(&gadget->peer, "<-", gadget->line);
	answer_line(gadget);
	gadget->line_len = 0;
}

static size_t gadget_give(struct peer *peer, struct port *port, const uint8_t *bytes, size_t len)
{
	struct gadget *gadget = gadget_of(peer);

	gadget->port = port;
	peer->host_bytes += len;
	tally_bytes(&peer->tally, bytes, len);
	for (size_t i = 0; i < len; i++) {
		if (bytes[i] != '\r' && bytes[i] != '\n')
			gadget->line[gadget->line_len++] = (char)bytes[i];
		if (bytes[i] == '\r' || gadget->line_len + 1 == GADGET_LINE)
			end_line(gadget);
	}
	return len;
}

static size_t gadget_take(struct peer *peer, const struct port *port, uint8_t *ret_bytes,
			  size_t max)
{
	struct gadget *gadget = gadget_of(peer);

	return port == gadget->port ? fifo_pop(&gadget->out, ret_bytes, max) : 0;
}

/* Speeds that a driver sets while the port is closed do not reach the device. */
static void remember_speed(struct gadget *gadget)
{
	char text[32];

	tally_speed(&gadget->peer.tally, gadget->speed);
	snprintf(text, sizeof(text), "speed %ld", gadget->speed);
	peer_note(&gadget->peer, "--", text);
}

static void start_session(struct gadget *gadget)
{
	const struct gadget_kind *kind = gadget->kind;

	gadget->peer.dtr_rises++;
	gadget->open++;
	peer_note(&gadget->peer, "--", "dtr on");
	remember_speed(gadget);
	if (kind->resets)
		peer_note(&gadget->peer, "--", "reset");
	if (kind->unsolicited && gadget->open == 1)
		clock_arm(gadget->clock, &gadget->send, kind->first_ms);
}

static void end_session(struct gadget *gadget)
{
	if (gadget->open)
		gadget->open--;
	if (gadget->line_len)
		end_line(gadget);
	peer_note(&gadget->peer, "--", "dtr off");
	if (gadget->open)
		return;
	fifo_clear(&gadget->out);
	clock_disarm(gadget->clock, &gadget->send);
}

static void gadget_set_dtr(struct peer *peer, struct port *port, bool on)
{
	struct gadget *gadget = gadget_of(peer);

	gadget->port = port;
	if (on)
		start_session(gadget);
	else
		end_session(gadget);
}

static void gadget_set_speed(struct peer *peer, long speed)
{
	struct gadget *gadget = gadget_of(peer);
	bool changed = gadget->speed != speed;

	gadget->speed = speed;
	if (changed && gadget->open)
		remember_speed(gadget);
}

static uint8_t gadget_get_lines(const struct peer *peer)
{
	return gadget_of(peer)->kind->lines;
}

static const struct peer_ops peer_ops = {
	.power_on = gadget_power_on,
	.power_off = gadget_power_off,
	.give = gadget_give,
	.take = gadget_take,
	.set_dtr = gadget_set_dtr,
	.set_speed = gadget_set_speed,
	.lines = gadget_get_lines,
};

void gadget_init(struct gadget *gadget)
{
	gadget->peer.ops = &peer_ops;
	gadget->peer.kind = gadget->kind->name;
	gadget->send = (struct timer){ .fire = on_send, .arg = gadget };
	gadget->speed = 9600;
}
