/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The undo journal. */
#include "util/journal.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "paths.h"
#include "util/file.h"

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

/* What dialisp keeps for itself is not configuration. */
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

	return file_write(path, &journal.index, 0600);
}

int journal_save(const char *path, const struct text *original, mode_t mode)
{
	_cleanup_free_ char *copy = NULL;
	int r = 0;

	if (!is_journalled(path) || is_saved(path))
		return 0;
	name_run();
	copy = xasprintf("%s/%zu", journal.dir, journal.n_paths);
	if (original)
		r = file_write(copy, original, 0600);
	if (r < 0)
		return r;
	if (original)
		text_addf(&journal.index, "was %zu %04o %s\n", journal.n_paths, mode, path);
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
	name_run();
	text_addf(&journal.index, "unit %s %s %s\n", file_state, active, unit);
	return write_index();
}
