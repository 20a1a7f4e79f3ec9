/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A clock at half speed, and ports for fake modems. */
#include "fake-modem.h"

#include <fcntl.h>
#include <stdlib.h>
#include <termios.h>

#define SLOWER 2

int64_t __wrap_base_now_ms(void);
void __wrap_base_sleep_ms(unsigned ms);

int64_t __wrap_base_now_ms(void)
{
	return __real_base_now_ms() / SLOWER;
}

void __wrap_base_sleep_ms(unsigned ms)
{
	__real_base_sleep_ms(SLOWER * ms);
}

int fake_modem_open(char *ret_path, size_t size)
{
	int fd = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	struct termios t;

	tcgetattr(fd, &t);
	cfmakeraw(&t); /* no echo of the kernel's before the port is opened */
	tcsetattr(fd, TCSANOW, &t);
	grantpt(fd);
	unlockpt(fd);
	ptsname_r(fd, ret_path, size);
	return fd;
}
