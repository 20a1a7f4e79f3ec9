/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "exchange/line-settings.h"

struct serve_options {
	const char *socket;
	const char *pty_dir; /* NULL: vhci */
	const char *log;     /* NULL: stdout */
	struct line_settings settings;
	char **modems; /* ends with NULL */
};

/* Run the simulator in the foreground until a signal or the command quit ends it. Returns the exit
 * code. */
int serve_run(const struct serve_options *options);
