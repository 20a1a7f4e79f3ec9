/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a modem tells its host: results, messages before CONNECT, caller ID, modem lines. */
#include "say.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "modem.h"

/* Without DTR nobody reads: what is said then must fit one double buffer of a USB endpoint. */
static const size_t stale_max = 128;

void say_lines(struct modem *modem)
{
	bool dcd = modem->dcd || !at_param(&modem->at, PARAM_DCD);
	bool dsr = !at_param(&modem->at, PARAM_DSR) || modem->dcd;
	uint8_t lines = (dcd ? LINE_DCD : 0) | (dsr ? LINE_DSR : 0) | (modem->ri ? LINE_RI : 0);

	if (!modem->port || lines == modem->lines)
		return;
	modem->lines = lines;
	modem->port->ops->lines(modem->port, lines);
}

void say_note(struct modem *modem, const char *arrow, const char *text)
{
	journal_say(modem->journal, &modem->dialogue, modem->name, arrow, text);
}

void say_bytes(struct modem *modem, const char *bytes, size_t len)
{
	if (!modem->port || !len)
		return;
	fifo_push(&modem->out, bytes, len);
	modem->port->ops->readable(modem->port);
}

/* All that comes without having been asked for. */
static void emit_line(struct modem *modem, const char *bytes, size_t len)
{
	if (!modem->port || !len || (!modem->dtr && modem->out.used + len > stale_max))
		return;
	say_note(modem, "->", bytes);
	say_bytes(modem, bytes, len);
	modem->result_ms = modem->clock->now_ms;
}

void say_result(struct modem *modem, enum at_result result)
{
	char bytes[64];

	emit_line(modem, bytes, at_frame_result(&modem->at, result, bytes, sizeof(bytes)));
}

static void say_text(struct modem *modem, const char *text)
{
	char bytes[128];

	if (!at_param(&modem->at, PARAM_QUIET))
		emit_line(modem, bytes, at_frame_text(&modem->at, text, bytes, sizeof(bytes)));
}

void say_connect(struct modem *modem)
{
	bool dce = at_param(&modem->at, PARAM_MESSAGES) == 2 || at_sreg(&modem->at, 95) & 1;
	char bytes[64];
	size_t len;

	len = at_frame_connect(&modem->at, dce ? modem->agreed.rate : modem->dte_speed, bytes, sizeof(bytes));
	emit_line(modem, bytes, len);
}

void say_negotiation(struct modem *modem)
{
	const struct agreement *agreed = &modem->agreed;
	uint8_t s95 = at_sreg(&modem->at, 95);
	char text[48];

	if (at_ext_number(&modem->at, EXT_MR, 0, 0) || s95 & 1 << 2) {
		say_text(modem, agreed->rate > 14400  ? "+MCR: V34"
				: agreed->rate > 2400 ? "+MCR: V32B"
						      : "+MCR: V22B");
		snprintf(text, sizeof(text), "+MRR: %ld,%ld", agreed->rate, agreed->rate);
		say_text(modem, text);
	}
	if (at_ext_number(&modem->at, EXT_ER, 0, 0) || s95 & 1 << 3)
		say_text(modem, agreed->correction ? "+ER: LAPM" : "+ER: NONE");
	if (at_ext_number(&modem->at, EXT_DR, 0, 0) || s95 & 1 << 5)
		say_text(modem, agreed->compression ? "+DR: V42B" : "+DR: NONE");
	if (at_param(&modem->at, PARAM_MESSAGES) != 1)
		return;
	snprintf(text, sizeof(text), "CARRIER %ld", agreed->rate);
	say_text(modem, text);
	say_text(modem, agreed->correction ? "PROTOCOL: LAPM" : "PROTOCOL: NONE");
	say_text(modem, agreed->compression ? "COMPRESSION: V.42 bis" : "COMPRESSION: NONE");
}

static void say_field(struct modem *modem, const char *key, const char *value)
{
	char text[96];

	if (!strcmp(modem->persona->cid_format, "%s=%s"))
		snprintf(text, sizeof(text), "%s=%s", key, value);
	else
		snprintf(text, sizeof(text), "%s = %s", key, value);
	say_text(modem, text);
}

void say_caller_id(struct modem *modem, const char *number, const char *name)
{
	time_t now = time(NULL);
	struct tm tm;
	char text[8];

	localtime_r(&now, &tm);
	strftime(text, sizeof(text), "%m%d", &tm);
	say_field(modem, "DATE", text);
	strftime(text, sizeof(text), "%H%M", &tm);
	say_field(modem, "TIME", text);
	if (!number) {
		say_field(modem, "NMBR", "P"); /* private */
		return;
	}
	say_field(modem, "NMBR", *number ? number : "O"); /* out of area */
	if (*name)
		say_field(modem, "NAME", name);
}
