/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Option tables: the array of getopt_long, usage lines and help are built from the rows. */
#include "command.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>

#include "util/help.h"
#include "util/report.h"

#define HELP_COLUMN 23
#define LONG_BASE   256 /* above all characters; plus the index of the row */

static size_t count_options(const struct command_option *options)
{
	size_t n = 0;

	while (options && options[n].name)
		n++;
	return n;
}

static const struct command_option *find_option(const struct command_option *options,
						const char *name)
{
	for (; options && options->name; options++)
		if (str_eq(options->name, name))
			return options;
	fprintf(stderr, "no option row --%s\n", name);
	abort();
}

/* The two descriptions that getopt_long(3) wants of the rows. */
static void build_getopt(const struct command_option *options, bool stop_at_word,
			 struct option *longs, struct text *shorts)
{
	size_t n = count_options(options);

	text_add(shorts, stop_at_word ? "+:" : ":");
	for (size_t i = 0; i < n && i < COMMAND_OPTIONS_MAX; i++) {
		longs[i] = (struct option){
			.name = options[i].name,
			.has_arg = options[i].argument ? required_argument : no_argument,
			.val = LONG_BASE + (int)i,
		};
		if (options[i].letter)
			text_addf(shorts, "%c%s", options[i].letter,
				  options[i].argument ? ":" : "");
	}
}

static const struct command_option *option_of(const struct command_option *options, int value)
{
	if (value >= LONG_BASE)
		return &options[value - LONG_BASE];
	while (options->letter != value)
		options++;
	return options;
}

/* "--jsno" or "--lan-acess=yes" */
static void report_unknown_option(const struct command_option *options, const char *word)
{
	_cleanup_free_ char *name = xstrndup(word, strcspn(word, "="));
	const char *names[COMMAND_OPTIONS_MAX], *near;
	size_t n = 0;

	for (; n < COMMAND_OPTIONS_MAX && options[n].name; n++)
		names[n] = options[n].name;
	near = help_find_near(name + strspn(name, "-"), names, n);
	if (near)
		report_error("%s: unknown option: did you mean --%s?", name, near);
	else
		report_error("%s: unknown option: see --help", name);
}

static int complain(const struct command_option *options, int value, const char *word)
{
	if (value == ':')
		report_error("%s: missing value", word);
	else if (optopt >= LONG_BASE)
		report_error("--%s: takes no value", options[optopt - LONG_BASE].name);
	else if (optopt)
		report_error("-%c: unknown option: see --help", optopt);
	else
		report_unknown_option(options, word);
	return -EINVAL;
}

static int add_given(struct command_args *args, const struct command_option *option,
		     const char *value)
{
	if (!option->repeated && command_has(args, option->name)) {
		report_error("--%s: given twice", option->name);
		return -EINVAL;
	}
	args->given = xrealloc(args->given, args->n_given + 1, sizeof(*args->given));
	args->given[args->n_given++] = (struct command_given){ option, value };
	return 0;
}

int command_parse(const struct command_option *options, bool stop_at_word, int argc, char **argv,
		  struct command_args *ret_args)
{
	struct command_args args = { .options = options };
	struct option longs[COMMAND_OPTIONS_MAX + 1] = { 0 };
	_cleanup_text_ struct text shorts = { 0 };
	int c, r = 0;

	build_getopt(options, stop_at_word, longs, &shorts);
	opterr = 0;
	optind = 0; /* glibc: start a new parse */
	while (r == 0 && (c = getopt_long(argc, argv, text_str(&shorts), longs, NULL)) >= 0) {
		if (c == ':' || c == '?')
			r = complain(options, c, argv[optind - 1]);
		else
			r = add_given(&args, option_of(options, c), optarg);
	}
	if (r < 0) {
		command_args_free(&args);
		return r;
	}
	args.words = argv + optind;
	args.n_words = (unsigned)(argc - optind);
	*ret_args = args;
	return 0;
}

void command_args_free(struct command_args *args)
{
	free(args->given);
	args->given = NULL;
	args->n_given = 0;
}

const char *command_next(const struct command_args *args, const char *name, size_t *i)
{
	const struct command_option *option = find_option(args->options, name);

	while (*i < args->n_given) {
		const struct command_given *given = &args->given[(*i)++];

		if (given->option == option)
			return given->value ? given->value : "";
	}
	return NULL;
}

bool command_has(const struct command_args *args, const char *name)
{
	size_t i = 0;

	return command_next(args, name, &i) != NULL;
}

const char *command_value(const struct command_args *args, const char *name)
{
	size_t i = 0;

	return command_next(args, name, &i);
}

static void add_option_words(const struct command_option *option, struct text *out)
{
	text_addf(out, "--%s", option->name);
	if (option->argument)
		text_addf(out, " %s", option->argument);
}

void command_format_options(const struct command_option *options, struct text *out)
{
	for (; options && options->name; options++) {
		_cleanup_text_ struct text words = { 0 };

		if (options->letter)
			text_addf(&words, "-%c, ", options->letter);
		add_option_words(options, &words);
		help_add_row(out, HELP_COLUMN, text_str(&words), options->help);
	}
}

void command_format_usage(const struct command *command, struct text *out)
{
	const struct command_option *option = command->options;
	_cleanup_text_ struct text word = { 0 };

	text_addf(out, "usage: dialisp %s", command->name);
	for (; option && option->name; option++) {
		text_clear(&word);
		text_addc(&word, '[');
		add_option_words(option, &word);
		text_add(&word, option->repeated ? "]..." : "]");
		help_add_word(out, strlen("usage: "), text_str(&word));
	}
	if (!str_empty(command->arguments))
		help_add_word(out, strlen("usage: "), command->arguments);
	text_addc(out, '\n');
}
