/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What happened when: the event lines, and each modem's own dialogue. */
#include "journal.h"

#include <stdarg.h>
#include <string.h>

#include "clock.h"

void journal_event(struct journal *journal, const char *who, const char *format, ...)
{
	int64_t now_ms = journal->clock->now_ms;
	va_list args;

	if (!journal->out)
		return;
	fprintf(journal->out, "+%lld.%03d %s ", (long long)(now_ms / 1000), (int)(now_ms % 1000),
		who);
	va_start(args, format);
	vfprintf(journal->out, format, args);
	va_end(args);
	fputc('\n', journal->out);
	fflush(journal->out);
}

/* One row per text: framing and echo are of no interest to a reader. */
static void flatten(const char *text, char *ret_text, size_t size)
{
	size_t len = 0;

	for (; *text && len + 1 < size; text++) {
		if ((unsigned char)*text > ' ' && (unsigned char)*text < 0x7f)
			ret_text[len++] = *text;
		else if (len && ret_text[len - 1] != ' ')
			ret_text[len++] = ' ';
	}
	while (len && ret_text[len - 1] == ' ')
		len--;
	ret_text[len] = '\0';
}

void journal_say(struct journal *journal, struct dialogue *dialogue, const char *who,
		 const char *arrow, const char *text)
{
	size_t row = dialogue->written % DIALOGUE_ROWS, len = strlen(arrow);
	char *to = dialogue->rows[row].text;

	snprintf(to, DIALOGUE_TEXT, "%s ", arrow);
	flatten(text, to + len + 1, DIALOGUE_TEXT - len - 1);
	dialogue->rows[row].at_ms = journal->clock->now_ms;
	dialogue->written++;
	journal_event(journal, who, "%s", to);
}

const char *dialogue_row(const struct dialogue *dialogue, size_t i, int64_t *ret_at_ms)
{
	size_t oldest = dialogue->written > DIALOGUE_ROWS ? dialogue->written - DIALOGUE_ROWS : 0;

	if (oldest + i >= dialogue->written)
		return NULL;
	*ret_at_ms = dialogue->rows[(oldest + i) % DIALOGUE_ROWS].at_ms;
	return dialogue->rows[(oldest + i) % DIALOGUE_ROWS].text;
}
