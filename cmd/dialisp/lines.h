/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From a port and what its modem answered to a line of the site. */
#pragma once

#include "common.h"
#include "probe.h"
#include "udev.h"

#define LINES_SPEED     115200
#define LINES_MODEM_MAX 63 /* bytes: what the line's file takes */

struct lines_ports {
	struct udev_port *ports;
	size_t n;
};
#define _cleanup_ports_ _cleanup_(lines_ports_free)
int lines_ports_load(struct lines_ports *ret);
void lines_ports_free(struct lines_ports *ports);

/* The line that owns the socket of this port, or NULL */
const struct line *lines_find_port(const struct site *site, const struct udev_port *port);
/* "Conexant USB modem (cdc_acm, 0572:1349)" for people; one static buffer */
const char *lines_describe_port(const struct udev_port *port);

int lines_check_name(const char *name); /* reports */
/* Adds a line to the site: `name` (checked) or the next free one, the next free address; everything else from port and answer.
 * Complaints are reported. 0 or -errno; *ret_line is good until the next change of the site. */
int lines_add(struct site *site, const char *name, const struct udev_port *port,
	      const struct probe_result *answer, struct line **ret_line);
/* Says why this port gives no line: silent, in use, ... and what helps. */
void lines_report_answer(const struct probe_result *answer);
/* "line1: modem on ttyACM0, ..." to stdout */
void lines_say(const struct line *line, const char *port);
