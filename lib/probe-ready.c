/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Waits for a modem that is known to be there: mgetty would lose 45 s to one that is deaf for a moment. */
#include "probe.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <termios.h>

#include "at.h"
#include "report.h"
#include "tty.h"

#define TRY_MS 300

/* OK or a RING, in words or digits: it is awake. An ERROR is what a command line made of noise gets; the next AT says more. */
static bool is_awake(enum at_result result, const struct at_reader *reader)
{
	result = probe_plain_result(result, reader);
	return result == AT_RESULT_OK || result == AT_RESULT_RING;
}

/* 1: awake; 0: no bytes for now or nothing that helps; -errno: gone */
static int read_answer(int fd, struct at_reader *reader)
{
	char bytes[256];
	ssize_t n = read(fd, bytes, sizeof(bytes));
	size_t eaten = 0;

	if (n == 0)
		return -ENODEV;
	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	for (size_t i = 0; i < (size_t)n; i += eaten)
		if (is_awake(at_reader_feed(reader, bytes + i, (size_t)n - i, &eaten), reader))
			return 1;
	return 0;
}

/* One AT. 1, 0 or -errno as above */
static int ask(int fd, struct at_reader *reader, int64_t until)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	int64_t now;
	int r = 0;

	at_reader_begin(reader, "AT");
	if (write(fd, "AT\r", 3) < 0 && errno != EAGAIN)
		return -errno;
	while (r == 0 && (now = base_now_ms()) < until) {
		poll(&p, 1, (int)(until - now));
		r = read_answer(fd, reader);
	}
	return r;
}

static int ask_until(int fd, int64_t deadline)
{
	struct at_reader reader = { .len = 0 };
	int r = 0;
	int64_t now;

	while (r == 0 && (now = base_now_ms()) < deadline)
		r = ask(fd, &reader, now + TRY_MS < deadline ? now + TRY_MS : deadline);
	at_reader_free(&reader);
	if (r < 0)
		return r;
	return r ? 0 : -ETIMEDOUT;
}

static int open_and_ask(const char *name, unsigned speed, int64_t deadline)
{
	struct tty_owner owner;
	struct termios saved;
	int r, fd;

	r = tty_find_owner(name, &owner);
	if (r == -EBUSY)
		report_error("%s: in use by %s (pid %d)", name, owner.program, (int)owner.pid);
	if (r == -EBUSY)
		return r;
	fd = r < 0 ? r : tty_open(name, speed, &saved);
	if (fd < 0)
		return fd;
	r = ask_until(fd, deadline);
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

/* cdc_acm hears of modem lines only while the tty is open: a carrier that fell meanwhile hangs up the first one who opens it.
 * He must open it again. */
static int open_and_ask_again(const char *name, unsigned speed, int64_t deadline)
{
	int r = open_and_ask(name, speed, deadline);

	while (is_hung_up(r) && base_now_ms() < deadline) {
		base_sleep_ms(TRY_MS / 6);
		r = open_and_ask(name, speed, deadline);
	}
	if (r < 0 && r != -EBUSY && r != -ETIMEDOUT)
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
