/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Asks ports whether a modem is there, each in a thread of its own: a wedged stick blocks a request
 * for 5 s, and no other port.
 *
 * Nothing in a modem is changed, not even echo and result format: stored E1, V0 or Q1 stay
 * unchanged. So all of them are understood instead: echo is skipped, digits count as results,
 * and under Q1, where only information text comes, silence after the text ends an answer.
 */
#include "modem/probe.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "modem/dialogue.h"
#include "modem/internal.h"
#include "modem/transcript.h"
#include "port/tty.h"
#include "util/parallel.h"

#define LISTEN_MS         60 /* a port that talks unasked shows it */
#define ATTEMPT_MS        300
#define ECHO_MS           700  /* longer after an echo: slow, or quiet (Q1)? */
#define QUIET_MS          120  /* V.250: gaps within a response are at most 100 ms */
#define UNSOLICITED_BYTES 64   /* more than an echo and a result */
#define NOISE_BYTES       256  /* the same at a wrong speed: up to six bytes for each of them */
#define PATIENCE_MS       2000 /* for a result, where results are on; V.250 names no maximum */
#define MISSED_MAX        3    /* steps without an answer: the modem has gone */

struct probe {
	const struct udev_port *port;
	struct probe_result *result;
	const struct probe_how *how;
	struct dialogue dialogue;
	struct transcript transcript;
	int64_t started;
	int64_t asked; /* first of the tries that the present answer may belong to; 0: none yet */
	unsigned speed;
	unsigned missed;
	bool is_claimed, is_serial;
	bool talks; /* first contact is made */
	bool quiet, echoed, garbled, noisy;
};

/* --- the end: what decides gives false, and nothing more is asked --- */

static bool decide(struct probe *p, enum probe_verdict verdict, const char *why)
{
	p->result->verdict = verdict;
	base_copy(p->result->why, sizeof(p->result->why), why);
	return false;
}

static bool decide_errno(struct probe *p, const char *what, int error)
{
	char why[sizeof(p->result->why)];

	if (tty_judge_error(error) == TTY_VERDICT_WEDGED)
		return decide(p, PROBE_VERDICT_ERROR, TTY_WEDGED);
	snprintf(why, sizeof(why), "could not %s: %s (plug it in again)", what, strerror(-error));
	return decide(p, PROBE_VERDICT_ERROR, why);
}

static bool decide_unsolicited(struct probe *p)
{
	return decide(p, PROBE_VERDICT_NOT_MODEM,
		      "sends unsolicited data: GPS receiver, sensor or board");
}

static bool decide_silence(struct probe *p)
{
	if (p->garbled && p->noisy && p->is_serial)
		return decide(p, PROBE_VERDICT_NOT_MODEM,
			      "framing mismatch: answers, but unreadable at every speed tried");
	if (p->garbled)
		return decide(p, PROBE_VERDICT_NOT_MODEM, "answers, but not as a modem does");
	return decide(
		p, PROBE_VERDICT_SILENT,
		"no answer to AT: is the modem on, its cable one with all wires, are its results on (ATQ0)?");
}

/* --- hearing something --- */

/* NMEA sentences of GPS ("$GPRMC") and AIS ("!AIVDM") receivers. */
static bool is_nmea(const char *line)
{
	return str_starts(line, "$G") || str_starts(line, "!A");
}

static bool has_nmea(struct at_reader *reader)
{
	const char *info = text_str(&reader->info);

	reader->line[reader->len] = '\0';
	return is_nmea(reader->line) || is_nmea(info) || strstr(info, "\n$G") ||
	       strstr(info, "\n!A");
}

static bool has_noise(const char *s)
{
	while (isprint((unsigned char)*s) || (*s && strchr("\t\n", *s)))
		s++;
	return *s;
}

/* Bytes that no text has: a wrong speed, or no text at all. */
static bool is_noise(struct at_reader *reader)
{
	reader->line[reader->len] = '\0';
	return has_noise(reader->line) || has_noise(text_str(&reader->info));
}

static bool is_unsolicited(struct probe *p)
{
	struct at_reader *reader = &p->dialogue.reader;
	size_t limit = p->talks                   ? AT_ANSWER_MAX
		       : p->is_serial && p->asked ? NOISE_BYTES
						  : UNSOLICITED_BYTES;

	return reader->n_bytes > limit || (reader->len >= 2 && has_nmea(reader)) ||
	       (reader->info.len && has_nmea(reader));
}

/* One piece of what is heard. 1, 0 when nothing came until then; decided: -1 */
static int hear_piece(struct probe *p, int64_t until, enum at_result *ret_result)
{
	enum at_result result = AT_RESULT_NONE;
	int r = dialogue_hear(&p->dialogue, until, &result);

	if (r < 0)
		decide(p, PROBE_VERDICT_ERROR, "disappeared while it was asked (plug it in again)");
	else if (result == AT_RESULT_RING)
		decide(p, PROBE_VERDICT_RINGING, "a call is coming in: ask again later");
	else if (result == AT_RESULT_CONNECT)
		decide(p, PROBE_VERDICT_RINGING, "a call is up: ask again later");
	else if (result == AT_RESULT_NONE && r > 0 && is_unsolicited(p))
		decide_unsolicited(p);
	else {
		*ret_result = result;
		return r;
	}
	return -1;
}

/* OK or ERROR, or NONE when there was none until then. Under Q1 silence is all that ends an answer.
 */
static bool hear_answer(struct probe *p, int64_t until, enum at_result *ret_result)
{
	enum at_result result = AT_RESULT_NONE;
	int r = 1;

	while (r > 0 && result != AT_RESULT_OK && result != AT_RESULT_ERROR) {
		r = hear_piece(p, until, &result);
		if (r > 0 && p->talks && p->quiet && p->dialogue.reader.info.len)
			until = base_now_ms() + QUIET_MS;
	}
	/* NO CARRIER and the like belong to an earlier call */
	*ret_result = result == AT_RESULT_OK || result == AT_RESULT_ERROR ? result : AT_RESULT_NONE;
	return r >= 0;
}

/* Before the next question a late answer must be over. */
static bool hear_out(struct probe *p, unsigned ms)
{
	int64_t until = base_now_ms() + ms, limit = until + PATIENCE_MS;
	enum at_result result;
	int r;

	at_reader_begin(&p->dialogue.reader, "");
	while ((r = hear_piece(p, until, &result)) > 0) {
		int64_t quiet = base_now_ms() + DIALOGUE_GAP_MS;

		if (until < quiet)
			until = quiet < limit ? quiet : limit;
		if (base_now_ms() >= limit)
			break;
	}
	return r >= 0;
}

/* What waited in the device may be an old call's; the sentences of a receiver that sends one burst
 * a second are no call's. */
static bool hear_opening(struct probe *p)
{
	struct at_reader *reader = &p->dialogue.reader;
	enum at_result result;

	at_reader_begin(reader, "");
	while (reader->n_bytes < NOISE_BYTES && dialogue_hear(&p->dialogue, 0, &result) > 0)
		if (has_nmea(reader))
			return decide_unsolicited(p);
	tty_flush(p->dialogue.fd);
	p->dialogue.at = p->dialogue.n;
	transcript_forget(&p->transcript);
	return true;
}

/* --- first contact --- */

static bool send_command(struct probe *p, const char *command)
{
	int r = dialogue_send(&p->dialogue, command);

	return r < 0 ? decide_errno(p, "write", r) : true;
}

static bool set_speed(struct probe *p, const struct probe_attempt *attempt)
{
	int r;

	if (attempt->speed == p->speed)
		return true;
	r = tty_set_speed(p->dialogue.fd, attempt->speed);
	if (r < 0)
		return decide_errno(p, "set the speed", r);
	p->speed = attempt->speed;
	p->asked = 0;
	transcript_forget(&p->transcript); /* what it did not understand */
	return true;
}

static bool prepare_attempt(struct probe *p, const struct probe_attempt *attempt)
{
	if (attempt->wait_ms) {
		p->asked = 0;
		if (!hear_out(p, attempt->wait_ms))
			return false;
	}
	return set_speed(p, attempt);
}

static bool is_echo_only(const struct at_reader *reader)
{
	return reader->n_bytes && !reader->info.len && !reader->len &&
	       str_eq(reader->line, reader->command);
}

/* No result: slow, quiet (Q1), not a modem, no device? */
static bool judge_silence(struct probe *p, const struct probe_attempt *attempt,
			  enum at_result *ret_result)
{
	struct at_reader *reader = &p->dialogue.reader;
	/* a console answers everything; under E0Q1 only a question gets an answer */
	bool asked_more = !str_eq(attempt->command, "AT") && !p->garbled;

	*ret_result = AT_RESULT_NONE;
	if (is_echo_only(reader) && !p->echoed) {
		p->echoed = true;
		if (!hear_answer(p, base_now_ms() + ECHO_MS, ret_result))
			return false;
	}
	if (*ret_result == AT_RESULT_NONE &&
	    (is_echo_only(reader) || (asked_more && reader->info.len))) {
		p->talks = p->quiet = true;
	} else if (*ret_result == AT_RESULT_NONE) {
		p->garbled |= reader->n_bytes > 0;
		p->noisy |= is_noise(reader);
	}
	return true;
}

static bool try_once(struct probe *p, const struct probe_attempt *attempt)
{
	enum at_result result;

	if (!prepare_attempt(p, attempt) || !send_command(p, attempt->command))
		return false;
	if (!p->asked)
		p->asked = p->dialogue.sent;
	if (!hear_answer(p,
			 p->dialogue.sent + (attempt->answer_ms ? attempt->answer_ms : ATTEMPT_MS),
			 &result))
		return false;
	if (result == AT_RESULT_NONE && !judge_silence(p, attempt, &result))
		return false;
	if (result != AT_RESULT_NONE)
		p->talks = true; /* ERROR is an answer of a modem too */
	return true;
}

/* A modem that speaks CDC-ACM itself hears at any rate: it was deaf when it was asked at the first.
 */
static bool tell_bridge(struct probe *p)
{
	const struct probe_attempt first = { .command = "AT", .speed = PROBE_FIRST_SPEED },
				   found = { .command = "AT", .speed = p->speed };

	p->talks = false;
	if (!hear_out(p, DIALOGUE_GAP_MS) || !try_once(p, &first))
		return false;
	if (p->talks)
		return true;
	p->result->is_bridge = true;
	return try_once(p, &found);
}

/* Where answers to several tries may be under way, their end is waited for. */
static bool make_contact(struct probe *p)
{
	unsigned delay_ms;
	bool more_to_come;

	for (const struct probe_attempt *a = probe_choose_attempts(p->port);
	     a->command && !p->talks; a++)
		if (!try_once(p, a))
			return false;
	if (p->talks && !p->is_serial && p->speed != PROBE_FIRST_SPEED && !tell_bridge(p))
		return false;
	if (!p->talks)
		return decide_silence(p);
	p->result->speed = p->speed;
	delay_ms = (unsigned)(base_now_ms() - p->asked);
	more_to_come = p->quiet || p->asked != p->dialogue.sent;
	return hear_out(p, more_to_come ? 2 * delay_ms + DIALOGUE_GAP_MS : DIALOGUE_GAP_MS);
}

/* --- questions --- */

static bool ask_step(struct probe *p, const struct probe_step *step)
{
	struct at_reader *reader = &p->dialogue.reader;
	enum at_result result;
	bool has_text, ok;

	if (!send_command(p, step->command) ||
	    !hear_answer(p, p->dialogue.sent + (p->quiet ? step->timeout_ms : PATIENCE_MS),
			 &result))
		return false;
	if (result != AT_RESULT_NONE)
		p->quiet = false;
	has_text = reader->info.len > 0;
	ok = result == AT_RESULT_OK || (result == AT_RESULT_NONE && has_text);
	p->missed = result == AT_RESULT_NONE && !has_text ? p->missed + 1 : 0;
	return step->judge(step, text_str(&reader->info), ok, p->result) &&
	       hear_out(p, DIALOGUE_GAP_MS);
}

static void identify_modem(struct probe *p)
{
	const struct probe_step *step;

	for (size_t i = 0; (step = probe_find_step(i)) && p->missed < MISSED_MAX; i++)
		if ((!step->is_wanted || step->is_wanted(p->result)) && !ask_step(p, step))
			return;
	probe_conclude(p->result, p->port->dialect);
}

/* --- one port --- */

static void note_lines(struct probe *p)
{
	struct tty_lines lines;

	if (tty_get_lines(p->dialogue.fd, &lines) < 0)
		return;
	p->result->has_lines = true;
	p->result->cts = lines.cts;
	p->result->dsr = lines.dsr;
	p->result->dcd = lines.dcd;
}

static void probe_port(struct probe *p)
{
	struct tty_port port;

	p->speed = probe_choose_attempts(p->port)->speed;
	if (tty_open(p->port->name, p->speed, &port) != TTY_VERDICT_OK) {
		decide_errno(p, "open", port.error);
		return;
	}
	p->dialogue.fd = port.fd;
	if (p->how && p->how->transcript)
		p->dialogue.transcript = &p->transcript;
	note_lines(p);
	if (hear_opening(p) && hear_out(p, LISTEN_MS) && make_contact(p))
		identify_modem(p);
	note_lines(p);
	tty_close(&port);
	if (p->dialogue.transcript)
		p->result->transcript = probe_format_transcript(p->port, p->result, &p->transcript);
}

static void probe_one(void *arg, size_t i)
{
	struct probe *p = (struct probe *)arg + i;

	if (p->is_claimed) {
		probe_port(p);
		tty_unlock(p->port->name, getpid());
	}
	dialogue_free(&p->dialogue);
	transcript_free(&p->transcript);
	p->result->took_ms = (unsigned)(base_now_ms() - p->started);
}

static void tell_one(void *arg, size_t i)
{
	struct probe *p = (struct probe *)arg + i;

	if (p->how && p->how->tell)
		p->how->tell(p->result);
}

/* --- all of them --- */

static void init_probe(struct probe *p, const struct udev_port *port, struct probe_result *result,
		       const struct probe_how *how)
{
	*result = (struct probe_result){ .verdict = PROBE_VERDICT_ERROR };
	base_copy(result->port, sizeof(result->port), port->name);
	*p = (struct probe){ .port = port, .result = result, .how = how, .started = base_now_ms() };
	p->is_serial = probe_is_serial(port);
}

/* Ports that are never opened are not locked either. */
static void claim_ports(struct probe *probes, size_t n)
{
	_cleanup_free_ const char **names = xcalloc(n, sizeof(*names));
	_cleanup_free_ struct tty_claim *claims = xcalloc(n, sizeof(*claims));
	size_t k = 0;

	for (size_t i = 0; i < n; i++)
		if (probes[i].port->class != UDEV_CLASS_NEVER)
			names[k++] = probes[i].port->name;
	tty_claim(names, k, claims);
	k = 0;
	for (size_t i = 0; i < n; i++) {
		struct probe *p = &probes[i];
		const char *why = p->port->why ? p->port->why : "never opened";

		if (p->port->class == UDEV_CLASS_NEVER) {
			decide(p, PROBE_VERDICT_NOT_MODEM, why);
			continue;
		}
		p->is_claimed = claims[k].verdict == TTY_VERDICT_OK;
		p->result->verdict = claims[k].verdict == TTY_VERDICT_BUSY ? PROBE_VERDICT_BUSY
									   : PROBE_VERDICT_ERROR;
		p->result->owner = claims[k].owner.pid;
		if (!p->is_claimed)
			tty_describe_claim(&claims[k], p->result->why, sizeof(p->result->why));
		k++;
	}
}

void probe_ports(const struct udev_port *const *ports, size_t n, struct probe_result *results,
		 const struct probe_how *how)
{
	_cleanup_free_ struct probe *probes = xcalloc(n, sizeof(*probes));

	for (size_t i = 0; i < n; i++)
		init_probe(&probes[i], ports[i], &results[i], how);
	claim_ports(probes, n);
	parallel_run(n, probe_one, tell_one, probes);
}

void probe_result_free(struct probe_result *result)
{
	free(result->transcript);
	result->transcript = NULL;
}
