/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All personalities: one list over the tables of the families. */
#include "modem/personas.h"

#include <string.h>

#include "modem/persona.h"

static const struct persona *const families[] = {
	personas_conexant, personas_usr, personas_minimal, personas_cirrus, personas_zyxel,
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
