/* SPDX-License-Identifier: GPL-2.0-or-later */
/* transcript: what was said becomes lines of a modem file, without what names a person or a thing.
 */
#include "modem/transcript.h"

#include "check.h"

static const struct {
	const char *said, *masked;
} masks[] = {
	{ "", "" },
	{ "56000", "56000" },
	{ "123456", "123456" },
	{ "1234567", "0000000" },
	{ "NMBR = 5551234\r\n", "NMBR = 0000000\r\n" },
	{ "a12345678b 1234567", "a00000000b 0000000" },
	{ "Serial Number  21CXDCB6\r\nRev 12", "Serial 000000  00000000\r\nRev 12" },
	{ "SERIAL: AB-12", "SERIAL: 00-00" },
	{ "serial no. 17x", "serial 00. 000" },
	{ "LT V.90 1.0 Serial Data/Fax Modem Version 5.78",
	  "LT V.90 1.0 Serial Data/Fax Modem Version 5.78" },
	{ "Zoom V.90 Serial s052099g", "Zoom V.90 Serial s052099g" },
	{ "NAME = SMITH JOHN\r\nRING", "NAME = 00000 0000\r\nRING" },
	{ "NAME=O'HARA", "NAME=0'0000" },
	{ "Product name = x", "Product name = x" },
	{ "NAME", "NAME" },
	{ "NAME ", "NAME " },
	{ "serial", "serial" },
	{ "serial ", "serial " },
};

static void test_masks(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(masks); i++) {
		_cleanup_free_ char *bytes = xstrdup(masks[i].said);

		transcript_mask(bytes, strlen(bytes));
		check_str(bytes, masks[i].masked);
	}
}

static void hear(struct transcript *transcript, const char *bytes)
{
	transcript_heard(transcript, bytes, strlen(bytes));
}

static void test_lines(void)
{
	_cleanup_(transcript_free) struct transcript transcript = { .n_parts = 0 };

	hear(&transcript, "\r\nRING\r\n");
	transcript_sent(&transcript, "AT");
	transcript_sent(&transcript, "ATI3");
	hear(&transcript, "ATI3\r\r\nA\\B\t\xff 123");
	hear(&transcript, "4567 ");
	transcript_sent(&transcript, "AT+GMI");
	base_sleep_ms(60);
	hear(&transcript, "\r\nX");
	base_sleep_ms(60);
	hear(&transcript, "\r\n");
	check(str_starts(transcript_lines(&transcript),
			 "! \\r\\nRING\\r\\n\n"
			 "> AT\n"
			 "> ATI3\n"
			 "< ATI3\\r\\r\\nA\\\\B\\t\\xff 0000000\\x20\n"
			 "> AT+GMI\n"
			 "~ "),
	      "%s", transcript_lines(&transcript));
	check(strstr(transcript_lines(&transcript), "\n< \\r\\nX\n~ "), "%s",
	      transcript_lines(&transcript));
	check(str_ends(transcript_lines(&transcript), "\n< \\r\\n\n"), "%s",
	      transcript_lines(&transcript));

	transcript_forget(&transcript);
	check_str(transcript_lines(&transcript), "");
	transcript_sent(&transcript, "AT");
	check_str(transcript_lines(&transcript), "> AT\n");
}

/* Long answers are cut into lines, and many pieces run together. */
static void test_floods(void)
{
	_cleanup_(transcript_free) struct transcript transcript = { .n_parts = 0 };
	char bytes[251];
	unsigned n = 0;

	memset(bytes, 'x', 250);
	bytes[250] = '\0';
	transcript_sent(&transcript, "ATI");
	hear(&transcript, bytes);
	for (const char *s = transcript_lines(&transcript); (s = strstr(s, "\n< ")); s++)
		n++;
	check(n == 3, "%u lines", n);

	transcript_forget(&transcript);
	transcript_sent(&transcript, "ATI");
	for (unsigned i = 0; i < TRANSCRIPT_PARTS + 10; i++) {
		transcript.last -= 1000; /* a pause */
		hear(&transcript, "y");
	}
	n = 0;
	for (const char *s = transcript_lines(&transcript); *s; s++)
		n += *s == 'y';
	check(n == TRANSCRIPT_PARTS + 10, "%u bytes", n);
}

int main(void)
{
	test_masks();
	test_lines();
	test_floods();
	return check_done();
}
