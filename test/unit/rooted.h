/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a test finds below the root of util/file.h. */
#pragma once

#include <string.h>

#include "check.h"
#include "util/file.h"

static struct text __attribute__((unused)) text_of(const char *s)
{
	return (struct text){ .s = (char *)s, .len = strlen(s) };
}

static unsigned __attribute__((unused)) mode_of(const char *path)
{
	mode_t mode = 0;

	return file_mode(path, &mode) == 0 ? mode : 0;
}

static void __attribute__((unused)) check_content(const char *path, const char *want)
{
	_cleanup_text_ struct text t = { 0 };
	int r = file_read(path, &t);

	check(r == 0, "%s: %s", path, strerror(-r));
	check_str(text_str(&t), want);
}

/* of the undo journal */
static size_t __attribute__((unused)) count_runs(void)
{
	char **runs = NULL;
	size_t n = 0;

	check(file_list("/var/lib/dialisp/journal", "", &runs, &n) == 0);
	for (size_t i = 0; i < n; i++)
		free(runs[i]);
	free(runs);
	return n;
}
