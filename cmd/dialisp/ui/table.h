/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Aligned tables for people. Columns are as wide as needed; columns without values are omitted. */
#pragma once

#include "util/report.h"

struct table_cell {
	char *text;
	enum report_colour colour;
};
struct table {
	const char *const *heads;
	size_t n_columns;
	struct table_cell *cells; /* row by row */
	size_t n_cells;
};

#define TABLE(names)                                                                               \
	{                                                                                          \
		.heads = (names), .n_columns = ARRAY_SIZE(names)                                   \
	}
#define _cleanup_table_ _cleanup_(table_free)

/* Adds one cell; rows are filled from left to right. NULL means "". */
void table_add(struct table *table, const char *cell);
void table_addf(struct table *table, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* Colours the last cell. */
void table_colour(struct table *table, enum report_colour colour);
void table_print(const struct table *table); /* to stdout */
void table_free(struct table *table);
