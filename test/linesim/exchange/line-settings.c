/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The keys of "set": one table for the option, the control command and the help. */
#include "exchange/line-settings.h"

#include <string.h>

#define NUMBER(member, low, high, init) KNOB_NUMBER(line_settings, member), low, high, init, 0, NULL
#define TEXT(member)                    KNOB_TEXT(line_settings, member), 0, 0, 0, 0, NULL

static const struct knob keys[] = {
	{ "ring-on-ms", NUMBER(ring_on_ms, 0, 60000, 2000), "length of a ring" },
	{ "ring-off-ms", NUMBER(ring_off_ms, 0, 60000, 4000), "pause between rings" },
	{ "dial-ms", NUMBER(dial_ms, 0, 60000, 1000), "from dialling to the first ring" },
	{ "train-ms", NUMBER(train_ms, 0, 300000, 10000), "from the answer to CONNECT" },
	{ "latency-ms", NUMBER(latency_ms, 0, 2000, 50), "one way, in data" },
	{ "rate", NUMBER(rate, 300, 56000, 33600), "best carrier rate, bit/s" },
	{ "withheld", NUMBER(withheld, 0, 1, 0), "1: caller ID is withheld" },
	{ "reply-ms", NUMBER(reply_ms, 0, 10000, 3), "delay of responses to AT commands" },
	{ "deaf-ms", NUMBER(deaf_ms, 0, 60000, 0), "deaf time after a DTR drop" },
	{ "strict", NUMBER(strict, 0, 1, 0), "1: commands within 100 ms of a result are lost" },
	{ "pool", TEXT(pool), "number of the hunt group" },
	{ "caller-name", TEXT(caller_name), "name shown with the caller's number" },
};

enum {
	KEYS = sizeof(keys) / sizeof(keys[0])
};

void line_settings_init(struct line_settings *settings)
{
	memset(settings, 0, sizeof(*settings));
	knobs_init(keys, KEYS, settings);
}

int line_settings_set(struct line_settings *settings, const char *key, const char *value)
{
	return knobs_set(keys, KEYS, settings, key, value);
}

const char *line_settings_key(size_t i, const char **ret_help)
{
	if (i >= KEYS)
		return NULL;
	*ret_help = keys[i].help;
	return keys[i].key;
}

void line_settings_show(const struct line_settings *settings, size_t i, char *ret_text, size_t size)
{
	knob_show(&keys[i], settings, ret_text, size);
}
