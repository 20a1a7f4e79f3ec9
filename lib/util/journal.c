/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The undo journal. */
#include "util/journal.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "paths.h"
#include "util/file.h"
#include "util/report.h"

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

/* Our own books are not journalled: so this room may use file_publish, which calls it. */
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

static void name_run(void)
{
	struct timespec now;
	struct tm tm;
	char stamp[32];

	if (journal.dir)
		return;
	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &tm);
	strftime(stamp, sizeof(stamp), "%Y%m%dT%H%M%S", &tm);
	journal.dir = xasprintf(PATH_STATE "/journal/%s.%09ld", stamp, now.tv_nsec);
	text_addf(&journal.index, "run %s\n", journal.command);
}

static int write_index(void)
{
	_cleanup_free_ char *path = xasprintf("%s/index", journal.dir);

	return file_publish(path, &journal.index, 0600);
}

static int save_original(const char *path, unsigned number)
{
	_cleanup_free_ char *copy = xasprintf("%s/%u", journal.dir, number);
	_cleanup_text_ struct text content = { 0 };
	int r = file_read(path, &content);

	if (r == 0)
		return file_publish(copy, &content, 0600);
	report_error("%s: could not read, for undo: %s", path, strerror(-r));
	return r;
}

int journal_save(const char *path, const mode_t *mode)
{
	unsigned number = (unsigned)journal.n_paths;
	int r;

	if (!is_journalled(path) || is_saved(path))
		return 0;
	name_run();
	r = mode ? save_original(path, number) : 0;
	if (r < 0)
		return r;
	journal.paths = xrealloc(journal.paths, journal.n_paths + 1, sizeof(*journal.paths));
	journal.paths[journal.n_paths++] = xstrdup(path);
	if (mode)
		text_addf(&journal.index, "was %u %04o %s\n", number, *mode & 07777, path);
	else
		text_addf(&journal.index, "was - - %s\n", path);
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
	name_run();
	text_addf(&journal.index, "unit %s %s %s\n", file_state, active, unit);
	return write_index();
}
