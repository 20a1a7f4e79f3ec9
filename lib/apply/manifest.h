/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The published files: checksums per file and per line in it. A run that changes something writes
 * it twice: before its first change with the intended state beside the old one, after its last
 * reload with the new one. So files of dialisp are always recognised, and the next run completes an
 * interrupted one.
 */
#pragma once

#include "util/text.h"

#define MANIFEST_PATH PATH_STATE "/manifest"

struct manifest_output {
	bool is_intent; /* possibly published, reloads not done */
	uint64_t sum;
	const char *path;
};
struct manifest_item {
	uint64_t sum;
	const char *path, *name;
};
struct manifest {
	struct text text;                /* the text that the rows point into */
	struct manifest_output *outputs; /* a path may have several */
	size_t n_outputs;
	struct manifest_item *items;
	size_t n_items;
};

/* Absent is empty. 0, -EBADMSG, -errno; reported. The caller frees it in every case. */
MUST_CHECK int manifest_load(struct manifest *ret);
/* Does not write if the file is unchanged. Reported. */
MUST_CHECK int manifest_save(const struct manifest *manifest);
void manifest_free(struct manifest *manifest);

/* The strings are not copied. */
void manifest_add_output(struct manifest *manifest, const char *path, uint64_t sum, bool is_intent);
void manifest_add_item(struct manifest *manifest, const char *path, const char *name, uint64_t sum);

bool manifest_has_path(const struct manifest *manifest, const char *path);
bool manifest_has(const struct manifest *manifest, const char *path, uint64_t sum);
/* It was published with this checksum and its reloads are done. */
bool manifest_is_done(const struct manifest *manifest, const char *path, uint64_t sum);
/* NULL: that file had no such item. *at, initially 0: where the search begins, for lookups in the
 * order of the file. */
const struct manifest_item *manifest_find_item(const struct manifest *manifest, const char *path,
					       const char *name, size_t *at);
