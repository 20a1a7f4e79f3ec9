/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks whether the port of a line is free and the firewall rules are in force. Both need
 * privileges that a line does not have: its unit sends a request to dialisp-free.service through a
 * socket. One check answers all requests that are waiting. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "call.h"
#include "paths.h"
#include "port/tty.h"
#include "systemd/systemd.h"
#include "util/report.h"

#define SOCKET PATH_RUN "/free"
#define BATCH  64 /* further requests wait for the next check */
#define LINGER_MS                                                                                  \
	2000 /* lines that start together do not ask at once: systemd starts one after the other   \
	      */
#define REQUEST_MS   1000  /* from connection to request: systemd may have frozen the client */
#define ANSWER_MS    30000 /* loading the firewall, on a slow machine */
#define WORD_IS_FREE "free"

/* --- checking --- */

/* A request. */
struct question {
	int fd; /* -1: asked on the command line */
	char line[SITE_LINE_NAME_MAX + 1];
	char port[CALL_PORT_MAX];
	pid_t pid;                 /* holds the lock of the port */
	char answer[CALL_WHY_MAX]; /* the reason if not free, or "" */
};

bool call_find_port(const char *line, char ret_port[static CALL_PORT_MAX],
		    char ret_why[static CALL_WHY_MAX])
{
	int r = tty_line_port(line, ret_port, CALL_PORT_MAX);

	if (r < 0)
		snprintf(ret_why, CALL_WHY_MAX, "no device " TTY_LINE_PATH_FORMAT ": %s", line,
			 strerror(-r));
	return r == 0;
}

static void judge_firewall(struct question *questions, size_t n)
{
	int r = call_ensure_firewall(questions[0].line, true);

	if (r == 0)
		call_renew_others(questions[0].line);
	for (size_t i = 0; r < 0 && i < n; i++)
		base_copy(
			questions[i].answer, sizeof(questions[i].answer),
			"the firewall rules cannot be loaded: systemctl restart dialisp-firewall reports the reason");
}

static void judge_ports(struct question *questions, size_t n)
{
	_cleanup_free_ const char **names = xcalloc(n, sizeof(*names));
	_cleanup_free_ pid_t *pids = xcalloc(n, sizeof(*pids));
	_cleanup_free_ struct tty_owner *owners = xcalloc(n, sizeof(*owners));

	for (size_t i = 0; i < n; i++) {
		names[i] = questions[i].port;
		pids[i] = questions[i].pid;
	}
	tty_find_others(names, pids, n, owners);
	for (size_t i = 0; i < n; i++)
		if (owners[i].pid && !*questions[i].answer)
			snprintf(questions[i].answer, sizeof(questions[i].answer),
				 "%s is in use by pid %d (%s)", questions[i].port,
				 (int)owners[i].pid, owners[i].program);
}

static void judge_questions(struct question *questions, size_t n)
{
	judge_firewall(questions, n);
	for (size_t i = 0; i < n; i++)
		call_find_port(questions[i].line, questions[i].port, questions[i].answer);
	judge_ports(questions, n);
}

/* --- dialisp-free.service --- */

static bool take_question(int fd, struct question *ret)
{
	struct pollfd wait = { .fd = fd, .events = POLLIN };
	struct ucred asker;
	socklen_t size = sizeof(asker);
	char name[sizeof(ret->line) + 1];
	ssize_t n;

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &asker, &size) < 0 ||
	    poll(&wait, 1, REQUEST_MS) != 1)
		return false;
	n = recv(fd, name, sizeof(name) - 1, 0);
	if (n <= 0)
		return false;
	name[n] = '\0';
	*ret = (struct question){ .fd = fd, .pid = asker.pid };
	return site_is_line_name(name) && base_copy(ret->line, sizeof(ret->line), name);
}

/* Accepts all pending requests; waits for the first. */
static size_t take_questions(int listener, struct question ret[static BATCH])
{
	struct pollfd wait = { .fd = listener, .events = POLLIN };
	unsigned timeout_ms = LINGER_MS;
	size_t n = 0;

	while (n < BATCH && poll(&wait, 1, (int)timeout_ms) == 1) {
		int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);

		if (fd < 0)
			break;
		if (take_question(fd, &ret[n]))
			n++;
		else
			close(fd);
		timeout_ms = 0;
	}
	return n;
}

static void send_answer(const struct question *q)
{
	const char *word = *q->answer ? q->answer : WORD_IS_FREE;

	/* Clients that have exited need no answer. */
	(void)!send(q->fd, word, strlen(word), MSG_NOSIGNAL | MSG_DONTWAIT);
	close(q->fd);
}

static int serve_questions(int listener)
{
	struct question questions[BATCH];
	size_t n;

	while ((n = take_questions(listener, questions))) {
		judge_questions(questions, n);
		for (size_t i = 0; i < n; i++)
			send_answer(&questions[i]);
	}
	return 0;
}

static int answer_one(const char *line)
{
	struct question q = { .fd = -1 };

	if (!base_copy(q.line, sizeof(q.line), line)) {
		report_error("%s: is not a line name", line);
		return 1;
	}
	judge_questions(&q, 1);
	if (*q.answer)
		report_error("%s: %s", line, q.answer);
	return *q.answer != '\0';
}

static int verb_free(int argc, char **argv)
{
	const char *line = argc ? call_line_name("", argv[0]) : NULL;
	int listener;

	if (line)
		return answer_one(line);
	if (argc) {
		report_error("%s: is not a line name", argv[0]);
		return 1;
	}
	listener = systemd_take_socket();
	if (listener < 0) {
		report_error("free: no socket of dialisp-free.socket, and no LINE");
		return 2;
	}
	return serve_questions(listener);
}

const struct call_verb call_verb_free = {
	.name = "free",
	.arguments = "[LINE]",
	.help = "tell lines whether their ports are free and the firewall is loaded",
	.min_arguments = 0,
	.max_arguments = 1,
	.run = verb_free,
};

/* --- the client, in the unit of a line --- */

static int connect_and_ask(const char *line)
{
	static const struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = SOCKET };
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0), r;

	if (fd < 0)
		return -errno;
	if (connect(fd, (const struct sockaddr *)&address, sizeof(address)) == 0 &&
	    send(fd, line, strlen(line), MSG_NOSIGNAL) >= 0)
		return fd;
	r = -errno;
	close(fd);
	return r;
}

static ssize_t receive_answer(int fd, char *ret, size_t size)
{
	struct pollfd wait = { .fd = fd, .events = POLLIN };
	int r = poll(&wait, 1, ANSWER_MS);

	if (r <= 0)
		return r < 0 ? -errno : -ETIMEDOUT;
	return recv(fd, ret, size, 0);
}

bool call_ask_free(const char *line, char ret_why[static CALL_WHY_MAX])
{
	_cleanup_close_ int fd = connect_and_ask(line);
	ssize_t n;

	if (fd < 0) {
		snprintf(ret_why, CALL_WHY_MAX,
			 "dialisp-free.socket: %s: systemctl restart dialisp-free.socket",
			 strerror(-fd));
		return false;
	}
	n = receive_answer(fd, ret_why, CALL_WHY_MAX - 1);
	if (n <= 0) {
		base_copy(
			ret_why, CALL_WHY_MAX,
			"dialisp-free.service: no response: systemctl status dialisp-free.service");
		return false;
	}
	ret_why[n] = '\0';
	return str_eq(ret_why, WORD_IS_FREE);
}
