/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a modem with its settings offers to the other end of a call. No I/O. */
#include "modem/offer.h"

#include "exchange/subscriber.h"
#include "modem/extended.h"
#include "modem/profile.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* &N1 to &N16: one rate and no other; &N0: whatever both can do. */
static long find_fixed_rate(const struct profiles *profiles)
{
	static const long rates[] = { 0,     300,   1200,  2400,  4800,  7200,  9600,  12000, 14400,
				      16800, 19200, 21600, 24000, 26400, 28800, 31200, 33600 };
	uint8_t value = profile_param(profiles, PARAM_LINK_RATE);

	return value < COUNT(rates) ? rates[value] : 0;
}

static long smaller(long a, long b)
{
	return a < b ? a : b;
}

long offer_receive_max(const struct profiles *profiles)
{
	long best = profiles->persona->rate_max;
	long tx = profile_ext_number(profiles, EXT_MS, 3, best);
	long max = smaller(best, profile_ext_number(profiles, EXT_MS, 5, tx));
	long only = find_fixed_rate(profiles);

	if (!only)
		only = extended_carrier_max(profile_ext(profiles, EXT_MS));
	return only ? smaller(max, only) : max;
}

static long find_rate_min(const struct profiles *profiles)
{
	long tx = profile_ext_number(profiles, EXT_MS, 2, 300);
	long rx = profile_ext_number(profiles, EXT_MS, 4, tx), fixed = find_fixed_rate(profiles);

	if (fixed)
		return fixed;
	return tx > rx ? tx : rx;
}

/*
 * &Q0 and &Q6, \N or &M, S48=128 and the buffered modes of +ES leave error correction out
 * (V.250 6.5.1).
 */
static bool offers_correction(const struct profiles *profiles)
{
	uint8_t mode = profile_param_or(profiles, PARAM_MODE, 5);
	uint8_t correction = profile_param(profiles, PARAM_CORRECTION);

	return mode != 0 && mode != 6 && profiles->persona->ec_offers >> correction & 1 &&
	       profile_sreg(profiles, 48) != 128 && profile_ext_number(profiles, EXT_ES, 0, 3) > 1;
}

static bool demands_correction(const struct profiles *profiles)
{
	uint8_t correction = profile_param(profiles, PARAM_CORRECTION);
	long orig_fallback = profile_ext_number(profiles, EXT_ES, 1, 0);
	long answer_fallback = profile_ext_number(profiles, EXT_ES, 2, 2);

	return profiles->persona->ec_demands >> correction & 1 || orig_fallback >= 2 ||
	       answer_fallback >= 4;
}

static bool offers_compression(const struct profiles *profiles)
{
	return profile_param_or(profiles, PARAM_COMPRESSION, 1) &&
	       profile_sreg(profiles, 46) != 136 && profile_ext_number(profiles, EXT_DS, 0, 3);
}

void offer_fill(const struct profiles *profiles, struct offer *ret_offer)
{
	long receive_max = offer_receive_max(profiles);
	long tx = profile_ext_number(profiles, EXT_MS, 3, receive_max);

	*ret_offer = (struct offer){
		.receive_max = receive_max,
		.send_max = smaller(receive_max, tx),
		.digital_max = tx >= ANALOGUE_MAX ? receive_max : smaller(receive_max, tx),
		.rate_min = find_rate_min(profiles),
		.correction = offers_correction(profiles),
		.needs_correction = demands_correction(profiles),
		.compression = offers_compression(profiles),
	};
}
