/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stddef.h>

#include "at.h"

struct modem;

/* Keep one row of the dialogue: "<-" from the host, "->" to it, "--" anything else. */
void say_note(struct modem *modem, const char *arrow, const char *text);

/* Bytes as they are: echo and answers to queries. Nothing while unplugged. */
void say_bytes(struct modem *modem, const char *bytes, size_t len);

/* A result code, unless Q1. */
void say_result(struct modem *modem, enum at_result result);

/* CONNECT with the speed that W and S95 ask for. */
void say_connect(struct modem *modem);

/* What +MR, +ER, +DR, S95 and W1 put before CONNECT. */
void say_negotiation(struct modem *modem);

/* The lines after the first ring; number NULL: withheld, empty: unknown; name may be empty. */
void say_caller_id(struct modem *modem, const char *number, const char *name);

/* Tell the port about DCD, DSR and RI if they changed; &C and &S have their say. */
void say_lines(struct modem *modem);
