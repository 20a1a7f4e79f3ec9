/* SPDX-License-Identifier: GPL-2.0-or-later */
/* record: what was said becomes lines of a modem file, without what names a person or a thing. */
#include "modem/record.h"

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

		record_mask(bytes, strlen(bytes));
		check_str(bytes, masks[i].masked);
	}
}

static void hear(struct record *record, const char *bytes)
{
	record_heard(record, bytes, strlen(bytes));
}

static void test_lines(void)
{
	_cleanup_(record_free) struct record record = { .n_parts = 0 };

	hear(&record, "\r\nRING\r\n");
	record_sent(&record, "AT");
	record_sent(&record, "ATI3");
	hear(&record, "ATI3\r\r\nA\\B\t\xff 123");
	hear(&record, "4567 ");
	record_sent(&record, "AT+GMI");
	base_sleep_ms(60);
	hear(&record, "\r\nX");
	base_sleep_ms(60);
	hear(&record, "\r\n");
	check(str_starts(record_lines(&record), "! \\r\\nRING\\r\\n\n"
						"> AT\n"
						"> ATI3\n"
						"< ATI3\\r\\r\\nA\\\\B\\t\\xff 0000000\\x20\n"
						"> AT+GMI\n"
						"~ "),
	      "%s", record_lines(&record));
	check(strstr(record_lines(&record), "\n< \\r\\nX\n~ "), "%s", record_lines(&record));
	check(str_ends(record_lines(&record), "\n< \\r\\n\n"), "%s", record_lines(&record));

	record_forget(&record);
	check_str(record_lines(&record), "");
	record_sent(&record, "AT");
	check_str(record_lines(&record), "> AT\n");
}

/* Long answers are cut into lines, and many pieces run together. */
static void test_floods(void)
{
	_cleanup_(record_free) struct record record = { .n_parts = 0 };
	char bytes[251];
	unsigned n = 0;

	memset(bytes, 'x', 250);
	bytes[250] = '\0';
	record_sent(&record, "ATI");
	hear(&record, bytes);
	for (const char *s = record_lines(&record); (s = strstr(s, "\n< ")); s++)
		n++;
	check(n == 3, "%u lines", n);

	record_forget(&record);
	record_sent(&record, "ATI");
	for (unsigned i = 0; i < RECORD_PARTS + 10; i++) {
		record.last -= 1000; /* a pause */
		hear(&record, "y");
	}
	n = 0;
	for (const char *s = record_lines(&record); *s; s++)
		n += *s == 'y';
	check(n == RECORD_PARTS + 10, "%u bytes", n);
}

int main(void)
{
	test_masks();
	test_lines();
	test_floods();
	return check_done();
}
