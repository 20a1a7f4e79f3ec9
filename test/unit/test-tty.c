/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tty: lock files as other programs read and write them, owners of a pseudo terminal, termios there
 * and back. */
#include "port/tty.h"

#include <errno.h>
#include <fcntl.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#include "check.h"
#include "files.h"
#include "process.h"

/* The doors to the kernel and to time, wrapped when linking (meson.build): opening may take long.
 */
int __real_tcgetattr(int fd, struct termios *t);
int __wrap_tcgetattr(int fd, struct termios *t);
int64_t __real_base_now_ms(void);
int64_t __wrap_base_now_ms(void);

static int64_t open_ms, clock_ms;

/* The first thing after open(), whose name depends on the size of off_t. */
int __wrap_tcgetattr(int fd, struct termios *t)
{
	clock_ms += open_ms;
	return __real_tcgetattr(fd, t);
}

int64_t __wrap_base_now_ms(void)
{
	return __real_base_now_ms() + clock_ms;
}

static char top[] = "/tmp/test-tty-XXXXXX";
static char *lock_dir, *dev_dir;

static void write_lock(const char *name, const void *bytes, size_t n, unsigned age_s)
{
	_cleanup_free_ char *path = xasprintf("%s/LCK..%s", lock_dir, name);
	struct timespec times[2] = { { .tv_nsec = UTIME_NOW }, { .tv_nsec = UTIME_NOW } };

	write_bytes(path, bytes, n);
	if (!age_s)
		return;
	times[1] = (struct timespec){ .tv_sec = time(NULL) - age_s };
	utimensat(AT_FDCWD, path, times, 0);
}

static void read_lock(const char *name, char ret[static 32])
{
	_cleanup_free_ char *path = xasprintf("%s/LCK..%s", lock_dir, name);
	FILE *f = fopen(path, "r");

	ret[0] = '\0';
	if (!f)
		return;
	ret[fread(ret, 1, 31, f)] = '\0';
	fclose(f);
}

static pid_t dead_pid(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	waitpid(pid, NULL, 0);
	return pid;
}

static void test_names(void)
{
	static const struct {
		const char *device, *lock;
	} cases[] = {
		{ "ttyACM0", "ttyACM0" },
		{ "/dev/ttyACM0", "ttyACM0" },
		{ "dialisp/line1", "dialisp_line1" }, /* mgetty 1.2.1 makes LCK..dialisp_line1 */
		{ "/dev/dialisp/line1", "dialisp_line1" },
		{ "/dev/serial/by-path/pci-0-usb-0:1:1.0", "serial_by-path_pci-0-usb-0:1:1.0" },
		{ "pts/5", "pts_5" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char name[64];

		tty_lock_name(cases[i].device, name);
		check_str(name, cases[i].lock);
	}
}

static void test_speeds(void)
{
	static const struct {
		unsigned speed;
		bool good;
	} cases[] = {
		{ 0, false },     { 300, false },   { 1200, false }, /* the boot loader rate of
								      * Arduino-like boards */
		{ 9600, true },   { 19200, true },  { 57600, true }, { 115200, true },
		{ 12345, false }, { 230400, true },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		check(tty_set_speed(-1, cases[i].speed) == (cases[i].good ? -EBADF : -EINVAL),
		      "speed %u", cases[i].speed);
}

/* Which locks may be replaced. */
static void test_locks(void)
{
	const int alive = 1, dead = dead_pid();
	char alive_text[16], dead_text[16], mine_text[16];
	const struct {
		const char *what;
		const void *bytes;
		size_t n;
		unsigned age_s;
		int want;
		pid_t holder;
	} cases[] = {
		{ "no file", NULL, 0, 0, 0, 0 },
		{ "living process", alive_text, 11, 0, -EBUSY, 1 },
		{ "old lock of a living process", alive_text, 11, 9999, -EBUSY, 1 },
		{ "dead process", dead_text, 11, 0, 0, 0 },
		{ "ourselves", mine_text, 11, 0, 0, 0 },
		{ "pid without blanks or newline", "1", 1, 0, -EBUSY, 1 },
		{ "binary, living", &alive, sizeof(alive), 0, -EBUSY, 1 },
		{ "binary, dead", &dead, sizeof(dead), 0, 0, 0 },
		{ "just being written", "", 0, 0, -EBUSY, 0 },
		{ "empty for long", "", 0, 60, 0, 0 },
		{ "junk", "hello world", 11, 60, 0, 0 },
	};

	snprintf(alive_text, sizeof(alive_text), "%10d\n", alive);
	snprintf(dead_text, sizeof(dead_text), "%10d\n", dead);
	snprintf(mine_text, sizeof(mine_text), "%10d\n", (int)getpid());
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char have[32];
		pid_t holder = 0;
		int r;

		if (cases[i].bytes)
			write_lock("ttyX", cases[i].bytes, cases[i].n, cases[i].age_s);
		r = tty_lock("ttyX", getpid(), &holder);
		check(r == cases[i].want, "%s: %d", cases[i].what, r);
		check(holder == cases[i].holder, "%s: holder %d", cases[i].what, (int)holder);
		read_lock("ttyX", have);
		check((strcmp(have, mine_text) == 0) == (r == 0), "%s: file has \"%s\"",
		      cases[i].what, have);
		write_lock("ttyX", dead_text, 11, 0);
		tty_unlock("ttyX", getpid());
	}
}

static void test_unlock(void)
{
	char have[32], text[16];
	pid_t holder;

	snprintf(text, sizeof(text), "%10d\n", (int)dead_pid());
	check(!tty_is_locked("a/b"));
	check(tty_lock("a/b", getpid(), &holder) == 0);
	check(tty_is_locked("a/b") && !tty_is_locked("b"));
	read_lock("a_b", have);
	check(strlen(have) == 11, "\"%s\"", have);
	tty_unlock("a/b", getpid() + 1);
	read_lock("a_b", have);
	check(*have, "another pid may not take it away");
	tty_unlock("a/b", getpid());
	read_lock("a_b", have);
	check_str(have, "");
	write_lock("a_b", text, 11, 0);
	check(!tty_is_locked("a/b"), "its process is dead");
	tty_unlock("a/b", 1);
	read_lock("a_b", have);
	check_str(have, "");
}

static void test_lock_file(void)
{
	_cleanup_free_ char *path = xasprintf("%s/LCK..ttyM", lock_dir);
	_cleanup_free_ char *temp = xasprintf("%s/LTMP.%d", lock_dir, (int)getpid());
	struct stat st = { .st_mode = 0 };
	mode_t old = umask(077);
	pid_t holder;

	check(tty_lock("ttyM", getpid(), &holder) == 0);
	umask(old);
	check(stat(path, &st) == 0 && (st.st_mode & 0777) == 0644, "mode %o", st.st_mode);
	check(st.st_nlink == 1, "the temporary name is gone");
	check(access(temp, F_OK) < 0);
	tty_unlock("ttyM", getpid());
	check(access(path, F_OK) < 0);
}

/* --- on a pseudo terminal --- */

static int open_pty(char *name, size_t size)
{
	int fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);

	grantpt(fd);
	unlockpt(fd);
	ptsname_r(fd, name, size);
	memmove(name, name + strlen("/dev/"), strlen(name) - strlen("/dev/") + 1);
	return fd;
}

/* A process that has the device open, by another name than ours. */
static pid_t hold(const char *name)
{
	_cleanup_free_ char *path = xasprintf("/dev/%s", name);

	return start_holder(path);
}

/* Of one port, as an errno */
static int find_owner(const char *name, struct tty_owner *ret)
{
	_cleanup_free_ char *path = xasprintf("/dev/%s", name);
	struct tty_owner owner;

	if (access(path, F_OK) < 0)
		return -errno;
	tty_find_owners(&name, 1, &owner);
	if (!owner.pid)
		return 0;
	*ret = owner;
	return -EBUSY;
}

static void test_owner(void)
{
	_cleanup_free_ char *link = xasprintf("%s/dialisp/line1", dev_dir);
	char name[32], target[48], pid_text[16];
	struct tty_owner owner = { .pid = 7 };
	_cleanup_close_ int master = open_pty(name, sizeof(name));
	pid_t holder, pid;

	check(master >= 0);
	check(find_owner("ttyNOPE7", &owner) == -ENOENT);
	check(find_owner(name, &owner) == 0);
	check(owner.pid == 7, "untouched when free");

	pid = hold(name);
	check(find_owner(name, &owner) == -EBUSY);
	check(owner.pid == pid, "pid %d, want %d", (int)owner.pid, (int)pid);
	check_str(owner.program, "test-tty");
	check_str(owner.lock, "");
	end_process(pid);
	check(find_owner(name, &owner) == 0);

	check(tty_lock(name, getpid(), &holder) == 0);
	check(find_owner(name, &owner) == 0, "our own lock is no obstacle");
	tty_unlock(name, getpid());

	/* mgetty locks the link that it was given */
	snprintf(target, sizeof(target), "/dev/%s", name);
	check(symlink(target, link) == 0);
	snprintf(pid_text, sizeof(pid_text), "%10d\n", 1);
	write_lock("dialisp_line1", pid_text, 11, 0);
	check(find_owner(name, &owner) == -EBUSY);
	check(owner.pid == 1);
	check(str_ends(owner.lock, "/LCK..dialisp_line1"), "%s", owner.lock);
	snprintf(pid_text, sizeof(pid_text), "%10d\n", (int)dead_pid());
	write_lock("dialisp_line1", pid_text, 11, 0);
	check(find_owner(name, &owner) == 0, "stale");
}

static void test_owners(void)
{
	char a[32], b[32];
	_cleanup_close_ int master_a = open_pty(a, sizeof(a)), master_b = open_pty(b, sizeof(b));
	const char *names[] = { a, "ttyNOPE7", b };
	struct tty_owner owners[3];
	pid_t pid = hold(b), askers[3] = { 1, 1, 1 };
	char pid_text[16], lock_a[64], lock_b[64];

	check(master_a >= 0 && master_b >= 0);
	tty_find_owners(names, 3, owners);
	check(owners[0].pid == 0);
	check(owners[1].pid == 0);
	check(owners[2].pid == pid);

	/* the lock of the calling process does not hide another process that has the port open */
	snprintf(pid_text, sizeof(pid_text), "%10d\n", 1);
	tty_lock_name(a, lock_a);
	tty_lock_name(b, lock_b);
	write_lock(lock_a, pid_text, 11, 0);
	write_lock(lock_b, pid_text, 11, 0);
	tty_find_others(names, askers, 3, owners);
	check(owners[0].pid == 0);
	check(owners[2].pid == pid);
	askers[0] = getpid();
	tty_find_others(names, askers, 3, owners);
	check(owners[0].pid == 1, "of another process it counts");
	tty_unlock(a, 1);
	tty_unlock(b, 1);
	end_process(pid);
}

static void test_open(void)
{
	char name[32], path[48], kernel[32];
	_cleanup_close_ int master = open_pty(name, sizeof(name)), other = -1;
	struct tty_port port, again;
	struct termios now;

	check(master >= 0);
	snprintf(path, sizeof(path), "/dev/%s", name);
	other = open(path, O_RDWR | O_NOCTTY);
	check(tty_open(name, 1200, &port) == TTY_VERDICT_ERROR && port.error == -EINVAL);
	check(tty_open("ttyNOPE7", 9600, &port) == TTY_VERDICT_ERROR && port.error == -ENOENT);
	check(tty_open(name, 57600, &port) == TTY_VERDICT_OK && port.fd >= 0);
	check(tcgetattr(port.fd, &now) == 0);
	check(cfgetospeed(&now) == B57600);
	check((now.c_cflag & (CSIZE | CLOCAL | CREAD | CRTSCTS | PARENB | CSTOPB)) ==
	      (CS8 | CLOCAL | CREAD));
	check((now.c_lflag & (ECHO | ICANON | ISIG)) == 0);
	check((now.c_iflag & (IXON | IXOFF | ICRNL)) == 0);
	check((fcntl(port.fd, F_GETFL) & O_NONBLOCK) != 0);
	check(tty_get_speed(port.fd) == 57600);
	check(tty_set_speed(port.fd, 9600) == 0);
	check(tty_get_speed(port.fd) == 9600 && tty_get_speed(-1) == 0);
	check(tty_set_speed(port.fd, 1200) == -EINVAL);
	check(tcgetattr(port.fd, &now) == 0 && cfgetospeed(&now) == B9600);
	check(write(port.fd, "stay", 4) == 4);
	tty_close(&port);

	check(tcgetattr(other, &now) == 0);
	check(now.c_lflag == port.saved.c_lflag && now.c_iflag == port.saved.c_iflag &&
	      now.c_cflag == port.saved.c_cflag);
	check((now.c_lflag & ECHO) != 0, "restored");

	check(tty_open(name, 9600, &again) == TTY_VERDICT_OK);
	cfsetospeed(&again.saved, B1200);
	tty_close(&again);
	check(tcgetattr(other, &now) == 0 && cfgetospeed(&now) == B9600, "never closed at 1200");

	check(tty_kernel_name(path, kernel, sizeof(kernel)) == 0);
	check_str(kernel, name);
	check(tty_kernel_name("/dev/null", kernel, sizeof(kernel)) == 0);
	check_str(kernel, "null");
	check(tty_kernel_name("/etc/passwd", kernel, sizeof(kernel)) == -ENOTTY);
	check(tty_kernel_name("/dev/ttyNOPE7", kernel, sizeof(kernel)) == -ENOENT);
}

/* A stick that takes no control requests: each is given up after 5 s, and closing must not make
 * more of them. */
static void test_wedged(void)
{
	_cleanup_close_ int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	_cleanup_close_ int other = -1;
	struct tty_port port;
	struct termios now;
	char path[64];

	grantpt(master);
	unlockpt(master);
	ptsname_r(master, path, sizeof(path));
	other = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
	check(tcgetattr(other, &now) == 0);
	now.c_cflag |= HUPCL;
	check(tcsetattr(other, TCSANOW, &now) == 0);

	open_ms = 3900; /* slow is not wedged */
	check(tty_open(path + strlen("/dev/"), 115200, &port) == TTY_VERDICT_OK && port.fd >= 0);
	open_ms = 5000;
	check(tty_open(path + strlen("/dev/"), 115200, &port) == TTY_VERDICT_WEDGED && port.fd < 0);
	open_ms = 0;
	check(tcgetattr(other, &now) == 0 && !(now.c_cflag & HUPCL));
}

/* What has come before is there until it is flushed: a receiver of satellite positions shows itself
 * by it. */
static void test_flush(void)
{
	static const char said[] = "$GPRMC,1\r\n";
	_cleanup_close_ int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	_cleanup_close_ int other = -1;
	char path[64], heard[32];
	struct tty_port port;

	grantpt(master);
	unlockpt(master);
	ptsname_r(master, path, sizeof(path));
	other = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
	for (int i = 0; i < 2; i++) {
		check(write(master, said, strlen(said)) == (ssize_t)strlen(said));
		check(tty_open(path + strlen("/dev/"), 115200, &port) == TTY_VERDICT_OK);
		if (i)
			tty_flush(port.fd);
		check(i ? read(port.fd, heard, sizeof(heard)) < 0
			: read(port.fd, heard, sizeof(heard)) == (ssize_t)strlen(said) &&
				      *heard == '$');
		tty_close(&port);
	}
}

static void test_lines(void)
{
	_cleanup_close_ int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	struct tty_lines lines = { .dcd = true };

	check(tty_get_lines(master, &lines) < 0, "a pty has no modem lines");
	check(tty_get_lines(-1, &lines) == -EBADF);
	check(lines.dcd && !lines.cts, "untouched on failure");
}

static void test_claim(void)
{
	static const char *const names[] = { "ttyCLAIM0", "ttyCLAIM1", "ttyCLAIM2" };
	_cleanup_free_ char *foreign = xasprintf("%10d\n", 1);
	struct tty_claim claims[3];
	char why[80], lock[32];

	write_lock("ttyCLAIM1", foreign, strlen(foreign), 0);
	write_lock("ttyCLAIM2", "", 0, 0); /* another process is just writing it */
	tty_claim(names, 3, claims);
	check(claims[0].verdict == TTY_VERDICT_OK, "%d", claims[0].error);
	check(claims[1].verdict == TTY_VERDICT_BUSY && claims[1].owner.pid == 1);
	tty_describe_claim(&claims[1], why, sizeof(why));
	check(str_starts(why, "in use by ") && str_ends(why, " (pid 1)"), "%s", why);
	check(claims[2].verdict == TTY_VERDICT_BUSY && claims[2].owner.pid == 0);
	tty_describe_claim(&claims[2], why, sizeof(why));
	check_str(why, "locked by another program");
	tty_describe_claim(&(struct tty_claim){ .verdict = TTY_VERDICT_ERROR, .error = -EROFS },
			   why, sizeof(why));
	check_str(why, "could not lock: Read-only file system");

	read_lock("ttyCLAIM0", lock);
	check(atoi(lock) == getpid(), "%s", lock);
	tty_unlock("ttyCLAIM0", getpid());
	read_lock("ttyCLAIM0", lock);
	check_str(lock, "");
	read_lock("ttyCLAIM1", lock);
	check(atoi(lock) == 1, "the lock of another process stays");
}

/* A port that is open without a lock is in use, too, and is not left locked by us. */
static void test_claim_open(void)
{
	_cleanup_close_ int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	struct tty_claim claim;
	char path[64], name[64], lock[32];
	const char *device = path + strlen("/dev/");
	pid_t holder;

	grantpt(master);
	unlockpt(master);
	ptsname_r(master, path, sizeof(path));
	holder = start_holder(path);
	tty_claim(&device, 1, &claim);
	check(claim.verdict == TTY_VERDICT_BUSY && claim.owner.pid == holder);
	tty_lock_name(device, name);
	read_lock(name, lock);
	check_str(lock, "");
	end_process(holder);
}

/* A session whose controlling terminal is a pty with something unread in it. Exit status: 0 as it
 * shall be. */
static int prepare_call(int tty, bool is_local, bool has_flow)
{
	int n = 0, master, slave;
	struct termios t, same;

	setsid();
	if (ioctl(tty, TIOCSCTTY, 0) < 0 || tcgetsid(tty) != getpid())
		return 2;
	if (tty_set_call(tty, is_local, has_flow) < 0)
		return 3;
	/* the kernel hands it over when it comes to that */
	for (int i = 0; i < 500 && ioctl(tty, FIONREAD, &n) == 0 && n != 5; i++)
		usleep(10000);
	if (n != 5)
		return 3;
	if (tcgetattr(tty, &t) < 0 || t.c_lflag || t.c_oflag || !(t.c_cflag & HUPCL) ||
	    t.c_cc[VMIN] != 1)
		return 4;
	if (!(t.c_cflag & CLOCAL) == is_local || !(t.c_cflag & CRTSCTS) == has_flow)
		return 5;
	if (tty_open_pty(tty, &master, &slave) < 0 || tcgetattr(slave, &same) < 0 ||
	    same.c_cflag != t.c_cflag || same.c_lflag)
		return 6;
	tty_give_up(tty);
	/* the next one that is opened can be it, as pppd opens its own */
	if (tcgetsid(tty) >= 0 || ioctl(slave, TIOCSCTTY, 0) < 0)
		return 7;
	return fcntl(slave, F_GETFL) & O_NONBLOCK || !(fcntl(tty, F_GETFL) & O_NONBLOCK) ? 8 : 0;
}

static void test_call(void)
{
	for (unsigned i = 0; i < 4; i++) {
		int master, slave, status = -1;
		pid_t pid;

		check(openpty(&master, &slave, NULL, NULL, NULL) == 0);
		check(write(master, "early", 5) == 5);
		pid = fork();
		if (pid == 0)
			_exit(prepare_call(slave, i & 1, i & 2));
		waitpid(pid, &status, 0);
		check(status == 0, "case %u: %x", i, (unsigned)status);
		close(slave);
		close(master);
	}
	check(tty_set_call(-1, false, false) == -EBADF);
}

int main(void)
{
	_cleanup_free_ char *dialisp = NULL, *pts = NULL, *clean = NULL;

	if (!mkdtemp(top))
		return 1;
	lock_dir = xasprintf("%s/lock", top);
	dev_dir = xasprintf("%s/dev", top);
	dialisp = xasprintf("%s/dialisp", dev_dir);
	pts = xasprintf("%s/pts", dev_dir);
	clean = xasprintf("rm -rf %s", top);
	mkdir(lock_dir, 0755);
	mkdir(dev_dir, 0755);
	mkdir(dialisp, 0755);
	check(symlink("/dev/pts", pts) == 0);
	tty_set_dirs(dev_dir, lock_dir);

	test_names();
	test_speeds();
	test_locks();
	test_unlock();
	test_lock_file();
	test_owner();
	test_owners();
	test_open();
	test_wedged();
	test_flush();
	test_lines();
	test_claim();
	test_claim_open();
	test_call();

	check(system(clean) == 0);
	free(lock_dir);
	free(dev_dir);
	return check_done();
}
