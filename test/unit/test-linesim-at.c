/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dialisp-linesim: dialogues with one modem of each personality. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "linesim-bench.h"
#include "modem/extended.h"
#include "modem/persona.h"
#include "modem/personas.h"

/* Dialogues: every row starts with a modem fresh from the factory; the last line's answer counts.
 */

struct dialogue_case {
	const char *before; /* lines typed first, each with its CR; may be NULL */
	const char *line;
	const char *answer;
};

static const struct dialogue_case dialogues[] = {
	/* what owners of such sticks have written down */
	{ NULL, "AT\r", "AT\r\r\nOK\r\n" },
	{ NULL, "ATI3\r", "ATI3\r\r\nCX93001-EIS_V0.2002-V92\r\n\r\nOK\r\n" },
	{ "ATE0\r", "AT\r", "\r\nOK\r\n" },
	{ "ATE0\r", "ATI0\r", "\r\n56000\r\n\r\nOK\r\n" },
	{ "ATE0\r", "ati5\r", "\r\nB5\r\n\r\nOK\r\n" },
	{ "ATE0\r", "AT+GMI\r", "\r\nCONEXANT\r\n\r\nOK\r\n" },
	{ "ATE0\r", "AT+GCAP\r", "\r\n+FCLASS,+MS,+ES,+DS\r\n\r\nOK\r\n" },
	{ "ATE0\r", "AT+MS?\r", "\r\nV92,1,300,48000,300,56000\r\n\r\nOK\r\n" },
	{ "ATE0\r", "AT+DS=?\r", "\r\n+DS: (0,3),(0),(2048),(32)\r\n\r\nOK\r\n" },
	{ "ATE0\r", "AT+ES?\r", "\r\n3,0,2\r\n\r\nOK\r\n" },
	{ "ATE0\r", "AT+ILRR=?\r", "\r\nERROR\r\n" },
	{ "ATE0\r", "AT\\N1\r", "\r\nERROR\r\n" },
	{ "ATE0\r", "AT\\A0\r", "\r\nERROR\r\n" },
	{ "ATE0\r", "AT\"H0\r", "\r\nERROR\r\n" },
	{ "ATE0\r", "AT&V\r",
	  "\r\nB1 E0 L2 M1 N0 Q0 T V1 W0 X4 Y0 &C1 &D2 &G0 &J0 &K3 &Q5 &R1 &S0 &T5 &X0\r\n"
	  "\r\nS0:0 S1:0 S2:43 S3:13 S4:10 S5:8 S6:2 S7:50 S8:1 S9:6 S10:14 S11:85 S12:50 S18:0 S25:5 S26:1 S36:7 "
	  "S38:20 S46:138 S48:7 S95:0\r\n\r\nOK\r\n" },
	/* the inits of mgetty and pi-isp */
	{ NULL, "ATQ0V1H0\r", "ATQ0V1H0\r\r\nOK\r\n" },
	{ "ATE0\r", "ATS0=0Q0&D3&C1\r", "\r\nOK\r\n" },
	{ "ATE0\rAT+MS=V34,1,9600,33600\r", "AT+MS?\r",
	  "\r\nV34,1,9600,33600,9600,33600\r\n\r\nOK\r\n" },
	{ "ATE0\r", "AT+MS=V99\r", "\r\nERROR\r\n" },
	{ "ATE0\r", "AT+MS=V34,1,9600,33601\r", "\r\nOK\r\n" },
	{ "ATE0\r", "AT+MS=V34,2\r", "\r\nERROR\r\n" },
	{ "ATE0\r", "AT+VCID=3\r", "\r\nERROR\r\n" },
	{ "ATE0\r", "AT+FCLASS=1.0;+FCLASS?\r", "\r\n1.0\r\n\r\nOK\r\n" },
	{ "ATE0\r", "AT+VCID=1,1\r", "\r\nERROR\r\n" },
	/* framing: V, Q, S3 */
	{ "ATE0V0\r", "AT\r", "0\r" },
	{ "ATE0V0\r", "ATI0\r", "56000\r\n0\r" },
	{ "ATE0V0\r", "ATK\r", "4\r" },
	{ "ATE0Q1\r", "AT\r", "" },
	{ "ATE0Q1\r", "ATQ0\r", "\r\nOK\r\n" },
	{ NULL, "ATE0\r", "ATE0\r\r\nOK\r\n" },
	/* line editing */
	{ "ATE0\r", "ATX9\b4\r", "\r\nOK\r\n" },
	{ "ATE0\r", "noise AT S0 = 3 S0 ?\r", "\r\n003\r\n\r\nOK\r\n" },
	{ "ATE0\r", "A\nAT\nI0\n\r", "\r\n56000\r\n\r\nOK\r\n" },
	{ "ATE0\rATI0\r", "A/", "\r\n56000\r\n\r\nOK\r\n" },
	{ "ATE0\r", "AT                                                                E0\r",
	  "\r\nERROR\r\n" },
	{ "ATE0\r", "\r", "" },
	/* a line stops at its first error, what stood before is done */
	{ "ATE0\rATS0=4&K9S0=5\r", "ATS0?\r", "\r\n004\r\n\r\nOK\r\n" },
	{ "ATE0\r", "ATS300=1\r", "\r\nERROR\r\n" },
	{ "ATE0\r", "ATS7=0\r", "\r\nERROR\r\n" },
	{ "ATE0\r", "ATS7=256\r", "\r\nERROR\r\n" },
	{ "ATE0\rATS7=30\r", "AT?\r", "\r\n030\r\n\r\nOK\r\n" },
	/* profiles */
	{ "ATE0S7=30&W\rATS7=20\rATZ\r", "ATS7?\r", "\r\n030\r\n\r\nOK\r\n" },
	{ "ATE0S7=30&W1\rATS7=20\rATZ1\r", "ATS7?\r", "\r\n030\r\n\r\nOK\r\n" },
	{ "ATE0S7=30&W\rAT&FE0\r", "ATS7?\r", "\r\n050\r\n\r\nOK\r\n" },
	{ "ATE0+VCID=1\rATE0&W\rATZ\r", "AT+VCID?\r", "\r\n0\r\n\r\nOK\r\n" },
	{ "ATE0\r", "ATZK\r", "\r\nOK\r\n" }, /* what follows Z is ignored */
	/* not online */
	{ "ATE0\r", "ATO\r", "\r\nERROR\r\n" },
	{ "ATE0\r", "AT+\r", "\r\nERROR\r\n" },
	{ "ATE0\r", "AT+MS=\r", "\r\nOK\r\n" },
	{ "ATE0\r", "AT+=;=?\r", "\r\nERROR\r\n" },
};

/* Other makers' modems, with echo off: the answers that tell them apart. */

struct persona_case {
	const char *persona;
	const char *before;
	const char *line;
	const char *answer;
};

static const char ok[] = "\r\nOK\r\n";
static const char error[] = "\r\nERROR\r\n";

static const struct persona_case personas[] = {
	{ "usr5637", NULL, "ATI0\r", "\r\n5601\r\n\r\nOK\r\n" },
	{ "usr5637", NULL, "ATI3\r", "\r\nU.S. Robotics 56K FAX USB V1.2.23\r\n\r\nOK\r\n" },
	{ "usr5637", NULL, "AT+MS=B212\r", error },
	{ "usr5637", NULL, "AT+MS=Bell212A\r", ok },
	{ "usr5637", NULL, "AT#CID=1\r", ok },
	{ "usr5637", "AT#CID=1\r", "AT+VCID?\r", "\r\n1\r\n\r\nOK\r\n" },
	{ "usr5637", NULL, "AT+FCLASS=?\r", "\r\n0,1,8\r\n\r\nOK\r\n" },
	{ "usr5637", NULL, "ATE0V1Q0X4W2\r", error },
	{ "usr5637", NULL, "AT&C1&D2&K3S0=0\r", ok }, /* &K3 is compression there */
	{ "usr5637", NULL, "AT&A3&B1&C1&D2\r", ok },
	{ "usr5637", NULL, "AT&H1&R2&M4&K1\r", ok },
	{ "usr5637", NULL, "AT\\Q3\r", error },
	{ "usr5637", NULL, "AT&F3\r", error },
	{ "usr5637", "ATS7=30&WS7=20\r", "ATZ\r", ok },
	{ "usr5637", NULL, "ATD1234567890123456789012345678901234567890123456789012345678901\r",
	  error },
	{ "courier", NULL, "ATI0\r", "\r\n3366\r\n\r\nOK\r\n" },
	{ "courier", NULL, "AT+MS=V34\r", error },
	{ "courier", NULL, "AT&N17\r", error },
	{ "courier", NULL, "AT&N16\r", ok },
	{ "xe1414", NULL, "ATI0\r", "\r\n144\r\n\r\nOK\r\n" },
	{ "xe1414", NULL, "ATI3\r", error },
	{ "xe1414", NULL, "AT+GMI\r", error },
	{ "xe1414", NULL, "AT+FCLASS=?\r", error },
	{ "xe1414", NULL, "AT+VCID=1\r", error },
	{ "xe1414", NULL, "ATW2\r", error },
	{ "xe1414", NULL, "AT&K3\r", error },
	{ "xe1414", NULL, "AT\\Q3\r", ok },
	{ "xe1414", NULL, "At\r", "" }, /* both letters in the same case */
	{ "xe1414", NULL, "at\r", ok },
	{ "xe1414", NULL, "ATS32?\r", "\r\n011\r\n\r\nOK\r\n" },
	/* 38 characters after AT, and one too many: that line is not executed */
	{ "xe1414", "ATS7=31S7=31S7=31S7=31S7=31S7=31S7=31S7=3\r", "ATS7?\r",
	  "\r\n050\r\n\r\nOK\r\n" },
	{ "xe1414", NULL, "ATS7=31S7=31S7=31S7=31S7=31S7=31S7=31S7=3\r", error },
	{ "xe1414", NULL, "ATS7=31S7=31S7=31S7=31S7=31S7=31S7=31S7?\r", "\r\n031\r\n\r\nOK\r\n" },
	{ "cirrus", NULL, "ATI\r", "\r\n56000\r\n\r\nOK\r\n" },
	{ "cirrus", NULL, "ATI3\r", "\r\nCL-MD56xx\r\n\r\nOK\r\n" },
	{ "cirrus", NULL, "AT+GMI\r", error },
	{ "cirrus", NULL, "AT+GCAP\r", error },
	{ "cirrus", NULL, "AT+ES=3,0,2\r", error },
	{ "cirrus", NULL, "AT+MS=?\r", error },
	{ "cirrus", NULL, "AT+MS=V34,1\r", error }, /* all four fields */
	{ "cirrus", NULL, "AT+MS=V34,1,300,33600\r", ok },
	{ "cirrus", NULL, "AT+FCLASS=?\r", "\r\n0,1,8\r\n\r\nOK\r\n" },
	{ "cirrus", NULL, "ATS0?\r", "\r\n001\r\n\r\nOK\r\n" }, /* stored when sold */
	{ "cirrus", "AT&FE0\r", "ATS0?\r", "\r\n000\r\n\r\nOK\r\n" },
	{ "cirrus", NULL, "AT%C?\r", "\r\n001\r\n\r\nOK\r\n" },
	{ "cirrus", NULL, "AT&K3\r", error },
	{ "zyxel", NULL, "ATI0\r", "\r\n1501\r\n\r\nOK\r\n" },
	{ "zyxel", NULL, "AT&H3\r", ok },
	{ "zyxel", NULL, "AT&H1\r", error },
	{ "lucent", NULL, "AT&K3\r", ok },
	{ "elsa", NULL, "ATI0\r", "\r\n282\r\n\r\nOK\r\n" },
	{ "rd02", NULL, "AT&V\r",
	  "\r\nACTIVE PROFILE:\r\n\r\nB1 E0 L2 M1 N0 Q0 V1 W0 X4 Y0 &C1 &D2 &G0 &J0 &K3 &Q5 &R1 &S0 &T5 &X0\r\n"
	  "\r\nS00:000 S01:000 S02:043 S03:013 S04:010 S05:008 S06:003 S07:090 S08:001 S09:006 S10:014 S11:085 "
	  "S12:050 S18:000 S25:005 S26:001 S36:007 S38:020 S46:138 S48:007 S95:000\r\n\r\nOK\r\n" },
};

static void test_dialogues(void)
{
	for (size_t i = 0; i < sizeof(dialogues) / sizeof(dialogues[0]); i++) {
		const struct dialogue_case *row = &dialogues[i];
		struct bench *bench = bench_make("cx93010");

		bench_type_lines(bench, 0, row->before);
		bench_type(bench, 0, row->line);
		bench_pass(bench, 10);
		bench_expect(bench, 0, row->answer, row->line);
		free(bench);
	}
}

static void test_personas(void)
{
	for (size_t i = 0; i < sizeof(personas) / sizeof(personas[0]); i++) {
		const struct persona_case *row = &personas[i];
		struct bench *bench = bench_make(row->persona);

		bench_type_lines(bench, 0, "ATE0\r");
		bench_type_lines(bench, 0, row->before);
		bench_type(bench, 0, row->line);
		bench_pass(bench, 500);
		bench_expect(bench, 0, row->answer, row->line);
		free(bench);
	}
}

/* Every table must be readable by the interpreter: ranges accept the factory value, templates and
 * stored commands run. */
static void test_tables(void)
{
	const struct persona *persona;

	for (size_t i = 0; (persona = persona_at(i)); i++) {
		struct bench *bench = bench_make(persona->name);
		size_t rows = 0;

		check(persona_find(persona->name) == persona);
		check(persona->title && *persona->title);
		check(persona->serial == !persona->usb.vendor, "%s", persona->name);
		check(persona->line_max < EDITOR_LINE_MAX && persona->tx_max <= FIFO_SIZE);
		while (persona->basic[rows].name)
			rows++;
		check(rows < PROFILE_BASICS, "%s: %zu rows", persona->name, rows);
		for (const struct ext_row *row = persona->ext; row->name; row++) {
			char value[EXTENDED_MAX];

			snprintf(value, sizeof(value), "%s", row->init);
			check(!extended_set(row, row->init, value), "%s %s", persona->name,
			      row->name);
			check_str(value, row->init);
		}
		free(bench);
	}
}

/* &F1 of a USR switches RTS/CTS on, &F both ways off. */
static void test_templates(void)
{
	struct bench *bench = bench_make("usr5637");
	struct modem *modem = &bench->modem[0];

	check(modem_param(modem, PARAM_FLOW) == 1 && modem_param(modem, PARAM_RTS) == 2);
	bench_type_lines(bench, 0, "AT&F\r");
	check(modem_param(modem, PARAM_FLOW) == 0 && modem_param(modem, PARAM_RTS) == 1);
	bench_type_lines(bench, 0, "AT&F1\r");
	check(modem_param(modem, PARAM_FLOW) == 1 && modem_param(modem, PARAM_RTS) == 2);
	free(bench);
}

struct record_case {
	const char *lines;
	const char *record;
};

static const struct record_case records[] = {
	{ "AT\rATE0\r",
	  "commands=2 saves=0 resets=0 escapes=0 destructive=0 dropped=0 speeds=115200" },
	{ "ATZ\rAT&W\rAT&W1\r",
	  "commands=3 saves=2 resets=1 escapes=0 destructive=0 dropped=0 speeds=115200" },
	{ "AT%C?\rAT\\N?\rAT-J?\r",
	  "commands=3 saves=0 resets=0 escapes=0 destructive=3 dropped=0 speeds=115200" },
	/* a value, an S-register, a query of its own: none of them is destructive */
	{ "AT%C1S0?\rAT%C1?\rATS7?\rAT+FCLASS?\r",
	  "commands=4 saves=0 resets=0 escapes=0 destructive=0 dropped=0 speeds=115200" },
	{ "+++ATH\r",
	  "commands=1 saves=0 resets=0 escapes=1 destructive=0 dropped=0 speeds=115200" },
	{ "++++AT\r",
	  "commands=1 saves=0 resets=0 escapes=1 destructive=0 dropped=0 speeds=115200" },
	{ "++AT+\r",
	  "commands=1 saves=0 resets=0 escapes=0 destructive=0 dropped=0 speeds=115200" },
};

static void test_records(void)
{
	char text[256];

	for (size_t i = 0; i < sizeof(records) / sizeof(records[0]); i++) {
		struct bench *bench = bench_make("cirrus");

		bench_type_lines(bench, 0, records[i].lines);
		tally_format(&bench->modem[0].peer.tally, text, sizeof(text));
		check_str(text, records[i].record);
		free(bench);
	}
}

/* A touch of 1200 bit/s stays visible among others, and once each. */
static void test_speeds(void)
{
	struct tally tally = { 0 };
	char text[256];

	for (long speed = 1200; speed <= 9600; speed *= 2) {
		tally_speed(&tally, speed);
		tally_speed(&tally, 1200);
	}
	tally_format(&tally, text, sizeof(text));
	check(strstr(text, " speeds=1200,2400,4800,9600") != NULL, "%s", text);
	for (long speed = 1; speed < 100; speed++)
		tally_speed(&tally, 2147480000 + speed);
	tally_format(&tally, text, sizeof(text));
	check(tally.speed_count == TALLY_SPEEDS && strstr(text, "=1200,"));
}

int main(void)
{
	test_dialogues();
	test_personas();
	test_tables();
	test_templates();
	test_records();
	test_speeds();
	return check_done();
}
