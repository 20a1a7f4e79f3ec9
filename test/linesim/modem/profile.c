/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The settings of a modem: in force, stored, as it left the factory. No I/O. */
#include "modem/profile.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void fill_factory(const struct persona *persona, struct profile *profile)
{
	memset(profile, 0, sizeof(*profile));
	for (size_t i = 0; persona->basic[i].name; i++)
		profile->basic[i] = persona->basic[i].init;
	for (const struct sreg_row *row = persona->sregs; row->number != 255; row++)
		profile->s[row->number] = row->init;
	for (const struct ext_row *row = persona->ext; row->name; row++)
		snprintf(profile->ext[row->ext], EXTENDED_MAX, "%s", row->init);
	profile->speed = persona->port.speed;
}

static size_t find_param(const struct persona *persona, enum param param)
{
	size_t i = 0;

	while (persona->basic[i].name && persona->basic[i].param != param)
		i++;
	return i;
}

uint8_t profile_param_or(const struct profiles *profiles, enum param param, uint8_t otherwise)
{
	size_t i = find_param(profiles->persona, param);

	return profiles->persona->basic[i].name ? profiles->now.basic[i] : otherwise;
}

uint8_t profile_param(const struct profiles *profiles, enum param param)
{
	return profile_param_or(profiles, param, 0);
}

uint8_t profile_sreg(const struct profiles *profiles, uint8_t number)
{
	return profiles->now.s[number];
}

const char *profile_ext(const struct profiles *profiles, enum ext ext)
{
	return profiles->now.ext[ext];
}

long profile_ext_number(const struct profiles *profiles, enum ext ext, size_t i, long otherwise)
{
	const char *field = profiles->now.ext[ext];

	while (i-- && field)
		field = (field = strchr(field, ',')) ? field + 1 : NULL;
	return field && isdigit((unsigned char)*field) ? strtol(field, NULL, 10) : otherwise;
}

/* &Y is not part of a profile: it says which one is loaded. */
static void put_in_force(struct profiles *profiles, const struct profile *profile, bool with_speed)
{
	size_t startup = find_param(profiles->persona, PARAM_STARTUP);
	uint8_t chosen = profiles->now.basic[startup];
	long speed = with_speed ? profile->speed : profiles->now.speed;

	profiles->now = *profile;
	profiles->now.basic[startup] = chosen;
	profiles->now.speed = speed;
}

void profile_load_factory(struct profiles *profiles)
{
	struct profile factory;

	fill_factory(profiles->persona, &factory);
	put_in_force(profiles, &factory, false);
}

void profile_load(struct profiles *profiles, size_t i)
{
	put_in_force(profiles, &profiles->saved[i], profiles->persona->port.z_speed);
}

void profile_save(struct profiles *profiles, size_t i)
{
	profiles->saved[i] = profiles->now;
	for (const struct ext_row *row = profiles->persona->ext; row->name; row++)
		if (!row->stored)
			snprintf(profiles->saved[i].ext[row->ext], EXTENDED_MAX, "%s", row->init);
}

void profile_reset(struct profiles *profiles)
{
	profile_load(profiles, profile_param(profiles, PARAM_STARTUP) & 1);
}

void profile_power_on(struct profiles *profiles)
{
	size_t chosen = profile_param(profiles, PARAM_STARTUP) & 1;

	put_in_force(profiles, &profiles->saved[chosen], true);
}

void profile_init(struct profiles *profiles, const struct persona *persona)
{
	profiles->persona = persona;
	fill_factory(persona, &profiles->now);
}
