/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dialisp-linesim: modems on RS-232: speeds, noise, CTS, RTS, the pace of the wire. */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "linesim-bench.h"
#include "modem/persona.h"

/* The wire */

static void test_mishear(void)
{
	uint8_t all[256], heard[256 * SERIAL_WORSE];
	size_t len;

	for (int i = 0; i < 256; i++)
		all[i] = (uint8_t)i;
	check(serial_mishear(all, 256, 9600, 9600, heard, sizeof(heard)) == 256 &&
	      !memcmp(all, heard, 256));
	/* what a receiver may be off by is still heard */
	check(serial_mishear(all, 256, 115200, 117000, heard, sizeof(heard)) == 256 &&
	      !memcmp(all, heard, 256));
	/* half as fast: two bits in the place of one, the stop bit wrong as often as not */
	len = serial_mishear((const uint8_t *)"U", 1, 9600, 19200, heard, sizeof(heard));
	check(len >= 1 && heard[0] == 0x66, "%zu %02x", len, heard[0]);
	/* a burst at twelve times the speed is over within six bits */
	len = serial_mishear((const uint8_t *)"\r\nOK\r\n", 6, 115200, 9600, heard, sizeof(heard));
	check(len == 1, "%zu", len);
	len = serial_mishear(all, 256, 300, 115200, heard, sizeof(heard));
	check(len && len <= sizeof(heard));
	check(serial_mishear(all, 256, 0, 9600, heard, sizeof(heard)) == 0);
	check(serial_mishear(all, 256, 9600, 0, heard, sizeof(heard)) == 0);
	check(serial_mishear(all, 256, 9600, 9600, heard, 3) == 3);
	check(serial_is_near(115200, 115384) && serial_is_near(9600, 9615));
	check(!serial_is_near(9600, 19200) && !serial_is_near(57600, 115200) &&
	      !serial_is_near(0, 9600));
}

static void test_pace(void)
{
	struct pace pace = { 0 };
	size_t sent = 0, room;

	for (int64_t now_ms = 1000; now_ms <= 2000; now_ms++) {
		room = pace_room(&pace, now_ms, 960);
		pace_spend(&pace, room);
		sent += room;
	}
	check(sent >= 960 && sent <= 980, "%zu", sent);
	check(pace_wait_ms(&pace, 5, 960) >= 5 && pace_wait_ms(&pace, 5, 960) <= 6);
	check(pace_wait_ms(&pace, 96, 960) >= 9 &&
	      pace_wait_ms(&pace, 96, 960) <= 10); /* not all at once */
}

/* Speeds */

struct speed_case {
	const char *persona;
	long speed;
	const char *typed;
	bool hears;
};

static const struct speed_case speeds[] = {
	{ "courier", 115200, "AT\r", true },    { "courier", 300, "at\r", true },
	{ "courier", 115384, "AT\r", true }, /* as a divisor has it */
	{ "courier", 230400, "AT\r", false },   { "courier", 115200, "aT\r", false },
	{ "courier", 115200, "xxAAT\r", true }, { "courier", 9600, "AT\r", true },
	{ "cirrus", 1200, "AT\r", true },       { "cirrus", 38400, "AT\r", true },
	{ "cirrus", 300, "AT\r", false },       { "xe1414", 9600, "AT\r", true },
	{ "xe1414", 19200, "AT\r", true },      { "xe1414", 115200, "AT\r", false },
	{ "xe1414-9600", 9600, "AT\r", true },  { "xe1414-9600", 19200, "AT\r", false },
	{ "usr5637", 1200, "AT\r", true }, /* the rate of a stick is a word */
	{ "cx93010", 230400, "AT\r", true },
};

static void test_speeds(void)
{
	for (size_t i = 0; i < sizeof(speeds) / sizeof(speeds[0]); i++) {
		const struct speed_case *row = &speeds[i];
		struct bench *bench = bench_make(row->persona);

		peer_set_speed(&bench->modem[0].peer, row->speed);
		bench_type(bench, 0, row->typed);
		bench_pass(bench, 1000);
		check((strstr(bench->host[0].said, "\r\nOK\r\n") != NULL) == row->hears,
		      "%s at %ld: \"%s\"", row->persona, row->speed, bench->host[0].said);
		check((bench->modem[0].peer.tally.commands == 1) == row->hears);
		free(bench);
	}
}

/* A modem that keeps its speed echoes noise; one that finds it out keeps quiet until it has. */
static void test_noise(void)
{
	struct bench *bench = bench_make("xe1414-9600");

	peer_set_speed(&bench->modem[0].peer, 19200);
	bench_type(bench, 0, "AT\r");
	bench_pass(bench, 100);
	check(bench->host[0].len && !strstr(bench->host[0].said, "AT"), "\"%s\"",
	      bench->host[0].said);
	free(bench);
	bench = bench_make("xe1414");
	peer_set_speed(&bench->modem[0].peer, 19200);
	bench_type(bench, 0, "xyz\r");
	bench_pass(bench, 100);
	bench_expect(bench, 0, "", "before AT");
	bench_type(bench, 0, "ATE0\r");
	bench_pass(bench, 100);
	bench_expect(bench, 0, "ATE0\r\r\nOK\r\n", "AT");
	/* speeds may change at any AT, and back */
	peer_set_speed(&bench->modem[0].peer, 9600);
	bench_type(bench, 0, "AT\r");
	bench_pass(bench, 100);
	bench_expect(bench, 0, "\r\nOK\r\n", "at the other speed");
	free(bench);
}

static void ring_once(struct bench *bench)
{
	bench_forget(bench);
	check(!exchange_ring(&bench->exchange, "5551234", "100"));
	bench_pass(bench, 2200);
	check(!exchange_stop(&bench->exchange, "100"));
}

/* mgetty's manual on USR and ELSA: Z brings the stored speed back, a RING is garbled until the next
 * AT. */
static void test_reset(void)
{
	struct bench *bench = bench_make("courier");
	struct modem *modem = &bench->modem[0];

	peer_set_speed(&modem->peer, 57600);
	bench_type_lines(bench, 0, "ATE0\r");
	ring_once(bench);
	bench_expect(bench, 0, "\r\nRING\r\n", "before Z");
	bench_type_lines(bench, 0, "AT\r");
	bench_type(bench, 0, "ATZ\r");
	bench_pass(bench, 50);
	bench_expect(bench, 0, "\r\nOK\r\n", "Z answers at the old speed");
	check(modem->serial.speed == 9600);
	ring_once(bench);
	check(bench->host[0].len && !strstr(bench->host[0].said, "RING"), "\"%s\"",
	      bench->host[0].said);
	bench_type_lines(bench, 0, "AT\r");
	ring_once(bench);
	bench_expect(bench, 0, "\r\nRING\r\n", "after AT");
	/* a speed that &W kept stays */
	bench_type_lines(bench, 0, "AT&W\rATZ\r");
	ring_once(bench);
	bench_expect(bench, 0, "\r\nRING\r\n", "after &W and Z");
	free(bench);
	bench = bench_make("courier");
	peer_set_speed(&bench->modem[0].peer, 57600);
	bench_type_lines(bench, 0, "AT&F\r");
	ring_once(bench);
	bench_expect(bench, 0, "\r\nRING\r\n", "&F does not touch the speed");
	free(bench);
	bench = bench_make("cirrus");
	peer_set_speed(&bench->modem[0].peer, 9600);
	bench_type_lines(bench, 0, "AT\rATZ\r");
	ring_once(bench);
	bench_expect(bench, 0, "\r\nRING\r\n", "this one keeps its speed over Z");
	free(bench);
}

/* RTS and CTS */

static void connect(struct bench *bench, const char *commands)
{
	bench_type_lines(bench, 0, "ATE0\r");
	bench_type_lines(bench, 0, commands);
	bench_type_lines(bench, 2, "ATE0\r");
	bench_type(bench, 2, "ATDT100\r");
	bench_pass(bench, 3100);
	bench_type(bench, 0, "ATA\r");
	bench_pass(bench, 10300);
	check(bench->modem[0].mode == MODEM_ONLINE && bench->modem[2].mode == MODEM_ONLINE, "%s",
	      commands);
	bench_forget(bench);
}

struct flow_case {
	const char *persona;
	const char *commands;
	bool cts; /* it falls when the buffer is nearly full */
};

static const struct flow_case flows[] = {
	{ "courier", "AT&H1&R2\r", true }, { "courier", "AT&H0&R1\r", false },
	{ "courier", "AT&H3\r", true },    { "courier", "AT&H2&I2\r", false },
	{ "cirrus", "AT\\Q3\r", true },    { "cirrus", "AT\\Q0\r", false },
	{ "xe1414", "AT\r", false },       { "xe1414", "AT\\Q2\r", true },
};

/* 4000 bytes at the port's speed, against a line that carries 4800 bit/s; a host that heeds CTS
 * waits. */
static size_t send_flood(struct bench *bench, bool heed)
{
	static const uint8_t byte[] = "x";
	size_t sent = 0;

	for (int ms = 0; ms < 8000; ms++) {
		while (sent < 4000 && (!heed || bench->host[0].lines & LINE_CTS) &&
		       bench_give(bench, 0, byte, 1))
			sent++;
		bench_pass(bench, 1);
	}
	bench_pass(bench, 10000);
	return sent;
}

static void test_cts(void)
{
	for (size_t i = 0; i < sizeof(flows) / sizeof(flows[0]); i++) {
		struct bench *bench = bench_make(flows[i].persona);
		struct modem *modem = &bench->modem[0];
		size_t sent;

		check(bench->host[0].lines & LINE_CTS);
		check(!line_settings_set(&bench->settings, "rate", "4800"));
		peer_set_speed(&modem->peer, 19200);
		connect(bench, flows[i].commands);
		sent = send_flood(bench, true);
		check((modem->peer.tally.dropped == 0) == flows[i].cts, "%s %s: %u lost of %zu",
		      flows[i].persona, flows[i].commands, modem->peer.tally.dropped, sent);
		check(bench->modem[2].rx_bytes == sent - modem->peer.tally.dropped);
		check(bench->host[0].lines & LINE_CTS); /* up again */
		/* low from three quarters down to one, not at every byte */
		check(flows[i].cts
			      ? bench->host[0].cts_changes >= 2 && bench->host[0].cts_changes <= 12
			      : !bench->host[0].cts_changes,
		      "%u", bench->host[0].cts_changes);
		free(bench);
	}
}

/* A host that does not look at CTS loses what does not fit. */
static void test_deaf_to_cts(void)
{
	struct bench *bench = bench_make("courier");

	check(!line_settings_set(&bench->settings, "rate", "4800"));
	peer_set_speed(&bench->modem[0].peer, 115200);
	connect(bench, "AT&H1&R2\r");
	check(send_flood(bench, false) == 4000);
	check(bench->modem[0].peer.tally.dropped > 1000 &&
	      bench->modem[0].peer.tally.dropped < 2000);
	free(bench);
}

static void test_no_cts_on_usb(void)
{
	struct bench *bench = bench_make("usr5637");

	check(!(bench->host[0].lines & LINE_CTS));
	free(bench);
}

static void test_rts(void)
{
	struct bench *bench = bench_make("courier");

	bench_type_lines(bench, 0, "ATE0&R2\r");
	peer_set_rts(&bench->modem[0].peer, false);
	bench_type(bench, 0, "ATI0\r");
	bench_pass(bench, 1000);
	bench_expect(bench, 0, "", "RTS off");
	peer_set_rts(&bench->modem[0].peer, true);
	bench_pass(bench, 100);
	bench_expect(bench, 0, "\r\n3366\r\n\r\nOK\r\n", "RTS on");
	bench_type_lines(bench, 0, "AT&R1\r");
	peer_set_rts(&bench->modem[0].peer, false);
	bench_type(bench, 0, "ATI0\r");
	bench_pass(bench, 100);
	bench_expect(bench, 0, "\r\n3366\r\n\r\nOK\r\n", "RTS ignored");
	free(bench);
}

/* Both directions at a tenth of the bit rate; a stick has no such limit. */
static void test_wire(void)
{
	struct bench *bench = bench_make("courier");
	uint8_t bytes[256];
	int64_t start_ms;
	int steps = 0;
	size_t len;

	bench_type_lines(bench, 0, "ATE0\r");
	bench_type(bench, 0, "ATI7\r");
	start_ms = bench->clock.now_ms;
	while (!strstr(bench->host[0].said, "OK\r\n") && steps++ < 5000)
		bench_pass(bench, 1);
	len = bench->host[0].len;
	check(bench->clock.now_ms - start_ms >= (int64_t)(len - 20) * 1000 / 960 &&
		      bench->clock.now_ms - start_ms <= (int64_t)len * 1000 / 960 + 10,
	      "%zu bytes in %d ms", len, (int)(bench->clock.now_ms - start_ms));
	memset(bytes, 'x', sizeof(bytes));
	bench_pass(bench, 1000);
	check(bench_give(bench, 0, bytes, sizeof(bytes)) == 19); /* 20 ms' worth */
	check(bench_give(bench, 0, bytes, sizeof(bytes)) == 0);
	free(bench);
}

int main(void)
{
	test_mishear();
	test_pace();
	test_speeds();
	test_noise();
	test_reset();
	test_cts();
	test_deaf_to_cts();
	test_no_cts_on_usb();
	test_rts();
	test_wire();
	return check_done();
}
