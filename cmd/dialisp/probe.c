/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dialisp probe: lists the serial ports and what responded on them. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

#include "lines.h"
#include "ui/json.h"
#include "ui/table.h"
#include "util/file.h"

/* One port and what is known about it. */
struct row {
	const struct udev_port *port;
	const struct line *line; /* that owns its location, or NULL */
	bool wanted;             /* to be probed */
	struct probe_result answer;
	const char *verdict;
	char why[200];
};
struct rows {
	struct row *rows;
	size_t n;
	struct udev_unusable *ends; /* modems without a serial port */
	size_t n_ends;
};

static void rows_free(struct rows *rows)
{
	for (size_t i = 0; i < rows->n; i++)
		probe_result_free(&rows->rows[i].answer);
	free(rows->rows);
	udev_free_unusable(rows->ends, rows->n_ends);
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

static void add_row(struct rows *rows, const struct site *site, const struct udev_port *port,
		    bool wanted)
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
		const struct udev_port *port =
			udev_find_port(ports->ports, ports->n, args->words[i]);

		if (!port) {
			report_error("%s: no such serial port: see dialisp probe", args->words[i]);
			return -ENODEV;
		}
		add_row(rows, site, port, true);
	}
	if (args->n_words)
		return 0;
	for (size_t i = 0; i < ports->n; i++)
		add_row(rows, site, &ports->ports[i],
			is_probed_unasked(ports->ports[i].class,
					  command_has(args, "probe-serial")));
	(void)!udev_list_unusable(&rows->ends, &rows->n_ends); /* reports */
	return 0;
}

static void report_probed(const struct probe_result *answer)
{
	report_progress("%s: %s", answer->port, probe_verdict_name(answer->verdict));
}

static void ask_ports(struct rows *rows, bool record)
{
	_cleanup_free_ const struct udev_port **ports = xcalloc(rows->n, sizeof(*ports));
	_cleanup_free_ struct probe_result *answers = xcalloc(rows->n, sizeof(*answers));
	size_t n = 0;

	for (size_t i = 0; i < rows->n; i++)
		if (rows->rows[i].wanted)
			ports[n++] = rows->rows[i].port;
	if (n) {
		report_progress("probing %zu port%s", n, n == 1 ? "" : "s");
		probe_ports(ports, n, answers,
			    &(struct probe_how){ .tell = report_probed, .transcript = record });
		report_progress_end();
	}
	n = 0;
	for (size_t i = 0; i < rows->n; i++)
		if (rows->rows[i].wanted)
			rows->rows[i].answer = answers[n++];
}

/* Why a port was not probed, and the command that probes it. */
static void explain_unasked(struct row *row)
{
	const char *why = row->port->why ? row->port->why : "";

	if (row->port->class == UDEV_CLASS_NEVER)
		base_copy(row->why, sizeof(row->why), why);
	else
		snprintf(row->why, sizeof(row->why), "%s%sprobe it with dialisp probe %s", why,
			 *why ? ": " : "", row->port->name);
}

static void explain_answer(struct row *row)
{
	bool is_modem = row->answer.verdict == PROBE_VERDICT_MODEM;

	if (row->line && row->answer.verdict == PROBE_VERDICT_BUSY)
		snprintf(row->why, sizeof(row->why), "in use by %s", row->line->name);
	else if (row->line && is_modem)
		snprintf(row->why, sizeof(row->why), "used by %s", row->line->name);
	else if (is_modem)
		snprintf(row->why, sizeof(row->why),
			 "no line yet: add one with dialisp add-line %s", row->port->name);
	else
		base_copy(row->why, sizeof(row->why), row->answer.why);
}

static void judge_row(struct row *row)
{
	row->verdict = row->wanted ? probe_verdict_name(row->answer.verdict)
		       : row->port->class == UDEV_CLASS_NEVER ? "never opened"
							      : "not probed";
	if (row->wanted)
		explain_answer(row);
	else
		explain_unasked(row);
}

static const char *what_is(const struct row *row)
{
	return *row->answer.modem ? row->answer.modem : lines_describe_port(row->port);
}

static void add_unusable(struct table *table, const struct udev_unusable *end)
{
	table_add(table, "-");
	table_add(table, end->device);
	table_addf(table, "%s (%s)", end->product ? end->product : "modem",
		   end->id ? end->id : "no id");
	table_add(table, "unusable");
	table_add(table, end->why);
}

static void print_table(const struct rows *rows)
{
	static const char *const heads[] = { "PORT", "LOCATION", "DEVICE", "VERDICT", "REASON" };
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
	for (size_t i = 0; i < rows->n_ends; i++)
		add_unusable(&table, &rows->ends[i]);
	if (table.n_cells)
		table_print(&table);
	else
		common_say("no serial port found: plug the modem in");
}

/* The modem control lines of a port without them are unknown. */
static void print_json_lines(struct json *json, const struct probe_result *answer)
{
	const struct {
		const char *name;
		bool on;
	} lines[] = { { "cts", answer->cts }, { "dsr", answer->dsr }, { "dcd", answer->dcd } };

	for (size_t i = 0; i < ARRAY_SIZE(lines); i++)
		if (answer->has_lines)
			json_bool(json, lines[i].name, lines[i].on);
		else
			json_null(json, lines[i].name);
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
	json_string(json, "location", row->port->socket);
	if (row->port->port_number >= 0)
		json_number(json, "port_number", (uint64_t)row->port->port_number);
	else
		json_null(json, "port_number");
	json_string(json, "driver", row->port->driver);
	json_string(json, "usb_id", row->port->usb_id);
	json_string(json, "product", row->port->product);
	json_string(json, "chip", row->port->chip);
	json_string(json, "quirks", row->port->quirks);
	json_string(json, "class", classes[row->port->class]);
	json_string(json, "line", row->line ? row->line->name : NULL);
	json_string(json, "verdict", row->verdict);
	json_string(json, "why", row->why);
	json_string(json, "modem", row->answer.modem);
	json_string(json, "dialect", row->answer.dialect);
	json_bool(json, "caller_id", row->answer.caller_id);
	json_number_or_null(json, "speed", row->answer.speed);
	json_number_or_null(json, "max_rate", row->answer.max_rate);
	print_json_lines(json, &row->answer);
	json_number_or_null(json, "took_ms", row->answer.took_ms);
	json_close(json, '}');
}

static void print_json_unusable(struct json *json, const struct udev_unusable *end)
{
	json_open(json, NULL, '{');
	json_string(json, "device", end->device);
	json_string(json, "id", end->id);
	json_string(json, "product", end->product);
	json_string(json, "why", end->why);
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
	json_open(&json, "unusable_devices", '[');
	for (size_t i = 0; i < rows->n_ends; i++)
		print_json_unusable(&json, &rows->ends[i]);
	json_close(&json, ']');
	json_close(&json, '}');
	json_print(&json);
}

/* --- the transcript, for a file --- */

static int check_save(const struct command_args *args)
{
	const char *path = command_value(args, "save");

	if (!path || args->n_words == 1)
		return 0;
	report_error("--save %s: needs one port: use dialisp probe --save FILE PORT", path);
	return -EINVAL;
}

static int refuse_file(const char *path, const char *why, const char *cure)
{
	report_error("%s: could not write: %s: %s", path, why, cure);
	return -EIO;
}

/* Checked before the modem is probed. */
static int check_file(const char *path)
{
	if (!path || access(path, F_OK) < 0)
		return 0;
	return refuse_file(path, "file exists", "choose another name");
}

/* The user's own file, relative to the current directory; not below --root. */
static int write_new(const char *path, const char *content)
{
	_cleanup_close_ int fd =
		open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
	size_t n = strlen(content);

	if (fd < 0)
		return refuse_file(path, strerror(errno), "choose another name");
	if (fchmod(fd, 0644) == 0 && write(fd, content, n) == (ssize_t)n && fsync(fd) == 0)
		return 0;
	(void)unlink(path);
	return refuse_file(path, strerror(errno), "check that the disk is not full");
}

static int save(const struct row *row, const char *path)
{
	int r;

	if (!row->answer.transcript) {
		report_error("%s: %s%s%s: nothing to save: use a port with a modem",
			     row->port->name, row->verdict, *row->why ? ": " : "", row->why);
		return -ENODATA;
	}
	r = write_new(path, row->answer.transcript);
	if (r == 0)
		report_info(
			"%s: transcript of the modem on %s saved, serial and telephone numbers masked: check it, then attach it to a report",
			path, row->port->name);
	return r;
}

static void print_rows(const struct command_args *args, const struct rows *rows)
{
	if (command_has(args, "json"))
		print_json(rows);
	else
		print_table(rows);
}

static int ask_and_print(const struct command_args *args, struct rows *rows)
{
	const char *path = command_value(args, "save");

	ask_ports(rows, path);
	for (size_t i = 0; i < rows->n; i++)
		judge_row(&rows->rows[i]);
	print_rows(args, rows);
	return path ? save(&rows->rows[0], path) : 0;
}

static int run_probe(const struct command_args *args)
{
	_cleanup_(site_free) struct site site = { 0 };
	_cleanup_ports_ struct lines_ports ports = { 0 };
	_cleanup_(rows_free) struct rows rows = { 0 };
	int r;

	if (check_save(args) < 0)
		return EXIT_USAGE;
	if (file_has_root()) {
		report_error("--root: ports cannot be probed: omit --root");
		return EXIT_REFUSED;
	}
	r = check_file(command_value(args, "save"));
	if (r == 0)
		r = common_load_new_site(&site);
	if (r == -ENOENT)
		r = 0; /* before setup there are no lines */
	if (r == 0)
		r = lines_ports_load(&ports);
	if (r == 0)
		r = choose_rows(&rows, &site, &ports, args);
	if (r == 0)
		r = ask_and_print(args, &rows);
	return common_exit(r);
}

static const struct command_option options[] = {
	OPTION("probe-serial", NULL, "probe RS-232 ports and unknown devices, too"),
	OPTION("save", "FILE", "save the transcript of the modem on PORT to the new FILE"),
	OPTION("json", NULL, "print JSON"),
	{ 0 },
};

const struct command command_probe = {
	.name = "probe",
	.arguments = "[PORT...]",
	.max = 255,
	.help = "list serial ports and probe them for modems; change nothing",
	.options = options,
	.needs_root = true,
	.run = run_probe,
};
