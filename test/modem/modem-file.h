/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A modem as a text file: what it says when it is asked, and what dialisp must conclude from it.
 * The format: README. */
#pragma once

#include "util/text.h"

enum {
	MODEM_FILE_SPEEDS = 16,
	MODEM_FILE_ENTRIES = 256
};

/* Bytes, and how long the modem waits before it says them. */
struct modem_said {
	unsigned pause_ms;
	struct text bytes;
	struct modem_said *next;
};

struct modem_entry {
	char *command; /* "ATI3" */
	struct modem_said *said;
	struct modem_entry
		*again; /* the next entry with this command: what it says when asked once more */
};

struct modem_file {
	/* NULL or 0: the file says nothing about it */
	char *name, *usb, *driver, *speed, *source, *class, *verdict, *dialect, *modem, *caller_id,
		*max_rate;
	unsigned speeds[MODEM_FILE_SPEEDS]; /* hears at these only; none: at all */
	size_t n_speeds;
	struct modem_said *unasked; /* right after the open */
	struct text otherwise; /* answer to commands without entry; "\r\nERROR\r\n" unless set */
	struct modem_entry *entries;
	size_t n_entries;
};

/* `text` is taken apart. 0 or -EINVAL with *ret_why ("line 3: ...", owned by the caller); *ret_file
 * is to be freed either way. */
int modem_file_parse(char *text, struct modem_file *ret_file, char **ret_why);
/* The same from a path: *ret_why is "PATH:3: ...". */
int modem_file_read(const char *path, struct modem_file *ret_file, char **ret_why);
void modem_file_free(struct modem_file *file);

/* The first entry with this command (letters of either case), or NULL. */
const struct modem_entry *modem_file_find(const struct modem_file *file, const char *command);
