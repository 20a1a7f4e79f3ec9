/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "at.h"

struct modem;

/* Keep one row of the dialogue: "<-" from the host, "->" to it, "--" anything else. */
void say_note(struct modem *modem, const char *arrow, const char *text);

/* Bytes as they are: echo and answers to queries. Nothing while unplugged. */
void say_bytes(struct modem *modem, const char *bytes, size_t len);

/* A result code, unless Q1. */
void say_result(struct modem *modem, enum at_result result);

/* RING, with the numbers where the personality shows them. */
void say_ring(struct modem *modem);

/* CONNECT with what the personality and W, S95, &A or X put behind it. */
void say_connect(struct modem *modem);

/* What +MR, +ER, +DR, S95 and W1 put before CONNECT. */
void say_negotiation(struct modem *modem);

/* The lines after the first ring; number NULL: withheld, empty: unknown; name may be empty. */
void say_caller_id(struct modem *modem, const char *number, const char *name);

/* The modem lines as the host sees them; &C, &S and faults have their say. */
uint8_t say_lines_now(const struct modem *modem);

/* Tell the port about them if they changed. */
void say_lines(struct modem *modem);
