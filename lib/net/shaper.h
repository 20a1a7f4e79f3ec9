/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Low latency on a slow link: the MTU, a shaper below the line rate, so that all queues behind it
 * stay empty, and the correction of the shaper rate. Pure; netlink configures the kernel.
 */
#pragma once

#include "util/base.h"

#define SHAPER_RATE_ASSUMED 28800 /* bit/s; typical of modems that do not report a rate */
#define SHAPER_MTU_MIN      128   /* minimum of pppd (lcp.h, MINMRU) */
#define SHAPER_MTU_MAX      1500

/* MTU for a line rate in bit/s: the transmission time of a packet is not much longer than 150 ms
 * (RFC 3150 2.3). */
unsigned shaper_mtu(unsigned rate);

struct shaper_link {
	unsigned rate; /* line rate, bit/s */
	unsigned mtu;
	bool is_plain; /* without error control: start and stop bits are transmitted, too */
	bool has_vj_compression; /* RFC 1144: of TCP without timestamps */
};
struct shaper_recipe {
	unsigned mtu;
	unsigned bytes_per_s; /* shaper rate, counted octets: length and overhead */
	int overhead;         /* octets of a packet on the line minus its length in the queue */
	unsigned memory;      /* memory limit of the queue, octets */
	unsigned waiting;     /* limit of the queue in counted octets */
	unsigned target_us, interval_us; /* of CoDel, if the kernel does not compute them */
	unsigned line;                   /* line rate, octets/s on the line */
};
void shaper_make(const struct shaper_link *link, struct shaper_recipe *ret);
/* Changes the rate of a recipe. */
void shaper_set_rate(struct shaper_recipe *recipe, unsigned bytes_per_s);

/* --- correction --- */

/* A sample of a link, taken about once a second while there is traffic. */
struct shaper_sample {
	int64_t now_ms;
	uint64_t sent;    /* octets sent to the modem so far; only differences are used */
	unsigned queued;  /* octets behind the shaper that are not sent to the modem yet */
	unsigned backlog; /* octets in the queue of the shaper */
};
enum shaper_state {
	SHAPER_STATE_HOLD,  /* the rate is taken for right */
	SHAPER_STATE_DRAIN, /* below the line rate, until the queue behind the shaper is empty */
	SHAPER_STATE_PROBE, /* above it, to find out whether the line rate is higher */
};
/* The algorithm and its invariants: shaper.c. Rates are counted octets/s. */
struct shaper_tune {
	enum shaper_state state;
	unsigned mtu;
	unsigned bytes_per_s; /* rate, since `since` */
	unsigned trim;        /* subtracted from it */
	unsigned most;        /* maximum rate */
	unsigned line;        /* octets/s on the line at `most`; 0: unknown */
	int64_t since;
	struct shaper_sample last;

	/* DRAIN */
	unsigned target; /* rate afterwards */
	unsigned least;  /* minimum of the target; 0: no further measurement */
	int64_t drained_at;

	/* PROBE */
	unsigned probe_base; /* rate before */
	uint64_t probe_bytes;
	int64_t probe_at; /* not before that */
	unsigned probe_s; /* interval of probes */

	/* time with a queue behind the shaper, with a backlog and no such queue, and without
	 * anything sent; octets that were sent */
	unsigned busy_ms, busy_bytes, full_ms, still_ms;
	bool has_moved;
	/* since the queue behind the shaper was empty */
	unsigned episode_ms;
	int64_t episode_bytes;

	/* octets of the last seconds, on the line and counted, thousandths */
	uint64_t wire, counted;
	/* estimated queue in the modem, thousandths of octets, at the time of the last packet; and
	 * the minimum that a packet found there since the last sample, UINT_MAX: no packet */
	uint64_t standing;
	int64_t passed_at;
	unsigned behind;
};
/* `is_assumed`: the rate is unknown, and the line rate may be higher. */
void shaper_tune_begin(struct shaper_tune *ret, const struct shaper_recipe *recipe,
		       bool is_assumed);
/* Call after sending `bytes` octets to the modem. */
void shaper_tune_pass(struct shaper_tune *tune, int64_t now_ms, unsigned bytes);
/* True: the rate has changed. */
bool shaper_tune_update(struct shaper_tune *tune, const struct shaper_sample *sample);
/* The shaper rate, less the trim, counted octets/s. */
unsigned shaper_tune_rate(const struct shaper_tune *tune);
