/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From a port and the probe result of its modem to a line of the site. */
#pragma once

#include "common.h"
#include "modem/adapt.h"
#include "modem/probe.h"
#include "port/udev.h"

#define LINES_SPEED     115200
#define LINES_MODEM_MAX 63 /* bytes: limit of the key `modem` */

struct lines_ports {
	struct udev_port *ports;
	size_t n;
};
#define _cleanup_ports_ _cleanup_(lines_ports_free)
int lines_ports_load(struct lines_ports *ret);
void lines_ports_free(struct lines_ports *ports);

/* The line at the location of this port, or NULL */
const struct line *lines_find_port(const struct site *site, const struct udev_port *port);
/* "Conexant USB modem (cdc_acm, 0572:1349)" for people; one static buffer */
const char *lines_describe_port(const struct udev_port *port);

int lines_check_name(const char *name); /* reports */
/* Fills a line from the port and its probe result; lines_add() sets name and address. The caller
 * frees it (site_line_free). */
void lines_prepare(const struct udev_port *port, const struct probe_result *answer,
		   struct line *ret);
/* Warns of known defects of this modem that no command works around: an old firmware. */
void lines_warn_modem(const struct udev_port *port, const struct probe_result *answer);
/* Sets what follows from the driver alone, where no modem is probed; warns of unsuitable adapters.
 */
void lines_take_adapter(struct line *line);
/* Tests the commands of all modems in parallel, with progress. The caller frees each item. */
void lines_adapt(const char *indent, struct adapt *items, size_t n);
/* Reports the findings of lines_adapt(). 0, or -ENODEV (reported with the cure) if the modem cannot
 * be a line. */
int lines_judge(const struct adapt *item);
/* Moves a prepared line into the site, under `name` (checked) or the next free name, with the next
 * free address. Errors are reported. 0 or -errno; *ret_line is valid until the next change of the
 * site. */
int lines_add(struct site *site, const char *name, struct line *line, struct line **ret_line);
/* Prints unusable modems, with the reason. */
void lines_print_unusable(const char *indent);
/* Reports why this port cannot be a line (silent, in use, ...), with the cure. */
void lines_report_answer(const struct probe_result *answer);

/* For people: "&K3", "none" */
const char *lines_describe_flow(const struct line *line);
/* How carrier loss is detected */
const char *lines_describe_carrier(const struct line *line);
/* Prints "line1: modem on ttyACM0, ..." and the settings that were chosen for it. */
void lines_say(const struct line *line, const char *port);
