/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A small JSON writer. */
#include "ui/json.h"

#include <inttypes.h>
#include <stdio.h>

/* Length of a well-formed non-ASCII UTF-8 sequence at s, or 0 (RFC 3629: no over-long forms, no
 * surrogates, nothing above U+10FFFF). */
static size_t utf8_len(const unsigned char *s)
{
	static const struct {
		unsigned char lead_min, lead_max, second_min, second_max;
		size_t len;
	} forms[] = {
		{ 0xc2, 0xdf, 0x80, 0xbf, 2 }, { 0xe0, 0xe0, 0xa0, 0xbf, 3 },
		{ 0xe1, 0xec, 0x80, 0xbf, 3 }, { 0xed, 0xed, 0x80, 0x9f, 3 },
		{ 0xee, 0xef, 0x80, 0xbf, 3 }, { 0xf0, 0xf0, 0x90, 0xbf, 4 },
		{ 0xf1, 0xf3, 0x80, 0xbf, 4 }, { 0xf4, 0xf4, 0x80, 0x8f, 4 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
		if (*s < forms[i].lead_min || *s > forms[i].lead_max)
			continue;
		if (s[1] < forms[i].second_min || s[1] > forms[i].second_max)
			return 0;
		for (size_t k = 2; k < forms[i].len; k++)
			if ((s[k] & 0xc0) != 0x80)
				return 0;
		return forms[i].len;
	}
	return 0;
}

/* Number of bytes at s that need no escape */
static size_t plain_len(const unsigned char *s)
{
	size_t n = 0;

	while (s[n] >= ' ' && s[n] <= '~' && s[n] != '"' && s[n] != '\\')
		n++;
	return n ? n : utf8_len(s);
}

static void add_escaped(struct text *out, const char *value)
{
	const unsigned char *s = (const unsigned char *)value;

	text_addc(out, '"');
	while (*s) {
		size_t n = plain_len(s);

		if (n)
			text_add_mem(out, s, n);
		else if (*s >= 0x80)
			text_add(out, "\\ufffd");
		else if (*s == '"' || *s == '\\')
			text_addf(out, "\\%c", *s);
		else
			text_addf(out, "\\u%04x", *s);
		s += n ? n : 1;
	}
	text_addc(out, '"');
}

static void begin_member(struct json *json, const char *key)
{
	if (json->comma)
		text_addc(&json->out, ',');
	json->comma = true;
	if (!key)
		return;
	add_escaped(&json->out, key);
	text_addc(&json->out, ':');
}

void json_open(struct json *json, const char *key, char bracket)
{
	begin_member(json, key);
	text_addc(&json->out, bracket);
	json->comma = false;
}

void json_close(struct json *json, char bracket)
{
	text_addc(&json->out, bracket);
	json->comma = true;
}

void json_null(struct json *json, const char *key)
{
	begin_member(json, key);
	text_add(&json->out, "null");
}

void json_string(struct json *json, const char *key, const char *value)
{
	if (str_empty(value)) {
		json_null(json, key);
		return;
	}
	begin_member(json, key);
	add_escaped(&json->out, value);
}

void json_number(struct json *json, const char *key, uint64_t value)
{
	begin_member(json, key);
	text_addf(&json->out, "%" PRIu64, value);
}

void json_number_or_null(struct json *json, const char *key, uint64_t value)
{
	if (value)
		json_number(json, key, value);
	else
		json_null(json, key);
}

void json_bool(struct json *json, const char *key, bool value)
{
	begin_member(json, key);
	text_add(&json->out, value ? "true" : "false");
}

void json_print(struct json *json)
{
	puts(text_str(&json->out));
	text_free(&json->out);
}
