/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "persona.h"

struct record;

enum {
	AT_LINE_MAX = 256,
	AT_REPLY_MAX = 2048,
	AT_DIAL_MAX = 64,
	AT_BASICS = 48
};

/* Result codes of V.250 table 1; the value is the numeric form under V0. */
enum at_result {
	AT_RESULT_OK = 0,
	AT_RESULT_CONNECT = 1,
	AT_RESULT_RING = 2,
	AT_RESULT_NO_CARRIER = 3,
	AT_RESULT_ERROR = 4,
	AT_RESULT_NO_DIALTONE = 6,
	AT_RESULT_BUSY = 7,
	AT_RESULT_NO_ANSWER = 8,
};

/* What a command line ends in: a result at once, or something that takes time. */
enum at_action {
	AT_DONE,
	AT_FAILED,
	AT_GO_ANSWER,
	AT_GO_DIAL,
	AT_GO_ONLINE,
	AT_GO_RESET, /* the call, if any, is dropped and OK said */
	AT_GO_OFF_HOOK,
};

enum at_event {
	AT_NOTHING,
	AT_LINE_READY
};

/* All that &W keeps. */
struct profile {
	long speed;               /* of an RS-232 port, bit/s */
	uint8_t basic[AT_BASICS]; /* by row of the personality's table */
	uint8_t s[S_REGISTERS];
	char ext[EXTS][EXTENDED_MAX];
};

/* What was collected while executing one line. */
struct at_reply {
	char text[AT_REPLY_MAX];
	size_t len;
	char dial[AT_DIAL_MAX];
};

/* One command interpreter. The owner sets the fields of the first group. */
struct at {
	const struct persona *persona;
	void (*hang_up)(void *arg); /* H0 or Z */
	void *arg;
	struct record *record;
	const char *refuse; /* "W2,&K3": these are answered by ERROR, whatever the tables say */
	bool online;        /* online command state: no A, no D; O allowed (V.250 6.3) */

	struct profile now;
	struct profile saved[2];
	uint8_t sreg; /* the one that "=" and "?" alone mean */
	char last_dial[AT_DIAL_MAX];
	char line[AT_LINE_MAX];
	size_t len;
	enum {
		AT_HUNT,
		AT_SEEN_A,
		AT_BODY
	} state;
	char prefix; /* the A or a of the line */
	bool overflow;
	int64_t last_ms;
	char previous[AT_LINE_MAX]; /* for A/ */
};

/* As it left the factory, both stored profiles too. */
void at_init(struct at *at, const struct persona *persona);

/* Power was off: the profile chosen by &Y is loaded, the editor is empty. */
void at_power_on(struct at *at);

/* Load the stored profile chosen by &Y, as Z does and &D3 on a DTR drop. */
void at_reset(struct at *at);

/* Factory values; the speed and what &Y chose stay. */
void at_load_factory(struct at *at);

/* Stored profile 0 or 1; the speed comes back only where Z does that, and at power-on. */
void at_load(struct at *at, size_t i);
void at_save(struct at *at, size_t i);

/* One character from the host in command state; AT_LINE_READY when a line waits to be run. */
enum at_event at_feed(struct at *at, uint8_t byte, int64_t now_ms);

/* Forget what was typed so far. */
void at_cancel(struct at *at);

/* Execute the line that at_feed completed. Information text is framed already. */
enum at_action at_run(struct at *at, struct at_reply *ret_reply);

/* Execute commands as if they had been typed after AT; nothing is said. */
void at_run_commands(struct at *at, const char *commands);

/* Value of a setting; 0, or otherwise, on a personality without a command for it. */
uint8_t at_param(const struct at *at, enum param param);
uint8_t at_param_or(const struct at *at, enum param param, uint8_t otherwise);
uint8_t at_sreg(const struct at *at, uint8_t number);
const char *at_ext(const struct at *at, enum ext ext);

/* Field number i of an extended parameter, or otherwise if it is absent. */
long at_ext_number(const struct at *at, enum ext ext, size_t i, long otherwise);

/* How many characters snprintf left in a buffer of that size. */
size_t at_clip(int len, size_t size);

/* Frame one information text (V.250 5.7.1); returns its length, cut at size. */
size_t at_frame_text(const struct at *at, const char *text, char *ret_bytes, size_t size);

/* Frame one result: text under V1, its number under V0. Nothing under Q1. */
size_t at_frame_result(const struct at *at, enum at_result result, char *ret_bytes, size_t size);

/* Frame "CONNECT speed" and what follows it; speed 0 or X0 gives CONNECT alone. arq: with error
 * correction. */
size_t at_frame_connect(const struct at *at, long speed, bool arq, const char *suffix,
			char *ret_bytes, size_t size);

/* Text of a result under V1, for logs. */
const char *at_result_text(enum at_result result);
