/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All outputs of a site as texts in memory. */
#pragma once

#include "apply/apply.h"
#include "util/text.h"

struct render_item { /* the part of a file that one line or account fills */
	char name[SITE_ACCOUNT_MAX + 1];
	uint64_t sum;
};
struct render_file {
	const struct apply_output *output;
	char *path;
	struct text text;
	uint64_t sum; /* of text */
	struct render_item *items;
	size_t n_items;
};
struct render {
	struct render_file *files; /* in table order */
	size_t n_files;
};
struct outputs_context;

/* Renders everything; each error is reported with file, template, line, name and cure. 0 or -EINVAL
 * or -errno. The caller frees it in every case. */
MUST_CHECK int render_site(const struct outputs_context *context, const char *template_dir,
			   struct render *ret);
void render_free(struct render *render);
