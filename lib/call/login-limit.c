/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Failed logins of callers: counted, forgotten, and made into a delay. */
#include "call/login-limit.h"

void login_limit_take_number(char dst[static LOGIN_LIMIT_NUMBER_MAX + 1], const char *caller_id)
{
	size_t n = 0;

	for (; *caller_id && n < LOGIN_LIMIT_NUMBER_MAX; caller_id++)
		if (*caller_id >= '0' && *caller_id <= '9')
			dst[n++] = *caller_id;
	dst[n] = '\0';
}

unsigned login_limit_current(const struct login_limit_count *count, int64_t now)
{
	return now - count->at < LOGIN_LIMIT_MEMORY_S ? count->n : 0;
}

void login_limit_count_one(struct login_limit_count *count, int64_t now)
{
	unsigned n = login_limit_current(count, now);

	count->n = n < UINT32_MAX ? n + 1 : n;
	count->at = now;
}

/* A number is the same caller on every line. */
static bool is_caller(const struct login_limit_row *row, const char *line, const char *number)
{
	return str_eq(row->number, number) && (*number || str_eq(row->line, line));
}

static struct login_limit_row *find_caller(struct login_limit_table *table, const char *line,
					   const char *number)
{
	for (size_t i = 0; i < table->n; i++)
		if (is_caller(&table->rows[i], line, number))
			return &table->rows[i];
	return NULL;
}

/* Fewest failures first, then the oldest: callers with many failures are kept. */
static bool is_more_harmless(const struct login_limit_row *a, const struct login_limit_row *b,
			     int64_t now)
{
	unsigned n = login_limit_current(&a->count, now), m = login_limit_current(&b->count, now);

	return n != m ? n < m : a->count.at < b->count.at;
}

static struct login_limit_row *make_room(struct login_limit_table *table, int64_t now)
{
	struct login_limit_row *row = &table->rows[0];

	if (table->n < LOGIN_LIMIT_ROWS_MAX)
		return &table->rows[table->n++];
	for (size_t i = 1; i < table->n; i++)
		if (is_more_harmless(&table->rows[i], row, now))
			row = &table->rows[i];
	return row;
}

unsigned login_limit_add(struct login_limit_table *table, const char *line, const char *number,
			 int64_t now)
{
	struct login_limit_row *row = find_caller(table, line, number);

	if (!row) {
		row = make_room(table, now);
		*row = (struct login_limit_row){ 0 };
		base_copy(row->number, sizeof(row->number), number);
	}
	base_copy(row->line, sizeof(row->line), line);
	login_limit_count_one(&row->count, now);
	return row->count.n;
}

bool login_limit_forget(struct login_limit_table *table, const char *line, const char *number)
{
	struct login_limit_row *row = find_caller(table, line, number);

	if (!row)
		return false;
	*row = table->rows[--table->n];
	return true;
}

/* Counts the numbers that failed on the line as failures of one caller */
static struct login_limit_count count_numbers(const struct login_limit_table *table,
					      const char *line, int64_t now)
{
	struct login_limit_count count = { 0 };

	for (size_t i = 0; i < table->n; i++) {
		const struct login_limit_row *row = &table->rows[i];

		if (!*row->number || !str_eq(row->line, line) ||
		    !login_limit_current(&row->count, now))
			continue;
		count.n++;
		count.at = row->count.at > count.at ? row->count.at : count.at;
	}
	return count;
}

static int64_t free_again_at(const struct login_limit_count *count, const struct site *site,
			     int64_t now)
{
	unsigned n = login_limit_current(count, now), doublings;

	if (!site->max_failed_logins || n < site->max_failed_logins)
		return now;
	doublings = n - site->max_failed_logins < LOGIN_LIMIT_DOUBLINGS
			    ? n - site->max_failed_logins
			    : LOGIN_LIMIT_DOUBLINGS;
	return count->at + ((int64_t)site->failed_login_delay_s << doublings);
}

unsigned login_limit_wait_s(const struct login_limit_table *table, const struct site *site,
			    const char *line, const char *number, int64_t now)
{
	struct login_limit_count numbers = count_numbers(table, line, now);
	int64_t until = free_again_at(&numbers, site, now);

	for (size_t i = 0; i < table->n; i++) {
		const struct login_limit_row *row = &table->rows[i];
		int64_t own =
			is_caller(row, line, number) ? free_again_at(&row->count, site, now) : now;

		until = own > until ? own : until;
	}
	return until > now ? (unsigned)(until - now) : 0;
}
