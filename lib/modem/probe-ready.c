/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Waits for a modem that is known to be there: mgetty would lose 45 s to one that is deaf for a
 * moment. */
#include "modem/probe.h"

#include <errno.h>
#include <string.h>
#include <termios.h>

#include "modem/dialogue.h"
#include "port/tty.h"
#include "util/report.h"

#define TRY_MS    300
#define WEDGED_MS 4500 /* a USB control request that nobody takes ends after 5 s */

/* One command. 1: OK or a RING, it is awake; 0: nothing that helps; -errno: gone. An ERROR is what
 * a command line made of noise gets; the next one says more. */
static int ask(struct dialogue *dialogue, const char *command, int64_t until)
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
static int ask_until(int fd, int64_t deadline)
{
	struct dialogue dialogue = { .fd = fd };
	int r = 0;
	int64_t now;

	tty_flush(fd);
	for (unsigned i = 0; r == 0 && (now = base_now_ms()) < deadline; i++)
		r = ask(&dialogue, i % 2 ? "ATQ0" : "AT",
			now + TRY_MS < deadline ? now + TRY_MS : deadline);
	dialogue_free(&dialogue);
	if (r < 0)
		return r;
	return r ? 0 : -ETIMEDOUT;
}

static int open_and_ask(const char *name, unsigned speed, int64_t deadline)
{
	int64_t started = base_now_ms();
	struct termios saved;
	int fd = tty_open(name, speed, &saved), r;

	if (fd < 0)
		return fd == -ETIMEDOUT ? -EIO : fd;
	r = base_now_ms() - started >= WEDGED_MS ? -EIO : ask_until(fd, deadline);
	/* Without HUPCL the close leaves DTR up: dropping it would make the modem deaf again. */
	saved.c_cflag &= ~(tcflag_t)HUPCL;
	tty_close(fd, &saved);
	return r;
}

/* What a descriptor says that the kernel has hung up, or a device that is on its way out. */
static bool is_hung_up(int r)
{
	return r == -EIO || r == -ENODEV;
}

/* cdc_acm hears of modem lines only while the tty is open: a carrier that fell meanwhile hangs up
 * the first one who opens it. He must open it again. */
static int open_and_ask_again(const char *name, unsigned speed, int64_t deadline)
{
	int r = open_and_ask(name, speed, deadline);

	while (is_hung_up(r) && base_now_ms() < deadline) {
		base_sleep_ms(TRY_MS / 6);
		r = open_and_ask(name, speed, deadline);
	}
	if (r < 0 && r != -EBUSY && r != -ETIMEDOUT && r != -EIO)
		report_error("%s: could not be asked: %s", name, strerror(-r));
	return r;
}

int probe_wait_ready(const char *name, unsigned speed, unsigned timeout_ms)
{
	int64_t deadline = base_now_ms() + timeout_ms;
	pid_t holder = 0;
	int r = tty_lock(name, getpid(), &holder);

	if (r == -EBUSY)
		report_error("%s: locked by pid %d", name, (int)holder);
	else if (r < 0)
		report_error("%s: could not lock: %s", name, strerror(-r));
	if (r < 0)
		return r;
	r = open_and_ask_again(name, speed, deadline);
	tty_unlock(name, getpid());
	return r;
}
