/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdio.h>

struct sim;

/* The longest command line. */
enum {
	CONTROL_LINE_MAX = 512
};

/*
 * Run one command line. What it prints goes to out. Returns NULL, or why it
 * failed. The line is taken apart.
 */
const char *control_run(struct sim *sim, char *line, FILE *out);

/* One row per command: usage and meaning. */
void control_help(FILE *out);
