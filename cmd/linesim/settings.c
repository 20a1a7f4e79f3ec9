/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The keys of "set": one table for the option, the control command and the help. */
#include "settings.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct key_row {
	const char *key;
	size_t offset;
	size_t text_size; /* 0: a number */
	long low;
	long high;
	long init;
	const char *help;
};

#define NUMBER(member) offsetof(struct settings, member), 0
#define TEXT(member)   offsetof(struct settings, member), sizeof(((struct settings *)0)->member)

static const struct key_row keys[] = {
	{ "ring-on-ms", NUMBER(ring_on_ms), 0, 60000, 2000, "length of a ring" },
	{ "ring-off-ms", NUMBER(ring_off_ms), 0, 60000, 4000, "pause between rings" },
	{ "dial-ms", NUMBER(dial_ms), 0, 60000, 1000, "from dialling to the first ring" },
	{ "train-ms", NUMBER(train_ms), 0, 300000, 10000, "from the answer to CONNECT" },
	{ "latency-ms", NUMBER(latency_ms), 0, 2000, 50, "one way, in data" },
	{ "rate", NUMBER(rate), 300, 56000, 33600, "best carrier rate, bit/s" },
	{ "withheld", NUMBER(withheld), 0, 1, 0, "1: callers' numbers are withheld" },
	{ "reply-ms", NUMBER(reply_ms), 0, 10000, 3, "delay of AT answers" },
	{ "deaf-ms", NUMBER(deaf_ms), 0, 60000, 0, "deaf time after a DTR drop" },
	{ "strict", NUMBER(strict), 0, 1, 0, "1: commands within 100 ms of a result are lost" },
	{ "pool", TEXT(pool), 0, 0, 0, "number of the hunt group" },
	{ "caller-name", TEXT(caller_name), 0, 0, 0, "name shown with the caller's number" },
};

enum {
	KEYS = sizeof(keys) / sizeof(keys[0])
};

static long *number_of(struct settings *settings, const struct key_row *row)
{
	return (long *)((char *)settings + row->offset);
}

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

void settings_init(struct settings *settings)
{
	memset(settings, 0, sizeof(*settings));
	for (size_t i = 0; i < KEYS; i++)
		if (!keys[i].text_size)
			*number_of(settings, &keys[i]) = keys[i].init;
}

static int set_text(struct settings *settings, const struct key_row *row, const char *value)
{
	if (strlen(value) >= row->text_size)
		return -ERANGE;
	snprintf((char *)settings + row->offset, row->text_size, "%s", value);
	return 0;
}

int settings_set(struct settings *settings, const char *key, const char *value)
{
	for (size_t i = 0; i < KEYS; i++) {
		if (strcmp(keys[i].key, key))
			continue;
		if (keys[i].text_size)
			return set_text(settings, &keys[i], value);
		return number_parse(value, keys[i].low, keys[i].high, number_of(settings, &keys[i]));
	}
	return -ENOENT;
}

const char *settings_key(size_t i, const char **ret_help)
{
	if (i >= KEYS)
		return NULL;
	*ret_help = keys[i].help;
	return keys[i].key;
}

void settings_show(const struct settings *settings, size_t i, char *ret_text, size_t size)
{
	const char *base = (const char *)settings;

	if (keys[i].text_size)
		snprintf(ret_text, size, "%s", base + keys[i].offset);
	else
		snprintf(ret_text, size, "%ld", *(const long *)(base + keys[i].offset));
}
