/* SPDX-License-Identifier: GPL-2.0-or-later */
/* setup's search: which ports may be asked, what they answer, one line per modem found. */
#pragma once

#include "command.h"
#include "site.h"

/* Adds the new lines to the site, in memory; *ret_names are their names (n_names of them, the
 * caller frees each and the array). `more_ports` (NULL: none; NULL ends) are asked like those named
 * by --port. Ports named by --port that are not there or are never opened are refused; other
 * troubles are told and passed over. 0 or -errno. */
int detect_lines(struct site *site, const struct command_args *args, char *const *more_ports,
		 bool may_ask, char ***ret_names, size_t *ret_n_names);
