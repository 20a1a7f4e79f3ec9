/* SPDX-License-Identifier: GPL-2.0-or-later */
/* publish, journal: what is equal is not written, what is replaced can be undone, secrets and old
 * runs do not stay. */
#include "util/publish.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>

#include "check.h"
#include "rooted.h"
#include "util/file.h"
#include "util/journal.h"
#include "util/report.h"
#include "util/run.h"

static ino_t inode_of(const char *path)
{
	_cleanup_free_ char *p = file_path(path);
	struct stat st;

	return stat(p, &st) == 0 ? st.st_ino : 0;
}

static bool journal_holds(const char *what)
{
	_cleanup_free_ char *p = file_path("/var/lib/dialisp/journal");
	const struct run run = { (const char *const[]){ "grep", "-rqF", "-e", what, p, NULL }, NULL,
				 10000, false };

	return run_program(&run, NULL) == 0;
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

#define ANNA    "/etc/dialisp/users.d/anna.conf"
#define SECRETS "/etc/dialisp/ppp/pap-secrets"

/* A run of the program that gives user anna this password; NULL: that removes the user. */
static void change_passwd(const char *password)
{
	_cleanup_text_ struct text user = { 0 }, secrets = { 0 };

	journal_begin(password ? "passwd anna" : "remove-user anna");
	text_addf(&user, "password = %s\n", password ?: "");
	if (password)
		text_addf(&secrets, "anna dialisp %s *\n", password);
	check(password ? publish_file(ANNA, &user, 0600) == 0 : publish_removal(ANNA) == 0);
	check(publish_file(SECRETS, &secrets, 0600) == 0);
}

static void run_passwd(const char *password)
{
	change_passwd(password);
	check(journal_end() == 0);
}

/* A password that was replaced or removed is kept until the next change, and for that alone. */
static void test_secrets(void)
{
	struct text a = text_of("a\n"), b = text_of("loose-word\n");

	run_passwd("first-word");
	run_passwd("second-word");
	check(journal_holds("first-word") && !journal_holds("second-word"));
	run_passwd("third-word");
	check(!journal_holds("first-word") && journal_holds("second-word"));
	run_passwd(NULL);
	check(!journal_holds("second-word") && journal_holds("third-word"));
	change_passwd("fourth-word");
	check(journal_holds("third-word"), "a run that has not ended discards secrets");
	journal_begin("apply");
	check(publish_file("/j/other", &a, 0644) == 0);
	check(journal_holds("third-word") && journal_end() == 0 && !journal_holds("third-word"));
	check(journal_holds("passwd anna") && journal_holds("was 0.secret 0600 " ANNA));

	/* a world-readable file of passwords, until it is replaced */
	check(file_write("/j/loose", &b, 0644) == 0);
	journal_begin("apply");
	check(publish_file("/j/loose", &a, 0600) == 0 && journal_end() == 0);
	check(journal_holds("loose-word"), "a run discards its own secrets");
	journal_begin("note");
	check(journal_note_unit("mgetty.service", "enabled", "active") == 0 && journal_end() == 0);
	check(!journal_holds("loose-word"));
}

static char *index_of_run(time_t at)
{
	char stamp[32];
	struct tm tm;

	gmtime_r(&at, &tm);
	strftime(stamp, sizeof(stamp), "%Y%m%dT%H%M%S", &tm);
	return xasprintf("/var/lib/dialisp/journal/%s.000000000/index", stamp);
}

static void make_run(time_t at)
{
	_cleanup_free_ char *path = index_of_run(at);
	struct text index = text_of("run old\n");

	check(file_write(path, &index, 0600) == 0);
}

static bool has_run(time_t at)
{
	_cleanup_free_ char *path = index_of_run(at);

	return file_exists(path);
}

/* Runs are kept for so many days, and so many of them. */
static void test_prune(void)
{
	_cleanup_free_ char *p = file_path("/var/lib/dialisp/journal");
	const struct run clean = { (const char *const[]){ "rm", "-rf", p, NULL }, NULL, 10000,
				   false };
	struct text a = text_of("a\n");
	time_t now = time(NULL), day = 86400;
	time_t old = now - (JOURNAL_DAYS + 1) * day, young = now - (JOURNAL_DAYS - 1) * day;

	check(run_program(&clean, NULL) == 0);
	make_run(old);
	make_run(young);
	journal_begin("prune");
	check(journal_end() == 0 && has_run(old), "a run without changes discards runs");
	check(publish_file("/j/p1", &a, 0644) == 0 && journal_end() == 0);
	check(count_runs() == 2 && !has_run(old) && has_run(young));

	for (time_t i = 1; i <= JOURNAL_RUNS; i++)
		make_run(now - i * 60);
	journal_begin("prune");
	check(publish_file("/j/p2", &a, 0644) == 0 && journal_end() == 0);
	check(count_runs() == JOURNAL_RUNS, "%zu", count_runs());
	check(!has_run(young) && !has_run(now - JOURNAL_RUNS * 60) && has_run(now - 60));
	check(publish_file("/j/p3", &a, 0644) == 0 && journal_end() == 0);
	check(count_runs() == JOURNAL_RUNS);
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
	test_secrets();
	test_prune();
	check(run_program(&clean, NULL) == 0);
	return check_done();
}
