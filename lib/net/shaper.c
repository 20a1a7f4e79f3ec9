/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The recipe of a shaper for a slow line, and its correction by what the line really takes. */
#include "net/shaper.h"

#include <limits.h>

/* --- the recipe --- */

/* LAPM's framing at 128 octets each (V.42 8.1), and 8 of 10 bits without it. */
#define EFFICIENCY_PERMILLE       940
#define EFFICIENCY_PLAIN_PERMILLE 800
/* What is left free, so that whatever is counted too low makes no queue behind. */
#define SLACK_PERMILLE            980

/* A flag, a protocol octet and the checksum: address and control are left out, as both ends agree
 * (RFC 1662). Flag and escape octets in random data are escaped: 2 of 256. */
#define FRAMING           4
/* 40 octets of headers become about 5 (RFC 1144 3.2). */
#define SHORT_HEADER_GAIN 35
/* CAKE adds the overhead to an unsigned length (sch_cake.c, cake_calc_overhead): below 0 that is 4
 * GiB, for which it would wait days. The last fragment of a datagram may have 21 octets. */
#define OVERHEAD_LEAST    (-20)
/* CAKE's least quantum (sch_cake.c, cake_set_rate). A flow whose packet is shorter has credit left
 * when it is empty, and comes first again with its next one: among ten downloads each would, and a
 * ping would wait behind a packet of every one. */
#define QUANTUM           300

/* Ten packets. More make the queue of each of several connections longer than the 1 s of a first
 * retransmission timeout (RFC 6298 2.1), and most of what is sent would be sent twice; less leave
 * ten connections none each. A full packet from a network driver takes a buffer of 2 KiB and its
 * sk_buff, however short it is. */
#define TRUE_SIZE 2304
#define PACKETS   10

#define RTT_US     100000 /* CAKE's assumption about the Internet, and CoDel's (RFC 8289 4.3) */
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

/* CoDel's target is at least the time of one packet (RFC 8290 5.2.2), here of one and a half, as
 * CAKE has it. */
void shaper_set_rate(struct shaper_recipe *recipe, unsigned bytes_per_s)
{
	unsigned packet_us;

	recipe->bytes_per_s = larger(bytes_per_s, RATE_LEAST);
	packet_us = (unsigned)((uint64_t)recipe->mtu * 1000000 / recipe->bytes_per_s);
	recipe->target_us = larger(packet_us + packet_us / 2, TARGET_US);
	recipe->interval_us = larger(RTT_US + recipe->target_us - TARGET_US, 2 * recipe->target_us);
}

/* Of a full packet with its whole header, at least. */
static int whole_overhead(const struct shaper_link *link)
{
	return FRAMING + (int)(link->mtu + 127) / 128;
}

/* No less than CAKE can take; and a full packet no shorter than its quantum, if that does not count
 * it longer than it ever is. */
static int counted_overhead(const struct shaper_link *link, int overhead)
{
	int counted = overhead > OVERHEAD_LEAST ? overhead : OVERHEAD_LEAST,
	    lacks = QUANTUM - (int)link->mtu;

	return counted < lacks && lacks <= whole_overhead(link) ? lacks : counted;
}

/* A full packet takes the line for as long as it shall, also when it is counted longer than it is.
 */
void shaper_make(const struct shaper_link *link, struct shaper_recipe *ret)
{
	unsigned efficiency = link->is_plain ? EFFICIENCY_PLAIN_PERMILLE : EFFICIENCY_PERMILLE;
	unsigned line = permille(link->rate, efficiency) / 8, mtu = link->mtu;
	int overhead = whole_overhead(link) - (link->has_short_headers ? SHORT_HEADER_GAIN : 0);
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

/* Something waits behind the shaper all the time when the shaper is above the line; a packet on its
 * way through a serial port is no queue. Modems stop the host and let it go on by more than a
 * kilobyte at once: what the line takes shows after ten of these. */
#define GAP_MS            5000 /* between two looks: nobody looks while nothing moves */
#define STILL_MS          2500
#define BUSY_PACKETS      2
#define BUSY_MS           5000
#define BUSY_BYTES        13000
#define BUSY_MS_MOST      10000
#define MEASURED_PERMILLE 960   /* ... and that is no exact measure */
#define EMPTY_MS          30000 /* emptying takes no longer, or something else is wrong */
#define AT_ONCE           4 /* to no less than that part of the rate; the next look may lower it again */
#define AGAIN_MS          300000
#define NEAR_PERMILLE     930 /* of the rate: not less than what seconds can tell */
#define FULL_MS           20000
#define PROBE_S           120
#define PROBE_S_MOST      1800
#define PROBE_MS_MOST     60000
#define PROBE_BYTES                                                                                \
	4500 /* what a modem keeps (3.25 KB, USRobotics' Courier) and what is no queue yet */
#define LINK_MOST      128000 /* bit/s: two ISDN channels */
#define WEIGH_MS       12000
#define WEIGH_LEAST_MS 4000
#define TRIM_STEP_PART 200
#define TRIM_MOST_PART 4
#define BEHIND_S                                                                                   \
	2 /* what stands in the modem would be gone in so many at the pace of the moment           \
	   */
#define BEHIND_MOST 4096 /* octets; no modem keeps more */

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

static bool is_busy(const struct shaper_tune *tune, const struct shaper_sample *sample)
{
	return sample->queued > BUSY_PACKETS * tune->mtu;
}

static void forget(struct shaper_tune *tune)
{
	tune->busy_ms = tune->busy_bytes = tune->full_ms = tune->still_ms = 0;
	tune->has_moved = false;
}

/* From before the queue to after it a driver that counts buffers and not what is in them
 * (cdc-acm.c, acm_tty_chars_in_buffer) counts right too: in between it tells too little while they
 * fill, and too much while they empty. */
static void count_episode(struct shaper_tune *tune, unsigned ms, int64_t moved)
{
	if (!is_busy(tune, &tune->last)) {
		tune->episode_ms = 0;
		tune->episode_bytes = 0;
	}
	tune->episode_bytes += moved;
	if (moved || tune->still_ms + ms <= STILL_MS)
		tune->episode_ms += ms;
}

unsigned shaper_tune_rate(const struct shaper_tune *tune)
{
	return tune->bytes_per_s - tune->trim;
}

/* A segment that is sent again has its whole header (RFC 1144 3.2.2), and so has whatever is no
 * TCP: with several connections one packet in five. While something waits before the shaper, as
 * much passes it as it counts; what comes out is what that is on the line. A packet more or less on
 * its way, and a header more or less, is nothing in so many seconds. */
static void weigh(struct shaper_tune *tune, const struct shaper_sample *sample, unsigned ms,
		  int64_t passed)
{
	bool waits = sample->backlog && tune->last.backlog;

	if (ms > GAP_MS || passed <= 0 || !waits || is_busy(tune, sample) ||
	    is_busy(tune, &tune->last))
		return;
	tune->wire += (uint64_t)passed * 1000 - tune->wire * ms / WEIGH_MS;
	tune->counted += (uint64_t)shaper_tune_rate(tune) * ms - tune->counted * ms / WEIGH_MS;
}

/* What the line takes while the rate in force is right. */
static unsigned believed_line(const struct shaper_tune *tune)
{
	return (unsigned)((uint64_t)tune->line * tune->bytes_per_s / tune->most);
}

/* A modem keeps some kilobytes and says nothing of them, but they are the difference of what came
 * and what the line had the time for. What a packet finds there is a queue; the packet itself is
 * none. In thousandths, or what is rounded would add up. */
void shaper_tune_pass(struct shaper_tune *tune, int64_t now_ms, unsigned bytes)
{
	uint64_t ms = now_ms > tune->passed_at ? (uint64_t)(now_ms - tune->passed_at) : 0;
	uint64_t gone = believed_line(tune) * ms;

	tune->standing = tune->standing > gone ? tune->standing - gone : 0;
	tune->behind = smaller(tune->behind, (unsigned)(tune->standing / 1000));
	tune->standing += (uint64_t)bytes * 1000;
	if (tune->standing > BEHIND_MOST * 1000)
		tune->standing = BEHIND_MOST * 1000;
	tune->passed_at = now_ms;
}

/* A slow modem that stops the host does so for a second or two. While it trains anew nothing moves
 * for longer, and that says nothing of its rate; nor does the second after. */
static void count(struct shaper_tune *tune, const struct shaper_sample *sample)
{
	unsigned ms = (unsigned)(sample->now_ms - tune->last.now_ms);
	int64_t moved = (int64_t)(sample->sent - tune->last.sent);
	int64_t passed = moved + sample->queued - tune->last.queued;
	unsigned bytes = moved > 0 ? (unsigned)moved : 0;
	bool busy = is_busy(tune, sample) && is_busy(tune, &tune->last);

	count_episode(tune, ms, moved);
	weigh(tune, sample, ms, passed);
	tune->still_ms = bytes ? 0 : tune->still_ms + ms;
	if (ms > GAP_MS || tune->still_ms > STILL_MS) {
		forget(tune);
		return;
	}
	tune->busy_ms = busy && tune->has_moved ? tune->busy_ms + ms : 0;
	tune->busy_bytes = tune->busy_ms ? tune->busy_bytes + bytes : 0;
	tune->full_ms = sample->backlog && !is_busy(tune, sample) && bytes ? tune->full_ms + ms : 0;
	tune->probe_bytes += bytes;
	tune->has_moved |= bytes > 0;
}

static void set(struct shaper_tune *tune, unsigned bytes_per_s)
{
	tune->bytes_per_s = larger(bytes_per_s, RATE_LEAST);
	tune->trim = 0;
	tune->wire = tune->counted = 0;
	tune->standing = tune->full_ms = 0;
	tune->since = tune->last.now_ms;
}

/* At half the rate the line stays full by what waits behind, and that goes. */
static void empty(struct shaper_tune *tune, unsigned aim)
{
	tune->aim = larger(smaller(aim, tune->most), RATE_LEAST);
	tune->probe_base = 0;
	set(tune, tune->aim / 2);
}

static void plan_probe(struct shaper_tune *tune, unsigned probe_s)
{
	tune->probe_s = smaller(probe_s, PROBE_S_MOST);
	tune->probe_at = tune->last.now_ms + (int64_t)tune->probe_s * 1000;
}

/* What the line takes of full packets, as the queue counts them. */
static unsigned as_counted(const struct shaper_tune *tune, uint64_t bytes_per_s)
{
	uint64_t full = (uint64_t)tune->line * SLACK_PERMILLE / 1000;

	return (unsigned)(full ? bytes_per_s * tune->most / full : bytes_per_s);
}

static unsigned measured(const struct shaper_tune *tune)
{
	uint64_t line = (uint64_t)tune->busy_bytes * 1000 / tune->busy_ms;

	return permille(as_counted(tune, line), MEASURED_PERMILLE);
}

static bool has_measured(const struct shaper_tune *tune)
{
	return tune->busy_ms >= BUSY_MS &&
	       (tune->busy_bytes >= BUSY_BYTES || tune->busy_ms >= BUSY_MS_MOST);
}

/* The line takes less: what it took becomes the rate. It takes about as much as it shall: what
 * waits is left over from a pause; if it comes again soon, packets are longer on the line than they
 * are counted. */
static void lower(struct shaper_tune *tune)
{
	unsigned base = tune->probe_base; /* about so much the line took just before */
	unsigned least = base ? base - base / 16 : tune->bytes_per_s / AT_ONCE,
		 aim = larger(measured(tune), least);
	bool is_near = !base && aim >= permille(tune->bytes_per_s, NEAR_PERMILLE);
	bool is_again = tune->emptied_at && tune->last.now_ms - tune->emptied_at < AGAIN_MS;

	tune->least = is_near ? 0 : least;
	if (is_near && !is_again) {
		empty(tune, tune->bytes_per_s);
		return;
	}
	if (is_near)
		aim = smaller(aim, permille(tune->bytes_per_s, NEAR_PERMILLE));
	plan_probe(tune, base && aim < base + base / 16 ? tune->probe_s * 2 : PROBE_S);
	empty(tune, aim);
}

/* Less what the modem may have kept of it. */
static unsigned measured_episode(const struct shaper_tune *tune)
{
	int64_t bytes = tune->episode_bytes - PROBE_BYTES;

	if (tune->episode_ms < BUSY_MS || bytes <= 0)
		return 0;
	return permille(as_counted(tune, (uint64_t)bytes * 1000 / tune->episode_ms),
			MEASURED_PERMILLE);
}

/* Meanwhile the line goes on to show what it takes. */
static bool end_emptying(struct shaper_tune *tune)
{
	bool busy = is_busy(tune, &tune->last);

	if (busy && tune->last.now_ms - tune->since < EMPTY_MS) {
		if (tune->least && has_measured(tune))
			tune->aim = larger(smaller(measured(tune), tune->aim), tune->least);
		return false;
	}
	if (!busy && tune->least)
		tune->aim = larger(tune->aim, smaller(measured_episode(tune), tune->most));
	set(tune, tune->aim);
	tune->aim = 0;
	tune->busy_ms = tune->busy_bytes = 0;
	tune->emptied_at = tune->last.now_ms;
	return true;
}

/* A little more than the line takes stays hidden in the modem for minutes. Half as much again shows
 * within seconds, or shows that the line takes at least a quarter more. */
static bool begin_probe(struct shaper_tune *tune)
{
	if (tune->bytes_per_s >= tune->most || tune->last.now_ms < tune->probe_at)
		return false;
	tune->probe_base = tune->bytes_per_s;
	tune->probe_bytes = 0;
	set(tune, smaller(tune->bytes_per_s + tune->bytes_per_s / 2, tune->most + tune->most / 5));
	return true;
}

static bool end_probe(struct shaper_tune *tune)
{
	unsigned more = permille(tune->bytes_per_s, 833);
	int64_t ms = tune->last.now_ms - tune->since;

	if (is_busy(tune, &tune->last) && ms < PROBE_MS_MOST)
		return false;
	if (as_counted(tune, tune->probe_bytes) >=
	    (uint64_t)more * (uint64_t)ms / 1000 + PROBE_BYTES) {
		set(tune, smaller(more, tune->most));
	} else if (ms >= PROBE_MS_MOST) { /* too little came to tell */
		set(tune, tune->probe_base);
		plan_probe(tune, tune->probe_s);
	} else {
		return false;
	}
	tune->probe_base = 0;
	return true;
}

/* Octets a second that pass the shaper when as much of the line stays free as shall. */
static unsigned weighed(const struct shaper_tune *tune)
{
	uint64_t line = permille(believed_line(tune), SLACK_PERMILLE), passes;

	if (tune->counted < (uint64_t)tune->bytes_per_s * WEIGH_LEAST_MS)
		return tune->bytes_per_s;
	passes = line * tune->counted / tune->wire;
	return passes < tune->bytes_per_s ? (unsigned)passes : tune->bytes_per_s;
}

/* True: another one is in force. */
static bool trim(struct shaper_tune *tune, unsigned behind)
{
	unsigned before = tune->trim, step = tune->bytes_per_s / TRIM_STEP_PART;
	unsigned want = tune->bytes_per_s - weighed(tune) + behind / BEHIND_S;

	if (!tune->line)
		return false;
	tune->trim = want < step ? 0 : smaller(want, tune->bytes_per_s / TRIM_MOST_PART);
	if (tune->trim && tune->trim < before + step && tune->trim + step > before)
		tune->trim = before; /* about the same */
	return tune->trim != before;
}

/* Where nothing has come nothing stands. */
static unsigned take_behind(struct shaper_tune *tune)
{
	unsigned behind = tune->behind == UINT_MAX ? 0 : tune->behind;

	tune->behind = UINT_MAX;
	return behind;
}

bool shaper_tune_look(struct shaper_tune *tune, const struct shaper_sample *sample)
{
	bool is_first = !tune->last.now_ms, is_late = sample->now_ms <= tune->last.now_ms;
	unsigned behind = take_behind(tune);

	if (!is_first && !is_late)
		count(tune, sample);
	tune->last = *sample;
	if (is_first || is_late)
		return false;
	if (tune->aim)
		return end_emptying(tune);
	if (has_measured(tune)) {
		lower(tune);
		return true;
	}
	if (tune->probe_base)
		return end_probe(tune);
	return (tune->full_ms >= FULL_MS && begin_probe(tune)) || trim(tune, behind);
}
