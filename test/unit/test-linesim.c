/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dialisp-linesim without I/O: rings, calls between two modems, settings. */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "linesim-bench.h"

/* Calls */

static const char ring[] = "\r\nRING\r\n";

/* From the first digit to both ends online. */
static void join(struct bench *bench)
{
	bench_type(bench, 0, "ATE0W2\r");
	bench_type(bench, 2, "ATE0W2\r");
	bench_pass(bench, 10);
	bench_type(bench, 2, "ATDT100\r");
	bench_pass(bench, 3010);
	bench_forget(bench);
	bench_pass(bench, 10);
	bench_type(bench, 0, "ATA\r");
	bench_pass(bench, 10010);
}

static void make_call(struct bench *bench)
{
	join(bench);
	bench_expect(bench, 0, "\r\nCONNECT 33600\r\n", "answering side");
	bench_expect(bench, 2, "\r\nCONNECT 33600\r\n", "calling side");
}

static void test_ring(void)
{
	struct bench *bench = bench_make("cx93010");

	bench_type_lines(bench, 0, "ATE0+VCID=1\r");
	assert(!exchange_ring(&bench->exchange, "5551234", "100"));
	assert(bench->host[0].lines & LINE_RI);
	bench_pass(bench, 2001);
	assert(!(bench->host[0].lines & LINE_RI));
	bench_expect(bench, 0, ring, "first ring");
	bench_pass(bench, 2000);
	assert(strstr(bench->host[0].said, "\r\nNMBR = 5551234\r\n"));
	bench_forget(bench);
	/* the bell is the exchange's: neither H nor a DTR drop stops it */
	bench_type(bench, 0, "ATH\r");
	peer_set_dtr(&bench->modem[0].peer, NULL, false);
	bench_pass(bench, 200);
	peer_set_dtr(&bench->modem[0].peer, NULL, true);
	bench_forget(bench);
	bench_pass(bench, 3900);
	bench_expect(bench, 0, ring, "second ring");
	assert(exchange_dial(&bench->exchange, &bench->modem[2].line, "100") == -EBUSY);
	assert(exchange_dial(&bench->exchange, &bench->modem[2].line, "999") == -ENOENT);
	assert(!exchange_stop(&bench->exchange, "100"));
	assert(exchange_stop(&bench->exchange, "100") == -ENOENT);
	bench_pass(bench, 10000);
	bench_expect(bench, 0, "", "after the caller gave up");
	free(bench);
}

static void test_withheld(void)
{
	struct bench *bench = bench_make("cx93010");

	bench_type_lines(bench, 0, "ATE0+VCID=1\r");
	assert(!line_settings_set(&bench->settings, "withheld", "1"));
	assert(!exchange_ring(&bench->exchange, "5551234", "100"));
	bench_pass(bench, 4000);
	assert(strstr(bench->host[0].said, "\r\nNMBR = P\r\n"));
	assert(!strstr(bench->host[0].said, "5551234"));
	free(bench);
}

static void test_auto_answer(void)
{
	struct bench *bench = bench_make("cx93010");

	bench_type_lines(bench, 0, "ATE0S0=2\r");
	assert(!exchange_ring(&bench->exchange, "", "100"));
	bench_pass(bench, 2100);
	assert(bench->modem[0].mode == MODEM_IDLE);
	bench_pass(bench, 6000);
	assert(bench->modem[0].mode == MODEM_ANSWERING);
	bench_expect(bench, 0, "\r\nRING\r\n\r\nRING\r\n", "two rings");
	bench_pass(bench, 50000); /* a telephone has no carrier: S7 */
	bench_expect(bench, 0, "\r\nNO CARRIER\r\n", "S7");
	assert(bench->modem[0].mode == MODEM_IDLE);
	free(bench);
}

static void test_data(void)
{
	struct bench *bench = bench_make("cx93010");
	uint8_t bytes[2048];
	int64_t start_ms;

	make_call(bench);
	assert(bench->host[0].lines & LINE_DCD && bench->host[2].lines & LINE_DCD);
	memset(bytes, 'x', sizeof(bytes));
	bench->host[2].reads = false;
	assert(peer_give(&bench->modem[0].peer, NULL, bytes, 2048) == 2048);
	assert(peer_give(&bench->modem[0].peer, NULL, bytes, 1) == 0); /* full: NAK */
	start_ms = bench->clock.now_ms;
	while (bench->modem[2].out.used < 2048)
		bench_pass(bench, 1);
	/* 2048 bytes at 0.94 * 33600 / 8 = 3948 byte/s, and 50 ms under way */
	assert(bench->clock.now_ms - start_ms > 560 && bench->clock.now_ms - start_ms < 575);
	/* the other host does not read: all buffers fill up, no byte is lost */
	for (int i = 0; i < 40; i++) {
		peer_give(&bench->modem[0].peer, NULL, bytes, sizeof(bytes));
		bench_pass(bench, 500);
	}
	assert(bench->modem[2].out.used == 2048 && bench->modem[0].line.tx.used == 2048);
	bench->host[2].reads = true;
	bench_read(bench, 2);
	bench_pass(bench, 4000);
	assert(bench->modem[2].rx_bytes == bench->modem[0].tx_bytes);
	free(bench);
}

static void test_freeze(void)
{
	struct bench *bench = bench_make("cx93010");

	make_call(bench);
	assert(!exchange_freeze(&bench->modem[0].line, true, 3000));
	bench_type(bench, 0, "one");
	bench_type(bench, 2, "two");
	bench_pass(bench, 2900);
	bench_expect(bench, 0, "", "frozen");
	bench_expect(bench, 2, "", "frozen");
	assert(bench->host[0].lines & LINE_DCD);
	bench_pass(bench, 300);
	bench_expect(bench, 0, "two", "thawed");
	bench_expect(bench, 2, "one", "thawed");
	assert(exchange_thaw(&bench->modem[1].line) == -ENOTCONN);
	free(bench);
}

/* No data for as long as the first training took; then the same bytes take another time. */
static void test_retrain(void)
{
	struct bench *bench = bench_make("cx93010");
	uint8_t bytes[1692] = { 0 };
	int64_t start_ms;

	assert(exchange_retrain(&bench->modem[0].line, 14400) == -ENOTCONN);
	make_call(bench);
	bench->host[2].reads = false;
	assert(!exchange_retrain(&bench->modem[2].line, 14400));
	assert(peer_give(&bench->modem[0].peer, NULL, bytes, sizeof(bytes)) == sizeof(bytes));
	bench_pass(bench, bench->settings.train_ms - 100);
	assert(bench->modem[2].out.used == 0 && bench->host[2].lines & LINE_DCD);
	start_ms = bench->clock.now_ms + 100;
	while (bench->modem[2].out.used < sizeof(bytes))
		bench_pass(bench, 1);
	/* 1692 bytes at 0.94 * 14400 / 8 = 1692 byte/s, and 50 ms under way */
	assert(bench->clock.now_ms - start_ms > 1030 && bench->clock.now_ms - start_ms < 1080);
	assert(bench->modem[0].line.agreed.rate == 14400 &&
	       bench->modem[2].line.agreed.rate == 14400);
	free(bench);
}

static void test_escape(void)
{
	struct bench *bench = bench_make("cx93010");

	make_call(bench);
	bench_type(bench, 0, "a+++");
	bench_pass(bench, 3000);
	assert(bench->modem[0].mode == MODEM_ONLINE); /* no silence before */
	bench_type(bench, 0, "+++");
	bench_pass(bench, 500);
	bench_type(bench, 0, "b");
	bench_pass(bench, 3000);
	assert(bench->modem[0].mode == MODEM_ONLINE); /* no silence after */
	bench_forget(bench);
	bench_type(bench, 0, "+++");
	bench_pass(bench, 1100);
	bench_expect(bench, 0, "\r\nOK\r\n", "escape");
	bench_type(bench, 2, "held");
	bench_type(bench, 0, "ATD1\r");
	bench_pass(bench, 500);
	bench_expect(bench, 0, "\r\nERROR\r\n", "D while online");
	bench_type(bench, 0, "ATO\r");
	bench_pass(bench, 500);
	bench_expect(bench, 0, "\r\nCONNECT 33600\r\nheld", "O");
	free(bench);
}

static void test_hang_up(void)
{
	struct bench *bench = bench_make("cx93010");

	make_call(bench);
	bench_type(bench, 2, "last words");
	peer_set_dtr(&bench->modem[2].peer, NULL, false);
	bench_pass(bench, 40); /* shorter than S25 */
	peer_set_dtr(&bench->modem[2].peer, NULL, true);
	bench_pass(bench, 200);
	assert(bench->modem[2].mode == MODEM_ONLINE);
	bench_expect(bench, 0, "last words", "before");
	peer_set_dtr(&bench->modem[2].peer, NULL, false);
	bench_pass(bench, 60);
	assert(bench->modem[2].mode == MODEM_IDLE && !(bench->host[2].lines & LINE_DCD));
	assert(bench->host[0].lines & LINE_DCD); /* S10: 1.4 s */
	bench_pass(bench, 1300);
	bench_expect(bench, 0, "", "within S10");
	bench_pass(bench, 200);
	bench_expect(bench, 0, "\r\nNO CARRIER\r\n", "after S10");
	assert(!(bench->host[0].lines & LINE_DCD));
	assert(!line_is_busy(&bench->modem[0]));
	free(bench);
}

static void test_cut(void)
{
	struct bench *bench = bench_make("cx93010");

	make_call(bench);
	exchange_cut(&bench->exchange, bench->modem[0].line.call);
	bench_pass(bench, 1500);
	bench_expect(bench, 0, "\r\nNO CARRIER\r\n", "cut");
	bench_expect(bench, 2, "\r\nNO CARRIER\r\n", "cut");
	make_call(bench);
	peer_power_off(&bench->modem[2].peer);
	bench_pass(bench, 1500);
	bench_expect(bench, 0, "\r\nNO CARRIER\r\n", "unplugged far end");
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
		struct bench *bench = bench_make("cx93010");

		assert(!line_settings_set(&bench->settings, "pool", "500"));
		bench->modem[0].off_hook = dials[i].engaged;
		bench->modem[2].line.cord_out = dials[i].cord_out;
		bench_type(bench, 2, dials[i].before);
		bench_pass(bench, 10);
		bench_forget(bench);
		bench_type(bench, 2, dials[i].dial);
		bench_pass(bench, 25000);
		bench_expect(bench, 2, dials[i].result, dials[i].dial);
		assert(!line_is_busy(&bench->modem[2]) && !line_is_busy(&bench->modem[1]));
		free(bench);
	}
}

/* V.250 5.6.1: what comes within 125 ms of the CR is ignored, later it aborts. */
static void test_abort(void)
{
	struct bench *bench = bench_make("cx93010");

	bench_type_lines(bench, 0, "ATE0\r");
	bench_type(bench, 0, "ATDT101\r");
	bench_pass(bench, 50);
	bench_type(bench, 0, "\n");
	bench_pass(bench, 50);
	assert(bench->modem[0].mode == MODEM_DIALLING);
	bench_pass(bench, 100);
	bench_type(bench, 0, "x");
	bench_expect(bench, 0, "\r\nNO CARRIER\r\n", "abort");
	free(bench);
}

static void test_hunt(void)
{
	struct bench *bench = bench_make("cx93010");

	assert(!line_settings_set(&bench->settings, "pool", "500"));
	assert(!exchange_ring(&bench->exchange, "1", "500"));
	assert(!exchange_ring(&bench->exchange, "2", "500"));
	assert(bench->modem[0].line.call && bench->modem[1].line.call);
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
	{ "ATE0W2\r", "ATE0W2\r", "56000", "\r\nCONNECT 56000\r\n" },
	{ "ATE0W2+MS=V92,1,300,45333,300,56000\r", "ATE0W2\r", "56000", "\r\nCONNECT 48000\r\n" },
	{ "ATE0W2+MR=1\r", "ATE0\r", "53333",
	  "\r\n+MCR: V90\r\n\r\n+MRR: 53333,48000\r\n\r\nCONNECT 53333\r\n" },
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
	/* no common rate: S7 */
	{ "ATE0W2+MS=V34,1,28800,33600\r", "ATE0\r", "14400", "\r\nNO CARRIER\r\n" },
	{ "ATE0W2+ES=3,0,4\r", "ATE0&Q6\r", "33600", "\r\nNO CARRIER\r\n" },
};

static void test_rates(void)
{
	for (size_t i = 0; i < sizeof(rates) / sizeof(rates[0]); i++) {
		struct bench *bench = bench_make("cx93010");

		assert(!line_settings_set(&bench->settings, "rate", rates[i].cap));
		bench_type(bench, 0, rates[i].called);
		bench_type(bench, 2, rates[i].calling);
		bench_pass(bench, 10);
		bench_type(bench, 2, "ATDT100\r");
		bench_pass(bench, 3500);
		bench_forget(bench);
		bench_type(bench, 0, "ATA\r");
		bench_pass(bench, 55000);
		bench_expect(bench, 0, rates[i].connect, rates[i].called);
		free(bench);
	}
}

/* Pace: each way as much as the rate says, whenever the timers come, and no byte more; nothing is
 * owed for a pause. */

struct pace_case {
	const char *rate;
	long down, up; /* bytes a second */
	long tick_ms;
	size_t piece; /* what the host gives at once */
};

static const struct pace_case paces[] = {
	{ "300", 35, 35, 1, 512 },        { "14400", 1692, 1692, 1, 512 },
	{ "33600", 3948, 3948, 1, 512 },  { "48000", 5640, 5640, 1, 512 },
	{ "53333", 6266, 5640, 1, 512 },  { "56000", 6580, 5640, 1, 512 },
	{ "33600", 3948, 3948, 1, 64 },   { "53333", 6266, 5640, 1, 64 },
	{ "14400", 1692, 1692, 7, 512 },  { "33600", 3948, 3948, 40, 512 },
	{ "53333", 6266, 5640, 40, 512 }, { "53333", 6266, 5640, 13, 1 },
};

/* While both hosts have always more to send; from the called modem in ret_down. */
static void flood(struct bench *bench, const struct pace_case *test, long ms, long *ret_down,
		  long *ret_up)
{
	uint64_t down = bench->modem[2].rx_bytes, up = bench->modem[0].rx_bytes;
	int64_t end = bench->clock.now_ms + ms;
	uint8_t bytes[512] = { 0 };

	while (bench->clock.now_ms < end) {
		for (size_t i = 0; i < 3; i += 2)
			while (bench_give(bench, i, bytes, test->piece))
				;
		bench_forget(bench);
		clock_run(&bench->clock, bench->clock.now_ms + test->tick_ms);
	}
	*ret_down = (long)(bench->modem[2].rx_bytes - down);
	*ret_up = (long)(bench->modem[0].rx_bytes - up);
}

static void check_pace(long got, long bytes_per_s, long s)
{
	long due = bytes_per_s * s;

	assert(got <= due + 128 && got >= due - due / 1000 - 128); /* a block at each end */
}

static void test_pace(void)
{
	for (size_t i = 0; i < sizeof(paces) / sizeof(paces[0]); i++) {
		const struct pace_case *test = &paces[i];
		struct bench *bench = bench_make("cx93010");
		long down, up;

		assert(!line_settings_set(&bench->settings, "rate", test->rate));
		join(bench);
		bench_forget(bench);
		flood(bench, test, 5000, &down, &up); /* until both buffers are full */
		flood(bench, test, 60000, &down, &up);
		check_pace(down, test->down, 60);
		check_pace(up, test->up, 60);
		bench_pass(bench, 60000);
		flood(bench, test, 10000, &down, &up);
		assert(down <= test->down * 10);
		free(bench);
	}
}

/* Settings */

static void test_settings(void)
{
	struct line_settings settings;

	line_settings_init(&settings);
	assert(settings.rate == 33600 && settings.ring_on_ms == 2000);
	assert(line_settings_set(&settings, "rate", "299") == -ERANGE);
	assert(line_settings_set(&settings, "rate", "28800x") == -ERANGE);
	assert(line_settings_set(&settings, "rate", "") == -ERANGE);
	assert(line_settings_set(&settings, "rat", "28800") == -ENOENT);
	assert(line_settings_set(&settings, "pool", "123456789012345678901234567890") == -ERANGE);
	assert(!line_settings_set(&settings, "rate", "28800") && settings.rate == 28800);
}

int main(void)
{
	test_ring();
	test_withheld();
	test_auto_answer();
	test_data();
	test_freeze();
	test_retrain();
	test_escape();
	test_hang_up();
	test_cut();
	test_dials();
	test_abort();
	test_hunt();
	test_rates();
	test_pace();
	test_settings();
	return 0;
}
