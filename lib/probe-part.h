/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between the parts of the probe. */
#pragma once

#include "probe.h"
#include "record.h"

#define PROBE_FIRST_SPEED 115200

/* The caller owns it. */
char *probe_format_record(const struct udev_port *port, const struct probe_result *result,
			  struct record *record);

/* By what it says; "generic" where nothing tells. */
const char *probe_guess_dialect(const struct probe_result *result);

/* First contact: in order until something answers; a command of NULL ends them. */
struct probe_attempt {
	const char *command; /* AT alone at first: single letters are commands to UPSs and machines */
	unsigned speed;
	unsigned wait_ms;   /* before it */
	unsigned answer_ms; /* for the answer; 0: as usual */
};
const struct probe_attempt *probe_choose_attempts(const struct udev_port *port);
/* A port whose rate is real */
bool probe_is_serial(const struct udev_port *port);
