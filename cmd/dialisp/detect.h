/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Detection for setup: which ports to probe, what responds, one line per modem found. */
#pragma once

#include "command.h"
#include "site.h"

/* Adds the new lines to the site, in memory; *ret_names are their names (*ret_n_names of them; the
 * caller frees each and the array). `more_ports` (NULL-terminated, or NULL) are probed like those
 * of --port. A port of --port that does not exist or is never opened is an error; other problems
 * are reported and skipped. 0 or -errno. */
int detect_lines(struct site *site, const struct command_args *args, char *const *more_ports,
		 bool may_ask, char ***ret_names, size_t *ret_n_names);
