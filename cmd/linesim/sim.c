/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The set of modems: made from NAME:NUMBER:PERSONALITY, joined to exchange and back-end. */
#include "sim.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct spec {
	char name[NAME_MAX_LEN + 1];
	char number[NUMBER_MAX_LEN + 1];
	const struct persona *persona;
	bool unplugged;
};

/* Take one field up to ":"; false when it does not fit. */
static bool take_field(const char **rest, char *ret_field, size_t size)
{
	size_t len = strcspn(*rest, ":");

	if (len >= size)
		return false;
	memcpy(ret_field, *rest, len);
	ret_field[len] = '\0';
	*rest += len + ((*rest)[len] == ':');
	return true;
}

/* A name becomes a path component and a word of every answer. */
static bool is_name(const char *name)
{
	return isalnum((unsigned char)*name) &&
	       name[strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-")] ==
		       '\0';
}

static bool is_number(const char *number)
{
	return !strcmp(number, "-") || (*number && number[strspn(number, "0123456789*#")] == '\0');
}

static const char *parse(const char *text, struct spec *ret_spec)
{
	char persona[24], plug[16];
	struct spec spec = { 0 };

	if (!take_field(&text, spec.name, sizeof(spec.name)) || !is_name(spec.name))
		return "the name must be 1 to 23 letters, digits, dots, dashes";
	if (!take_field(&text, spec.number, sizeof(spec.number)) || !is_number(spec.number))
		return "the number must be 1 to 23 of 0-9 * #, or - for no cord";
	if (!take_field(&text, persona, sizeof(persona)))
		return "no such personality";
	spec.persona = persona_find(*persona ? persona : "cx93010");
	if (!spec.persona)
		return "no such personality";
	if (!take_field(&text, plug, sizeof(plug)) || *text || (*plug && strcmp(plug, "unplugged")))
		return "only \"unplugged\" may follow the personality";
	spec.unplugged = *plug;
	*ret_spec = spec;
	return NULL;
}

static bool is_number_taken(const struct sim *sim, const char *number)
{
	for (size_t i = 0; i < sim->exchange.count; i++)
		if (strcmp(number, "-") && !strcmp(sim->exchange.modems[i]->number, number))
			return true;
	return false;
}

static struct modem *make_modem(struct sim *sim, const struct spec *spec)
{
	struct modem *modem = calloc(1, sizeof(*modem));

	if (!modem)
		return NULL;
	memcpy(modem->name, spec->name, sizeof(modem->name));
	memcpy(modem->number, spec->number, sizeof(modem->number));
	modem->persona = spec->persona;
	modem->clock = &sim->clock;
	modem->journal = &sim->journal;
	modem->settings = &sim->settings;
	modem_init(modem);
	return modem;
}

static const char *why(int err)
{
	if (err == -ENOENT)
		return "could not attach: vhci_hcd is not loaded";
	if (err == -ENOSPC)
		return "could not attach: no free vhci port";
	return strerror(-err);
}

/* Join the modem to back-end and exchange; on failure nothing of it is left. */
static int join(struct sim *sim, struct modem *modem, bool unplugged)
{
	void *plug = NULL;
	int err = sim->backend->create(sim->bus, modem, &plug);

	if (!err && !unplugged)
		err = sim->backend->plug(plug, -1);
	if (err) {
		sim->backend->destroy(plug);
		free(modem);
		return err;
	}
	sim->plugs[sim->exchange.count] = plug;
	exchange_add(&sim->exchange, modem);
	return 0;
}

const char *sim_add(struct sim *sim, const char *text)
{
	struct spec spec;
	struct modem *modem;
	const char *wrong = parse(text, &spec);
	int err;

	if (wrong)
		return wrong;
	if (exchange_find(&sim->exchange, spec.name))
		return "the name is taken";
	if (is_number_taken(sim, spec.number))
		return "the number is taken";
	if (sim->exchange.count == MODEMS_MAX)
		return "the exchange is full";
	modem = make_modem(sim, &spec);
	err = modem ? join(sim, modem, spec.unplugged) : -ENOMEM;
	return err ? why(err) : NULL;
}

struct modem *sim_find(struct sim *sim, const char *name, void **ret_plug)
{
	for (size_t i = 0; i < sim->exchange.count; i++) {
		if (strcmp(sim->exchange.modems[i]->name, name))
			continue;
		*ret_plug = sim->plugs[i];
		return sim->exchange.modems[i];
	}
	return NULL;
}

bool sim_is_ready(const struct sim *sim)
{
	for (size_t i = 0; i < sim->exchange.count; i++)
		if (sim->exchange.modems[i]->port && !sim->backend->is_ready(sim->plugs[i]))
			return false;
	return true;
}

void sim_free(struct sim *sim)
{
	if (!sim)
		return;
	for (size_t i = 0; i < sim->exchange.count; i++) {
		sim->backend->destroy(sim->plugs[i]);
		free(sim->exchange.modems[i]);
	}
	free(sim->bus);
	free(sim);
}
