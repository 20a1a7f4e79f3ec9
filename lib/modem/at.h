/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a modem says: bytes in, lines and results out; no descriptors (V.250 5, 6). */
#pragma once

#include "util/text.h"

enum at_result {
	AT_RESULT_NONE, /* not a result code: information text, echo, or not decided yet */
	AT_RESULT_OK,
	AT_RESULT_ERROR,
	AT_RESULT_CONNECT,
	AT_RESULT_RING,
	AT_RESULT_NO_CARRIER,
	AT_RESULT_NO_DIALTONE,
	AT_RESULT_BUSY,
	AT_RESULT_NO_ANSWER,
	AT_RESULT_NUMERIC, /* a lone digit: verbose results are off (V0) */
};

#define AT_LINE_MAX   255
#define AT_ANSWER_MAX 2048 /* V.250 6.1: information text is at most that long */

struct at_reader {
	char line[AT_LINE_MAX + 1];
	size_t len;
	bool overflow;    /* the rest of an over-long line is thrown away */
	struct text info; /* information lines before the final result, '\n' separated */
	size_t n_bytes;   /* of this answer, for the limit of unsolicited data */
	char command[64]; /* sent last: its echo is not information */
	char last;        /* byte eaten last */
	bool after_lf;    /* the line in `line` began after a line feed */
	bool has_line;    /* a line other than the echo has been seen */
	bool is_verbose;  /* ... and a line feed came before it: V1, where a lone digit is no result
			   */
};

/* Forgets the previous answer; `command` is what is sent now ("AT+GCAP"), so that an echo can be
 * told. */
void at_reader_begin(struct at_reader *reader, const char *command);
/* Eats bytes up to and including the first final result. Returns that result, or AT_RESULT_NONE
 * when all bytes are eaten without one. RING is a result too (unsolicited: the caller goes on
 * reading). */
enum at_result at_reader_feed(struct at_reader *reader, const char *bytes, size_t n,
			      size_t *ret_eaten);
void at_reader_free(struct at_reader *reader);

/* What the reader's last result means: itself, or for AT_RESULT_NUMERIC what its digit stands for.
 */
enum at_result at_plain_result(enum at_result result, const struct at_reader *reader);

/* One line without CR LF -> result code. */
enum at_result at_parse_result(const char *line);

enum at_error_control {
	AT_ERROR_CONTROL_UNKNOWN, /* not said */
	AT_ERROR_CONTROL_NONE,    /* start and stop bits are sent over the line too */
	AT_ERROR_CONTROL_ON,      /* V.42 (LAPM) or MNP */
};
struct at_connect {
	unsigned rate; /* of the line (DCE), bit/s; 0: not said */
	enum at_error_control error_control;
};
/* A CONNECT text: "33600", "CONNECT 31200/V34/NONE", "115200/V34 33600,31200", and what mgetty
 * appends to it ("+ER: NONE", "PROTOCOL: LAPM"). A DTE rate is no line rate: one that is equal to
 * port_speed (bit/s; 0: unknown) and one of 19200...230400. `text` may be NULL. V.250 6.7; Conexant
 * W2. */
void at_parse_connect(const char *text, unsigned port_speed, struct at_connect *ret);

/* Extra command bodies of an administrator ("X3 +MS=V34,1", blanks between): NULL when fine, else
 * what is wrong with them and the cure. Refused is what mgetty could not live with: reset, dial,
 * answer, no or numeric results. */
const char *at_check_init(const char *bodies);
