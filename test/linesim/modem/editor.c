/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The line editor of a modem (V.250 5.2): characters to command lines. No I/O. */
#include "modem/editor.h"

#include <ctype.h>
#include <string.h>

#include "modem/profile.h"

/* V.250 5.2.1: a pause of 30 s may cancel the line. */
static const int64_t line_pause_ms = 30000;

void editor_cancel(struct editor *editor)
{
	editor->state = EDITOR_HUNT;
	editor->len = 0;
	editor->overflow = false;
}

static void feed_body(struct editor *editor, const struct profiles *profiles, uint8_t byte)
{
	if (byte == profile_sreg(profiles, 5)) {
		editor->len -= editor->len ? 1 : 0;
		return;
	}
	if (byte < ' ')
		return; /* V.250 5.2.2: other control characters are ignored, LF among them */
	if (editor->len == profiles->persona->line_max || editor->len == EDITOR_LINE_MAX - 1)
		editor->overflow = true;
	else
		editor->line[editor->len++] = (char)byte;
}

static void end_line(struct editor *editor)
{
	editor->line[editor->len] = '\0';
	memcpy(editor->previous, editor->line, editor->len + 1);
	editor->state = EDITOR_HUNT;
	editor->len = 0;
}

/* V.250 5.2.1: AT or at; what becomes of aT and At is left to the manufacturer. */
static bool ends_prefix(const struct editor *editor, const struct persona *persona, uint8_t byte)
{
	if (persona->same_case)
		return byte == (editor->prefix == 'A' ? 'T' : 't');
	return toupper(byte) == 'T';
}

static bool feed_prefix(struct editor *editor, const struct persona *persona, uint8_t byte)
{
	if (editor->state == EDITOR_SEEN_A && byte == '/') {
		editor->state = EDITOR_HUNT;
		editor->overflow = false;
		return true;
	}
	if (editor->state == EDITOR_SEEN_A && ends_prefix(editor, persona, byte)) {
		editor->state = EDITOR_BODY;
		editor->len = 0;
		editor->overflow = false;
		return false;
	}
	editor->state = toupper(byte) == 'A' ? EDITOR_SEEN_A : EDITOR_HUNT;
	editor->prefix = (char)byte;
	return false;
}

bool editor_feed(struct editor *editor, const struct profiles *profiles, uint8_t byte,
		 int64_t now_ms)
{
	byte &= 0x7f; /* 7E1, 7O1 and 8N1 are all understood (V.250 5.1) */
	if (editor->state != EDITOR_HUNT && now_ms - editor->last_ms > line_pause_ms)
		editor_cancel(editor);
	editor->last_ms = now_ms;
	if (editor->state != EDITOR_BODY)
		return feed_prefix(editor, profiles->persona, byte);
	if (byte != profile_sreg(profiles, 3)) {
		feed_body(editor, profiles, byte);
		return false;
	}
	end_line(editor);
	return true;
}
