/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The relay of a call, a small process between the modem's tty and the pty on which pppd runs: no
 * byte is lost while pppd starts, carrier loss is detected with every driver, and the amount of
 * data that the modem has accepted is known. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <termios.h>

#include "call.h"
#include "shape.h"
#include "util/run.h"

#define CHECK_MS    1000
#define AGAIN_MS    100 /* two samples must agree: a short loss of DCD is not a hang-up */
#define DRAIN_MS    500 /* for the LCP Terminate-Ack of a pppd that has exited */
/* How long pppd may take to start: it exits with an ambiguous status if its tty is gone then. */
#define START_MS    5000
#define SOON_MS     10
#define BUFFER_SIZE 4096 /* data of the caller before pppd reads: forty LCP requests */

/* One direction. The buffer is read again only after `to` has accepted all of it, so a slow side
 * stops the other one by the flow control of its tty. */
struct flow {
	int from, to;
	size_t begin, end;
	uint64_t taken; /* by `to` */
	bool is_dry;    /* `from` had nothing at the last read */
	bool is_over;   /* `from` hung up */
	bool is_held;   /* `to` is not ready yet */
	char bytes[BUFFER_SIZE];
};

struct relay {
	const struct call_relay *call;
	struct flow up, down; /* from the caller, to the caller */
	bool watches, has_fallen;
	bool is_ending; /* pppd has gone */
	int64_t end_at, check_at;
	unsigned n_off;
	uint64_t seen; /* down.taken at the last check */
};

enum calldb_carrier call_read_carrier(int tty)
{
	int bits;

	if (ioctl(tty, TIOCMGET, &bits) < 0)
		return CALLDB_CARRIER_UNKNOWN;
	return bits & TIOCM_CAR ? CALLDB_CARRIER_ON : CALLDB_CARRIER_OFF;
}

/* Without carrier at the start there is no loss to detect: DCD is not wired, or the modem does not
 * drive it. */
bool call_needs_watch(enum site_carrier how, enum calldb_carrier carrier)
{
	return how == SITE_CARRIER_WATCH && carrier == CALLDB_CARRIER_ON;
}

/* --- one direction --- */

static bool is_passing(int error)
{
	return error == EAGAIN || error == EINTR;
}

static bool has_bytes(const struct flow *flow)
{
	return flow->end > flow->begin;
}

static bool has_room(const struct flow *flow)
{
	return !flow->is_over && flow->begin == 0 && flow->end < sizeof(flow->bytes);
}

static void fill_flow(struct flow *flow)
{
	ssize_t n = read(flow->from, flow->bytes + flow->end, sizeof(flow->bytes) - flow->end);

	if (n > 0)
		flow->end += (size_t)n;
	else if (n == 0 || !is_passing(errno))
		flow->is_over = true;
	flow->is_dry = n <= 0;
}

/* Bytes for a side that has hung up are dropped: poll() reports that. */
static void drain_flow(struct flow *flow)
{
	ssize_t n = has_bytes(flow)
			    ? write(flow->to, flow->bytes + flow->begin, flow->end - flow->begin)
			    : 0;

	if (n > 0)
		flow->taken += (uint64_t)n;
	else if (n < 0 && !is_passing(errno))
		n = (ssize_t)(flow->end - flow->begin);
	else
		return;
	flow->begin += (size_t)n;
	if (flow->begin == flow->end)
		flow->begin = flow->end = 0;
}

static void drain_to_caller(struct relay *relay)
{
	uint64_t before = relay->down.taken;

	drain_flow(&relay->down);
	if (relay->call->pass && relay->down.taken != before)
		relay->call->pass(relay->call->shape, (unsigned)(relay->down.taken - before),
				  base_now_ms());
}

/* --- checks, once a second --- */

static unsigned count_queued(int fd, unsigned long request)
{
	int n;

	return ioctl(fd, request, &n) < 0 || n < 0 ? 0 : (unsigned)n;
}

static void check_carrier(struct relay *relay)
{
	switch (call_read_carrier(relay->call->modem)) {
	case CALLDB_CARRIER_UNKNOWN: /* hung up: poll() reports that */
		relay->watches = false;
		break;
	case CALLDB_CARRIER_ON:
		relay->n_off = 0;
		break;
	case CALLDB_CARRIER_OFF:
		relay->has_fallen = ++relay->n_off >= 2;
		break;
	}
}

static void check_queue(struct relay *relay, int64_t now)
{
	const struct call_relay *call = relay->call;
	unsigned serial = count_queued(call->modem, TIOCOUTQ);
	const struct call_drain drain = {
		/* cdc-acm counts whole buffers, at first more than was written: only differences
		 * are meaningful */
		.sent = relay->down.taken - serial,
		.queued = serial + count_queued(call->master, FIONREAD) +
			  (unsigned)(relay->down.end - relay->down.begin),
	};

	call->check(call->shape, &drain, now);
	relay->seen = drain.queued ? UINT64_MAX : relay->down.taken; /* until it is empty */
}

static bool needs_check(const struct relay *relay)
{
	return relay->watches || (relay->call->check && relay->seen != relay->down.taken);
}

static void check_line(struct relay *relay)
{
	int64_t now = base_now_ms();

	if (relay->is_ending || now < relay->check_at)
		return;
	if (relay->watches)
		check_carrier(relay);
	if (relay->call->check && relay->seen != relay->down.taken)
		check_queue(relay, now);
	relay->check_at = now + (relay->n_off ? AGAIN_MS : CHECK_MS);
}

/* --- waiting --- */

static bool has_hung_up(const struct relay *relay)
{
	return relay->up.is_over || relay->has_fallen;
}

/* No timeout while no check is needed. */
static int find_timeout(const struct relay *relay)
{
	int64_t left = relay->check_at - base_now_ms();

	if (relay->is_ending || has_hung_up(relay))
		return SOON_MS;
	if (!needs_check(relay))
		return -1;
	return left < 0 ? 0 : (int)left;
}

static void begin_end(struct relay *relay)
{
	if (!relay->is_ending)
		relay->end_at = base_now_ms() + DRAIN_MS;
	relay->is_ending = true;
}

static short find_events(const struct flow *in, const struct flow *out)
{
	return (short)((has_room(in) ? POLLIN : 0) |
		       (has_bytes(out) && !out->is_held ? POLLOUT : 0));
}

/* A pty that pppd has closed reports that in every poll(), so it is no longer polled. */
static void move_bytes(struct relay *relay, int parent)
{
	struct pollfd fds[] = {
		{ .fd = relay->up.is_over ? -1 : relay->call->modem,
		  .events = find_events(&relay->up, &relay->down) },
		{ .fd = relay->is_ending ? -1 : relay->call->master,
		  .events = find_events(&relay->down, &relay->up) },
		{ .fd = relay->is_ending ? -1 : parent, .events = POLLIN },
	};

	if (poll(fds, ARRAY_SIZE(fds), find_timeout(relay)) < 0)
		return;
	if ((fds[1].revents & POLLIN || relay->is_ending) && has_room(&relay->down))
		fill_flow(&relay->down);
	if (has_bytes(&relay->down))
		relay->up.is_held = false;
	if (fds[0].revents & POLLIN)
		fill_flow(&relay->up);
	if (fds[0].revents & (POLLHUP | POLLERR))
		relay->up.is_over = true;
	if (fds[1].revents & (POLLHUP | POLLERR) || fds[2].revents)
		begin_end(relay);
	drain_to_caller(relay);
	if (!relay->up.is_held)
		drain_flow(&relay->up);
}

/* Waits until the last data of pppd has left the tty, as far as the driver reports; not if the
 * modem accepts no more data. */
static bool has_ended(struct relay *relay)
{
	if (has_hung_up(relay) && !relay->end_at)
		relay->end_at = base_now_ms() + START_MS;
	if (has_hung_up(relay))
		return !relay->up.is_held || relay->is_ending || base_now_ms() >= relay->end_at;
	if (!relay->is_ending)
		return false;
	if (base_now_ms() >= relay->end_at) {
		tcflush(relay->call->modem, TCOFLUSH); /* otherwise close(2) would wait for it */
		return true;
	}
	return relay->down.is_dry && !has_bytes(&relay->down) &&
	       !count_queued(relay->call->modem, TIOCOUTQ);
}

/* The exit of the relay ends both sides: without a master pppd reads end-of-file and exits with the
 * status of a hang-up; when no process has the tty open, DTR drops. Signals are handled by pppd,
 * which may send LCP Terminate-Requests. */
static void relay_body(const void *context, int parent)
{
	const struct call_relay *call = context;
	struct relay relay = { .call = call,
			       /* pppd flushes its tty at its start (tty.c, set_up_tty): kept until
				* it has sent something */
			       .up = { .from = call->modem, .to = call->master, .is_held = true },
			       .down = { .from = call->master, .to = call->modem },
			       .watches = call->watches,
			       .check_at = base_now_ms() + CHECK_MS };

	signal(SIGTERM, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	while (!has_ended(&relay)) {
		move_bytes(&relay, parent);
		check_line(&relay);
	}
}

int call_start_relay(const struct call_relay *call)
{
	const int fds[] = { call->modem, call->master };

	return run_beside(&(struct run_beside){ .name = "dialisp-relay",
						.body = relay_body,
						.context = call,
						.fds = fds,
						.n_fds = ARRAY_SIZE(fds) });
}
