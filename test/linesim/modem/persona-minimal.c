/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A box of the early nineties: 14400 bit/s, 40 characters a line, no extended commands. */
#include "modem/persona.h"

static const struct basic_row minimal_basic[] = {
	{ "B", BASIC_STORE, PARAM_OTHER, 1, 1, 0 },
	{ "E", BASIC_STORE, PARAM_ECHO, 1, 1, 0 },
	{ "L", BASIC_STORE, PARAM_OTHER, 3, 2, 0 },
	{ "M", BASIC_STORE, PARAM_OTHER, 3, 1, 0 },
	{ "N", BASIC_STORE, PARAM_OTHER, 1, 1, 0 },
	{ "Q", BASIC_STORE, PARAM_QUIET, 1, 0, 0 },
	{ "V", BASIC_STORE, PARAM_VERBOSE, 1, 1, 0 },
	{ "X", BASIC_STORE, PARAM_TONES, 4, 4, 0 },
	{ "&C", BASIC_STORE, PARAM_DCD, 1, 1, 0 },
	{ "&D", BASIC_STORE, PARAM_DTR, 3, 2, 0 },
	{ "&G", BASIC_STORE, PARAM_OTHER, 2, 0, 0 },
	{ "&Q", BASIC_STORE, PARAM_MODE, 6, 5, 1 << 1 | 1 << 2 | 1 << 3 | 1 << 4 },
	{ "&S", BASIC_STORE, PARAM_DSR, 1, 0, 0 },
	{ "&Y", BASIC_STORE, PARAM_STARTUP, 1, 0, 0 },
	{ "\\N", BASIC_STORE, PARAM_CORRECTION, 5, 3, 1 << 1 },
	{ "\\Q", BASIC_STORE, PARAM_FLOW, 3, 0, 0 },
	{ "\\V", BASIC_STORE, PARAM_OTHER, 1, 1, 0 },
	{ "%C", BASIC_STORE, PARAM_COMPRESSION, 1, 1, 0 },
	{ "P", BASIC_TAKE, PARAM_OTHER, 0, 0, 0 },
	{ "T", BASIC_TAKE, PARAM_OTHER, 0, 0, 0 },
	{ "I", BASIC_INFO, PARAM_OTHER, 9, 0, 0 },
	{ "A", BASIC_ANSWER, PARAM_OTHER, 0, 0, 0 },
	{ "D", BASIC_DIAL, PARAM_OTHER, 0, 0, 0 },
	{ "H", BASIC_HOOK, PARAM_OTHER, 1, 0, 0 },
	{ "O", BASIC_ONLINE, PARAM_OTHER, 1, 0, 0 },
	{ "Z", BASIC_RESET, PARAM_OTHER, 1, 0, 0 },
	{ "&F", BASIC_FACTORY, PARAM_OTHER, 0, 0, 0 },
	{ "&W", BASIC_SAVE, PARAM_OTHER, 1, 0, 0 },
	{ 0 },
};

static const struct ext_row no_ext[] = { { 0 } };

/* XON is 11 as its data sheet has it, not 17; S36: the fallback from LAPM. */
static const struct sreg_row minimal_sregs[] = {
	{ 0, 0, 0, 255, true },   { 1, 0, 0, 255, true },   { 2, 43, 0, 255, true },
	{ 3, 13, 0, 127, true },  { 4, 10, 0, 127, true },  { 5, 8, 0, 32, true },
	{ 6, 2, 2, 255, true },   { 7, 50, 1, 255, true },  { 8, 2, 0, 255, true },
	{ 9, 6, 1, 255, true },   { 10, 14, 1, 255, true }, { 11, 95, 50, 255, true },
	{ 12, 50, 0, 255, true }, { 25, 5, 0, 255, true },  { 26, 1, 0, 255, true },
	{ 27, 73, 0, 255, true }, { 30, 0, 0, 255, true },  { 31, 0, 0, 255, true },
	{ 32, 11, 0, 255, true }, { 33, 19, 0, 255, true }, { 36, 7, 0, 7, true },
	{ 255, 0, 0, 0, false },
};

static const struct text_row minimal_texts[] = {
	{ "I0", "144" }, { "I1", "000" }, { "I2", "" }, { 0 }
};

static const long minimal_autobaud[] = { 9600, 19200, 0 };

/* 38 characters after AT. CONNECT shows the carrier's rate. */
#define MINIMAL                                                                                    \
	.basic = minimal_basic, .ext = no_ext, .sregs = minimal_sregs, .texts = minimal_texts,     \
	.codes = codes_rockwell, .connect = CONNECT_DCE, .line_max = 38, .same_case = true,        \
	.rate_max = 14400, .cts_on = 1 << 2 | 1 << 3, .rts_on = 1 << 3, .ec_offers = 0x3c,         \
	.ec_demands = 0x34, .tx_max = 1024, .rx_max = 1024, .serial = true

const struct persona personas_minimal[] = {
	{
		.name = "xe1414",
		.title = "14400 bit/s box (XECOM XE1414), RS-232 at 9600 or 19200; ATZ: 9600",
		MINIMAL,
		.port = { 9600, minimal_autobaud, true },
	},
	{
		.name = "xe1414-9600",
		.title = "the same with its port fixed at 9600 bit/s",
		MINIMAL,
		.port = { 9600, NULL, false },
	},
	{ 0 },
};
