/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dialisp-linesim: commands on its control socket, between them command lines to its modems, while
 * time passes. */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "control/commands.h"
#include "control/sim.h"
#include "modem/modem.h"
#include "peer.h"

enum {
	MODEMS = 3
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A back-end without a kernel: everything succeeds, no host reads. */
struct plug {
	struct peer *peers[4];
	struct port port;
	int is_plugged;
};

static void ignore(struct port *port)
{
	(void)port;
}

static void ignore_lines(struct port *port, uint8_t lines)
{
	(void)port;
	(void)lines;
}

static const struct port_ops ops = { ignore, ignore, ignore_lines };

static void *open_bus(struct loop *loop, const char *dir)
{
	(void)loop;
	(void)dir;
	return malloc(1);
}

static int create(void *bus, const struct backend_device *device, void **ret_plug)
{
	struct plug *plug = calloc(1, sizeof(*plug));

	(void)bus;
	(void)device;
	plug->port.ops = &ops;
	*ret_plug = plug;
	return 0;
}

static int connect_peer(void *arg, unsigned int port, struct peer *peer)
{
	struct plug *plug = arg;

	if (port >= 4)
		abort();
	plug->peers[port] = peer;
	if (plug->is_plugged && !port)
		peer_power_on(peer, &plug->port);
	return 0;
}

static int plug_in(void *arg, int number)
{
	struct plug *plug = arg;

	(void)number;
	if (plug->is_plugged)
		return -EALREADY;
	plug->is_plugged = 1;
	peer_power_on(plug->peers[0], &plug->port);
	return 0;
}

static void unplug(void *arg)
{
	struct plug *plug = arg;

	if (plug->is_plugged)
		peer_power_off(plug->peers[0]);
	plug->is_plugged = 0;
}

static void destroy(void *plug)
{
	if (plug)
		unplug(plug);
	free(plug);
}

static bool is_plugged(const void *plug)
{
	return ((const struct plug *)plug)->is_plugged;
}

static int wedge(void *plug, bool on)
{
	(void)plug;
	(void)on;
	return 0;
}

static void describe(const void *plug, int port, bool brief, char *ret_text, size_t size)
{
	(void)plug;
	snprintf(ret_text, size, "%d %d", port, brief);
}

static const struct backend backend = {
	.open = open_bus,
	.create = create,
	.connect = connect_peer,
	.destroy = destroy,
	.plug = plug_in,
	.unplug = unplug,
	.is_plugged = is_plugged,
	.is_ready = is_plugged,
	.wedge = wedge,
	.describe = describe,
};

static struct sim *make_sim(void)
{
	static const char *const specs[MODEMS] = { "a:100:cx93010", "b:101:caller",
						   "c:102:courier@ftdi" };
	struct sim *sim = calloc(1, sizeof(*sim));

	sim_init(sim, &backend);
	sim->bus = backend.open(&sim->loop, NULL);
	for (int i = 0; i < MODEMS; i++)
		if (sim_add(sim, specs[i]))
			abort();
	return sim;
}

/* "0ATZ": typed at the first modem; anything else is a command. */
static void run_line(struct sim *sim, const uint8_t *line, size_t len)
{
	uint8_t heard[256];
	char command[CONTROL_LINE_MAX + 1];
	struct unit *unit =
		len && *line >= '0' && *line < '0' + MODEMS ? &sim->units[*line - '0'] : NULL;
	FILE *out;

	if (unit && unit->modem) {
		peer_give(&unit->modem->peer, NULL, line + 1, len - 1);
		peer_give(&unit->modem->peer, NULL, (const uint8_t *)"\r", 1);
		peer_take(&unit->modem->peer, NULL, heard, sizeof(heard));
		return;
	}
	len = len < CONTROL_LINE_MAX ? len : CONTROL_LINE_MAX;
	memcpy(command, line, len);
	command[len] = '\0';
	out = fopen("/dev/null", "w");
	control_run(sim, command, out);
	fclose(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sim *sim = make_sim();

	while (size) {
		const uint8_t *end = memchr(data, '\n', size);
		size_t len = end ? (size_t)(end - data) : size;

		run_line(sim, data, len);
		for (int i = 0; i < 4; i++)
			clock_run(&sim->clock, sim->clock.now_ms + 100);
		data += end ? len + 1 : len;
		size -= end ? len + 1 : len;
	}
	sim_free(sim);
	return 0;
}
