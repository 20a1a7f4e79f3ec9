/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Recipes by rate, and what corrects them: series of looks at a line that is simulated behind a
 * shaper. */
#include "net/shaper.h"

#include "check.h"

/* --- recipes --- */

static void test_mtu(void)
{
	static const struct {
		unsigned rate, mtu;
	} cases[] = {
		{ 300, 296 },   { 14400, 296 }, { 24000, 296 },  { 24001, 576 },   { 28800, 576 },
		{ 33600, 576 }, { 53333, 576 }, { 100000, 576 }, { 100001, 1500 }, { 128000, 1500 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		check(shaper_mtu(cases[i].rate) == cases[i].mtu, "%u: %u", cases[i].rate,
		      shaper_mtu(cases[i].rate));
}

static const struct recipe_case {
	struct shaper_link link;
	struct shaper_recipe want;
} recipes[] = {
	/* 3948 octets a second at 0.94 */
	{ { 33600, 576, false, true }, { 576, 3911, -20, 23040, 5760, 220914, 441828, 3948 } },
	{ { 33600, 576, false, false }, { 576, 3869, 9, 23040, 5760, 223312, 446624, 3948 } },
	{ { 33600, 1500, false, true }, { 1500, 3869, -19, 23040, 15000, 581545, 1163090, 3948 } },
	{ { 33600, 296, false, true }, { 296, 4330, 4, 23040, 2960, 102540, 205080, 3948 } },
	/* CAKE's quantum at 296, and none that would count more than there is */
	{ { 14400, 296, false, true }, { 296, 1855, 4, 23040, 2960, 239352, 478704, 1692 } },
	{ { 14400, 296, true, true }, { 296, 1579, 4, 23040, 2960, 281190, 562380, 1440 } },
	{ { 53333, 576, false, true }, { 576, 6206, -20, 23040, 5760, 139219, 278438, 6266 } },
	{ { 115200, 1500, false, true },
	  { 1500, 13265, -19, 23040, 15000, 169618, 339236, 13536 } },
	{ { 300, 128, false, false }, { 128, 64, 5, 23040, 1280, 3000000, 6000000, 35 } },
};

static void check_recipe(const struct recipe_case *c)
{
	const struct shaper_recipe *want = &c->want;
	struct shaper_recipe have;

	shaper_make(&c->link, &have);
	check(have.mtu == want->mtu && have.bytes_per_s == want->bytes_per_s &&
		      have.overhead == want->overhead && have.memory == want->memory &&
		      have.waiting == want->waiting && have.target_us == want->target_us &&
		      have.interval_us == want->interval_us,
	      "%u/%u: { %u, %u, %d, %u, %u, %u, %u }", c->link.rate, c->link.mtu, have.mtu,
	      have.bytes_per_s, have.overhead, have.memory, have.waiting, have.target_us,
	      have.interval_us);
}

/* A full packet with a short header takes 0.96 to 0.98 of the line, and is none that CAKE lets go
 * first; the shortest packet is never counted below 0. */
static void check_share(unsigned rate, unsigned mtu)
{
	const struct shaper_link link = { rate, mtu, false, true };
	double line = rate * 0.94 / 8, wire = (mtu - 35 + 4) * (1 + 2 / 256.0), share;
	struct shaper_recipe recipe;

	shaper_make(&link, &recipe);
	share = recipe.bytes_per_s * wire / ((int)mtu + recipe.overhead) / line;
	check(share > 0.96 && share < 0.981, "%u/%u: %f", rate, mtu, share);
	check((int)mtu + recipe.overhead >= 300, "%u/%u: %d", rate, mtu,
	      recipe.overhead); /* CAKE's quantum */
	check(20 + recipe.overhead >= 0, "%d", recipe.overhead);
}

static void test_recipes(void)
{
	static const unsigned rates[] = { 9600, 14400, 24000, 28800, 33600, 53333 },
			      sizes[] = { 296, 576, 1500 };

	for (size_t i = 0; i < ARRAY_SIZE(recipes); i++)
		check_recipe(&recipes[i]);
	for (size_t i = 0; i < ARRAY_SIZE(rates); i++)
		for (size_t j = 0; j < ARRAY_SIZE(sizes); j++)
			check_share(rates[i], sizes[j]);
}

/* --- a line behind a shaper, in steps of 10 ms --- */

#define STEP_MS    10
#define MODEM_MOST 3250 /* octets; it stops the host at nine tenths and lets it go on at half */
#define MODEM_STOP 2925
#define MODEM_GO   1625

struct line {
	struct shaper_tune tune;
	double rate;        /* octets a second; 0: it trains anew */
	double offered;     /* octets a second before the shaper; whatever it lets through: a large
			     * number */
	double wire;        /* octets on the line for one that the shaper counts */
	double full;        /* of full packets with short headers */
	double modem, port; /* octets that wait */
	unsigned quantum; /* a buffer of the driver counts for so many octets; 0: it counts what is
			   * in it */
	bool is_stopped;
	uint64_t sent;
	double carry, idle_ms;
	int64_t now_ms;
	unsigned changes;
	unsigned above_ms, above_most_ms; /* shaper above the line, without a pause */
};

static void begin(struct line *line, unsigned rate, bool is_assumed)
{
	struct shaper_recipe recipe;

	shaper_make(&(struct shaper_link){ rate, shaper_mtu(rate), false, true }, &recipe);
	*line = (struct line){ .now_ms = 1000, .offered = 1e6 };
	line->full = (recipe.mtu - 35 + 4) * (1 + 2 / 256.0) / ((int)recipe.mtu + recipe.overhead);
	line->wire = line->full;
	shaper_tune_begin(&line->tune, &recipe, is_assumed);
}

static double smaller(double a, double b)
{
	return a < b ? a : b;
}

static void take(struct line *line)
{
	double n = smaller(line->port, 115200 / 10.0 * STEP_MS / 1000);

	if (line->modem >= MODEM_STOP)
		line->is_stopped = true;
	if (line->modem <= MODEM_GO)
		line->is_stopped = false;
	if (line->is_stopped)
		return;
	n = smaller(n, MODEM_MOST - line->modem);
	line->port -= n;
	line->modem += n;
	line->carry += n;
	line->sent += (uint64_t)line->carry;
	shaper_tune_pass(&line->tune, line->now_ms, (unsigned)line->carry);
	line->carry -= (uint64_t)line->carry;
}

static void step(struct line *line)
{
	double shaped = smaller(line->offered, shaper_tune_rate(&line->tune)) * line->wire;

	line->port = smaller(line->port + shaped * STEP_MS / 1000,
			     12000); /* then pppd's link stops the queue */
	take(line);
	if (!(line->modem > 0))
		line->idle_ms += STEP_MS;
	line->modem -= smaller(line->modem, line->rate * STEP_MS / 1000);
	line->now_ms += STEP_MS;
	line->above_ms = shaper_tune_rate(&line->tune) * line->wire > line->rate
				 ? line->above_ms + STEP_MS
				 : 0;
	if (line->above_ms > line->above_most_ms)
		line->above_most_ms = line->above_ms;
}

/* cdc-acm has 16 buffers, with a packet in each at worst; what does not fit stays in the pty. */
static unsigned driver_error(const struct line *line)
{
	double serial = smaller(line->port, 16 * 580);
	unsigned buffers = (unsigned)(serial / 580) + (serial > 0);

	return line->quantum ? (buffers < 16 ? buffers : 16) * line->quantum - (unsigned)serial : 0;
}

static void check_invariants(const struct shaper_tune *tune)
{
	int64_t ms = tune->last.now_ms - tune->since;
	unsigned most =
		tune->state == SHAPER_STATE_PROBE ? tune->most + tune->most / 5 : tune->most;

	check(tune->bytes_per_s >= 64 && tune->bytes_per_s <= most, "%u of %u", tune->bytes_per_s,
	      most);
	check(tune->trim <= (tune->state == SHAPER_STATE_HOLD ? tune->bytes_per_s / 4 : 0), "%u",
	      tune->trim);
	check(tune->state != SHAPER_STATE_DRAIN || ms < 30000, "drains for %lld ms", (long long)ms);
	check(tune->state != SHAPER_STATE_PROBE || ms < 60000, "probes for %lld ms", (long long)ms);
}

/* Seconds of it, with a sample at the end of each. */
static void run(struct line *line, unsigned seconds)
{
	line->above_most_ms = line->above_ms = line->changes = 0;
	line->idle_ms = 0;
	for (unsigned i = 0; i < seconds; i++) {
		struct shaper_sample sample;

		for (unsigned j = 0; j < 1000 / STEP_MS; j++)
			step(line);
		sample = (struct shaper_sample){
			.now_ms = line->now_ms,
			.sent = line->sent - driver_error(line),
			.queued = (unsigned)line->port + driver_error(line),
			.backlog = line->offered > shaper_tune_rate(&line->tune) ? 2000 : 0
		};
		line->changes += shaper_tune_update(&line->tune, &sample);
		check_invariants(&line->tune);
	}
}

static bool is_share(const struct line *line, double low, double high)
{
	double share = shaper_tune_rate(&line->tune) * line->wire / line->rate;

	return share >= low && share <= high;
}

#define check_share_of(line, low, high)                                                            \
	check(is_share(line, low, high), "%u of %.0f", (line)->tune.bytes_per_s, (line)->rate)

/* As the modem said: nothing to do, however long. */
static void test_right_rate(void)
{
	static const unsigned rates[] = { 9600, 14400, 33600, 53333 };

	for (size_t i = 0; i < ARRAY_SIZE(rates); i++) {
		struct line line;

		begin(&line, rates[i], false);
		line.rate = rates[i] * 0.94 / 8;
		run(&line, 600);
		check(line.changes == 0, "%u: %u", rates[i], line.changes);
	}
}

static void test_wrong_connect(void)
{
	struct line line;

	begin(&line, 33600, false);
	line.rate = 2000;
	run(&line, 60);
	check(line.above_most_ms <= 15000, "%u ms", line.above_most_ms);
	check_share_of(&line, 0.9, 1);
	check(line.port < 1200, "%.0f", line.port); /* what waited is gone */
	run(&line, 50);
	check(line.changes == 0, "%u", line.changes);
	run(&line, 600); /* attempts to rise, each taken back */
	check(line.above_most_ms <= 60000, "%u ms", line.above_most_ms);
	check(line.changes && line.changes < 20, "%u", line.changes);
}

/* Where packets are counted longer than they are: what the line takes too. */
static void test_wrong_connect_long(void)
{
	struct line line;

	begin(&line, 14400, false);
	line.rate = 1000;
	run(&line, 90);
	check(line.above_most_ms <= 25000, "%u ms", line.above_most_ms);
	check_share_of(&line, 0.9, 1);
	line.rate = 1692;
	run(&line, 900);
	check_share_of(&line, 0.9, 1);
}

/* Slower by so little that the modem's buffer hides it for long. */
static void test_slightly_slower(void)
{
	struct line line;

	begin(&line, 33600, false);
	line.rate = 3600;
	run(&line, 60);
	check(line.above_most_ms <= 45000, "%u ms", line.above_most_ms);
	check_share_of(&line, 0.88, 1);
}

static void train(struct line *line, double rate)
{
	line->rate = 0;
	run(line, 9);
	line->rate = rate;
}

static void test_retrain(void)
{
	struct line line;

	begin(&line, 33600, false);
	line.rate = 3948;
	run(&line, 30);
	check(line.changes == 0, "%u", line.changes);
	train(&line, 3948); /* the same again: what waited meanwhile goes, and the rate stays */
	run(&line, 60);
	check_share_of(&line, 0.96, 1);
	check(line.port < 1200, "%.0f", line.port);
	train(&line, 1692);
	run(&line, 50);
	check(line.above_most_ms <= 20000, "%u ms", line.above_most_ms);
	check_share_of(&line, 0.88, 1);
	check(line.port < 1200, "%.0f", line.port);
	train(&line, 3948);
	run(&line, 900);
	check_share_of(&line, 0.9, 1);
}

static void test_counted_buffers(void)
{
	struct line line;

	begin(&line, 33600, false);
	line.quantum = 1280;
	line.rate = 3948;
	run(&line, 60);
	check(line.changes == 0, "%u", line.changes);
	train(&line, 1692);
	run(&line, 60);
	check(line.above_most_ms <= 30000, "%u ms", line.above_most_ms);
	check_share_of(&line, 0.8, 1);
	train(&line, 3000);
	run(&line, 900);
	check_share_of(&line, 0.7, 1);
}

static void test_idle(void)
{
	struct line line;

	begin(&line, 28800, true);
	line.rate = 1692;
	line.offered = 0;
	run(&line, 600);
	check(line.changes == 0, "%u", line.changes);
	line.offered = 100; /* far below any rate: a terminal */
	run(&line, 600);
	check(line.changes == 0, "%u", line.changes);
}

/* Compressed by the modems, a line takes more than its rate; the modem said that rate, and it
 * stays. */
static void test_compressible(void)
{
	struct line line;

	begin(&line, 33600, false);
	line.rate = 3 * 3948;
	run(&line, 600);
	check(line.changes == 0, "%u", line.changes);
}

static void test_assumed(void)
{
	static const unsigned rates[] = { 9600, 14400, 24000, 28800, 33600 };

	for (size_t i = 0; i < ARRAY_SIZE(rates); i++) {
		struct line line;

		begin(&line, SHAPER_RATE_ASSUMED, true);
		line.rate = rates[i] * 0.94 / 8;
		run(&line, 240);
		check(line.above_most_ms <= 60000, "%u: %u ms", rates[i], line.above_most_ms);
		check_share_of(&line, 0.85, 1.07);
		run(&line, 1800);
		check(line.above_most_ms <= 60000, "%u: %u ms", rates[i], line.above_most_ms);
		check(line.idle_ms < 0.1 * 1800e3, "%u: %.0f ms", rates[i], line.idle_ms);
	}
}

/* Short datagrams are longer on the line than they are counted. */
static void test_counted_too_short(void)
{
	struct line line;

	begin(&line, 33600, false);
	line.rate = 3948;
	line.wire = 1.3;
	run(&line, 300);
	check(line.above_most_ms <= 60000, "%u ms", line.above_most_ms);
	line.wire = line.full;
	run(&line, 1200);
	check_share_of(&line, 0.9, 1);
}

/* With several connections, whose segments are sent again with long headers: nothing may stand in
 * the modem for ever, and the line stays full. */
static void test_long_headers(void)
{
	static const unsigned rates[] = { 14400, 33600, 53333 };

	for (size_t i = 0; i < ARRAY_SIZE(rates); i++) {
		struct line line;

		begin(&line, rates[i], false);
		line.rate = rates[i] * 0.94 / 8;
		line.wire = line.full * 1.04;
		run(&line, 60);
		check(line.modem < 300, "%u: %.0f octets", rates[i], line.modem);
		check_share_of(&line, 0.97, 0.99);
		run(&line, 60);
		check(line.changes < 5 && line.modem < 100, "%u: %u changes, %.0f octets", rates[i],
		      line.changes, line.modem);
		line.wire = line.full;
		run(&line, 120);
		check(line.tune.trim == 0, "%u: %u", rates[i], line.tune.trim);
	}
}

/* Downloads begin at once, and with them come long headers: what the modem has of them is gone
 * soon, and a line that is only full is not held back. */
static void test_burst(void)
{
	static const struct {
		unsigned rate;
		double longer;
	} bursts[] = { { 14400, 1.2 }, { 33600, 1.1 }, { 53333, 1.1 } };

	for (size_t i = 0; i < ARRAY_SIZE(bursts); i++) {
		struct line line;

		begin(&line, bursts[i].rate, false);
		line.rate = bursts[i].rate * 0.94 / 8;
		line.quantum = 1280;
		line.wire = line.full * bursts[i].longer;
		run(&line, 5);
		line.wire = line.full;
		run(&line, 5);
		check(line.modem < 30, "%u: %.0f octets", bursts[i].rate, line.modem);
		run(&line, 40);
		check(line.tune.trim == 0, "%u: %u", bursts[i].rate, line.tune.trim);
	}
}

/* --- looks as they come: a clock that stands, counters that go back, seconds that are missing ---
 */

/* Without traffic there are no checks: the time between them is not evaluated. */
static void test_gaps(void)
{
	struct line line;

	begin(&line, SHAPER_RATE_ASSUMED, true);
	line.rate = 3948;
	for (int i = 0; i < 20; i++) {
		run(&line, 3);
		line.now_ms += 60000;
	}
	check(line.tune.bytes_per_s == 3352, "%u", line.tune.bytes_per_s);
}

static void test_odd_looks(void)
{
	static const struct shaper_sample looks[] = {
		{ 1000, 5000, 9000, 0 },  { 1000, 5000, 9000, 0 },  { 2000, 4000, 9000, 0 },
		{ 30000, 9000, 9000, 0 }, { 29000, 9000, 9000, 0 },
	};
	struct shaper_recipe recipe;
	struct shaper_tune tune;

	shaper_make(&(struct shaper_link){ 33600, 576, false, true }, &recipe);
	shaper_tune_begin(&tune, &recipe, false);
	for (size_t i = 0; i < ARRAY_SIZE(looks); i++)
		check(!shaper_tune_update(&tune, &looks[i]), "look %zu", i);
	check(tune.bytes_per_s == recipe.bytes_per_s);
}

int main(void)
{
	test_mtu();
	test_recipes();
	test_right_rate();
	test_wrong_connect();
	test_wrong_connect_long();
	test_slightly_slower();
	test_retrain();
	test_counted_buffers();
	test_idle();
	test_compressible();
	test_assumed();
	test_counted_too_short();
	test_long_headers();
	test_burst();
	test_gaps();
	test_odd_looks();
	return check_done();
}
