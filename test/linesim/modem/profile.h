/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "modem/persona.h"

enum {
	PROFILE_BASICS = 48
};

/* All that &W keeps. */
struct profile {
	long speed;                    /* of an RS-232 port, bit/s */
	uint8_t basic[PROFILE_BASICS]; /* by row of the personality's table */
	uint8_t s[S_REGISTERS];
	char ext[EXTS][EXTENDED_MAX];
};

/* The settings of one modem: those in force and the two stored profiles. */
struct profiles {
	const struct persona *persona;
	struct profile now;
	struct profile saved[2];
};

/* Settings in force: factory values. The stored profiles stay as they are. */
void profile_init(struct profiles *profiles, const struct persona *persona);

/* Factory values; the speed and the profile chosen by &Y stay. */
void profile_load_factory(struct profiles *profiles);

/* Stored profile 0 or 1; the speed comes back only where Z does that. */
void profile_load(struct profiles *profiles, size_t i);
void profile_save(struct profiles *profiles, size_t i);

/* Load the stored profile chosen by &Y: as Z, and as power-on, which always restores the speed. */
void profile_reset(struct profiles *profiles);
void profile_power_on(struct profiles *profiles);

/* Value of a setting; 0, or otherwise, on a personality without a command for it. */
uint8_t profile_param(const struct profiles *profiles, enum param param);
uint8_t profile_param_or(const struct profiles *profiles, enum param param, uint8_t otherwise);
uint8_t profile_sreg(const struct profiles *profiles, uint8_t number);
const char *profile_ext(const struct profiles *profiles, enum ext ext);

/* Field number i of an extended parameter, or otherwise if it is absent. */
long profile_ext_number(const struct profiles *profiles, enum ext ext, size_t i, long otherwise);
