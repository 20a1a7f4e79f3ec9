/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The AT interpreter (V.250 5 and 6): bytes and lines in, settings and verdicts out, no I/O. */
#include "at.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "extended.h"

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

struct connect_code {
	long speed;
	int code;
};

/* Rockwell's numbers; other families number the same speeds differently. */
static const struct connect_code connect_codes[] = {
	{ 1200, 5 },    { 2400, 10 },   { 4800, 11 },  { 9600, 12 },  { 7200, 13 },
	{ 12000, 14 },  { 14400, 15 },  { 19200, 16 }, { 38400, 17 }, { 57600, 18 },
	{ 115200, 19 }, { 230400, 20 }, { 16800, 59 }, { 21600, 61 }, { 24000, 62 },
	{ 26400, 63 },  { 28800, 64 },  { 33600, 84 }, { 31200, 91 },
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

static const struct sreg_row *find_sreg(const struct at *at, unsigned long number)
{
	const struct sreg_row *row = at->persona->sregs;

	while (row->number != 255 && row->number != number)
		row++;
	return row->number == 255 ? NULL : row;
}

static void load_factory(const struct at *at, struct profile *profile)
{
	memset(profile, 0, sizeof(*profile));
	for (size_t i = 0; at->persona->basic[i].name; i++)
		profile->basic[i] = at->persona->basic[i].init;
	for (const struct sreg_row *row = at->persona->sregs; row->number != 255; row++)
		profile->s[row->number] = row->init;
	for (const struct ext_row *row = at->persona->ext; row->name; row++)
		snprintf(profile->ext[row->ext], EXTENDED_MAX, "%s", row->init);
}

static void save(struct at *at, size_t i)
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

uint8_t at_param(const struct at *at, enum param param)
{
	return at->now.basic[find_param(at, param)];
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

void at_init(struct at *at, const struct persona *persona)
{
	at->persona = persona;
	load_factory(at, &at->now);
	save(at, 0);
	save(at, 1);
}

/* &Y is not part of a profile: it says which one is loaded. */
static void load(struct at *at, const struct profile *profile)
{
	size_t startup = find_param(at, PARAM_STARTUP);
	uint8_t chosen = at->now.basic[startup];

	at->now = *profile;
	at->now.basic[startup] = chosen;
}

void at_reset(struct at *at)
{
	load(at, &at->saved[at_param(at, PARAM_STARTUP) & 1]);
}

void at_power_on(struct at *at)
{
	at_reset(at);
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

static enum at_event feed_prefix(struct at *at, uint8_t byte)
{
	if (at->state == AT_SEEN_A && byte == '/') {
		at->state = AT_HUNT;
		at->overflow = false;
		return AT_LINE_READY; /* the previous line is still in place */
	}
	if (at->state == AT_SEEN_A && toupper(byte) == 'T') {
		at->state = AT_BODY;
		at->len = 0;
		at->overflow = false;
		return AT_NOTHING;
	}
	at->state = toupper(byte) == 'A' ? AT_SEEN_A : AT_HUNT;
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

static size_t clip(int len, size_t size)
{
	if (len < 0 || !size)
		return 0;
	return (size_t)len < size ? (size_t)len : size - 1;
}

size_t at_frame_text(const struct at *at, const char *text, char *ret_bytes, size_t size)
{
	char cr = (char)at_sreg(at, 3), lf = (char)at_sreg(at, 4);

	if (at_param(at, PARAM_VERBOSE))
		return clip(snprintf(ret_bytes, size, "%c%c%s%c%c", cr, lf, text, cr, lf), size);
	return clip(snprintf(ret_bytes, size, "%s%c%c", text, cr, lf), size);
}

static size_t frame(const struct at *at, const char *text, int code, char *ret_bytes, size_t size)
{
	if (at_param(at, PARAM_QUIET))
		return 0;
	if (at_param(at, PARAM_VERBOSE))
		return at_frame_text(at, text, ret_bytes, size);
	return clip(snprintf(ret_bytes, size, "%d%c", code, at_sreg(at, 3)), size);
}

size_t at_frame_result(const struct at *at, enum at_result result, char *ret_bytes, size_t size)
{
	return frame(at, at_result_text(result), result, ret_bytes, size);
}

size_t at_frame_connect(const struct at *at, long speed, char *ret_bytes, size_t size)
{
	int code = AT_RESULT_CONNECT;
	char text[32];

	if (!speed || !at_param(at, PARAM_TONES))
		return at_frame_result(at, AT_RESULT_CONNECT, ret_bytes, size);
	for (size_t i = 0; i < COUNT(connect_codes); i++)
		if (connect_codes[i].speed == speed)
			code = connect_codes[i].code;
	snprintf(text, sizeof(text), "CONNECT %ld", speed);
	return frame(at, text, code, ret_bytes, size);
}

static void say(const struct at *at, struct at_reply *reply, const char *text)
{
	reply->len += at_frame_text(at, text, reply->text + reply->len, AT_REPLY_MAX - reply->len);
}

/* Command bodies. Each gets the rest of the line by reference and moves it on. */

struct number {
	bool given;
	unsigned long value;
};

static struct number take_number(const char **rest)
{
	struct number number = { 0 };

	while (isdigit((unsigned char)**rest)) {
		number.given = true;
		if (number.value < 100000)
			number.value = number.value * 10 + (unsigned long)(**rest - '0');
		(*rest)++;
	}
	return number;
}

static void view_basic(const struct at *at, struct at_reply *reply)
{
	const struct basic_row *row = at->persona->basic;
	char line[160];
	size_t len = 0;

	for (size_t i = 0; row[i].name; i++) {
		if (row[i].kind != BASIC_STORE || strchr("\\%", row[i].name[0]) ||
		    row[i].param == PARAM_STARTUP)
			continue;
		if (!strcmp(row[i].name, "V"))
			len += clip(snprintf(line + len, sizeof(line) - len, "%s ", at->persona->view_before),
				    sizeof(line) - len);
		len += clip(snprintf(line + len, sizeof(line) - len, "%s%u ", row[i].name, at->now.basic[i]),
			    sizeof(line) - len);
	}
	line[len ? len - 1 : 0] = '\0';
	say(at, reply, line);
}

static void view_sregs(const struct at *at, struct at_reply *reply)
{
	char line[320];
	size_t len = 0;

	for (const struct sreg_row *row = at->persona->sregs; row->number != 255; row++)
		if (row->shown)
			len += clip(snprintf(line + len, sizeof(line) - len, "S%u:%u ", row->number,
					     at->now.s[row->number]),
				    sizeof(line) - len);
	line[len ? len - 1 : 0] = '\0';
	say(at, reply, line);
}

/* V.250 lets information queries be refused: an unknown one is ERROR, a silent one OK alone. */
static enum at_action answer_text(const struct at *at, const char *ask, struct at_reply *reply)
{
	for (const struct text_row *row = at->persona->texts; row->ask; row++) {
		if (strcmp(row->ask, ask))
			continue;
		if (*row->answer)
			say(at, reply, row->answer);
		return AT_DONE;
	}
	return AT_FAILED;
}

static enum at_action run_info(const struct at *at, unsigned long number, struct at_reply *reply)
{
	char ask[8];

	snprintf(ask, sizeof(ask), "I%lu", number % 1000);
	return answer_text(at, ask, reply);
}

/* V.250 6.3.1: the rest of the line is the dial string; L dials the last one again. */
static enum at_action run_dial(struct at *at, const char **rest, struct at_reply *reply)
{
	if (at->online)
		return AT_FAILED;
	if (toupper((unsigned char)**rest) != 'L')
		snprintf(at->last_dial, sizeof(at->last_dial), "%s", *rest);
	memcpy(reply->dial, at->last_dial, sizeof(reply->dial));
	*rest += strlen(*rest);
	return AT_GO_DIAL;
}

static enum at_action run_hook(struct at *at, unsigned long value)
{
	if (value)
		return AT_GO_OFF_HOOK;
	at->hang_up(at->arg);
	at->online = false;
	return AT_DONE;
}

/* V.250 6.1.1: nothing after Z on the same line is executed. */
static enum at_action run_reset(struct at *at, unsigned long value, const char **rest)
{
	load(at, &at->saved[value]);
	*rest += strlen(*rest);
	return AT_GO_RESET;
}

static enum at_action run_factory(struct at *at)
{
	struct profile factory;

	load_factory(at, &factory);
	load(at, &factory);
	return AT_DONE;
}

static enum at_action run_basic(struct at *at, size_t i, const char **rest, struct at_reply *reply)
{
	const struct basic_row *row = &at->persona->basic[i];
	struct number number;

	if (row->kind == BASIC_DIAL)
		return run_dial(at, rest, reply);
	number = take_number(rest);
	if (number.value > row->max || row->holes >> number.value & 1)
		return AT_FAILED;
	switch (row->kind) {
	case BASIC_STORE:
		at->now.basic[i] = (uint8_t)number.value;
		return AT_DONE;
	case BASIC_TAKE:
	case BASIC_DIAL:
		return AT_DONE;
	case BASIC_INFO:
		return run_info(at, number.value, reply);
	case BASIC_ANSWER:
		return at->online ? AT_FAILED : AT_GO_ANSWER;
	case BASIC_HOOK:
		return run_hook(at, number.value);
	case BASIC_ONLINE:
		return at->online ? AT_GO_ONLINE : AT_FAILED;
	case BASIC_RESET:
		return run_reset(at, number.value, rest);
	case BASIC_FACTORY:
		return run_factory(at);
	case BASIC_SAVE:
		save(at, number.value);
		return AT_DONE;
	case BASIC_VIEW:
		view_basic(at, reply);
		view_sregs(at, reply);
		return AT_DONE;
	}
	return AT_FAILED;
}

static bool names_match(const char *name, const char *line, size_t *ret_len)
{
	size_t len = strlen(name);

	if (strncasecmp(name, line, len))
		return false;
	*ret_len = len;
	return true;
}

static enum at_action run_basic_name(struct at *at, const char **rest, struct at_reply *reply)
{
	size_t len;

	for (size_t i = 0; at->persona->basic[i].name; i++) {
		if (!names_match(at->persona->basic[i].name, *rest, &len))
			continue;
		*rest += len;
		return run_basic(at, i, rest, reply);
	}
	return AT_FAILED;
}

/* V.250 5.3.2: Sn selects, =v writes (no digits: 0), ? reads three digits. */
static enum at_action run_sreg(struct at *at, const char **rest, struct at_reply *reply)
{
	const struct sreg_row *row = find_sreg(at, at->sreg);
	struct number number;
	char text[8];

	if (**rest == '?') {
		(*rest)++;
		snprintf(text, sizeof(text), "%03u", at->now.s[at->sreg]);
		say(at, reply, text);
		return AT_DONE;
	}
	if (**rest != '=')
		return AT_DONE;
	(*rest)++;
	number = take_number(rest);
	if (!row || number.value < row->min || number.value > row->max)
		return AT_FAILED;
	at->now.s[at->sreg] = (uint8_t)number.value;
	return AT_DONE;
}

static enum at_action run_select(struct at *at, const char **rest, struct at_reply *reply)
{
	struct number number;

	(*rest)++;
	number = take_number(rest);
	if (!find_sreg(at, number.value))
		return AT_FAILED;
	at->sreg = (uint8_t)number.value;
	return run_sreg(at, rest, reply);
}

static enum at_action run_ext(struct at *at, const struct ext_row *row, const char *tail,
			      struct at_reply *reply)
{
	if (!strcmp(tail, "=?"))
		say(at, reply, row->range);
	else if (!strcmp(tail, "?"))
		say(at, reply, at->now.ext[row->ext]);
	else if (*tail == '=')
		return extended_set(row, tail + 1, at->now.ext[row->ext]) ? AT_FAILED : AT_DONE;
	else
		return AT_FAILED;
	return AT_DONE;
}

/* V.250 5.4.4: a name of letters and digits, then nothing, ?, =? or =values, up to ";" or the end. */
static enum at_action run_ext_name(struct at *at, const char **rest, struct at_reply *reply)
{
	size_t len = strcspn(*rest, ";"), name_len;
	char command[AT_LINE_MAX], name[16];

	snprintf(command, sizeof(command), "%.*s", (int)len, *rest);
	*rest += len + ((*rest)[len] == ';');
	for (char *c = command; *c; c++)
		*c = (char)toupper((unsigned char)*c);
	name_len = strcspn(command, "=?");
	snprintf(name, sizeof(name), "%.*s", (int)(name_len < sizeof(name) ? name_len : 0), command);
	for (const struct ext_row *row = at->persona->ext; row->name; row++)
		if (!strcmp(row->name, name))
			return run_ext(at, row, command + name_len, reply);
	return command[name_len] ? AT_FAILED : answer_text(at, command, reply);
}

static enum at_action run_one(struct at *at, const char **rest, struct at_reply *reply)
{
	if (**rest == '+')
		return run_ext_name(at, rest, reply);
	if (toupper((unsigned char)**rest) == 'S')
		return run_select(at, rest, reply);
	if (**rest == '=' || **rest == '?')
		return run_sreg(at, rest, reply);
	return run_basic_name(at, rest, reply);
}

/* V.250 5.2.2: blanks mean nothing. */
static void remove_blanks(const char *from, char *ret_line)
{
	for (; *from; from++)
		if (*from != ' ')
			*ret_line++ = *from;
	*ret_line = '\0';
}

enum at_action at_run(struct at *at, struct at_reply *ret_reply)
{
	enum at_action action = AT_DONE;
	char line[AT_LINE_MAX];
	const char *rest = line;

	ret_reply->len = 0;
	ret_reply->dial[0] = '\0';
	if (at->overflow)
		return AT_FAILED;
	remove_blanks(at->previous, line);
	while (action == AT_DONE && *rest)
		action = run_one(at, &rest, ret_reply);
	return action;
}
