/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct profiles;

/* Result codes of V.250 table 1; the value is the numeric form under V0. */
enum result_code {
	RESULT_OK = 0,
	RESULT_CONNECT = 1,
	RESULT_RING = 2,
	RESULT_NO_CARRIER = 3,
	RESULT_ERROR = 4,
	RESULT_NO_DIALTONE = 6,
	RESULT_BUSY = 7,
	RESULT_NO_ANSWER = 8,
};

/* How many characters snprintf left in a buffer of that size. */
size_t response_clip(int len, size_t size);

/* Frame one information text (V.250 5.7.1); returns its length, cut at size. */
size_t response_frame_text(const struct profiles *profiles, const char *text, char *ret_bytes,
			   size_t size);

/* Frame one result code: text under V1, its number under V0. None under Q1. */
size_t response_frame_result(const struct profiles *profiles, enum result_code result,
			     char *ret_bytes, size_t size);

/*
 * Frame "CONNECT speed" and its suffix; speed 0 or X0 gives CONNECT alone. arq: with error
 * correction.
 */
size_t response_frame_connect(const struct profiles *profiles, long speed, bool arq,
			      const char *suffix, char *ret_bytes, size_t size);
