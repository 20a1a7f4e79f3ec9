/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Common code of dialisp-call and dialisp-line: finds the verb and runs it. */
#include <stdio.h>
#include <sys/stat.h>

#include "call.h"
#include "paths.h"
#include "util/help.h"
#include "util/report.h"

#define LOG_NAME    "dialisp-call" /* one name for all messages about calls */
#define HELP_COLUMN 40

static void print_help(const struct call_program *program)
{
	_cleanup_text_ struct text out = { 0 };

	text_addf(&out, "usage: %s VERB [ARGUMENT...]\n\n%s; not meant for people.\n\n",
		  program->name, program->help);
	for (size_t i = 0; i < program->n_verbs; i++) {
		const struct call_verb *verb = program->verbs[i];
		_cleanup_free_ char *left = xasprintf("%s %s", verb->name, verb->arguments);

		help_add_row(&out, HELP_COLUMN, left, verb->help);
	}
	text_add(&out, "\n  --help, --version\n");
	fputs(text_str(&out), stdout);
}

static const struct call_verb *find_verb(const struct call_program *program, const char *name)
{
	for (size_t i = 0; i < program->n_verbs; i++)
		if (str_eq(program->verbs[i]->name, name))
			return program->verbs[i];
	return NULL;
}

static int complain(const struct call_program *program, const char *verb)
{
	if (verb)
		report_error("%s: unknown verb, or wrong number of arguments (see: %s --help)",
			     verb, program->name);
	else
		report_error("no verb given (see: %s --help)", program->name);
	return 2;
}

int call_main(const struct call_program *program, int argc, char **argv)
{
	const struct call_verb *verb;

	report_init(program->name, REPORT_INFO);
	umask(022);
	if (argc == 2 && str_eq(argv[1], "--help")) {
		print_help(program);
		return 0;
	}
	if (argc == 2 && str_eq(argv[1], "--version")) {
		printf("%s %s\n", program->name, DIALISP_VERSION);
		return 0;
	}
	verb = argc > 1 ? find_verb(program, argv[1]) : NULL;
	/* Messages in the journal keep their priority only through syslog. */
	if (verb && (verb->to_syslog || getenv("JOURNAL_STREAM")))
		report_to_syslog(LOG_NAME);
	if (!verb || argc - 2 < verb->min_arguments || argc - 2 > verb->max_arguments)
		return complain(program, argc > 1 ? argv[1] : NULL);
	return verb->run(argc - 2, argv + 2);
}
