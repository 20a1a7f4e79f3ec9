/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Changes of configuration files: compare, keep the original for undo, write. */
#include "util/publish.h"

#include <errno.h>

#include "util/file.h"
#include "util/journal.h"

/* Readable by the owner only; a file with passwords that others could read gets such a mode. */
static bool is_secret(mode_t mode)
{
	return !(mode & 077);
}

int publish_file(const char *path, const struct text *content, mode_t mode)
{
	_cleanup_text_ struct text old = { 0 };
	mode_t old_mode = 0;
	int r = file_look(path, &old, &old_mode);
	bool exists = r == 0;

	if (r < 0 && r != -ENOENT)
		return r;
	if (exists && old_mode == mode && text_equal(&old, content) &&
	    file_is_owned_by(path, geteuid()))
		return 0;
	r = journal_save(path, exists ? &old : NULL, old_mode,
			 is_secret(old_mode) || is_secret(mode));
	if (r == 0)
		r = file_write(path, content, mode);
	return r < 0 ? r : journal_note(path, content);
}

int publish_removal(const char *path)
{
	_cleanup_text_ struct text old = { 0 };
	mode_t old_mode;
	int r = file_look(path, &old, &old_mode);

	if (r < 0)
		return r == -ENOENT ? 0 : r;
	r = journal_save(path, &old, old_mode, is_secret(old_mode));
	if (r == 0)
		r = file_remove(path);
	return r < 0 ? r : journal_note(path, NULL);
}
