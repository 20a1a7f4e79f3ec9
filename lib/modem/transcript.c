/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What was asked and said, in the lines of a modem file (test/modem/README). */
#include "modem/transcript.h"

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

void transcript_mask(char *bytes, size_t n)
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

static void add_part(struct transcript *transcript, const char *bytes, size_t n, unsigned pause_ms)
{
	char mark = transcript->command.len ? '<' : '!';

	if (pause_ms >= PAUSE_MS)
		text_addf(&transcript->lines, "~ %u\n", pause_ms);
	while (n > 0) {
		size_t len = n < LINE_MAX ? n : LINE_MAX;

		text_addf(&transcript->lines, "%c ", mark);
		for (size_t i = 0; i < len; i++)
			add_escaped(&transcript->lines, (unsigned char)bytes[i], i == len - 1);
		text_addc(&transcript->lines, '\n');
		bytes += len;
		n -= len;
	}
}

/* The answer is complete: only now can its numbers be seen as a whole. */
static void end_answer(struct transcript *transcript)
{
	if (transcript->command.len)
		text_addf(&transcript->lines, "> %s\n", transcript->command.s);
	if (transcript->answer.len)
		transcript_mask(transcript->answer.s, transcript->answer.len);
	for (size_t i = 0; i < transcript->n_parts; i++) {
		size_t at = transcript->parts[i].at;
		size_t end = i + 1 < transcript->n_parts ? transcript->parts[i + 1].at
							 : transcript->answer.len;

		add_part(transcript, transcript->answer.s + at, end - at,
			 transcript->parts[i].pause_ms);
	}
	text_clear(&transcript->command);
	text_clear(&transcript->answer);
	transcript->n_parts = 0;
}

void transcript_sent(struct transcript *transcript, const char *command)
{
	end_answer(transcript);
	text_add(&transcript->command, command);
	transcript->last = base_now_ms();
}

void transcript_heard(struct transcript *transcript, const char *bytes, size_t n)
{
	int64_t now = base_now_ms();
	unsigned pause_ms = transcript->last ? (unsigned)(now - transcript->last) : 0;

	transcript->last = now;
	if (transcript->n_parts == 0 ||
	    (pause_ms >= PAUSE_MS && transcript->n_parts < TRANSCRIPT_PARTS)) {
		transcript->parts[transcript->n_parts].at = transcript->answer.len;
		transcript->parts[transcript->n_parts++].pause_ms = pause_ms;
	}
	text_add_mem(&transcript->answer, bytes, n);
}

void transcript_forget(struct transcript *transcript)
{
	text_clear(&transcript->lines);
	text_clear(&transcript->command);
	text_clear(&transcript->answer);
	transcript->n_parts = 0;
	transcript->last = 0;
}

const char *transcript_lines(struct transcript *transcript)
{
	end_answer(transcript);
	return text_str(&transcript->lines);
}

void transcript_free(struct transcript *transcript)
{
	text_free(&transcript->lines);
	text_free(&transcript->command);
	text_free(&transcript->answer);
}
