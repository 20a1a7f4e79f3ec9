/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reports: levels, progress line, colour. */
#include "util/report.h"

#include <stdarg.h>
#include <stdio.h>
#include <syslog.h>

#include "util/text.h"

static struct {
	const char *program;
	enum report_level max;
	bool syslog, progress_shown;
} state = { "dialisp", REPORT_INFO, false, false };

static const struct {
	const char *word;
	int priority;
} levels[] = {
	[REPORT_ERROR] = { "", LOG_ERR },
	[REPORT_WARNING] = { "warning: ", LOG_WARNING },
	[REPORT_INFO] = { "", LOG_INFO },
	[REPORT_DEBUG] = { "debug: ", LOG_DEBUG },
};

void report_init(const char *program, enum report_level max)
{
	state.program = program;
	state.max = max;
}

void report_to_syslog(const char *ident)
{
	state.syslog = true;
	openlog(ident, LOG_PID, LOG_DAEMON);
}

/* One line without terminal escapes: messages contain names of files, arguments and processes. */
static char *format_line(const char *fmt, va_list ap)
{
	char *line = xvasprintf(fmt, ap);

	for (char *c = line; *c; c++)
		if (*c < ' ' || *c > '~')
			*c = '?';
	return line;
}

static void report_line(enum report_level level, const char *fmt, va_list ap)
{
	_cleanup_free_ char *line = NULL;

	if (level > state.max)
		return;
	line = format_line(fmt, ap);
	if (state.syslog) {
		syslog(levels[level].priority, "%s", line);
		return;
	}
	report_progress_end();
	fprintf(stderr, "%s: %s%s\n", state.program, levels[level].word, line);
}

#define REPORT_FUNCTION(name, level)                                                               \
	void name(const char *fmt, ...)                                                            \
	{                                                                                          \
		va_list ap;                                                                        \
                                                                                                   \
		va_start(ap, fmt);                                                                 \
		report_line(level, fmt, ap);                                                       \
		va_end(ap);                                                                        \
	}
REPORT_FUNCTION(report_error, REPORT_ERROR)
REPORT_FUNCTION(report_warning, REPORT_WARNING)
REPORT_FUNCTION(report_info, REPORT_INFO)
REPORT_FUNCTION(report_debug, REPORT_DEBUG)

void report_progress(const char *fmt, ...)
{
	va_list ap;

	if (state.syslog || !isatty(STDERR_FILENO))
		return;
	fputs("\r\033[K", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fflush(stderr);
	state.progress_shown = true;
}

void report_progress_end(void)
{
	if (!state.progress_shown)
		return;
	fputs("\r\033[K", stderr);
	state.progress_shown = false;
}

const char *report_colour(int fd, enum report_colour colour)
{
	static const char *const escapes[] = {
		[REPORT_COLOUR_NONE] = "\033[0m",   [REPORT_COLOUR_RED] = "\033[31m",
		[REPORT_COLOUR_GREEN] = "\033[32m", [REPORT_COLOUR_YELLOW] = "\033[33m",
		[REPORT_COLOUR_BOLD] = "\033[1m",
	};

	return isatty(fd) && str_empty(getenv("NO_COLOR")) ? escapes[colour] : "";
}
