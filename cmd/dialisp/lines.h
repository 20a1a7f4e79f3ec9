/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From a port and what its modem answered to a line of the site. */
#pragma once

#include "common.h"
#include "modem/adapt.h"
#include "modem/probe.h"
#include "port/udev.h"

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
/* What port and answer say of a line; name and address are lines_add's. The caller releases it
 * (site_line_free). */
void lines_prepare(const struct udev_port *port, const struct probe_result *answer,
		   struct line *ret);
/* Warns of what is known of this modem and no command mends: an old firmware. */
void lines_warn_modem(const struct udev_port *port, const struct probe_result *answer);
/* Where a modem is not told anything: what its driver alone tells, with a warning where it is a bad
 * one. */
void lines_take_adapter(struct line *line);
/* Tries what their modems can be told, all at once, with progress. The caller frees each. */
void lines_adapt(const char *indent, struct adapt *items, size_t n);
/* Says what that has brought to light. 0, or -ENODEV (reported, with the cure) when this one cannot
 * be a line. */
int lines_judge(const struct adapt *item);
/* Moves a prepared line into the site, under `name` (checked) or the next free one, with the next
 * free address. Complaints are reported. 0 or -errno; *ret_line is good until the next change of
 * the site. */
int lines_add(struct site *site, const char *name, struct line *line, struct line **ret_line);
/* Modems that can never be lines, with the reason; who looks for his own finds it there. */
void lines_say_dead_ends(const char *indent);
/* Says why this port gives no line: silent, in use, ... and what helps. */
void lines_report_answer(const struct probe_result *answer);

/* For people: "&K3", "none" */
const char *lines_describe_flow(const struct line *line);
/* How the end of a call's carrier is noticed */
const char *lines_describe_carrier(const struct line *line);
/* "line1: modem on ttyACM0, ..." to stdout, and the choices that were made for it */
void lines_say(const struct line *line, const char *port);
