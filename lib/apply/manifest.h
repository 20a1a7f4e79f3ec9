/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What we published: checksums per file and per line in it. Written
 * twice by a run that changes something: before its first change with what is intended beside what
 * was, after its last reload with what is. So at every moment a file of ours is known as ours, and
 * an interrupted run is taken up by the next.
 */
#pragma once

#include "util/text.h"

#define MANIFEST_PATH PATH_STATE "/manifest"

struct manifest_output {
	bool is_intent; /* published perhaps, reloads not done */
	uint64_t sum;
	const char *path;
};
struct manifest_item {
	uint64_t sum;
	const char *path, *name;
};
struct manifest {
	struct text text;                /* as read: what the rows point into */
	struct manifest_output *outputs; /* a path may have several */
	size_t n_outputs;
	struct manifest_item *items;
	size_t n_items;
};

/* Absent is empty. 0, -EBADMSG, -errno; reported. The caller frees it in every case. */
MUST_CHECK int manifest_load(struct manifest *ret);
/* Writes nothing when the file says that already. Reported. */
MUST_CHECK int manifest_save(const struct manifest *manifest);
void manifest_free(struct manifest *manifest);

/* The strings are not copied. */
void manifest_add_output(struct manifest *manifest, const char *path, uint64_t sum, bool is_intent);
void manifest_add_item(struct manifest *manifest, const char *path, const char *name, uint64_t sum);

bool manifest_has_path(const struct manifest *manifest, const char *path);
bool manifest_has(const struct manifest *manifest, const char *path, uint64_t sum);
/* It was published with this checksum and everything that follows from it was done. */
bool manifest_is_done(const struct manifest *manifest, const char *path, uint64_t sum);
/* NULL: that file had no such item. *at, from 0: where the search begins; items are asked for in
 * the order they are in. */
const struct manifest_item *manifest_find_item(const struct manifest *manifest, const char *path,
					       const char *name, size_t *at);
