/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Struct members that are set by name: line settings, faults of a modem. */
#include "knob.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int number_parse(const char *text, long low, long high, long *ret_number)
{
	char *end;
	long number;

	errno = 0;
	number = strtol(text, &end, 10);
	if (errno || end == text || *end || number < low || number > high)
		return -ERANGE;
	*ret_number = number;
	return 0;
}

static long *number_of(const struct knob *knob, void *object)
{
	return (long *)((char *)object + knob->offset);
}

void knobs_init(const struct knob *knobs, size_t count, void *object)
{
	for (size_t i = 0; i < count; i++)
		if (knobs[i].text_size)
			((char *)object)[knobs[i].offset] = '\0';
		else
			*number_of(&knobs[i], object) = knobs[i].init;
}

static int set_text(const struct knob *knob, void *object, const char *value)
{
	if (knob->on_text && !strcmp(value, "on"))
		value = knob->on_text;
	else if (knob->on_text && !strcmp(value, "off"))
		value = "";
	if (strlen(value) >= knob->text_size)
		return -ERANGE;
	snprintf((char *)object + knob->offset, knob->text_size, "%s", value);
	return 0;
}

static int set_number(const struct knob *knob, void *object, const char *value)
{
	if (knob->on && !strcmp(value, "on"))
		*number_of(knob, object) = knob->on;
	else if (knob->on && !strcmp(value, "off"))
		*number_of(knob, object) = knob->init;
	else
		return number_parse(value, knob->low, knob->high, number_of(knob, object));
	return 0;
}

int knobs_set(const struct knob *knobs, size_t count, void *object, const char *key,
	      const char *value)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(knobs[i].key, key))
			continue;
		return knobs[i].text_size ? set_text(&knobs[i], object, value)
					  : set_number(&knobs[i], object, value);
	}
	return -ENOENT;
}

void knob_show(const struct knob *knob, const void *object, char *ret_text, size_t size)
{
	const char *at = (const char *)object + knob->offset;

	if (knob->text_size)
		snprintf(ret_text, size, "%s", at);
	else
		snprintf(ret_text, size, "%ld", *(const long *)at);
}
