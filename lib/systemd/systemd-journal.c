/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Journal messages of a process, by sd-journal. */
#include <systemd/sd-journal.h>

#include "systemd/systemd.h"

#define MESSAGES_MAX 100

static void close_journal(sd_journal **journal)
{
	sd_journal_close(*journal);
}

static int add_match(sd_journal *journal, const char *field, const char *value)
{
	_cleanup_free_ char *match = xasprintf("%s=%s", field, value);

	return sd_journal_add_match(journal, match, 0);
}

/* _PID comes from the kernel; unlike unit and invocation it is also present if the process ended
 * before journald looked it up. */
static int open_log(pid_t pid, const char *identifier, sd_journal **ret)
{
	_cleanup_free_ char *number = xasprintf("%d", (int)pid);
	_cleanup_(close_journal) sd_journal *journal = NULL;
	int r = sd_journal_open(&journal, SD_JOURNAL_LOCAL_ONLY | SD_JOURNAL_SYSTEM);

	if (r >= 0)
		r = add_match(journal, "_PID", number);
	if (r >= 0)
		r = add_match(journal, "SYSLOG_IDENTIFIER", identifier);
	if (r >= 0)
		r = sd_journal_seek_tail(journal);
	if (r < 0)
		return r;
	*ret = journal;
	journal = NULL;
	return 0;
}

/* An entry without text adds nothing. */
static void add_message(sd_journal *journal, struct text *out)
{
	static const char field[] = "MESSAGE=";
	const char *data;
	size_t len;

	if (sd_journal_get_data(journal, "MESSAGE", (const void **)&data, &len) < 0)
		return;
	for (size_t i = sizeof(field) - 1; i < len; i++)
		text_addc(out, data[i] && data[i] != '\n' ? data[i] : ' ');
	text_addc(out, '\n');
}

int systemd_read_log(pid_t pid, const char *identifier, int64_t since, struct text *ret)
{
	_cleanup_(close_journal) sd_journal *journal = NULL;
	uint64_t at_us;
	int r = open_log(pid, identifier, &journal);

	for (unsigned n = 0; r >= 0 && n < MESSAGES_MAX; n++) {
		r = sd_journal_previous(journal);
		if (r <= 0)
			break;
		r = sd_journal_get_realtime_usec(journal, &at_us);
		if (r < 0 || at_us / 1000000 < (uint64_t)since)
			break;
		add_message(journal, ret);
	}
	return r < 0 ? r : 0;
}
