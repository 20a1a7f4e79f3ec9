/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The shaper of a call: by what its modem and the site say, set, and corrected while the call
 * lasts; the kernel is a fake. */
#include "shape.h"

#include <errno.h>
#include <ftw.h>
#include <net/if.h>

#include "check.h"
#include "firewall/firewall.h"
#include "modem/at.h"
#include "net/netlink.h"
#include "util/report.h"

/* --- by what was said --- */

static void test_pace(void)
{
	static const struct site_choice off = { .how = SITE_HOW_OFF },
					automatic = { .how = SITE_HOW_AUTO };
	static const struct {
		const char *connect;
		struct site_choice line_mtu, line_shaping, mtu, shaping;
		struct call_pace want;
		bool is_plain;
	} cases[] = {
		{ "33600/V34/LAPM", .want = { CALLDB_SHAPING_CONNECT, 33600, 576 } },
		{ "14400/ARQ/V32", .want = { CALLDB_SHAPING_CONNECT, 14400, 296 } },
		{ "14400/NONE", .want = { CALLDB_SHAPING_CONNECT, 14400, 296 }, .is_plain = true },
		{ "33600/V34 +ER: NONE", .want = { CALLDB_SHAPING_CONNECT, 33600, 576 },
		  .is_plain = true },
		{ "64000", .want = { CALLDB_SHAPING_CONNECT, 64000, 576 } },
		{ "128000/ISDN", .want = { CALLDB_SHAPING_CONNECT, 128000, 1500 } },
		/* the port's rate is none of the line's */
		{ "115200", .want = { CALLDB_SHAPING_ASSUMED, 28800, 576 } },
		{ "", .want = { CALLDB_SHAPING_ASSUMED, 28800, 576 } },
		{ "115200 CARRIER 31200", .want = { CALLDB_SHAPING_CONNECT, 31200, 576 } },
		/* the administrator knows better */
		{ "33600", .shaping = { SITE_HOW_NUMBER, 21600 },
		  .want = { CALLDB_SHAPING_SET, 21600, 296 } },
		{ "33600", .shaping = { .how = SITE_HOW_OFF },
		  .want = { CALLDB_SHAPING_OFF, 33600, 576 } },
		{ "115200", .shaping = { .how = SITE_HOW_OFF },
		  .want = { CALLDB_SHAPING_OFF, 28800, 576 } },
		{ "33600", .mtu = { SITE_HOW_NUMBER, 1500 },
		  .want = { CALLDB_SHAPING_CONNECT, 33600, 1500 } },
		/* the line's own word goes first */
		{ "33600", .line_mtu = { SITE_HOW_NUMBER, 296 }, .mtu = { SITE_HOW_NUMBER, 1500 },
		  .line_shaping = { .how = SITE_HOW_AUTO }, .shaping = { .how = SITE_HOW_OFF },
		  .want = { CALLDB_SHAPING_CONNECT, 33600, 296 } },
		{ "14400", .line_mtu = { .how = SITE_HOW_AUTO }, .mtu = { SITE_HOW_NUMBER, 1500 },
		  .line_shaping = { .how = SITE_HOW_OFF },
		  .want = { CALLDB_SHAPING_OFF, 14400, 296 } },
	};
	struct site none = { .mtu = automatic, .shaping = off };
	struct at_connect said;
	struct call_pace have;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct call_pace *want = &cases[i].want;
		struct line line = { .speed = 115200,
				     .mtu = cases[i].line_mtu,
				     .shaping = cases[i].line_shaping };
		struct site site = { .mtu = cases[i].mtu, .shaping = cases[i].shaping };

		at_parse_connect(cases[i].connect, 115200, &said);
		call_find_pace(&site, &line, said.rate, &have);
		check(have.shaping == want->shaping && have.rate == want->rate &&
			      have.mtu == want->mtu &&
			      (said.error_control == AT_ERROR_CONTROL_NONE) == cases[i].is_plain,
		      "case %zu: %d %u %u", i, (int)have.shaping, have.rate, have.mtu);
	}
	call_find_pace(&none, NULL, 33600, &have); /* a line that was just removed */
	check(have.shaping == CALLDB_SHAPING_OFF && have.rate == 33600 && have.mtu == 576);
}

/* --- a kernel that remembers --- */

static struct {
	int link; /* index of ppp-line1; 0: it is not there */
	int r;    /* of the next setting */
	unsigned n_set, n_looks;
	struct shaper_recipe recipe;
	struct netlink_qdisc qdisc;
	bool strips;
} kernel;

unsigned __wrap_if_nametoindex(const char *name);
int __wrap_netlink_set_shaper(int link, const struct shaper_recipe *recipe,
			      enum netlink_shaper *ret_kind);
int __wrap_netlink_find_shaper(int link, struct netlink_qdisc *ret);
bool __wrap_firewall_strips_stamps(void);

unsigned __wrap_if_nametoindex(const char *name)
{
	return str_eq(name, "ppp-line1") ? (unsigned)kernel.link : 0;
}

int __wrap_netlink_set_shaper(int link, const struct shaper_recipe *recipe,
			      enum netlink_shaper *ret_kind)
{
	check(link == kernel.link);
	kernel.n_set++;
	if (kernel.r < 0)
		return kernel.r;
	kernel.recipe = *recipe;
	kernel.qdisc.bytes_per_s = recipe->bytes_per_s;
	kernel.qdisc.kind = *ret_kind = NETLINK_SHAPER_CAKE;
	return 0;
}

int __wrap_netlink_find_shaper(int link, struct netlink_qdisc *ret)
{
	kernel.n_looks++;
	if (link != kernel.link || !kernel.qdisc.kind)
		return -ENOENT;
	*ret = kernel.qdisc;
	return 0;
}

bool __wrap_firewall_strips_stamps(void)
{
	return kernel.strips;
}

static void start(const char *connect, struct calldb_call *ret)
{
	struct at_connect said;

	memset(&kernel, 0, sizeof(kernel));
	kernel.link = 7;
	kernel.strips = true;
	*ret = (struct calldb_call){ .link = "ppp-line1" };
	at_parse_connect(connect, 115200, &said);
	ret->rate = said.rate;
	ret->error_control = said.error_control;
}

static void test_set(void)
{
	static const struct {
		const char *connect;
		bool keeps_stamps;
		int r;
		enum calldb_shaping how;
		unsigned rate, bytes_per_s;
		int overhead;
	} cases[] = {
		{ "33600/LAPM", false, 0, CALLDB_SHAPING_CONNECT, 33600, 3911, -20 },
		{ "33600/LAPM", true, 0, CALLDB_SHAPING_CONNECT, 33600, 3869, 9 },
		{ "33600/NONE", false, 0, CALLDB_SHAPING_CONNECT, 33600, 3327, -20 },
		{ "115200", false, 0, CALLDB_SHAPING_ASSUMED, 28800, 3352, -20 },
		{ "33600", false, -EOPNOTSUPP, CALLDB_SHAPING_MISSING, 33600, 0, 0 },
		{ "33600", false, -EPERM, CALLDB_SHAPING_MISSING, 33600, 0, 0 },
	};
	struct site site = { 0 };
	struct calldb_call call;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		start(cases[i].connect, &call);
		kernel.strips = !cases[i].keeps_stamps;
		kernel.r = cases[i].r;
		call_shape_set(&site, "line1", &call);
		check(call.shape.how == cases[i].how && call.shape.rate == cases[i].rate &&
			      call.shape.mtu == 576,
		      "case %zu: %d %u %u", i, (int)call.shape.how, call.shape.rate,
		      call.shape.mtu);
		check(kernel.recipe.bytes_per_s == cases[i].bytes_per_s &&
			      kernel.recipe.overhead == cases[i].overhead,
		      "case %zu: %u %d", i, kernel.recipe.bytes_per_s, kernel.recipe.overhead);
	}
	start("33600", &call);
	kernel.link = 0; /* the call has just ended */
	call_shape_set(&site, "line1", &call);
	check(call.shape.how == CALLDB_SHAPING_MISSING && !kernel.n_set);
	start("33600", &call);
	site.shaping.how = SITE_HOW_OFF;
	call_shape_set(&site, "line1", &call);
	check(call.shape.how == CALLDB_SHAPING_OFF && !kernel.n_set);
}

/* --- looks --- */

/* Of a line that takes `rate` octets a second of what comes, up to `n` seconds. A full packet is on
 * it a little shorter than it is counted. */
static void look(struct call_shape *shape, struct call_drain *drain, int64_t *now_ms, unsigned n,
		 unsigned rate)
{
	for (unsigned i = 0; i < n; i++) {
		unsigned comes = (unsigned)kernel.qdisc.bytes_per_s * 988 / 1000 + drain->queued,
			 goes = comes < rate ? comes : rate;

		drain->sent += goes;
		drain->queued = comes - goes;
		*now_ms += 1000;
		call_shape_check(shape, drain, *now_ms);
	}
}

static void begin(const char *connect, struct call_shape *ret)
{
	struct site site = { 0 };
	struct calldb_call call;

	start(connect, &call);
	kernel.qdisc.backlog = 3000;
	call_shape_set(&site, "line1", &call);
	check(calldb_save("line1", &call) == 0);
	*ret = (struct call_shape){ .line = "line1" };
}

static void test_correction(void)
{
	struct call_shape shape;
	struct call_drain drain = { 0 };
	int64_t now_ms = 100000;

	begin("33600/LAPM", &shape);
	look(&shape, &drain, &now_ms, 30, 3948);
	check(kernel.n_set == 1, "%u", kernel.n_set);
	look(&shape, &drain, &now_ms, 60, 2000);
	check(kernel.qdisc.bytes_per_s > 1800 && kernel.qdisc.bytes_per_s < 2000, "%llu",
	      (unsigned long long)kernel.qdisc.bytes_per_s);
	check(drain.queued < 1000, "%u", drain.queued);
	check(kernel.recipe.overhead == -20 && kernel.recipe.memory == 23040);
}

/* Before the login there is nothing to look at; on an idle line the kernel is not asked. */
static void test_quiet(void)
{
	struct call_shape shape = { .line = "line1" };
	struct call_drain drain = { .sent = 100 };
	int64_t now_ms = 100000;

	calldb_clear("line1");
	memset(&kernel, 0, sizeof(kernel));
	call_shape_check(&shape, &drain, now_ms);
	check(shape.state == CALL_SHAPE_WAITING && !kernel.n_looks);
	begin("115200", &shape);
	look(&shape, &drain, &now_ms, 1, 3000);
	check(shape.state == CALL_SHAPE_ACTIVE && kernel.n_looks == 1);
	drain.queued = 0;
	call_shape_check(&shape, &drain, now_ms + 1000);
	for (int i = 2; i < 100; i++)
		call_shape_check(&shape, &drain, now_ms + i * 1000);
	check(kernel.n_looks <= 2, "%u", kernel.n_looks);
	check(kernel.n_set == 1);
}

/* What is not ours, or not ours any more, stays as it is. */
static void test_hands_off(void)
{
	struct call_shape shape;
	struct call_drain drain = { 0 };
	int64_t now_ms = 100000;

	begin("33600", &shape);
	look(&shape, &drain, &now_ms, 2, 4000);
	kernel.qdisc.bytes_per_s = 5000; /* tc qdisc change */
	look(&shape, &drain, &now_ms, 60, 2000);
	check(shape.state == CALL_SHAPE_OVER && kernel.n_set == 1 && kernel.n_looks == 3, "%u %u",
	      kernel.n_set, kernel.n_looks);

	begin("33600", &shape);
	look(&shape, &drain, &now_ms, 2, 4000);
	kernel.qdisc.kind = NETLINK_SHAPER_NONE; /* tc qdisc replace */
	look(&shape, &drain, &now_ms, 60, 2000);
	check(shape.state == CALL_SHAPE_OVER && kernel.n_set == 1);

	begin("33600", &shape);
	look(&shape, &drain, &now_ms, 2, 4000);
	kernel.r = -EPERM;
	look(&shape, &drain, &now_ms, 60, 2000);
	check(shape.state == CALL_SHAPE_OVER && kernel.n_set == 2, "%u", kernel.n_set);
}

/* --- a directory of our own --- */

static char dir[] = "/tmp/test-shape-XXXXXX";

static int remove_one(const char *path, const struct stat *st __attribute__((unused)),
		      int type __attribute__((unused)), struct FTW *ftw __attribute__((unused)))
{
	return remove(path);
}

int main(void)
{
	check(mkdtemp(dir));
	calldb_set_dir(dir);
	report_init("test-shape", REPORT_ERROR);
	test_pace();
	test_set();
	test_correction();
	test_quiet();
	test_hands_off();
	nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	return check_done();
}
