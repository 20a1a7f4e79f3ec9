/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Putting files into a configuration tree, and taking it away. */
#include "config-bench.h"

#include <ftw.h>
#include <stdio.h>
#include <sys/stat.h>

#include "check.h"
#include "files.h"

char root[] = "/tmp/dialisp-test-XXXXXX";

static int remove_entry(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

void clear_tree(void)
{
	nftw(root, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
	mkdir(root, 0755);
}

void put_mem(const char *path, const void *content, size_t n)
{
	_cleanup_free_ char *full = xasprintf("%s" CONFIG_DIR "/%s", root, path);

	write_bytes(full, content, n);
	chmod(full, str_starts(path, "users.d/") ? 0600 : 0644);
}

void put(const char *path, const char *content)
{
	put_mem(path, content, strlen(content));
}

int load(struct site *ret_site, struct text *ret_complaints)
{
	return config_load(root, CONFIG_WHAT_ACCOUNTS, ret_site, ret_complaints);
}
