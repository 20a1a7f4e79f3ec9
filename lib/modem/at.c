/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a modem says: lines, result codes, CONNECT rates; and what an administrator may tell it. */
#include "modem/at.h"

#include <ctype.h>

#define MIN_RATE    75     /* V.23's way back */
#define MAX_RATE    128000 /* two ISDN channels */
#define AT_BODY_MAX 40     /* V.250 5.2.1: what every modem can hold */

/* How the rest of a line after a result's word may begin. */
enum tail {
	TAIL_NONE, /* nothing may follow */
	TAIL_TEXT, /* anything but a letter or digit: "CONNECT 33600", "RING;from;to", "RING/..." */
	TAIL_ANY,
};

/* V.250 5.7.1 and what makers added to it (USR, Rockwell, V.253, cellular); no difference is made
 * between what means "this call or command came to nothing". */
static const struct {
	const char *word;
	enum tail tail;
	enum at_result result;
} results[] = {
	{ "OK", TAIL_NONE, AT_RESULT_OK },
	{ "ERROR", TAIL_NONE, AT_RESULT_ERROR },
	{ "+CME ERROR", TAIL_TEXT, AT_RESULT_ERROR },
	{ "+CMS ERROR", TAIL_TEXT, AT_RESULT_ERROR },
	{ "+FCERROR", TAIL_NONE, AT_RESULT_ERROR },
	{ "CONNECT", TAIL_TEXT, AT_RESULT_CONNECT },
	{ "RING", TAIL_TEXT, AT_RESULT_RING },
	{ "NO CARRIER", TAIL_NONE, AT_RESULT_NO_CARRIER },
	{ "NO DIALTONE", TAIL_NONE, AT_RESULT_NO_DIALTONE },
	{ "NO DIAL TONE", TAIL_NONE, AT_RESULT_NO_DIALTONE },
	{ "NO LINE", TAIL_NONE, AT_RESULT_NO_DIALTONE },
	{ "BUSY", TAIL_NONE, AT_RESULT_BUSY },
	{ "NO ANSWER", TAIL_NONE, AT_RESULT_NO_ANSWER },
	{ "DELAYED", TAIL_ANY, AT_RESULT_ERROR },     /* too many calls to that number, by law */
	{ "BLACKLISTED", TAIL_ANY, AT_RESULT_ERROR }, /* the same, for good */
};

static bool is_tail(const char *rest, enum tail tail)
{
	if (tail == TAIL_ANY)
		return true;
	if (tail == TAIL_TEXT)
		return !isalnum((unsigned char)*rest);
	return !rest[strspn(rest, " \t")];
}

enum at_result at_parse_result(const char *line)
{
	line += strspn(line, " \t");
	for (size_t i = 0; i < ARRAY_SIZE(results); i++) {
		size_t n = strlen(results[i].word);

		if (strncasecmp(line, results[i].word, n) == 0 &&
		    is_tail(line + n, results[i].tail))
			return results[i].result;
	}
	if (line[0] >= '0' && line[0] <= '9' && is_tail(line + 1, TAIL_NONE))
		return AT_RESULT_NUMERIC;
	return AT_RESULT_NONE;
}

void at_reader_begin(struct at_reader *reader, const char *command)
{
	struct text info = reader->info;

	text_clear(&info);
	*reader = (struct at_reader){ .info = info };
	base_copy(reader->command, sizeof(reader->command), command);
}

void at_reader_free(struct at_reader *reader)
{
	text_free(&reader->info);
}

static void add_info(struct at_reader *reader)
{
	if (reader->info.len + reader->len + 1 > AT_ANSWER_MAX)
		return;
	if (reader->info.len)
		text_addc(&reader->info, '\n');
	text_add(&reader->info, reader->line);
}

/* The line is complete: its meaning. Echo and information are AT_RESULT_NONE. */
static enum at_result end_line(struct at_reader *reader)
{
	enum at_result result;

	while (reader->len && strchr(" \t", reader->line[reader->len - 1]))
		reader->len--;
	reader->line[reader->len] = '\0';
	/* what was sent may be longer than what is kept of it */
	if (reader->command[0] &&
	    strncmp(reader->line, reader->command, sizeof(reader->command) - 1) == 0)
		return AT_RESULT_NONE;
	if (!reader->has_line)
		reader->is_verbose = reader->after_lf;
	reader->has_line = true;
	result = at_parse_result(reader->line);
	/* under V1 a digit is information ("\r\n0\r\n\r\nOK\r\n", the answer to a query) */
	if (result == AT_RESULT_NUMERIC && reader->is_verbose)
		result = AT_RESULT_NONE;
	if (result == AT_RESULT_NONE && reader->len)
		add_info(reader);
	return result;
}

static enum at_result feed_byte(struct at_reader *reader, char c)
{
	enum at_result result = AT_RESULT_NONE;

	reader->n_bytes++;
	if (c == '\0')
		return AT_RESULT_NONE;
	if (c != '\r' && c != '\n') {
		if (reader->len == 0)
			reader->after_lf = reader->last == '\n';
		reader->overflow = reader->overflow || reader->len == AT_LINE_MAX;
		if (!reader->overflow)
			reader->line[reader->len++] = c;
	} else {
		if (reader->len)
			result = end_line(reader);
		reader->len = 0;
		reader->overflow = false;
	}
	reader->last = c;
	return result;
}

enum at_result at_reader_feed(struct at_reader *reader, const char *bytes, size_t n,
			      size_t *ret_eaten)
{
	enum at_result result = AT_RESULT_NONE;
	size_t i = 0;

	while (i < n && result == AT_RESULT_NONE)
		result = feed_byte(reader, bytes[i++]);
	/* the result's own line feed must not look like the head of the next answer */
	if (result != AT_RESULT_NONE && i < n && bytes[i] == '\n')
		feed_byte(reader, bytes[i++]);
	*ret_eaten = i;
	return result;
}

/* V0: V.250 table 1; 5 is CONNECT 1200 on Rockwell and USR. */
enum at_result at_plain_result(enum at_result result, const struct at_reader *reader)
{
	static const enum at_result digits[] = {
		AT_RESULT_OK,                                                /* 0 */
		AT_RESULT_CONNECT,                                           /* 1 */
		AT_RESULT_RING,      AT_RESULT_NO_CARRIER,  AT_RESULT_ERROR, /* 4 */
		AT_RESULT_CONNECT,   AT_RESULT_NO_DIALTONE, AT_RESULT_BUSY,
		AT_RESULT_NO_ANSWER, /* 8 */
	};

	if (result != AT_RESULT_NUMERIC)
		return result;
	return reader->line[0] >= '0' && reader->line[0] <= '8' ? digits[reader->line[0] - '0']
								: AT_RESULT_NONE;
}

/* Line rates of V.21 to V.34, of V.90 (28000 and up in steps of 8000/6, written rounded either way)
 * and of one or two ISDN channels. */
static bool is_line_rate(unsigned rate)
{
	unsigned step;

	if (rate == 300 || rate == 600 || rate == 1200 || rate == 64000 || rate == 128000 ||
	    (rate && rate <= 33600 && rate % 2400 == 0))
		return true;
	if (rate < 28000 || rate > 56000)
		return false;
	step = (rate - 28000) * 3 % 4000;
	return step <= 2 || step >= 3998;
}

static bool is_dte_rate(unsigned rate)
{
	static const unsigned rates[] = { 19200, 38400, 57600, 115200, 230400 };

	for (size_t i = 0; i < ARRAY_SIZE(rates); i++)
		if (rates[i] == rate)
			return true;
	return false;
}

/* The next number that stands alone at or after s ("V34" and "V.42" are none); 0 at the end. */
static unsigned next_number(const char *s, const char **ret_rest)
{
	bool in_word = false;

	while (*s) {
		size_t n = strspn(s, "0123456789");

		if (n && !in_word && !isalpha((unsigned char)s[n])) {
			*ret_rest = s + n;
			return n < 7 ? (unsigned)atoi(s) : UINT32_MAX;
		}
		s += n ? n : 1;
		in_word = isalnum((unsigned char)s[-1]) || s[-1] == '.' || s[-1] == '+';
	}
	return 0;
}

/* What says outright that it is the line's: any rate that is one. False when there is no such word.
 */
static bool find_explicit(const char *text, unsigned *ret_rate)
{
	static const char *const words[] = { "+MRR", "CARRIER" };
	const char *rest;

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		const char *word = strcasestr(text, words[i]);
		unsigned rate = word ? next_number(word + strlen(words[i]), &rest) : 0;

		if (!word)
			continue;
		*ret_rate = rate >= MIN_RATE && rate <= MAX_RATE ? rate : 0;
		return true;
	}
	return false;
}

/* The port's own speed is the line's only where a slash and no other rate follow ("19200/V34/LAPM"
 * of USR, but "19200/9600 LAPM", which mgetty put together). */
static unsigned find_rate(const char *text, unsigned port_speed)
{
	const char *rest;
	unsigned rate, doubtful = 0;

	if (find_explicit(text, &rate))
		return rate;
	for (; (rate = next_number(text, &rest)); text = rest) {
		if (!is_line_rate(rate))
			continue;
		if (rate != port_speed || !is_dte_rate(rate))
			return rate;
		if (*rest == '/' && !doubtful)
			doubtful = rate;
	}
	return doubtful;
}

static const struct {
	const char *word;
	enum at_error_control meaning;
} error_control_words[] = {
	{ "NONE", AT_ERROR_CONTROL_NONE }, { "NOEC", AT_ERROR_CONTROL_NONE },
	{ "ARQ", AT_ERROR_CONTROL_ON },    { "LAPM", AT_ERROR_CONTROL_ON },
	{ "MNP", AT_ERROR_CONTROL_ON },    { "ALT", AT_ERROR_CONTROL_ON },
	{ "REL", AT_ERROR_CONTROL_ON },    { "V42", AT_ERROR_CONTROL_ON },
	{ "V.42", AT_ERROR_CONTROL_ON },
};

static bool is_word(const char *s, const char *word)
{
	size_t len = strlen(word);

	return strncasecmp(s, word, len) == 0 && !isalnum((unsigned char)s[len]);
}

/* NONE wins, wherever it stands, unless it says that there is no compression. */
static enum at_error_control find_error_control(const char *text)
{
	static const char separators[] = " /:,+\n";
	enum at_error_control found = AT_ERROR_CONTROL_UNKNOWN;
	const char *before = "";

	for (; *text; before = text, text += strcspn(text, separators)) {
		text += strspn(text, separators);
		if (is_word(before, "COMPRESSION") || is_word(before, "DR"))
			continue;
		for (size_t i = 0; i < ARRAY_SIZE(error_control_words); i++)
			if (found != AT_ERROR_CONTROL_NONE &&
			    is_word(text, error_control_words[i].word))
				found = error_control_words[i].meaning;
	}
	return found;
}

void at_parse_connect(const char *text, unsigned port_speed, struct at_connect *ret)
{
	*ret = (struct at_connect){ 0 };
	if (!text)
		return;
	ret->rate = find_rate(text, port_speed);
	ret->error_control = find_error_control(text);
}

/* Commands after which mgetty could not work with the modem, as prefixes of one command. */
static const struct {
	const char *command;
	bool whole; /* exactly this: V0, but V1 may be */
	const char *why;
} forbidden[] = {
	{ "Z", false, "has Z, which resets earlier settings: remove it" },
	{ "&F", false, "has &F, which resets earlier settings: remove it" },
	{ "H1", true, "has H1, which takes the line off hook: remove it" },
	{ "&W", false, "has &W, which changes the stored profile: remove it" },
	{ "A", false, "has A, which answers: omit AT, write X3, not ATX3" },
	{ "D", false, "has D, which dials: remove it" },
	{ "O", false, "has O, which returns to a call: remove it" },
	{ "Q1", true, "has Q1, which suppresses result codes: remove it" },
	{ "Q2", true, "has Q2, which suppresses result codes: remove it" },
	{ "V", true, "has V, the same as V0, which makes result codes numeric: remove it" },
	{ "V0", true, "has V0, which makes result codes numeric: remove it" },
};

/* Length of the first command of a body (V.250 5.4): "S0=1", "&K3", "X4"; extended ones end at a
 * semicolon. */
static size_t command_length(const char *s)
{
	size_t n = 1;

	if (!isalpha((unsigned char)s[0]) && !strchr("&%", s[0]))
		return strcspn(s, ";") + (strchr(s, ';') ? 1 : 0);
	if (strchr("&%", s[0]) && s[1])
		n++;
	n += strspn(s + n, "0123456789");
	if (toupper((unsigned char)s[0]) == 'S' && s[n] == '=')
		n += 1 + strspn(s + n + 1, "0123456789");
	return n;
}

static const char *check_command(const char *s, size_t n)
{
	for (size_t i = 0; i < ARRAY_SIZE(forbidden); i++) {
		size_t len = strlen(forbidden[i].command);

		if (strncasecmp(s, forbidden[i].command, len) == 0 &&
		    (!forbidden[i].whole || n == len))
			return forbidden[i].why;
	}
	/* S0, S00, S=1 (the register selected last): mgetty must be the one that answers */
	if (toupper((unsigned char)s[0]) != 'S' || !memchr(s, '=', n))
		return NULL;
	if (atoi(s + 1) == 0 && atoi((const char *)memchr(s, '=', n) + 1) != 0)
		return "sets S0, which enables automatic answering: write S0=0 or omit it";
	return NULL;
}

static const char *check_body(const char *s, size_t n)
{
	const char *end = s + n, *why = NULL;

	if (n > AT_BODY_MAX)
		return "has a group of more than 40 characters: put a blank between two commands";
	while (s < end && !why) {
		size_t len = command_length(s);

		if (len > (size_t)(end - s))
			len = (size_t)(end - s);
		why = check_command(s, len);
		s += len;
	}
	return why;
}

const char *at_check_init(const char *bodies)
{
	const char *why = NULL;

	if (strlen(bodies) > AT_LINE_MAX)
		return "is longer than 255 characters: shorten it";
	for (const char *s = bodies; *s; s++)
		if (*s < ' ' || *s > '~' || strchr("\"'\\", *s))
			return "has a quote, a backslash or a character that is not printable ASCII: remove it";
	while (*bodies && !why) {
		size_t n = strcspn(bodies, " ");

		why = check_body(bodies, n);
		bodies += n + strspn(bodies + n, " ");
	}
	return why;
}
