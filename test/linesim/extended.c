/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Extended parameters (V.250 5.4.4) and what they and the S-registers offer to the far end. */
#include "extended.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "at.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* V.92 sends no faster from its analogue end. */
static const long analogue_max = 48000;

struct carrier_row {
	const char *name;
	long max;
};

/* What a modulation can do when +MS names no rates. */
static const struct carrier_row carriers[] = {
	{ "B103", 300 },      { "V21", 300 },   { "B212", 1200 }, { "V22", 1200 },
	{ "V23C", 1200 },     { "V22B", 2400 }, { "V32", 9600 },  { "V32B", 14400 },
	{ "V34", 33600 },     { "V90", 56000 }, { "V92", 56000 }, { "BELL103", 300 },
	{ "BELL212A", 1200 },
};

/* The answer to =? says which values are right (V.250 5.7.3). */

static bool value_fits(const char *value, const char *allowed, size_t allowed_len)
{
	char *end;
	long low = strtol(allowed, &end, 10), high, number;

	if (strlen(value) == allowed_len && !strncasecmp(value, allowed, allowed_len))
		return true;
	if (end == allowed || *end != '-' || !isdigit((unsigned char)*value))
		return false;
	high = strtol(end + 1, NULL, 10);
	number = strtol(value, &end, 10);
	return !*end && number >= low && number <= high;
}

/* group: "0-4,6,7"; true when value is one of them. */
static bool group_allows(const char *group, size_t group_len, const char *value)
{
	const char *end = group + group_len;

	while (group < end) {
		size_t len = strcspn(group, ",)");

		if (value_fits(value, group, len))
			return true;
		group += len + 1;
	}
	return false;
}

/* Find the i-th parenthesis of a range; one without any is a single group. */
static bool find_group(const char *range, size_t i, const char **ret_group, size_t *ret_len)
{
	const char *open = strchr(range, '(');

	if (!open) {
		*ret_group = range;
		*ret_len = strlen(range);
		return i == 0;
	}
	while (i-- && open)
		open = strchr(open + 1, '(');
	if (!open)
		return false;
	*ret_group = open + 1;
	*ret_len = strcspn(open + 1, ")");
	return true;
}

struct fields {
	size_t count;
	char at[10][24];
};

static int split(const char *list, struct fields *ret_fields)
{
	struct fields fields = { 0 };

	for (;;) {
		size_t len = strcspn(list, ",");

		if (fields.count == COUNT(fields.at) || len >= sizeof(fields.at[0]))
			return -E2BIG;
		memcpy(fields.at[fields.count++], list, len);
		if (!list[len])
			break;
		list += len + 1;
	}
	*ret_fields = fields;
	return 0;
}

static void join(const struct fields *fields, char ret_list[EXTENDED_MAX])
{
	ret_list[0] = '\0';
	for (size_t i = 0; i < fields->count; i++)
		snprintf(ret_list + strlen(ret_list), EXTENDED_MAX - strlen(ret_list), "%s%s",
			 i ? "," : "", fields->at[i]);
}

/* +MS with fewer than six fields: the rest follows from the carrier (V.250 6.4.1). */
static void complete_ms(const struct fields *given, struct fields *ret_fields)
{
	long max = 33600;

	for (size_t i = 0; i < COUNT(carriers); i++)
		if (!strcasecmp(carriers[i].name, ret_fields->at[0]))
			max = carriers[i].max;
	if (given->count < 3)
		snprintf(ret_fields->at[2], sizeof(ret_fields->at[2]), "300");
	if (given->count < 4)
		snprintf(ret_fields->at[3], sizeof(ret_fields->at[3]), "%ld",
			 max < analogue_max ? max : analogue_max);
	if (given->count < 5)
		memcpy(ret_fields->at[4], ret_fields->at[2], sizeof(ret_fields->at[4]));
	if (given->count < 6)
		snprintf(ret_fields->at[5], sizeof(ret_fields->at[5]), "%ld",
			 given->count < 4 ? max : strtol(ret_fields->at[3], NULL, 10));
}

int extended_set(const struct ext_row *row, const char *value, char in_out_value[EXTENDED_MAX])
{
	struct fields fields, given;
	const char *group;
	size_t len;

	if (split(in_out_value, &fields) || split(value, &given) || given.count > fields.count ||
	    given.count < row->min_fields)
		return -EINVAL;
	for (size_t i = 0; i < given.count; i++) {
		if (!given.at[i][0])
			continue; /* V.250 5.4.4.2: an empty field keeps its value */
		if (!find_group(row->range, i, &group, &len) ||
		    !group_allows(group, len, given.at[i]))
			return -EINVAL;
		memcpy(fields.at[i], given.at[i], sizeof(fields.at[i]));
	}
	if (row->ext == EXT_MS)
		complete_ms(&given, &fields);
	join(&fields, in_out_value);
	return 0;
}

/* What the settings offer to the far end */

/* &N1 to &N16: one rate and no other; &N0: whatever both can do. */
static long fixed_rate(const struct at *at)
{
	static const long rates[] = { 0,     300,   1200,  2400,  4800,  7200,  9600,  12000, 14400,
				      16800, 19200, 21600, 24000, 26400, 28800, 31200, 33600 };
	uint8_t value = at_param(at, PARAM_LINK_RATE);

	return value < COUNT(rates) ? rates[value] : 0;
}

static long smaller(long a, long b)
{
	return a < b ? a : b;
}

long extended_receive_max(const struct at *at)
{
	long best = at->persona->rate_max, tx = at_ext_number(at, EXT_MS, 3, best);
	long max = smaller(best, at_ext_number(at, EXT_MS, 5, tx));

	if (fixed_rate(at))
		return smaller(max, fixed_rate(at));
	for (size_t i = 0; i < COUNT(carriers); i++) {
		size_t len = strlen(carriers[i].name);

		if (!strncasecmp(at_ext(at, EXT_MS), carriers[i].name, len) &&
		    at_ext(at, EXT_MS)[len] == ',')
			return smaller(max, carriers[i].max);
	}
	return max;
}

/* V.90 and V.92 have one digital end, which may send as fast as the other one receives. */
long extended_send_max(const struct at *at, bool is_digital)
{
	long max = extended_receive_max(at), tx = at_ext_number(at, EXT_MS, 3, max);

	return is_digital && tx >= analogue_max ? max : smaller(max, tx);
}

long extended_rate_min(const struct at *at)
{
	long tx = at_ext_number(at, EXT_MS, 2, 300), rx = at_ext_number(at, EXT_MS, 4, tx);

	if (fixed_rate(at))
		return fixed_rate(at);
	return tx > rx ? tx : rx;
}

/* &Q0 and &Q6, \N or &M, S48=128 and the buffered modes of +ES leave error correction out
 * (V.250 6.5.1). */
bool extended_offers_correction(const struct at *at)
{
	uint8_t mode = at_param_or(at, PARAM_MODE, 5), correction = at_param(at, PARAM_CORRECTION);

	return mode != 0 && mode != 6 && at->persona->ec_offers >> correction & 1 &&
	       at_sreg(at, 48) != 128 && at_ext_number(at, EXT_ES, 0, 3) > 1;
}

bool extended_demands_correction(const struct at *at)
{
	long orig_fallback = at_ext_number(at, EXT_ES, 1, 0),
	     answer_fallback = at_ext_number(at, EXT_ES, 2, 2);

	return at->persona->ec_demands >> at_param(at, PARAM_CORRECTION) & 1 ||
	       orig_fallback >= 2 || answer_fallback >= 4;
}

bool extended_offers_compression(const struct at *at)
{
	return at_param_or(at, PARAM_COMPRESSION, 1) && at_sreg(at, 46) != 136 &&
	       at_ext_number(at, EXT_DS, 0, 3);
}
