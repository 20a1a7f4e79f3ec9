/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The values for the placeholders of the templates. */
#pragma once

#include "firewall/firewall.h"
#include "site.h"
#include "util/text.h"

#define OUTPUTS_SYSCTL "/etc/sysctl.d/90-dialisp.conf"

struct outputs_context {
	const struct site *site;
	const struct network *network; /* with the DNS servers found */
	struct firewall_facts firewall;
	const struct line *line;       /* NULL unless once per line */
	const struct account *account; /* NULL unless once per account */
};

/* The reload (enum apply_reload) after a file is no longer rendered: a unit loads only those of the
 * firewall. */
unsigned outputs_reload_of_removal(const char *path);

/* The resolve function of a struct template_source. 0, -ENOENT (unknown, or no line or account
 * here), -EINVAL (the line's init-chat cannot be written). */
MUST_CHECK int outputs_resolve(const void *context, const char *name, struct text *ret_value);
