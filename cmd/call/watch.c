/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The carrier of a call: half of the drivers of serial adapters tell nobody when it falls, so a small process looks. */
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/pidfd.h>
#include <termios.h>

#include "call.h"
#include "run.h"

#define LOOK_MS  1000
#define AGAIN_MS 100 /* a flicker is no hang-up: two looks must agree */

enum calldb_carrier call_look_carrier(int tty)
{
	int bits;

	if (ioctl(tty, TIOCMGET, &bits) < 0)
		return CALLDB_CARRIER_UNKNOWN;
	return bits & TIOCM_CAR ? CALLDB_CARRIER_ON : CALLDB_CARRIER_OFF;
}

/* A carrier that is not there cannot fall: the wire is missing, or the modem tells nothing. */
bool call_needs_watch(enum site_carrier how, enum calldb_carrier carrier)
{
	return how == SITE_CARRIER_WATCH && carrier == CALLDB_CARRIER_ON;
}

/* As a driver that notices would do: pppd reads the end of the file and is gone. A SIGHUP alone makes it say good-bye to nobody
 * for 3 s, into the modem's command line, and call it a user's request (pppd main.c, handle_events). The tty is our session's
 * too, by which vhangup() can be told to mean it: TIOCVHANGUP would need CAP_SYS_ADMIN, of which the unit has none. */
static void hang_up(int tty, int parent)
{
	if (tcgetsid(tty) != getsid(0) || vhangup() < 0)
		pidfd_send_signal(parent, SIGHUP, NULL, 0);
}

/* As long as pppd lives, and no longer: an open tty would keep DTR up. */
static void watch(int tty, int parent)
{
	struct pollfd end = { .fd = parent, .events = POLLIN };
	unsigned n_off = 0;

	while (n_off < 2 && poll(&end, 1, n_off ? AGAIN_MS : LOOK_MS) <= 0) {
		enum calldb_carrier carrier = call_look_carrier(tty);

		if (carrier == CALLDB_CARRIER_UNKNOWN)
			return;
		n_off = carrier == CALLDB_CARRIER_OFF ? n_off + 1 : 0;
	}
	if (n_off == 2)
		hang_up(tty, parent);
}

int call_start_watch(int tty)
{
	return run_beside("dialisp-watch", watch, tty);
}
