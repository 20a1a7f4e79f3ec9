/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A talk with a modem over an open port. */
#include "modem/dialogue.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>

#include "modem/transcript.h"

int dialogue_send(struct dialogue *dialogue, const char *command)
{
	_cleanup_free_ char *line = xasprintf("%s\r", command);
	size_t len = strlen(line);
	ssize_t n = write(dialogue->fd, line, len);

	if (n != (ssize_t)len)
		return n < 0 ? -errno : -EAGAIN;
	at_reader_begin(&dialogue->reader, command);
	dialogue->sent = base_now_ms();
	if (dialogue->transcript)
		transcript_sent(dialogue->transcript, command);
	return 0;
}

/* 1, or 0 when there is nothing, -errno when the port is gone. */
static int read_bytes(struct dialogue *dialogue)
{
	ssize_t n = read(dialogue->fd, dialogue->bytes, sizeof(dialogue->bytes));

	if (n == 0)
		return -ENODEV; /* hung up */
	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	dialogue->n = (size_t)n;
	dialogue->at = 0;
	if (dialogue->transcript)
		transcript_heard(dialogue->transcript, dialogue->bytes, dialogue->n);
	return 1;
}

/* Reads before it looks at the clock: the thread may have been kept from running. */
static int wait_bytes(struct dialogue *dialogue, int64_t until)
{
	struct pollfd p = { .fd = dialogue->fd, .events = POLLIN };
	int64_t now;
	int r;

	while ((r = read_bytes(dialogue)) == 0 && (now = base_now_ms()) < until)
		poll(&p, 1, (int)(until - now));
	return r;
}

int dialogue_hear(struct dialogue *dialogue, int64_t until, enum at_result *ret_result)
{
	enum at_result result;
	size_t eaten = 0;

	if (dialogue->at == dialogue->n) {
		int r = wait_bytes(dialogue, until);

		if (r <= 0)
			return r;
	}
	result = at_reader_feed(&dialogue->reader, dialogue->bytes + dialogue->at,
				dialogue->n - dialogue->at, &eaten);
	dialogue->at += eaten;
	*ret_result = at_plain_result(result, &dialogue->reader);
	return 1;
}

int dialogue_rest(struct dialogue *dialogue, unsigned quiet_ms)
{
	int64_t limit = base_now_ms() + 10 * (int64_t)quiet_ms;
	enum at_result result;
	int64_t now;
	int r = 1;

	at_reader_begin(&dialogue->reader, "");
	while (r > 0 && (now = base_now_ms()) < limit)
		r = dialogue_hear(dialogue, now + quiet_ms, &result);
	return r < 0 ? r : 0;
}

int dialogue_ask(struct dialogue *dialogue, const char *command, unsigned timeout_ms)
{
	int64_t until = base_now_ms() + timeout_ms;
	enum at_result result = AT_RESULT_NONE;
	int r = dialogue_send(dialogue, command);

	if (r == 0)
		r = 1;
	while (r > 0 && result != AT_RESULT_OK && result != AT_RESULT_ERROR &&
	       base_now_ms() < until)
		r = dialogue_hear(dialogue, until, &result);
	if (r < 0)
		return r;
	return result == AT_RESULT_OK || result == AT_RESULT_ERROR ? (int)result : AT_RESULT_NONE;
}

void dialogue_free(struct dialogue *dialogue)
{
	at_reader_free(&dialogue->reader);
}
