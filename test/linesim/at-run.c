/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Execution of a command line (V.250 5.2.2, 6): one function per kind of command. */
#include "at.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "extended.h"
#include "record.h"

static const struct sreg_row *find_sreg(const struct at *at, unsigned long number)
{
	const struct sreg_row *row = at->persona->sregs;

	while (row->number != 255 && row->number != number)
		row++;
	return row->number == 255 ? NULL : row;
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
		if (at->persona->view_before && !strcmp(row[i].name, "V"))
			len += at_clip(snprintf(line + len, sizeof(line) - len, "%s ",
						at->persona->view_before),
				       sizeof(line) - len);
		len += at_clip(snprintf(line + len, sizeof(line) - len, "%s%u ", row[i].name,
					at->now.basic[i]),
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
			len += at_clip(
				snprintf(line + len, sizeof(line) - len,
					 at->persona->view_padded ? "S%02u:%03u " : "S%u:%u ",
					 row->number, at->now.s[row->number]),
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
	if (at->online || (at->persona->dial_max && strlen(*rest) > at->persona->dial_max))
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
	at_load(at, value);
	at->record->resets++;
	*rest += strlen(*rest);
	return AT_GO_RESET;
}

static enum at_action run_one(struct at *at, const char **rest, struct at_reply *reply);

static enum at_action run_all(struct at *at, const char *rest, struct at_reply *reply)
{
	enum at_action action = AT_DONE;

	while (action == AT_DONE && *rest)
		action = run_one(at, &rest, reply);
	return action;
}

static enum at_action run_factory(struct at *at, unsigned long value, struct at_reply *reply)
{
	at_load_factory(at);
	return at->persona->templates ? run_all(at, at->persona->templates[value], reply) : AT_DONE;
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
		at->record->destructive += !number.given && **rest == '?';
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
		return run_factory(at, number.value, reply);
	case BASIC_SAVE:
		at_save(at, number.value);
		at->record->saves++;
		return AT_DONE;
	case BASIC_VIEW:
		if (at->persona->view_title)
			say(at, reply, at->persona->view_title);
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
	if (row->untold && strchr(tail, '?'))
		return AT_FAILED;
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

/* V.250 5.4.4: a name of letters and digits, then nothing, ?, =? or =values, up to ";" or the end.
 */
static enum at_action run_ext_name(struct at *at, const char **rest, struct at_reply *reply)
{
	size_t len = strcspn(*rest, ";"), name_len;
	char command[AT_LINE_MAX], name[16];

	snprintf(command, sizeof(command), "%.*s", (int)len, *rest);
	*rest += len + ((*rest)[len] == ';');
	for (char *c = command; *c; c++)
		*c = (char)toupper((unsigned char)*c);
	name_len = strcspn(command, "=?");
	snprintf(name, sizeof(name), "%.*s", (int)(name_len < sizeof(name) ? name_len : 0),
		 command);
	for (const struct ext_row *row = at->persona->ext; row->name; row++)
		if (!strcmp(row->name, name))
			return run_ext(at, row, command + name_len, reply);
	return command[name_len] ? AT_FAILED : answer_text(at, command, reply);
}

static bool is_refused(const struct at *at, const char *rest)
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

static enum at_action run_one(struct at *at, const char **rest, struct at_reply *reply)
{
	if (is_refused(at, *rest))
		return AT_FAILED;
	if (**rest == '+' || **rest == '#')
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
	char line[AT_LINE_MAX];

	ret_reply->len = 0;
	ret_reply->dial[0] = '\0';
	if (at->overflow)
		return AT_FAILED; /* not even its beginning is executed */
	remove_blanks(at->previous, line);
	return run_all(at, line, ret_reply);
}

void at_run_commands(struct at *at, const char *commands)
{
	struct record *record = at->record, unseen = { 0 };
	const char *refuse = at->refuse;
	struct at_reply reply = { 0 };

	at->record = &unseen;
	at->refuse = NULL;
	run_all(at, commands, &reply);
	at->record = record;
	at->refuse = refuse;
}
