/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The JSON writer: what must be escaped (RFC 8259, 7), and where commas go. */
#include "ui/json.h"

#include "../unit/check.h"

static const struct {
	const char *value, *json;
} cases[] = {
	{ "plain", "\"plain\"" },
	{ "", "null" },
	{ NULL, "null" },
	{ "a\"b\\c/d", "\"a\\\"b\\\\c/d\"" },
	{ "tab\tlf\nesc\033del\177", "\"tab\\u0009lf\\u000aesc\\u001bdel\\u007f\"" },
	{ "caf\303\251 \342\202\254 \360\237\223\236",
	  "\"caf\303\251 \342\202\254 \360\237\223\236\"" },
	{ "latin \351.", "\"latin \\ufffd.\"" },
	{ "cut \342\202", "\"cut \\ufffd\\ufffd\"" },
	{ "slash too long \300\257", "\"slash too long \\ufffd\\ufffd\"" },
	{ "surrogate \355\240\200", "\"surrogate \\ufffd\\ufffd\\ufffd\"" },
	{ "beyond \364\220\200\200", "\"beyond \\ufffd\\ufffd\\ufffd\\ufffd\"" },
};

static void test_strings(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct json json = { 0 };

		json_string(&json, NULL, cases[i].value);
		check_str(text_str(&json.out), cases[i].json);
		text_free(&json.out);
	}
}

static void test_structure(void)
{
	struct json json = { 0 };

	json_open(&json, NULL, '{');
	json_number(&json, "n", UINT64_MAX);
	json_open(&json, "list", '[');
	json_close(&json, ']');
	json_open(&json, "rows", '[');
	json_open(&json, NULL, '{');
	json_bool(&json, "yes", true);
	json_null(&json, "none");
	json_close(&json, '}');
	json_open(&json, NULL, '{');
	json_close(&json, '}');
	json_close(&json, ']');
	json_number_or_null(&json, "zero", 0);
	json_close(&json, '}');
	check_str(
		text_str(&json.out),
		"{\"n\":18446744073709551615,\"list\":[],\"rows\":[{\"yes\":true,\"none\":null},{}],\"zero\":null}");
	text_free(&json.out);
}

int main(void)
{
	test_strings();
	test_structure();
	return check_done();
}
