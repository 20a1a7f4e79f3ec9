/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dialisp add-line: adds a line for a modem; other lines are not touched. */
#include <errno.h>

#include "lines.h"
#include "modem/dialect.h"
#include "overrides.h"
#include "port/adapter.h"
#include "util/file.h"

/* Checked before the lock is taken and the modem is probed. */
static int check_arguments(const struct command_args *args)
{
	const char *name = command_value(args, "name");
	int r = overrides_check(args);

	return r == 0 && name ? lines_check_name(name) : r;
}

/* --- which port --- */

static const struct udev_port *choose_new_modem(const struct site *site,
						const struct lines_ports *ports)
{
	const struct udev_port *chosen = NULL;
	_cleanup_text_ struct text names = { 0 };
	unsigned n = 0;

	for (size_t i = 0; i < ports->n; i++) {
		const struct udev_port *port = &ports->ports[i];

		if (port->class != UDEV_CLASS_MODEM || lines_find_port(site, port))
			continue;
		text_addf(&names, "%s%s", n++ ? ", " : "", port->name);
		chosen = port;
	}
	if (n == 1)
		return chosen;
	if (n == 0) {
		lines_print_unusable("");
		report_error(
			"no new modem found: plug one in, or name the port of an RS-232 modem (dialisp add-line ttyUSB0); see dialisp probe");
	} else {
		report_error("%u new modems found: %s: name one, for example dialisp add-line %s",
			     n, text_str(&names), chosen->name);
	}
	return NULL;
}

static const struct udev_port *find_named(const struct site *site, const struct lines_ports *ports,
					  const char *device)
{
	const struct udev_port *port = udev_find_port(ports->ports, ports->n, device);
	const struct line *line = port ? lines_find_port(site, port) : NULL;

	if (!port)
		report_error("%s: no such serial port: see dialisp probe", device);
	else if (line)
		report_error("%s: already used by %s: remove it with dialisp remove-line %s",
			     port->name, line->name, line->name);
	else if (port->class == UDEV_CLASS_NEVER)
		report_error("%s: is never opened: %s: use another port", port->name,
			     port->why ? port->why : "not a telephone modem");
	else
		return port;
	return NULL;
}

static int probe_one(const struct udev_port *port, struct probe_result *ret_answer)
{
	report_progress("%s: probing the modem", port->name);
	probe_ports(&port, 1, ret_answer, NULL);
	report_progress_end();
	if (ret_answer->verdict == PROBE_VERDICT_MODEM)
		return 0;
	lines_report_answer(ret_answer);
	return -ENODEV;
}

/* Tests the commands of the modem and the properties of its port. */
static int adapt(const struct command_args *args, const struct udev_port *port,
		 const struct probe_result *answer, struct line *line)
{
	_cleanup_(adapt_free) struct adapt item = {
		.port = port,
		.line = line,
		.best_rate = answer->max_rate,
		.keep_speed = command_has(args, "speed"),
		.keep_rings = command_has(args, "rings"),
	};
	int r = overrides_apply(args, line);

	if (r < 0)
		return r;
	lines_adapt("", &item, 1);
	return lines_judge(&item);
}

static int add_real(struct site *site, const struct command_args *args, struct line **ret_line,
		    char ret_port[static 32])
{
	_cleanup_ports_ struct lines_ports ports = { 0 };
	_cleanup_(probe_result_free) struct probe_result answer = { 0 };
	_cleanup_(site_line_free) struct line line = { 0 };
	const struct udev_port *port;
	int r = lines_ports_load(&ports);

	if (r < 0)
		return r;
	port = args->n_words ? find_named(site, &ports, args->words[0])
			     : choose_new_modem(site, &ports);
	if (!port)
		return -ENODEV;
	r = probe_one(port, &answer);
	if (r < 0)
		return r;
	lines_warn_modem(port, &answer);
	lines_prepare(port, &answer, &line);
	r = adapt(args, port, &answer, &line);
	if (r == 0)
		r = lines_add(site, command_value(args, "name"), &line, ret_line);
	if (r == 0)
		base_copy(ret_port, 32, port->name);
	return r;
}

/* With --root no modem can be probed: location, driver and dialect are given as options. */
static int add_described(struct site *site, const struct command_args *args, struct line **ret_line)
{
	const char *dialect = command_value(args, "dialect"),
		   *driver = command_value(args, "driver");
	struct udev_port port = {
		.name = "line",
		.socket = (char *)command_value(args, "location"),
		.port_number = -1,
		.driver = (char *)(driver ? driver : "cdc_acm"),
	};
	struct probe_result answer = { .verdict = PROBE_VERDICT_MODEM };
	_cleanup_(site_line_free) struct line line = { 0 };
	const struct line *owner = lines_find_port(site, &port);
	int r;

	if (owner) {
		report_error("%s: already used by %s", port.socket, owner->name);
		return -EEXIST;
	}
	base_copy(answer.dialect, sizeof(answer.dialect), dialect ? dialect : "generic");
	lines_prepare(&port, &answer, &line);
	lines_take_adapter(&line);
	r = overrides_apply(args, &line);
	return r < 0 ? r : lines_add(site, command_value(args, "name"), &line, ret_line);
}

static int check_described(const struct command_args *args)
{
	const char *dialect = command_value(args, "dialect"),
		   *driver = command_value(args, "driver");
	const struct adapter *adapter = adapter_find(driver);
	bool described = command_has(args, "location") || driver || dialect;

	if (described && !file_has_root())
		report_error(
			"--location, --driver and --dialect: only valid with --root: omit them, the modem is probed");
	else if (file_has_root() && (!command_has(args, "location") || args->n_words))
		report_error("--root: ports cannot be probed: use --location LOCATION and no PORT");
	else if (dialect && !dialect_find(dialect))
		report_error("--dialect %s: no such dialect", dialect);
	else if (adapter && adapter->kind == ADAPTER_KIND_OTHER)
		report_error("--driver %s: %s: use a telephone modem", driver, adapter->why);
	else
		return 0;
	return -EINVAL;
}

static int add(struct common_change *change, const struct command_args *args)
{
	char port_name[32] = "", name[SITE_LINE_NAME_MAX + 1];
	struct line *line = NULL;
	int r;

	if (file_has_root())
		r = add_described(&change->site, args, &line);
	else
		r = add_real(&change->site, args, &line, port_name);
	if (r < 0)
		return r;
	memcpy(name, line->name, sizeof(name));
	r = common_write_line(change, line);
	if (r == 0)
		r = common_apply(change, NULL);
	line = r == 0 ? site_find_line(&change->site, name) : NULL;
	if (line)
		lines_say(line, port_name);
	return r;
}

static int run_add_line(const struct command_args *args)
{
	_cleanup_change_ struct common_change change = COMMON_CHANGE_SINGLE;
	int r;

	if (check_arguments(args) < 0 || check_described(args) < 0)
		return EXIT_USAGE;
	r = common_change_begin(&change);
	if (r == 0)
		r = add(&change, args);
	return common_exit(r);
}

static const struct command_option options[] = {
	OPTION("name", "NAME", "name the line (default: the next free of line1, line2, ...)"),
	OVERRIDES_OPTIONS,
	OPTION("location", "LOCATION", "only with --root: set the location of the modem (ID_PATH)"),
	OPTION("driver", "DRIVER", "only with --root: set the kernel driver (default: cdc_acm)"),
	OPTION("dialect", "DIALECT", "only with --root: set the AT dialect (default: generic)"),
	{ 0 },
};

const struct command command_add_line = {
	.name = "add-line",
	.arguments = "[PORT]",
	.max = 1,
	.help = "add a line for a modem (default: the only one without a line)",
	.options = options,
	.needs_root = true,
	.changes = true,
	.run = run_add_line,
};
