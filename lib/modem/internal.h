/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between the files of modem/. */
#pragma once

#include "modem/adapt.h"
#include "modem/dialogue.h"
#include "modem/probe.h"
#include "modem/transcript.h"
#include "port/adapter.h"

/* --- probe --- */

#define PROBE_FIRST_SPEED 115200

/* The caller owns it. */
char *probe_format_transcript(const struct udev_port *port, const struct probe_result *result,
			      struct transcript *transcript);

/* By what it says; "generic" where nothing tells. */
const char *probe_choose_dialect(const struct probe_result *result);

/* First contact: in order until something answers; a command of NULL ends them. */
struct probe_attempt {
	const char
		*command; /* AT alone at first: single letters are commands to UPSs and machines */
	unsigned speed;
	unsigned wait_ms;   /* before it */
	unsigned answer_ms; /* for the answer; 0: as usual */
};
const struct probe_attempt *probe_choose_attempts(const struct udev_port *port);
/* A port whose rate is real */
bool probe_is_serial(const struct udev_port *port);

/* --- adapt: what gives bool is false when the verdict is found, and nothing more is to be tried
 * --- */

struct adapting {
	struct adapt *item;
	const struct adapter *adapter; /* NULL: a driver we do not know */
	struct dialogue dialogue;
	int64_t started;
	bool is_claimed;
};

/* --- adapt-dialogue.c --- */

/* The slowest reset takes 3 s, the deafness after a drop of DTR nearly as long. */
#define ADAPT_RESPONSE_MS 4000

/* The verdict, with the reason for people. Always false. */
bool adapt_refuse(struct adapting *a, enum adapt_verdict verdict, const char *fmt, ...)
	PRINTF_LIKE(3, 4);
void adapt_note(struct adapting *a, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* One command line, body without AT. AT_RESULT_OK, AT_RESULT_ERROR; AT_RESULT_NONE: the verdict is
 * found. */
enum at_result adapt_say(struct adapting *a, const char *body);
/* AT until OK, that many tries. */
bool adapt_is_awake(struct adapting *a, unsigned tries, unsigned timeout_ms);

/* --- the steps --- */

bool adapt_commands(struct adapting *a);    /* adapt-commands.c: what the modem can be told */
bool adapt_modem_lines(struct adapting *a); /* adapt-port.c: CTS and DCD */
bool adapt_speed(struct adapting *a);       /* adapt-port.c */
