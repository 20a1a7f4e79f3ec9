/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bench-probe: how long it takes to find the modems among the ports of a directory, which need not
 * be on USB for it, and to try what each can be told. */
#include "modem/probe.h"

#include <stdio.h>

#include "modem/adapt.h"
#include "port/tty.h"

static const struct kind {
	const char *name;
	const char *driver;
	enum udev_class class;
} kinds[] = {
	{ "usb", "cdc_acm", UDEV_CLASS_POSSIBLE },   /* CDC-ACM, id unknown */
	{ "listed", "cdc_acm", UDEV_CLASS_MODEM },   /* CDC-ACM, the id of a modem */
	{ "serial", "ftdi_sio", UDEV_CLASS_SERIAL }, /* RS-232 behind an adapter */
};

static const struct kind *find_kind(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (str_eq(kinds[i].name, name))
			return &kinds[i];
	return NULL;
}

static void tell(const struct probe_result *result)
{
	printf("%u %s %s\n", result->took_ms, result->port, probe_verdict_name(result->verdict));
}

static void tell_adapted(const struct adapt *item)
{
	printf("%u %s %s\n", item->took_ms, item->port->name, adapt_verdict_name(item->verdict));
}

/* As setup does it with the modems that it has found. */
static void adapt(const struct udev_port *const *ports, const struct probe_result *results,
		  size_t n)
{
	_cleanup_free_ struct adapt *items = xcalloc(n, sizeof(*items));
	_cleanup_free_ struct line *lines = xcalloc(n, sizeof(*lines));
	size_t n_modems = 0;

	for (size_t i = 0; i < n; i++) {
		if (results[i].verdict != PROBE_VERDICT_MODEM)
			continue;
		lines[n_modems] = (struct line){ .driver = xstrdup(ports[i]->driver),
						 .dialect = xstrdup(results[i].dialect),
						 .speed = results[i].speed,
						 .caller_id = results[i].caller_id,
						 .port_number = -1 };
		items[n_modems] = (struct adapt){ .port = ports[i], .line = &lines[n_modems] };
		n_modems++;
	}
	adapt_lines(items, n_modems, tell_adapted);
	for (size_t i = 0; i < n_modems; i++) {
		adapt_free(&items[i]);
		site_line_free(&lines[i]);
	}
}

static void probe(const struct kind *kind, char **names, size_t n)
{
	_cleanup_free_ struct udev_port *all = xcalloc(n, sizeof(*all));
	_cleanup_free_ const struct udev_port **ports = xcalloc(n, sizeof(*ports));
	_cleanup_free_ struct probe_result *results = xcalloc(n, sizeof(*results));
	int64_t started;

	for (size_t i = 0; i < n; i++) {
		all[i] = (struct udev_port){ .driver = (char *)kind->driver,
					     .class = kind->class,
					     .port_number = -1 };
		base_copy(all[i].name, sizeof(all[i].name), names[i]);
		ports[i] = &all[i];
	}
	started = base_now_ms();
	probe_ports(ports, n, results, &(struct probe_how){ .tell = tell });
	printf("%u all\n", (unsigned)(base_now_ms() - started));
	adapt(ports, results, n);
	printf("%u configured\n", (unsigned)(base_now_ms() - started));
	for (size_t i = 0; i < n; i++)
		probe_result_free(&results[i]);
}

int main(int argc, char **argv)
{
	const struct kind *kind = argc > 4 ? find_kind(argv[1]) : NULL;

	if (!kind) {
		fprintf(stderr,
			"usage: bench-probe usb|listed|serial DEV-DIR LOCK-DIR PORT...\n"
			"a line for each port: \"MS PORT VERDICT\", then \"MS all\"; then the same for each modem\n"
			"that is tried, and \"MS configured\", from the start\n");
		return 2;
	}
	tty_set_dirs(argv[2], argv[3]);
	probe(kind, argv + 4, (size_t)argc - 4);
	return 0;
}
