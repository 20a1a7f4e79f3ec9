/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ini and config: dialisp.conf, a line's and an account's file; what is accepted is written and
 * read back the same. */
#include "config/config.h"

#include "config/ini.h"
#include "fuzz.h"

static void write_part(const char *name, const uint8_t **data, size_t *size)
{
	const uint8_t *end = *size ? memchr(*data, 0xff, *size) : NULL;
	size_t n = end ? (size_t)(end - *data) : *size;

	fuzz_write(name, *data, n);
	*data += end ? n + 1 : n;
	*size -= end ? n + 1 : n;
}

static void check_complaints(const struct text *complaints)
{
	for (size_t i = 0; i < complaints->len; i++)
		must(complaints->s[i] == '\n' ||
		     (complaints->s[i] >= ' ' && complaints->s[i] <= '~'));
}

static void write_text(const char *name, const struct text *text)
{
	fuzz_write(name, text_str(text), text->len);
}

/* Everything that was understood survives being written. */
static void check_again(const struct site *site)
{
	_cleanup_text_ struct text line = { 0 }, account = { 0 }, line_again = { 0 },
				   account_again = { 0 }, complaints = { 0 };
	_cleanup_(site_free) struct site again = { 0 };

	must(site->n_lines == 1 && site->n_accounts == 1);
	config_render_line(&site->lines[0], &line);
	config_render_account(&site->accounts[0], &account);
	write_text("etc/dialisp/lines.d/line1.conf", &line);
	write_text("etc/dialisp/users.d/anna.conf", &account);
	must(config_load(fuzz_dir(), CONFIG_WHAT_ACCOUNTS, &again, &complaints) == 0);
	config_render_line(&again.lines[0], &line_again);
	config_render_account(&again.accounts[0], &account_again);
	must(text_equal(&line, &line_again) && text_equal(&account, &account_again));
}

static void check_ini(const uint8_t *data, size_t size)
{
	_cleanup_text_ struct text text = { 0 }, complaints = { 0 };
	_cleanup_(ini_free) struct ini ini = { 0 };
	int r;

	fuzz_text(data, size, &text);
	r = ini_parse("f", &text, &ini, &complaints);
	must((r < 0) == (complaints.len > 0));
	check_complaints(&complaints);
	for (size_t i = 0; i < ini.n; i++)
		must(!ini.rows[i].key ||
		     ini_find(&ini, ini.rows[i].section, ini.rows[i].key) == &ini.rows[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(site_free) struct site site = { 0 };
	_cleanup_text_ struct text complaints = { 0 };
	int r;

	check_ini(data, size);
	write_part("etc/dialisp/dialisp.conf", &data, &size);
	write_part("etc/dialisp/lines.d/line1.conf", &data, &size);
	write_part("etc/dialisp/users.d/anna.conf", &data, &size);
	r = config_load(fuzz_dir(), CONFIG_WHAT_ACCOUNTS, &site, &complaints);
	must((r < 0) == (complaints.len > 0));
	check_complaints(&complaints);
	if (r == 0)
		check_again(&site);
	return 0;
}
