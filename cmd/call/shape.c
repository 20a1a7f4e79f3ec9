/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The shaper of a call: set by the line rate of CONNECT, corrected by the measured line rate. */
#include "shape.h"

#include <errno.h>
#include <net/if.h>
#include <sys/ioctl.h>

#include "call.h"
#include "firewall/firewall.h"
#include "net/netlink.h"
#include "util/report.h"

/* --- by the CONNECT of the modem: pure --- */

void call_find_pace(const struct site *site, const struct line *line, unsigned rate,
		    struct call_pace *ret)
{
	static const struct line any = { 0 };
	const struct line *l = line ? line : &any;
	struct site_choice shaping = site_choose(&l->shaping, &site->shaping),
			   mtu = site_choose(&l->mtu, &site->mtu);
	struct call_pace pace = { .shaping = CALLDB_SHAPING_CONNECT, .rate = rate };

	if (shaping.how == SITE_HOW_NUMBER)
		pace = (struct call_pace){ .shaping = CALLDB_SHAPING_SET, .rate = shaping.number };
	else if (!rate)
		pace = (struct call_pace){ .shaping = CALLDB_SHAPING_ASSUMED,
					   .rate = SHAPER_RATE_ASSUMED };
	if (shaping.how == SITE_HOW_OFF)
		pace.shaping = CALLDB_SHAPING_OFF;
	pace.mtu = mtu.how == SITE_HOW_NUMBER ? mtu.number : shaper_mtu(pace.rate);
	*ret = pace;
}

/* --- before the first packet --- */

/* The negotiated value; pppd has set it in the kernel before (lcp.c, lcp_up). */
static unsigned find_link_mtu(const char *link, unsigned otherwise)
{
	_cleanup_close_ int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq request = { 0 };

	base_copy(request.ifr_name, sizeof(request.ifr_name), link);
	if (fd < 0 || ioctl(fd, SIOCGIFMTU, &request) < 0 || request.ifr_mtu < SHAPER_MTU_MIN)
		return otherwise;
	return (unsigned)request.ifr_mtu;
}

static void make_recipe(const struct calldb_call *call, struct shaper_recipe *ret)
{
	const struct shaper_link link = {
		.rate = call->shape.rate,
		.mtu = call->shape.mtu,
		.is_plain = call->error_control == AT_ERROR_CONTROL_NONE,
		.has_vj_compression = call->shape.vj_compression,
	};

	shaper_make(&link, ret);
}

/* A failure does not end the call: without a shaper it is only slower. */
static void set_shaper(const char *line, struct calldb_call *call)
{
	struct shaper_recipe recipe;
	enum netlink_shaper kind;
	int link = (int)if_nametoindex(call->link), r;

	make_recipe(call, &recipe);
	r = link ? netlink_set_shaper(link, &recipe, &kind) : -ENODEV;
	if (r == 0)
		return;
	call->shape.how = CALLDB_SHAPING_MISSING;
	if (r == -EOPNOTSUPP)
		report_warning(
			"%s: packets are not shaped: the kernel has neither sch_cake nor sch_tbf",
			line);
	else
		report_warning("%s: packets are not shaped: %s: %s", line, call->link,
			       strerror(-r));
}

void call_shape_set(const struct site *site, const char *line, struct calldb_call *call)
{
	struct call_pace pace;

	call_find_pace(site, site_find_line(site, line), call->rate, &pace);
	call->shape = (struct calldb_shape){
		.how = pace.shaping,
		.rate = pace.rate,
		.mtu = find_link_mtu(call->link, pace.mtu),
		.vj_compression = firewall_strips_stamps(),
	};
	if (pace.shaping != CALLDB_SHAPING_OFF)
		set_shaper(line, call);
}

/* --- during the call --- */

/* Uses the record, which is complete before the first packet. */
static enum call_shape_state begin_correction(struct call_shape *shape)
{
	struct calldb_call call;

	if (calldb_load(shape->line, &call) < 0 || call.shape.how == CALLDB_SHAPING_UNSET)
		return CALL_SHAPE_WAITING;
	shape->link = (int)if_nametoindex(call.link);
	if (!shape->link || call.shape.how == CALLDB_SHAPING_OFF ||
	    call.shape.how == CALLDB_SHAPING_MISSING)
		return CALL_SHAPE_OVER;
	make_recipe(&call, &shape->recipe);
	shaper_tune_begin(&shape->tune, &shape->recipe, call.shape.how == CALLDB_SHAPING_ASSUMED);
	return CALL_SHAPE_ACTIVE;
}

/* Reports only the rate on which it settles, neither attempts nor the trim. */
static void report_rate(const struct call_shape *shape, unsigned before)
{
	if (shape->tune.state == SHAPER_STATE_HOLD && shape->tune.bytes_per_s != before)
		report_info("%s: shaper rate set to %u bit/s (measured line rate)", shape->line,
			    shape->tune.bytes_per_s * 8);
}

static void correct_rate(struct call_shape *shape, unsigned before)
{
	enum netlink_shaper kind;
	int r;

	shaper_set_rate(&shape->recipe, shaper_tune_rate(&shape->tune));
	r = netlink_set_shaper(shape->link, &shape->recipe, &kind);
	if (r == 0) {
		report_rate(shape, before);
		return;
	}
	shape->state = CALL_SHAPE_OVER;
	if (r != -ENODEV) /* the call has just ended */
		report_warning("%s: could not correct the shaper: %s", shape->line, strerror(-r));
}

/* False: the shaper was changed by hand meanwhile and is kept. */
static bool find_backlog(struct call_shape *shape, unsigned *ret)
{
	struct netlink_qdisc qdisc;

	if (netlink_find_shaper(shape->link, &qdisc) < 0 ||
	    qdisc.bytes_per_s != shape->recipe.bytes_per_s)
		return false;
	*ret = qdisc.backlog;
	return true;
}

void call_shape_pass(struct call_shape *shape, unsigned bytes, int64_t now_ms)
{
	if (shape->state == CALL_SHAPE_ACTIVE)
		shaper_tune_pass(&shape->tune, now_ms, bytes);
}

/* Reads the counters of the kernel only while data is transferred. */
void call_shape_check(struct call_shape *shape, const struct call_drain *drain, int64_t now_ms)
{
	struct shaper_sample sample = { now_ms, drain->sent, drain->queued, 0 };
	bool is_idle = drain->sent == shape->drain.sent && !drain->queued;
	unsigned before;

	shape->drain = *drain;
	if (shape->state == CALL_SHAPE_WAITING && !is_idle)
		shape->state = begin_correction(shape);
	if (shape->state != CALL_SHAPE_ACTIVE)
		return;
	if (!is_idle && !find_backlog(shape, &sample.backlog)) {
		shape->state = CALL_SHAPE_OVER;
		return;
	}
	before = shape->tune.bytes_per_s;
	if (shaper_tune_update(&shape->tune, &sample))
		correct_rate(shape, before);
}
