/* SPDX-License-Identifier: GPL-2.0-or-later */
/* probe: waiting until a modem answers, one fake after the other. */
#include "modem/probe.h"

#include <errno.h>

#include "check.h"
#include "probe-bench.h"

static const struct answer stored_q1[] = {
	{ "AT", "!SILENCE" },
	{ "ATQ0", "" },
	{ NULL, NULL },
};

static const struct {
	struct fake fake;
	unsigned timeout_ms;
	enum probe_ready want;
	unsigned min_ms;
	int n_commands; /* every second is ATQ0 */
} cases[] = {
	{ { "ready", conexant, .echo = true }, 5000, PROBE_READY_YES, 0, 1 },
	{ { "ready V0", conexant, .numeric = true }, 5000, PROBE_READY_YES, 0, 1 },
	{ { "deaf", conexant, .deaf = 2 }, 5000, PROBE_READY_YES, 590, 3 },
	{ { "stored Q1", stored_q1, .deaf = 0 }, 2000, PROBE_READY_YES, 290, 2 },
	{ { "stored Q1 V0", stored_q1, .numeric = true }, 2000, PROBE_READY_YES, 290, 2 },
	{ { "dead", .answers = NULL }, 700, PROBE_READY_SILENT, 690, 3 },
	{ { "echo only", NULL, .echo = true }, 500, PROBE_READY_SILENT, 490, 2 },
	{ { "ringing", NULL, .unasked = "\r\nRING\r\n" }, 2000, PROBE_READY_YES, 0, 1 },
	{ { "locked", conexant, .locked = true }, 5000, PROBE_READY_BUSY, 0, 0 },
};

static void test_wait_ready(struct record *records)
{
	int error;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		int64_t started;
		struct stage stage;
		unsigned ms, locks;
		enum probe_ready ready;

		raise_curtain(&cases[i].fake, &stage, &records[i]);
		locks = count_locks();
		started = base_now_ms();
		ready = probe_wait_ready(stage.port.name, 115200, cases[i].timeout_ms, &error);
		ms = (unsigned)(base_now_ms() - started);
		check(ready == cases[i].want, "%s: %d", cases[i].fake.name, (int)ready);
		check(ms >= cases[i].min_ms && ms < cases[i].timeout_ms + 1000, "%s: %u ms",
		      cases[i].fake.name, ms);
		check(records[i].n_forbidden <= cases[i].n_commands / 2,
		      "%s: %d commands that change something", cases[i].fake.name,
		      records[i].n_forbidden);
		check(records[i].n_commands == cases[i].n_commands, "%s: %d commands",
		      cases[i].fake.name, records[i].n_commands);
		check(count_locks() == locks, "%s: lock left", cases[i].fake.name);
		drop_curtain(&stage);
	}
	check(probe_wait_ready("ttyNOPE7", 115200, 100, &error) == PROBE_READY_ERROR);
	check(error == -ENOENT, "%d", error);
}

int main(void)
{
	struct record *records = open_theatre(ARRAY_SIZE(cases));

	if (!records)
		return 1;
	test_wait_ready(records);
	close_theatre();
	return check_done();
}
