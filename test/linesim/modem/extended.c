/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Values of extended parameters (V.250 5.4.4). No I/O. */
#include "modem/extended.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "modem/persona.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

struct carrier_row {
	const char *name;
	long max;
};

/* Best rate of a modulation, where +MS has none. */
static const struct carrier_row carriers[] = {
	{ "B103", 300 },      { "V21", 300 },   { "B212", 1200 }, { "V22", 1200 },
	{ "V23C", 1200 },     { "V22B", 2400 }, { "V32", 9600 },  { "V32B", 14400 },
	{ "V34", 33600 },     { "V90", 56000 }, { "V92", 56000 }, { "BELL103", 300 },
	{ "BELL212A", 1200 },
};

long extended_carrier_max(const char *ms)
{
	size_t len = strcspn(ms, ",");

	for (size_t i = 0; i < COUNT(carriers); i++)
		if (strlen(carriers[i].name) == len && !strncasecmp(carriers[i].name, ms, len))
			return carriers[i].max;
	return 0;
}

/* The response to =? is also the range of a value (V.250 5.7.3). */

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

static int split_fields(const char *list, struct fields *ret_fields)
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

static void join_fields(const struct fields *fields, char ret_list[EXTENDED_MAX])
{
	ret_list[0] = '\0';
	for (size_t i = 0; i < fields->count; i++)
		snprintf(ret_list + strlen(ret_list), EXTENDED_MAX - strlen(ret_list), "%s%s",
			 i ? "," : "", fields->at[i]);
}

/* +MS with fewer than six fields: the rest follows from the carrier (V.250 6.4.1). */
static void complete_ms(const struct fields *given, struct fields *ret_fields)
{
	long known = extended_carrier_max(ret_fields->at[0]), max = known ? known : 33600;

	if (given->count < 3)
		snprintf(ret_fields->at[2], sizeof(ret_fields->at[2]), "300");
	if (given->count < 4)
		snprintf(ret_fields->at[3], sizeof(ret_fields->at[3]), "%ld",
			 max < ANALOGUE_MAX ? max : ANALOGUE_MAX);
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

	if (split_fields(in_out_value, &fields) || split_fields(value, &given) ||
	    given.count > fields.count || given.count < row->min_fields)
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
	join_fields(&fields, in_out_value);
	return 0;
}
