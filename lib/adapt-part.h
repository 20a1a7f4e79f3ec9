/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between the parts of adapt. What gives bool: false when the verdict is found, and nothing more is to be tried. */
#pragma once

#include "adapt.h"
#include "adapter.h"
#include "dialogue.h"

struct adapting {
	struct adapt *item;
	const struct adapter *adapter; /* NULL: a driver we do not know */
	struct dialogue dialogue;
	int64_t started;
	bool is_claimed;
};

bool adapt_refuse(struct adapting *a, enum adapt_verdict verdict, const char *fmt, ...) PRINTF_LIKE(3, 4);
void adapt_note(struct adapting *a, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* One command line, body without AT. AT_RESULT_OK, AT_RESULT_ERROR; AT_RESULT_NONE: the verdict is found. */
enum at_result adapt_say(struct adapting *a, const char *body);
/* AT until OK, that many tries. */
bool adapt_is_awake(struct adapting *a, unsigned tries, unsigned timeout_ms);

bool adapt_commands(struct adapting *a);    /* adapt-commands.c: what the modem can be told */
bool adapt_modem_lines(struct adapting *a); /* adapt-port.c: CTS and DCD */
bool adapt_speed(struct adapting *a);       /* adapt-port.c */
