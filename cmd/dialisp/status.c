/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dialisp status: shows the status of the lines. */
#include "status.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <time.h>

#include "common.h"
#include "lines.h"
#include "modem/dialect.h"
#include "ui/json.h"
#include "ui/table.h"

static const enum report_colour state_colours[] = {
	[STATUS_STATE_WAITING] = REPORT_COLOUR_NONE,
	[STATUS_STATE_RINGING] = REPORT_COLOUR_YELLOW,
	[STATUS_STATE_ANSWERING] = REPORT_COLOUR_YELLOW,
	[STATUS_STATE_CALL] = REPORT_COLOUR_GREEN,
	[STATUS_STATE_STARTING] = REPORT_COLOUR_YELLOW,
	[STATUS_STATE_MISSING] = REPORT_COLOUR_RED,
	[STATUS_STATE_FAILED] = REPORT_COLOUR_RED,
	[STATUS_STATE_STOPPED] = REPORT_COLOUR_YELLOW,
};

static bool is_wanted(const struct command_args *args, const char *name)
{
	for (unsigned i = 0; i < args->n_words; i++)
		if (str_eq(args->words[i], name))
			return true;
	return args->n_words == 0;
}

static int check_names(const struct command_args *args, const struct site *site)
{
	for (unsigned i = 0; i < args->n_words; i++) {
		if (site_find_line(site, args->words[i]))
			continue;
		report_error("%s: no such line: see dialisp status", args->words[i]);
		return -ENOENT;
	}
	return 0;
}

/* Time of the last step of the call; 0: no call */
static int64_t since(const struct calldb_call *call)
{
	return call->up_at ? call->up_at : call->answer_at ? call->answer_at : call->ring_at;
}

/* --- for people --- */

#define WIDE_COLUMNS 120

/* A line for each call without a shaper. */
static void print_unshaped(const struct status *status)
{
	for (size_t i = 0; i < status->n_lines; i++)
		if (status->lines[i].call.shape.how == CALLDB_SHAPING_MISSING)
			printf("%s: no shaper: not supported by this kernel: load sch_cake or sch_tbf\n",
			       status->lines[i].line->name);
}

static bool has_call(const struct status *status)
{
	for (size_t i = 0; i < status->n_lines; i++)
		if (since(&status->lines[i].call))
			return true;
	return false;
}

/* none: "" */
static void add_count(struct table *table, unsigned count)
{
	if (count)
		table_addf(table, "%u", count);
	else
		table_add(table, "");
}

static void add_since(struct table *table, int64_t at)
{
	time_t then = (time_t)at, now = time(NULL);
	struct tm tm;
	char buffer[32] = "";

	if (at > 0 && localtime_r(&then, &tm))
		strftime(buffer, sizeof(buffer),
			 now - then < 18 * 3600 ? "%H:%M:%S" : "%b %e %H:%M", &tm);
	table_add(table, buffer);
}

static void add_bytes(struct table *table, bool call, uint64_t bytes)
{
	static const char units[] = " kMGT";
	double value = (double)bytes;
	size_t unit = 0;

	for (; value >= 1000 && unit < sizeof(units) - 2; unit++)
		value /= 1000;
	if (!call)
		table_add(table, "");
	else if (unit == 0)
		table_addf(table, "%.0f", value);
	else
		table_addf(table, "%.1f%c", value, units[unit]);
}

/* A row of a line in a call is about 100 characters wide; wrapped rows would be unreadable. */
static bool is_narrow(void)
{
	struct winsize size = { 0 };

	return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col &&
	       size.ws_col < WIDE_COLUMNS;
}

static void add_row(struct table *table, const struct status_line *row, bool narrow)
{
	const struct calldb_call *call = &row->call;

	table_add(table, row->line->name);
	table_add(table, narrow ? "" : row->port);
	table_add(table, narrow ? "" : row->line->modem);
	table_add(table, status_state_name(row->state));
	table_colour(table, state_colours[row->state]);
	table_add(table, call->user);
	table_add(table, call->address);
	table_add(table, call->number);
	add_count(table, call->rate);
	add_since(table, since(call));
	add_bytes(table, row->state == STATUS_STATE_CALL, row->rx_bytes);
	add_bytes(table, row->state == STATUS_STATE_CALL, row->tx_bytes);
	add_count(table, row->failed_logins);
	table_add(table, row->why);
}

static void print_footer(const struct site *site, const struct status *status)
{
	if (*status->uplink.link)
		printf("uplink %s %s", status->uplink.link,
		       site_format_address(status->uplink.address));
	else
		printf("%sno uplink%s", report_colour(STDOUT_FILENO, REPORT_COLOUR_RED),
		       report_colour(STDOUT_FILENO, REPORT_COLOUR_NONE));
	printf(", firewall %s, address pool %s\n", status->firewall,
	       site_format_prefix(site->network.pool));
	print_unshaped(status);
	if (status->masked && has_call(status))
		puts("names and numbers are masked: use sudo dialisp status to see them");
}

/* --- settings of a line (-v) --- */

#define FIELD "  %-14s "

PRINTF_LIKE(2, 3)
static void print_field(const char *name, const char *fmt, ...)
{
	va_list ap;

	printf(FIELD, name);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
}

/* The command lines that mgetty sends to initialise the modem */
static void print_commands(const struct line *line)
{
	_cleanup_text_ struct text commands = { 0 };
	const char *why;
	char *rest, *body;

	printf(FIELD, "init commands");
	if (dialect_commands(line, &commands, &why) < 0) {
		printf("none: %s %s\n", line->dialect, why);
		return;
	}
	rest = commands.s;
	while (rest && (body = strsep(&rest, " ")))
		printf("AT%s%s", body, rest ? " " : "\n");
}

static void print_choices(const struct site *site, const struct line *line)
{
	const struct dialect *dialect = dialect_find(line->dialect);

	printf("\n%s\n", line->name);
	print_field("location", "%s", line->socket);
	if (line->port_number >= 0)
		print_field("port number", "%d", line->port_number);
	print_field("driver", "%s", line->driver ? line->driver : "unknown");
	print_field("dialect", "%s (%s)", line->dialect, dialect ? dialect->title : "unknown");
	print_field("speed", "%u bit/s", line->speed);
	if (line->max_rate)
		print_field("max rate", "%u bit/s", line->max_rate);
	print_field("flow control", "%s", lines_describe_flow(line));
	print_field("carrier", "%s: %s", site_carrier_name(line->carrier),
		    lines_describe_carrier(line));
	print_field("login", "%s", site_login_name(site_line_login(site, line)));
	print_field("rings", "%u", line->rings);
	print_field("caller ID", "%s", line->caller_id ? "yes" : "no");
	print_commands(line);
	if (!str_empty(line->without))
		print_field("rejected", "%s", line->without);
	print_field("caller address", "%s", site_format_address(line->address));
}

static void print_all_choices(const struct command_args *args, const struct site *site,
			      const struct status *status)
{
	for (size_t i = 0; i < status->n_lines; i++)
		if (is_wanted(args, status->lines[i].line->name))
			print_choices(site, status->lines[i].line);
}

static void print_table(const struct command_args *args, const struct site *site,
			const struct status *status)
{
	static const char *const heads[] = { "LINE",    "PORT",    "MODEM", "STATE", "USER",
					     "ADDRESS", "FROM",    "BIT/S", "SINCE", "IN",
					     "OUT",     "REFUSED", "REASON" };
	_cleanup_table_ struct table table = TABLE(heads);
	bool narrow = is_narrow() && has_call(status);

	for (size_t i = 0; i < status->n_lines; i++)
		if (is_wanted(args, status->lines[i].line->name))
			add_row(&table, &status->lines[i], narrow);
	if (table.n_cells)
		table_print(&table);
	else
		puts("no lines configured: plug a modem in, then run sudo dialisp add-line");
	print_footer(site, status);
	if (command_has(args, "verbose"))
		print_all_choices(args, site, status);
}

/* --- for programs --- */

static void print_json_choices(struct json *json, const struct site *site, const struct line *line)
{
	_cleanup_text_ struct text commands = { 0 };
	const char *why;

	(void)!dialect_commands(line, &commands, &why); /* a loaded line has a known dialect */
	json_string(json, "location", line->socket);
	if (line->port_number >= 0)
		json_number(json, "port_number", (uint64_t)line->port_number);
	else
		json_null(json, "port_number");
	json_string(json, "driver", line->driver);
	json_string(json, "dialect", line->dialect);
	json_number(json, "speed", line->speed);
	json_number_or_null(json, "max_rate", line->max_rate);
	json_string(json, "flow", line->flow);
	json_string(json, "carrier", site_carrier_name(line->carrier));
	json_string(json, "login", site_login_name(site_line_login(site, line)));
	json_number(json, "rings", line->rings);
	json_bool(json, "caller_id", line->caller_id);
	json_string(json, "init", line->init);
	json_string(json, "commands", text_str(&commands));
	json_string(json, "without", line->without);
	json_string(json, "line_address", site_format_address(line->address));
}

/* Source of the rate, current bandwidth, queue. */
static void print_json_shaper(struct json *json, const struct status_line *row)
{
	const struct netlink_qdisc *shaper = &row->shaper;
	const struct calldb_shape *shape = &row->call.shape;
	bool is_there = shaper->kind != NETLINK_SHAPER_NONE;

	if (!is_there && shape->how == CALLDB_SHAPING_UNSET) {
		json_null(json, "shaper");
		return;
	}
	json_open(json, "shaper", '{');
	json_string(json, "by", calldb_shaping_name(shape->how));
	json_number_or_null(json, "rate", shape->rate);
	json_string(json, "kind", netlink_shaper_name(shaper->kind));
	json_number_or_null(json, "bandwidth", shaper->bytes_per_s * 8);
	json_number(json, "backlog", shaper->backlog);
	json_number(json, "drops", shaper->drops);
	json_close(json, '}');
}

static void print_json_line(struct json *json, const struct site *site,
			    const struct status_line *row)
{
	const struct calldb_call *call = &row->call;
	bool up = row->state == STATUS_STATE_CALL;

	json_open(json, NULL, '{');
	json_string(json, "name", row->line->name);
	json_string(json, "port", row->port);
	json_string(json, "modem", row->line->modem);
	json_string(json, "state", status_state_name(row->state));
	json_string(json, "why", row->why);
	json_string(json, "user", call->user);
	json_string(json, "address", call->address);
	json_string(json, "number", call->number);
	json_string(json, "caller", call->caller);
	json_number_or_null(json, "rate", call->rate);
	json_number_or_null(json, "mtu", row->mtu);
	print_json_shaper(json, row);
	json_number_or_null(json, "since", (uint64_t)since(call));
	if (up) {
		json_number(json, "rx_bytes", row->rx_bytes);
		json_number(json, "tx_bytes", row->tx_bytes);
	} else {
		json_null(json, "rx_bytes");
		json_null(json, "tx_bytes");
	}
	json_number(json, "failed_logins", row->failed_logins);
	print_json_choices(json, site, row->line);
	json_close(json, '}');
}

static void print_json_uplink(struct json *json, const struct netlink_uplink *uplink)
{
	if (!*uplink->link) {
		json_null(json, "uplink");
		return;
	}
	json_open(json, "uplink", '{');
	json_string(json, "interface", uplink->link);
	json_string(json, "address", site_format_address(uplink->address));
	json_string(json, "gateway", site_format_address(uplink->gateway));
	json_close(json, '}');
}

static void print_json(const struct command_args *args, const struct site *site,
		       const struct status *status)
{
	struct json json = { 0 };

	json_open(&json, NULL, '{');
	json_number(&json, "version", 1);
	json_open(&json, "lines", '[');
	for (size_t i = 0; i < status->n_lines; i++)
		if (is_wanted(args, status->lines[i].line->name))
			print_json_line(&json, site, &status->lines[i]);
	json_close(&json, ']');
	print_json_uplink(&json, &status->uplink);
	json_string(&json, "firewall", status->firewall);
	json_string(&json, "pool", site_format_prefix(site->network.pool));
	json_bool(&json, "masked", status->masked);
	json_close(&json, '}');
	json_print(&json);
}

static int run_status(const struct command_args *args)
{
	_cleanup_(site_free) struct site site = { 0 };
	_cleanup_(status_free) struct status status = { 0 };
	int r = common_load_site(CONFIG_WHAT_PUBLIC, &site);

	if (r == 0)
		r = check_names(args, &site);
	if (r < 0)
		return common_exit(r);
	status_gather(&site, &status);
	if (command_has(args, "json"))
		print_json(args, &site, &status);
	else
		print_table(args, &site, &status);
	return EXIT_DONE;
}

static const struct command_option options[] = {
	OPTION("verbose", NULL, "show the settings of each line, too", .letter = 'v'),
	OPTION("json", NULL, "print JSON"),
	{ 0 },
};

const struct command command_status = {
	.name = "status",
	.arguments = "[LINE...]",
	.max = SITE_LINES_MAX,
	.help = "show the status of the lines and their calls",
	.options = options,
	.run = run_status,
};
