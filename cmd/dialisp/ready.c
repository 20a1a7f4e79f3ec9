/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Waits until the lines are ready. */
#include "ready.h"

#include <errno.h>

#include "common.h"
#include "status.h"

#define WAIT_MS     60000 /* for the first line ... */
#define WAIT_PER_MS 1000  /* ... and for each of them: probing modems share one USB bus */
#define WAIT_ONE_MS 90000 /* twice the longest back-off of the unit, and the time of the modem */
#define POLL_MS     200
#define MISSING_MS  5000  /* udev has settled by then */
#define GIVE_UP_MS  20000 /* time for a failed line to recover by itself */

static bool is_ready(enum status_state state)
{
	switch (state) {
	case STATUS_STATE_WAITING:
	case STATUS_STATE_RINGING:
	case STATUS_STATE_ANSWERING:
	case STATUS_STATE_CALL:
		return true;
	case STATUS_STATE_STARTING:
	case STATUS_STATE_MISSING:
	case STATUS_STATE_FAILED:
	case STATUS_STATE_STOPPED:
		return false;
	}
	return false;
}

/* The state is final. */
static bool is_settled(enum status_state state, int64_t waited_ms)
{
	if (is_ready(state))
		return true;
	if (state == STATUS_STATE_MISSING)
		return waited_ms >= MISSING_MS;
	return state != STATUS_STATE_STARTING && waited_ms >= GIVE_UP_MS;
}

static size_t count_settled(const struct status *status, int64_t waited_ms)
{
	size_t n = 0;

	for (size_t i = 0; i < status->n_lines; i++)
		n += is_settled(status->lines[i].state, waited_ms);
	return n;
}

/* The name of the line follows. */
static const char *const cures[] = {
	[STATUS_STATE_STARTING] = "check again with dialisp status ",
	[STATUS_STATE_MISSING] = "plug the modem in at that location, or run dialisp remove-line ",
	[STATUS_STATE_FAILED] = "switch the modem off and on, or see journalctl -u dialisp-line@",
	[STATUS_STATE_STOPPED] = "run systemctl start dialisp-line@",
};

static void say_line(const struct status_line *line)
{
	const char *name = line->line->name,
		   *none = report_colour(STDOUT_FILENO, REPORT_COLOUR_NONE);

	if (is_ready(line->state))
		common_say("   %s: %sready%s%s%s", name,
			   report_colour(STDOUT_FILENO, REPORT_COLOUR_GREEN), none,
			   *line->port ? " on " : "", line->port);
	else
		common_say("   %s: %snot ready%s: %s%s%s: %s%s", name,
			   report_colour(STDOUT_FILENO, REPORT_COLOUR_RED), none,
			   status_state_name(line->state), *line->why ? ": " : "", line->why,
			   cures[line->state], name);
}

static int say_lines(const struct status *status)
{
	int r = 0;

	report_progress_end();
	for (size_t i = 0; i < status->n_lines; i++) {
		const struct status_line *line = &status->lines[i];

		say_line(line);
		if (!is_ready(line->state) && line->state != STATUS_STATE_MISSING)
			r = -ENODEV;
	}
	if (r < 0)
		report_error("not all lines are ready: see journalctl -u 'dialisp-line@*'");
	return r;
}

int ready_wait(const struct site *site)
{
	int64_t start = base_now_ms(), limit = WAIT_MS + WAIT_PER_MS * (int64_t)site->n_lines;

	common_say("   waiting until all lines are ready");
	for (;;) {
		_cleanup_(status_free) struct status status = { 0 };
		int64_t waited = base_now_ms() - start;
		size_t n_settled;

		status_gather(site, &status);
		n_settled = count_settled(&status, waited);
		if (n_settled == status.n_lines || waited >= limit)
			return say_lines(&status);
		report_progress("   waiting for %zu of %zu lines, %lld s",
				status.n_lines - n_settled, status.n_lines,
				(long long)waited / 1000);
		base_sleep_ms(POLL_MS);
	}
}

/* --- one line --- */

static void gather_line(const struct site *site, const char *name, struct status_line *ret)
{
	_cleanup_(status_free) struct status status = { 0 };
	struct site one = *site;

	one.lines = site_find_line(site, name);
	one.n_lines = 1;
	status_gather(&one, &status);
	*ret = status.lines[0];
}

int ready_mark_line(const struct site *site, const char *name, struct ready_mark *ret)
{
	struct status_line line;

	gather_line(site, name, &line);
	*ret = (struct ready_mark){
		.was_ready = is_ready(line.state),
		.was_trying =
			line.state == STATUS_STATE_STARTING || line.state == STATUS_STATE_FAILED,
		.was_missing = line.state == STATUS_STATE_MISSING,
		.pid = line.pid,
		.idle_starts = line.idle_starts,
	};
	return 0;
}

int ready_wait_line(const struct site *site, const char *name, const struct ready_mark *before,
		    char ret_why[static READY_WHY_MAX])
{
	int64_t start = base_now_ms();

	for (;;) {
		int64_t waited = base_now_ms() - start;
		struct status_line line;

		gather_line(site, name, &line);
		if (is_ready(line.state) && line.pid != before->pid)
			return 0;
		if (line.idle_starts >= before->idle_starts + READY_FAILED_STARTS ||
		    waited >= WAIT_ONE_MS) {
			base_copy(ret_why, READY_WHY_MAX,
				  *line.why ? line.why : status_state_name(line.state));
			return -ENODEV;
		}
		report_progress("   waiting for %s, %lld s", name, (long long)waited / 1000);
		base_sleep_ms(POLL_MS);
	}
}
