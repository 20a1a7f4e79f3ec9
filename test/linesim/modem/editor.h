/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct profiles;

enum {
	EDITOR_LINE_MAX = 256
};

/* The command line that a host is typing. All zero: nothing yet. */
struct editor {
	char line[EDITOR_LINE_MAX];
	size_t len;
	enum {
		EDITOR_HUNT,
		EDITOR_SEEN_A,
		EDITOR_BODY
	} state;
	char prefix; /* the A or a of the line */
	int64_t last_ms;

	char previous[EDITOR_LINE_MAX]; /* the last complete line, without AT: A/ repeats it */
	bool overflow;                  /* it was too long */
};

/* One character from the host in command state; true when editor->previous is to be executed. */
bool editor_feed(struct editor *editor, const struct profiles *profiles, uint8_t byte,
		 int64_t now_ms);

/* Forget what was typed so far. */
void editor_cancel(struct editor *editor);
