/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The event log, and the transcript of each modem. */
#include "events.h"

#include <stdarg.h>
#include <string.h>

#include "clock.h"

void event_log_add(struct event_log *log, const char *who, const char *format, ...)
{
	int64_t now_ms = log->clock->now_ms;
	va_list args;

	if (!log->out)
		return;
	fprintf(log->out, "+%lld.%03d %s ", (long long)(now_ms / 1000), (int)(now_ms % 1000), who);
	va_start(args, format);
	vfprintf(log->out, format, args);
	va_end(args);
	fputc('\n', log->out);
	fflush(log->out);
}

/* One row per text, without its framing. */
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

void event_log_say(struct event_log *log, struct transcript *transcript, const char *who,
		   const char *arrow, const char *text)
{
	size_t row = transcript->written % TRANSCRIPT_ROWS, len = strlen(arrow);
	char *to = transcript->rows[row].text;

	snprintf(to, TRANSCRIPT_TEXT, "%s ", arrow);
	flatten(text, to + len + 1, TRANSCRIPT_TEXT - len - 1);
	transcript->rows[row].at_ms = log->clock->now_ms;
	transcript->written++;
	event_log_add(log, who, "%s", to);
}

const char *transcript_row(const struct transcript *transcript, size_t i, int64_t *ret_at_ms)
{
	size_t oldest =
		transcript->written > TRANSCRIPT_ROWS ? transcript->written - TRANSCRIPT_ROWS : 0;

	if (oldest + i >= transcript->written)
		return NULL;
	*ret_at_ms = transcript->rows[(oldest + i) % TRANSCRIPT_ROWS].at_ms;
	return transcript->rows[(oldest + i) % TRANSCRIPT_ROWS].text;
}
