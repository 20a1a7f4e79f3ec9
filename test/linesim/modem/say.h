/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stddef.h>

#include "modem/response.h"

struct modem;

/* Bytes as they are: echo and responses to queries. None while unplugged. */
void say_bytes(struct modem *modem, const char *bytes, size_t len);

/* A result code, unless Q1. */
void say_result(struct modem *modem, enum result_code result);

/* RING, with the numbers where the personality shows them. */
void say_ring(struct modem *modem);

/* CONNECT with what the personality and W, S95, &A or X append to it. */
void say_connect(struct modem *modem);

/* What +MR, +ER, +DR, S95 and W1 put before CONNECT. */
void say_negotiation(struct modem *modem);

/* Caller ID after the first ring; number NULL: withheld, empty: unknown; name may be empty. */
void say_caller_id(struct modem *modem, const char *number, const char *name);
