/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dialisp-linesim's command lines: what NAME:NUMBER:PERSONALITY@ADAPTER means, and what "ctl" does
 * with such names. */
#include <errno.h>
#include <stdlib.h>

#include "check.h"

#include "control/commands.h"
#include "control/sim.h"
#include "control/spec.h"
#include "usb/acm.h"
#include "usb/ch341.h"
#include "usb/cp210x.h"
#include "usb/ftdi.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* Specifications */

struct spec_case {
	const char *text;
	const char *wrong; /* part of it */
	const struct usb_kind *kind;
	const char *device;
	unsigned int port;
};

static const struct spec_case specs[] = {
	{ "a:100", NULL, &acm_kind, "a", 0 },
	{ "a:100:", NULL, &acm_kind, "a", 0 },
	{ "a:100:cx93010:unplugged", NULL, &acm_kind, "a", 0 },
	{ "a:100:cx93010@acm", NULL, &acm_kind, "a", 0 },
	{ "a:100:courier", NULL, &ftdi_kind, "a", 0 },
	{ "a:100:courier@cp210x", NULL, &cp210x_kind, "a", 0 },
	{ "a:100:courier@ch341:unplugged", NULL, &ch341_kind, "a", 0 },
	{ "a:100:courier@ftdi2=box.2.1", NULL, &ftdi2_kind, "box.2", 1 },
	{ "a:-:none", NULL, &ftdi_kind, "a", 0 },
	{ "a:-:mute@ftdi2=x.0", NULL, &ftdi2_kind, "x", 0 },
	{ "", "name", NULL, NULL, 0 },
	{ "a/b:100", "name", NULL, NULL, 0 },
	{ "a:10x", "number", NULL, NULL, 0 },
	{ "a:100:rockwell", "personality", NULL, NULL, 0 },
	{ "a:100:courier:plugged", "unplugged", NULL, NULL, 0 },
	{ "a:100:gps", "no modem", NULL, NULL, 0 },
	{ "a:100:courier@pl2303", "adapter", NULL, NULL, 0 },
	{ "a:100:courier@acm", "no USB plug", NULL, NULL, 0 },
	{ "a:100:cx93010@ftdi", "USB device itself", NULL, NULL, 0 },
	{ "a:100:courier@ftdi=x.0", "one port", NULL, NULL, 0 },
	{ "a:100:courier@ftdi2", "ftdi2=NAME.0", NULL, NULL, 0 },
	{ "a:100:courier@ftdi2=x.2", "ftdi2=NAME.0", NULL, NULL, 0 },
	{ "a:100:courier@ftdi2=x.00", "ftdi2=NAME.0", NULL, NULL, 0 },
	{ "a:100:courier@ftdi2=.0", "adapter's name", NULL, NULL, 0 },
};

static void test_specs(void)
{
	for (size_t i = 0; i < COUNT(specs); i++) {
		const struct spec_case *row = &specs[i];
		struct spec spec;
		const char *wrong = spec_parse(row->text, &spec);

		if (row->wrong || wrong) {
			check(row->wrong && wrong && strstr(wrong, row->wrong), "%s: %s", row->text,
			      wrong ? wrong : "taken");
			continue;
		}
		check(spec.kind == row->kind && spec.port == row->port, "%s", row->text);
		check_str(spec.device, row->device);
	}
}

/* A back-end of counters, to see how names, devices and ports go together. */

struct fake_plug {
	const struct backend_device *device;
	bool plugged, wedged;
	unsigned int connected; /* bit per port */
};

static unsigned int fakes;
static bool fake_is_full;

static int fake_create(void *bus, const struct backend_device *device, void **ret_plug)
{
	struct fake_plug *fake = calloc(1, sizeof(*fake));

	(void)bus;
	check(device->id->vendor, "%s", device->name);
	if (device->kind == &ftdi2_kind)
		check_str(device->id->serial, device->name);
	fakes++;
	*ret_plug = fake;
	return 0;
}

static int fake_connect(void *plug, unsigned int port, struct peer *peer)
{
	struct fake_plug *fake = plug;

	fake->connected &= ~(1U << port);
	if (peer)
		fake->connected |= 1U << port;
	return 0;
}

static void fake_destroy(void *plug)
{
	fakes--;
	free(plug);
}

static int fake_plug_in(void *plug, int number)
{
	(void)number;
	if (fake_is_full)
		return -ENOSPC;
	((struct fake_plug *)plug)->plugged = true;
	return 0;
}

static void fake_unplug(void *plug)
{
	((struct fake_plug *)plug)->plugged = false;
}

static bool fake_is_plugged(const void *plug)
{
	return ((const struct fake_plug *)plug)->plugged;
}

static int fake_wedge(void *plug, bool on)
{
	((struct fake_plug *)plug)->wedged = on;
	return 0;
}

static void fake_describe(const void *plug, int port, bool brief, char *ret_text, size_t size)
{
	(void)plug;
	snprintf(ret_text, size, "%s%d", brief ? "" : "vhci 3 ", port);
}

static const struct backend fake_backend = {
	.create = fake_create,
	.connect = fake_connect,
	.destroy = fake_destroy,
	.plug = fake_plug_in,
	.unplug = fake_unplug,
	.is_plugged = fake_is_plugged,
	.wedge = fake_wedge,
	.is_ready = fake_is_plugged,
	.describe = fake_describe,
};

static struct sim *make_sim(void)
{
	struct sim *sim = calloc(1, sizeof(*sim));

	sim_init(sim, &fake_backend);
	return sim;
}

struct command_case {
	const char *line;
	const char *wrong; /* part of it; NULL: done */
	const char *says;  /* part of it; NULL: nothing */
};

/* Played in this order on one simulator. */
static const struct command_case commands[] = {
	{ "add a:100:courier@ftdi2=box.0:unplugged", NULL, NULL },
	{ "add b:101:courier@ftdi2=box.0", "port is taken", NULL },
	{ "add b:101:courier@ftdi", NULL, NULL },
	{ "add c:100:courier@ftdi2=box.1", "number is taken", NULL },
	{ "tty a", "unplugged", NULL },
	{ "add c:102:courier@ftdi2=box.1", NULL, NULL },
	{ "tty a", NULL, "vhci 3 0\n" },
	{ "tty c", NULL, "vhci 3 1\n" },
	{ "add box:-:gps", "adapter's name is taken", NULL },
	{ "add b.x:-:mute@ftdi2=b.0", "adapter's name is taken", NULL },
	{ "add g:-:gps", NULL, NULL },
	{ "add g:-:lte", "name is taken", NULL },
	{ "tty g", NULL, "vhci 3 -1\n" },
	{ "unplug c", NULL, NULL },
	{ "unplug a", "already", NULL },
	{ "plug a", NULL, NULL },
	{ "list", NULL, "a 100 courier plugged idle" },
	{ "list", NULL, "g - gps plugged - - 0 off off 0 0" },
	{ "opened g", NULL, "0 0\n" },
	{ "record g", NULL, "commands=0" },
	{ "record a", NULL, "commands=0" },
	{ "log g", NULL, NULL },
	{ "dial g 100", "no such modem", NULL },
	{ "drop g", "no modem", NULL },
	{ "drop x", "no such modem", NULL },
	{ "fault g silent on", "no such fault", NULL },
	{ "fault a silent on", NULL, NULL },
	{ "fault a nothing on", "no such fault", NULL },
	{ "fault g wedged on", NULL, NULL },
	{ "fault g wedged 3", "range", NULL },
	{ "faults", NULL, "wedged " },
};

static void test_commands(void)
{
	struct sim *sim = make_sim();

	for (size_t i = 0; i < COUNT(commands); i++) {
		const struct command_case *row = &commands[i];
		char line[128], *text = NULL;
		const char *wrong;
		size_t len = 0;
		FILE *out = open_memstream(&text, &len);

		snprintf(line, sizeof(line), "%s", row->line);
		wrong = control_run(sim, line, out);
		fclose(out);
		check(!row->wrong == !wrong && (!wrong || strstr(wrong, row->wrong)), "%s: %s",
		      row->line, wrong ? wrong : "done");
		check(row->says ? strstr(text, row->says) != NULL : !len, "%s: \"%s\"", row->line,
		      text);
		free(text);
	}
	check(fakes == 3, "%u devices", fakes);
	check(((struct fake_plug *)sim_find(sim, "a")->device->plug)->connected == 3);
	check(((struct fake_plug *)sim_find(sim, "g")->device->plug)->wedged);
	check(sim_is_ready(sim));
	fake_is_full = true;
	check(sim_add(sim, "d:-:lte") && fakes == 3 && !sim_find(sim, "d"),
	      "nothing is left of it");
	sim_free(sim);
	check(!fakes, "%u devices left", fakes);
}

int main(void)
{
	test_specs();
	test_commands();
	return check_done();
}
