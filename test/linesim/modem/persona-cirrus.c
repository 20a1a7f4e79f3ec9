/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A modem with Cirrus Logic's CL-MD56xx: ATI0 is 56000 as of a Conexant, which it is not. */
#include "modem/persona.h"

/*
 * AT%C?, AT\N? and AT-J? print 001 and write 0: the command without a number is
 * its value 0, and "?" shows the S-register selected last, S0.
 */
static const struct basic_row cirrus_basic[] = {
	{ "B", BASIC_STORE, PARAM_OTHER, 1, 1, 0 },
	{ "E", BASIC_STORE, PARAM_ECHO, 1, 1, 0 },
	{ "L", BASIC_STORE, PARAM_OTHER, 3, 2, 0 },
	{ "M", BASIC_STORE, PARAM_OTHER, 3, 1, 0 },
	{ "N", BASIC_STORE, PARAM_OTHER, 1, 1, 0 },
	{ "Q", BASIC_STORE, PARAM_QUIET, 1, 0, 0 },
	{ "V", BASIC_STORE, PARAM_VERBOSE, 1, 1, 0 },
	{ "W", BASIC_STORE, PARAM_MESSAGES, 2, 0, 0 },
	{ "X", BASIC_STORE, PARAM_TONES, 4, 4, 0 },
	{ "&C", BASIC_STORE, PARAM_DCD, 1, 1, 0 },
	{ "&D", BASIC_STORE, PARAM_DTR, 3, 2, 0 },
	{ "&G", BASIC_STORE, PARAM_OTHER, 2, 0, 0 },
	{ "&S", BASIC_STORE, PARAM_DSR, 1, 0, 0 },
	{ "&Y", BASIC_STORE, PARAM_STARTUP, 1, 0, 0 },
	{ "\\N", BASIC_STORE, PARAM_CORRECTION, 5, 3, 0 }, /* 2 and 4 require it */
	{ "\\Q", BASIC_STORE, PARAM_FLOW, 3, 3, 0 },
	{ "%C", BASIC_STORE, PARAM_COMPRESSION, 1, 1, 0 },
	{ "-J", BASIC_STORE, PARAM_OTHER, 1, 1, 0 },
	{ "P", BASIC_TAKE, PARAM_OTHER, 0, 0, 0 },
	{ "T", BASIC_TAKE, PARAM_OTHER, 0, 0, 0 },
	{ "I", BASIC_INFO, PARAM_OTHER, 9, 0, 0 },
	{ "A", BASIC_ANSWER, PARAM_OTHER, 0, 0, 0 },
	{ "D", BASIC_DIAL, PARAM_OTHER, 0, 0, 0 },
	{ "H", BASIC_HOOK, PARAM_OTHER, 1, 0, 0 },
	{ "O", BASIC_ONLINE, PARAM_OTHER, 1, 0, 0 },
	{ "Z", BASIC_RESET, PARAM_OTHER, 1, 0, 0 },
	{ "&F", BASIC_FACTORY, PARAM_OTHER, 1, 0, 0 },
	{ "&W", BASIC_SAVE, PARAM_OTHER, 1, 0, 0 },
	{ "&V", BASIC_VIEW, PARAM_OTHER, 0, 0, 0 },
	{ 0 },
};

/* +MS requires all four fields; =? is an ERROR. */
static const struct ext_row cirrus_ext[] = {
	{ "+MS", EXT_MS, "V90,1,300,56000",
	  "(B103,B212,V21,V22,V22B,V23C,V32,V32B,V34,V90),(0,1),(300-33600),(300-56000)", true,
	  true, 4 },
	{ "+VCID", EXT_VCID, "0", "0,1", false, true, 0 },
	{ "+FCLASS", EXT_FCLASS, "0", "0,1,8", true, false, 0 },
	{ 0 },
};

static const struct sreg_row cirrus_sregs[] = {
	{ 0, 0, 0, 255, true },   { 1, 0, 0, 255, true },   { 2, 43, 0, 255, true },
	{ 3, 13, 0, 127, true },  { 4, 10, 0, 127, true },  { 5, 8, 0, 32, true },
	{ 6, 2, 2, 255, true },   { 7, 60, 1, 255, true },  { 8, 2, 0, 255, true },
	{ 9, 6, 1, 255, true },   { 10, 14, 1, 255, true }, { 11, 95, 50, 255, true },
	{ 12, 50, 0, 255, true }, { 25, 5, 0, 255, true },  { 30, 0, 0, 255, true },
	{ 255, 0, 0, 0, false },
};

static const struct text_row cirrus_texts[] = {
	{ "I0", "56000" },
	{ "I1", "ROM TEST OK" },
	{ "I2", "CD08.55 - 643 SERIAL (V.90-ONLY) SPEAKERPHONE 01" },
	{ "I3", "CL-MD56xx" },
	{ "I4", "" },
	{ 0 },
};

static const long cirrus_autobaud[] = { 1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200, 0 };

const struct persona personas_cirrus[] = {
	{
		.name = "cirrus",
		.title = "Cirrus CL-MD56xx, RS-232; \"?\" after %C, \\N and -J writes 0; S0=1",
		.basic = cirrus_basic,
		.ext = cirrus_ext,
		.sregs = cirrus_sregs,
		.texts = cirrus_texts,
		.codes = codes_rockwell,
		.stored = "S0=1",
		.cid = CID_SPACED,
		.connect = CONNECT_W,
		.line_max = 60,
		.rate_max = 56000,
		.cts_on = 1 << 2 | 1 << 3,
		.rts_on = 1 << 3,
		.ec_offers = 0x3c,
		.ec_demands = 1 << 2 | 1 << 4,
		.tx_max = 2048,
		.rx_max = 2048,
		.serial = true,
		.port = { 115200, cirrus_autobaud, false },
	},
	{ 0 },
};
