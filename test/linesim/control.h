/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdio.h>

struct sim;

/* The longest command line. */
enum {
	CONTROL_LINE_MAX = 512
};

struct listener;

/* Listen at path, mode 0600. -EADDRINUSE when another simulator answers there. */
int control_open(struct sim *sim, const char *path, struct listener **ret_listener);

/* The socket file too. NULL is accepted. */
void control_close(struct listener *listener);

/*
 * Run one command line. What it prints goes to out. Returns NULL, or why it
 * failed. The line is taken apart.
 */
const char *control_run(struct sim *sim, char *line, FILE *out);

/* One row per command: usage and meaning. */
void control_help(FILE *out);
