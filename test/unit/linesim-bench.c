/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The bench for tests of the simulated modems. */
#include "linesim-bench.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "modem/persona.h"
#include "modem/personas.h"

static void on_readable(struct port *port)
{
	struct host *host = (struct host *)port;
	size_t got = 1;

	while (host->reads && got) {
		got = peer_take(&host->modem->peer, NULL, (uint8_t *)host->said + host->len,
				sizeof(host->said) - 1 - host->len);
		host->len += got;
	}
	host->said[host->len] = '\0';
}

static void on_writable(struct port *port)
{
	(void)port;
}

static void on_lines(struct port *port, uint8_t lines)
{
	struct host *host = (struct host *)port;

	assert(!host->writes);
	host->cts_changes += (host->lines ^ lines) & LINE_CTS ? 1 : 0;
	host->lines = lines;
}

static const struct port_ops ops = { on_readable, on_writable, on_lines };

static void add(struct bench *bench, size_t i, const char *name, const char *number,
		const char *persona)
{
	struct modem *modem = &bench->modem[i];

	strcpy(modem->peer.name, name);
	strcpy(modem->line.number, number);
	modem->persona = persona_find(persona);
	assert(modem->persona);
	modem->clock = &bench->clock;
	modem->peer.log = &bench->log;
	modem->settings = &bench->settings;
	modem_init(modem);
	assert(!exchange_add(&bench->exchange, &modem->line));
	bench->host[i].port.ops = &ops;
	bench->host[i].modem = modem;
	bench->host[i].reads = true;
	peer_power_on(&modem->peer, &bench->host[i].port);
	bench->host[i].lines = modem->lines;
	peer_set_speed(&modem->peer, modem->persona->serial ? modem->serial.speed : 115200);
	peer_set_dtr(&modem->peer, NULL, true);
	peer_set_rts(&modem->peer, true);
}

struct bench *bench_make(const char *persona)
{
	struct bench *bench = calloc(1, sizeof(*bench));

	assert(bench);
	line_settings_init(&bench->settings);
	bench->log.clock = &bench->clock;
	bench->exchange.clock = &bench->clock;
	bench->exchange.log = &bench->log;
	bench->exchange.settings = &bench->settings;
	bench->clock.now_ms = 1000;
	add(bench, 0, "isp", "100", persona);
	add(bench, 1, "second", "101", persona);
	add(bench, 2, "caller", "200", "caller");
	return bench;
}

void bench_pass(struct bench *bench, long ms)
{
	int64_t end = bench->clock.now_ms + ms;

	while (bench->clock.now_ms < end)
		clock_run(&bench->clock, bench->clock.now_ms + 1);
}

size_t bench_give(struct bench *bench, size_t i, const void *bytes, size_t len)
{
	size_t taken;

	bench->host[i].writes = true;
	taken = peer_give(&bench->modem[i].peer, NULL, bytes, len);
	bench->host[i].writes = false;
	return taken;
}

void bench_type(struct bench *bench, size_t i, const char *text)
{
	size_t len = strlen(text);

	for (int steps = 0; len && steps < 10000; steps++) {
		size_t taken = bench_give(bench, i, text, len);

		text += taken;
		len -= taken;
		if (!taken)
			bench_pass(bench, 1);
	}
	assert(!len);
}

void bench_type_lines(struct bench *bench, size_t i, const char *lines)
{
	char line[128];

	while (lines && *lines) {
		size_t len = strcspn(lines, "\r") + 1;

		snprintf(line, sizeof(line), "%.*s", (int)len, lines);
		bench_type(bench, i, line);
		bench_pass(bench, 20);
		lines += len;
	}
	bench_forget(bench);
}

void bench_read(struct bench *bench, size_t i)
{
	on_readable(&bench->host[i].port);
}

void bench_forget(struct bench *bench)
{
	for (size_t i = 0; i < 3; i++) {
		bench->host[i].len = 0;
		bench->host[i].said[0] = '\0';
	}
}

void bench_expect(struct bench *bench, size_t i, const char *said, const char *what)
{
	if (strcmp(bench->host[i].said, said)) {
		fprintf(stderr, "%s: said \"%s\", expected \"%s\"\n", what, bench->host[i].said,
			said);
		abort();
	}
	bench->host[i].len = 0;
	bench->host[i].said[0] = '\0';
}
