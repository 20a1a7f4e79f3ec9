/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ZyXEL: flow control is &H, error correction &K, and CONNECT shows both rates. */
#include "modem/persona.h"

static const struct basic_row zyxel_basic[] = {
	{ "B", BASIC_STORE, PARAM_OTHER, 3, 0, 0 },
	{ "E", BASIC_STORE, PARAM_ECHO, 1, 1, 0 },
	{ "L", BASIC_STORE, PARAM_OTHER, 7, 4, 0 },
	{ "M", BASIC_STORE, PARAM_OTHER, 3, 1, 0 },
	{ "N", BASIC_STORE, PARAM_OTHER, 7, 4, 0 },
	{ "Q", BASIC_STORE, PARAM_QUIET, 1, 0, 0 },
	{ "V", BASIC_STORE, PARAM_VERBOSE, 1, 1, 0 },
	{ "X", BASIC_STORE, PARAM_TONES, 7, 5, 0 },
	{ "&B", BASIC_STORE, PARAM_OTHER, 1, 1, 0 },
	{ "&C", BASIC_STORE, PARAM_DCD, 1, 1, 0 },
	{ "&D", BASIC_STORE, PARAM_DTR, 3, 2, 0 },
	{ "&G", BASIC_STORE, PARAM_OTHER, 2, 0, 0 },
	{ "&H", BASIC_STORE, PARAM_FLOW, 5, 3, 1 << 1 | 1 << 2 },
	{ "&K", BASIC_STORE, PARAM_CORRECTION, 6, 4, 0 },
	{ "&N", BASIC_STORE, PARAM_OTHER, 99, 0, 0 },
	{ "&R", BASIC_STORE, PARAM_OTHER, 1, 1, 0 },
	{ "&S", BASIC_STORE, PARAM_DSR, 1, 0, 0 },
	{ "&Y", BASIC_STORE, PARAM_STARTUP, 1, 0, 0 },
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

static const struct ext_row zyxel_ext[] = {
	{ "+VCID", EXT_VCID, "0", "(0,1)", false, false, 0 },
	{ "+FCLASS", EXT_FCLASS, "0", "0,1,2,2.0", true, false, 0 },
	{ 0 },
};

static const struct sreg_row zyxel_sregs[] = {
	{ 0, 0, 0, 255, true },   { 1, 0, 0, 255, true },  { 2, 43, 0, 255, true },
	{ 3, 13, 0, 127, true },  { 4, 10, 0, 127, true }, { 5, 8, 0, 32, true },
	{ 6, 3, 2, 255, true },   { 7, 60, 1, 255, true }, { 8, 2, 0, 255, true },
	{ 9, 6, 1, 255, true },   { 10, 7, 1, 255, true }, { 11, 70, 50, 255, true },
	{ 12, 50, 0, 255, true }, { 25, 5, 0, 255, true }, { 40, 0, 0, 255, true },
	{ 255, 0, 0, 0, false },
};

static const struct text_row zyxel_texts[] = {
	{ "I0", "1501" },
	{ "I1", "60198 U501V 1.20" },
	{ "I2", "OK" },
	{ 0 },
};

const struct persona personas_zyxel[] = {
	{
		.name = "zyxel",
		.title = "ZyXEL Omni 56K Plus",
		.usb = { 0x0586, 0x1500, 0x0100, "ZyXEL", "Omni 56K Plus", NULL },
		.basic = zyxel_basic,
		.ext = zyxel_ext,
		.sregs = zyxel_sregs,
		.texts = zyxel_texts,
		.codes = codes_rockwell,
		.cid = CID_FM,
		.connect = CONNECT_X,
		.line_max = 80,
		.rate_max = 56000,
		.cts_on = 1 << 3 | 1 << 5,
		.rts_on = 1 << 3 | 1 << 5,
		.ec_offers = 0x7e,
		.tx_max = 2048,
		.rx_max = 2048,
	},
	{ 0 },
};
