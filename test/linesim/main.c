/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dialisp-linesim: the command line. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "control/client.h"
#include "control/commands.h"
#include "control/serve.h"
#include "control/spec.h"
#include "modem/persona.h"
#include "modem/personas.h"
#include "usb/device.h"
#include "usb/gadget.h"

#ifndef DIALISP_VERSION
#define DIALISP_VERSION "0"
#endif

enum {
	EXIT_USAGE = 2
};

static const char default_socket[] = "/run/dialisp-linesim.sock";

static int fail_usage(const char *complaint, const char *object)
{
	fprintf(stderr, "dialisp-linesim: %s%s%s; see dialisp-linesim --help\n", object,
		*object ? ": " : "", complaint);
	return EXIT_USAGE;
}

static void help_row(const char *name, const struct usb_id *usb, const char *about)
{
	if (usb && usb->vendor)
		printf("  %-30s %04x:%04x %s\n", name, usb->vendor, usb->product, about);
	else
		printf("  %-30s %s\n", name, about);
}

static void help_devices(void)
{
	const struct gadget_kind *gadget;
	const struct persona *persona;
	const struct usb_kind *kind;

	for (size_t i = 0; (persona = persona_at(i)); i++)
		help_row(persona->name, &persona->usb, persona->title);
	puts("other devices (not telephone modems):");
	for (size_t i = 0; (gadget = gadget_kind_at(i)); i++)
		help_row(gadget->name, gadget->usb ? gadget->usb->id : NULL, gadget->about);
	puts("adapters (acm for modems that are USB devices, ftdi for others; ftdi2=NAME.PORT has two ports):");
	for (size_t i = 0; (kind = spec_adapter_at(i)); i++)
		help_row(kind->name, kind->id,
			 kind->id ? kind->id->name : "none: the modem's own plug");
}

static int print_help(void)
{
	const char *key, *meaning;

	puts("usage: dialisp-linesim [--socket PATH] serve [--pty DIR] [--log FILE] [--set KEY=VALUE]... MODEM...\n"
	     "       dialisp-linesim [--socket PATH] ctl COMMAND...\n"
	     "MODEM is NAME:NUMBER[:PERSONALITY[@ADAPTER]][:unplugged]; personalities:");
	help_devices();
	puts("commands:");
	control_help(stdout);
	puts("keys:");
	for (size_t i = 0; (key = line_settings_key(i, &meaning)); i++)
		printf("  %-30s %s\n", key, meaning);
	return 0;
}

/* KEY=VALUE; the argument is taken apart. */
static int set_key(struct line_settings *settings, char *assignment)
{
	char *value = strchr(assignment, '=');
	int err = -ENOENT;

	if (value) {
		*value = '\0';
		err = line_settings_set(settings, assignment, value + 1);
	}
	if (err)
		fail_usage(err == -ENOENT ? "no such key" : "value out of range", assignment);
	return err;
}

static int parse_serve(const char *socket, int argc, char **argv)
{
	static const struct option options[] = {
		{ "pty", required_argument, NULL, 'p' },
		{ "log", required_argument, NULL, 'l' },
		{ "set", required_argument, NULL, 's' },
		{ 0 },
	};
	struct serve_options serve_options = { .socket = socket };
	int option;

	line_settings_init(&serve_options.settings);
	optind = 0; /* a second command line: getopt(3) starts afresh */
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'p')
			serve_options.pty_dir = optarg;
		else if (option == 'l')
			serve_options.log = optarg;
		else if (option != 's' || set_key(&serve_options.settings, optarg))
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
			return print_help();
		if (option == 'v')
			return puts("dialisp-linesim " DIALISP_VERSION) < 0;
		if (option != 's')
			return EXIT_USAGE;
		socket = optarg;
	}
	argc -= optind;
	argv += optind;
	if (!argc)
		return fail_usage("serve or ctl expected", "");
	if (!strcmp(argv[0], "serve"))
		return parse_serve(socket, argc, argv);
	if (strcmp(argv[0], "ctl"))
		return fail_usage("no such command", argv[0]);
	if (argc < 2)
		return fail_usage("a command must follow", "ctl");
	return client_run(socket, argv + 1);
}
