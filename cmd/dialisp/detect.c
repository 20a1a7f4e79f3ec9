/* SPDX-License-Identifier: GPL-2.0-or-later */
/* setup's search: which ports may be asked, what they answer, one line per modem found. */
#include "detect.h"

#include <errno.h>

#include "ask.h"
#include "lines.h"

struct candidates {
	const struct udev_port **ports;
	size_t n;
};

static void candidates_free(struct candidates *candidates)
{
	free(candidates->ports);
}

static bool is_named(const struct lines_ports *ports, const struct command_args *args,
		     const struct udev_port *port)
{
	const char *device;
	size_t i = 0;

	while ((device = command_next(args, "port", &i)))
		if (udev_find_port(ports->ports, ports->n, device) == port)
			return true;
	return false;
}

static int check_named(const struct lines_ports *ports, const struct command_args *args)
{
	const char *device;
	size_t i = 0;

	while ((device = command_next(args, "port", &i))) {
		const struct udev_port *port = udev_find_port(ports->ports, ports->n, device);

		if (port && port->class != UDEV_CLASS_NEVER)
			continue;
		if (port)
			report_error("%s: is never opened: %s (use another port)", port->name,
				     port->why ? port->why : "no telephone modem");
		else
			report_error("%s: no such serial port (dialisp probe lists them)", device);
		return -ENODEV;
	}
	return 0;
}

/* RS-232 ports and unknown devices are opened only when a person says that a modem is there: the opening alone resets
 * some devices and switches others off. */
static bool may_open(const struct udev_port *port, bool is_asked_for, bool may_ask)
{
	const char *why = port->why ? port->why : "";

	if (port->class == UDEV_CLASS_NEVER) {
		common_say("   %s: left alone: %s", port->name, *why ? why : "no telephone modem");
		return false;
	}
	if (port->class == UDEV_CLASS_MODEM || is_asked_for)
		return true;
	if (may_ask)
		return ask_yes(false, "   is a modem on %s (%s)%s%s?", port->name, port->driver,
			       port->product ? ", " : "", port->product ? port->product : "");
	common_say("   %s: %s; not asked (dialisp add-line %s, if a modem is on it)", port->name,
		   lines_describe_port(port), port->name);
	return false;
}

static void choose(struct candidates *candidates, const struct site *site, const struct lines_ports *ports,
		   const struct command_args *args, bool may_ask)
{
	candidates->ports = xcalloc(ports->n, sizeof(*candidates->ports));
	for (size_t i = 0; i < ports->n; i++) {
		const struct udev_port *port = &ports->ports[i];
		const struct line *line = lines_find_port(site, port);

		if (line)
			common_say("   %s: is %s already", port->name, line->name);
		else if (may_open(port, is_named(ports, args, port), may_ask))
			candidates->ports[candidates->n++] = port;
	}
}

static void tell(const struct probe_result *answer)
{
	report_progress("   %s: %s", answer->port, probe_verdict_name(answer->verdict));
}

static int add_lines(struct site *site, const struct candidates *candidates,
		     const struct probe_result *answers, char **names, size_t *n_names)
{
	for (size_t i = 0; i < candidates->n; i++) {
		struct line *line;
		int r;

		if (answers[i].verdict != PROBE_VERDICT_MODEM) {
			lines_report_answer(&answers[i]);
			continue;
		}
		r = lines_add(site, NULL, candidates->ports[i], &answers[i], &line);
		if (r < 0)
			return r;
		names[(*n_names)++] = xstrdup(line->name);
		lines_say(line, answers[i].port);
	}
	return 0;
}

int detect_lines(struct site *site, const struct command_args *args, bool may_ask, char ***ret_names,
		 size_t *ret_n_names)
{
	_cleanup_ports_ struct lines_ports ports = { 0 };
	_cleanup_(candidates_free) struct candidates candidates = { 0 };
	_cleanup_free_ struct probe_result *answers = NULL;
	int r = lines_ports_load(&ports);

	if (r == 0)
		r = check_named(&ports, args);
	if (r < 0)
		return r;
	choose(&candidates, site, &ports, args, may_ask);
	answers = xcalloc(candidates.n, sizeof(*answers));
	if (candidates.n) {
		report_progress("   asking %zu port%s", candidates.n, candidates.n == 1 ? "" : "s");
		probe_ports(candidates.ports, candidates.n, answers, tell);
		report_progress_end();
	}
	*ret_names = xcalloc(candidates.n, sizeof(**ret_names));
	*ret_n_names = 0;
	return add_lines(site, &candidates, answers, *ret_names, ret_n_names);
}
