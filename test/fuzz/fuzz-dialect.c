/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dialect, mgetty, record: a line's settings become one line of mgetty.config; what a modem said
 * becomes a modem file. */
#include "modem/dialect.h"

#include "call/mgetty.h"
#include "config/config.h"
#include "fuzz.h"
#include "modem/at.h"
#include "modem/transcript.h"

/* As its file would: NULL when the key's rules refuse it. */
static void set(struct line *line, const char *key, const char *value)
{
	const char *why;

	for (size_t i = 0; i < config_n_keys; i++) {
		const struct config_key *k = &config_keys[i];

		if (k->file == CONFIG_FILE_LINE && str_eq(k->key, key) && *value)
			(void)config_set(k, line, value, &why);
	}
}

static void check_line(const uint8_t **data, size_t *size)
{
	static const char *const keys[] = { "dialect", "init", "flow", "without", "max-rate" };
	struct line line = { .name = "line1", .port_number = -1, .dialect = xstrdup("generic") };
	_cleanup_text_ struct text chat = { 0 };
	const char *why = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		_cleanup_free_ char *value = fuzz_string(data, size);

		set(&line, keys[i], value);
	}
	if (mgetty_init_chat(&line, &chat, &why) < 0)
		must(why);
	else
		fuzz_check_harmless(text_str(&chat));
	site_line_free(&line);
}

static void check_record(const uint8_t *data, size_t size)
{
	struct transcript transcript = { 0 };

	transcript_sent(&transcript, "ATI");
	transcript_heard(&transcript, (const char *)data, size);
	for (const char *s = transcript_lines(&transcript); *s; s++)
		must(*s == '\n' || (*s >= ' ' && *s <= '~'));
	transcript_free(&transcript);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	check_record(data, size);
	check_line(&data, &size);
	return 0;
}
