/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Back-end: a modem behind a pseudo terminal, for tests without privileges. */
#include "pty.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <termios.h>
#include <unistd.h>

#include "loop.h"
#include "peer.h"

struct ptybus {
	struct loop *loop;
	const char *dir;
};

struct ptyport {
	struct port port;
	struct peer *peer;
	struct loop *loop;
	struct watch master;
	struct watch opened; /* inotify: the master of a closed pty does not report that it is
			      * opened again */
	bool watching;
	bool dtr; /* the terminal is open */
	char link[PATH_MAX];
	char pts[64];
	uint8_t in[512];
	size_t in_len;
	uint8_t out[512];
	size_t out_len;
};

static struct ptyport *pty_of(struct port *port)
{
	return (struct ptyport *)port;
}

struct speed_row {
	speed_t code;
	long speed;
};

static const struct speed_row speeds[] = {
	{ B300, 300 },       { B1200, 1200 },     { B2400, 2400 },   { B4800, 4800 },
	{ B9600, 9600 },     { B19200, 19200 },   { B38400, 38400 }, { B57600, 57600 },
	{ B115200, 115200 }, { B230400, 230400 }, { B0, 0 },
};

/* Pass the terminal's speed on to the modem. Returns whether its host waits for CTS. */
static bool follow_terminal(const struct ptyport *pty)
{
	const struct speed_row *row = speeds;
	struct termios termios;

	if (tcgetattr(pty->master.fd, &termios))
		return false;
	while (row->speed && row->code != cfgetospeed(&termios))
		row++;
	if (row->speed)
		peer_set_speed(pty->peer, row->speed);
	return termios.c_cflag & CRTSCTS;
}

/* A closed terminal is a dropped DTR. */
static void set_open(struct ptyport *pty, bool on)
{
	pty->dtr = on;
	peer_set_dtr(pty->peer, &pty->port, on);
	peer_set_rts(pty->peer, on);
}

static bool is_open(const struct ptyport *pty)
{
	struct pollfd poll_fd = { .fd = pty->master.fd };

	return poll(&poll_fd, 1, 0) >= 0 && !(poll_fd.revents & POLLHUP);
}

/* Watch the master for data and room; not at all while closed (EPOLLHUP cannot be masked). */
static void watch_master(struct ptyport *pty)
{
	uint32_t events = (pty->in_len ? 0 : EPOLLIN) | (pty->out_len ? EPOLLOUT : 0);
	bool wanted = pty->dtr;

	if (wanted && pty->watching)
		loop_change(pty->loop, &pty->master, events);
	if (wanted && !pty->watching)
		loop_add(pty->loop, &pty->master, events);
	if (!wanted && pty->watching)
		epoll_ctl(pty->loop->epoll, EPOLL_CTL_DEL, pty->master.fd, NULL);
	pty->watching = wanted;
}

static void give_master(struct port *port)
{
	struct ptyport *pty = pty_of(port);
	bool waits =
		follow_terminal(pty) && pty->peer->rs232 && !(peer_lines(pty->peer) & LINE_CTS);
	size_t taken = waits ? 0 : peer_give(pty->peer, port, pty->in, pty->in_len);

	pty->in_len -= taken;
	memmove(pty->in, pty->in + taken, pty->in_len);
	watch_master(pty);
}

static void take_peer(struct port *port)
{
	struct ptyport *pty = pty_of(port);
	ssize_t written;

	if (!pty->dtr)
		return;
	follow_terminal(pty);
	for (;;) {
		if (!pty->out_len)
			pty->out_len = peer_take(pty->peer, port, pty->out, sizeof(pty->out));
		if (!pty->out_len)
			break;
		written = write(pty->master.fd, pty->out, pty->out_len);
		if (written <= 0)
			break;
		pty->out_len -= (size_t)written;
		memmove(pty->out, pty->out + written, pty->out_len);
	}
	watch_master(pty);
}

static void ignore_lines(struct port *port, uint8_t lines)
{
	(void)port;
	(void)lines;
}

static const struct port_ops port_ops = {
	.readable = take_peer,
	.writable = give_master,
	.lines = ignore_lines,
};

static void on_master(struct watch *watch, uint32_t events)
{
	struct ptyport *pty = watch->arg;
	ssize_t got;

	if (events & EPOLLOUT)
		take_peer(&pty->port);
	if (pty->in_len && !(events & EPOLLHUP))
		return;
	got = pty->in_len ? 0 : read(watch->fd, pty->in, sizeof(pty->in));
	if (got > 0) {
		pty->in_len = (size_t)got;
		give_master(&pty->port);
		return;
	}
	if (!is_open(pty)) {
		follow_terminal(pty);
		set_open(pty, false);
		pty->in_len = 0;
		watch_master(pty);
	}
}

static void on_opened(struct watch *watch, uint32_t events)
{
	struct ptyport *pty = watch->arg;
	char queue[4096];

	(void)events;
	while (read(watch->fd, queue, sizeof(queue)) > 0)
		;
	if (!is_open(pty))
		return;
	set_open(pty, true);
	watch_master(pty);
	take_peer(&pty->port);
}

/* A modem's tty neither echoes nor edits lines until a program switches that on. */
static int make_raw(const char *pts)
{
	int fd = open(pts, O_RDWR | O_NOCTTY | O_CLOEXEC);
	struct termios termios;

	if (fd < 0)
		return -errno;
	if (!tcgetattr(fd, &termios)) {
		cfmakeraw(&termios);
		cfsetspeed(&termios, B115200);
		tcsetattr(fd, TCSANOW, &termios);
	}
	close(fd);
	return 0;
}

static int open_master(struct ptyport *pty)
{
	pty->master.fd = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (pty->master.fd < 0 || grantpt(pty->master.fd) || unlockpt(pty->master.fd) ||
	    ptsname_r(pty->master.fd, pty->pts, sizeof(pty->pts)))
		return -errno;
	return make_raw(pty->pts);
}

static int watch_opening(struct ptyport *pty)
{
	pty->opened.fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (pty->opened.fd < 0 || inotify_add_watch(pty->opened.fd, pty->pts, IN_OPEN) < 0)
		return -errno;
	return loop_add(pty->loop, &pty->opened, EPOLLIN);
}

static int make_link(struct ptyport *pty)
{
	unlink(pty->link);
	return symlink(pty->pts, pty->link) < 0 ? -errno : 0;
}

static void pty_unplug(void *plug)
{
	struct ptyport *pty = plug;

	if (!pty->peer)
		return;
	peer_power_off(pty->peer);
	pty->dtr = false;
	loop_close(pty->loop, &pty->master);
	loop_close(pty->loop, &pty->opened);
	unlink(pty->link);
	pty->watching = false;
	pty->in_len = 0;
	pty->out_len = 0;
	pty->pts[0] = '\0';
}

static bool pty_is_plugged(const void *plug)
{
	const struct ptyport *pty = plug;

	return pty->master.fd >= 0;
}

/* No USB descriptors or requests here: modems only, and none can be wedged. */
static int pty_connect(void *plug, unsigned int number, struct peer *peer)
{
	struct ptyport *pty = plug;

	if (number || !peer || !peer->is_modem)
		return -ENOTSUP;
	pty->peer = peer;
	return 0;
}

static int pty_wedge(void *plug, bool on)
{
	(void)plug;
	(void)on;
	return -ENOTSUP;
}

static int pty_plug(void *plug, int number)
{
	struct ptyport *pty = plug;
	int err;

	(void)number;
	if (pty->master.fd >= 0)
		return -EALREADY;
	err = open_master(pty);
	if (!err)
		err = watch_opening(pty);
	if (!err)
		err = make_link(pty);
	if (err)
		pty_unplug(pty);
	else
		peer_power_on(pty->peer, &pty->port);
	return err;
}

static void pty_destroy(void *plug)
{
	if (plug)
		pty_unplug(plug);
	free(plug);
}

static bool pty_is_ready(const void *plug)
{
	(void)plug;
	return true;
}

static void pty_describe(const void *plug, int number, bool brief, char *ret_text, size_t size)
{
	const struct ptyport *pty = plug;

	(void)number;
	snprintf(ret_text, size, "%s%s", brief ? "" : "pts ", pty->pts[0] ? pty->pts : "-");
}

static void *pty_open(struct loop *loop, const char *dir)
{
	struct ptybus *bus = calloc(1, sizeof(*bus));

	if (bus)
		*bus = (struct ptybus){ .loop = loop, .dir = dir };
	return bus;
}

static int pty_create(void *shared, const struct backend_device *device, void **ret_plug)
{
	const struct ptybus *bus = shared;
	struct ptyport *pty = calloc(1, sizeof(*pty));

	if (!pty)
		return -ENOMEM;
	pty->port.ops = &port_ops;
	pty->loop = bus->loop;
	pty->master = (struct watch){ .fd = -1, .ready = on_master, .arg = pty };
	pty->opened = (struct watch){ .fd = -1, .ready = on_opened, .arg = pty };
	snprintf(pty->link, sizeof(pty->link), "%s/%s", bus->dir, device->name);
	*ret_plug = pty;
	return 0;
}

const struct backend pty_backend = {
	.open = pty_open,
	.create = pty_create,
	.connect = pty_connect,
	.destroy = pty_destroy,
	.plug = pty_plug,
	.unplug = pty_unplug,
	.is_plugged = pty_is_plugged,
	.wedge = pty_wedge,
	.is_ready = pty_is_ready,
	.describe = pty_describe,
};
