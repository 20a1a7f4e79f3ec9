/* SPDX-License-Identifier: GPL-2.0-or-later */
/* publish, journal: what is equal is not written, what is replaced can be undone. */
#include "util/publish.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

#include "check.h"
#include "util/file.h"
#include "util/journal.h"
#include "util/report.h"
#include "util/run.h"

static struct text text_of(const char *s)
{
	return (struct text){ .s = (char *)s, .len = strlen(s) };
}

static unsigned mode_of(const char *path)
{
	mode_t mode = 0;

	return file_mode(path, &mode) == 0 ? mode : 0;
}

static void check_content(const char *path, const char *want)
{
	_cleanup_text_ struct text t = { 0 };
	int r = file_read(path, &t);

	check(r == 0, "%s: %s", path, strerror(-r));
	check_str(text_str(&t), want);
}

static ino_t inode_of(const char *path)
{
	_cleanup_free_ char *p = file_path(path);
	struct stat st;

	return stat(p, &st) == 0 ? st.st_ino : 0;
}

static size_t count_runs(void)
{
	char **runs = NULL;
	size_t n = 0;

	check(file_list("/var/lib/dialisp/journal", "", &runs, &n) == 0);
	for (size_t i = 0; i < n; i++)
		free(runs[i]);
	free(runs);
	return n;
}

/* What is already so is not written again, and is no change to undo. */
static void test_equal(void)
{
	struct text a = text_of("a\n");
	size_t n = count_runs();
	ino_t inode;

	journal_begin("equal");
	check(file_write("/e/f", &a, 0644) == 0);
	inode = inode_of("/e/f");
	check(publish_file("/e/f", &a, 0644) == 0 && inode_of("/e/f") == inode);
	check(publish_removal("/e/none") == 0 && publish_removal("/none/f") == 0);
	check(count_runs() == n, "a run without changes has a journal");
	check(publish_file("/e/f", &a, 0600) == 0 && mode_of("/e/f") == 0600);
	check(count_runs() == n + 1);
	if (geteuid() == 0) {
		_cleanup_free_ char *p = file_path("/e/f");

		check(chown(p, 1, 1) == 0 && publish_file("/e/f", &a, 0600) == 0);
		check(file_is_owned_by("/e/f", 0));
	}
}

static void test_refused(void)
{
	_cleanup_free_ char *link = file_path("/e/link");
	struct text a = text_of("a\n");

	check(symlink("f", link) == 0);
	check(publish_file("/e/link", &a, 0644) == -ELOOP);
	check(publish_removal("/e/link") == -ELOOP && file_exists("/e/link"));
	check(publish_file("/e", &a, 0644) == -EISDIR && publish_removal("/e") == -EISDIR);
	check(publish_file("/e/f/g", &a, 0644) < 0);
}

static void test_journal(void)
{
	struct text a = text_of("a\n"), b = text_of("b\n"), nothing = text_of("");
	_cleanup_free_ char *index = NULL, *original = NULL;
	char **runs = NULL;
	size_t n = 0;

	check(file_write("/j/b.conf", &nothing, 0644) == 0);
	check(!file_exists("/var/lib/dialisp/journal"));
	journal_begin("one");
	journal_begin("test run");
	check(publish_file("/var/lib/dialisp/m", &b, 0600) == 0);
	check(!file_exists("/var/lib/dialisp/journal"), "a run without changes has a journal");
	check(publish_file("/j/new", &a, 0644) == 0 && publish_file("/j/new", &b, 0600) == 0);
	check(publish_removal("/j/new") == 0);
	check(publish_file("/j/b.conf", &b, 0644) == 0);
	check(file_list("/var/lib/dialisp/journal", "", &runs, &n) == 0 && n == 1, "%zu runs", n);
	if (n != 1)
		return;
	index = xasprintf("/var/lib/dialisp/journal/%s/index", runs[0]);
	original = xasprintf("/var/lib/dialisp/journal/%s/1", runs[0]);
	check_content(index, "run test run\n"
			     "was - - /j/new\n"
			     "now 07933491599d815d /j/new\n"
			     "now e239a1bd39d78bb6 /j/new\n"
			     "now - /j/new\n"
			     "was 1 0644 /j/b.conf\n"
			     "now e239a1bd39d78bb6 /j/b.conf\n");
	check_content(original, "");
	check(mode_of(index) == 0600 && mode_of(original) == 0600);
	check(mode_of("/var/lib/dialisp/journal") == 0700);
	free(runs[0]);
	free(runs);
}

int main(void)
{
	char dir[] = "/tmp/test-publish.XXXXXX";
	const struct run clean = { (const char *const[]){ "rm", "-rf", dir, NULL }, NULL, 10000,
				   false };

	report_init("test-publish", REPORT_ERROR);
	if (!freopen("/dev/null", "w", stderr) || !mkdtemp(dir))
		return 1;
	file_set_root(dir);
	test_journal();
	test_equal();
	test_refused();
	check(run_program(&clean, NULL) == 0);
	return check_done();
}
