/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is written into the configuration files. */
#include "config/config.h"

#include <errno.h>

#include "util/quote.h"

static void write_keys(enum config_file file, const char *section, const void *object,
		       struct text *out)
{
	text_addf(out, "# Written by dialisp. After a change: dialisp apply\n[%s]\n", section);
	for (size_t i = 0; i < config_n_keys; i++) {
		_cleanup_text_ struct text value = { 0 };
		const char *why; /* QUOTE_INI refuses nothing */

		if (config_keys[i].file != file)
			continue;
		config_get(&config_keys[i], object, &value);
		if (!value.len)
			continue;
		text_addf(out, "%s = ", config_keys[i].key);
		(void)quote_add(out, QUOTE_INI, value.s, &why);
		text_addc(out, '\n');
	}
}

void config_render_line(const struct line *line, struct text *out)
{
	write_keys(CONFIG_FILE_LINE, "line", line, out);
}

void config_render_account(const struct account *account, struct text *out)
{
	write_keys(CONFIG_FILE_USER, "user", account, out);
}

int config_resolve_site(const struct site *site, const char *name, struct text *ret_value)
{
	for (size_t i = 0; i < config_n_keys; i++) {
		const struct config_key *key = &config_keys[i];
		_cleanup_free_ char *full = xasprintf("%s-%s", key->section, key->key);

		if (key->file != CONFIG_FILE_SITE || !str_eq(full, name))
			continue;
		config_get(key, site, ret_value);
		if (!ret_value->len && key->value) /* a site that was never read */
			text_add(ret_value, key->value);
		return 0;
	}
	return -ENOENT;
}

char *config_account_path(const char *name)
{
	_cleanup_text_ struct text file = { 0 };
	const char *why; /* unused: good names can be written */

	(void)quote_add(&file, QUOTE_FILE_NAME, name, &why);
	return xasprintf(CONFIG_USERS "/%s.conf", text_str(&file));
}
