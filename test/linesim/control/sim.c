/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The set of modems and other devices: created from their specifications, joined to exchange and
 * back-end. */
#include "control/sim.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "control/spec.h"
#include "modem/modem.h"
#include "modem/persona.h"
#include "usb/device.h"
#include "usb/gadget.h"

static bool is_number_taken(const struct sim *sim, const char *number)
{
	for (size_t i = 0; i < sim->exchange.count; i++)
		if (strcmp(number, "-") && !strcmp(sim->exchange.subscribers[i]->number, number))
			return true;
	return false;
}

static struct modem *make_modem(struct sim *sim, const struct spec *spec)
{
	struct modem *modem = calloc(1, sizeof(*modem));

	if (!modem)
		return NULL;
	memcpy(modem->peer.name, spec->name, sizeof(modem->peer.name));
	memcpy(modem->line.number, spec->number, sizeof(modem->line.number));
	modem->peer.log = &sim->log;
	modem->persona = spec->persona;
	modem->clock = &sim->clock;
	modem->settings = &sim->settings;
	modem_init(modem);
	return modem;
}

static struct gadget *make_gadget(struct sim *sim, const struct spec *spec)
{
	struct gadget *gadget = calloc(1, sizeof(*gadget));

	if (!gadget)
		return NULL;
	memcpy(gadget->peer.name, spec->name, sizeof(gadget->peer.name));
	gadget->peer.log = &sim->log;
	gadget->kind = spec->gadget;
	gadget->clock = &sim->clock;
	gadget_init(gadget);
	return gadget;
}

static const char *explain_plug_error(int err)
{
	switch (err) {
	case -ENOENT:
		return "no virtual USB host controller: modprobe vhci_hcd";
	case -ENOSPC:
		return "no free vhci port: unplug a device";
	case -ENOTSUP:
		return "only modems can be behind a pseudo terminal";
	}
	return strerror(-err);
}

static struct device *find_device(const struct sim *sim, const char *name)
{
	for (size_t i = 0; i < sim->device_count; i++)
		if (!strcmp(sim->devices[i]->name, name))
			return sim->devices[i];
	return NULL;
}

static void free_device(struct sim *sim, struct device *device)
{
	sim->backend->destroy(device->plug);
	free(device);
}

static struct usb_id find_id(const struct spec *spec, const struct device *device)
{
	struct usb_id id = spec->kind->id ? *spec->kind->id : spec->persona->usb;

	if (spec->kind->named)
		id.serial = device->name;
	return id;
}

/* A device of that name that is there already has another port. */
static int ensure_device(struct sim *sim, const struct spec *spec, struct device **ret_device)
{
	struct device *device = find_device(sim, spec->device);
	struct usb_id id;
	int err;

	*ret_device = device;
	if (device)
		return 0;
	device = calloc(1, sizeof(*device));
	if (!device)
		return -ENOMEM;
	memcpy(device->name, spec->device, sizeof(device->name));
	device->kind = spec->kind;
	id = find_id(spec, device);
	err = sim->backend->create(
		sim->bus, &(struct backend_device){ device->name, spec->kind, &id }, &device->plug);
	if (err) {
		free(device);
		return err;
	}
	sim->devices[sim->device_count++] = device;
	*ret_device = device;
	return 0;
}

/* A gadget that is the device itself is behind each of its ports. */
static int connect_unit(struct sim *sim, struct unit *unit, unsigned int port)
{
	struct device *device = unit->device;
	unsigned int last = unit->port < 0 ? device->kind->ttys : port + 1;
	int err = 0;

	for (; port < last && !err; port++) {
		err = sim->backend->connect(device->plug, port, unit->peer);
		device->taken |= 1U << port;
	}
	return err;
}

static void disconnect_unit(struct sim *sim, struct unit *unit, unsigned int port)
{
	struct device *device = unit->device;

	device->taken &= unit->port < 0 ? 0 : ~(1U << port);
	if (device->taken) {
		sim->backend->connect(device->plug, port, NULL);
		return;
	}
	for (size_t i = 0; i < sim->device_count; i++)
		if (sim->devices[i] == device)
			sim->devices[i] = sim->devices[--sim->device_count];
	free_device(sim, device);
}

/* Join the unit to its device and the exchange; undone on failure. */
static int join_unit(struct sim *sim, struct unit *unit, const struct spec *spec)
{
	int err = ensure_device(sim, spec, &unit->device);

	if (err)
		return err;
	unit->port = unit->gadget && spec->kind == spec->gadget->usb ? -1 : (int)spec->port;
	err = connect_unit(sim, unit, spec->port);
	if (!err && !spec->unplugged && !sim->backend->is_plugged(unit->device->plug))
		err = sim->backend->plug(unit->device->plug, -1);
	if (err) {
		disconnect_unit(sim, unit, spec->port);
		return err;
	}
	if (unit->modem)
		exchange_add(&sim->exchange, &unit->modem->line);
	sim->units[sim->unit_count++] = *unit;
	return 0;
}

static const char *check_device(const struct sim *sim, const struct spec *spec)
{
	const struct device *device = find_device(sim, spec->device);

	if (!device)
		return NULL;
	if (device->kind != spec->kind || spec->kind->ttys < 2)
		return "the adapter's name is taken";
	return device->taken & 1U << spec->port ? "the adapter's port is taken" : NULL;
}

static const char *check_spec(struct sim *sim, const struct spec *spec)
{
	if (sim_find(sim, spec->name))
		return "the name is taken: choose another";
	if (is_number_taken(sim, spec->number))
		return "the number is taken: choose another";
	if (sim->unit_count == SUBSCRIBERS_MAX)
		return "the exchange is full";
	return check_device(sim, spec);
}

const char *sim_add(struct sim *sim, const char *text)
{
	struct unit unit = { 0 };
	struct spec spec;
	const char *wrong = spec_parse(text, &spec);
	int err;

	if (!wrong)
		wrong = check_spec(sim, &spec);
	if (wrong)
		return wrong;
	if (spec.persona)
		unit.modem = make_modem(sim, &spec);
	else
		unit.gadget = make_gadget(sim, &spec);
	if (!unit.modem && !unit.gadget)
		return explain_plug_error(-ENOMEM);
	unit.peer = unit.modem ? &unit.modem->peer : &unit.gadget->peer;
	err = join_unit(sim, &unit, &spec);
	if (!err)
		return NULL;
	free(unit.modem);
	free(unit.gadget);
	return explain_plug_error(err);
}

struct unit *sim_find(struct sim *sim, const char *name)
{
	for (size_t i = 0; i < sim->unit_count; i++)
		if (!strcmp(sim->units[i].peer->name, name))
			return &sim->units[i];
	return NULL;
}

bool sim_is_plugged(const struct sim *sim, const struct unit *unit)
{
	return sim->backend->is_plugged(unit->device->plug);
}

bool sim_is_ready(const struct sim *sim)
{
	for (size_t i = 0; i < sim->device_count; i++)
		if (sim->backend->is_plugged(sim->devices[i]->plug) &&
		    !sim->backend->is_ready(sim->devices[i]->plug))
			return false;
	return true;
}

void sim_init(struct sim *sim, const struct backend *backend)
{
	line_settings_init(&sim->settings);
	sim->log.clock = &sim->clock;
	sim->exchange.clock = &sim->clock;
	sim->exchange.log = &sim->log;
	sim->exchange.settings = &sim->settings;
	sim->backend = backend;
	sim->loop.epoll = -1;
	sim->loop.clock = &sim->clock;
}

void sim_free(struct sim *sim)
{
	if (!sim)
		return;
	for (size_t i = 0; i < sim->device_count; i++)
		free_device(sim, sim->devices[i]);
	for (size_t i = 0; i < sim->unit_count; i++) {
		free(sim->units[i].modem);
		free(sim->units[i].gadget);
	}
	free(sim->bus);
	free(sim);
}
