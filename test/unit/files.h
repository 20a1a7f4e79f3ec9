/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files as a test wants them. */
#pragma once

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "check.h"
#include "util/base.h"

static void __attribute__((unused)) make_parents(const char *path)
{
	_cleanup_free_ char *dir = xstrdup(path);

	for (char *s = strchr(dir + 1, '/'); s; s = strchr(s + 1, '/')) {
		*s = '\0';
		mkdir(dir, 0755);
		*s = '/';
	}
}

/* In place of what was there; with its directories. */
static void __attribute__((unused)) write_bytes(const char *path, const void *content, size_t n)
{
	FILE *f;

	make_parents(path);
	f = fopen(path, "w");
	check(f && fwrite(content, 1, n, f) == n, "%s", path);
	check(f && fclose(f) == 0, "%s", path);
}

static void __attribute__((unused)) write_file(const char *path, const char *content)
{
	write_bytes(path, content, strlen(content));
}
