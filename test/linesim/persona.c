/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kinds of modem that can be simulated: one list over the families' tables. */
#include "persona.h"

#include <string.h>

static const struct persona *const families[] = {
	personas_conexant, personas_usr, personas_minimal, personas_cirrus, personas_zyxel,
};

const struct connect_code codes_rockwell[] = {
	{ 1200, 5, 0 },    { 2400, 10, 0 },   { 4800, 11, 0 },  { 9600, 12, 0 },  { 7200, 13, 0 },
	{ 12000, 14, 0 },  { 14400, 15, 0 },  { 19200, 16, 0 }, { 38400, 17, 0 }, { 57600, 18, 0 },
	{ 115200, 19, 0 }, { 230400, 20, 0 }, { 16800, 59, 0 }, { 21600, 61, 0 }, { 24000, 62, 0 },
	{ 26400, 63, 0 },  { 28800, 64, 0 },  { 33600, 84, 0 }, { 31200, 91, 0 }, { 0 },
};

const struct persona *persona_at(size_t i)
{
	for (size_t family = 0; family < sizeof(families) / sizeof(families[0]); family++)
		for (const struct persona *persona = families[family]; persona->name; persona++)
			if (!i--)
				return persona;
	return NULL;
}

const struct persona *persona_find(const char *name)
{
	const struct persona *persona;

	for (size_t i = 0; (persona = persona_at(i)); i++)
		if (!strcmp(persona->name, name))
			return persona;
	return NULL;
}
