/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a modem sends to its host: result codes, messages before CONNECT, caller ID. No I/O. */
#include "modem/say.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "exchange/exchange.h"
#include "exchange/line-settings.h"
#include "modem/rs232.h"
#include "modem/state.h"

/* Without DTR no host reads: what is sent then must fit one double buffer of a USB endpoint. */
static const size_t stale_max = 128;

void say_bytes(struct modem *modem, const char *bytes, size_t len)
{
	if (!modem->port || !len || modem->faults.silent)
		return;
	fifo_push(&modem->out, bytes, len);
	port_readable(modem->port);
}

/* Unsolicited results do not pile up for a host that does not read. */
static void emit_line(struct modem *modem, const char *bytes, size_t len)
{
	if (!modem->port || !len || modem->faults.silent)
		return;
	if (!modem->dtr && modem->out.used + len > stale_max)
		return;
	rs232_apply_speed(modem);
	peer_note(&modem->peer, "->", bytes);
	say_bytes(modem, bytes, len);
	modem->result_ms = modem->clock->now_ms;
}

void say_result(struct modem *modem, enum result_code result)
{
	char bytes[64];

	emit_line(modem, bytes,
		  response_frame_result(&modem->at.profiles, result, bytes, sizeof(bytes)));
}

static void say_text(struct modem *modem, const char *text)
{
	char bytes[128];

	if (!modem_param(modem, PARAM_QUIET))
		emit_line(modem, bytes,
			  response_frame_text(&modem->at.profiles, text, bytes, sizeof(bytes)));
}

void say_ring(struct modem *modem)
{
	char text[64];

	if (!modem->persona->ring_numbers || !modem_param(modem, PARAM_VERBOSE)) {
		say_result(modem, RESULT_RING);
		return;
	}
	snprintf(text, sizeof(text), "RING;%s;%s",
		 modem->settings->withheld ? "" : exchange_caller(modem->line.call),
		 modem->line.number);
	say_text(modem, text);
}

struct modulation_row {
	long above;
	const char *name;
};

static const char *find_modulation(long rate)
{
	static const struct modulation_row rows[] = {
		{ 33600, "V90" }, { 14400, "V34" }, { 9600, "V32B" },
		{ 2400, "V32" },  { 1200, "V22B" }, { 0, "V22" },
	};
	const struct modulation_row *row = rows;

	while (rate <= row->above && row->above)
		row++;
	return row->name;
}

static bool shows_carrier(const struct modem *modem)
{
	if (modem->persona->connect != CONNECT_W)
		return true;
	return modem_param(modem, PARAM_MESSAGES) == 2 || modem_sreg(modem, 95) & 1;
}

/* &A1: /ARQ; &A2: the modulation as well; &A3: the protocol, and NONE where there is none. */
static void format_suffix(const struct modem *modem, char *ret_text, size_t size)
{
	const struct agreement *agreed = &modem->line.agreed;
	uint8_t detail = modem_param(modem, PARAM_MESSAGES);

	snprintf(ret_text, size, "%s%s%s%s%s", detail && agreed->correction ? "/ARQ" : "",
		 detail > 1 ? "/" : "", detail > 1 ? find_modulation(agreed->rate) : "",
		 detail < 3           ? ""
		 : agreed->correction ? "/LAPM"
				      : "/NONE",
		 detail == 3 && agreed->compression ? "/V42BIS" : "");
}

static void format_both(const struct modem *modem, char *ret_text, size_t size)
{
	const struct agreement *agreed = &modem->line.agreed;

	snprintf(ret_text, size, "/%s %ld%s", find_modulation(agreed->rate), agreed->rate,
		 agreed->compression  ? "/V42b"
		 : agreed->correction ? "/V42"
				      : "");
}

static void say_speed(struct modem *modem, long speed, const char *suffix)
{
	char bytes[64];

	emit_line(modem, bytes,
		  response_frame_connect(&modem->at.profiles, speed,
					 *suffix && modem->line.agreed.correction, suffix, bytes,
					 sizeof(bytes)));
}

void say_connect(struct modem *modem)
{
	long port = modem->persona->serial ? modem->serial.speed : modem->dte_speed;
	enum connect_form form = modem->persona->connect;
	char suffix[48] = "";

	if (form == CONNECT_A)
		format_suffix(modem, suffix, sizeof(suffix));
	if (form == CONNECT_X && modem_param(modem, PARAM_TONES) >= 5)
		format_both(modem, suffix, sizeof(suffix));
	else if (shows_carrier(modem))
		port = modem->line.agreed.rate;
	say_speed(modem, port, suffix);
}

static void say_carrier(struct modem *modem)
{
	const struct agreement *agreed = &modem->line.agreed;
	char text[48];

	snprintf(text, sizeof(text), "CARRIER %ld", agreed->rate);
	say_text(modem, text);
	say_text(modem, agreed->correction ? "PROTOCOL: LAPM" : "PROTOCOL: NONE");
	say_text(modem, agreed->compression ? "COMPRESSION: V.42 bis" : "COMPRESSION: NONE");
}

void say_negotiation(struct modem *modem)
{
	const struct agreement *agreed = &modem->line.agreed;
	uint8_t s95 = modem_sreg(modem, 95);
	char text[48];

	if (profile_ext_number(&modem->at.profiles, EXT_MR, 0, 0) || s95 & 1 << 2) {
		snprintf(text, sizeof(text), "+MCR: %s", find_modulation(agreed->rate));
		say_text(modem, text);
		snprintf(text, sizeof(text), "+MRR: %ld,%ld", agreed->send, agreed->receive);
		say_text(modem, text);
	}
	if (profile_ext_number(&modem->at.profiles, EXT_ER, 0, 0) || s95 & 1 << 3)
		say_text(modem, agreed->correction ? "+ER: LAPM" : "+ER: NONE");
	if (profile_ext_number(&modem->at.profiles, EXT_DR, 0, 0) || s95 & 1 << 5)
		say_text(modem, agreed->compression ? "+DR: V42B" : "+DR: NONE");
	if (modem->persona->connect == CONNECT_W && modem_param(modem, PARAM_MESSAGES) == 1)
		say_carrier(modem);
}

static void say_field(struct modem *modem, const char *key, const char *value)
{
	char text[96];

	if (modem->persona->cid != CID_TIGHT) {
		snprintf(text, sizeof(text), "%s = %s", key, value);
		say_text(modem, text);
		return;
	}
	snprintf(text, sizeof(text), "%s=%s\r\n", key, value);
	if (!modem_param(modem, PARAM_QUIET))
		emit_line(modem, text, strlen(text));
}

static void say_from(struct modem *modem, const char *number)
{
	char text[NUMBER_MAX_LEN + 8];

	if (!number || !*number)
		return;
	snprintf(text, sizeof(text), "FM:%s", number);
	say_text(modem, text);
}

void say_caller_id(struct modem *modem, const char *number, const char *name)
{
	time_t now = time(NULL);
	struct tm tm;
	char text[8];

	if (modem->persona->cid == CID_FM) {
		say_from(modem, number);
		return;
	}
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
