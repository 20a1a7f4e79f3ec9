/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Opening a serial port: termios, speeds, modem lines. */
#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>

#include "port/tty.h"

/* A control request that a USB device does not answer is given up after 5 s (Linux,
 * USB_CTRL_SET_TIMEOUT). */
#define WEDGED_MS 4000

/* --- speeds --- */

static const struct speed {
	unsigned rate;
	speed_t code;
} speeds[] = {
	/* Without 1200: opening and closing at 1200 throws Arduino-like boards into their boot
	 * loader. */
	{ 2400, B2400 },     { 4800, B4800 },     { 9600, B9600 },     { 19200, B19200 },
	{ 38400, B38400 },   { 57600, B57600 },   { 115200, B115200 }, { 230400, B230400 },
	{ 460800, B460800 }, { 921600, B921600 },
};

static const struct speed *find_speed(unsigned rate)
{
	for (size_t i = 0; i < ARRAY_SIZE(speeds); i++)
		if (speeds[i].rate == rate)
			return &speeds[i];
	return NULL;
}

/* --- opening --- */

/* Raw 8N1 without flow control: a dead CTS would stall the write, and close() for up to 30 s
 * (closing_wait). */
static void set_raw(struct termios *t, const struct speed *speed)
{
	cfmakeraw(t);
	t->c_cflag |= CLOCAL | CREAD;
	t->c_cflag &= ~(tcflag_t)(CRTSCTS | CSTOPB);
	t->c_iflag &= ~(tcflag_t)(IXOFF | IXANY);
	t->c_iflag |= IGNPAR;
	t->c_cc[VMIN] =
		1; /* with 0 an empty read could not be told from a hang-up: both return 0 */
	t->c_cc[VTIME] = 0;
	cfsetispeed(t, speed->code);
	cfsetospeed(t, speed->code);
}

/* The close itself must not ask the device for anything: without HUPCL DTR is not dropped. */
static void drop_quietly(int fd, const struct termios *old)
{
	struct termios t = *old;

	t.c_cflag &= ~(tcflag_t)HUPCL;
	tcsetattr(fd, TCSANOW, &t);
}

/* Keeps the descriptor in *ret also where it fails later. 0 or -errno */
static int open_raw(const char *name, const struct speed *speed, struct tty_port *ret)
{
	_cleanup_free_ char *path = tty_device_path(name);
	int64_t started = base_now_ms();
	struct termios raw;

	ret->fd = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (ret->fd < 0 || tcgetattr(ret->fd, &ret->saved) < 0)
		return -errno;
	if (base_now_ms() - started >= WEDGED_MS) {
		drop_quietly(ret->fd, &ret->saved);
		return -ETIMEDOUT;
	}
	/* Keeps ordinary users out; root gets in all the same (CAP_SYS_ADMIN), hence the locks. */
	if (ioctl(ret->fd, TIOCEXCL) < 0)
		return -errno;
	raw = ret->saved;
	set_raw(&raw, speed);
	return tcsetattr(ret->fd, TCSANOW, &raw) < 0 ? -errno : 0;
}

enum tty_verdict tty_open(const char *name, unsigned speed, struct tty_port *ret)
{
	const struct speed *rate = find_speed(speed);
	struct tty_port port = { .fd = -1 };

	port.error = rate ? open_raw(name, rate, &port) : -EINVAL;
	if (port.error < 0 && port.fd >= 0) {
		close(port.fd);
		port.fd = -1;
	}
	*ret = port;
	return tty_judge_error(port.error);
}

void tty_flush(int fd)
{
	tcflush(fd, TCIOFLUSH);
}

void tty_close(const struct tty_port *port)
{
	struct termios t = port->saved;

	if (cfgetospeed(&t) == B1200) {
		cfsetispeed(&t, B9600);
		cfsetospeed(&t, B9600);
	}
	tty_flush(port->fd);
	tcsetattr(port->fd, TCSANOW, &t);
	ioctl(port->fd, TIOCNXCL);
	close(port->fd);
}

int tty_set_speed(int fd, unsigned speed)
{
	const struct speed *rate = find_speed(speed);
	struct termios t;

	if (!rate)
		return -EINVAL;
	if (tcgetattr(fd, &t) < 0)
		return -errno;
	cfsetispeed(&t, rate->code);
	cfsetospeed(&t, rate->code);
	return tcsetattr(fd, TCSANOW, &t) < 0 ? -errno : 0;
}

unsigned tty_get_speed(int fd)
{
	struct termios t;

	if (tcgetattr(fd, &t) < 0)
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(speeds); i++)
		if (speeds[i].code == cfgetospeed(&t))
			return speeds[i].rate;
	return 0;
}

int tty_get_lines(int fd, struct tty_lines *ret)
{
	int bits = 0;

	if (ioctl(fd, TIOCMGET, &bits) < 0)
		return -errno;
	*ret = (struct tty_lines){ .cts = bits & TIOCM_CTS,
				   .dsr = bits & TIOCM_DSR,
				   .dcd = bits & TIOCM_CD };
	return 0;
}
