/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `{{name}}` placeholders; an unknown name is an error; no loops, no conditions. */
#pragma once

#include "util/quote.h"

/* Gives the value of a name. 0 or -ENOENT. */
struct template_source {
	int (*resolve)(const void *context, const char *name, struct text *ret_value);
	const void *context;
};

struct template_error {
	unsigned line; /* of the template, from 1 */
	char name[64]; /* the placeholder */
	const char *why;
};

/* Appends the text with every {{name}} replaced by its value written in `grammar`. "{{" without
 * "}}" on the same line and an empty or over-long name are errors too. 0 or -EINVAL with *ret_error
 * filled (out is then as it was). */
MUST_CHECK int template_render(const char *text, enum quote grammar,
			       const struct template_source *source, struct text *out,
			       struct template_error *ret_error);
