/* SPDX-License-Identifier: GPL-2.0-or-later */
/* file: files are whole or not there, and what reads them. */
#include "util/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "check.h"
#include "rooted.h"
#include "util/report.h"
#include "util/run.h"

static void test_write(void)
{
	struct text a = text_of("a\n"), b = text_of("b\n"), nothing = text_of("");
	_cleanup_free_ char *real = file_path("/etc/link"),
			    *tmp = file_path("/etc/x/.f.dialisp-new"),
			    *fifo = file_path("/etc/x/fifo");
	_cleanup_text_ struct text text = { 0 };
	mode_t mask = umask(077), mode = 0;

	check(file_write("/etc/x/f", &a, 0644) == 0);
	check_content("/etc/x/f", "a\n");
	check(mode_of("/etc/x/f") == 0644 && mode_of("/etc/x") == 0755, "%o %o",
	      mode_of("/etc/x/f"), mode_of("/etc/x"));
	umask(0);
	check(file_write("/etc/x/f", &b, 0600) == 0);
	check_content("/etc/x/f", "b\n");
	check(mode_of("/etc/x/f") == 0600);
	check(file_write("/etc/x/f", &nothing, 0755) == 0);
	check(mode_of("/etc/x/f") == 0755);
	check(file_write("/etc/dialisp/users.d/u.conf", &a, 0600) == 0);
	check(mode_of("/etc/dialisp/users.d") == 0700 && mode_of("/etc/dialisp") == 0755);
	check(file_write("/var/lib/dialisp/m", &a, 0600) == 0);
	check(mode_of("/var/lib/dialisp") == 0700 && mode_of("/var/lib") == 0755);
	umask(mask);

	/* what a killed run left is no obstacle and does not stay */
	check(symlink("/etc/passwd", tmp) == 0);
	check(file_write("/etc/x/f", &a, 0644) == 0);
	check_content("/etc/x/f", "a\n");
	check(access(tmp, F_OK) < 0);

	check(symlink("x/f", real) == 0);
	check(file_look("/etc/link", &text, &mode) == -ELOOP);
	check(file_write("/etc/link", &b, 0644) == -ELOOP);
	check(file_write("/etc/x", &b, 0644) == -EISDIR);
	check(file_write("/etc/x/f/g", &b, 0644) < 0);
	check(mkfifo(fifo, 0600) == 0 && file_look("/etc/x/fifo", &text, &mode) == -ENOTSUP);
	check(file_look("/etc/x", &text, &mode) == -EISDIR && !text.len && mode == 0);
	check(file_look("/etc/none", &text, &mode) == -ENOENT);
	check(file_look("/etc/x/f/g", &text, &mode) == -ENOENT);
	check(file_look("/etc/x/f", &text, &mode) == 0 && mode == 0644);
	check_str(text_str(&text), "a\n");
	check_content("/etc/x/f", "a\n");

	check(file_remove("/etc/x/f") == 0 && !file_exists("/etc/x/f"));
	check(file_remove("/etc/x/f") == 0 && file_remove("/none/f") == 0);
	check(file_remove("/etc/link") == -ELOOP && file_exists("/etc/link"));
}

static void test_read(void)
{
	_cleanup_text_ struct text t = { 0 }, big = { 0 };
	struct stat st;

	text_add(&t, "kept");
	check(file_read("/none", &t) == -ENOENT);
	check_str(text_str(&t), "kept");
	for (unsigned i = 0; i < 5; i++) {
		_cleanup_free_ char *block = xcalloc(1, 1 << 20);

		text_add_mem(&big, block, 1 << 20);
	}
	check(file_write("/etc/big", &big, 0644) == 0);
	check(file_read("/etc/big", &t) == -EFBIG);
	check(file_read("/etc", &t) == -EISDIR);
	check(file_read_real("/etc/big", &t, NULL) == -ENOENT);
	check(file_read_real("/dev/null", &t, &st) == 0 && !t.len && S_ISCHR(st.st_mode));
}

static void test_checksum(void)
{
	/* reckoned by another program: they stand in files, which must be known again after an
	 * upgrade and on other machines */
	static const struct {
		const char *s;
		uint64_t sum;
	} cases[] = {
		{ "", 0x61c88646e17d05ad },
		{ "a", 0x0cfae0b6c83c1cbd },
		{ "foobarfo", 0xc91ee44971cba64b },
		{ "foobarfoobarfoo", 0x0400ebff7d4d8b89 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct text t = text_of(cases[i].s);

		check(file_checksum(&t) == cases[i].sum, "%s", cases[i].s);
	}
}

/* No change of one bit is lost, at no place of a word, nor a byte more or less, nor two words
 * exchanged. */
static void test_checksum_of_changes(void)
{
	char s[25] = "speed 115200 rings 1 abc", other[25] = "speed 115200 rings 1 abc",
	     zeros[25] = "";
	struct text t = { .s = s, .len = 24 }, swapped = { .s = other, .len = 24 };
	uint64_t sum = file_checksum(&t);

	for (size_t bit = 0; bit < 8 * t.len; bit++) {
		s[bit / 8] ^= (char)(1 << bit % 8);
		check(file_checksum(&t) != sum, "bit %zu", bit);
		s[bit / 8] ^= (char)(1 << bit % 8);
	}
	memcpy(other, s + 8, 8);
	memcpy(other + 8, s, 8);
	check(file_checksum(&swapped) != sum);
	for (size_t n = 0; n < sizeof(zeros); n++) {
		struct text less = { .s = zeros, .len = n }, more = { .s = zeros, .len = n + 1 };

		check(file_checksum(&less) != file_checksum(&more), "%zu", n);
	}
}

static void test_list(void)
{
	static const char *const want[] = { "a", "b", "b10" };
	struct text empty = text_of("");
	char **names = NULL;
	size_t n = 0;

	check(file_list("/none", ".conf", &names, &n) == 0 && n == 0);
	free(names);
	check(file_write("/l/b.conf", &empty, 0644) == 0 &&
	      file_write("/l/b10.conf", &empty, 0644) == 0);
	check(file_write("/l/a.conf", &empty, 0644) == 0 &&
	      file_write("/l/.conf", &empty, 0644) == 0);
	check(file_write("/l/a.con", &empty, 0644) == 0 &&
	      file_write("/l/.h.conf", &empty, 0644) == 0);
	check(file_list("/l", ".conf", &names, &n) == 0);
	check(n == ARRAY_SIZE(want), "%zu", n);
	for (size_t i = 0; i < n; i++) {
		check_str(names[i], i < ARRAY_SIZE(want) ? want[i] : "");
		free(names[i]);
	}
	free(names);
}

static void test_lock(void)
{
	pid_t holder = -1;
	int fd = file_lock("/run/dialisp/lock", &holder), status;

	check(fd >= 0, "%d", fd);
	if (fork() == 0) {
		int second = file_lock("/run/dialisp/lock", &holder);

		_exit(second == -EWOULDBLOCK && holder == getppid() ? 0 : 1);
	}
	wait(&status);
	check(status == 0, "a second one got the lock, or the wrong holder");
	close(fd);
	fd = file_lock("/run/dialisp/lock", &holder);
	check(fd >= 0, "not free after close: %d", fd);
	close(fd);
}

static void test_root(void)
{
	_cleanup_free_ char *p = NULL, *q = NULL;

	file_set_root("/some/where//");
	p = file_path("/etc/x");
	check_str(p, "/some/where/etc/x");
	check(file_has_root());
	file_set_root("/");
	q = file_path("/etc/x");
	check_str(q, "/etc/x");
	check(!file_has_root());
	check_str(file_root(), "");
}

int main(void)
{
	char dir[] = "/tmp/test-file.XXXXXX";
	const struct run clean = { (const char *const[]){ "rm", "-rf", dir, NULL }, NULL, 10000,
				   false };

	test_checksum();
	test_checksum_of_changes();
	test_root();
	report_init("test-file", REPORT_ERROR);
	if (!freopen("/dev/null", "w", stderr) || !mkdtemp(dir))
		return 1;
	file_set_root(dir);
	test_write();
	test_read();
	test_list();
	test_lock();
	check(run_program(&clean, NULL) == 0);
	return check_done();
}
