/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dialisp-linesim: the command line. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "client.h"
#include "control.h"
#include "persona.h"
#include "serve.h"

#ifndef DIALISP_VERSION
#define DIALISP_VERSION "0"
#endif

enum {
	EXIT_USAGE = 2
};

static const char default_socket[] = "/run/dialisp-linesim.sock";

static int usage(const char *complaint, const char *object)
{
	fprintf(stderr, "dialisp-linesim: %s%s%s; see dialisp-linesim --help\n", object, *object ? ": " : "",
		complaint);
	return EXIT_USAGE;
}

static int help(void)
{
	const char *key, *meaning;
	const struct persona *persona;

	puts("usage: dialisp-linesim [--socket PATH] serve [--pty DIR] [--log FILE] [--set KEY=VALUE]... MODEM...\n"
	     "       dialisp-linesim [--socket PATH] ctl COMMAND...\n"
	     "MODEM is NAME:NUMBER[:PERSONALITY[:unplugged]]; personalities:");
	for (size_t i = 0; (persona = persona_at(i)); i++)
		printf("  %-26s %04x:%04x %s\n", persona->name, persona->usb.vendor, persona->usb.product,
		       persona->usb.name);
	puts("commands:");
	control_help(stdout);
	puts("keys:");
	for (size_t i = 0; (key = settings_key(i, &meaning)); i++)
		printf("  %-26s %s\n", key, meaning);
	return 0;
}

/* KEY=VALUE; the argument is taken apart. */
static int set(struct settings *settings, char *assignment)
{
	char *value = strchr(assignment, '=');
	int err = -ENOENT;

	if (value) {
		*value = '\0';
		err = settings_set(settings, assignment, value + 1);
	}
	if (err)
		usage(err == -ENOENT ? "no such key" : "value out of range", assignment);
	return err;
}

static int serve(const char *socket, int argc, char **argv)
{
	static const struct option options[] = {
		{ "pty", required_argument, NULL, 'p' },
		{ "log", required_argument, NULL, 'l' },
		{ "set", required_argument, NULL, 's' },
		{ 0 },
	};
	struct serve_options serve_options = { .socket = socket };
	int option;

	settings_init(&serve_options.settings);
	optind = 0; /* a second command line: getopt(3) starts afresh */
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'p')
			serve_options.pty_dir = optarg;
		else if (option == 'l')
			serve_options.log = optarg;
		else if (option != 's' || set(&serve_options.settings, optarg))
			return EXIT_USAGE;
	}
	serve_options.modems = argv + optind;
	return serve_run(&serve_options);
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "socket", required_argument, NULL, 's' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'v' },
		{ 0 },
	};
	const char *socket = default_socket;
	int option;

	while ((option = getopt_long(argc, argv, "+h", options, NULL)) != -1) {
		if (option == 'h')
			return help();
		if (option == 'v')
			return puts("dialisp-linesim " DIALISP_VERSION) < 0;
		if (option != 's')
			return EXIT_USAGE;
		socket = optarg;
	}
	argc -= optind;
	argv += optind;
	if (!argc)
		return usage("serve or ctl expected", "");
	if (!strcmp(argv[0], "serve"))
		return serve(socket, argc, argv);
	if (strcmp(argv[0], "ctl"))
		return usage("no such command", argv[0]);
	if (argc < 2)
		return usage("a command must follow", "ctl");
	return client_run(socket, argv + 1);
}
