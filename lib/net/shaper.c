/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parameters of a shaper for a slow line, and their correction by the measured line rate. */
#include "net/shaper.h"

#include <limits.h>

/* --- the recipe --- */

/* LAPM framing with frames of 128 octets (V.42 8.1); without error control 8 of 10 bits. */
#define EFFICIENCY_PERMILLE       940
#define EFFICIENCY_PLAIN_PERMILLE 800
/* Part of the line rate that is used: the rest prevents a queue behind the shaper if packets are
 * counted too short. */
#define SLACK_PERMILLE            980

/* A flag, one protocol octet and the FCS; with ACFC and PFC (RFC 1662). Of random data 2 of 256
 * octets are escaped. */
#define FRAMING        4
/* VJ compression: 40 octets of headers become about 5 (RFC 1144 3.2). */
#define VJ_GAIN        35
/* CAKE adds the overhead to an unsigned length (sch_cake.c, cake_calc_overhead): a negative sum is
 * 4 GiB, which would block the link for days. The last fragment of a datagram may have 21 octets.
 */
#define OVERHEAD_LEAST (-20)
/* CAKE's minimum quantum (sch_cake.c, cake_set_rate). A flow with shorter packets has credit left
 * when its queue is empty, and its next packet is served first, as a sparse flow: with ten
 * downloads a ping would wait behind a packet of each. */
#define QUANTUM        300

/* Ten packets. With more, the queueing delay of several connections exceeds the initial
 * retransmission timeout of 1 s (RFC 6298 2.1), and most packets would be sent twice; with less,
 * ten connections do not have one packet each. The true size of a packet from a network driver is a
 * buffer of 2 KiB and its sk_buff. */
#define TRUE_SIZE 2304
#define PACKETS   10

#define RTT_US     100000 /* default of CAKE and CoDel for the Internet (RFC 8289 4.3) */
#define TARGET_US  5000
#define RATE_LEAST 64 /* octets a second; CAKE's too */

static const struct {
	unsigned rate, mtu; /* up to this rate */
} mtus[] = {
	{ 24000, 296 },
	{ 100000, 576 },
};

unsigned shaper_mtu(unsigned rate)
{
	for (size_t i = 0; i < ARRAY_SIZE(mtus); i++)
		if (rate <= mtus[i].rate)
			return mtus[i].mtu;
	return SHAPER_MTU_MAX;
}

static unsigned permille(unsigned value, unsigned part)
{
	return (unsigned)((uint64_t)value * part / 1000);
}

static unsigned larger(unsigned a, unsigned b)
{
	return a > b ? a : b;
}

static unsigned smaller(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* CoDel's target is at least the transmission time of one packet (RFC 8290 5.2.2); here of one and
 * a half, as in CAKE. */
void shaper_set_rate(struct shaper_recipe *recipe, unsigned bytes_per_s)
{
	unsigned packet_us;

	recipe->bytes_per_s = larger(bytes_per_s, RATE_LEAST);
	packet_us = (unsigned)((uint64_t)recipe->mtu * 1000000 / recipe->bytes_per_s);
	recipe->target_us = larger(packet_us + packet_us / 2, TARGET_US);
	recipe->interval_us = larger(RTT_US + recipe->target_us - TARGET_US, 2 * recipe->target_us);
}

/* Overhead of a full packet with uncompressed header. */
static int uncompressed_overhead(const struct shaper_link *link)
{
	return FRAMING + (int)(link->mtu + 127) / 128;
}

/* At least the minimum of CAKE; a full packet is counted with at least the quantum, unless that is
 * more than its maximum length on the line. */
static int counted_overhead(const struct shaper_link *link, int overhead)
{
	int counted = overhead > OVERHEAD_LEAST ? overhead : OVERHEAD_LEAST,
	    lacks = QUANTUM - (int)link->mtu;

	return counted < lacks && lacks <= uncompressed_overhead(link) ? lacks : counted;
}

/* The rate is scaled with the counted length, so that the time of a full packet is right. */
void shaper_make(const struct shaper_link *link, struct shaper_recipe *ret)
{
	unsigned efficiency = link->is_plain ? EFFICIENCY_PLAIN_PERMILLE : EFFICIENCY_PERMILLE;
	unsigned line = permille(link->rate, efficiency) / 8, mtu = link->mtu;
	int overhead = uncompressed_overhead(link) - (link->has_vj_compression ? VJ_GAIN : 0);
	int counted = counted_overhead(link, overhead);
	uint64_t rate = permille(line, SLACK_PERMILLE);

	rate = rate * (unsigned)((int)mtu + counted) / (unsigned)((int)mtu + overhead);
	*ret = (struct shaper_recipe){
		.mtu = mtu,
		.overhead = counted,
		.memory = PACKETS * TRUE_SIZE,
		.waiting = PACKETS * mtu,
		.line = line,
	};
	shaper_set_rate(ret, (unsigned)rate);
}

/* --- the correction --- */

/*
 * A sample a second says how many octets were sent to the modem (`sent`), how many are queued
 * behind the shaper, in pppd's pty and the serial driver (`queued`), and how many the shaper itself
 * holds (`backlog`). What the modem buffers is not reported.
 *
 * HOLD   The rate is taken for right. A standing queue behind the shaper means that the shaper rate
 *        exceeds the line rate: the measured line rate becomes the target of DRAIN. If that is
 *        within 7 % of the rate, the queue is left over from a pause and is only drained; if it
 *        recurs within 5 minutes, the target is 7 % lower. A backlog for 20 s without a queue
 *        behind the shaper, at a rate below `most`, starts PROBE.
 * DRAIN  Half of the target, so that the line remains fully used while the queue drains. A longer
 *        measurement corrects the target. Without a queue, or after 30 s: HOLD at the target.
 * PROBE  1.5 times the rate. A queue behind the shaper: DRAIN to what was measured, not below 15/16
 *        of the rate before. A quarter more was sent, beyond what the modem may buffer: HOLD at
 *        that. Neither within 60 s: HOLD at the rate before. The next PROBE starts 2 minutes later
 *        at the earliest; after one that gained less than 1/16, after twice the last interval, 30
 *        minutes at most.
 *
 * In HOLD the trim is subtracted, if the line rate is known: the shaper counts packets with VJ
 * compression, but retransmissions and packets that are not TCP have uncompressed headers (RFC 1144
 * 3.2.2), with several connections one packet in five. Octets on the line compared with counted
 * octets (`wire`, `counted`) say how much longer packets are; the estimated queue in the modem
 * (`standing`) is to be drained within BEHIND_S.
 *
 * Invariants:
 *   - RATE_LEAST <= rate; in HOLD and as a target <= most, in PROBE <= 6/5 of it.
 *   - The trim is 0 in DRAIN and PROBE, and at most a quarter of the rate in HOLD.
 *   - DRAIN ends after DRAIN_MS_MOST, PROBE after PROBE_MS_MOST, whatever the samples say.
 *   - A gap between samples, and a retrain (nothing is sent for longer than STILL_MS), are not used
 *     for measurements.
 */
#define GAP_MS            5000 /* between two samples: none are taken on an idle link */
#define STILL_MS          2500
#define BUSY_PACKETS      2 /* up to these are in transit and not a queue */
/* Modems apply flow control for more than a kilobyte at a time: the line rate is measured over ten
 * of these. */
#define BUSY_MS           5000
#define BUSY_BYTES        13000
#define BUSY_MS_MOST      10000
#define MEASURED_PERMILLE 960 /* margin for the inaccuracy of the measurement */
#define DRAIN_MS_MOST     30000
#define LOWER_PART        4 /* one step lowers to at least this fraction */
#define AGAIN_MS          300000
#define NEAR_PERMILLE     930 /* of the rate: not distinguishable from it within seconds */
#define FULL_MS           20000
#define PROBE_S           120
#define PROBE_S_MOST      1800
#define PROBE_MS_MOST     60000
#define PROBE_BYTES       4500 /* buffer of a modem (3.25 KB, USRobotics Courier), and in transit */
#define LINK_MOST         128000 /* bit/s: two ISDN channels */
#define WIRE_MS           12000  /* over which lengths on the line are averaged */
#define WIRE_MS_LEAST     4000
#define TRIM_STEP_PART    200
#define TRIM_MOST_PART    4
#define BEHIND_S          2    /* time in which the queue in the modem is to be drained */
#define BEHIND_MOST       4096 /* octets; maximum buffer of a modem */

void shaper_tune_begin(struct shaper_tune *ret, const struct shaper_recipe *recipe, bool is_assumed)
{
	*ret = (struct shaper_tune){
		.mtu = recipe->mtu,
		.bytes_per_s = recipe->bytes_per_s,
		.most = is_assumed ? LINK_MOST / 8 : recipe->bytes_per_s,
		.line = is_assumed ? 0 : recipe->line,
		.behind = UINT_MAX,
		.probe_s = PROBE_S,
	};
}

unsigned shaper_tune_rate(const struct shaper_tune *tune)
{
	return tune->bytes_per_s - tune->trim;
}

/* --- measuring --- */

/* A queue behind the shaper. */
static bool is_busy(const struct shaper_tune *tune, const struct shaper_sample *sample)
{
	return sample->queued > BUSY_PACKETS * tune->mtu;
}

/* Measures from an empty queue to an empty queue. A driver that reports the number of buffers
 * instead of octets (cdc-acm.c, acm_tty_chars_in_buffer) is only accurate then: it reports too
 * little while buffers fill, and too much while they drain. */
static void measure_episode(struct shaper_tune *tune, unsigned ms, int64_t moved)
{
	if (!is_busy(tune, &tune->last)) {
		tune->episode_ms = 0;
		tune->episode_bytes = 0;
	}
	tune->episode_bytes += moved;
	if (moved || tune->still_ms + ms <= STILL_MS)
		tune->episode_ms += ms;
}

/* Compares octets on the line with counted octets. While the shaper has a backlog, it passes
 * exactly its rate of counted octets; `passed` are the octets on the line. Packets in transit are
 * negligible over these seconds. */
static void measure_wire(struct shaper_tune *tune, const struct shaper_sample *sample, unsigned ms,
			 int64_t passed)
{
	bool has_backlog = sample->backlog && tune->last.backlog;

	if (ms > GAP_MS || passed <= 0 || !has_backlog || is_busy(tune, sample) ||
	    is_busy(tune, &tune->last))
		return;
	tune->wire += (uint64_t)passed * 1000 - tune->wire * ms / WIRE_MS;
	tune->counted += (uint64_t)shaper_tune_rate(tune) * ms - tune->counted * ms / WIRE_MS;
}

/* A slow modem applies flow control for a second or two. During a retrain nothing is sent for
 * longer; that time, and the second after it, is not used for measurements. */
static void measure_sample(struct shaper_tune *tune, const struct shaper_sample *sample)
{
	unsigned ms = (unsigned)(sample->now_ms - tune->last.now_ms);
	int64_t moved = (int64_t)(sample->sent - tune->last.sent);
	int64_t passed = moved + sample->queued - tune->last.queued;
	unsigned bytes = moved > 0 ? (unsigned)moved : 0;
	bool busy = is_busy(tune, sample) && is_busy(tune, &tune->last);

	measure_episode(tune, ms, moved);
	measure_wire(tune, sample, ms, passed);
	tune->still_ms = bytes ? 0 : tune->still_ms + ms;
	if (ms > GAP_MS || tune->still_ms > STILL_MS) {
		tune->busy_ms = tune->busy_bytes = tune->full_ms = tune->still_ms = 0;
		tune->has_moved = false;
		return;
	}
	tune->busy_ms = busy && tune->has_moved ? tune->busy_ms + ms : 0;
	tune->busy_bytes = tune->busy_ms ? tune->busy_bytes + bytes : 0;
	tune->full_ms = sample->backlog && !is_busy(tune, sample) && bytes ? tune->full_ms + ms : 0;
	tune->probe_bytes += bytes;
	tune->has_moved |= bytes > 0;
}

/* The line rate, if the current shaper rate is right. */
static unsigned expected_line(const struct shaper_tune *tune)
{
	return (unsigned)((uint64_t)tune->line * tune->bytes_per_s / tune->most);
}

/* A modem buffers some kilobytes and does not report them; they are the difference between the
 * octets that were sent and those that the line could carry. The queue is what a packet finds
 * there, without the packet itself. In thousandths, because rounding errors would add up. */
void shaper_tune_pass(struct shaper_tune *tune, int64_t now_ms, unsigned bytes)
{
	uint64_t ms = now_ms > tune->passed_at ? (uint64_t)(now_ms - tune->passed_at) : 0;
	uint64_t gone = expected_line(tune) * ms;

	tune->standing = tune->standing > gone ? tune->standing - gone : 0;
	tune->behind = smaller(tune->behind, (unsigned)(tune->standing / 1000));
	tune->standing += (uint64_t)bytes * 1000;
	if (tune->standing > BEHIND_MOST * 1000)
		tune->standing = BEHIND_MOST * 1000;
	tune->passed_at = now_ms;
}

/* Converts octets on the line to counted octets, for full packets. */
static unsigned as_counted(const struct shaper_tune *tune, uint64_t bytes_per_s)
{
	uint64_t full = (uint64_t)tune->line * SLACK_PERMILLE / 1000;

	return (unsigned)(full ? bytes_per_s * tune->most / full : bytes_per_s);
}

static bool has_measured(const struct shaper_tune *tune)
{
	return tune->busy_ms >= BUSY_MS &&
	       (tune->busy_bytes >= BUSY_BYTES || tune->busy_ms >= BUSY_MS_MOST);
}

static unsigned measured_rate(const struct shaper_tune *tune)
{
	uint64_t line = (uint64_t)tune->busy_bytes * 1000 / tune->busy_ms;

	return permille(as_counted(tune, line), MEASURED_PERMILLE);
}

/* Without the octets that may still be in the buffer of the modem. */
static unsigned measured_episode_rate(const struct shaper_tune *tune)
{
	int64_t bytes = tune->episode_bytes - PROBE_BYTES;

	if (tune->episode_ms < BUSY_MS || bytes <= 0)
		return 0;
	return permille(as_counted(tune, (uint64_t)bytes * 1000 / tune->episode_ms),
			MEASURED_PERMILLE);
}

/* --- states --- */

static void set_state(struct shaper_tune *tune, enum shaper_state state, unsigned bytes_per_s)
{
	tune->state = state;
	tune->bytes_per_s = larger(bytes_per_s, RATE_LEAST);
	tune->trim = 0;
	tune->wire = tune->counted = 0;
	tune->standing = tune->full_ms = 0;
	tune->since = tune->last.now_ms;
}

static void begin_drain(struct shaper_tune *tune, unsigned target)
{
	tune->target = larger(smaller(target, tune->most), RATE_LEAST);
	set_state(tune, SHAPER_STATE_DRAIN, tune->target / 2);
}

static void plan_probe(struct shaper_tune *tune, unsigned probe_s)
{
	tune->probe_s = smaller(probe_s, PROBE_S_MOST);
	tune->probe_at = tune->last.now_ms + (int64_t)tune->probe_s * 1000;
}

/* The rate before the probe is approximately the line rate. */
static void fail_probe(struct shaper_tune *tune)
{
	unsigned base = tune->probe_base;

	tune->least = base - base / 16;
	tune->target = larger(measured_rate(tune), tune->least);
	plan_probe(tune, tune->target < base + base / 16 ? tune->probe_s * 2 : PROBE_S);
	begin_drain(tune, tune->target);
}

/* The line rate is lower than assumed. If it is about as high as assumed, the queue is left over
 * from a pause; if it recurs soon, packets are longer on the line than counted. */
static void lower_rate(struct shaper_tune *tune)
{
	unsigned least = tune->bytes_per_s / LOWER_PART,
		 near = permille(tune->bytes_per_s, NEAR_PERMILLE);
	unsigned target = larger(measured_rate(tune), least);
	bool is_near = target >= near;
	bool is_again = tune->drained_at && tune->last.now_ms - tune->drained_at < AGAIN_MS;

	tune->least = is_near ? 0 : least;
	if (is_near && !is_again) {
		begin_drain(tune, tune->bytes_per_s);
		return;
	}
	plan_probe(tune, PROBE_S);
	begin_drain(tune, is_near ? near : target);
}

/* The line rate is still measured while the queue drains. */
static bool continue_drain(struct shaper_tune *tune)
{
	bool busy = is_busy(tune, &tune->last);

	if (busy && tune->last.now_ms - tune->since < DRAIN_MS_MOST) {
		if (tune->least && has_measured(tune))
			tune->target =
				larger(smaller(measured_rate(tune), tune->target), tune->least);
		return false;
	}
	if (!busy && tune->least)
		tune->target =
			larger(tune->target, smaller(measured_episode_rate(tune), tune->most));
	set_state(tune, SHAPER_STATE_HOLD, tune->target);
	tune->busy_ms = tune->busy_bytes = 0;
	tune->drained_at = tune->last.now_ms;
	return true;
}

/* A slightly too high rate would fill the buffer of the modem for minutes before it shows. A rate
 * of 1.5 shows a queue within seconds, or that the line rate is at least a quarter higher. */
static bool begin_probe(struct shaper_tune *tune)
{
	if (tune->full_ms < FULL_MS || tune->bytes_per_s >= tune->most ||
	    tune->last.now_ms < tune->probe_at)
		return false;
	tune->probe_base = tune->bytes_per_s;
	tune->probe_bytes = 0;
	set_state(tune, SHAPER_STATE_PROBE,
		  smaller(tune->bytes_per_s + tune->bytes_per_s / 2, tune->most + tune->most / 5));
	return true;
}

static bool continue_probe(struct shaper_tune *tune)
{
	unsigned more = permille(tune->bytes_per_s, 833);
	int64_t ms = tune->last.now_ms - tune->since;

	if (is_busy(tune, &tune->last) && ms < PROBE_MS_MOST)
		return false;
	if (as_counted(tune, tune->probe_bytes) >=
	    (uint64_t)more * (uint64_t)ms / 1000 + PROBE_BYTES) {
		set_state(tune, SHAPER_STATE_HOLD, smaller(more, tune->most));
		return true;
	}
	if (ms < PROBE_MS_MOST)
		return false;
	set_state(tune, SHAPER_STATE_HOLD, tune->probe_base); /* too little traffic for a result */
	plan_probe(tune, tune->probe_s);
	return true;
}

/* --- the trim --- */

/* The shaper rate (octets/s) that leaves the intended part of the line free. */
static unsigned rate_by_wire(const struct shaper_tune *tune)
{
	uint64_t line = permille(expected_line(tune), SLACK_PERMILLE), passes;

	if (tune->counted < (uint64_t)tune->bytes_per_s * WIRE_MS_LEAST)
		return tune->bytes_per_s;
	passes = line * tune->counted / tune->wire;
	return passes < tune->bytes_per_s ? (unsigned)passes : tune->bytes_per_s;
}

/* `behind`: queue in the modem, octets. True: the rate has changed. */
static bool update_trim(struct shaper_tune *tune, unsigned behind)
{
	unsigned before = tune->trim, step = tune->bytes_per_s / TRIM_STEP_PART;
	unsigned want = tune->bytes_per_s - rate_by_wire(tune) + behind / BEHIND_S;

	if (!tune->line)
		return false;
	tune->trim = want < step ? 0 : smaller(want, tune->bytes_per_s / TRIM_MOST_PART);
	if (tune->trim && tune->trim < before + step && tune->trim + step > before)
		tune->trim = before; /* about the same */
	return tune->trim != before;
}

/* Without packets there is no queue. */
static unsigned take_behind(struct shaper_tune *tune)
{
	unsigned behind = tune->behind == UINT_MAX ? 0 : tune->behind;

	tune->behind = UINT_MAX;
	return behind;
}

bool shaper_tune_update(struct shaper_tune *tune, const struct shaper_sample *sample)
{
	bool is_first = !tune->last.now_ms, is_late = sample->now_ms <= tune->last.now_ms;
	unsigned behind = take_behind(tune);

	if (!is_first && !is_late)
		measure_sample(tune, sample);
	tune->last = *sample;
	if (is_first || is_late)
		return false;
	switch (tune->state) {
	case SHAPER_STATE_HOLD:
		if (!has_measured(tune))
			return begin_probe(tune) || update_trim(tune, behind);
		lower_rate(tune);
		return true;
	case SHAPER_STATE_DRAIN:
		return continue_drain(tune);
	case SHAPER_STATE_PROBE:
		if (!has_measured(tune))
			return continue_probe(tune);
		fail_probe(tune);
		return true;
	}
	return false;
}
