/* SPDX-License-Identifier: GPL-2.0-or-later */
/* at: what a modem says, in pieces of any size; CONNECT texts; what an administrator tells it. */
#include "modem/at.h"

#include "fuzz.h"

/* The same bytes mean the same in pieces of any size. */
static void feed(const char *command, const char *bytes, size_t n, size_t piece,
		 struct text *ret_results)
{
	struct at_reader reader = { .info = { 0 } };

	at_reader_begin(&reader, command);
	while (n) {
		size_t len = n < piece ? n : piece, eaten = 0;
		enum at_result result = at_reader_feed(&reader, bytes, len, &eaten);

		must(eaten > 0 && eaten <= len);
		must(result != AT_RESULT_NONE || eaten == len);
		must(reader.info.len <= AT_ANSWER_MAX && reader.len <= AT_LINE_MAX);
		if (result != AT_RESULT_NONE)
			text_addf(ret_results, "%d %d %s\n", (int)result,
				  (int)at_plain_result(result, &reader), text_str(&reader.info));
		bytes += eaten;
		n -= eaten;
	}
	at_reader_free(&reader);
}

static void check_reader(const char *command, const uint8_t *data, size_t size)
{
	_cleanup_text_ struct text whole = { 0 }, pieces = { 0 }, bytes = { 0 };

	feed(command, (const char *)data, size, size, &whole);
	feed(command, (const char *)data, size, 7, &pieces);
	feed(command, (const char *)data, size, 1, &bytes);
	must(text_equal(&whole, &pieces) && text_equal(&whole, &bytes));
}

static void check_words(const char *s)
{
	const char *why = at_check_init(s);
	struct at_connect connect;
	char clean[64], again[64];

	at_parse_connect(s, 115200, &connect);
	must(connect.rate <= 128000);
	at_parse_connect(s, 0, &connect);
	must(connect.rate <= 128000);
	at_parse_result(s);
	base_copy_clean(clean, s);
	must(strlen(clean) < sizeof(clean));
	fuzz_check_harmless(clean);
	must(!strpbrk(clean, "\"'`$\\;|&<>(){}[]*?#!~%^@"));
	base_copy_clean(again, clean);
	must(str_eq(clean, again));
	if (!why)
		fuzz_check_harmless(s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *command = fuzz_string(&data, &size);
	_cleanup_free_ char *words = xstrndup((const char *)data, size);

	check_reader(command, data, size);
	check_words(command);
	check_words(words);
	return 0;
}
