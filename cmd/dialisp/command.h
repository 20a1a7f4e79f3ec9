/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One row per subcommand: dispatch, usage, --help and the test of the manual page come from it. */
#pragma once

#include <sysexits.h>

#include "util/text.h"

enum exit_code { /* dialisp(8), EXIT STATUS */
	EXIT_DONE = 0,
	EXIT_REFUSED = 1,
	EXIT_USAGE = 2,
	EXIT_LATER = EX_TEMPFAIL, /* the lock is held by another dialisp */
};

struct command_option {
	const char *name;     /* "user": --user */
	const char *argument; /* "NAME", or NULL: a switch */
	const char *help;
	char letter;   /* 'q': -q too; 0: none */
	bool repeated; /* may be given more than once */
};

#define OPTION(name_, argument_, help_, ...)                                                       \
	{                                                                                          \
		.name = (name_), .argument = (argument_), .help = (help_), ##__VA_ARGS__           \
	}

#define COMMAND_OPTIONS_MAX 24 /* rows of a table, the last empty one included */

struct command_args;
struct command {
	const char *name;
	const char *arguments; /* as shown: "[PORT...]" */
	unsigned min, max;     /* how many of them */
	const char *help;
	const struct command_option *options; /* a row without name ends them; NULL: none */
	bool needs_root;                      /* unless another root directory is set */
	bool changes;                         /* journalled */
	int (*run)(const struct command_args *args);
};

/* The parsed command line. Options are looked up by name; a name without a row is a programming
 * error and aborts. */
struct command_given {
	const struct command_option *option;
	const char *value;
};
struct command_args {
	const struct command_option *options;
	struct command_given *given;
	size_t n_given;
	char **words; /* the arguments that are not options */
	unsigned n_words;
};

/* Parses argv[1..]; with `stop_at_word` up to the first word. Errors are reported. 0 or -EINVAL.
 */
int command_parse(const struct command_option *options, bool stop_at_word, int argc, char **argv,
		  struct command_args *ret_args);
void command_args_free(struct command_args *args);

bool command_has(const struct command_args *args, const char *name);
/* The last value given, or NULL */
const char *command_value(const struct command_args *args, const char *name);
/* All values of a repeated option: start with *i = 0; NULL after the last. */
const char *command_next(const struct command_args *args, const char *name, size_t *i);

/* "  --user NAME   help" lines, and "[--user NAME]..." for a usage line */
void command_format_options(const struct command_option *options, struct text *out);
void command_format_usage(const struct command *command, struct text *out);

extern const struct command command_setup, command_add_line, command_set_line, command_remove_line,
	command_add_user, command_remove_user, command_passwd, command_users, command_probe,
	command_plan, command_apply, command_status;
