/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The control socket: a command line in, lines of reply and "ok" or "error reason" out. */
#include "control/listener.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "control/commands.h"
#include "control/sim.h"

enum {
	CLIENTS_MAX = 16,
	CLIENT_TIMEOUT_MS = 5000
};

struct listener {
	struct sim *sim;
	struct watch watch;
	unsigned int clients;
	char *path;
};

struct client {
	struct listener *listener;
	struct sim *sim;
	struct watch watch;
	struct timer timeout;
	char line[CONTROL_LINE_MAX + 1];
	size_t len;
};

static void end_client(struct client *client)
{
	clock_disarm(&client->sim->clock, &client->timeout);
	loop_close(&client->sim->loop, &client->watch);
	client->listener->clients--;
	free(client);
}

static void on_timeout(void *arg)
{
	end_client(arg);
}

/* The whole reply fits the empty buffer of a new socket; a client that does not read loses it.
 */
static void send_answer(struct client *client, const char *text, size_t len)
{
	if (send(client->watch.fd, text, len, MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
		return;
}

static void serve_line(struct client *client, const char *wrong)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	if (!out)
		return;
	if (!wrong)
		wrong = control_run(client->sim, client->line, out);
	if (wrong)
		fprintf(out, "error %s\n", wrong);
	else
		fputs("ok\n", out);
	if (!fclose(out))
		send_answer(client, text, len);
	free(text);
}

static void on_client(struct watch *watch, uint32_t events)
{
	struct client *client = watch->arg;
	ssize_t got = recv(watch->fd, client->line + client->len, CONTROL_LINE_MAX - client->len,
			   MSG_DONTWAIT);
	char *end;

	(void)events;
	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (got > 0)
		client->len += (size_t)got;
	client->line[client->len] = '\0';
	end = memchr(client->line, '\n', client->len);
	if (end)
		*end = '\0';
	if (!end && got > 0 && client->len < CONTROL_LINE_MAX)
		return;
	if (end)
		serve_line(client,
			   strlen(client->line) < (size_t)(end - client->line) ? "no text" : NULL);
	else if (got > 0)
		serve_line(client, "line too long");
	end_client(client);
}

static void on_listener(struct watch *watch, uint32_t events)
{
	struct listener *listener = watch->arg;
	int fd = accept4(watch->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	struct client *client =
		listener->clients < CLIENTS_MAX && fd >= 0 ? calloc(1, sizeof(*client)) : NULL;

	(void)events;
	if (!client) {
		if (fd >= 0)
			close(fd);
		return;
	}
	listener->clients++;
	client->listener = listener;
	client->sim = listener->sim;
	client->watch = (struct watch){ .fd = fd, .ready = on_client, .arg = client };
	client->timeout = (struct timer){ .fire = on_timeout, .arg = client };
	if (loop_add(&listener->sim->loop, &client->watch, EPOLLIN)) {
		end_client(client);
		return;
	}
	clock_arm(&listener->sim->clock, &client->timeout, CLIENT_TIMEOUT_MS);
}

/* A socket file without a listener is left over from an earlier run. */
static int remove_stale_socket(const struct sockaddr_un *address)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), err;

	if (fd < 0)
		return -errno;
	err = connect(fd, (const struct sockaddr *)address, sizeof(*address)) ? errno : EADDRINUSE;
	close(fd);
	if (err == ECONNREFUSED)
		unlink(address->sun_path);
	return err == EADDRINUSE ? -EADDRINUSE : 0;
}

static int bind_private(int fd, const struct sockaddr_un *address)
{
	mode_t mask = umask(0177);
	int err = bind(fd, (const struct sockaddr *)address, sizeof(*address)) ? -errno : 0;

	umask(mask);
	if (!err && listen(fd, CLIENTS_MAX))
		err = -errno;
	return err;
}

static int listen_at(struct listener *listener, const struct sockaddr_un *address)
{
	int err;

	listener->watch.fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (listener->watch.fd < 0)
		return -errno;
	err = bind_private(listener->watch.fd, address);
	return err ? err : loop_add(&listener->sim->loop, &listener->watch, EPOLLIN);
}

int listener_open(struct sim *sim, const char *path, struct listener **ret_listener)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct listener *listener;
	int err;

	if (strlen(path) >= sizeof(address.sun_path))
		return -ENAMETOOLONG;
	strcpy(address.sun_path, path);
	err = remove_stale_socket(&address);
	if (err)
		return err;
	listener = calloc(1, sizeof(*listener));
	if (!listener)
		return -ENOMEM;
	listener->sim = sim;
	listener->watch = (struct watch){ .fd = -1, .ready = on_listener, .arg = listener };
	err = listen_at(listener, &address);
	if (err) {
		loop_close(&sim->loop, &listener->watch);
		free(listener);
		return err;
	}
	listener->path = strdup(path);
	*ret_listener = listener;
	return 0;
}

void listener_close(struct listener *listener)
{
	if (!listener)
		return;
	loop_close(&listener->sim->loop, &listener->watch);
	if (listener->path)
		unlink(listener->path);
	free(listener->path);
	free(listener);
}
