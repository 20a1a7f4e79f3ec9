/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Execution of a command line (V.250 5.2.2, 6): one function per kind of command. No I/O. */
#include "modem/interpreter.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "modem/extended.h"
#include "modem/response.h"
#include "tally.h"

static const struct sreg_row *find_sreg(const struct interpreter *at, unsigned long number)
{
	const struct sreg_row *row = at->profiles.persona->sregs;

	while (row->number != 255 && row->number != number)
		row++;
	return row->number == 255 ? NULL : row;
}

static void reply_text(const struct interpreter *at, struct interpreter_reply *reply,
		       const char *text)
{
	reply->len += response_frame_text(&at->profiles, text, reply->text + reply->len,
					  REPLY_MAX - reply->len);
}

/* Command bodies. Each gets the rest of the line by reference and moves it on. */

struct number {
	bool given;
	unsigned long value;
};

static struct number parse_number(const char **rest)
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

static void view_basic(const struct interpreter *at, struct interpreter_reply *reply)
{
	const struct basic_row *row = at->profiles.persona->basic;
	char line[160];
	size_t len = 0;

	for (size_t i = 0; row[i].name; i++) {
		if (row[i].kind != BASIC_STORE || strchr("\\%", row[i].name[0]) ||
		    row[i].param == PARAM_STARTUP)
			continue;
		if (at->profiles.persona->view_before && !strcmp(row[i].name, "V"))
			len += response_clip(snprintf(line + len, sizeof(line) - len, "%s ",
						      at->profiles.persona->view_before),
					     sizeof(line) - len);
		len += response_clip(snprintf(line + len, sizeof(line) - len, "%s%u ", row[i].name,
					      at->profiles.now.basic[i]),
				     sizeof(line) - len);
	}
	line[len ? len - 1 : 0] = '\0';
	reply_text(at, reply, line);
}

static void view_sregs(const struct interpreter *at, struct interpreter_reply *reply)
{
	char line[320];
	size_t len = 0;

	for (const struct sreg_row *row = at->profiles.persona->sregs; row->number != 255; row++)
		if (row->shown)
			len += response_clip(snprintf(line + len, sizeof(line) - len,
						      at->profiles.persona->view_padded
							      ? "S%02u:%03u "
							      : "S%u:%u ",
						      row->number, at->profiles.now.s[row->number]),
					     sizeof(line) - len);
	line[len ? len - 1 : 0] = '\0';
	reply_text(at, reply, line);
}

/* V.250 lets a modem refuse information queries: an unknown one is ERROR, an empty one OK alone. */
static enum interpreter_action run_query(const struct interpreter *at, const char *ask,
					 struct interpreter_reply *reply)
{
	for (const struct text_row *row = at->profiles.persona->texts; row->ask; row++) {
		if (strcmp(row->ask, ask))
			continue;
		if (*row->answer)
			reply_text(at, reply, row->answer);
		return ACTION_OK;
	}
	return ACTION_ERROR;
}

static enum interpreter_action run_info(const struct interpreter *at, unsigned long number,
					struct interpreter_reply *reply)
{
	char ask[8];

	snprintf(ask, sizeof(ask), "I%lu", number % 1000);
	return run_query(at, ask, reply);
}

/* V.250 6.3.1: the rest of the line is the dial string; L dials the last one again. */
static enum interpreter_action run_dial(struct interpreter *at, const char **rest,
					struct interpreter_reply *reply)
{
	if (at->online ||
	    (at->profiles.persona->dial_max && strlen(*rest) > at->profiles.persona->dial_max))
		return ACTION_ERROR;
	if (toupper((unsigned char)**rest) != 'L')
		snprintf(at->last_dial, sizeof(at->last_dial), "%s", *rest);
	memcpy(reply->dial, at->last_dial, sizeof(reply->dial));
	*rest += strlen(*rest);
	return ACTION_DIAL;
}

static enum interpreter_action run_hook(struct interpreter *at, unsigned long value)
{
	if (value)
		return ACTION_OFF_HOOK;
	at->hang_up(at->arg);
	at->online = false;
	return ACTION_OK;
}

/* V.250 6.1.1: what follows Z on the same line is not executed. */
static enum interpreter_action run_reset(struct interpreter *at, unsigned long value,
					 const char **rest)
{
	profile_load(&at->profiles, value);
	at->tally->resets++;
	*rest += strlen(*rest);
	return ACTION_RESET;
}

static enum interpreter_action run_command(struct interpreter *at, const char **rest,
					   struct interpreter_reply *reply);

static enum interpreter_action run_line(struct interpreter *at, const char *rest,
					struct interpreter_reply *reply)
{
	enum interpreter_action action = ACTION_OK;

	while (action == ACTION_OK && *rest)
		action = run_command(at, &rest, reply);
	return action;
}

static enum interpreter_action run_factory(struct interpreter *at, unsigned long value,
					   struct interpreter_reply *reply)
{
	profile_load_factory(&at->profiles);
	return at->profiles.persona->templates
		       ? run_line(at, at->profiles.persona->templates[value], reply)
		       : ACTION_OK;
}

static enum interpreter_action run_basic(struct interpreter *at, size_t i, const char **rest,
					 struct interpreter_reply *reply)
{
	const struct basic_row *row = &at->profiles.persona->basic[i];
	struct number number;

	if (row->kind == BASIC_DIAL)
		return run_dial(at, rest, reply);
	number = parse_number(rest);
	if (number.value > row->max || row->holes >> number.value & 1)
		return ACTION_ERROR;
	switch (row->kind) {
	case BASIC_STORE:
		at->tally->destructive += !number.given && **rest == '?';
		at->profiles.now.basic[i] = (uint8_t)number.value;
		return ACTION_OK;
	case BASIC_TAKE:
	case BASIC_DIAL:
		return ACTION_OK;
	case BASIC_INFO:
		return run_info(at, number.value, reply);
	case BASIC_ANSWER:
		return at->online ? ACTION_ERROR : ACTION_ANSWER;
	case BASIC_HOOK:
		return run_hook(at, number.value);
	case BASIC_ONLINE:
		return at->online ? ACTION_ONLINE : ACTION_ERROR;
	case BASIC_RESET:
		return run_reset(at, number.value, rest);
	case BASIC_FACTORY:
		return run_factory(at, number.value, reply);
	case BASIC_SAVE:
		profile_save(&at->profiles, number.value);
		at->tally->saves++;
		return ACTION_OK;
	case BASIC_VIEW:
		if (at->profiles.persona->view_title)
			reply_text(at, reply, at->profiles.persona->view_title);
		view_basic(at, reply);
		view_sregs(at, reply);
		return ACTION_OK;
	}
	return ACTION_ERROR;
}

static bool names_match(const char *name, const char *line, size_t *ret_len)
{
	size_t len = strlen(name);

	if (strncasecmp(name, line, len))
		return false;
	*ret_len = len;
	return true;
}

static enum interpreter_action run_basic_name(struct interpreter *at, const char **rest,
					      struct interpreter_reply *reply)
{
	size_t len;

	for (size_t i = 0; at->profiles.persona->basic[i].name; i++) {
		if (!names_match(at->profiles.persona->basic[i].name, *rest, &len))
			continue;
		*rest += len;
		return run_basic(at, i, rest, reply);
	}
	return ACTION_ERROR;
}

/* V.250 5.3.2: Sn selects, =v writes (no digits: 0), ? reads three digits. */
static enum interpreter_action run_sreg(struct interpreter *at, const char **rest,
					struct interpreter_reply *reply)
{
	const struct sreg_row *row = find_sreg(at, at->sreg);
	struct number number;
	char text[8];

	if (**rest == '?') {
		(*rest)++;
		snprintf(text, sizeof(text), "%03u", at->profiles.now.s[at->sreg]);
		reply_text(at, reply, text);
		return ACTION_OK;
	}
	if (**rest != '=')
		return ACTION_OK;
	(*rest)++;
	number = parse_number(rest);
	if (!row || number.value < row->min || number.value > row->max)
		return ACTION_ERROR;
	at->profiles.now.s[at->sreg] = (uint8_t)number.value;
	return ACTION_OK;
}

static enum interpreter_action run_select(struct interpreter *at, const char **rest,
					  struct interpreter_reply *reply)
{
	struct number number;

	(*rest)++;
	number = parse_number(rest);
	if (!find_sreg(at, number.value))
		return ACTION_ERROR;
	at->sreg = (uint8_t)number.value;
	return run_sreg(at, rest, reply);
}

static enum interpreter_action run_ext(struct interpreter *at, const struct ext_row *row,
				       const char *tail, struct interpreter_reply *reply)
{
	if (row->untold && strchr(tail, '?'))
		return ACTION_ERROR;
	if (!strcmp(tail, "=?"))
		reply_text(at, reply, row->range);
	else if (!strcmp(tail, "?"))
		reply_text(at, reply, at->profiles.now.ext[row->ext]);
	else if (*tail == '=')
		return extended_set(row, tail + 1, at->profiles.now.ext[row->ext]) ? ACTION_ERROR
										   : ACTION_OK;
	else
		return ACTION_ERROR;
	return ACTION_OK;
}

/* V.250 5.4.4: a name of letters and digits, alone or with ?, =? or =values, up to ";" or the end.
 */
static enum interpreter_action run_ext_name(struct interpreter *at, const char **rest,
					    struct interpreter_reply *reply)
{
	size_t len = strcspn(*rest, ";"), name_len;
	char command[EDITOR_LINE_MAX], name[16];

	snprintf(command, sizeof(command), "%.*s", (int)len, *rest);
	*rest += len + ((*rest)[len] == ';');
	for (char *c = command; *c; c++)
		*c = (char)toupper((unsigned char)*c);
	name_len = strcspn(command, "=?");
	snprintf(name, sizeof(name), "%.*s", (int)(name_len < sizeof(name) ? name_len : 0),
		 command);
	for (const struct ext_row *row = at->profiles.persona->ext; row->name; row++)
		if (!strcmp(row->name, name))
			return run_ext(at, row, command + name_len, reply);
	return command[name_len] ? ACTION_ERROR : run_query(at, command, reply);
}

static bool is_refused(const struct interpreter *at, const char *rest)
{
	const char *item = at->refuse;
	size_t len;

	for (; item && *item; item += len + (item[len] == ',')) {
		len = strcspn(item, ",");
		if (!len || strncasecmp(item, rest, len))
			continue;
		/* W2 is not W20 */
		if (!isdigit((unsigned char)item[len - 1]) || !isdigit((unsigned char)rest[len]))
			return true;
	}
	return false;
}

static enum interpreter_action run_command(struct interpreter *at, const char **rest,
					   struct interpreter_reply *reply)
{
	if (is_refused(at, *rest))
		return ACTION_ERROR;
	if (**rest == '+' || **rest == '#')
		return run_ext_name(at, rest, reply);
	if (toupper((unsigned char)**rest) == 'S')
		return run_select(at, rest, reply);
	if (**rest == '=' || **rest == '?')
		return run_sreg(at, rest, reply);
	return run_basic_name(at, rest, reply);
}

/* V.250 5.2.2: blanks are ignored. */
static void remove_blanks(const char *from, char *ret_line)
{
	for (; *from; from++)
		if (*from != ' ')
			*ret_line++ = *from;
	*ret_line = '\0';
}

enum interpreter_action interpreter_run(struct interpreter *at, struct interpreter_reply *ret_reply)
{
	char line[EDITOR_LINE_MAX];

	ret_reply->len = 0;
	ret_reply->dial[0] = '\0';
	if (at->editor.overflow)
		return ACTION_ERROR; /* not even its beginning is executed */
	remove_blanks(at->editor.previous, line);
	return run_line(at, line, ret_reply);
}

void interpreter_run_commands(struct interpreter *at, const char *commands)
{
	struct tally *tally = at->tally, unseen = { 0 };
	const char *refuse = at->refuse;
	struct interpreter_reply reply = { 0 };

	at->tally = &unseen;
	at->refuse = NULL;
	run_line(at, commands, &reply);
	at->tally = tally;
	at->refuse = refuse;
}

void interpreter_init(struct interpreter *at, const struct persona *persona)
{
	profile_init(&at->profiles, persona);
	if (persona->stored)
		interpreter_run_commands(at, persona->stored);
	profile_save(&at->profiles, 0);
	profile_save(&at->profiles, 1);
}

void interpreter_power_on(struct interpreter *at)
{
	profile_power_on(&at->profiles);
	editor_cancel(&at->editor);
	at->editor.previous[0] = '\0';
	at->sreg = 0;
}
