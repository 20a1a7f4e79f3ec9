/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The record of a call for the verbs: an unreadable record counts as empty, a failure to write is
 * reported. */
#include <time.h>

#include "call.h"
#include "paths.h"
#include "util/report.h"

int64_t call_now(void)
{
	return time(NULL);
}

void call_load(const char *line, struct calldb_call *ret)
{
	if (calldb_load(line, ret) < 0)
		*ret = (struct calldb_call){ 0 };
}

enum reported call_save(const char *line, const struct calldb_call *call)
{
	int r = calldb_save(line, call);

	if (r == 0)
		return REPORTED_OK;
	report_error("%s: could not record the call in " PATH_RUN ": %s", line, strerror(-r));
	return REPORTED_FAILED;
}

struct calldb_last call_load_last(const char *line)
{
	struct calldb_last last = { 0 };

	(void)!calldb_load_last(line, &last);
	return last;
}
