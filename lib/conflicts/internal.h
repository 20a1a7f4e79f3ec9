/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of this folder share. */
#pragma once

#include "conflicts/conflicts.h"
#include "util/text.h"

struct conflicts_search {
	const struct conflicts_scope *scope;
	struct conflicts *found;
};

/* Takes `what` and `cure`, which are from xstrdup or xasprintf. The pointer is valid until the next
 * call. */
struct conflicts_finding *conflicts_add(struct conflicts_search *search,
					enum conflicts_severity severity, const char *path,
					unsigned line, char *what, char *cure);
/* False: absent, or unreadable (which is a finding). */
bool conflicts_read(struct conflicts_search *search, const char *path, struct text *ret);
/* For messages: printable, short; the caller frees it. */
char *conflicts_clean(const char *s);

enum conflicts_reach {
	CONFLICTS_REACH_NONE,     /* not a port, or not present */
	CONFLICTS_REACH_POSSIBLE, /* a port that might have a modem */
	CONFLICTS_REACH_LINE,
};
/* Does this word name a port? "ttyUSB0", "/dev/ttyUSB0", "/dev/serial/by-id/..." */
enum conflicts_reach conflicts_judge_port(const struct conflicts_search *search, const char *word,
					  char ret_port[static 32]);
/* The highest of all words of a command line; words end at blanks, quotes, '=', ',' and ';'. */
enum conflicts_reach conflicts_find_port(const struct conflicts_search *search, const char *command,
					 char ret_port[static 32]);

/* Words of pppd's secrets files as its getword() cuts them (pppd options.c). */
struct conflicts_word {
	char *word;
	unsigned line;
	bool is_first; /* of its line */
};
struct conflicts_words {
	struct conflicts_word *words;
	size_t n;
};
void conflicts_words_read(const struct text *content, struct conflicts_words *ret);
void conflicts_words_free(struct conflicts_words *words); /* wiped: there are secrets among them */

void conflicts_check_secrets(struct conflicts_search *search);
void conflicts_check_units(struct conflicts_search *search);
void conflicts_check_system(struct conflicts_search *search);
