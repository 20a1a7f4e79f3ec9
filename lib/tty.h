/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Serial ports: termios, modem lines, UUCP locks, who has it. */
#pragma once

#include <sys/types.h>
#include <termios.h>

#include "text.h"

/* A line's link below /dev, made by our udev rule: dialisp/line1 */
#define TTY_LINE_PREFIX      "dialisp/"
#define TTY_LINE_PATH_FORMAT "/dev/" TTY_LINE_PREFIX "%s"

/* Who has a port: UUCP locks under every name of the device (kernel name and links below /dev: serial/by-*, dialisp/),
 * the state of its line's unit (given by the caller), any process that has the device number open. */
struct tty_owner {
	pid_t pid;        /* 0: nobody found */
	char program[32]; /* comm of that process */
	char lock[64];    /* lock file that names it, or "" when found by an open descriptor */
};
/* `name`: kernel name, "ttyACM0". 0 free, -EBUSY with *ret_owner, other -errno. Stale locks (dead pid) count as free,
 * and so does what this process itself holds. Only root sees the descriptors of everybody. */
int tty_find_owner(const char *name, struct tty_owner *ret_owner);
/* The same for many ports in one walk over /proc: ret_owners[i].pid is 0 where names[i] is free or not there. */
void tty_find_owners(const char *const *names, size_t n, struct tty_owner *ret_owners);

/* /run/lock/LCK..NAME holding `pid` (UUCP ASCII, 10 digits); stale ones are replaced. 0, -EBUSY, -errno. */
int tty_lock(const char *name, pid_t pid, pid_t *ret_holder);
/* Removes the lock when it names pid, or when its process is gone. */
void tty_unlock(const char *name, pid_t pid);
/* Somebody who lives, or is just writing it, has the lock of this name. */
bool tty_is_locked(const char *device);
/* The UUCP name of a device path, with or without /dev/: "dialisp/line1" -> "dialisp_line1"; kernel names stay.
 * mgetty's rule (1.2.1, locks.c: every '/' becomes '_'). */
void tty_lock_name(const char *device, char ret[static 64]);

/* Opens by kernel name: O_NOCTTY O_NONBLOCK O_CLOEXEC, TIOCEXCL, raw 8N1, CLOCAL, no CRTSCTS, given speed; never 1200.
 * Saves the old termios in *ret_saved. Descriptor or -errno. */
int tty_open(const char *name, unsigned speed, struct termios *ret_saved);
/* Flushes both ways, restores, closes. */
void tty_close(int fd, const struct termios *saved);
int tty_set_speed(int fd, unsigned speed); /* -EINVAL for one termios does not know */

/* Kernel name of a device path by its device number: "/dev/dialisp/line1" -> "ttyACM0". 0 or -errno. */
int tty_kernel_name(const char *path, char *ret, size_t size);

/* Other directories instead of /dev and /run/lock, for the tests; before anything else is called. */
void tty_set_dirs(const char *dev, const char *lock);
