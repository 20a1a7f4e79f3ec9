/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dialisp-linesim: modems with faults, and the messages of each personality about a call. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "linesim-bench.h"
#include "modem/persona.h"

/* Dialogues under a fault: a plugged-in modem, then the fault. */

struct fault_case {
	const char *persona;
	const char *fault;
	const char *value;
	const char *before;
	const char *line;
	const char *answer; /* within two seconds */
};

static const struct fault_case cases[] = {
	{ "cx93010", "silent", "on", NULL, "AT\r", "" },
	{ "cx93010", "silent", "off", NULL, "AT\r", "AT\r\r\nOK\r\n" },
	{ "cx93010", "refuse", "W2", "ATE0\r", "ATX3W2S7=33\r", "\r\nERROR\r\n" },
	{ "cx93010", "refuse", "W2", "ATE0\rATX3W2S7=33\r", "ATS7?\r", "\r\n050\r\n\r\nOK\r\n" },
	{ "cx93010", "refuse", "W2", "ATE0\r", "ATW1\r", "\r\nOK\r\n" },
	{ "cx93010", "refuse", "H0,+MS,&K3", "ATE0\r", "ATH0\r", "\r\nERROR\r\n" },
	{ "cx93010", "refuse", "H0,+MS,&K3", "ATE0\r", "ATH\r", "\r\nOK\r\n" },
	{ "cx93010", "refuse", "H0,+MS,&K3", "ATE0\r", "AT+ms=V34\r", "\r\nERROR\r\n" },
	{ "cx93010", "refuse", "H0,+MS,&K3", "ATE0\r", "AT&K3\r", "\r\nERROR\r\n" },
	{ "cx93010", "refuse", "&K", "ATE0\r", "AT&K0\r", "\r\nERROR\r\n" },
	{ "cx93010", "refuse", "S1", "ATE0\r", "ATS10?\r", "\r\n014\r\n\r\nOK\r\n" },
	{ "cx93010", "refuse", "off", "ATE0\r", "ATW2\r", "\r\nOK\r\n" },
	{ "cx93010", "stored", "on", NULL, "AT\r", "" }, /* E0Q1V0 */
	{ "cx93010", "stored", "on", "ATQ0\r", "ATI0\r", "56000\r\n0\r" },
	{ "cx93010", "stored", "on", "AT&F\r", "AT\r", "AT\r\r\nOK\r\n" },
	{ "cx93010", "stored", "on", "ATE1Q0V1\rATZ\r", "AT\r", "" },
	{ "cx93010", "stored", "S0=1", "ATE0\r", "ATS0?\r", "\r\n001\r\n\r\nOK\r\n" },
	{ "cirrus", "stored", "off", "ATE0\r", "ATS0?\r", "\r\n001\r\n\r\nOK\r\n" },
	{ "cx93010", "slow-ok", "1500", "ATE0\r", "ATI0\r", "\r\n56000\r\n\r\nOK\r\n" },
	{ "cx93010", "slow-ok", "on", NULL, "ATZ\r", "ATZ\r" }, /* 3 s */
	{ "courier", "fixed-speed", "19200", NULL, "AT\r", "" },
	{ "courier", "stored-speed", "9600", NULL, "ATE0\r", "ATE0\r\r\nOK\r\n" },
};

static void test_cases(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct fault_case *row = &cases[i];
		struct bench *bench = bench_make(row->persona);

		check(!modem_set_fault(&bench->modem[0], row->fault, row->value));
		bench_type_lines(bench, 0, row->before);
		bench_pass(bench, 1000);
		bench_forget(bench);
		bench_type(bench, 0, row->line);
		bench_pass(bench, 2000);
		if (!strcmp(row->fault, "fixed-speed"))
			check(!strstr(bench->host[0].said, "OK"));
		else
			bench_expect(bench, 0, row->answer, row->line);
		free(bench);
	}
}

static void test_names(void)
{
	struct bench *bench = bench_make("cx93010");
	const char *name, *help;
	size_t i;

	for (i = 0; (name = fault_name(i, &help)); i++) {
		check(*help && !modem_set_fault(&bench->modem[0], name, "on"), "%s", name);
		check(!modem_set_fault(&bench->modem[0], name, "off"), "%s", name);
	}
	check(i > 10);
	bench_type_lines(bench, 0, "ATE0\r");
	bench_type(bench, 0, "AT\r");
	bench_pass(bench, 20);
	bench_expect(bench, 0, "\r\nOK\r\n", "all off again");
	check(modem_set_fault(&bench->modem[0], "silence", "on") == -ENOENT);
	check(modem_set_fault(&bench->modem[0], "silent", "2") == -ERANGE);
	check(modem_set_fault(&bench->modem[0], "slow-ok", "soon") == -ERANGE);
	check(modem_set_fault(&bench->modem[0], "fixed-speed", "12") == -ERANGE);
	free(bench);
}

/* Heard and kept in the log, though never answered. */
static void test_silent(void)
{
	struct bench *bench = bench_make("cx93010");
	int64_t at_ms;

	check(!modem_set_fault(&bench->modem[0], "silent", "on"));
	bench_type_lines(bench, 0, "ATI3\r");
	check(bench->modem[0].peer.tally.commands == 1);
	check_str(transcript_row(&bench->modem[0].peer.transcript, 1, &at_ms), "<- ATI3");
	check(!exchange_ring(&bench->exchange, "1", "100"));
	bench_pass(bench, 10000);
	bench_expect(bench, 0, "", "RING");
	free(bench);
}

static void test_garbled(void)
{
	struct bench *bench = bench_make("cx93010");

	check(!modem_set_fault(&bench->modem[0], "garbled", "on"));
	for (long speed = 1200; speed <= 115200; speed *= 2) {
		peer_set_speed(&bench->modem[0].peer, speed);
		bench_type(bench, 0, "AT\r");
		bench_pass(bench, 100);
	}
	check(bench->host[0].len && !strstr(bench->host[0].said, "AT") &&
	      !strstr(bench->host[0].said, "OK"));
	check(!bench->modem[0].peer.tally.commands);
	free(bench);
}

static void test_slow(void)
{
	struct bench *bench = bench_make("cx93010");

	check(!modem_set_fault(&bench->modem[0], "slow-ok", "on"));
	bench_type(bench, 0, "ATE0\r");
	bench_pass(bench, 240);
	bench_expect(bench, 0, "ATE0\r", "not yet");
	bench_pass(bench, 20);
	bench_expect(bench, 0, "\r\nOK\r\n", "a quarter of a second");
	bench_type(bench, 0, "AT&F\r");
	bench_pass(bench, 2990);
	bench_expect(bench, 0, "", "&F");
	bench_pass(bench, 20);
	bench_expect(bench, 0, "\r\nOK\r\n", "&F");
	peer_set_dtr(&bench->modem[0].peer, NULL, false);
	bench_pass(bench, 500);
	peer_set_dtr(&bench->modem[0].peer, NULL, true);
	bench_type(bench, 0, "AT\r");
	bench_pass(bench, 1000);
	bench_expect(bench, 0, "", "deaf after DTR");
	bench_pass(bench, 1200);
	bench_type(bench, 0, "AT\r");
	bench_pass(bench, 300);
	bench_expect(bench, 0, "AT\r\r\nOK\r\n", "and back");
	free(bench);
}

static void test_deaf_after_plug(void)
{
	struct bench *bench = bench_make("cx93010");

	check(!modem_set_fault(&bench->modem[0], "deaf-after-plug", "2000"));
	peer_power_off(&bench->modem[0].peer);
	peer_power_on(&bench->modem[0].peer, &bench->host[0].port);
	peer_set_dtr(&bench->modem[0].peer, NULL, true);
	bench_type(bench, 0, "AT\r");
	bench_pass(bench, 1990);
	bench_type(bench, 0, "AT\r");
	bench_expect(bench, 0, "", "deaf");
	bench_pass(bench, 20);
	bench_type(bench, 0, "AT\r");
	bench_pass(bench, 20);
	bench_expect(bench, 0, "AT\r\r\nOK\r\n", "awake");
	free(bench);
}

/* Power-on brings the stored speed as Z does. */
static void test_stored_speed(void)
{
	struct bench *bench = bench_make("courier");
	struct modem *modem = &bench->modem[0];

	peer_set_speed(&modem->peer, 57600);
	bench_type_lines(bench, 0, "AT\r");
	check(!modem_set_fault(modem, "stored-speed", "38400"));
	bench_type_lines(bench, 0, "AT\r");
	check(modem->serial.speed == 57600);
	peer_power_off(&modem->peer);
	peer_power_on(&modem->peer, &bench->host[0].port);
	check(modem->serial.speed == 38400);
	peer_set_dtr(&modem->peer, NULL, true);
	peer_set_rts(&modem->peer, true);
	peer_set_speed(&modem->peer, 9600);
	bench_type_lines(bench, 0, "AT\r");
	check(modem->serial.speed == 9600);
	bench_type_lines(bench, 0, "ATZ\r");
	check(modem->serial.speed == 38400);
	free(bench);
}

struct line_case {
	const char *fault;
	uint8_t idle;
	uint8_t online;
};

static const struct line_case lines[] = {
	{ NULL, LINE_DSR | LINE_CTS, LINE_DSR | LINE_CTS | LINE_DCD },
	{ "stuck-dcd", LINE_DSR | LINE_CTS | LINE_DCD, LINE_DSR | LINE_CTS | LINE_DCD },
	{ "no-dcd", LINE_DSR | LINE_CTS, LINE_DSR | LINE_CTS },
	{ "stuck-cts", LINE_DSR, LINE_DSR | LINE_DCD },
};

/* From the first digit to both ends online. */
static void make_call(struct bench *bench)
{
	bench_type(bench, 2, "ATDT100\r");
	bench_pass(bench, 3100);
	bench_forget(bench);
	bench_type(bench, 0, "ATA\r");
	bench_pass(bench, 10300);
}

static void test_lines(void)
{
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct bench *bench = bench_make("courier");

		check(!lines[i].fault || !modem_set_fault(&bench->modem[0], lines[i].fault, "on"));
		check(bench->host[0].lines == lines[i].idle, "%zu: %#x", i, bench->host[0].lines);
		make_call(bench);
		check(bench->modem[0].mode == MODEM_ONLINE);
		check(bench->host[0].lines == lines[i].online, "%zu: %#x", i, bench->host[0].lines);
		check(!lines[i].fault || !modem_set_fault(&bench->modem[0], lines[i].fault, "off"));
		check(bench->host[0].lines == lines[0].online, "%zu: %#x", i, bench->host[0].lines);
		free(bench);
	}
}

/* CONNECT and NO CARRIER within a second, with a caller that never sends a carrier and without any.
 */
static void check_phantom(const char *persona, int64_t delay_ms)
{
	struct bench *bench = bench_make(persona);

	check(!modem_set_fault(&bench->modem[0], "phantom-connect", "on"));
	bench_type_lines(bench, 0, "ATE0\r");
	check(!exchange_ring(&bench->exchange, "1", "100"));
	bench_pass(bench, 2100);
	bench_forget(bench);
	bench_type(bench, 0, "ATA\r");
	bench_pass(bench, 9010);
	check(bench->host[0].lines & LINE_DCD);
	if (delay_ms)
		bench_expect(bench, 0, "", "CONNECT comes after DCD");
	bench_pass(bench, delay_ms);
	check(!strncmp(bench->host[0].said, "\r\nCONNECT ", 10), "%s", persona);
	bench_forget(bench);
	bench_pass(bench, 800 - delay_ms);
	bench_expect(bench, 0, "\r\nNO CARRIER\r\n", "taken back");
	check(!(bench->host[0].lines & LINE_DCD) && !line_is_busy(&bench->modem[0]));
	bench_type(bench, 0, "ATA\r");
	bench_pass(bench, 10000);
	check(strstr(bench->host[0].said, "NO CARRIER") != NULL);
	free(bench);
}

static void test_phantom(void)
{
	check_phantom("usr5637", 200);
	check_phantom("cx93010", 0);
}

/* Calls: messages of the personality to the host */

struct call_case {
	const char *persona;
	const char *commands;
	const char *caller;
	const char *rate;
	const char *said; /* NULL: NO CARRIER alone */
};

static const struct call_case calls[] = {
	{ "usr5637", "ATE0\r", "ATE0\r", "33600", "\r\nCONNECT 33600/ARQ/V34/LAPM/V42BIS\r\n" },
	{ "usr5637", "ATE0&M0\r", "ATE0\r", "31200", "\r\nCONNECT 31200/V34/NONE\r\n" },
	{ "usr5637", "ATE0&K0\r", "ATE0\r", "33600", "\r\nCONNECT 33600/ARQ/V34/LAPM\r\n" },
	{ "usr5637", "ATE0&A2\r", "ATE0\r", "14400", "\r\nCONNECT 14400/ARQ/V32B\r\n" },
	{ "usr5637", "ATE0&A1\r", "ATE0\r", "28800", "\r\nCONNECT 28800/ARQ\r\n" },
	{ "usr5637", "ATE0&A0\r", "ATE0\r", "28800", "\r\nCONNECT 28800\r\n" },
	{ "usr5637", "ATE0X0\r", "ATE0\r", "28800", "\r\nCONNECT\r\n" },
	{ "usr5637", "ATE0V0\r", "ATE0\r", "28800", "108\r" },
	{ "usr5637", "ATE0V0&M0\r", "ATE0\r", "28800", "107\r" },
	{ "usr5637", "ATE0&M5\r", "ATE0&Q6\r", "33600", NULL },
	{ "usr5637", "ATE0+MS=Bell212A\r", "ATE0\r", "33600",
	  "\r\nCONNECT 1200/ARQ/V22/LAPM/V42BIS\r\n" },
	{ "courier", "ATE0&N8\r", "ATE0\r", "33600", "\r\nCONNECT 14400/ARQ/V32B/LAPM/V42BIS\r\n" },
	{ "courier", "ATE0&N16\r", "ATE0\r", "28800", NULL },
	{ "xe1414", "ATE0\r", "ATE0\r", "33600", "\r\nCONNECT 14400\r\n" },
	{ "xe1414", "ATE0\r", "ATE0\r", "9600", "\r\nCONNECT 9600\r\n" },
	{ "xe1414", "ATE0\r", "ATE0\r", "2400", "\r\nCONNECT 2400\r\n" },
	{ "xe1414", "ATE0\\N2\r", "ATE0&Q6\r", "9600", NULL },
	{ "cirrus", "ATE0S0=0W0\r", "ATE0\r", "28800", "\r\nCONNECT 115200\r\n" },
	{ "cirrus", "ATE0S0=0W2\r", "ATE0\r", "28800", "\r\nCONNECT 28800\r\n" },
	{ "cirrus", "ATE0S0=0W1\r", "ATE0\r", "28800",
	  "\r\nCARRIER 28800\r\n\r\nPROTOCOL: LAPM\r\n\r\nCOMPRESSION: V.42 bis\r\n\r\nCONNECT 115200\r\n" },
	{ "zyxel", "ATE0X7\r", "ATE0\r", "33600", "\r\nCONNECT 115200/V34 33600/V42b\r\n" },
	{ "zyxel", "ATE0X7&K0\r", "ATE0\r", "14400", "\r\nCONNECT 115200/V32B 14400\r\n" },
	{ "zyxel", "ATE0X4\r", "ATE0\r", "14400", "\r\nCONNECT 14400\r\n" },
	{ "cirrus", "ATE0S0=0W2+MS=V34,1,300,26400\r", "ATE0\r", "28800", "\r\nCONNECT 26400\r\n" },
};

static void test_calls(void)
{
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		struct bench *bench = bench_make(calls[i].persona);

		check(!line_settings_set(&bench->settings, "rate", calls[i].rate));
		bench_type_lines(bench, 0, calls[i].commands);
		bench_type_lines(bench, 2, calls[i].caller);
		make_call(bench);
		bench_pass(bench, calls[i].said ? 0 : 60000);
		bench_expect(bench, 0, calls[i].said ? calls[i].said : "\r\nNO CARRIER\r\n",
			     calls[i].commands);
		free(bench);
	}
}

struct ring_case {
	const char *persona;
	const char *commands;
	const char *fault;
	const char *said; /* after the first RING; NULL: only that it contains the number last */
};

static const struct ring_case rings[] = {
	{ "usr5637", "ATE0#CID=1\r", NULL, "NMBR=5551234\r\nNAME=Smith\r\n" },
	{ "cx93010", "ATE0+VCID=1\r", NULL, "\r\nNMBR = 5551234\r\n\r\nNAME = Smith\r\n" },
	{ "cx93010", "ATE0\r", NULL, "" },
	{ "cx93010", "ATE0+VCID=1\r", "no-caller-id", "" },
	{ "cx93010", "ATE0+VCID=1\r", "double-caller-id",
	  "\r\nNMBR = 5551234\r\n\r\nNAME = Smith\r\n" },
	{ "xe1414", "ATE0\r", NULL, "" },
	{ "zyxel", "ATE0+VCID=1\r", NULL, "\r\nFM:5551234\r\n" },
};

static void test_rings(void)
{
	for (size_t i = 0; i < sizeof(rings) / sizeof(rings[0]); i++) {
		struct bench *bench = bench_make(rings[i].persona);
		const char *said = bench->host[0].said;
		size_t len = strlen(rings[i].said);

		check(!line_settings_set(&bench->settings, "caller-name", "Smith"));
		check(!rings[i].fault || !modem_set_fault(&bench->modem[0], rings[i].fault, "on"));
		bench_type_lines(bench, 0, rings[i].commands);
		check(!exchange_ring(&bench->exchange, "5551234", "100"));
		bench_pass(bench, 2500);
		bench_expect(bench, 0, "\r\nRING\r\n", rings[i].commands);
		bench_pass(bench, 3000);
		check(bench->host[0].len >= len &&
			      !strcmp(said + bench->host[0].len - len, rings[i].said),
		      "%zu: \"%s\"", i, said);
		check(len || !bench->host[0].len);
		check((strstr(said, "0000000") != NULL) ==
		      (rings[i].fault && !strcmp(rings[i].fault, "double-caller-id")));
		free(bench);
	}
}

static void test_ring_numbers(void)
{
	struct bench *bench = bench_make("elsa");

	bench_type_lines(bench, 0, "ATE0\r");
	check(!exchange_ring(&bench->exchange, "5551234", "100"));
	bench_pass(bench, 2500);
	bench_expect(bench, 0, "\r\nRING;5551234;100\r\n", "ELSA");
	bench_type_lines(bench, 0, "ATV0\r");
	bench_pass(bench, 6000);
	bench_expect(bench, 0, "2\r", "V0");
	free(bench);
}

/* The other end hangs up between DCD and CONNECT: no CONNECT, and the line is free. */
static void test_early_loss(void)
{
	struct bench *bench = bench_make("usr5637");

	bench_type_lines(bench, 0, "ATE0\r");
	make_call(bench);
	bench_type(bench, 0, "");
	exchange_cut(&bench->exchange, bench->modem[0].line.call);
	bench_pass(bench, 3000);
	bench_type(bench, 2, "ATDT100\r");
	bench_pass(bench, 3100);
	bench_forget(bench);
	bench_type(bench, 0, "ATA\r");
	bench_pass(bench, 10050);
	check(bench->host[0].lines & LINE_DCD);
	exchange_cut(&bench->exchange, bench->modem[0].line.call);
	bench_pass(bench, 500);
	bench_expect(bench, 0, "\r\nNO CARRIER\r\n", "gone early");
	check(!line_is_busy(&bench->modem[0]));
	free(bench);
}

/* USR's S13: bit 0 resets when DTR drops. */
static void test_s13(void)
{
	struct bench *bench = bench_make("usr5637");

	bench_type_lines(bench, 0, "ATS13=1S7=33\r");
	peer_set_dtr(&bench->modem[0].peer, NULL, false);
	bench_pass(bench, 100);
	peer_set_dtr(&bench->modem[0].peer, NULL, true);
	bench_type_lines(bench, 0, "ATE0\r");
	bench_type(bench, 0, "ATS7?\r");
	bench_pass(bench, 20);
	bench_expect(bench, 0, "\r\n060\r\n\r\nOK\r\n", "S13");
	free(bench);
}

int main(void)
{
	test_cases();
	test_names();
	test_silent();
	test_garbled();
	test_slow();
	test_deaf_after_plug();
	test_stored_speed();
	test_lines();
	test_phantom();
	test_calls();
	test_rings();
	test_ring_numbers();
	test_early_loss();
	test_s13();
	return check_done();
}
