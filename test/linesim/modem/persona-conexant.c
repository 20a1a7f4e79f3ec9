/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Conexant CX930xx, others with Rockwell's command set, and the modem that places test calls. */
#include "modem/persona.h"

/* Letters and factory values in the order in which a CX93010 shows them under &V. */
static const struct basic_row conexant_basic[] = {
	{ "B", BASIC_STORE, PARAM_OTHER, 1, 1, 0 },
	{ "E", BASIC_STORE, PARAM_ECHO, 1, 1, 0 },
	{ "L", BASIC_STORE, PARAM_OTHER, 3, 2, 0 },
	{ "M", BASIC_STORE, PARAM_OTHER, 3, 1, 0 },
	{ "N", BASIC_STORE, PARAM_OTHER, 1, 0, 0 },
	{ "Q", BASIC_STORE, PARAM_QUIET, 1, 0, 0 },
	{ "V", BASIC_STORE, PARAM_VERBOSE, 1, 1, 0 },
	{ "W", BASIC_STORE, PARAM_MESSAGES, 2, 0, 0 },
	{ "X", BASIC_STORE, PARAM_TONES, 4, 4, 0 },
	{ "Y", BASIC_STORE, PARAM_OTHER, 1, 0, 0 },
	{ "&C", BASIC_STORE, PARAM_DCD, 1, 1, 0 },
	{ "&D", BASIC_STORE, PARAM_DTR, 3, 2, 0 },
	{ "&G", BASIC_STORE, PARAM_OTHER, 2, 0, 0 },
	{ "&J", BASIC_STORE, PARAM_OTHER, 1, 0, 0 },
	{ "&K", BASIC_STORE, PARAM_FLOW, 6, 3, 0 },
	{ "&Q", BASIC_STORE, PARAM_MODE, 6, 5, 0 },
	{ "&R", BASIC_STORE, PARAM_OTHER, 1, 1, 0 },
	{ "&S", BASIC_STORE, PARAM_DSR, 1, 0, 0 },
	{ "&T", BASIC_STORE, PARAM_OTHER, 8, 5, 0 },
	{ "&X", BASIC_STORE, PARAM_OTHER, 2, 0, 0 },
	{ "&Y", BASIC_STORE, PARAM_STARTUP, 1, 0, 0 },
	{ "\\N", BASIC_STORE, PARAM_CORRECTION, 5, 3, 1 << 1 },
	{ "%C", BASIC_STORE, PARAM_COMPRESSION, 3, 3, 0 },
	{ "%E", BASIC_TAKE, PARAM_OTHER, 3, 0, 0 },
	{ "\\K", BASIC_TAKE, PARAM_OTHER, 5, 0, 0 },
	{ "\\V", BASIC_TAKE, PARAM_OTHER, 2, 0, 0 },
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

/* Shown rows are those of its &V list; the rest exists on the family without being shown. */
static const struct sreg_row conexant_sregs[] = {
	{ 0, 0, 0, 255, true },    { 1, 0, 0, 255, true },     { 2, 43, 0, 255, true },
	{ 3, 13, 0, 127, true },   { 4, 10, 0, 127, true },    { 5, 8, 0, 32, true },
	{ 6, 2, 2, 255, true },    { 7, 50, 1, 255, true },    { 8, 1, 0, 255, true },
	{ 9, 6, 1, 255, true },    { 10, 14, 1, 255, true },   { 11, 85, 50, 255, true },
	{ 12, 50, 0, 255, true },  { 14, 138, 0, 255, false }, { 16, 0, 0, 255, false },
	{ 18, 0, 0, 255, true },   { 21, 52, 0, 255, false },  { 22, 118, 0, 255, false },
	{ 23, 62, 0, 255, false }, { 24, 0, 0, 255, false },   { 25, 5, 0, 255, true },
	{ 26, 1, 0, 255, true },   { 27, 73, 0, 255, false },  { 28, 0, 0, 255, false },
	{ 29, 70, 0, 255, false }, { 30, 0, 0, 255, false },   { 31, 194, 0, 255, false },
	{ 32, 17, 0, 255, false }, { 33, 19, 0, 255, false },  { 36, 7, 0, 7, true },
	{ 37, 0, 0, 38, false },   { 38, 20, 0, 255, true },   { 46, 138, 136, 138, true },
	{ 48, 7, 0, 128, true },   { 86, 0, 0, 255, false },   { 91, 10, 0, 15, false },
	{ 92, 10, 0, 15, false },  { 95, 0, 0, 255, true },    { 255, 0, 0, 0, false },
};

/*
 * +VCID is set back by Z even after &W (seen on some CX93010): not stored.
 * The value of +DS44 is any within its range; it has no effect.
 */
static const struct ext_row conexant_ext[] = {
	{ "+MS", EXT_MS, "V92,1,300,48000,300,56000",
	  "+MS: (B103,B212,V21,V22,V22B,V23C,V32,V32B,V34,V90,V92,ALM1,ALM2),(0,1),(300-33600),(300-48000),(300-56000),(300-56000)",
	  true, false, 0 },
	{ "+MR", EXT_MR, "0", "(0,1)", true, false, 0 },
	{ "+ER", EXT_ER, "0", "(0,1)", true, false, 0 },
	{ "+DR", EXT_DR, "0", "(0,1)", true, false, 0 },
	{ "+ES", EXT_ES, "3,0,2", "(0-4,6,7),(0-4),(0-6,8,9)", true, false, 0 },
	{ "+DS", EXT_DS, "3,0,2048,32", "+DS: (0,3),(0),(2048),(32)", true, false, 0 },
	{ "+DS44", EXT_DS44, "3,0,0,2048,2048,255,255,4096,4096",
	  "+DS44: (0,3),(0),(0),(256-2048),(256-2048),(32-255),(32-255),(512-4096),(512-4096)",
	  true, false, 0 },
	{ "+IFC", EXT_IFC, "2,2", "(0-3),(0-2)", true, false, 0 },
	{ "+VCID", EXT_VCID, "0", "(0-2)", false, false, 0 },
	{ "+FCLASS", EXT_FCLASS, "0", "0,1,1.0,2,8", true, false, 0 },
	{ 0 },
};

static const struct text_row conexant_texts[] = {
	{ "I0", "56000" },
	{ "I1", "" },
	{ "I2", "" },
	{ "I3", "CX93001-EIS_V0.2002-V92" },
	{ "I4", "" },
	{ "I5", "B5" },
	{ "I6", "" },
	{ "+GMI", "CONEXANT" },
	{ "+GMM", "V90" },
	{ "+GMR", "CX93001-EIS_V0.2002-V92" },
	{ "+GCAP", "+FCLASS,+MS,+ES,+DS" },
	{ 0 },
};

/* The profile that one family of such sticks shows: three digits, other values in S6 and S7. */
static const struct sreg_row rd02_sregs[] = {
	{ 0, 0, 0, 255, true },   { 1, 0, 0, 255, true },      { 2, 43, 0, 255, true },
	{ 3, 13, 0, 127, true },  { 4, 10, 0, 127, true },     { 5, 8, 0, 32, true },
	{ 6, 3, 2, 255, true },   { 7, 90, 1, 255, true },     { 8, 1, 0, 255, true },
	{ 9, 6, 1, 255, true },   { 10, 14, 1, 255, true },    { 11, 85, 50, 255, true },
	{ 12, 50, 0, 255, true }, { 18, 0, 0, 255, true },     { 25, 5, 0, 255, true },
	{ 26, 1, 0, 255, true },  { 30, 0, 0, 255, false },    { 36, 7, 0, 7, true },
	{ 38, 20, 0, 255, true }, { 46, 138, 136, 138, true }, { 48, 7, 0, 128, true },
	{ 95, 0, 0, 255, true },  { 255, 0, 0, 0, false },
};

/* Identification of others with the same command set. */
static const struct text_row lucent_texts[] = {
	{ "I0", "19200" },
	{ "I1", "255" },
	{ "I2", "OK" },
	{ "I3", "LT V.90 Data+Fax USB Modem Version 5.66" },
	{ "I5", "2.2.19, AMR" },
	{ "+GMI", "Lucent Technologies" },
	{ "+GMM", "LT V.90 Data+Fax USB Modem" },
	{ "+GMR", "5.66" },
	{ "+GCAP", "+FCLASS,+MS,+ES,+DS" },
	{ 0 },
};

static const struct text_row elsa_texts[] = {
	{ "I0", "282" }, { "I1", "4B9F" },
	{ "I2", "OK" },  { "I3", "ELSA MicroLink 56k Internet" },
	{ "I6", "" },    { 0 },
};

static const long elsa_autobaud[] = { 1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200, 0 };

/* What all with this chip have in common. \N2, \N4 and \N5 require error correction. */
#define CONEXANT(registers, answers)                                                               \
	.basic = conexant_basic, .ext = conexant_ext, .sregs = (registers), .texts = (answers),    \
	.codes = codes_rockwell, .cid = CID_SPACED, .line_max = 64, .rate_max = 56000,             \
	.cts_on = 1 << 3 | 1 << 6, .rts_on = 1 << 3 | 1 << 6, .ec_offers = 0x3c,                   \
	.ec_demands = 0x34, .tx_max = 2048, .rx_max = 2048

const struct persona personas_conexant[] = {
	{
		.name = "cx93010",
		.title = "Conexant CX93010 (StarTech USB56KEMH2)",
		.usb = { 0x0572, 0x1349, 0x0100, "Conexant", "USB Modem", "12345678" },
		CONEXANT(conexant_sregs, conexant_texts),
		.view_before = "T",
	},
	{
		.name = "rd02",
		.title = "Conexant RD02-D400 (Dell NW147)",
		.usb = { 0x0572, 0x1324, 0x0100, "Conexant", "USB Modem", "24680246" },
		CONEXANT(rd02_sregs, conexant_texts),
		.view_title = "ACTIVE PROFILE:",
		.view_padded = true,
	},
	{
		.name = "lucent",
		.title = "Lucent LT V.90 (D-Link DSB-560)",
		.usb = { 0x07b8, 0xf101, 0x0100, "Lucent", "USB Modem", NULL },
		CONEXANT(conexant_sregs, lucent_texts),
	},
	{
		/* mgetty's manual: RING;from;to, and Z restores the stored speed. */
		.name = "elsa",
		.title = "ELSA MicroLink 56k, RS-232; RING;from;to; ATZ: 38400 bit/s",
		CONEXANT(conexant_sregs, elsa_texts),
		.ring_numbers = true,
		.serial = true,
		.port = { 38400, elsa_autobaud, true },
	},
	{
		/* The modem that places test calls: dialisp never opens this id by itself. */
		.name = "caller",
		.title = "a CX93010 that places test calls",
		.usb = { 0x0525, 0xa4a7, 0x0100, "Conexant", "Caller Modem", "12345678" },
		CONEXANT(conexant_sregs, conexant_texts),
		.view_before = "T",
		.caller = true,
	},
	{ 0 },
};
