/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Questions to the person at the terminal; questions go to stderr, stdout is for answers. */
#pragma once

#include "site.h"

#define ASK_PASSWORD_BUFFER (SITE_ACCOUNT_MAX + 64)

bool ask_is_possible(void); /* stdin and stderr are a terminal */
/* "question [Y/n] "; an empty answer is `preset`, the end of input is no. */
bool ask_yes(bool preset, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* "question [preset]: "; an empty answer is `preset`. NULL at the end of input. The caller owns the
 * answer. */
char *ask_line(const char *question, const char *preset);

/* A password that may be used, from the first line of stdin or (twice, without echo) from the
 * terminal. `object` names it in complaints: the account. The caller owns *ret. Complaints are
 * reported; 0 or -errno. */
int ask_password(const char *object, bool from_stdin, char **ret);
