/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What was asked and said, in the lines of a modem file (test/modem/README). */
#include "modem/record.h"

#include <ctype.h>

#define PAUSE_MS   40  /* shorter ones are of this machine's making */
#define NUMBER_LEN 7   /* digits of a telephone number without its area */
#define LINE_MAX   100 /* bytes of an answer in one line of the file */

/* Telephone numbers, serial numbers. */
static void mask_long_numbers(char *bytes, size_t n)
{
	for (size_t i = 0, end; i < n; i = end + 1) {
		for (end = i; end < n && isdigit((unsigned char)bytes[end]); end++)
			;
		if (end - i >= NUMBER_LEN)
			memset(bytes + i, '0', end - i);
	}
}

/* "Serial Number  21CXDCB6", "SERIAL: 1234"; but not "V.90 Serial Data/Fax Modem". The word's
 * length, or 0. */
static size_t find_serial_number(const char *s, size_t n)
{
	static const char word[] = "serial", *const behind[] = { "num", "no.", "no ", "nr",
								 "#",   ":",   "=" };
	size_t len = strlen(word), at = len;

	if (n < at || strncasecmp(s, word, at) != 0)
		return 0;
	while (at < n && s[at] == ' ')
		at++;
	for (size_t i = 0; i < ARRAY_SIZE(behind); i++)
		if (n - at >= strlen(behind[i]) &&
		    strncasecmp(s + at, behind[i], strlen(behind[i])) == 0)
			return len;
	return 0;
}

/* A caller's: "NAME = SMITH JOHN", "NAME=..." (V.253 and its forerunners), which may come while a
 * modem is asked. */
static size_t find_caller_name(const char *s, size_t n)
{
	static const char word[] = "NAME";
	size_t len = strlen(word), at = len;

	if (n < at || strncmp(s, word, at) != 0)
		return 0;
	while (at < n && s[at] == ' ')
		at++;
	return at < n && s[at] == '=' ? len : 0;
}

static void mask_line(char *bytes, size_t n)
{
	for (size_t i = 0; i < n && !strchr("\r\n", bytes[i]); i++)
		if (isalnum((unsigned char)bytes[i]))
			bytes[i] = '0';
}

void record_mask(char *bytes, size_t n)
{
	mask_long_numbers(bytes, n);
	for (size_t i = 0; i < n; i++) {
		size_t len = find_serial_number(bytes + i, n - i);

		if (!len)
			len = find_caller_name(bytes + i, n - i);
		if (len)
			mask_line(bytes + i + len, n - i - len);
	}
}

static void add_escaped(struct text *out, unsigned char c, bool is_last)
{
	static const char letters[][2] = {
		{ '\r', 'r' }, { '\n', 'n' }, { '\t', 't' }, { '\\', '\\' }
	};

	for (size_t i = 0; i < ARRAY_SIZE(letters); i++) {
		if (letters[i][0] != (char)c)
			continue;
		text_addf(out, "\\%c", letters[i][1]);
		return;
	}
	/* a blank at the end of a line is lost in mails and editors */
	if (c < ' ' || c > '~' || (c == ' ' && is_last))
		text_addf(out, "\\x%02x", c);
	else
		text_addc(out, (char)c);
}

static void add_part(struct record *record, const char *bytes, size_t n, unsigned pause_ms)
{
	char mark = record->command.len ? '<' : '!';

	if (pause_ms >= PAUSE_MS)
		text_addf(&record->lines, "~ %u\n", pause_ms);
	while (n > 0) {
		size_t len = n < LINE_MAX ? n : LINE_MAX;

		text_addf(&record->lines, "%c ", mark);
		for (size_t i = 0; i < len; i++)
			add_escaped(&record->lines, (unsigned char)bytes[i], i == len - 1);
		text_addc(&record->lines, '\n');
		bytes += len;
		n -= len;
	}
}

/* The answer is complete: only now can its numbers be seen as a whole. */
static void end_answer(struct record *record)
{
	if (record->command.len)
		text_addf(&record->lines, "> %s\n", record->command.s);
	if (record->answer.len)
		record_mask(record->answer.s, record->answer.len);
	for (size_t i = 0; i < record->n_parts; i++) {
		size_t at = record->parts[i].at;
		size_t end = i + 1 < record->n_parts ? record->parts[i + 1].at : record->answer.len;

		add_part(record, record->answer.s + at, end - at, record->parts[i].pause_ms);
	}
	text_clear(&record->command);
	text_clear(&record->answer);
	record->n_parts = 0;
}

void record_sent(struct record *record, const char *command)
{
	end_answer(record);
	text_add(&record->command, command);
	record->last = base_now_ms();
}

void record_heard(struct record *record, const char *bytes, size_t n)
{
	int64_t now = base_now_ms();
	unsigned pause_ms = record->last ? (unsigned)(now - record->last) : 0;

	record->last = now;
	if (record->n_parts == 0 || (pause_ms >= PAUSE_MS && record->n_parts < RECORD_PARTS)) {
		record->parts[record->n_parts].at = record->answer.len;
		record->parts[record->n_parts++].pause_ms = pause_ms;
	}
	text_add_mem(&record->answer, bytes, n);
}

void record_forget(struct record *record)
{
	text_clear(&record->lines);
	text_clear(&record->command);
	text_clear(&record->answer);
	record->n_parts = 0;
	record->last = 0;
}

const char *record_lines(struct record *record)
{
	end_answer(record);
	return text_str(&record->lines);
}

void record_free(struct record *record)
{
	text_free(&record->lines);
	text_free(&record->command);
	text_free(&record->answer);
}
