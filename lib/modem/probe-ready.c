/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Waits for a modem that is known to be there: mgetty would lose 45 s to one that is deaf for a
 * moment. */
#include "modem/probe.h"

#include <errno.h>
#include <string.h>

#include "modem/dialogue.h"
#include "port/tty.h"

#define TRY_MS    300
#define WEDGED_MS 4500 /* a USB control request without a response ends after 5 s */

/* One command. 1: OK or a RING, it is awake; 0: nothing that helps; -errno: gone. An ERROR is what
 * a command line made of noise gets; the next one says more. */
static int try_command(struct dialogue *dialogue, const char *command, int64_t until)
{
	enum at_result result = AT_RESULT_NONE;
	int r = dialogue_send(dialogue, command);

	if (r < 0)
		return r == -EAGAIN ? 0 : r;
	do
		r = dialogue_hear(dialogue, until, &result);
	while (r > 0 && result != AT_RESULT_OK && result != AT_RESULT_RING &&
	       base_now_ms() < until);
	if (r < 0)
		return r;
	return result == AT_RESULT_OK || result == AT_RESULT_RING;
}

/* A modem that has stored Q1 is mute again whenever it was without power: every second try switches
 * results on. */
static int wait_for_ok(int fd, int64_t deadline, enum probe_ready *ret)
{
	struct dialogue dialogue = { .fd = fd };
	int r = 0;
	int64_t now;

	tty_flush(fd);
	for (unsigned i = 0; r == 0 && (now = base_now_ms()) < deadline; i++)
		r = try_command(&dialogue, i % 2 ? "ATQ0" : "AT",
				now + TRY_MS < deadline ? now + TRY_MS : deadline);
	dialogue_free(&dialogue);
	*ret = r > 0 ? PROBE_READY_YES : PROBE_READY_SILENT;
	return r < 0 ? r : 0;
}

static const enum probe_ready of_tty[] = {
	[TTY_VERDICT_OK] = PROBE_READY_YES,
	[TTY_VERDICT_BUSY] = PROBE_READY_BUSY,
	[TTY_VERDICT_WEDGED] = PROBE_READY_WEDGED,
	[TTY_VERDICT_ERROR] = PROBE_READY_ERROR,
};

static enum probe_ready open_and_ask(const char *name, unsigned speed, int64_t deadline,
				     int *ret_error)
{
	int64_t started = base_now_ms();
	enum probe_ready ready;
	struct tty_port port;
	int r = tty_open(name, speed, &port) == TTY_VERDICT_OK ? 0 : port.error;

	if (r == 0 && base_now_ms() - started >= WEDGED_MS)
		ready = PROBE_READY_WEDGED;
	else if (r == 0)
		r = wait_for_ok(port.fd, deadline, &ready);
	if (port.fd >= 0) {
		/* Without HUPCL the close leaves DTR up: dropping it would make the modem deaf
		 * again. */
		port.saved.c_cflag &= ~(tcflag_t)HUPCL;
		tty_close(&port);
	}
	if (r == 0)
		return ready;
	*ret_error = r;
	return of_tty[tty_judge_error(r)];
}

/* The errors of a descriptor that the kernel has hung up, or of a device that is being removed. */
static bool is_hung_up(int error)
{
	return error == -EIO || error == -ENODEV;
}

/* cdc_acm is notified of modem lines only while the tty is open: after carrier loss meanwhile, the
 * first open gets a hang-up, and the port must be opened again. */
static enum probe_ready open_and_ask_again(const char *name, unsigned speed, int64_t deadline,
					   int *ret_error)
{
	enum probe_ready ready = open_and_ask(name, speed, deadline, ret_error);

	while (ready == PROBE_READY_ERROR && is_hung_up(*ret_error) && base_now_ms() < deadline) {
		base_sleep_ms(TRY_MS / 6);
		ready = open_and_ask(name, speed, deadline, ret_error);
	}
	return ready;
}

enum probe_ready probe_wait_ready(const char *name, unsigned speed, unsigned timeout_ms,
				  int *ret_error)
{
	int64_t deadline = base_now_ms() + timeout_ms;
	enum probe_ready ready;
	pid_t holder;
	int r = tty_lock(name, getpid(), &holder);

	if (r < 0) {
		*ret_error = r;
		return of_tty[tty_judge_error(r)];
	}
	ready = open_and_ask_again(name, speed, deadline, ret_error);
	tty_unlock(name, getpid());
	return ready;
}
