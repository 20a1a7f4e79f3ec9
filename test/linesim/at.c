/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The AT interpreter (V.250 5): line editor, profiles, framing of answers. No I/O. */
#include "at.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* V.250 5.2.1: a pause of 30 s may cancel the line. */
static const int64_t line_pause_ms = 30000;

struct result_row {
	enum at_result result;
	const char *text;
};

static const struct result_row results[] = {
	{ AT_RESULT_OK, "OK" },       { AT_RESULT_CONNECT, "CONNECT" },
	{ AT_RESULT_RING, "RING" },   { AT_RESULT_NO_CARRIER, "NO CARRIER" },
	{ AT_RESULT_ERROR, "ERROR" }, { AT_RESULT_NO_DIALTONE, "NO DIALTONE" },
	{ AT_RESULT_BUSY, "BUSY" },   { AT_RESULT_NO_ANSWER, "NO ANSWER" },
};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

const char *at_result_text(enum at_result result)
{
	for (size_t i = 0; i < COUNT(results); i++)
		if (results[i].result == result)
			return results[i].text;
	return "";
}

/* Settings */

static void fill_factory(const struct at *at, struct profile *profile)
{
	memset(profile, 0, sizeof(*profile));
	for (size_t i = 0; at->persona->basic[i].name; i++)
		profile->basic[i] = at->persona->basic[i].init;
	for (const struct sreg_row *row = at->persona->sregs; row->number != 255; row++)
		profile->s[row->number] = row->init;
	for (const struct ext_row *row = at->persona->ext; row->name; row++)
		snprintf(profile->ext[row->ext], EXTENDED_MAX, "%s", row->init);
	profile->speed = at->persona->port.speed;
}

void at_save(struct at *at, size_t i)
{
	at->saved[i] = at->now;
	for (const struct ext_row *row = at->persona->ext; row->name; row++)
		if (!row->stored)
			snprintf(at->saved[i].ext[row->ext], EXTENDED_MAX, "%s", row->init);
}

static size_t find_param(const struct at *at, enum param param)
{
	const struct basic_row *row = at->persona->basic;
	size_t i = 0;

	while (row[i].name && row[i].param != param)
		i++;
	return i;
}

uint8_t at_param_or(const struct at *at, enum param param, uint8_t otherwise)
{
	size_t i = find_param(at, param);

	return at->persona->basic[i].name ? at->now.basic[i] : otherwise;
}

uint8_t at_param(const struct at *at, enum param param)
{
	return at_param_or(at, param, 0);
}

uint8_t at_sreg(const struct at *at, uint8_t number)
{
	return at->now.s[number];
}

const char *at_ext(const struct at *at, enum ext ext)
{
	return at->now.ext[ext];
}

long at_ext_number(const struct at *at, enum ext ext, size_t i, long otherwise)
{
	const char *field = at->now.ext[ext];

	while (i-- && field)
		field = (field = strchr(field, ',')) ? field + 1 : NULL;
	return field && isdigit((unsigned char)*field) ? strtol(field, NULL, 10) : otherwise;
}

/* &Y is not part of a profile: it says which one is loaded. */
static void load(struct at *at, const struct profile *profile, bool with_speed)
{
	size_t startup = find_param(at, PARAM_STARTUP);
	uint8_t chosen = at->now.basic[startup];
	long speed = with_speed ? profile->speed : at->now.speed;

	at->now = *profile;
	at->now.basic[startup] = chosen;
	at->now.speed = speed;
}

void at_load_factory(struct at *at)
{
	struct profile factory;

	fill_factory(at, &factory);
	load(at, &factory, false);
}

void at_load(struct at *at, size_t i)
{
	load(at, &at->saved[i], at->persona->port.z_speed);
}

void at_init(struct at *at, const struct persona *persona)
{
	at->persona = persona;
	fill_factory(at, &at->now);
	if (persona->stored)
		at_run_commands(at, persona->stored);
	at_save(at, 0);
	at_save(at, 1);
}

void at_reset(struct at *at)
{
	at_load(at, at_param(at, PARAM_STARTUP) & 1);
}

void at_power_on(struct at *at)
{
	load(at, &at->saved[at_param(at, PARAM_STARTUP) & 1], true);
	at_cancel(at);
	at->previous[0] = '\0';
	at->sreg = 0;
}

/* Line editor */

void at_cancel(struct at *at)
{
	at->state = AT_HUNT;
	at->len = 0;
	at->overflow = false;
}

static void feed_body(struct at *at, uint8_t byte)
{
	if (byte == at_sreg(at, 5)) {
		at->len -= at->len ? 1 : 0;
		return;
	}
	if (byte < ' ')
		return; /* V.250 5.2.2: other control characters are ignored, LF among them */
	if (at->len == at->persona->line_max || at->len == AT_LINE_MAX - 1)
		at->overflow = true;
	else
		at->line[at->len++] = (char)byte;
}

static enum at_event end_line(struct at *at)
{
	at->line[at->len] = '\0';
	memcpy(at->previous, at->line, at->len + 1);
	at->state = AT_HUNT;
	at->len = 0;
	return AT_LINE_READY;
}

/* V.250 5.2.1: AT or at; what becomes of aT and At is left to the maker. */
static bool ends_prefix(const struct at *at, uint8_t byte)
{
	if (at->persona->same_case)
		return byte == (at->prefix == 'A' ? 'T' : 't');
	return toupper(byte) == 'T';
}

static enum at_event feed_prefix(struct at *at, uint8_t byte)
{
	if (at->state == AT_SEEN_A && byte == '/') {
		at->state = AT_HUNT;
		at->overflow = false;
		return AT_LINE_READY; /* the previous line is still in place */
	}
	if (at->state == AT_SEEN_A && ends_prefix(at, byte)) {
		at->state = AT_BODY;
		at->len = 0;
		at->overflow = false;
		return AT_NOTHING;
	}
	at->state = toupper(byte) == 'A' ? AT_SEEN_A : AT_HUNT;
	at->prefix = (char)byte;
	return AT_NOTHING;
}

enum at_event at_feed(struct at *at, uint8_t byte, int64_t now_ms)
{
	byte &= 0x7f; /* 7E1, 7O1 and 8N1 are all understood (V.250 5.1) */
	if (at->state != AT_HUNT && now_ms - at->last_ms > line_pause_ms)
		at_cancel(at);
	at->last_ms = now_ms;
	if (at->state != AT_BODY)
		return feed_prefix(at, byte);
	if (byte == at_sreg(at, 3))
		return end_line(at);
	feed_body(at, byte);
	return AT_NOTHING;
}

/* Answers */

size_t at_clip(int len, size_t size)
{
	if (len < 0 || !size)
		return 0;
	return (size_t)len < size ? (size_t)len : size - 1;
}

size_t at_frame_text(const struct at *at, const char *text, char *ret_bytes, size_t size)
{
	char cr = (char)at_sreg(at, 3), lf = (char)at_sreg(at, 4);

	if (at_param(at, PARAM_VERBOSE))
		return at_clip(snprintf(ret_bytes, size, "%c%c%s%c%c", cr, lf, text, cr, lf), size);
	return at_clip(snprintf(ret_bytes, size, "%s%c%c", text, cr, lf), size);
}

static size_t frame(const struct at *at, const char *text, int code, char *ret_bytes, size_t size)
{
	if (at_param(at, PARAM_QUIET))
		return 0;
	if (at_param(at, PARAM_VERBOSE))
		return at_frame_text(at, text, ret_bytes, size);
	return at_clip(snprintf(ret_bytes, size, "%d%c", code, at_sreg(at, 3)), size);
}

size_t at_frame_result(const struct at *at, enum at_result result, char *ret_bytes, size_t size)
{
	return frame(at, at_result_text(result), result, ret_bytes, size);
}

static int connect_number(const struct at *at, long speed, bool arq)
{
	for (const struct connect_code *code = at->persona->codes; code->speed; code++)
		if (code->speed == speed)
			return arq && code->arq ? code->arq : code->code;
	return AT_RESULT_CONNECT;
}

size_t at_frame_connect(const struct at *at, long speed, bool arq, const char *suffix,
			char *ret_bytes, size_t size)
{
	char text[64];

	if (!speed || !at_param(at, PARAM_TONES))
		return at_frame_result(at, AT_RESULT_CONNECT, ret_bytes, size);
	snprintf(text, sizeof(text), "CONNECT %ld%s", speed, suffix);
	return frame(at, text, connect_number(at, speed, arq), ret_bytes, size);
}
