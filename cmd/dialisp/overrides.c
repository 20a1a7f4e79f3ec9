/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Overrides: settings of a line that the administrator gives as options. Each is also a key of the
 * line's file. */
#include "overrides.h"

#include <errno.h>

#include "config/config.h"
#include "modem/dialect.h"
#include "util/report.h"

/* Checked by the functions of the keys. */
static const char *const overrides[] = { "speed", "rings", "max-rate", "init",
					 "login", "mtu",   "shaping" };

static const struct config_key *find_key(const char *name)
{
	const struct config_key *key = config_keys;

	while (key->file != CONFIG_FILE_LINE || !str_eq(key->key, name))
		key++;
	return key;
}

static int take_overrides(const struct command_args *args, struct line *line)
{
	for (size_t i = 0; i < ARRAY_SIZE(overrides); i++) {
		const char *value = command_value(args, overrides[i]), *why = "";
		const struct config_key *key = find_key(overrides[i]);

		if (!value || config_set(key, line, value, &why) == 0)
			continue;
		report_error("--%s '%s': %s", overrides[i], value, why);
		return -EINVAL;
	}
	return 0;
}

bool overrides_are_given(const struct command_args *args)
{
	for (size_t i = 0; i < ARRAY_SIZE(overrides); i++)
		if (command_has(args, overrides[i]))
			return true;
	return false;
}

int overrides_check(const struct command_args *args)
{
	_cleanup_(site_line_free) struct line line = { 0 };

	return take_overrides(args, &line);
}

/* The command that limits the line rate: the first of the dialect that the modem accepts. NULL:
 * none. The caller frees it. */
static char *find_rate_command(const struct line *line)
{
	const struct dialect *dialect = dialect_find(line->dialect);

	for (size_t i = 0; dialect && dialect->max_rate && dialect->max_rate[i]; i++) {
		char *body = dialect_format_rate(dialect->max_rate[i], line->max_rate);

		if (!dialect_has_word(line->without, body))
			return body;
		free(body);
	}
	return NULL;
}

static bool limits_rate(const struct command_args *args, const struct line *line)
{
	return command_has(args, "max-rate") && line->max_rate;
}

int overrides_apply(const struct command_args *args, struct line *line)
{
	_cleanup_free_ char *body = NULL;
	int r = take_overrides(args, line);

	if (r < 0 || !limits_rate(args, line))
		return r;
	body = find_rate_command(line);
	if (body)
		return 0;
	report_error(
		"--max-rate %u: no known command limits the rate of this modem (dialect %s): omit --max-rate",
		line->max_rate, line->dialect);
	return -EINVAL;
}

bool overrides_take_other_rate(const struct command_args *args, struct line *line)
{
	_cleanup_free_ char *refused = NULL, *other = NULL;

	if (!limits_rate(args, line))
		return false;
	refused = find_rate_command(line);
	if (!refused)
		return false;
	dialect_add_word(&line->without, refused);
	other = find_rate_command(line);
	return other;
}
