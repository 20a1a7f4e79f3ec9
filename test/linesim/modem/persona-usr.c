/* SPDX-License-Identifier: GPL-2.0-or-later */
/* U.S. Robotics: the 5637 stick, and a Courier on RS-232. */
#include "modem/persona.h"

/* It leaves the factory with the template for RTS/CTS in place, the same as &F1. */
static const struct basic_row usr_basic[] = {
	{ "B", BASIC_STORE, PARAM_OTHER, 1, 0, 0 },
	{ "E", BASIC_STORE, PARAM_ECHO, 1, 1, 0 },
	{ "F", BASIC_STORE, PARAM_OTHER, 1, 1, 0 },
	{ "L", BASIC_STORE, PARAM_OTHER, 3, 2, 0 },
	{ "M", BASIC_STORE, PARAM_OTHER, 3, 1, 0 },
	{ "Q", BASIC_STORE, PARAM_QUIET, 1, 0, 0 },
	{ "V", BASIC_STORE, PARAM_VERBOSE, 1, 1, 0 },
	{ "X", BASIC_STORE, PARAM_TONES, 7, 4, 0 },
	{ "Y", BASIC_STORE, PARAM_STARTUP, 1, 0, 0 },
	{ "&A", BASIC_STORE, PARAM_MESSAGES, 3, 3, 0 },
	{ "&B", BASIC_STORE, PARAM_OTHER, 2, 1, 0 },
	{ "&C", BASIC_STORE, PARAM_DCD, 1, 1, 0 },
	{ "&D", BASIC_STORE, PARAM_DTR, 3, 2, 0 },
	{ "&G", BASIC_STORE, PARAM_OTHER, 2, 0, 0 },
	{ "&H", BASIC_STORE, PARAM_FLOW, 3, 1, 0 },
	{ "&I", BASIC_STORE, PARAM_OTHER, 5, 0, 0 },
	{ "&K", BASIC_STORE, PARAM_COMPRESSION, 3, 1, 0 },
	{ "&M", BASIC_STORE, PARAM_CORRECTION, 5, 4, 1 << 1 | 1 << 2 | 1 << 3 },
	{ "&N", BASIC_STORE, PARAM_LINK_RATE, 16, 0, 0 },
	{ "&P", BASIC_STORE, PARAM_OTHER, 1, 0, 0 },
	{ "&R", BASIC_STORE, PARAM_RTS, 2, 2, 0 },
	{ "&S", BASIC_STORE, PARAM_DSR, 1, 0, 0 },
	{ "&U", BASIC_STORE, PARAM_OTHER, 16, 0, 0 },
	{ "&T", BASIC_TAKE, PARAM_OTHER, 8, 0, 0 },
	{ "&Y", BASIC_TAKE, PARAM_OTHER, 3, 1, 0 },
	{ "P", BASIC_TAKE, PARAM_OTHER, 0, 0, 0 },
	{ "T", BASIC_TAKE, PARAM_OTHER, 0, 0, 0 },
	{ "I", BASIC_INFO, PARAM_OTHER, 11, 0, 0 },
	{ "A", BASIC_ANSWER, PARAM_OTHER, 0, 0, 0 },
	{ "D", BASIC_DIAL, PARAM_OTHER, 0, 0, 0 },
	{ "H", BASIC_HOOK, PARAM_OTHER, 1, 0, 0 },
	{ "O", BASIC_ONLINE, PARAM_OTHER, 1, 0, 0 },
	{ "Z", BASIC_RESET, PARAM_OTHER, 1, 0, 0 },
	{ "&F", BASIC_FACTORY, PARAM_OTHER, 2, 0, 0 },
	{ "&W", BASIC_SAVE, PARAM_OTHER, 1, 0, 0 },
	{ 0 },
};

/* &F, &F1 and &F2: no flow control, RTS/CTS, XON/XOFF. */
static const char *const usr_templates[] = { "&A1&B0&H0&I0&R1", "", "&H2&I2&R1" };

/* S13: bit 0 resets it when DTR drops. */
static const struct sreg_row usr_sregs[] = {
	{ 0, 0, 0, 255, true },   { 1, 0, 0, 255, true },   { 2, 43, 0, 255, true },
	{ 3, 13, 0, 127, true },  { 4, 10, 0, 127, true },  { 5, 8, 0, 32, true },
	{ 6, 2, 0, 255, true },   { 7, 60, 1, 255, true },  { 8, 2, 0, 255, true },
	{ 9, 6, 0, 255, true },   { 10, 14, 1, 255, true }, { 11, 70, 50, 255, true },
	{ 12, 50, 0, 255, true }, { 13, 0, 0, 255, true },  { 15, 0, 0, 255, true },
	{ 19, 0, 0, 255, true },  { 21, 10, 0, 255, true }, { 22, 17, 0, 127, true },
	{ 23, 19, 0, 127, true }, { 25, 5, 0, 255, true },  { 27, 0, 0, 255, true },
	{ 28, 8, 0, 255, true },  { 32, 2, 0, 255, true },  { 34, 0, 0, 255, true },
	{ 36, 14, 0, 255, true }, { 38, 0, 0, 255, true },  { 255, 0, 0, 0, false },
};

/* Modulations go by other names than ITU-T's: B212 is an ERROR, Bell212A is not. */
static const struct ext_row usr5637_ext[] = {
	{ "+MS", EXT_MS, "V92,1,300,48000,300,56000",
	  "+MS: (V21,BELL103,V22,BELL212A,V22B,V23C,V32,V32B,V34,V90,V92),(0,1),(300-33600),(300-48000),(300-56000),(300-56000)",
	  true, false, 0 },
	{ "+VCID", EXT_VCID, "0", "(0,1)", false, false, 0 },
	{ "#CID", EXT_VCID, "0", "(0,1)", false, false, 0 },
	{ "+FCLASS", EXT_FCLASS, "0", "0,1,8", true, false, 0 },
	{ 0 },
};

static const struct ext_row courier_ext[] = {
	{ "#CID", EXT_VCID, "0", "0,1", false, false, 0 },
	{ "+FCLASS", EXT_FCLASS, "0", "0,1,2.0", true, false, 0 },
	{ 0 },
};

static const struct text_row usr5637_texts[] = {
	{ "I0", "5601" },
	{ "I1", "2ECA" },
	{ "I2", "" },
	{ "I3", "U.S. Robotics 56K FAX USB V1.2.23" },
	{ "I4", "U.S. Robotics 56K FAX USB Settings...\r\n\r\n"
		"   B0  E0  F1  L2  M1  Q0  V1  X4  Y0\r\n"
		"   BAUD=115200  PARITY=N  WORDLEN=8\r\n"
		"   DIAL=TONE    OFF LINE\r\n" },
	{ "I6", "U.S. Robotics 56K FAX USB Link Diagnostics...\r\n" },
	{ "I7", "Configuration Profile...\r\n\r\n"
		"Product Type           US/Canada USB\r\n"
		"Product ID:            USR5637\r\n"
		"Options                V32bis,V.80,V.34+,V.90,V.92\r\n"
		"Fax Options            Class 1\r\n"
		"Line Options           Caller ID\r\n\r\n"
		"Error Correction       MNP,V.42\r\n"
		"Data Compression       MNP5,V.42bis,V.44\r\n\r\n"
		"Flash Date             06/04/2012\r\n"
		"Flash Rev              1.2.23" },
	{ "I11", "U.S. Robotics 56K FAX USB Link Diagnostics...\r\n" },
	{ 0 },
};

static const struct text_row courier_texts[] = {
	{ "I0", "3366" },
	{ "I1", "9F1B" },
	{ "I2", "OK" },
	{ "I3", "USRobotics Courier V.Everything FAX RS232" },
	{ "I4", "USRobotics Courier V.Everything Settings...\r\n\r\n"
		"   B0  C1  E0  F1  M1  Q0  V1  X4  Y0\r\n"
		"   BAUD=9600  PARITY=N  WORDLEN=8\r\n"
		"   DIAL=TONE    OFF LINE\r\n" },
	{ "I6", "USRobotics Courier V.Everything Link Diagnostics...\r\n" },
	{ "I7", "Configuration Profile...\r\n\r\n"
		"Product type           US/Canada External\r\n"
		"Options                V32bis,V.FC,V.34+,V.90\r\n"
		"Fax Options            Class 1/Class 2.0\r\n"
		"Clock Freq             92.0Mhz\r\n"
		"Supervisor rev         7.3.14" },
	{ 0 },
};

/* Its own numbers; a second one when error correction is on. */
static const struct connect_code usr_codes[] = {
	{ 1200, 5, 15 },     { 2400, 10, 16 },
	{ 9600, 13, 17 },    { 4800, 18, 19 },
	{ 7200, 20, 22 },    { 12000, 21, 24 },
	{ 14400, 25, 26 },   { 16800, 43, 57 },
	{ 19200, 85, 88 },   { 21600, 91, 94 },
	{ 24000, 99, 100 },  { 26400, 103, 104 },
	{ 28800, 107, 108 }, { 0 },
};

static const long courier_autobaud[] = {
	300, 1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200, 0
};

/* CTS is &H1 and &H3, RTS is &R2; &M4 offers error correction, &M5 requires it. */
#define USR                                                                                        \
	.basic = usr_basic, .sregs = usr_sregs, .codes = usr_codes, .templates = usr_templates,    \
	.cid = CID_TIGHT, .connect = CONNECT_A, .line_max = 60, .dial_max = 60,                    \
	.cts_on = 1 << 1 | 1 << 3, .rts_on = 1 << 2, .ec_offers = 1 << 4 | 1 << 5,                 \
	.ec_demands = 1 << 5, .tx_max = 2048, .rx_max = 2048

const struct persona personas_usr[] = {
	{
		.name = "usr5637",
		.title = "U.S. Robotics USR5637",
		.usb = { 0x0baf, 0x0303, 0x0200, "U.S.Robotics", "USB Modem", NULL },
		USR,
		.ext = usr5637_ext,
		.texts = usr5637_texts,
		.connect_delay_ms = 200, /* since firmware 1.2.6 */
		.rate_max = 56000,
	},
	{
		/* mgetty's manual: after ATZ a RING comes at the speed that &W kept, until the next
		 * AT. */
		.name = "courier",
		.title = "U.S. Robotics Courier, RS-232; ATZ brings back 9600 bit/s",
		USR,
		.ext = courier_ext,
		.texts = courier_texts,
		.rate_max = 33600,
		.serial = true,
		.port = { 9600, courier_autobaud, true },
	},
	{ 0 },
};
