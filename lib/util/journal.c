/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The undo journal. */
#include "util/journal.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "paths.h"
#include "util/file.h"
#include "util/report.h"

#define JOURNAL_PATH PATH_STATE "/journal"
#define SECRET       ".secret" /* at the end of an original's name */

static struct {
	char *command;     /* NULL: nothing is journalled */
	char *dir;         /* of this run; NULL until the first change */
	struct text index; /* as it is in its file */
	char **paths;      /* already saved */
	size_t n_paths;
} journal;

void journal_begin(const char *command)
{
	free(journal.command);
	free(journal.dir);
	text_free(&journal.index);
	for (size_t i = 0; i < journal.n_paths; i++)
		free(journal.paths[i]);
	free(journal.paths);
	memset(&journal, 0, sizeof(journal));
	journal.command = xstrdup(command);
}

/* State of dialisp is not configuration. */
static bool is_journalled(const char *path)
{
	return journal.command && !str_starts(path, PATH_STATE "/") && !str_starts(path, "/run/");
}

static bool is_saved(const char *path)
{
	for (size_t i = 0; i < journal.n_paths; i++)
		if (str_eq(journal.paths[i], path))
			return true;
	return false;
}

/* Names that sort by time. */
static void format_stamp(time_t at, char ret[static 32])
{
	struct tm tm;

	gmtime_r(&at, &tm);
	strftime(ret, 32, "%Y%m%dT%H%M%S", &tm);
}

/* Before the first change of this run. */
static void start_run(void)
{
	struct timespec now;
	char stamp[32];

	if (journal.dir)
		return;
	clock_gettime(CLOCK_REALTIME, &now);
	format_stamp(now.tv_sec, stamp);
	journal.dir = xasprintf(JOURNAL_PATH "/%s.%09ld", stamp, now.tv_nsec);
	text_addf(&journal.index, "run %s\n", journal.command);
}

static int write_index(void)
{
	_cleanup_free_ char *path = xasprintf("%s/index", journal.dir);

	return file_write(path, &journal.index, 0600);
}

int journal_save(const char *path, const struct text *original, mode_t mode, bool is_secret)
{
	_cleanup_free_ char *name = NULL, *copy = NULL;
	int r = 0;

	if (!is_journalled(path) || is_saved(path))
		return 0;
	start_run();
	name = xasprintf("%zu%s", journal.n_paths, is_secret ? SECRET : "");
	copy = xasprintf("%s/%s", journal.dir, name);
	if (original)
		r = file_write(copy, original, 0600);
	if (r < 0)
		return r;
	if (original)
		text_addf(&journal.index, "was %s %04o %s\n", name, mode, path);
	else
		text_addf(&journal.index, "was - - %s\n", path);
	journal.paths = xrealloc(journal.paths, journal.n_paths + 1, sizeof(*journal.paths));
	journal.paths[journal.n_paths++] = xstrdup(path);
	return write_index();
}

int journal_note(const char *path, const struct text *content)
{
	if (!is_journalled(path))
		return 0;
	if (content)
		text_addf(&journal.index, "now %016" PRIx64 " %s\n", file_checksum(content), path);
	else
		text_addf(&journal.index, "now - %s\n", path);
	return write_index();
}

int journal_note_unit(const char *unit, const char *file_state, const char *active)
{
	if (!journal.command)
		return 0;
	start_run();
	text_addf(&journal.index, "unit %s %s %s\n", file_state, active, unit);
	return write_index();
}

/* The secrets of earlier runs, and runs that are too old or too many. */
int journal_end(void)
{
	char oldest[32], **runs;
	size_t n;
	int r = 0, e;

	if (!journal.dir)
		return 0;
	r = file_list(JOURNAL_PATH, "", &runs, &n);
	if (r < 0) {
		report_error("%s: could not read: %s", JOURNAL_PATH, strerror(-r));
		return r;
	}
	format_stamp(time(NULL) - (time_t)JOURNAL_DAYS * 86400, oldest);
	for (size_t i = 0; i < n; i++) {
		_cleanup_free_ char *dir = xasprintf(JOURNAL_PATH "/%s", runs[i]);
		bool is_outdated = strcmp(runs[i], oldest) < 0 || n - i > JOURNAL_RUNS;

		/* the lock is open by now: a later run may be going on */
		e = strcmp(dir, journal.dir) >= 0 ? 0
						  : file_clear(dir, is_outdated ? NULL : SECRET);
		r = r < 0 ? r : e;
		free(runs[i]);
	}
	free(runs);
	return r;
}
