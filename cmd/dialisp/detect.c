/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Detection for setup: which ports to probe, what responds, one line per modem found. */
#include "detect.h"

#include <errno.h>

#include "lines.h"
#include "ui/ask.h"

/* Ports to probe, their results, and the new lines of the modems among them. */
struct candidates {
	const struct udev_port **ports;
	struct probe_result *answers;
	size_t n;
	struct line *lines;
	struct adapt *adapts;
	size_t n_modems;
};

static void candidates_free(struct candidates *candidates)
{
	for (size_t i = 0; i < candidates->n_modems; i++) {
		adapt_free(&candidates->adapts[i]);
		site_line_free(&candidates->lines[i]);
	}
	for (size_t i = 0; i < candidates->n && candidates->answers; i++)
		probe_result_free(&candidates->answers[i]);
	free(candidates->ports);
	free(candidates->answers);
	free(candidates->lines);
	free(candidates->adapts);
}

static bool is_named(const struct lines_ports *ports, const struct command_args *args,
		     char *const *more_ports, const struct udev_port *port)
{
	const char *device;
	size_t i = 0;

	for (; more_ports && *more_ports; more_ports++)
		if (str_eq(*more_ports, port->name))
			return true;
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
			report_error("%s: is never opened: %s: use another port", port->name,
				     port->why ? port->why : "not a telephone modem");
		else
			report_error("%s: no such serial port: see dialisp probe", device);
		return -ENODEV;
	}
	return 0;
}

/* RS-232 ports and unknown devices are opened only if the user says that a modem is connected: the
 * opening alone resets some devices and switches others off. */
static bool may_open(const struct udev_port *port, bool is_asked_for, bool may_ask)
{
	const char *why = port->why ? port->why : "";

	if (port->class == UDEV_CLASS_NEVER) {
		common_say("   %s: ignored: %s", port->name, *why ? why : "not a telephone modem");
		return false;
	}
	if (port->class == UDEV_CLASS_MODEM || is_asked_for)
		return true;
	if (may_ask)
		return ask_yes(false, "   is a modem connected to %s (%s)%s%s?", port->name,
			       port->driver, port->product ? ", " : "",
			       port->product ? port->product : "");
	common_say("   %s: %s: not probed: if a modem is connected run dialisp add-line %s",
		   port->name, lines_describe_port(port), port->name);
	return false;
}

static void choose(struct candidates *candidates, const struct site *site,
		   const struct lines_ports *ports, const struct command_args *args,
		   char *const *more_ports, bool may_ask)
{
	bool all = command_has(args, "probe-serial");

	candidates->ports = xcalloc(ports->n, sizeof(*candidates->ports));
	for (size_t i = 0; i < ports->n; i++) {
		const struct udev_port *port = &ports->ports[i];
		const struct line *line = lines_find_port(site, port);

		if (line)
			common_say("   %s: already %s", port->name, line->name);
		else if (may_open(port, all || is_named(ports, args, more_ports, port), may_ask))
			candidates->ports[candidates->n++] = port;
	}
}

static void report_detected(const struct probe_result *answer)
{
	report_progress("   %s: %s", answer->port, probe_verdict_name(answer->verdict));
}

static void probe_candidates(struct candidates *candidates)
{
	size_t n = candidates->n;

	candidates->answers = xcalloc(n, sizeof(*candidates->answers));
	if (n == 0)
		return;
	report_progress("   probing %zu port%s", n, n == 1 ? "" : "s");
	probe_ports(candidates->ports, n, candidates->answers,
		    &(struct probe_how){ .tell = report_detected });
	report_progress_end();
}

/* A dry run changes nothing, in the modem neither: then only the driver decides. */
static void adapt(struct candidates *candidates, bool dry_run)
{
	candidates->lines = xcalloc(candidates->n, sizeof(*candidates->lines));
	candidates->adapts = xcalloc(candidates->n, sizeof(*candidates->adapts));
	for (size_t i = 0; i < candidates->n; i++) {
		size_t at = candidates->n_modems;

		if (candidates->answers[i].verdict != PROBE_VERDICT_MODEM) {
			lines_report_answer(&candidates->answers[i]);
			continue;
		}
		lines_warn_modem(candidates->ports[i], &candidates->answers[i]);
		lines_prepare(candidates->ports[i], &candidates->answers[i],
			      &candidates->lines[at]);
		candidates->adapts[at].port = candidates->ports[i];
		candidates->adapts[at].line = &candidates->lines[at];
		candidates->adapts[at].best_rate = candidates->answers[i].max_rate;
		candidates->n_modems++;
	}
	for (size_t i = 0; i < candidates->n_modems && dry_run; i++)
		lines_take_adapter(&candidates->lines[i]);
	if (!dry_run)
		lines_adapt("   ", candidates->adapts, candidates->n_modems);
}

static int add_lines(struct site *site, struct candidates *candidates, char **names,
		     size_t *n_names)
{
	for (size_t i = 0; i < candidates->n_modems; i++) {
		const struct adapt *adapt = &candidates->adapts[i];
		struct line *line;
		int r;

		if (lines_judge(adapt) < 0)
			continue;
		r = lines_add(site, NULL, adapt->line, &line);
		if (r < 0)
			return r;
		names[(*n_names)++] = xstrdup(line->name);
		lines_say(line, adapt->port->name);
	}
	return 0;
}

int detect_lines(struct site *site, const struct command_args *args, char *const *more_ports,
		 bool may_ask, char ***ret_names, size_t *ret_n_names)
{
	_cleanup_ports_ struct lines_ports ports = { 0 };
	_cleanup_(candidates_free) struct candidates candidates = { 0 };
	int r = lines_ports_load(&ports);

	if (r == 0)
		r = check_named(&ports, args);
	if (r < 0)
		return r;
	choose(&candidates, site, &ports, args, more_ports, may_ask);
	lines_print_unusable("   ");
	probe_candidates(&candidates);
	adapt(&candidates, command_has(args, "dry-run"));
	*ret_names = xcalloc(candidates.n, sizeof(**ret_names));
	*ret_n_names = 0;
	return add_lines(site, &candidates, *ret_names, ret_n_names);
}
