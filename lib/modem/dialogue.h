/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A talk with a modem over an open port: one command line at a time, every wait with a deadline. */
#pragma once

#include "modem/at.h"

#define DIALOGUE_GAP_MS 100 /* V.250 5.2.3: after a result, before the next command */

struct transcript;

struct dialogue {
	int fd;                        /* not owned */
	struct transcript *transcript; /* what is said goes there too; may be NULL; not owned */
	struct at_reader reader;       /* the present answer */
	int64_t sent;                  /* when the last command was; 0: none yet */
	char bytes[256];               /* read and not yet understood */
	size_t n, at;
};

/* Sends a command line ("ATI3") and forgets the previous answer. 0 or -errno. */
MUST_CHECK int dialogue_send(struct dialogue *dialogue, const char *command);
/* Waits for bytes and understands some. 1 with a result (AT_RESULT_NONE: no result yet; digits are
 * what they stand for), 0 when nothing came until then, -errno when the port is gone. */
MUST_CHECK int dialogue_hear(struct dialogue *dialogue, int64_t until, enum at_result *ret_result);
/* Lets pass what still comes, until it has been quiet for that long, ten times that at most. 0 or
 * -errno. */
MUST_CHECK int dialogue_rest(struct dialogue *dialogue, unsigned quiet_ms);
/* Sends, and waits for OK or ERROR; RING and the like are passed over. The result, AT_RESULT_NONE
 * when none came in time, -errno. */
MUST_CHECK int dialogue_ask(struct dialogue *dialogue, const char *command, unsigned timeout_ms);
void dialogue_free(struct dialogue *dialogue);
