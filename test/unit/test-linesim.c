/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dialisp-linesim without I/O: dialogues with one modem, calls between two, the USB side's bytes. */
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "acm.h"
#include "exchange.h"
#include "settings.h"
#include "usbip.h"

/* A host made of buffers: what the modem said, and its lines. */
struct host {
	struct port port;
	char said[8192];
	size_t len;
	uint8_t lines;
	bool reads; /* false: nobody takes bytes, as with a full URB queue */
};

struct bench {
	struct clock clock;
	struct settings settings;
	struct journal journal;
	struct exchange exchange;
	struct modem modem[3];
	struct host host[3];
};

static void on_readable(struct port *port)
{
	struct host *host = (struct host *)port;

	if (!host->reads)
		return;
	host->len += modem_host_take(port->modem, (uint8_t *)host->said + host->len,
				     sizeof(host->said) - 1 - host->len);
	host->said[host->len] = '\0';
}

static void on_writable(struct port *port)
{
	(void)port;
}

static void on_lines(struct port *port, uint8_t lines)
{
	((struct host *)port)->lines = lines;
}

static const struct port_ops ops = { on_readable, on_writable, on_lines };

static void add(struct bench *bench, size_t i, const char *name, const char *number, const char *persona)
{
	struct modem *modem = &bench->modem[i];

	strcpy(modem->name, name);
	strcpy(modem->number, number);
	modem->persona = persona_find(persona);
	modem->clock = &bench->clock;
	modem->journal = &bench->journal;
	modem->settings = &bench->settings;
	modem_init(modem);
	assert(!exchange_add(&bench->exchange, modem));
	bench->host[i].port.ops = &ops;
	bench->host[i].port.modem = modem;
	bench->host[i].reads = true;
	modem_power_on(modem, &bench->host[i].port);
	modem_host_dtr(modem, true);
}

static struct bench *make_bench(void)
{
	struct bench *bench = calloc(1, sizeof(*bench));

	assert(bench);
	settings_init(&bench->settings);
	bench->journal.clock = &bench->clock;
	bench->exchange.clock = &bench->clock;
	bench->exchange.journal = &bench->journal;
	bench->exchange.settings = &bench->settings;
	bench->clock.now_ms = 1000;
	add(bench, 0, "isp", "100", "cx93010");
	add(bench, 1, "second", "101", "cx93010");
	add(bench, 2, "caller", "200", "caller");
	return bench;
}

/* Let time pass in steps, as the main loop does. */
static void pass(struct bench *bench, long ms)
{
	int64_t end = bench->clock.now_ms + ms;

	while (bench->clock.now_ms < end)
		clock_run(&bench->clock, bench->clock.now_ms + 1);
}

static void type(struct bench *bench, size_t i, const char *text)
{
	assert(modem_host_give(&bench->modem[i], (const uint8_t *)text, strlen(text)) == strlen(text));
}

static void forget(struct bench *bench)
{
	for (size_t i = 0; i < 3; i++) {
		bench->host[i].len = 0;
		bench->host[i].said[0] = '\0';
	}
}

static void expect(struct bench *bench, size_t i, const char *said, const char *what)
{
	if (strcmp(bench->host[i].said, said)) {
		fprintf(stderr, "%s: said \"%s\", expected \"%s\"\n", what, bench->host[i].said, said);
		abort();
	}
	bench->host[i].len = 0;
	bench->host[i].said[0] = '\0';
}

/* Dialogues: every row starts with a modem fresh from the factory; the last line's answer counts. */

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
	{ "ATE0\rAT+MS=V34,1,9600,33600\r", "AT+MS?\r", "\r\nV34,1,9600,33600,9600,33600\r\n\r\nOK\r\n" },
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
	{ "ATE0\r", "ATZK\r", "\r\nOK\r\n" }, /* nothing after Z is looked at */
	/* not online */
	{ "ATE0\r", "ATO\r", "\r\nERROR\r\n" },
	{ "ATE0\r", "AT+\r", "\r\nERROR\r\n" },
	{ "ATE0\r", "AT+MS=\r", "\r\nOK\r\n" },
	{ "ATE0\r", "AT+=;=?\r", "\r\nERROR\r\n" },
};

static void type_lines(struct bench *bench, const char *lines)
{
	while (lines && *lines) {
		size_t len = strcspn(lines, "\r") + 1;

		assert(modem_host_give(&bench->modem[0], (const uint8_t *)lines, len) == len);
		pass(bench, 10);
		lines += len;
	}
	forget(bench);
}

static void test_dialogues(void)
{
	for (size_t i = 0; i < sizeof(dialogues) / sizeof(dialogues[0]); i++) {
		const struct dialogue_case *row = &dialogues[i];
		struct bench *bench = make_bench();

		type_lines(bench, row->before);
		type(bench, 0, row->line);
		pass(bench, 10);
		expect(bench, 0, row->answer, row->line);
		free(bench);
	}
}

/* Calls */

static const char ring[] = "\r\nRING\r\n";

/* From the first digit to both ends online. */
static void make_call(struct bench *bench)
{
	type(bench, 0, "ATE0W2\r");
	type(bench, 2, "ATE0W2\r");
	pass(bench, 10);
	type(bench, 2, "ATDT100\r");
	pass(bench, 3010);
	forget(bench);
	pass(bench, 10);
	type(bench, 0, "ATA\r");
	pass(bench, 10010);
	expect(bench, 0, "\r\nCONNECT 33600\r\n", "answering side");
	expect(bench, 2, "\r\nCONNECT 33600\r\n", "calling side");
}

static void test_ring(void)
{
	struct bench *bench = make_bench();

	type_lines(bench, "ATE0+VCID=1\r");
	assert(!exchange_ring(&bench->exchange, "5551234", "100"));
	assert(bench->host[0].lines & LINE_RI);
	pass(bench, 2001);
	assert(!(bench->host[0].lines & LINE_RI));
	expect(bench, 0, ring, "first ring");
	pass(bench, 2000);
	assert(strstr(bench->host[0].said, "\r\nNMBR = 5551234\r\n"));
	forget(bench);
	/* the bell is the exchange's: neither H nor a DTR drop stops it */
	type(bench, 0, "ATH\r");
	modem_host_dtr(&bench->modem[0], false);
	pass(bench, 200);
	modem_host_dtr(&bench->modem[0], true);
	forget(bench);
	pass(bench, 3900);
	expect(bench, 0, ring, "second ring");
	assert(exchange_dial(&bench->exchange, &bench->modem[2], "100") == -EBUSY);
	assert(exchange_dial(&bench->exchange, &bench->modem[2], "999") == -ENOENT);
	assert(!exchange_stop(&bench->exchange, "100"));
	assert(exchange_stop(&bench->exchange, "100") == -ENOENT);
	pass(bench, 10000);
	expect(bench, 0, "", "after the caller gave up");
	free(bench);
}

static void test_withheld(void)
{
	struct bench *bench = make_bench();

	type_lines(bench, "ATE0+VCID=1\r");
	assert(!settings_set(&bench->settings, "withheld", "1"));
	assert(!exchange_ring(&bench->exchange, "5551234", "100"));
	pass(bench, 4000);
	assert(strstr(bench->host[0].said, "\r\nNMBR = P\r\n"));
	assert(!strstr(bench->host[0].said, "5551234"));
	free(bench);
}

static void test_auto_answer(void)
{
	struct bench *bench = make_bench();

	type_lines(bench, "ATE0S0=2\r");
	assert(!exchange_ring(&bench->exchange, "", "100"));
	pass(bench, 2100);
	assert(bench->modem[0].mode == MODEM_IDLE);
	pass(bench, 6000);
	assert(bench->modem[0].mode == MODEM_ANSWERING);
	expect(bench, 0, "\r\nRING\r\n\r\nRING\r\n", "two rings");
	pass(bench, 50000); /* a telephone has no carrier: S7 */
	expect(bench, 0, "\r\nNO CARRIER\r\n", "S7");
	assert(bench->modem[0].mode == MODEM_IDLE);
	free(bench);
}

static void test_data(void)
{
	struct bench *bench = make_bench();
	uint8_t bytes[2048];
	int64_t start_ms;

	make_call(bench);
	assert(bench->host[0].lines & LINE_DCD && bench->host[2].lines & LINE_DCD);
	memset(bytes, 'x', sizeof(bytes));
	bench->host[2].reads = false;
	assert(modem_host_give(&bench->modem[0], bytes, 2048) == 2048);
	assert(modem_host_give(&bench->modem[0], bytes, 1) == 0); /* full: NAK */
	start_ms = bench->clock.now_ms;
	while (bench->modem[2].out.used < 2048)
		pass(bench, 1);
	/* 2048 bytes at 0.94 * 33600 / 8 = 3948 byte/s, and 50 ms under way */
	assert(bench->clock.now_ms - start_ms > 560 && bench->clock.now_ms - start_ms < 575);
	/* the far host reads nothing: everything fills up, nothing is lost */
	for (int i = 0; i < 40; i++) {
		modem_host_give(&bench->modem[0], bytes, sizeof(bytes));
		pass(bench, 500);
	}
	assert(bench->modem[2].out.used == 2048 && bench->modem[0].tx.used == 2048);
	bench->host[2].reads = true;
	on_readable(&bench->host[2].port);
	pass(bench, 4000);
	assert(bench->modem[2].rx_bytes == bench->modem[0].tx_bytes);
	free(bench);
}

static void test_freeze(void)
{
	struct bench *bench = make_bench();

	make_call(bench);
	assert(!exchange_freeze(&bench->modem[0], true, 3000));
	type(bench, 0, "one");
	type(bench, 2, "two");
	pass(bench, 2900);
	expect(bench, 0, "", "frozen");
	expect(bench, 2, "", "frozen");
	assert(bench->host[0].lines & LINE_DCD);
	pass(bench, 300);
	expect(bench, 0, "two", "thawed");
	expect(bench, 2, "one", "thawed");
	assert(exchange_thaw(&bench->modem[1]) == -ENOTCONN);
	free(bench);
}

static void test_escape(void)
{
	struct bench *bench = make_bench();

	make_call(bench);
	type(bench, 0, "a+++");
	pass(bench, 3000);
	assert(bench->modem[0].mode == MODEM_ONLINE); /* no silence before */
	type(bench, 0, "+++");
	pass(bench, 500);
	type(bench, 0, "b");
	pass(bench, 3000);
	assert(bench->modem[0].mode == MODEM_ONLINE); /* no silence after */
	forget(bench);
	type(bench, 0, "+++");
	pass(bench, 1100);
	expect(bench, 0, "\r\nOK\r\n", "escape");
	type(bench, 2, "held");
	type(bench, 0, "ATD1\r");
	pass(bench, 500);
	expect(bench, 0, "\r\nERROR\r\n", "D while online");
	type(bench, 0, "ATO\r");
	pass(bench, 500);
	expect(bench, 0, "\r\nCONNECT 33600\r\nheld", "O");
	free(bench);
}

static void test_hang_up(void)
{
	struct bench *bench = make_bench();

	make_call(bench);
	type(bench, 2, "last words");
	modem_host_dtr(&bench->modem[2], false);
	pass(bench, 40); /* shorter than S25 */
	modem_host_dtr(&bench->modem[2], true);
	pass(bench, 200);
	assert(bench->modem[2].mode == MODEM_ONLINE);
	expect(bench, 0, "last words", "before");
	modem_host_dtr(&bench->modem[2], false);
	pass(bench, 60);
	assert(bench->modem[2].mode == MODEM_IDLE && !(bench->host[2].lines & LINE_DCD));
	assert(bench->host[0].lines & LINE_DCD); /* S10: 1.4 s */
	pass(bench, 1300);
	expect(bench, 0, "", "within S10");
	pass(bench, 200);
	expect(bench, 0, "\r\nNO CARRIER\r\n", "after S10");
	assert(!(bench->host[0].lines & LINE_DCD));
	assert(!modem_is_engaged(&bench->modem[0]));
	free(bench);
}

static void test_cut(void)
{
	struct bench *bench = make_bench();

	make_call(bench);
	exchange_cut(&bench->exchange, bench->modem[0].call);
	pass(bench, 1500);
	expect(bench, 0, "\r\nNO CARRIER\r\n", "cut");
	expect(bench, 2, "\r\nNO CARRIER\r\n", "cut");
	make_call(bench);
	modem_power_off(&bench->modem[2]);
	pass(bench, 1500);
	expect(bench, 0, "\r\nNO CARRIER\r\n", "unplugged far end");
	free(bench);
}

struct dial_case {
	const char *before; /* typed by the caller */
	const char *dial;
	bool engaged; /* the called modem is off hook */
	bool cord_out;
	const char *result;
};

static const struct dial_case dials[] = {
	{ "ATE0S7=20\r", "ATDT100\r", false, false, "\r\nNO ANSWER\r\n" },
	{ "ATE0S7=20\r", "ATDT 1-0-0\r", true, false, "\r\nBUSY\r\n" },
	{ "ATE0S7=20X2\r", "ATD100\r", true, false, "\r\nNO CARRIER\r\n" },
	{ "ATE0S7=20\r", "ATDT999\r", false, false, "\r\nNO CARRIER\r\n" },
	{ "ATE0S7=20\r", "ATDT100\r", false, true, "\r\nNO DIALTONE\r\n" },
	{ "ATE0S7=20V0\r", "ATDT100\r", true, false, "7\r" },
	{ "ATE0S7=20Q1\r", "ATDT100\r", true, false, "" },
	{ "ATE0S7=20\r", "ATDT500\r", false, false, "\r\nNO ANSWER\r\n" }, /* the hunt group */
};

static void test_dials(void)
{
	for (size_t i = 0; i < sizeof(dials) / sizeof(dials[0]); i++) {
		struct bench *bench = make_bench();

		assert(!settings_set(&bench->settings, "pool", "500"));
		bench->modem[0].off_hook = dials[i].engaged;
		bench->modem[2].cord_out = dials[i].cord_out;
		type(bench, 2, dials[i].before);
		pass(bench, 10);
		forget(bench);
		type(bench, 2, dials[i].dial);
		pass(bench, 25000);
		expect(bench, 2, dials[i].result, dials[i].dial);
		assert(!modem_is_engaged(&bench->modem[2]) && !modem_is_engaged(&bench->modem[1]));
		free(bench);
	}
}

/* V.250 5.6.1: what comes within 125 ms of the CR is ignored, later it aborts. */
static void test_abort(void)
{
	struct bench *bench = make_bench();

	type_lines(bench, "ATE0\r");
	type(bench, 0, "ATDT101\r");
	pass(bench, 50);
	type(bench, 0, "\n");
	pass(bench, 50);
	assert(bench->modem[0].mode == MODEM_DIALLING);
	pass(bench, 100);
	type(bench, 0, "x");
	expect(bench, 0, "\r\nNO CARRIER\r\n", "abort");
	free(bench);
}

static void test_hunt(void)
{
	struct bench *bench = make_bench();

	assert(!settings_set(&bench->settings, "pool", "500"));
	assert(!exchange_ring(&bench->exchange, "1", "500"));
	assert(!exchange_ring(&bench->exchange, "2", "500"));
	assert(bench->modem[0].call && bench->modem[1].call);
	assert(exchange_ring(&bench->exchange, "3", "500") == -EBUSY); /* the caller is no member */
	free(bench);
}

struct rate_case {
	const char *called;
	const char *calling;
	const char *cap;
	const char *connect;
};

static const struct rate_case rates[] = {
	{ "ATE0W2\r", "ATE0W2\r", "56000", "\r\nCONNECT 48000\r\n" },
	{ "ATE0W2\r", "ATE0W2\r", "28800", "\r\nCONNECT 28800\r\n" },
	{ "ATE0W2+MS=V34,1,9600,31200\r", "ATE0W2\r", "33600", "\r\nCONNECT 31200\r\n" },
	{ "ATE0W2\r", "ATE0+MS=V32B\r", "33600", "\r\nCONNECT 14400\r\n" },
	{ "ATE0W0\r", "ATE0+MS=V32B\r", "33600", "\r\nCONNECT 115200\r\n" },
	{ "ATE0W0S95=1\r", "ATE0\r", "33600", "\r\nCONNECT 33600\r\n" },
	{ "ATE0W2X0\r", "ATE0\r", "33600", "\r\nCONNECT\r\n" },
	{ "ATE0W2V0\r", "ATE0\r", "33600", "84\r" },
	{ "ATE0W1\r", "ATE0\r", "33600",
	  "\r\nCARRIER 33600\r\n\r\nPROTOCOL: LAPM\r\n\r\nCOMPRESSION: V.42 bis\r\n\r\nCONNECT 115200\r\n" },
	{ "ATE0W1\r", "ATE0&Q6\r", "33600",
	  "\r\nCARRIER 33600\r\n\r\nPROTOCOL: NONE\r\n\r\nCOMPRESSION: NONE\r\n\r\nCONNECT 115200\r\n" },
	{ "ATE0W2+MR=1;+ER=1;+DR=1\r", "ATE0\r", "33600",
	  "\r\n+MCR: V34\r\n\r\n+MRR: 33600,33600\r\n\r\n+ER: LAPM\r\n\r\n+DR: V42B\r\n\r\nCONNECT 33600\r\n" },
	/* nothing in common: S7 */
	{ "ATE0W2+MS=V34,1,28800,33600\r", "ATE0\r", "14400", "\r\nNO CARRIER\r\n" },
	{ "ATE0W2+ES=3,0,4\r", "ATE0&Q6\r", "33600", "\r\nNO CARRIER\r\n" },
};

static void test_rates(void)
{
	for (size_t i = 0; i < sizeof(rates) / sizeof(rates[0]); i++) {
		struct bench *bench = make_bench();

		assert(!settings_set(&bench->settings, "rate", rates[i].cap));
		type(bench, 0, rates[i].called);
		type(bench, 2, rates[i].calling);
		pass(bench, 10);
		type(bench, 2, "ATDT100\r");
		pass(bench, 3500);
		forget(bench);
		type(bench, 0, "ATA\r");
		pass(bench, 55000);
		expect(bench, 0, rates[i].connect, rates[i].called);
		free(bench);
	}
}

/* Settings */

static void test_settings(void)
{
	struct settings settings;

	settings_init(&settings);
	assert(settings.rate == 33600 && settings.ring_on_ms == 2000);
	assert(settings_set(&settings, "rate", "299") == -ERANGE);
	assert(settings_set(&settings, "rate", "28800x") == -ERANGE);
	assert(settings_set(&settings, "rate", "") == -ERANGE);
	assert(settings_set(&settings, "rat", "28800") == -ENOENT);
	assert(settings_set(&settings, "pool", "123456789012345678901234567890") == -ERANGE);
	assert(!settings_set(&settings, "rate", "28800") && settings.rate == 28800);
}

/* USB */

struct control_case {
	uint8_t setup[8];
	int got;
	uint8_t first[4];
};

static const struct control_case controls[] = {
	{ { 0x80, 6, 0, 1, 0, 0, 64, 0 }, 18, { 18, 1, 0x10, 0x01 } },
	{ { 0x80, 6, 0, 1, 0, 0, 8, 0 }, 8, { 18, 1, 0x10, 0x01 } }, /* wLength cuts */
	{ { 0x80, 6, 0, 2, 0, 0, 9, 0 }, 9, { 9, 2, 67, 0 } },
	{ { 0x80, 6, 0, 2, 0, 0, 255, 0 }, 67, { 9, 2, 67, 0 } },
	{ { 0x80, 6, 0, 3, 0, 0, 255, 0 }, 4, { 4, 3, 0x09, 0x04 } },
	{ { 0x80, 6, 3, 3, 9, 4, 255, 0 }, 18, { 18, 3, '1', 0 } },
	{ { 0x80, 6, 4, 3, 9, 4, 255, 0 }, -EPIPE, { 0 } },
	{ { 0x80, 6, 0, 6, 0, 0, 10, 0 }, -EPIPE, { 0 } }, /* device qualifier */
	{ { 0x00, 9, 1, 0, 0, 0, 0, 0 }, 0, { 0 } },
	{ { 0x21, 0x22, 1, 0, 0, 0, 0, 0 }, 0, { 0 } },
	{ { 0x21, 0x20, 0, 0, 0, 0, 7, 0 }, -EPIPE, { 0 } }, /* line coding without data */
	{ { 0xa1, 0x21, 0, 0, 0, 0, 7, 0 }, 7, { 0x00, 0xc2, 0x01, 0x00 } },
	{ { 0xc0, 1, 0, 0, 0, 0, 7, 0 }, -EPIPE, { 0 } }, /* vendor request */
};

static void test_controls(void)
{
	struct bench *bench = make_bench();
	uint8_t coding[7] = { 0x00, 0x96, 0, 0, 0, 0, 8 }; /* 38400 */
	uint8_t reply[ACM_CONTROL_MAX];
	struct acm acm;

	acm_init(&acm, &bench->modem[0]);
	for (size_t i = 0; i < sizeof(controls) / sizeof(controls[0]); i++) {
		memset(reply, 0, sizeof(reply));
		assert(acm_control(&acm, controls[i].setup, NULL, 0, reply) == controls[i].got);
		if (controls[i].got > 0)
			assert(!memcmp(reply, controls[i].first, 4));
	}
	assert(acm.configuration == 1);
	assert(!acm_control(&acm, (const uint8_t[8]){ 0x21, 0x20, 0, 0, 0, 0, 7 }, coding, sizeof(coding),
			    reply));
	assert(bench->modem[0].dte_speed == 38400);
	free(bench);
}

static void test_usbip(void)
{
	static const uint8_t submit[USBIP_HEADER] = { 0, 0, 0, 1, 0, 0, 1, 2, 0, 1, 0, 1, 0, 0,           0,
						      1, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 2, 0, [40] = 0x80, 6 };
	static const uint8_t unlink_urb[USBIP_HEADER] = { 0, 0, 0, 2, 0, 0, 0, 9, [20] = 0, 0, 1, 2 };
	struct usbip_request request;
	uint8_t header[USBIP_HEADER];

	assert(!usbip_decode(submit, &request));
	assert(request.kind == USBIP_SUBMIT && request.seqnum == 0x102 && request.in &&
	       request.endpoint == 3 && request.length == 512 && request.setup[0] == 0x80 &&
	       request.setup[1] == 6);
	assert(!usbip_decode(unlink_urb, &request));
	assert(request.kind == USBIP_UNLINK && request.seqnum == 9 && request.victim == 0x102);
	memcpy(header, submit, sizeof(header));
	header[24] = 0x7f; /* two gigabytes */
	assert(usbip_decode(header, &request) == -EPROTO);
	header[24] = 0;
	header[3] = 3; /* an answer is not a request */
	assert(usbip_decode(header, &request) == -EPROTO);
	usbip_encode_submit(0x102, -EPIPE, 7, header);
	assert(header[3] == 3 && header[6] == 1 && header[7] == 2 && header[20] == 0xff &&
	       header[23] == 0xe0 && header[27] == 7);
}

int main(void)
{
	test_dialogues();
	test_ring();
	test_withheld();
	test_auto_answer();
	test_data();
	test_freeze();
	test_escape();
	test_hang_up();
	test_cut();
	test_dials();
	test_abort();
	test_hunt();
	test_rates();
	test_settings();
	test_controls();
	test_usbip();
	return 0;
}
