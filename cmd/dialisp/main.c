/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dialisp, the operator's command: global options, the table of subcommands, dispatch. */
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

#include "command.h"
#include "common.h"
#include "config/config.h"
#include "paths.h"
#include "util/file.h"
#include "util/help.h"
#include "util/journal.h"
#include "util/report.h"

#define COMMAND_COLUMN 15

static const struct command *const commands[] = {
	&command_setup,    &command_add_line,    &command_set_line, &command_remove_line,
	&command_add_user, &command_remove_user, &command_passwd,   &command_users,
	&command_probe,    &command_plan,        &command_apply,    &command_status,
};

static const struct command_option global_options[] = {
	OPTION("root", "DIR",
	       "work on the Debian tree in DIR, such as a mounted image, not on this host"),
	OPTION("templates", "DIR", "read the templates from DIR"),
	OPTION("quiet", NULL, "print only errors and requested output", .letter = 'q'),
	OPTION("help", NULL, "print this text; after a command: its help", .letter = 'h'),
	OPTION("version", NULL, "print the version"),
	{ 0 },
};
/* For the test that compares the manual pages with the tables; not in the help. */
static const struct command_option hidden_options[] = {
	OPTION("list-options", NULL, "list every option of every command"),
	OPTION("list-keys", NULL, "list every key of the configuration files"),
	{ 0 },
};
static const struct command_option help_option[] = {
	OPTION("help", NULL, "print this text", .letter = 'h'), { 0 }
};

/* Joins two tables; an empty row ends the result. */
static void join_options(const struct command_option *a, const struct command_option *b,
			 struct command_option joined[static COMMAND_OPTIONS_MAX])
{
	size_t n = 0;

	for (; a && a->name && n < COMMAND_OPTIONS_MAX - 1; a++)
		joined[n++] = *a;
	for (; b && b->name && n < COMMAND_OPTIONS_MAX - 1; b++)
		joined[n++] = *b;
	joined[n] = (struct command_option){ 0 };
}

static void print_help(void)
{
	_cleanup_text_ struct text out = { 0 };

	text_add(&out, "usage: dialisp [OPTION]... COMMAND [ARGUMENT]...\n"
		       "Run a dial-up Internet provider on this host with telephone modems.\n\n");
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		help_add_row(&out, COMMAND_COLUMN, commands[i]->name, commands[i]->help);
	text_addc(&out, '\n');
	command_format_options(global_options, &out);
	text_add(&out, "\nSee `dialisp COMMAND --help` and dialisp(8).\n");
	fputs(text_str(&out), stdout);
}

static void print_command_help(const struct command *command)
{
	_cleanup_text_ struct text out = { 0 };

	command_format_usage(command, &out);
	text_addf(&out, "%s\n", command->help);
	if (command->options)
		text_addc(&out, '\n');
	command_format_options(command->options, &out);
	fputs(text_str(&out), stdout);
}

static void list_options(const char *name, const struct command_option *options)
{
	for (; options && options->name; options++)
		printf("%s --%s%s%s\n", name, options->name, options->argument ? " " : "",
		       options->argument ? options->argument : "");
}

static void list_all_options(void)
{
	list_options("dialisp", global_options);
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++) {
		printf("%s\n", commands[i]->name);
		list_options(commands[i]->name, commands[i]->options);
	}
}

static void list_all_keys(void)
{
	static const char *const files[] = {
		[CONFIG_FILE_SITE] = "dialisp.conf",
		[CONFIG_FILE_LINE] = "lines.d",
		[CONFIG_FILE_USER] = "users.d",
	};

	for (size_t i = 0; i < config_n_keys; i++)
		printf("%s [%s] %s %s\n", files[config_keys[i].file], config_keys[i].section,
		       config_keys[i].key, config_keys[i].kind->name);
}

/* The undo journal names a run by its command line, which never contains a password. */
static void begin_journal(int argc, char **argv)
{
	_cleanup_text_ struct text words = { 0 };

	for (int i = 0; i < argc; i++)
		text_addf(&words, "%s%s", i ? " " : "", argv[i]);
	journal_begin(text_str(&words));
}

static int check_words(const struct command *command, const struct command_args *args)
{
	_cleanup_text_ struct text usage = { 0 };

	if (args->n_words >= command->min && args->n_words <= command->max)
		return 0;
	command_format_usage(command, &usage);
	if (args->n_words < command->min)
		report_error("%s: missing argument", command->arguments);
	else
		report_error("%s: unexpected argument", args->words[command->max]);
	fputs(text_str(&usage), stderr);
	return -EINVAL;
}

/* argv[0] is the command's name */
static int run_command(const struct command *command, int argc, char **argv)
{
	struct command_option options[COMMAND_OPTIONS_MAX];
	_cleanup_(command_args_free) struct command_args args = { 0 };
	int status;

	report_init(xasprintf("dialisp %s", command->name), /* lives as long as the program */
		    common_is_quiet() ? REPORT_ERROR : REPORT_INFO);
	join_options(command->options, help_option, options);
	if (command_parse(options, false, argc, argv, &args) < 0)
		return EXIT_USAGE;
	if (command_has(&args, "help")) {
		print_command_help(command);
		return EXIT_DONE;
	}
	if (check_words(command, &args) < 0)
		return EXIT_USAGE;
	if (command->needs_root && geteuid() != 0 && !file_has_root()) {
		report_error("must be root: run sudo dialisp %s", command->name);
		return EXIT_REFUSED;
	}
	if (command->changes)
		begin_journal(argc, argv);
	status = command->run(&args);
	if (status == EXIT_DONE && journal_end() < 0)
		status = EXIT_REFUSED;
	return status;
}

static const struct command *find_command(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		if (str_eq(commands[i]->name, name))
			return commands[i];
	return NULL;
}

static void report_unknown_command(const char *name)
{
	const char *names[ARRAY_SIZE(commands)], *near;

	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		names[i] = commands[i]->name;
	near = help_find_near(name, names, ARRAY_SIZE(names));
	if (near)
		report_error("%s: unknown command: did you mean %s?", name, near);
	else
		report_error("%s: unknown command: see dialisp --help", name);
}

static int set_root(const char *dir)
{
	_cleanup_free_ char *path = NULL;
	struct stat st;

	if (!dir)
		return 0;
	path = realpath(dir, NULL);
	if (!path || stat(path, &st) < 0 || !S_ISDIR(st.st_mode)) {
		report_error("--root %s: no such directory", dir);
		return -ENOENT;
	}
	file_set_root(path);
	return 0;
}

static int dispatch(const struct command_args *args)
{
	const struct command *command;

	if (args->n_words == 0) {
		print_help();
		return EXIT_DONE;
	}
	command = find_command(args->words[0]);
	if (!command) {
		report_unknown_command(args->words[0]);
		return EXIT_USAGE;
	}
	return run_command(command, (int)args->n_words, args->words);
}

int main(int argc, char **argv)
{
	struct command_option options[COMMAND_OPTIONS_MAX];
	_cleanup_(command_args_free) struct command_args args = { 0 };

	report_init("dialisp", REPORT_INFO);
	join_options(global_options, hidden_options, options);
	if (command_parse(options, true, argc, argv, &args) < 0)
		return EXIT_USAGE;
	common_set_quiet(command_has(&args, "quiet"));
	if (command_value(&args, "templates"))
		common_set_templates(command_value(&args, "templates"));
	if (set_root(command_value(&args, "root")) < 0)
		return EXIT_REFUSED;
	if (command_has(&args, "help"))
		print_help();
	else if (command_has(&args, "version"))
		puts("dialisp " DIALISP_VERSION);
	else if (command_has(&args, "list-options"))
		list_all_options();
	else if (command_has(&args, "list-keys"))
		list_all_keys();
	else
		return dispatch(&args);
	return EXIT_DONE;
}
