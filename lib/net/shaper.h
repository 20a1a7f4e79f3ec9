/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How a slow link is kept short of lag: the size of its packets, what holds them back below the
 * rate of the line, so that every queue behind stays empty, and what corrects that. Pure; netlink
 * puts it into the kernel.
 */
#pragma once

#include "util/base.h"

#define SHAPER_RATE_ASSUMED 28800 /* bit/s; what telephone modems that say nothing mostly do */
#define SHAPER_MTU_MIN      128   /* pppd's least (lcp.h, MINMRU) */
#define SHAPER_MTU_MAX      1500

/* Octets of the largest packet on a line of `rate` bit/s: none holds the line for much longer than
 * 150 ms (RFC 3150 2.3). */
unsigned shaper_mtu(unsigned rate);

struct shaper_link {
	unsigned rate; /* bit/s of the modems between themselves */
	unsigned mtu;
	bool is_plain; /* without error control: start and stop bits go over the line too */
	bool has_short_headers; /* TCP's are compressed (RFC 1144) */
};
struct shaper_recipe {
	unsigned mtu;
	unsigned bytes_per_s; /* as the queue counts: length and overhead */
	int overhead;         /* octets of a packet on the line less its length in the queue */
	unsigned memory;      /* octets the queue may take in the kernel */
	unsigned waiting;     /* octets of as many packets, as the queue counts */
	unsigned target_us, interval_us; /* CoDel's, where the kernel does not reckon them itself */
	unsigned line; /* octets a second that the line takes, as they are on it */
};
void shaper_make(const struct shaper_link *link, struct shaper_recipe *ret);
/* The same for another rate. */
void shaper_set_rate(struct shaper_recipe *recipe, unsigned bytes_per_s);

/* --- correction --- */

/* One look at a link, about once a second while something moves. */
struct shaper_sample {
	int64_t now_ms;
	uint64_t sent;    /* octets that the modem has taken so far; only differences count */
	unsigned queued;  /* octets behind the shaper that it has not */
	unsigned backlog; /* octets that the shaper holds back */
};
struct shaper_tune {
	unsigned mtu, bytes_per_s;
	unsigned trim; /* of it, held back: packets are longer on the line than counted, or are
			* behind */
	unsigned line; /* octets a second on the line at `most`; 0: nobody said them */
	uint64_t wire,
		counted;   /* octets of the last seconds, on the line and as the queue counts */
	uint64_t standing; /* thousandths of octets past the shaper that such a line had no time for
			    * yet */
	int64_t passed_at; /* the last of them; ms */
	unsigned behind;   /* octets: the least that stood there when something came, since the last
			    * look */
	unsigned most;     /* it settles on no more than that */
	unsigned least;    /* ... and what it is not lowered below by a longer look; 0: no other one
			    * counts */
	unsigned aim;      /* while the queue behind is emptied: what follows; else 0 */
	unsigned probe_base; /* while more is tried: what was before; else 0 */
	int64_t since, emptied_at, probe_at;
	unsigned probe_s; /* how long until more is tried again */
	uint64_t probe_bytes;
	unsigned busy_ms, busy_bytes, full_ms, still_ms;
	unsigned episode_ms; /* since nothing waited */
	int64_t episode_bytes;
	bool has_moved;
	struct shaper_sample last;
};
/* `is_assumed`: nobody said the rate, and the line may take more than that too. */
void shaper_tune_begin(struct shaper_tune *ret, const struct shaper_recipe *recipe,
		       bool is_assumed);
/* So many octets have just gone to the modem. */
void shaper_tune_pass(struct shaper_tune *tune, int64_t now_ms, unsigned bytes);
/* True: the rate in force is another one now. */
bool shaper_tune_look(struct shaper_tune *tune, const struct shaper_sample *sample);
/* Octets a second, as the queue counts them. */
unsigned shaper_tune_rate(const struct shaper_tune *tune);
