/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dialisp-call: the life of one call, one verb per moment; started by the line's unit, mgetty and pppd. */
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>

#include "call/call.h"
#include "paths.h"
#include "report.h"

#define PROGRAM "dialisp-call"

static const struct call_verb *const verbs[] = {
	&call_verb_free,   &call_verb_ready, &call_verb_ring, &call_verb_answer, &call_verb_reject,
	&call_verb_pre_up, &call_verb_up,    &call_verb_down, &call_verb_end,    &call_verb_firewall,
};

int64_t call_now(void)
{
	return time(NULL);
}

void call_load(const char *line, struct calldb_call *ret)
{
	if (calldb_load(line, ret) < 0)
		*ret = (struct calldb_call){ 0 };
}

int call_save(const char *line, const struct calldb_call *call)
{
	int r = calldb_save(line, call);

	if (r < 0)
		report_error("%s: could not record the call in " PATH_RUN ": %s", line, strerror(-r));
	return r;
}

struct calldb_last call_load_last(const char *line)
{
	struct calldb_last last = { 0 };

	calldb_load_last(line, &last);
	return last;
}

static void print_help(void)
{
	printf("usage: " PROGRAM
	       " VERB [ARGUMENT...]\n\nStarted by a line's unit, by mgetty and by pppd; not meant for people.\n\n");
	for (size_t i = 0; i < ARRAY_SIZE(verbs); i++)
		printf("  %-8s%-29s  %s\n", verbs[i]->name, verbs[i]->arguments, verbs[i]->help);
	printf("\n  --help, --version\n");
}

static const struct call_verb *find_verb(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(verbs); i++)
		if (str_eq(verbs[i]->name, name))
			return verbs[i];
	return NULL;
}

static int complain(const char *verb)
{
	if (verb)
		report_error("%s: unknown verb, or wrong number of arguments (see: " PROGRAM " --help)",
			     verb);
	else
		report_error("no verb given (see: " PROGRAM " --help)");
	return 2;
}

int main(int argc, char **argv)
{
	const struct call_verb *verb;

	report_init(PROGRAM, REPORT_INFO);
	umask(022);
	if (argc == 2 && str_eq(argv[1], "--help")) {
		print_help();
		return 0;
	}
	if (argc == 2 && str_eq(argv[1], "--version")) {
		printf(PROGRAM " " DIALISP_VERSION "\n");
		return 0;
	}
	verb = argc > 1 ? find_verb(argv[1]) : NULL;
	/* In the journal a message keeps its priority only when it comes by syslog. */
	if (verb && (verb->to_syslog || getenv("JOURNAL_STREAM")))
		report_to_syslog(PROGRAM);
	if (!verb || argc - 2 < verb->min_arguments || argc - 2 > verb->max_arguments)
		return complain(argc > 1 ? argv[1] : NULL);
	return verb->run(argc - 2, argv + 2);
}
