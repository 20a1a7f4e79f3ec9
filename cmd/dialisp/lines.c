/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From a port and what its modem answered to a line of the site. */
#include "lines.h"

#include <errno.h>
#include <stdio.h>

#include "at.h"

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
		 port->usb_id ? ", " : "", port->usb_id ? port->usb_id : "", port->product ? ")" : "");
	return buffer;
}

int lines_check_name(const char *name)
{
	if (site_is_line_name(name))
		return 0;
	report_error("%s: no line name (a small letter, then at most ten small letters and digits)", name);
	return -EINVAL;
}

static int choose_name(const struct site *site, const char *wanted, char name[static SITE_LINE_NAME_MAX + 1])
{
	if (!wanted) {
		int r = site_free_line_name(site, name);

		if (r < 0)
			report_error("no line name is free (%d lines at most)", SITE_LINES_MAX);
		return r;
	}
	if (site_find_line(site, wanted)) {
		report_error("%s: there is such a line already (choose another --name)", wanted);
		return -EEXIST;
	}
	base_copy(name, SITE_LINE_NAME_MAX + 1, wanted);
	return 0;
}

/* What nobody can switch on is not worth a second RING. */
static bool switches_caller_id(const char *name)
{
	const struct at_dialect *dialect = at_find_dialect(name);

	return dialect && dialect->caller_id;
}

int lines_add(struct site *site, const char *wanted, const struct udev_port *port,
	      const struct probe_result *answer, struct line **ret_line)
{
	char name[SITE_LINE_NAME_MAX + 1] = "";
	struct in_addr address = { 0 };
	struct line *line;
	int r;

	if (site->n_lines >= SITE_LINES_MAX) {
		report_error("%s: %d lines are the most there can be", port->name, SITE_LINES_MAX);
		return -ENOSPC;
	}
	r = choose_name(site, wanted, name);
	if (r < 0)
		return r;
	r = site_free_address(site, &address);
	if (r < 0) {
		report_error("%s: no address is free in %s/%u (a wider subnet in %s)", name,
			     site_format_address(site->network.subnet), site->network.prefix, CONFIG_FILE);
		return r;
	}
	line = site_add_line(site, name);
	line->socket = xstrdup(port->socket);
	line->port_number = port->port_number;
	line->driver = xstrdup(port->driver);
	line->dialect = xstrdup(*answer->dialect ? answer->dialect : "generic");
	line->modem = *answer->modem ? xstrndup(answer->modem, LINES_MODEM_MAX) : NULL;
	line->speed = LINES_SPEED;
	line->caller_id = answer->caller_id && switches_caller_id(line->dialect);
	/* caller ID is sent between the first and the second RING: answering at the first would lose it */
	line->rings = line->caller_id ? 2 : 1;
	line->address = address;
	*ret_line = line;
	return 0;
}

void lines_report_answer(const struct probe_result *answer)
{
	static const char *const cures[] = {
		[PROBE_VERDICT_MODEM] = "",
		[PROBE_VERDICT_SILENT] = "is it switched on, and the cable one with all wires?",
		[PROBE_VERDICT_BUSY] = "end that program first",
		[PROBE_VERDICT_NOT_MODEM] = "use another port",
		[PROBE_VERDICT_CELLULAR] = "a telephone line needs a telephone modem",
		[PROBE_VERDICT_ERROR] = "unplug it and plug it in again",
	};

	report_error("%s: %s%s%s (%s)", answer->port, probe_verdict_name(answer->verdict),
		     *answer->why ? ": " : "", answer->why, cures[answer->verdict]);
}

void lines_say(const struct line *line, const char *port)
{
	common_say("%s: %s%s%s, %u bit/s, answers after %u ring%s, caller ID %s, the caller gets %s",
		   line->name, line->modem ? line->modem : "modem", str_empty(port) ? "" : " on ", port,
		   line->speed, line->rings, line->rings == 1 ? "" : "s", line->caller_id ? "yes" : "no",
		   site_format_address(line->address));
}
