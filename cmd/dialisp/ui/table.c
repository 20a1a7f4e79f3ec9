/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Aligned tables for people. */
#include "ui/table.h"

#include <stdio.h>

static void add_cell(struct table *table, char *text)
{
	table->cells = xrealloc(table->cells, table->n_cells + 1, sizeof(*table->cells));
	table->cells[table->n_cells++] = (struct table_cell){ .text = text };
}

void table_add(struct table *table, const char *cell)
{
	add_cell(table, xstrdup(cell ? cell : ""));
}

void table_addf(struct table *table, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add_cell(table, xvasprintf(fmt, ap));
	va_end(ap);
}

void table_colour(struct table *table, enum report_colour colour)
{
	table->cells[table->n_cells - 1].colour = colour;
}

/* 0: the column has no values */
static size_t column_width(const struct table *table, size_t column)
{
	size_t widest = 0, head = strlen(table->heads[column]);

	for (size_t i = column; i < table->n_cells; i += table->n_columns) {
		size_t len = strlen(table->cells[i].text);

		widest = len > widest ? len : widest;
	}
	return widest && head > widest ? head : widest;
}

/* Padding is printed before the next cell, so that no line has trailing blanks. */
static void print_cell(const char *text, enum report_colour colour, size_t width, size_t *blanks)
{
	bool coloured = colour != REPORT_COLOUR_NONE && *text;

	if (*text)
		printf("%*s%s%s%s", (int)*blanks, "",
		       coloured ? report_colour(STDOUT_FILENO, colour) : "", text,
		       coloured ? report_colour(STDOUT_FILENO, REPORT_COLOUR_NONE) : "");
	*blanks = (*text ? 0 : *blanks) + width - strlen(text) + 2;
}

void table_print(const struct table *table)
{
	_cleanup_free_ size_t *widths = xcalloc(table->n_columns, sizeof(*widths));
	size_t blanks = 0;

	for (size_t i = 0; i < table->n_columns; i++)
		widths[i] = column_width(table, i);
	for (size_t i = 0; i < table->n_columns; i++)
		if (widths[i])
			print_cell(table->heads[i], REPORT_COLOUR_BOLD, widths[i], &blanks);
	for (size_t i = 0; i < table->n_cells; i++) {
		size_t column = i % table->n_columns;

		if (column == 0) {
			putchar('\n');
			blanks = 0;
		}
		if (widths[column])
			print_cell(table->cells[i].text, table->cells[i].colour, widths[column],
				   &blanks);
	}
	putchar('\n');
}

void table_free(struct table *table)
{
	for (size_t i = 0; i < table->n_cells; i++)
		free(table->cells[i].text);
	free(table->cells);
	table->cells = NULL;
	table->n_cells = 0;
}
