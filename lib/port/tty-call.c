/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A tty with a call: its settings, and the pty that pppd uses instead. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/ioctl.h>

#include "port/tty.h"

static int change_flags(int fd, int flags)
{
	int old = fcntl(fd, F_GETFL);

	return old < 0 || fcntl(fd, F_SETFL, old | flags) < 0 ? -errno : 0;
}

/* The flags are those of pppd's sys-linux.c, set_up_tty. */
int tty_set_call(int fd, bool is_local, bool has_flow)
{
	struct termios t;

	if (tcgetattr(fd, &t) < 0)
		return -errno;
	t.c_iflag = IGNBRK | IGNPAR;
	t.c_oflag = 0;
	t.c_lflag = 0;
	t.c_cflag &= ~(tcflag_t)(CSIZE | CSTOPB | PARENB | CLOCAL | CRTSCTS);
	t.c_cflag |= CS8 | CREAD | HUPCL;
	t.c_cflag |= (is_local ? CLOCAL : 0) | (has_flow ? CRTSCTS : 0);
	t.c_cc[VMIN] = 1;
	t.c_cc[VTIME] = 0;
	if (tcsetattr(fd, TCSANOW, &t) < 0)
		return -errno;
	return change_flags(fd, O_NONBLOCK);
}

int tty_open_pty(int like, int *ret_master, int *ret_slave)
{
	_cleanup_close_ int master = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC),
			    slave = -1;
	struct termios t;

	if (master < 0 || grantpt(master) < 0 || unlockpt(master) < 0)
		return -errno;
	slave = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (slave < 0 || tcgetattr(like, &t) < 0 || tcsetattr(slave, TCSANOW, &t) < 0)
		return -errno;
	*ret_master = master;
	*ret_slave = slave;
	master = slave = -1;
	return 0;
}

/* A process that gives it up receives SIGHUP (kernel, tty_jobctrl.c, disassociate_ctty). */
void tty_give_up(int fd)
{
	const struct sigaction ignore = { .sa_handler = SIG_IGN };
	struct sigaction old;

	sigaction(SIGHUP, &ignore, &old);
	(void)ioctl(fd, TIOCNOTTY);
	sigaction(SIGHUP, &old, NULL);
}
