/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A small JSON writer (RFC 8259) that takes care of commas and escapes. */
#pragma once

#include "util/text.h"

struct json {
	struct text out;
	bool comma; /* the next member needs one before it */
};

/* `key` is NULL inside an array and at the top. */
void json_open(struct json *json, const char *key, char bracket);
void json_close(struct json *json, char bracket);
void json_string(struct json *json, const char *key, const char *value); /* "" and NULL: null */
void json_number(struct json *json, const char *key, uint64_t value);
void json_number_or_null(struct json *json, const char *key, uint64_t value); /* 0: null */
void json_bool(struct json *json, const char *key, bool value);
void json_null(struct json *json, const char *key);
void json_print(struct json *json); /* to stdout with a newline, and releases */
