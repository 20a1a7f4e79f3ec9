/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of room foreign share. */
#pragma once

#include "conflicts/foreign.h"
#include "util/text.h"

struct foreign_search {
	const struct foreign_scope *scope;
	struct foreign *found;
};

/* Takes `what` and `cure`, which are from xstrdup or xasprintf. The pointer is good until the next
 * one. */
struct foreign_finding *foreign_add(struct foreign_search *search, enum foreign_severity severity,
				    const char *path, unsigned line, char *what, char *cure);
/* False: absent, or unreadable (which is a finding). */
bool foreign_read(struct foreign_search *search, const char *path, struct text *ret);
/* For people: printable, short; the caller frees it. */
char *foreign_clean(const char *s);

enum foreign_reach {
	FOREIGN_REACH_NONE,     /* no port, or not there now */
	FOREIGN_REACH_POSSIBLE, /* a port that might have a modem */
	FOREIGN_REACH_LINE,
};
/* Does this word name a port? "ttyUSB0", "/dev/ttyUSB0", "/dev/serial/by-id/..." */
enum foreign_reach foreign_judge_port(const struct foreign_search *search, const char *word,
				      char ret_port[static 32]);
bool foreign_is_tty(const char *word);
/* The best of all words of a command line; its words end at blanks, quotes, '=', ',' and ';'. */
enum foreign_reach foreign_find_port(const struct foreign_search *search, const char *command,
				     char ret_port[static 32]);

/* Words of pppd's secrets files as its getword() cuts them (pppd options.c). */
struct foreign_word {
	char *word;
	unsigned line;
	bool is_first; /* of its line */
};
struct foreign_words {
	struct foreign_word *words;
	size_t n;
};
void foreign_words_read(const struct text *content, struct foreign_words *ret);
void foreign_words_free(struct foreign_words *words); /* wiped: there are secrets among them */

void foreign_check_secrets(struct foreign_search *search);
void foreign_check_units(struct foreign_search *search);
void foreign_check_system(struct foreign_search *search);
