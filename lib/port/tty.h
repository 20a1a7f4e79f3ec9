/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Serial ports: termios, modem lines, UUCP locks, the process that owns a port. */
#pragma once

#include <sys/types.h>
#include <termios.h>

#include "util/text.h"

/* A line's link below /dev, made by our udev rule: dialisp/line1 */
#define TTY_LINE_PREFIX      "dialisp/"
#define TTY_LINE_PATH_FORMAT "/dev/" TTY_LINE_PREFIX "%s"

/* The owner of a port: UUCP locks under every name of the device (kernel name and links below /dev:
 * serial/by-*, dialisp/), the state of its line's unit (given by the caller), any process that has
 * the device number open. */
struct tty_owner {
	pid_t pid;        /* 0: none found */
	char program[32]; /* comm of that process */
	char lock[64];    /* lock file that names it, or "" when found by an open descriptor */
};
/* Of many ports in one walk over /proc: ret_owners[i].pid is 0 where names[i] (kernel name,
 * "ttyACM0") is free or not there. Stale locks (dead pid) count as free, and so does what this
 * process itself holds. Only root sees the descriptors of all processes. */
void tty_find_owners(const char *const *names, size_t n, struct tty_owner *ret_owners);

/* The same for other processes, which may hold the locks of their ports: pids[i] is none that has
 * names[i]. */
void tty_find_others(const char *const *names, const pid_t *pids, size_t n,
		     struct tty_owner *ret_owners);

/* What became of a port that was to be used. */
enum tty_verdict {
	TTY_VERDICT_OK,
	TTY_VERDICT_BUSY,   /* another process uses it */
	TTY_VERDICT_WEDGED, /* a USB device that does not take control requests */
	TTY_VERDICT_ERROR,
};
/* By -errno of a call on a tty: a control request without an answer ends with ETIMEDOUT (Linux,
 * usb_control_msg). */
enum tty_verdict tty_judge_error(int error);
#define TTY_WEDGED "does not take control requests: wedged: unplug it and plug it in again"

/* Taking ports for this process: locks each, then asks which process has it nevertheless. What
 * could not be had is not locked. */
struct tty_claim {
	enum tty_verdict verdict; /* OK: ours, tty_unlock when done */
	int error;                /* -errno of the lock; 0 when OK */
	struct tty_owner owner;   /* of BUSY */
};
void tty_claim(const char *const *names, size_t n, struct tty_claim *ret_claims);
/* "in use by mgetty (pid 812)", for an error */
void tty_describe_claim(const struct tty_claim *claim, char *ret, size_t size);

/* /run/lock/LCK..NAME holding `pid` (UUCP ASCII, 10 digits); stale ones are replaced. 0, -EBUSY,
 * -errno. */
MUST_CHECK int tty_lock(const char *name, pid_t pid, pid_t *ret_holder);
/* Removes the lock when it names pid, or when its process is gone. */
void tty_unlock(const char *name, pid_t pid);
/* A living process has the lock of this name, or is just writing it. */
bool tty_is_locked(const char *device);
/* The UUCP name of a device path, with or without /dev/: "dialisp/line1" -> "dialisp_line1"; kernel
 * names stay. mgetty's rule (1.2.1, locks.c: every '/' becomes '_'). */
void tty_lock_name(const char *device, char ret[static 64]);

/* Opens by kernel name: O_NOCTTY O_NONBLOCK O_CLOEXEC, TIOCEXCL, raw 8N1, CLOCAL, no CRTSCTS, given
 * speed; never 1200. */
struct tty_port {
	int fd;               /* -1 unless OK */
	struct termios saved; /* what tty_close restores */
	int error;            /* 0 or -errno */
};
MUST_CHECK enum tty_verdict tty_open(const char *name, unsigned speed, struct tty_port *ret);
/* Drops what has come since the port was opened (it may be an old call's), and what has not gone
 * out yet. */
void tty_flush(int fd);
/* Flushes both ways, restores, closes. */
void tty_close(const struct tty_port *port);
MUST_CHECK int tty_set_speed(int fd, unsigned speed); /* -EINVAL for one termios does not know */
unsigned tty_get_speed(int fd);                       /* bit/s; 0: no tty, or none of those above */
/* What the modem says on its lines. 0 or -errno: -ENOTTY where there are none (pty). CDC-ACM has no
 * CTS: it is always on. */
struct tty_lines {
	bool cts, dsr, dcd;
};
MUST_CHECK int tty_get_lines(int fd, struct tty_lines *ret);
/* "/dev/ttyACM0"; the caller owns it */
char *tty_device_path(const char *name);

/* --- tty-call.c: a tty that has a call --- */

/* Raw 8N1 at the speed it has, and from now on not blocking; nothing is flushed, for the caller may
 * have spoken already. `is_local`: its carrier says nothing. 0 or -errno */
MUST_CHECK int tty_set_call(int fd, bool is_local, bool has_flow);
/* A pty with the settings of the tty `like`; the master does not block. Both are closed by exec. 0
 * or -errno */
MUST_CHECK int tty_open_pty(int like, int *ret_master, int *ret_slave);
/* It is this session's controlling terminal no more; nothing when it was not. */
void tty_give_up(int fd);

/* Kernel name of a device path by its device number: "/dev/dialisp/line1" -> "ttyACM0". 0 or
 * -errno. */
MUST_CHECK int tty_kernel_name(const char *path, char *ret, size_t size);

/* Kernel name of a line's port; not there: the line is unplugged. 0 or -errno, ret is untouched. */
int tty_line_port(const char *line, char *ret, size_t size);

/* Other directories instead of /dev and /run/lock, for the tests; before anything else is called.
 */
void tty_set_dirs(const char *dev, const char *lock);
