/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Prompts at the terminal, and passwords without echo. */
#include "ui/ask.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <strings.h>
#include <termios.h>

#include "util/report.h"

#define ASK_TRIES    3
#define ASK_LINE_MAX 128

bool ask_is_possible(void)
{
	return isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
}

/* Reads one line without its newline, byte by byte and without stdio: a signal must end the wait,
 * the input behind the line must stay unread, and no copy of a password may stay in a buffer that
 * cannot be wiped. A line that is too long is read to its end; its rest must not answer the next
 * prompt. Returns the length, -ENODATA at end of input, -EMSGSIZE. */
static ssize_t read_line(char *buffer, size_t size)
{
	size_t n = 0;

	for (;;) {
		char c;
		ssize_t got = read(STDIN_FILENO, &c, 1);

		if (got < 0)
			return -errno;
		if (got == 0 && n == 0)
			return -ENODATA;
		if (got == 0 || c == '\n')
			break;
		if (n < size - 1)
			buffer[n] = c;
		n++;
	}
	buffer[n < size ? n : size - 1] = '\0';
	return n < size ? (ssize_t)n : -EMSGSIZE;
}

/* False: end of input. */
static bool read_answer(char answer[static ASK_LINE_MAX])
{
	char *from = answer, *to;
	ssize_t n = read_line(answer, ASK_LINE_MAX);

	if (n < 0 && n != -EMSGSIZE) {
		fputc('\n', stderr);
		return false;
	}
	from += strspn(from, " \t");
	memmove(answer, from, strlen(from) + 1);
	for (to = answer + strlen(answer); to > answer && strchr(" \t", to[-1]); to--)
		to[-1] = '\0';
	return true;
}

bool ask_yes(bool preset, const char *fmt, ...)
{
	static const struct {
		const char *word;
		bool yes;
	} words[] = { { "y", true }, { "yes", true }, { "n", false }, { "no", false } };
	_cleanup_free_ char *question = NULL;
	char answer[ASK_LINE_MAX];
	va_list ap;

	va_start(ap, fmt);
	question = xvasprintf(fmt, ap);
	va_end(ap);
	for (;;) {
		fprintf(stderr, "%s %s ", question, preset ? "[Y/n]" : "[y/N]");
		if (!read_answer(answer))
			return false;
		if (!*answer)
			return preset;
		for (size_t i = 0; i < ARRAY_SIZE(words); i++)
			if (strcasecmp(answer, words[i].word) == 0)
				return words[i].yes;
	}
}

char *ask_line(const char *question, const char *preset)
{
	char answer[ASK_LINE_MAX];

	fprintf(stderr, "%s [%s]: ", question, preset);
	if (!read_answer(answer))
		return NULL;
	return xstrdup(*answer ? answer : preset);
}

static volatile sig_atomic_t caught;

static void catch_signal(int signal)
{
	caught = signal;
}

static const int fatal_signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP };

/* Restores the echo of the terminal before a signal takes effect. -EINTR: the signal did not end
 * the program. */
static ssize_t try_without_echo(const char *prompt, char *buffer, size_t size)
{
	struct sigaction catch = { .sa_handler = catch_signal }, old[ARRAY_SIZE(fatal_signals)];
	struct termios saved, quiet;
	ssize_t n;

	if (tcgetattr(STDIN_FILENO, &saved) < 0)
		return -errno;
	caught = 0;
	for (size_t i = 0; i < ARRAY_SIZE(fatal_signals); i++)
		sigaction(fatal_signals[i], &catch, &old[i]);
	quiet = saved;
	quiet.c_lflag &= ~(tcflag_t)ECHO;
	quiet.c_lflag |= ECHONL | ICANON | ISIG;
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
	fputs(prompt, stderr);
	n = read_line(buffer, size);
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &saved);
	for (size_t i = 0; i < ARRAY_SIZE(fatal_signals); i++)
		sigaction(fatal_signals[i], &old[i], NULL);
	if (caught) {
		fputc('\n', stderr);
		raise(caught);
	}
	return n;
}

/* After ^Z and fg: prompts again. */
static ssize_t read_without_echo(const char *prompt, char *buffer, size_t size)
{
	ssize_t n;

	do
		n = try_without_echo(prompt, buffer, size);
	while (n == -EINTR);
	return n;
}

static int report_password(const char *object, ssize_t n, const char *password)
{
	const char *why = n == -ENODATA    ? "is missing"
			  : n == -EMSGSIZE ? "is longer than 63 characters"
			  : n < 0          ? strerror((int)-n)
					   : site_check_password(password);

	if (why)
		report_error("%s: password %s", object, why);
	return why ? -EINVAL : 0;
}

/* -EAGAIN: prompt again. Never returned to callers, for which the same number means that the lock
 * is held. */
static int ask_twice(const char *object, char *password, char *again)
{
	_cleanup_free_ char *prompt = xasprintf("password for %s: ", object);
	ssize_t n = read_without_echo(prompt, password, ASK_PASSWORD_BUFFER);

	if (report_password(object, n, password) < 0)
		return n == -ENODATA ? n : -EAGAIN;
	n = read_without_echo("repeat password: ", again, ASK_PASSWORD_BUFFER);
	if (n >= 0 && str_eq(password, again))
		return 0;
	if (n == -ENODATA)
		return report_password(object, n, again);
	report_error("%s: passwords do not match", object);
	return -EAGAIN;
}

int ask_password(const char *object, bool from_stdin, char **ret)
{
	char password[ASK_PASSWORD_BUFFER] = "", again[ASK_PASSWORD_BUFFER] = "";
	int r = -EAGAIN;

	if (from_stdin)
		r = report_password(object, read_line(password, sizeof(password)), password);
	else if (!ask_is_possible())
		report_error("%s: no terminal to prompt for a password: use --password-stdin",
			     object);
	else
		for (int i = 0; i < ASK_TRIES && r == -EAGAIN; i++)
			r = ask_twice(object, password, again);
	if (r == -EAGAIN)
		r = -EINVAL;
	if (r == 0)
		*ret = xstrdup(password);
	explicit_bzero(password, sizeof(password));
	explicit_bzero(again, sizeof(again));
	return r;
}
