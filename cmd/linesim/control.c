/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The control socket: one line in, answer lines and "ok" or "error reason" out. */
#include "control.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "sim.h"

enum {
	WORDS_MAX = 8,
	CLIENTS_MAX = 16,
	CLIENT_TIMEOUT_MS = 5000
};

struct command {
	const char *usage; /* begins with the name */
	int min;           /* words after the name */
	int max;
	int modem_at; /* which word names a modem that must exist; 0: none */
	const char *(*run)(struct sim *sim, char **words, FILE *out);
	const char *help;
};

/* Commands. words[0] is the name; those with a modem have been checked: it exists. */

static struct modem *modem_of(struct sim *sim, const char *name)
{
	void *plug;

	return sim_find(sim, name, &plug);
}

static const char *why(int err)
{
	switch (err) {
	case 0:
		return NULL;
	case -EBUSY:
		return "busy";
	case -ENOENT:
		return "no such number";
	case -ENOTCONN:
		return "no call";
	case -ENODEV:
		return "unplugged";
	case -EALREADY:
		return "already plugged";
	case -ERANGE:
		return "value out of range";
	}
	return strerror(-err);
}

static const char *on_off(bool on)
{
	return on ? "on" : "off";
}

static void list_modem(struct sim *sim, size_t i, FILE *out)
{
	const struct modem *modem = sim->exchange.modems[i];
	bool joined = modem->mode == MODEM_ONLINE || modem->mode == MODEM_ESCAPED;
	char port[80];

	sim->backend->describe(sim->plugs[i], true, port, sizeof(port));
	fprintf(out, "%s %s %s %s %s %s %ld %s %s %llu %llu %s\n", modem->name, modem->number,
		modem->persona->name, modem->port ? "plugged" : "unplugged", modem_state(modem),
		exchange_peer(modem), joined ? modem->agreed.rate : 0, on_off(modem->dtr),
		on_off(modem->lines & LINE_DCD), (unsigned long long)modem->tx_bytes,
		(unsigned long long)modem->rx_bytes, port);
}

static const char *run_list(struct sim *sim, char **words, FILE *out)
{
	(void)words;
	for (size_t i = 0; i < sim->exchange.count; i++)
		list_modem(sim, i, out);
	return NULL;
}

static const char *run_tty(struct sim *sim, char **words, FILE *out)
{
	void *plug;
	char text[80];

	if (!sim_find(sim, words[1], &plug)->port)
		return why(-ENODEV);
	sim->backend->describe(plug, false, text, sizeof(text));
	fprintf(out, "%s\n", text);
	return NULL;
}

static const char *run_dial(struct sim *sim, char **words, FILE *out)
{
	struct modem *modem = modem_of(sim, words[1]);

	(void)out;
	if (modem)
		return why(modem_dial(modem, words[2]));
	if (words[1][strspn(words[1], "0123456789*#")])
		return "no such modem, and not a number either";
	return why(exchange_ring(&sim->exchange, words[1], words[2]));
}

static const char *run_ring(struct sim *sim, char **words, FILE *out)
{
	(void)out;
	if (words[2] && (strcmp(words[2], "from") || !words[3]))
		return "expected: ring NUMBER from NUMBER";
	return why(exchange_ring(&sim->exchange, words[2] ? words[3] : "", words[1]));
}

static const char *run_stop(struct sim *sim, char **words, FILE *out)
{
	(void)out;
	return exchange_stop(&sim->exchange, words[1]) ? "nobody rings there" : NULL;
}

static const char *run_drop(struct sim *sim, char **words, FILE *out)
{
	struct modem *modem = modem_of(sim, words[1]);

	(void)out;
	if (!modem->call)
		return why(-ENOTCONN);
	exchange_cut(&sim->exchange, modem->call);
	return NULL;
}

static const char *run_freeze(struct sim *sim, char **words, FILE *out)
{
	(void)out;
	if (words[2] && strcmp(words[2], "tx"))
		return "only tx may follow the name";
	return why(exchange_freeze(modem_of(sim, words[1]), !words[2], 0));
}

static const char *run_thaw(struct sim *sim, char **words, FILE *out)
{
	(void)out;
	return why(exchange_thaw(modem_of(sim, words[1])));
}

static const char *run_stall(struct sim *sim, char **words, FILE *out)
{
	long ms;

	(void)out;
	if (number_parse(words[1], 1, 3600000, &ms))
		return why(-ERANGE);
	return why(exchange_freeze(modem_of(sim, words[2]), true, ms));
}

static const char *run_unplug(struct sim *sim, char **words, FILE *out)
{
	void *plug;

	(void)out;
	if (!sim_find(sim, words[1], &plug)->port)
		return "already unplugged";
	sim->backend->unplug(plug);
	return NULL;
}

static const char *run_plug(struct sim *sim, char **words, FILE *out)
{
	long number = -1;
	void *plug;

	(void)out;
	if (words[2] && number_parse(words[2], 0, 511, &number))
		return why(-ERANGE);
	sim_find(sim, words[1], &plug);
	return why(sim->backend->plug(plug, (int)number));
}

static const char *run_add(struct sim *sim, char **words, FILE *out)
{
	(void)out;
	return sim_add(sim, words[1]);
}

static const char *run_cord(struct sim *sim, char **words, FILE *out)
{
	struct modem *modem = modem_of(sim, words[1]);

	(void)out;
	if (strcmp(words[2], "in") && strcmp(words[2], "out"))
		return "in or out?";
	modem->cord_out = !strcmp(words[2], "out");
	if (modem->cord_out && modem->call)
		exchange_cut(&sim->exchange, modem->call);
	return NULL;
}

/* A value may hold blanks: they come as several words. */
static const char *run_set(struct sim *sim, char **words, FILE *out)
{
	char value[CONTROL_LINE_MAX] = "";
	int err;

	(void)out;
	for (char **word = words + 2; *word; word++)
		snprintf(value + strlen(value), sizeof(value) - strlen(value), "%s%s",
			 word == words + 2 ? "" : " ", *word);
	err = settings_set(&sim->settings, words[1], value);
	return err == -ENOENT ? "no such key" : why(err);
}

static const char *run_settings(struct sim *sim, char **words, FILE *out)
{
	const char *key, *help;
	char value[32];

	(void)words;
	for (size_t i = 0; (key = settings_key(i, &help)); i++) {
		settings_show(&sim->settings, i, value, sizeof(value));
		fprintf(out, "%s %s\n", key, value);
	}
	return NULL;
}

static const char *run_log(struct sim *sim, char **words, FILE *out)
{
	const struct dialogue *dialogue = &modem_of(sim, words[1])->dialogue;
	const char *text;
	int64_t at_ms;

	for (size_t i = 0; (text = dialogue_row(dialogue, i, &at_ms)); i++)
		fprintf(out, "+%lld.%03d %s\n", (long long)(at_ms / 1000), (int)(at_ms % 1000), text);
	return NULL;
}

static const char *run_opened(struct sim *sim, char **words, FILE *out)
{
	const struct modem *modem = modem_of(sim, words[1]);

	fprintf(out, "%u %llu\n", modem->dtr_rises, (unsigned long long)modem->host_bytes);
	return NULL;
}

static const char *run_quit(struct sim *sim, char **words, FILE *out)
{
	(void)words;
	(void)out;
	sim->loop.quit = true;
	return NULL;
}

static const struct command commands[] = {
	{ "list", 0, 0, 0, run_list, "one line per modem" },
	{ "tty NAME", 1, 1, 1, run_tty, "its device: ttyACM1, or a pts" },
	{ "dial NAME NUMBER", 2, 2, 0, run_dial, "a modem, or a telephone of that number, calls" },
	{ "ring NUMBER [from NUMBER]", 1, 3, 0, run_ring, "a telephone calls until stop" },
	{ "stop NUMBER", 1, 1, 0, run_stop, "end telephone calls to that number" },
	{ "drop NAME", 1, 1, 1, run_drop, "the carrier is lost at both ends" },
	{ "freeze NAME [tx]", 1, 2, 1, run_freeze, "no more data, both ways or from it" },
	{ "thaw NAME", 1, 1, 1, run_thaw, "data goes on" },
	{ "stall MS NAME", 2, 2, 2, run_stall, "freeze for a time" },
	{ "unplug NAME", 1, 1, 1, run_unplug, "pull it out of its port" },
	{ "plug NAME [PORT]", 1, 2, 1, run_plug, "back, into the same port" },
	{ "add MODEM", 1, 1, 0, run_add, "one more, as on the command line" },
	{ "cord NAME in|out", 2, 2, 1, run_cord, "the telephone cord" },
	{ "set KEY VALUE", 2, WORDS_MAX - 2, 0, run_set, "change a setting" },
	{ "settings", 0, 0, 0, run_settings, "all settings" },
	{ "log NAME", 1, 1, 1, run_log, "what it and its host said" },
	{ "opened NAME", 1, 1, 1, run_opened, "DTR rises, bytes ever sent by the host" },
	{ "quit", 0, 0, 0, run_quit, "unplug all and end" },
};

enum {
	COMMANDS = sizeof(commands) / sizeof(commands[0])
};

static const struct command *find_command(const char *name)
{
	size_t len = strlen(name);

	for (size_t i = 0; i < COMMANDS; i++)
		if (!strncmp(commands[i].usage, name, len) && strchr(" ", commands[i].usage[len]))
			return &commands[i];
	return NULL;
}

static int split(char *line, char *words[WORDS_MAX + 1])
{
	int count = 0;
	char *state;

	for (char *word = strtok_r(line, " \t\r\n", &state); word; word = strtok_r(NULL, " \t\r\n", &state)) {
		if (count == WORDS_MAX)
			return -E2BIG;
		words[count++] = word;
	}
	words[count] = NULL;
	return count;
}

const char *control_run(struct sim *sim, char *line, FILE *out)
{
	const struct command *command;
	char *words[WORDS_MAX + 1];
	int count = split(line, words);

	if (count < 0)
		return "too many words";
	command = count ? find_command(words[0]) : NULL;
	if (!command)
		return "no such command";
	if (count - 1 < command->min || count - 1 > command->max)
		return "wrong number of words";
	if (command->modem_at && !modem_of(sim, words[command->modem_at]))
		return "no such modem";
	return command->run(sim, words, out);
}

void control_help(FILE *out)
{
	for (size_t i = 0; i < COMMANDS; i++)
		fprintf(out, "  %-26s %s\n", commands[i].usage, commands[i].help);
}

/* The socket */

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

/* The whole answer fits the empty buffer of a fresh socket; a client that does not read loses it. */
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
	ssize_t got =
		recv(watch->fd, client->line + client->len, CONTROL_LINE_MAX - client->len, MSG_DONTWAIT);
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
		serve_line(client, strlen(client->line) < (size_t)(end - client->line) ? "no text" : NULL);
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

/* A socket file that nobody serves is a leftover. */
static int remove_stale(const struct sockaddr_un *address)
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

int control_open(struct sim *sim, const char *path, struct listener **ret_listener)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct listener *listener;
	int err;

	if (strlen(path) >= sizeof(address.sun_path))
		return -ENAMETOOLONG;
	strcpy(address.sun_path, path);
	err = remove_stale(&address);
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

void control_close(struct listener *listener)
{
	if (!listener)
		return;
	loop_close(&listener->sim->loop, &listener->watch);
	if (listener->path)
		unlink(listener->path);
	free(listener->path);
	free(listener);
}
