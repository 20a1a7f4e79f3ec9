/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pppd's exit codes (pppd(8), EXIT STATUS; 20 and 21 are in its source only), and its log of
 * logins. */
#include "call/pppd.h"

#include <errno.h>

const char *pppd_exit_reason(int status)
{
	static const char *const reasons[] = {
		[0] = "caller hung up",
		[1] = "pppd failed, or no account can be used",
		[2] = "pppd refused its options",
		[3] = "pppd is not root",
		[4] = "kernel has no PPP support",
		[5] = "ended by a signal",
		[6] = "port was locked",
		[7] = "port could not be opened",
		[8] = "connect script failed",
		[9] = "pseudo terminal program failed",
		[10] = "PPP negotiation failed",
		[11] = "login refused",
		[12] = "idle for too long",
		[13] = "time limit reached",
		[14] = "callback",
		[15] = "caller vanished (no echo)",
		[16] = "carrier lost",
		[17] = "line is looped back",
		[18] = "init script failed",
		[19] = "could not log in to the caller",
		[20] = "traffic limit reached",
		[21] = "caller's number refused",
		[127] = "pppd ended by a fatal signal",
	};

	return status >= 0 && (size_t)status < ARRAY_SIZE(reasons) ? reasons[status] : NULL;
}

/* pppd (utils.c, vslprintf, %q) writes a backslash before each " and \. */
static void unquote(char *s)
{
	char *to = s;

	for (; *s; s++) {
		if (s[0] == '\\' && (s[1] == '\\' || s[1] == '"'))
			s++;
		*to++ = *s;
	}
	*to = '\0';
}

/* The name is between head and tail of a line. */
static bool cut_name(const char *line, size_t len, char *ret_name, size_t size)
{
	static const struct {
		const char *head, *tail;
	} forms[] = {
		{ "PAP peer authentication failed for ", "" },
		{ "Peer ", " failed CHAP authentication" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
		size_t head = strlen(forms[i].head), tail = strlen(forms[i].tail);
		_cleanup_free_ char *name = NULL;

		if (len < head + tail || strncmp(line, forms[i].head, head) != 0 ||
		    strncmp(line + len - tail, forms[i].tail, tail) != 0)
			continue;
		name = xstrndup(line + head, len - head - tail);
		unquote(name);
		base_copy(ret_name, size, name);
		return true;
	}
	return false;
}

int pppd_find_refused(const char *log, char *ret_name, size_t size)
{
	for (size_t len; *log; log += len + (log[len] == '\n')) {
		len = strcspn(log, "\n");
		if (cut_name(log, len, ret_name, size))
			return 0;
	}
	return -ENOENT;
}
