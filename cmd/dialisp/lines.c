/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From a port and the probe result of its modem to a line of the site. */
#include "lines.h"

#include <errno.h>
#include <stdio.h>

#include "modem/dialect.h"
#include "port/adapter.h"
#include "systemd/systemd.h"

int lines_ports_load(struct lines_ports *ret)
{
	return udev_list_ports(&ret->ports, &ret->n); /* reports */
}

void lines_ports_free(struct lines_ports *ports)
{
	udev_free_ports(ports->ports, ports->n);
	*ports = (struct lines_ports){ 0 };
}

const struct line *lines_find_port(const struct site *site, const struct udev_port *port)
{
	for (size_t i = 0; i < site->n_lines; i++) {
		const struct line *line = &site->lines[i];

		if (line->socket && port->socket && str_eq(line->socket, port->socket) &&
		    line->port_number == port->port_number)
			return line;
	}
	return NULL;
}

const char *lines_describe_port(const struct udev_port *port)
{
	static char buffer[160];

	snprintf(buffer, sizeof(buffer), "%s%s%s%s%s%s", port->product ? port->product : "",
		 port->product ? " (" : "", port->driver ? port->driver : "unknown driver",
		 port->usb_id ? ", " : "", port->usb_id ? port->usb_id : "",
		 port->product ? ")" : "");
	return buffer;
}

int lines_check_name(const char *name)
{
	if (site_is_line_name(name))
		return 0;
	report_error(
		"%s: not a line name: use a lower-case letter and up to ten lower-case letters or digits",
		name);
	return -EINVAL;
}

static int choose_name(const struct site *site, const char *wanted,
		       char name[static SITE_LINE_NAME_MAX + 1])
{
	if (!wanted) {
		int r = site_free_line_name(site, name);

		if (r < 0)
			report_error("no free line name: at most %d lines are supported",
				     SITE_LINES_MAX);
		return r;
	}
	if (site_find_line(site, wanted)) {
		report_error("%s: line already exists: choose another --name", wanted);
		return -EEXIST;
	}
	base_copy(name, SITE_LINE_NAME_MAX + 1, wanted);
	return 0;
}

void lines_prepare(const struct udev_port *port, const struct probe_result *answer,
		   struct line *ret)
{
	*ret = (struct line){
		.socket = xstrdup(port->socket),
		.port_number = port->port_number,
		.driver = xstrdup(answer->is_bridge ? "cdc_acm-bridge" : port->driver),
		.dialect = xstrdup(*answer->dialect ? answer->dialect : "generic"),
		.modem = *answer->modem ? xstrndup(answer->modem, LINES_MODEM_MAX) : NULL,
		.speed = answer->speed ? answer->speed : LINES_SPEED,
		.caller_id = answer->caller_id,
		/* caller ID is sent between the first and the second RING: answering at the first
		 * would lose it */
		.rings = answer->caller_id ? 2 : 1,
	};
}

void lines_warn_modem(const struct udev_port *port, const struct probe_result *answer)
{
	_cleanup_free_ char *version = udev_find_quirk(port->quirks, "min-fw");

	if (version && probe_is_older(answer, version))
		report_warning(
			"%s: %s: firmware older than %s misses rings or does not hang up: update it with the manufacturer's program",
			port->name, answer->modem, version);
}

/* An unknown driver is assumed to have flow control, but its DCD is polled, which costs nothing. */
void lines_take_adapter(struct line *line)
{
	const struct adapter *adapter = adapter_find(line->driver);

	line->carrier = adapter && adapter->hangs_up ? SITE_CARRIER_HANGUP : SITE_CARRIER_WATCH;
	if (adapter && adapter->why)
		report_warning("%s: %s", line->driver, adapter->why);
	if (!adapter || adapter->has_flow)
		return;
	line->flow = xstrdup("none");
	line->speed = adapter->max_speed ? adapter->max_speed : line->speed;
}

static void report_adapted(const struct adapt *item)
{
	report_progress("   %s: %s", item->port->name, adapt_verdict_name(item->verdict));
}

void lines_adapt(const char *indent, struct adapt *items, size_t n)
{
	if (n == 0)
		return;
	report_progress("%stesting the commands of %zu modem%s", indent, n, n == 1 ? "" : "s");
	adapt_lines(items, n, report_adapted);
	report_progress_end();
}

int lines_judge(const struct adapt *item)
{
	_cleanup_free_ char *notes = xstrdup(text_str(&item->notes));
	char *rest = notes, *note;

	while ((note = strsep(&rest, "\n")))
		if (*note)
			report_warning("%s: %s", item->port->name, note);
	if (item->verdict == ADAPT_VERDICT_READY)
		return 0;
	report_error("%s: not usable as a line: %s", item->port->name,
		     *item->why ? item->why : adapt_verdict_name(item->verdict));
	return -ENODEV;
}

int lines_add(struct site *site, const char *wanted, struct line *line, struct line **ret_line)
{
	char name[SITE_LINE_NAME_MAX + 1] = "";
	struct in_addr address = { 0 };
	struct line *new;
	int r;

	if (site->n_lines >= SITE_LINES_MAX) {
		report_error("%s: at most %d lines are supported", line->socket, SITE_LINES_MAX);
		return -ENOSPC;
	}
	r = choose_name(site, wanted, name);
	if (r < 0)
		return r;
	r = site_free_address(site, &address);
	if (r < 0) {
		report_error("%s: no free address in %s: configure a larger pool in %s", name,
			     site_format_prefix(site->network.pool), CONFIG_FILE);
		return r;
	}
	new = site_add_line(site, name);
	*new = *line;
	*line = (struct line){ 0 };
	memcpy(new->name, name, sizeof(name));
	new->address = address;
	*ret_line = new;
	return 0;
}

void lines_print_unusable(const char *indent)
{
	struct udev_unusable *ends = NULL;
	size_t n = 0;

	if (udev_list_unusable(&ends, &n) < 0) /* reports */
		return;
	for (size_t i = 0; i < n; i++)
		common_say("%s%s: %s (%s): %s", indent, ends[i].device,
			   ends[i].product ? ends[i].product : "modem without a serial port",
			   ends[i].id ? ends[i].id : "no id", ends[i].why);
	udev_free_unusable(ends, n);
}

/* Name the service: it would start the program again. */
static bool report_service(const struct probe_result *answer)
{
	char unit[96] = "";

	if (answer->owner)
		(void)!systemd_find_unit(answer->owner, unit, sizeof(unit));
	if (!str_ends(unit, ".service"))
		return false;
	report_error("%s: %s: %s of %s: run systemctl stop %s", answer->port,
		     probe_verdict_name(answer->verdict), answer->why, unit, unit);
	return true;
}

void lines_report_answer(const struct probe_result *answer)
{
	/* where the reason does not include the cure */
	static const char *const cures[] = {
		[PROBE_VERDICT_MODEM] = "",
		[PROBE_VERDICT_SILENT] = "",
		[PROBE_VERDICT_BUSY] = ": stop that program first",
		[PROBE_VERDICT_NOT_MODEM] = ": use another port",
		[PROBE_VERDICT_CELLULAR] = ": use a modem for telephone lines",
		[PROBE_VERDICT_RINGING] = "",
		[PROBE_VERDICT_ERROR] = "",
	};

	if (answer->verdict == PROBE_VERDICT_BUSY && report_service(answer))
		return;
	report_error("%s: %s%s%s%s", answer->port, probe_verdict_name(answer->verdict),
		     *answer->why ? ": " : "", answer->why, cures[answer->verdict]);
}

const char *lines_describe_flow(const struct line *line)
{
	const struct dialect *dialect = dialect_find(line->dialect);
	const struct adapter *adapter = adapter_find(line->driver);

	if (adapter && !adapter->has_flow)
		return "none (adapter has none)";
	if (line->flow)
		return line->flow;
	/* none of the dialect's commands was tested */
	return dialect && !dialect->flow[1] ? dialect->flow[0] : "modem default";
}

const char *lines_describe_carrier(const struct line *line)
{
	switch (line->carrier) {
	case SITE_CARRIER_HANGUP:
		return "SIGHUP on carrier loss";
	case SITE_CARRIER_WATCH:
		return "DCD polled every second";
	case SITE_CARRIER_NONE:
		return "LCP echo timeout after 28 to 35 s"; /* templates/options */
	}
	return "";
}

void lines_say(const struct line *line, const char *port)
{
	common_say("%s: %s%s%s, %u bit/s, answers after %u ring%s, caller ID %s, caller address %s",
		   line->name, line->modem ? line->modem : "modem", str_empty(port) ? "" : " on ",
		   port, line->speed, line->rings, line->rings == 1 ? "" : "s",
		   line->caller_id ? "yes" : "no", site_format_address(line->address));
	common_say("   flow control %s, %s%s%s", lines_describe_flow(line),
		   lines_describe_carrier(line),
		   str_empty(line->without) ? "" : "; rejected by the modem: ",
		   line->without ? line->without : "");
}
