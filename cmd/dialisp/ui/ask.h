/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Prompts at the terminal. They go to stderr; stdout is for output. */
#pragma once

#include "site.h"

#define ASK_PASSWORD_BUFFER (SITE_ACCOUNT_MAX + 64)

bool ask_is_possible(void); /* stdin and stderr are terminals */
/* "question [Y/n] "; an empty line means `preset`, end of input means no. */
bool ask_yes(bool preset, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* "question [preset]: "; an empty line means `preset`. NULL at end of input. The caller frees the
 * result. */
char *ask_line(const char *question, const char *preset);

/* Reads a valid password from the first line of stdin, or from the terminal (twice, without echo).
 * `object` is the account, named in messages. The caller frees *ret. Errors are reported; 0 or
 * -errno. */
int ask_password(const char *object, bool from_stdin, char **ret);
