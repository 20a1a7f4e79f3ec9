/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Modem answers as they come: echo, digits, half lines, floods; rates; dialects. */
#include "modem/at.h"

#include "check.h"

static const struct {
	const char *line;
	enum at_result result;
} results[] = {
	{ "OK", AT_RESULT_OK },
	{ "ok", AT_RESULT_OK },
	{ "OK  ", AT_RESULT_OK },
	{ "OKAY", AT_RESULT_NONE },
	{ "OK then", AT_RESULT_NONE },
	{ "ERROR", AT_RESULT_ERROR },
	{ "+CME ERROR: 100", AT_RESULT_ERROR },
	{ "+CMS ERROR: 300", AT_RESULT_ERROR },
	{ "+FCERROR", AT_RESULT_ERROR },
	{ "COMMAND ERROR", AT_RESULT_NONE },
	{ "CONNECT", AT_RESULT_CONNECT },
	{ "CONNECT 33600", AT_RESULT_CONNECT },
	{ "Connect\t33600", AT_RESULT_CONNECT },
	{ "CONNECT/V34", AT_RESULT_CONNECT },
	{ "CONNECTED", AT_RESULT_NONE },
	{ "RING", AT_RESULT_RING },
	{ "RING 1", AT_RESULT_RING },
	{ "RING A", AT_RESULT_RING },
	{ "RING;5551234;77", AT_RESULT_RING },
	{ "RING:", AT_RESULT_RING },
	{ "RING/B", AT_RESULT_RING },
	{ "RINGING", AT_RESULT_NONE },
	{ "NO CARRIER", AT_RESULT_NO_CARRIER },
	{ "no carrier", AT_RESULT_NO_CARRIER },
	{ "NO DIALTONE", AT_RESULT_NO_DIALTONE },
	{ "NO DIAL TONE", AT_RESULT_NO_DIALTONE },
	{ "NO LINE", AT_RESULT_NO_DIALTONE },
	{ "BUSY", AT_RESULT_BUSY },
	{ "NO ANSWER", AT_RESULT_NO_ANSWER },
	{ "DELAYED 00:01:00", AT_RESULT_ERROR },
	{ "BLACKLISTED", AT_RESULT_ERROR },
	{ "0", AT_RESULT_NUMERIC },
	{ "4", AT_RESULT_NUMERIC },
	{ "000", AT_RESULT_NONE },
	{ "56000", AT_RESULT_NONE },
	{ "CARRIER 31200", AT_RESULT_NONE },
	{ "VOICE", AT_RESULT_NONE },
	{ "", AT_RESULT_NONE },
	{ "$GPRMC,1,2", AT_RESULT_NONE },
};

static const struct {
	const char *command, *bytes;
	enum at_result result;
	const char *info;
	size_t n_left; /* bytes after the result */
} answers[] = {
	{ "AT", "AT\r\r\nOK\r\n", AT_RESULT_OK, "", 0 }, /* E1 V1 */
	{ "AT", "\r\nOK\r\n", AT_RESULT_OK, "", 0 },     /* E0 V1 */
	{ "AT", "AT\r0\r", AT_RESULT_NUMERIC, "", 0 },   /* E1 V0 */
	{ "AT", "0\r", AT_RESULT_NUMERIC, "", 0 },       /* E0 V0 */
	{ "AT", "4\r", AT_RESULT_NUMERIC, "", 0 },
	{ "AT", "AT\nOK\n", AT_RESULT_OK, "", 0 },     /* no CR */
	{ "AT", "\rOK\r", AT_RESULT_OK, "", 0 },       /* no LF */
	{ "AT", "\n\r\nOK\r\n", AT_RESULT_OK, "", 0 }, /* end of the answer before */
	{ "AT", "\r\nO", AT_RESULT_NONE, "", 0 },
	{ "AT", "\r\nOK", AT_RESULT_NONE, "", 0 }, /* not decided yet */
	{ "AT", "", AT_RESULT_NONE, "", 0 },
	{ "ATI3", "ATI3\r\r\nCX93001-EIS_V0.2013-V92\r\n\r\nOK\r\n", AT_RESULT_OK,
	  "CX93001-EIS_V0.2013-V92", 0 },
	{ "ATI7", "\r\na\r\nb c  \r\n\r\n\r\nd\r\n\r\nOK\r\n", AT_RESULT_OK, "a\nb c\nd", 0 },
	{ "ATI", "ATI\r56000\r\n0\r", AT_RESULT_NUMERIC, "56000", 0 }, /* V0 information */
	{ "ATI", "56000\r\n0\r", AT_RESULT_NUMERIC, "56000", 0 },
	{ "AT+VCID?", "AT+VCID?\r\r\n0\r\n\r\nOK\r\n", AT_RESULT_OK, "0",
	  0 }, /* V1: a digit is information */
	{ "AT+VCID?", "\r\n1\r\n\r\nOK\r\n", AT_RESULT_OK, "1", 0 },
	{ "ATS0?", "\r\n000\r\n\r\nOK\r\n", AT_RESULT_OK, "000", 0 },
	{ "AT+XX", "\r\nERROR\r\n", AT_RESULT_ERROR, "", 0 },
	{ "AT", "\r\nRING\r\n\r\nOK\r\n", AT_RESULT_RING, "", 6 },
	{ "AT", "\r\nOK\r\n\r\nRING\r\n", AT_RESULT_OK, "", 8 },
	{ "ATA", "\r\n+MRR: 33600,31200\r\nCONNECT 115200\r\n~\xff", AT_RESULT_CONNECT,
	  "+MRR: 33600,31200", 2 },
	{ "ATA", "ATA\r\r\nNO CARRIER\r\n", AT_RESULT_NO_CARRIER, "", 0 },
	{ "AT", "at\r\nOK\r\n", AT_RESULT_OK, "at", 0 },
	{ NULL, "AT\r\r\nOK\r\n", AT_RESULT_OK, "AT", 0 },
};

static void test_results(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(results); i++) {
		enum at_result result = at_parse_result(results[i].line);

		check(result == results[i].result, "\"%s\": %d", results[i].line, result);
	}
}

/* The same answer in pieces of every size must mean the same. */
static void test_answer(size_t i, size_t piece)
{
	_cleanup_(at_reader_free) struct at_reader reader = { 0 };
	const char *s = answers[i].bytes;
	size_t left = strlen(s), eaten = 0;
	enum at_result result = AT_RESULT_NONE;

	at_reader_begin(&reader, answers[i].command);
	while (left && result == AT_RESULT_NONE) {
		result = at_reader_feed(&reader, s, piece < left ? piece : left, &eaten);
		s += eaten;
		left -= eaten;
	}
	check(result == answers[i].result, "answer %zu in pieces of %zu: %d", i, piece, result);
	check_str(text_str(&reader.info), answers[i].info);
	/* a line feed that comes later is left to the next answer */
	check(left == answers[i].n_left ||
		      (piece < strlen(answers[i].bytes) && left == answers[i].n_left + 1),
	      "answer %zu in pieces of %zu: %zu left", i, piece, left);
}

static void feed(struct at_reader *reader, const char *bytes, size_t n, enum at_result want)
{
	size_t eaten = 0;
	enum at_result result = at_reader_feed(reader, bytes, n, &eaten);

	check(result == want, "result %d, want %d", result, want);
	check(eaten == n, "%zu of %zu eaten", eaten, n);
}

static void test_oddities(void)
{
	_cleanup_(at_reader_free) struct at_reader reader = { 0 };

	at_reader_begin(&reader, "AT");
	feed(&reader, "\0\r\n\0O\0K\r\n", 9, AT_RESULT_OK); /* NULs of a line that was opened */
	check(reader.n_bytes == 9, "%zu bytes", reader.n_bytes);

	/* the previous answer's last line feed does not make the next one verbose */
	at_reader_begin(&reader, "AT");
	feed(&reader, "AT\rOK\r", 6, AT_RESULT_OK);
	at_reader_begin(&reader, "ATI");
	check(reader.n_bytes == 0 && reader.info.len == 0);
	feed(&reader, "\nATI\r0\r", 7, AT_RESULT_NUMERIC);

	/* a command longer than is kept of it */
	at_reader_begin(
		&reader,
		"AT+ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKLMNOPQRSTUVWXYZ");
	feed(&reader,
	     "AT+ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKLMNOPQRSTUVWXYZ\r",
	     82, AT_RESULT_NONE);
	check_str(text_str(&reader.info), "");
}

static void test_floods(void)
{
	_cleanup_(at_reader_free) struct at_reader reader = { 0 };
	char line[1000];

	/* one line that never ends, then one that does */
	memset(line, 'x', sizeof(line));
	at_reader_begin(&reader, "AT");
	for (int i = 0; i < 10; i++)
		feed(&reader, line, sizeof(line), AT_RESULT_NONE);
	feed(&reader, "\r\nOK\r\n", 6, AT_RESULT_OK);
	check(reader.info.len == AT_LINE_MAX, "%zu bytes of information", reader.info.len);
	check(reader.n_bytes == 10006, "%zu bytes", reader.n_bytes);

	/* many lines */
	at_reader_begin(&reader, "AT");
	memcpy(line, "\r\n$GPRMC,", 9);
	for (int i = 0; i < 100; i++)
		feed(&reader, line, 100, AT_RESULT_NONE);
	check(reader.info.len <= AT_ANSWER_MAX && reader.info.len > AT_ANSWER_MAX - 100,
	      "%zu bytes", reader.info.len);
	check(reader.n_bytes == 10000, "%zu bytes", reader.n_bytes);
}

static const struct {
	const char *text;
	unsigned dte_speed, rate;
} rates[] = {
	{ "", 115200, 0 },
	{ "CONNECT", 115200, 0 },
	{ "115200", 115200, 0 },
	{ "CONNECT 115200", 115200, 0 },
	{ "CONNECT 57600", 115200, 0 }, /* another port's speed, no line's */
	{ "33600", 115200, 33600 },
	{ "CONNECT 33600", 115200, 33600 },
	{ "connect\t28800", 115200, 28800 },
	{ "CONNECT 33600/ARQ/V34/LAPM/V42BIS", 115200, 33600 },
	{ "CONNECT 45333/V90/NONE", 115200, 45333 },
	{ "CONNECT 45335", 115200, 0 },
	{ "CONNECT 28000", 57600, 28000 },
	{ "CONNECT 29333", 57600, 29333 },
	{ "CONNECT 30666", 57600, 30666 },
	{ "CONNECT 30667", 57600, 30667 },
	{ "CONNECT 53333", 57600, 53333 },
	{ "CONNECT 56000", 57600, 56000 },
	{ "CONNECT 56001", 57600, 0 },
	{ "CONNECT 9600/V32/LAPM", 115200, 9600 },
	{ "CONNECT 14400/REL", 115200, 14400 },
	{ "CONNECT 28800 V42bis", 115200, 28800 },
	{ "CONNECT 26400/LAPM", 115200, 26400 },
	{ "CONNECT 19200", 115200, 19200 }, /* V.34 has it */
	{ "CONNECT 19200", 19200, 0 },      /* the port's */
	{ "CONNECT 19200/V34", 19200, 19200 },
	{ "CONNECT 9600", 9600, 9600 },
	{ "CONNECT 38400", 38400, 0 },
	{ "115200/31200 LAPM", 115200, 31200 },
	{ "CONNECT 115200/V34 33600,31200", 115200, 33600 },
	{ "115200/V34 33600,31200", 115200, 33600 },
	{ "115200/LAPM/V.42 bis", 115200, 0 },
	{ "CARRIER 31200", 115200, 31200 },
	{ "CARRIER 31200\nPROTOCOL: LAPM\nCOMPRESSION: V.42 bis\nCONNECT 115200", 115200, 31200 },
	{ "+MCR: V34\n+MRR: 33600,31200\n+ER: LAPM\nCONNECT 115200", 115200, 33600 },
	{ "+MRR: 33600,31200", 115200, 33600 },
	{ "+MRR: 0", 115200, 0 },
	{ "+MRR: 99999999999", 115200, 0 },
	{ "NO CARRIER", 115200, 0 },
	{ "CONNECT 1200/75", 115200, 1200 },
	{ "CONNECT 300", 115200, 300 },
	{ "CONNECT V34", 115200, 0 },
	{ "CONNECT 99999999999999999999", 115200, 0 },
	{ "CONNECT 115200 33600", 115200, 33600 },
	/* what mgetty puts together: the CONNECT text, a slash, what CARRIER, PROTOCOL, +MCR and
	 * +MRR lines said */
	{ "115200/31200", 115200, 31200 },
	{ "115200/31200 LAPM", 115200, 31200 },
	{ "115200/31200 V42 V.42bis", 115200, 31200 },
	{ "115200/14400 ALT-MNP", 115200, 14400 },
	{ "57600/V34 28800", 57600, 28800 },
	{ "57600/V32B 14400,14400 LAPM", 57600, 14400 },
	{ "115200/V90 31200,48000", 115200, 31200 },
	{ "38400/V22B 2400", 38400, 2400 },
	{ "19200/9600 NONE", 19200, 9600 },
	{ "19200/V34", 19200, 19200 }, /* USR's: the slash says that it is the line's */
	{ "115200/V34", 115200, 0 },
	{ "115200/LAPM", 115200, 0 },
	{ "115200/", 115200, 0 },
	{ "115200/V.42bis 33600", 115200, 33600 },
	/* USR &A3, ELSA, ZyXEL X7, others */
	{ "CONNECT 31200/V34/NONE", 115200, 31200 },
	{ "CONNECT 19200/ARQ/V34/LAPM/V42BIS", 115200, 19200 },
	{ "CONNECT 16800/ARQ/HST/HST/V42BIS", 57600, 16800 },
	{ "CONNECT 28800/V42b", 115200, 28800 },
	{ "CONNECT 14400/V.32bis/V.42bis", 38400, 14400 },
	{ "CONNECT 57600/V34+ 33600/V42b", 57600, 33600 },
	{ "CONNECT 33600 ", 115200, 33600 },
	{ "Connect: 33600", 115200, 33600 },
	/* hostile */
	{ "CONNECT 33600; rm -rf /", 115200, 33600 },
	{ "CONNECT $(id)", 115200, 0 },
	{ "CONNECT -33600", 115200, 33600 },
	{ "CONNECT 0", 115200, 0 },
	{ "CONNECT 33600000000000000000/28800", 115200, 28800 },
	{ "CARRIER", 115200, 0 },
	{ "CARRIER CARRIER 99999999", 115200, 0 },
	{ "+MRR: -1", 115200, 0 },
	{ "CARRIER 75", 115200, 75 },
	{ "19200/V34 14400", 19200, 14400 },
	{ "115200/%n%s%x 31200", 115200, 31200 },
	/* ISDN: one channel, two */
	{ "CONNECT 64000", 115200, 64000 },
	{ "CONNECT 128000", 115200, 128000 },
	{ "64000/HDLC", 115200, 64000 },
	{ "115200/64000", 115200, 64000 },
	{ "CONNECT 640000", 115200, 0 },
	{ "\x1b[2J\xff\xfe", 115200, 0 },
};

static void test_rates(void)
{
	struct at_connect connect;

	for (size_t i = 0; i < ARRAY_SIZE(rates); i++) {
		at_parse_connect(rates[i].text, rates[i].dte_speed, &connect);
		check(connect.rate == rates[i].rate, "\"%s\" at %u: %u", rates[i].text,
		      rates[i].dte_speed, connect.rate);
	}
	at_parse_connect(NULL, 115200, &connect);
	check(connect.rate == 0 && connect.error_control == AT_ERROR_CONTROL_UNKNOWN);
}

static void test_error_control(void)
{
	static const struct {
		const char *text;
		enum at_error_control want;
	} cases[] = {
		{ "31200/V34/NONE", AT_ERROR_CONTROL_NONE },
		{ "14400/NoEC", AT_ERROR_CONTROL_NONE },
		{ "45333/V90/NONE", AT_ERROR_CONTROL_NONE },
		{ "19200/9600 NONE", AT_ERROR_CONTROL_NONE },
		{ "PROTOCOL: NONE", AT_ERROR_CONTROL_NONE },
		{ "+ER: NONE", AT_ERROR_CONTROL_NONE },
		{ "NONE", AT_ERROR_CONTROL_NONE },
		{ "115200/V34 33600,33600 +ER: NONE", AT_ERROR_CONTROL_NONE },
		{ "+MCR: V34\n+MRR: 33600,31200\n+ER: NONE\n+DR: NONE\nCONNECT 115200",
		  AT_ERROR_CONTROL_NONE },
		{ "PROTOCOL: NONE COMPRESSION: NONE", AT_ERROR_CONTROL_NONE },
		{ "V42BIS/NONE", AT_ERROR_CONTROL_NONE },
		{ "NONE/LAPM", AT_ERROR_CONTROL_NONE },
		{ "", AT_ERROR_CONTROL_UNKNOWN },
		{ "33600", AT_ERROR_CONTROL_UNKNOWN },
		{ "33600 COMPRESSION: NONE", AT_ERROR_CONTROL_UNKNOWN },
		{ "+DR: V42B", AT_ERROR_CONTROL_UNKNOWN },
		{ "33600/NONESUCH", AT_ERROR_CONTROL_UNKNOWN },
		{ "115200/V34 33600,31200", AT_ERROR_CONTROL_UNKNOWN },
		{ "64000/HDLC", AT_ERROR_CONTROL_UNKNOWN },
		{ "///", AT_ERROR_CONTROL_UNKNOWN },
		{ "DR", AT_ERROR_CONTROL_UNKNOWN },
		{ "33600/ARQ/V34/LAPM/V42BIS", AT_ERROR_CONTROL_ON },
		{ "+DR: NONE +ER: LAPM", AT_ERROR_CONTROL_ON },
		{ "+MCR: V34\n+MRR: 33600,31200\n+ER: LAPM\n+DR: NONE\nCONNECT 115200",
		  AT_ERROR_CONTROL_ON },
		{ "115200/14400 ALT-MNP", AT_ERROR_CONTROL_ON },
		{ "115200/31200 V42 V.42bis", AT_ERROR_CONTROL_ON },
		{ "CONNECT 14400/REL", AT_ERROR_CONTROL_ON },
		{ "CARRIER 31200\nPROTOCOL: LAPM\nCOMPRESSION: NONE", AT_ERROR_CONTROL_ON },
	};
	struct at_connect connect;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		at_parse_connect(cases[i].text, 115200, &connect);
		check(connect.error_control == cases[i].want, "%s: %d", cases[i].text,
		      (int)connect.error_control);
	}
}

#define A16 "aaaaaaaaaaaaaaaa"

static const struct {
	const char *src, *want;
} clean[] = {
	{ "5551234", "5551234" },
	{ "", "" },
	{ "  a   b\tc  ", "a b c" },
	{ "33600/V34/LAPM/V42BIS", "33600/V34/LAPM/V42BIS" },
	{ "O'Neil \"Ann\"; $(reboot) `x` \\ | & < >", "ONeil Ann reboot x" },
	{ "a\x1b[2Jb\r\nc\x7f\x80", "a2Jbc" },
	{ "+49 (30) 123-45", "+49 30 123-45" },
	{ "\xc3\xa4nn%s%n", "nnsn" },
	{ A16 A16 A16 A16 A16, A16 A16 A16 "aaaaaaaaaaaaaaa" },
	{ A16 A16 A16 "aaaaaaaaaaaaaa bcd",
	  A16 A16 A16 "aaaaaaaaaaaaaa" }, /* no blank at the end */
};

static void test_clean(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(clean); i++) {
		char dst[64];

		memset(dst, 'x', sizeof(dst));
		base_copy_clean(dst, clean[i].src);
		check_str(dst, clean[i].want);
	}
	{
		char dst[64] = "x";

		base_copy_clean(dst, NULL);
		check_str(dst, "");
	}
}

static const struct {
	const char *bodies;
	bool ok;
} inits[] = {
	{ "", true },
	{ "X3", true },
	{ "+MS=V34,1,9600,33600", true },
	{ "+MS=V34,1 +ES=3,0,2 %C1 &K3", true },
	{ "+MR=1;+ER=1;+DR=1", true },
	{ "S0=0", true },
	{ "S7=60S10=14", true },
	{ "L0M0X4", true },
	{ "#CID=1", true },
	{ "*ID1", true },
	{ "V1Q0E0", true },
	{ "+VCID=1;S0=0", true },
	{ "+ZZ=1", true }, /* Z inside an extended command's name is no Z */
	{ "Z", false },
	{ "z0", false },
	{ "X4Z", false },
	{ "&F", false },
	{ "X4&f1", false },
	{ "H1", false },
	{ "H", true },
	{ "&H1", true }, /* USR's flow control */
	{ "&W", false },
	{ "X4&w0", false },
	{ "S0=1", false },
	{ "s0=1", false },
	{ "S00=2", false },
	{ "X4S0=2", false },
	{ "S=1", false },
	{ "+MR=1;S0=1", false },
	{ "+MR=1;Z", false },
	{ "X3 Z", false },
	{ "ATX3", false },
	{ "A", false },
	{ "DT5551234", false },
	{ "X4D1", false },
	{ "O", false },
	{ "Q1", false },
	{ "V0", false },
	{ "V", false },
	{ "E0V", false },
	{ "\\Q3", false },
	{ "$\"x\"", false },
	{ "'", false },
	{ "X3\r", false },
	{ "X3\nZ", false },
	{ "\xc3\xa4", false },
	{ "X3X3X3X3X3X3X3X3X3X3X3X3X3X3X3X3X3X3X3X3", true },
	{ "X3X3X3X3X3X3X3X3X3X3X3X3X3X3X3X3X3X3X3X3X", false },
};

static void test_inits(void)
{
	_cleanup_free_ char *big = xcalloc(400, 1);

	for (size_t i = 0; i < ARRAY_SIZE(inits); i++)
		check(!at_check_init(inits[i].bodies) == inits[i].ok, "\"%s\": %s", inits[i].bodies,
		      at_check_init(inits[i].bodies) ?: "fine");
	for (size_t i = 0; i < 390; i += 3)
		memcpy(big + i, "X3 ", 3);
	check(at_check_init(big) != NULL);
}

int main(void)
{
	test_results();
	for (size_t i = 0; i < ARRAY_SIZE(answers); i++)
		for (size_t piece = 1; piece < 80; piece++)
			test_answer(i, piece);
	test_oddities();
	test_floods();
	test_rates();
	test_error_control();
	test_clean();
	test_inits();
	return check_done();
}
