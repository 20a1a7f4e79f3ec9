/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The client of the control socket: dialisp-linesim ctl. */
#include "control/client.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "control/commands.h"
#include "usb/vhci.h"

enum {
	ANSWER_TIMEOUT_S = 10
};

static int fail_client(const char *object, const char *reason)
{
	fprintf(stderr, "dialisp-linesim: %s: %s\n", object, reason);
	return 1;
}

static int join_words(char **words, char line[CONTROL_LINE_MAX])
{
	size_t len = 0;

	for (; *words; words++) {
		int added = snprintf(line + len, CONTROL_LINE_MAX - len, "%s%s", *words,
				     words[1] ? " " : "\n");

		if (added < 0 || (size_t)added >= CONTROL_LINE_MAX - len || strchr(*words, '\n'))
			return -E2BIG;
		len += (size_t)added;
	}
	return 0;
}

static int connect_to(const char *path)
{
	struct timeval timeout = { .tv_sec = ANSWER_TIMEOUT_S };
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -errno;
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
	if (!connect(fd, (struct sockaddr *)&address, sizeof(address)))
		return fd;
	close(fd);
	return -errno;
}

/* The client looks up the tty of a vhci port, not the simulator. Without a rank: all. */
static int print_tty(const char *where)
{
	unsigned int number, rank = 0;
	int fields = sscanf(where, "vhci %u %u", &number, &rank), err;
	char name[64];

	if (sscanf(where, "pts %63s", name) == 1)
		return puts(name) < 0;
	if (fields < 1)
		return fail_client("tty", "unexpected answer");
	err = vhci_find_tty(number, rank, name, sizeof(name));
	if (err)
		return fail_client("tty", err == -ENODEV ? "not there" : strerror(-err));
	puts(name);
	while (fields == 1 && !vhci_find_tty(number, ++rank, name, sizeof(name)))
		puts(name);
	return 0;
}

static int print_answer(FILE *answer, bool want_tty)
{
	char line[CONTROL_LINE_MAX];

	while (fgets(line, sizeof(line), answer)) {
		line[strcspn(line, "\n")] = '\0';
		if (!strcmp(line, "ok"))
			return 0;
		if (!strncmp(line, "error ", 6))
			return fail_client("error", line + 6);
		if (want_tty)
			return print_tty(line);
		puts(line);
	}
	return fail_client("control socket", "no answer");
}

int client_run(const char *path, char **words)
{
	char line[CONTROL_LINE_MAX];
	FILE *answer;
	int fd, code;

	if (join_words(words, line))
		return fail_client(words[0], "command too long");
	fd = connect_to(path);
	if (fd < 0)
		return fail_client(path, strerror(-fd));
	if (send(fd, line, strlen(line), MSG_NOSIGNAL) < 0) {
		close(fd);
		return fail_client(path, strerror(errno));
	}
	answer = fdopen(fd, "r");
	if (!answer)
		return fail_client(path, strerror(errno));
	code = print_answer(answer, !strcmp(words[0], "tty"));
	fclose(answer);
	return code;
}
