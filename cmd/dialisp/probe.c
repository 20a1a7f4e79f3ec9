/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dialisp probe: which serial ports there are, and what answered. */
#include <errno.h>
#include <stdio.h>

#include "file.h"
#include "json.h"
#include "lines.h"
#include "table.h"

/* One port and what is known of it. */
struct row {
	const struct udev_port *port;
	const struct line *line; /* that owns its socket, or NULL */
	bool wanted;             /* to be asked */
	struct probe_result answer;
	const char *verdict;
	char why[200];
};
struct rows {
	struct row *rows;
	size_t n;
};

static void rows_free(struct rows *rows)
{
	free(rows->rows);
}

static bool is_probed_unasked(enum udev_class class, bool all)
{
	switch (class) {
	case UDEV_CLASS_MODEM:
		return true;
	case UDEV_CLASS_POSSIBLE:
	case UDEV_CLASS_SERIAL:
		return all;
	case UDEV_CLASS_NEVER:
		return false;
	}
	return false;
}

static void add_row(struct rows *rows, const struct site *site, const struct udev_port *port, bool wanted)
{
	rows->rows = xrealloc(rows->rows, rows->n + 1, sizeof(*rows->rows));
	rows->rows[rows->n++] = (struct row){
		.port = port,
		.line = lines_find_port(site, port),
		.wanted = wanted && port->class != UDEV_CLASS_NEVER,
	};
}

static int choose_rows(struct rows *rows, const struct site *site, const struct lines_ports *ports,
		       const struct command_args *args)
{
	for (unsigned i = 0; i < args->n_words; i++) {
		const struct udev_port *port = udev_find_port(ports->ports, ports->n, args->words[i]);

		if (!port) {
			report_error("%s: no such serial port (dialisp probe lists them)", args->words[i]);
			return -ENODEV;
		}
		add_row(rows, site, port, true);
	}
	for (size_t i = 0; i < ports->n && args->n_words == 0; i++)
		add_row(rows, site, &ports->ports[i],
			is_probed_unasked(ports->ports[i].class, command_has(args, "all")));
	return 0;
}

static void tell(const struct probe_result *answer)
{
	report_progress("%s: %s", answer->port, probe_verdict_name(answer->verdict));
}

static void ask_ports(struct rows *rows)
{
	_cleanup_free_ const struct udev_port **ports = xcalloc(rows->n, sizeof(*ports));
	_cleanup_free_ struct probe_result *answers = xcalloc(rows->n, sizeof(*answers));
	size_t n = 0;

	for (size_t i = 0; i < rows->n; i++)
		if (rows->rows[i].wanted)
			ports[n++] = rows->rows[i].port;
	if (n) {
		report_progress("asking %zu port%s", n, n == 1 ? "" : "s");
		probe_ports(ports, n, answers, tell);
		report_progress_end();
	}
	n = 0;
	for (size_t i = 0; i < rows->n; i++)
		if (rows->rows[i].wanted)
			rows->rows[i].answer = answers[n++];
}

static void judge_row(struct row *row)
{
	const char *why = row->port->why ? row->port->why : "";

	row->verdict = row->wanted                            ? probe_verdict_name(row->answer.verdict)
		       : row->port->class == UDEV_CLASS_NEVER ? "never opened"
							      : "not asked";
	if (row->wanted && row->answer.verdict == PROBE_VERDICT_BUSY && row->line)
		snprintf(row->why, sizeof(row->why), "in use by %s", row->line->name);
	else if (row->wanted && row->answer.verdict == PROBE_VERDICT_MODEM && row->line)
		snprintf(row->why, sizeof(row->why), "is %s", row->line->name);
	else if (row->wanted)
		base_copy(row->why, sizeof(row->why), row->answer.why);
	else if (row->port->class == UDEV_CLASS_NEVER)
		base_copy(row->why, sizeof(row->why), why);
	else
		snprintf(row->why, sizeof(row->why), "%s%sdialisp probe %s asks it", why, *why ? "; " : "",
			 row->port->name);
}

static const char *what_is(const struct row *row)
{
	return *row->answer.modem ? row->answer.modem : lines_describe_port(row->port);
}

static void print_table(const struct rows *rows)
{
	static const char *const heads[] = { "PORT", "SOCKET", "WHAT", "VERDICT", "REASON" };
	_cleanup_table_ struct table table = TABLE(heads);

	for (size_t i = 0; i < rows->n; i++) {
		const struct row *row = &rows->rows[i];
		bool modem = row->wanted && row->answer.verdict == PROBE_VERDICT_MODEM;

		table_add(&table, row->port->name);
		table_add(&table, row->port->socket);
		table_add(&table, what_is(row));
		table_add(&table, row->verdict);
		table_colour(&table, modem ? REPORT_COLOUR_GREEN : REPORT_COLOUR_NONE);
		table_add(&table, row->why);
	}
	if (rows->n)
		table_print(&table);
	else
		common_say("no serial port found (is the modem plugged in?)");
}

static void print_json_row(struct json *json, const struct row *row)
{
	static const char *const classes[] = {
		[UDEV_CLASS_MODEM] = "modem",
		[UDEV_CLASS_POSSIBLE] = "possible",
		[UDEV_CLASS_SERIAL] = "serial",
		[UDEV_CLASS_NEVER] = "never",
	};

	json_open(json, NULL, '{');
	json_string(json, "port", row->port->name);
	json_string(json, "socket", row->port->socket);
	if (row->port->port_number >= 0)
		json_number(json, "port_number", (uint64_t)row->port->port_number);
	else
		json_null(json, "port_number");
	json_string(json, "driver", row->port->driver);
	json_string(json, "usb_id", row->port->usb_id);
	json_string(json, "product", row->port->product);
	json_string(json, "class", classes[row->port->class]);
	json_string(json, "line", row->line ? row->line->name : NULL);
	json_string(json, "verdict", row->verdict);
	json_string(json, "why", row->why);
	json_string(json, "modem", row->answer.modem);
	json_string(json, "dialect", row->answer.dialect);
	json_bool(json, "caller_id", row->answer.caller_id);
	json_number_or_null(json, "speed", row->answer.speed);
	json_close(json, '}');
}

static void print_json(const struct rows *rows)
{
	struct json json = { 0 };

	json_open(&json, NULL, '{');
	json_number(&json, "version", 1);
	json_open(&json, "ports", '[');
	for (size_t i = 0; i < rows->n; i++)
		print_json_row(&json, &rows->rows[i]);
	json_close(&json, ']');
	json_close(&json, '}');
	json_print(&json);
}

static int run(const struct command_args *args)
{
	_cleanup_(site_free) struct site site = { 0 };
	_cleanup_ports_ struct lines_ports ports = { 0 };
	_cleanup_(rows_free) struct rows rows = { 0 };
	int r;

	if (file_has_root()) {
		report_error("below --root no port can be asked (leave --root out)");
		return EXIT_REFUSED;
	}
	r = common_load_new_site(&site);
	if (r == -ENOENT)
		r = 0; /* before setup no port is a line's */
	if (r == 0)
		r = lines_ports_load(&ports);
	if (r == 0)
		r = choose_rows(&rows, &site, &ports, args);
	if (r < 0)
		return common_exit(r);
	ask_ports(&rows);
	for (size_t i = 0; i < rows.n; i++)
		judge_row(&rows.rows[i]);
	if (command_has(args, "json"))
		print_json(&rows);
	else
		print_table(&rows);
	return EXIT_DONE;
}

static const struct command_option options[] = {
	OPTION("all", NULL, "ask RS-232 ports and unknown devices too (not those that are never opened)"),
	OPTION("json", NULL, "for programs"),
	{ 0 },
};

const struct command command_probe = {
	.name = "probe",
	.arguments = "[PORT...]",
	.max = 255,
	.help = "asks serial ports whether a modem is there; changes nothing",
	.options = options,
	.needs_root = true,
	.run = run,
};
