/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Asks ports whether a modem is there: one state machine per port, all in one poll loop.
 *
 * Nothing in a modem is changed, not even echo and result format: whoever stored E1, V0 or Q1 finds them unchanged. So all
 * of them are understood instead: echo is skipped, digits count as results, and under Q1, where only information text
 * comes, silence after the text ends an answer.
 */
#include "probe.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>

#include "at.h"
#include "tty.h"

#define LISTEN_MS   60 /* a port that talks unasked shows it */
#define ATTEMPT_MS  300
#define ECHO_MS     700  /* more for whoever has echoed: slow, or quiet (Q1)? */
#define GAP_MS      100  /* V.250 5.2.3: after a result, before the next command */
#define QUIET_MS    120  /* V.250: gaps within a response are at most 100 ms */
#define DEAF_MS     3000 /* after plug and DTR drop (HylaFAX waits 2.6 s) */
#define SPEW_BYTES  64   /* more than an echo and a result */
#define PATIENCE_MS 2000 /* whoever gives results gives one; V.250 names no maximum */
#define MISSED_MAX  3    /* steps without an answer: the modem has gone */

struct attempt {
	const char *command; /* AT alone at first contact: single letters are commands to UPSs and machines */
	unsigned speed;
	unsigned wait_ms;
};

/* The rate of CDC-ACM is virtual. */
static const struct attempt attempts_acm[] = {
	{ .command = "AT", .speed = 115200 },
	{ .command = "AT", .speed = 115200 },
	{ .command = NULL },
};

/* Known to be a modem, so it may only be deaf for a moment, or quiet without echo (E0Q1: answers queries, but not AT). */
static const struct attempt attempts_listed[] = {
	{ .command = "AT", .speed = 115200 },
	{ .command = "AT", .speed = 115200 },
	{ .command = "AT", .speed = 115200, .wait_ms = DEAF_MS },
	{ .command = "ATI0", .speed = 115200 },
	{ .command = NULL },
};

/* Modems find the rate from the letters AT; old ones keep to what they were last used with. Never 1200. */
static const struct attempt attempts_serial[] = {
	{ .command = "AT", .speed = 115200 }, { .command = "AT", .speed = 9600 },
	{ .command = "AT", .speed = 57600 },  { .command = "AT", .speed = 38400 },
	{ .command = "AT", .speed = 19200 },  { .command = NULL },
};

enum phase {
	PHASE_OPEN,
	PHASE_LISTEN, /* before the first byte of ours */
	PHASE_GAP,    /* before the next try or step */
	PHASE_ATTEMPT,
	PHASE_STEP,
	PHASE_DONE,
};

struct probe_port {
	const struct udev_port *port;
	struct probe_result *result;
	void (*tell)(const struct probe_result *result);
	int64_t started, deadline;
	int64_t asked; /* first of the tries that the present answer may belong to; 0: none yet */
	int64_t sent;
	enum phase phase;
	bool locked, talks, quiet, garbled, echoed;
	unsigned missed;
	const struct attempt *attempt;
	size_t step;
	struct at_reader reader;
	int fd;
	struct termios saved;
};

/* --- the end --- */

static void finish(struct probe_port *p, enum probe_verdict verdict, const char *why)
{
	if (p->fd >= 0)
		tty_close(p->fd, &p->saved);
	if (p->locked)
		tty_unlock(p->port->name, getpid());
	at_reader_free(&p->reader);
	p->fd = -1;
	p->phase = PHASE_DONE;
	p->result->verdict = verdict;
	if (why != p->result->why)
		base_copy(p->result->why, sizeof(p->result->why), why);
	p->result->took_ms = (unsigned)(base_now_ms() - p->started);
	if (p->tell)
		p->tell(p->result);
}

static void finish_errno(struct probe_port *p, const char *what, int error)
{
	char why[sizeof(p->result->why)];

	snprintf(why, sizeof(why), "could not %s: %s", what, strerror(error));
	finish(p, PROBE_VERDICT_ERROR, why);
}

static void conclude(struct probe_port *p)
{
	probe_conclude(p->result, p->port->dialect);
	finish(p, p->result->verdict, p->result->why);
}

/* --- saying something --- */

static void enter(struct probe_port *p, enum phase phase, unsigned timeout_ms)
{
	p->phase = phase;
	p->deadline = base_now_ms() + timeout_ms;
}

static void send_command(struct probe_port *p, enum phase phase, const char *command, unsigned timeout_ms)
{
	char line[64];
	int n = snprintf(line, sizeof(line), "%s\r", command);
	ssize_t r = write(p->fd, line, (size_t)n);

	if (r != n) {
		finish_errno(p, "write", r < 0 ? errno : EAGAIN);
		return;
	}
	at_reader_begin(&p->reader, command);
	p->sent = base_now_ms();
	enter(p, phase, timeout_ms);
}

static void start_gap(struct probe_port *p, unsigned ms)
{
	at_reader_begin(&p->reader, "");
	enter(p, PHASE_GAP, ms);
}

static void start_attempt(struct probe_port *p)
{
	int r = tty_set_speed(p->fd, p->attempt->speed);

	if (r < 0) {
		finish_errno(p, "set the speed", -r);
		return;
	}
	send_command(p, PHASE_ATTEMPT, p->attempt->command, ATTEMPT_MS);
	if (!p->asked)
		p->asked = p->sent;
}

static void start_step(struct probe_port *p)
{
	const struct probe_step *step = probe_find_step(p->step);

	if (!step || p->missed >= MISSED_MAX)
		conclude(p);
	else
		send_command(p, PHASE_STEP, step->command, p->quiet ? step->timeout_ms : PATIENCE_MS);
}

static void next_attempt(struct probe_port *p)
{
	p->attempt++;
	if (p->attempt->wait_ms || p->attempt->speed != p->attempt[-1].speed)
		p->asked = 0;
	if (p->attempt->command && p->attempt->wait_ms)
		start_gap(p, p->attempt->wait_ms);
	else if (p->attempt->command)
		start_attempt(p);
	else if (p->garbled)
		finish(p, PROBE_VERDICT_NOT_MODEM, "answers, but not as a modem does");
	else
		finish(p, PROBE_VERDICT_SILENT,
		       "no answer to AT: is there a modem, switched on, with results on (ATQ0)?");
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
	return is_nmea(reader->line) || is_nmea(info) || strstr(info, "\n$G") || strstr(info, "\n!A");
}

static bool is_spew(struct probe_port *p)
{
	size_t limit = p->talks ? AT_ANSWER_MAX : SPEW_BYTES;

	return p->reader.n_bytes > limit || (p->reader.len >= 2 && has_nmea(&p->reader)) ||
	       (p->reader.info.len && has_nmea(&p->reader));
}

static bool is_echo_only(const struct at_reader *reader)
{
	return reader->n_bytes && !reader->info.len && !reader->len && str_eq(reader->line, reader->command);
}

static void end_attempt(struct probe_port *p, bool quiet)
{
	unsigned delay_ms = (unsigned)(base_now_ms() - p->asked);
	bool more_to_come = quiet || p->asked != p->sent;

	p->talks = true;
	p->quiet = quiet;
	p->result->speed = p->attempt->speed;
	start_gap(p, more_to_come ? 2 * delay_ms + GAP_MS : GAP_MS);
}

static void end_step(struct probe_port *p, enum at_result result)
{
	const struct probe_step *step = probe_find_step(p->step++);
	bool has_text = p->reader.info.len > 0;
	bool ok = result == AT_RESULT_OK || (result == AT_RESULT_NONE && has_text);

	p->missed = result == AT_RESULT_NONE && !has_text ? p->missed + 1 : 0;
	if (step->judge(step, text_str(&p->reader.info), ok, p->result))
		start_gap(p, GAP_MS);
	else
		finish(p, p->result->verdict, p->result->why);
}

static void take_result(struct probe_port *p, enum at_result result)
{
	result = probe_plain_result(result, &p->reader);
	if (result == AT_RESULT_RING)
		finish(p, PROBE_VERDICT_BUSY, "a call is coming in: ask again later");
	else if (result == AT_RESULT_CONNECT)
		finish(p, PROBE_VERDICT_BUSY, "a call is up: ask again later");
	if (result != AT_RESULT_OK && result != AT_RESULT_ERROR)
		return; /* NO CARRIER and the like belong to an earlier call */
	p->quiet = false;
	if (p->phase == PHASE_ATTEMPT)
		end_attempt(p, false); /* ERROR is an answer of a modem too */
	else if (p->phase == PHASE_STEP)
		end_step(p, result);
}

static void take_bytes(struct probe_port *p, const char *bytes, size_t n)
{
	size_t eaten;

	while (n > 0 && p->phase != PHASE_DONE) {
		enum at_result result = at_reader_feed(&p->reader, bytes, n, &eaten);

		bytes += eaten;
		n -= eaten;
		if (result != AT_RESULT_NONE)
			take_result(p, result);
		else if (is_spew(p))
			finish(p, PROBE_VERDICT_NOT_MODEM,
			       "sends data unasked: GPS receiver, sensor or board");
	}
}

/* A late answer must be over before the next question; under Q1 silence is all that ends one. */
static void move_deadline(struct probe_port *p)
{
	int64_t now = base_now_ms();

	if (p->phase == PHASE_GAP && p->deadline < now + GAP_MS)
		p->deadline = now + GAP_MS;
	else if (p->phase == PHASE_STEP && p->quiet && p->reader.info.len)
		p->deadline = now + QUIET_MS;
}

static void read_port(struct probe_port *p)
{
	char bytes[256];
	ssize_t n = read(p->fd, bytes, sizeof(bytes));

	if (n > 0) {
		take_bytes(p, bytes, (size_t)n);
		move_deadline(p);
	} else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
		finish(p, PROBE_VERDICT_ERROR, "disappeared while it was asked");
	}
}

/* --- the machine --- */

static void open_port(struct probe_port *p)
{
	int fd = tty_open(p->port->name, p->attempt->speed, &p->saved);

	if (fd < 0) {
		finish_errno(p, "open", -fd);
		return;
	}
	p->fd = fd;
	at_reader_begin(&p->reader, "");
	enter(p, PHASE_LISTEN, LISTEN_MS);
}

static void end_silence(struct probe_port *p)
{
	bool asked_more = !str_eq(p->attempt->command, "AT");

	if (is_echo_only(&p->reader) && !p->echoed) {
		p->echoed = true;
		p->deadline += ECHO_MS;
	} else if (is_echo_only(&p->reader) || (asked_more && p->reader.info.len)) {
		end_attempt(p, true);
	} else {
		p->garbled |= p->reader.n_bytes > 0;
		next_attempt(p);
	}
}

static void take_deadline(struct probe_port *p)
{
	switch (p->phase) {
	case PHASE_OPEN:
		open_port(p);
		break;
	case PHASE_LISTEN:
		start_attempt(p);
		break;
	case PHASE_GAP:
		if (p->talks)
			start_step(p);
		else
			start_attempt(p);
		break;
	case PHASE_ATTEMPT:
		end_silence(p);
		break;
	case PHASE_STEP:
		end_step(p, AT_RESULT_NONE);
		break;
	case PHASE_DONE:
		break;
	}
}

/* Reads before it looks at the clock: opening another port may have taken long (a wedged stick: 5 s per request). */
static void run_port(struct probe_port *p)
{
	if (p->fd >= 0)
		read_port(p);
	if (p->phase != PHASE_DONE && base_now_ms() >= p->deadline)
		take_deadline(p);
}

/* Sleeps until a byte or a deadline comes; false when all ports are done. */
static bool wait_ports(const struct probe_port *ports, size_t n, struct pollfd *fds)
{
	int64_t next = INT64_MAX, now = base_now_ms();

	for (size_t i = 0; i < n; i++) {
		fds[i] = (struct pollfd){ .fd = ports[i].fd, .events = POLLIN };
		if (ports[i].phase != PHASE_DONE && ports[i].deadline < next)
			next = ports[i].deadline;
	}
	if (next == INT64_MAX)
		return false;
	poll(fds, n, next > now ? (int)(next - now) : 0);
	return true;
}

/* --- before opening --- */

static void refuse_owned(struct probe_port *p, const struct tty_owner *owner)
{
	char why[sizeof(p->result->why)];

	if (owner->pid)
		snprintf(why, sizeof(why), "in use by %s (pid %d)", owner->program, (int)owner->pid);
	else
		base_copy(why, sizeof(why), "locked by another program");
	finish(p, PROBE_VERDICT_BUSY, why);
}

static void init_port(struct probe_port *p, const struct udev_port *port, struct probe_result *result)
{
	bool is_acm = port->driver && str_eq(port->driver, "cdc_acm");

	*result = (struct probe_result){ .verdict = PROBE_VERDICT_ERROR };
	base_copy(result->port, sizeof(result->port), port->name);
	p->port = port;
	p->result = result;
	p->fd = -1;
	p->started = p->deadline = base_now_ms();
	p->attempt = is_acm ? attempts_acm : attempts_serial;
	if (port->class == UDEV_CLASS_MODEM)
		p->attempt = attempts_listed;
}

/* Locked first, then asked who has it: whoever comes later sees our lock. */
static void claim_port(struct probe_port *p, bool *ret_locked_out)
{
	pid_t holder = 0;
	int r;

	if (p->port->class == UDEV_CLASS_NEVER) {
		finish(p, PROBE_VERDICT_NOT_MODEM, p->port->why ? p->port->why : "never opened");
		return;
	}
	r = tty_lock(p->port->name, getpid(), &holder);
	p->locked = r == 0;
	if (r == -EBUSY)
		*ret_locked_out = true;
	else if (r < 0)
		finish_errno(p, "lock", -r);
}

void probe_ports(const struct udev_port *const *ports, size_t n, struct probe_result *results,
		 void (*tell)(const struct probe_result *result))
{
	_cleanup_free_ struct probe_port *probes = xcalloc(n, sizeof(*probes));
	_cleanup_free_ struct tty_owner *owners = xcalloc(n, sizeof(*owners));
	_cleanup_free_ struct pollfd *fds = xcalloc(n, sizeof(*fds));
	_cleanup_free_ const char **names = xcalloc(n, sizeof(*names));
	_cleanup_free_ bool *locked_out = xcalloc(n, sizeof(*locked_out));

	for (size_t i = 0; i < n; i++) {
		names[i] = ports[i]->name;
		probes[i].tell = tell;
		init_port(&probes[i], ports[i], &results[i]);
		claim_port(&probes[i], &locked_out[i]);
	}
	tty_find_owners(names, n, owners);
	for (size_t i = 0; i < n; i++)
		if (probes[i].phase != PHASE_DONE && (owners[i].pid || locked_out[i]))
			refuse_owned(&probes[i], &owners[i]);
	while (wait_ports(probes, n, fds))
		for (size_t i = 0; i < n; i++)
			if (probes[i].phase != PHASE_DONE)
				run_port(&probes[i]);
}
