/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Judges the modem by the end of the line's process, and computes the delay of the next start. */
#include <stdio.h>

#include "call.h"
#include "call/mgetty.h"
#include "call/pppd.h"

#define EMPTY_S       2  /* longest duration of a phantom call of pppd */
#define LOGIN_REFUSED 11 /* pppd: authentication failed, however short the call */
#define NOT_ANSWERED  1  /* mgetty: no CONNECT came */
#define MODEM_ERROR                                                                                \
	20 /* mgetty: a caller gave up, or without a call a modem that reports errors all the      \
	    * time */

/* Seconds before the next start, by failures in a row. The first retry is immediate; a dead modem
 * causes a log line every half minute. */
static const unsigned back_off_s[] = { 0, 0, 0, 1, 2, 4, 8, 16, 30 };
/* A line with phantom CONNECTs still accepts calls: it waits 4 s, never longer. */
#define EMPTY_MAX 5

/* -1: it did not exit by itself. $EXIT_CODE is exited, killed or dumped, $EXIT_STATUS a number or
 * the name of the signal; neither is set without a main process. */
static int exit_status(const struct call_end *end)
{
	unsigned n;

	if (!str_eq(end->code, "exited") || base_parse_uint(end->status, 0, 255, &n) < 0)
		return -1;
	return (int)n;
}

/* false after a login name that was rejected: pppd never ran */
static bool has_run_pppd(const struct calldb_call *call)
{
	return call->answer_at && *call->tty;
}

bool call_may_be_refused(const struct calldb_call *call)
{
	return has_run_pppd(call) && !call->up_at && !*call->user;
}

static bool is_refused(const struct call_end *end)
{
	return call_may_be_refused(end->call) &&
	       (end->has_refused || exit_status(end) == LOGIN_REFUSED);
}

/* Phantom CONNECT: one chip sends CONNECT without a caller, and NO CARRIER within a second. mgetty,
 * which then reads a login name, exits with 0 (1.2.1, logname.c) or by the hang-up; noise that
 * looks like a frame starts pppd. */
static bool is_empty(const struct call_end *end)
{
	const struct calldb_call *call = end->call;
	int64_t seconds = end->now - call->answer_at;

	if (!call->answer_at)
		return call->ring_at && exit_status(end) != NOT_ANSWERED;
	return call_may_be_refused(call) && seconds >= 0 && seconds <= EMPTY_S && !is_refused(end);
}

enum call_outcome call_judge_end(const struct call_end *end)
{
	if (is_refused(end))
		return CALL_OUTCOME_REFUSED;
	if (is_empty(end))
		return CALL_OUTCOME_EMPTY;
	if (end->call->ring_at || end->call->answer_at)
		return CALL_OUTCOME_CALL;
	/* A stop or a new configuration ends mgetty with success. */
	if (str_eq(end->result, "success") && exit_status(end) != MODEM_ERROR)
		return CALL_OUTCOME_NOTHING;
	return CALL_OUTCOME_FAILURE;
}

static const char *program_reason(const struct call_end *end)
{
	int status = exit_status(end);

	if (!end->call->answer_at)
		return mgetty_exit_reason(status);
	if (is_refused(end))
		return pppd_exit_reason(LOGIN_REFUSED);
	return has_run_pppd(end->call) ? pppd_exit_reason(status) : "the caller did not speak PPP";
}

/* mgetty and pppd exit with a status on SIGTERM: only dialisp-line, waiting for the modem, is
 * killed by it. */
static bool has_waited(const struct call_end *end)
{
	return str_eq(end->code, "killed") && str_eq(end->status, "TERM") &&
	       str_eq(end->result, "timeout");
}

/* The codes of mgetty and pppd overlap: the call record tells which of them ended. */
void call_explain_end(const struct call_end *end, char *ret, size_t size)
{
	const char *program = end->call->answer_at ? "pppd" : "mgetty", *why;
	bool has_begun = *end->code && !has_waited(end);
	char word[64];

	base_copy_clean(word, has_begun ? end->status : end->result);
	if (!has_begun) {
		snprintf(ret, size, "the start failed (%s)", word);
	} else if (exit_status(end) < 0 && call_judge_end(end) == CALL_OUTCOME_NOTHING) {
		base_copy(ret, size, "stopped");
	} else if (exit_status(end) < 0) {
		snprintf(ret, size, "%s was killed (%s)", program, word);
	} else {
		why = program_reason(end);
		if (!why)
			snprintf(ret, size, "%s ended with status %s", program, word);
		else if (call_judge_end(end) == CALL_OUTCOME_EMPTY)
			snprintf(ret, size, "connected, but gone before PPP began (%s)", why);
		else
			base_copy(ret, size, why);
	}
}

unsigned call_count_failures(unsigned failures, enum call_outcome outcome)
{
	switch (outcome) {
	case CALL_OUTCOME_NOTHING:
		return failures;
	case CALL_OUTCOME_CALL:
	case CALL_OUTCOME_REFUSED:
		return 0;
	case CALL_OUTCOME_EMPTY:
		return failures < EMPTY_MAX ? failures + 1 : EMPTY_MAX;
	case CALL_OUTCOME_FAILURE:
		return failures + 1;
	}
	return failures;
}

unsigned call_back_off_s(unsigned failures)
{
	size_t last = ARRAY_SIZE(back_off_s) - 1;

	return back_off_s[failures < last ? failures : last];
}
