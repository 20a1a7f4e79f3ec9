/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Framing of what a modem sends to its host (V.250 5.7). No I/O. */
#include "modem/response.h"

#include <stdio.h>

#include "modem/profile.h"

static const char *const results[] = {
	[RESULT_OK] = "OK",       [RESULT_CONNECT] = "CONNECT",
	[RESULT_RING] = "RING",   [RESULT_NO_CARRIER] = "NO CARRIER",
	[RESULT_ERROR] = "ERROR", [RESULT_NO_DIALTONE] = "NO DIALTONE",
	[RESULT_BUSY] = "BUSY",   [RESULT_NO_ANSWER] = "NO ANSWER",
};

size_t response_clip(int len, size_t size)
{
	if (len < 0 || !size)
		return 0;
	return (size_t)len < size ? (size_t)len : size - 1;
}

size_t response_frame_text(const struct profiles *profiles, const char *text, char *ret_bytes,
			   size_t size)
{
	char cr = (char)profile_sreg(profiles, 3), lf = (char)profile_sreg(profiles, 4);
	int len;

	if (profile_param(profiles, PARAM_VERBOSE))
		len = snprintf(ret_bytes, size, "%c%c%s%c%c", cr, lf, text, cr, lf);
	else
		len = snprintf(ret_bytes, size, "%s%c%c", text, cr, lf);
	return response_clip(len, size);
}

static size_t frame_code(const struct profiles *profiles, const char *text, int code,
			 char *ret_bytes, size_t size)
{
	if (profile_param(profiles, PARAM_QUIET))
		return 0;
	if (profile_param(profiles, PARAM_VERBOSE))
		return response_frame_text(profiles, text, ret_bytes, size);
	return response_clip(snprintf(ret_bytes, size, "%d%c", code, profile_sreg(profiles, 3)),
			     size);
}

size_t response_frame_result(const struct profiles *profiles, enum result_code result,
			     char *ret_bytes, size_t size)
{
	return frame_code(profiles, results[result], result, ret_bytes, size);
}

static int find_connect_number(const struct persona *persona, long speed, bool arq)
{
	for (const struct connect_code *code = persona->codes; code->speed; code++)
		if (code->speed == speed)
			return arq && code->arq ? code->arq : code->code;
	return RESULT_CONNECT;
}

size_t response_frame_connect(const struct profiles *profiles, long speed, bool arq,
			      const char *suffix, char *ret_bytes, size_t size)
{
	char text[64];

	if (!speed || !profile_param(profiles, PARAM_TONES))
		return response_frame_result(profiles, RESULT_CONNECT, ret_bytes, size);
	snprintf(text, sizeof(text), "CONNECT %ld%s", speed, suffix);
	return frame_code(profiles, text, find_connect_number(profiles->persona, speed, arq),
			  ret_bytes, size);
}
