/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "modem/editor.h"
#include "modem/profile.h"

struct tally;

enum {
	REPLY_MAX = 2048,
	DIAL_MAX = 64
};

/* What a command line ends in: a result at once, or something that takes time. */
enum interpreter_action {
	ACTION_OK,
	ACTION_ERROR,
	ACTION_ANSWER,
	ACTION_DIAL,
	ACTION_ONLINE,
	ACTION_RESET, /* the call, if any, is dropped, then OK */
	ACTION_OFF_HOOK,
};

/* What was collected while executing one line. */
struct interpreter_reply {
	char text[REPLY_MAX];
	size_t len;
	char dial[DIAL_MAX];
};

/* One command interpreter. The owner sets the fields of the first group. */
struct interpreter {
	void (*hang_up)(void *arg); /* H0 or Z */
	void *arg;
	struct tally *tally;
	const char *refuse; /* "W2,&K3": these are answered by ERROR, whatever the tables say */
	bool online;        /* online command state: no A, no D; O allowed (V.250 6.3) */

	struct profiles profiles;
	struct editor editor;
	uint8_t sreg; /* the one that "=" and "?" alone mean */
	char last_dial[DIAL_MAX];
};

/* As it left the factory, both stored profiles too. */
void interpreter_init(struct interpreter *at, const struct persona *persona);

/* Power was off: the profile chosen by &Y is loaded, the editor is empty. */
void interpreter_power_on(struct interpreter *at);

/* Execute the line that the editor completed. Information text is framed already. */
enum interpreter_action interpreter_run(struct interpreter *at,
					struct interpreter_reply *ret_reply);

/* Execute commands as if they had been typed after AT, without a response. */
void interpreter_run_commands(struct interpreter *at, const char *commands);
