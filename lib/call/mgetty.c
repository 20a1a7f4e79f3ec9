/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mgetty's chat for a line, its exit codes, its state. */
#include "call/mgetty.h"

#include <errno.h>
#include <stdio.h>

#include "call/calldb.h"
#include "modem/dialect.h"
#include "port/tty.h"
#include "util/quote.h"

/* One expect/send pair: each command line by itself, so that an ERROR can be told apart and no line
 * is too long for a modem (V.250 5.2.1 asks for 40 characters only). */
static int add_command(struct text *out, const char *command, const char **ret_why)
{
	int r;

	text_addc(out, ' ');
	r = quote_add(out, QUOTE_CHAT, command, ret_why);
	if (r == 0)
		text_add(out, " OK");
	return r;
}

int mgetty_init_chat(const struct line *line, struct text *out, const char **ret_why)
{
	_cleanup_text_ struct text bodies = { 0 }, command = { 0 };
	int r = dialect_commands(line, &bodies, ret_why);
	size_t start = out->len;

	text_add(out, "\"\"");
	for (const char *s = text_str(&bodies); r == 0 && *s; s += strspn(s, " ")) {
		size_t len = strcspn(s, " ");

		text_clear(&command);
		text_add(&command, "AT");
		text_add_mem(&command, s, len);
		r = add_command(out, command.s, ret_why);
		s += len;
	}
	if (r < 0)
		text_cut(out, start);
	return r;
}

const char *mgetty_exit_reason(int status)
{
	static const struct {
		int status;
		const char *reason;
	} reasons[] = {
		{ 0, "ended without a call" },
		{ 1, "modem did not answer, or the call could not be taken" },
		{ 2, "mgetty refused its arguments" },
		{ 10, "stopped" },
		{ 20, "modem reported an error while idle" },
		{ 30, "port could not be opened, or the modem is dead" },
		{ 33, "internal error of mgetty" },
		{ 99, "internal error of mgetty" },
		{ 255, "login program could not be started" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(reasons); i++)
		if (reasons[i].status == status)
			return reasons[i].reason;
	return "mgetty failed";
}

/* Between fork and exec the process is named "(mgetty)" or like systemd's helper; then dialisp-line
 * until the modem responds. */
static bool is_starting(const char *program)
{
	return !*program || *program == '(' || str_starts(program, "systemd") ||
	       str_eq(program, "dialisp-line");
}

/* mgetty holds its lock from before it opens the port until the modem is initialised, and again
 * from the first RING on, while USR2 would lose the caller (1.2.1, mgetty.c, sig_goodbye). */
enum mgetty_state mgetty_judge(const char *line, pid_t main_pid)
{
	_cleanup_free_ char *device = xasprintf(TTY_LINE_PREFIX "%s", line);
	struct calldb_call call;
	char program[32];

	base_read_comm(main_pid, program, sizeof(program));
	if (calldb_load(line, &call) != -ENOENT)
		return MGETTY_STATE_BUSY;
	if (is_starting(program))
		return MGETTY_STATE_UNSURE;
	if (!str_eq(program, "mgetty"))
		return MGETTY_STATE_BUSY;
	return tty_is_locked(device) ? MGETTY_STATE_UNSURE : MGETTY_STATE_IDLE;
}
