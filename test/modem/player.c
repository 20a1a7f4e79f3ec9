/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Plays a modem file on a pseudo terminal: what is there of a modem when only its dialogue is
 * known. */
#include "player.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <termios.h>

#define REPLY_MS                                                                                   \
	4            /* Conexant sticks; serial boxes are slower, but a file that cares has pauses \
		      */
#define OPEN_MS   10 /* a program that opens a port discards input received before that */
#define HEARD_MAX 4096

struct player {
	const struct modem_file *file;
	char path[32];
	int master, opened, stop; /* pty, inotify, eventfd */
	int n_open;               /* descriptors of the other side */
	unsigned asked[MODEM_FILE_ENTRIES];
	char line[256];
	size_t len;
	struct text heard; /* commands, one per line */
	unsigned n_slow;
	pthread_t thread;
};

/* --- what it says --- */

/* As with a real port: data without a reader is lost. */
static void put(const struct player *p, const char *bytes, size_t n)
{
	ssize_t written = n ? write(p->master, bytes, n) : 0;

	(void)written;
}

static void say(struct player *p, const struct modem_said *said)
{
	for (; said; said = said->next) {
		if (said->pause_ms)
			base_sleep_ms(said->pause_ms);
		put(p, text_str(&said->bytes), said->bytes.len);
	}
}

/* The n-th asking of a command gets the n-th entry with it, the last one from then on. */
static const struct modem_entry *next_entry(struct player *p, const char *command)
{
	const struct modem_entry *entry = modem_file_find(p->file, command);
	unsigned *asked;

	if (!entry)
		return NULL;
	asked = &p->asked[entry - p->file->entries];
	for (unsigned i = 0; i < *asked && entry->again; i++)
		entry = entry->again;
	(*asked)++;
	return entry;
}

static void obey(struct player *p)
{
	const struct modem_entry *entry;

	if (p->len == 0)
		return;
	if (p->heard.len < HEARD_MAX)
		text_addf(&p->heard, "%s\n", p->line);
	base_sleep_ms(REPLY_MS);
	entry = next_entry(p, p->line);
	if (entry)
		say(p, entry->said);
	else if (strncasecmp(p->line, "AT", 2) == 0)
		put(p, text_str(&p->file->otherwise), p->file->otherwise.len);
}

/* --- what it hears --- */

static unsigned port_speed(const struct player *p)
{
	static const struct {
		speed_t code;
		unsigned speed;
	} speeds[] = {
		{ B300, 300 },       { B1200, 1200 },     { B2400, 2400 },     { B4800, 4800 },
		{ B9600, 9600 },     { B19200, 19200 },   { B38400, 38400 },   { B57600, 57600 },
		{ B115200, 115200 }, { B230400, 230400 }, { B460800, 460800 },
	};
	struct termios t;

	if (tcgetattr(p->master, &t) < 0)
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(speeds); i++)
		if (speeds[i].code == cfgetospeed(&t))
			return speeds[i].speed;
	return 0;
}

static bool hears(const struct player *p, unsigned speed)
{
	for (size_t i = 0; i < p->file->n_speeds; i++)
		if (p->file->speeds[i] == speed)
			return true;
	return p->file->n_speeds == 0;
}

/* At the wrong rate bits are sampled in the wrong places, on both sides: a byte looks like another
 * one. */
static void take_noise(struct player *p, char c)
{
	char noise = (char)(0x80 | c * 37);

	p->len = 0;
	put(p, &noise, 1);
}

static void take_byte(struct player *p, char c)
{
	unsigned speed = port_speed(p);

	p->n_slow += speed == 1200;
	if (!hears(p, speed)) {
		take_noise(p, c);
		return;
	}
	if (c != '\r') {
		if (c != '\n' && p->len < sizeof(p->line) - 1)
			p->line[p->len++] = c;
		return;
	}
	p->line[p->len] = '\0';
	obey(p);
	p->len = 0;
}

static void take_bytes(struct player *p)
{
	char bytes[256];
	ssize_t n = read(p->master, bytes, sizeof(bytes));

	for (ssize_t i = 0; i < n; i++)
		take_byte(p, bytes[i]);
}

/* --- the port --- */

/* The master says nothing when the other side is opened again; inotify does. */
static void take_events(struct player *p)
{
	char queue[4096] __attribute__((aligned(__alignof__(struct inotify_event))));
	ssize_t n = read(p->opened, queue, sizeof(queue));

	for (ssize_t i = 0; i < n;) {
		const struct inotify_event *event = (const struct inotify_event *)(queue + i);

		i += (ssize_t)(sizeof(*event) + event->len);
		if (!(event->mask & IN_OPEN)) {
			p->n_open--;
			continue;
		}
		p->len = 0;
		if (p->n_open++ == 0 && p->file->unasked) {
			base_sleep_ms(OPEN_MS);
			say(p, p->file->unasked);
		}
	}
}

static void *play(void *arg)
{
	struct player *p = arg;
	struct pollfd fds[] = {
		{ .fd = p->stop, .events = POLLIN },
		{ .fd = p->opened, .events = POLLIN },
		{ .events = POLLIN },
	};

	while (!fds[0].revents) {
		fds[2].fd = p->n_open > 0 ? p->master : -1;
		if (poll(fds, ARRAY_SIZE(fds), -1) < 0)
			continue;
		if (fds[1].revents)
			take_events(p);
		if (fds[2].revents & POLLIN)
			take_bytes(p);
	}
	return NULL;
}

/* No echo by the kernel before the port is opened. */
static int make_raw(const char *path)
{
	_cleanup_close_ int fd = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
	struct termios t;

	if (fd < 0 || tcgetattr(fd, &t) < 0)
		return -1;
	cfmakeraw(&t);
	return tcsetattr(fd, TCSANOW, &t);
}

static int open_port(struct player *p)
{
	p->master = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	p->opened = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	p->stop = eventfd(0, EFD_CLOEXEC);
	if (p->master < 0 || p->opened < 0 || p->stop < 0)
		return -1;
	if (grantpt(p->master) < 0 || unlockpt(p->master) < 0)
		return -1;
	if (ptsname_r(p->master, p->path, sizeof(p->path)) != 0 || make_raw(p->path) < 0)
		return -1;
	return inotify_add_watch(p->opened, p->path, IN_OPEN | IN_CLOSE);
}

static void close_port(struct player *p)
{
	base_closep(&p->master);
	base_closep(&p->opened);
	base_closep(&p->stop);
	text_free(&p->heard);
	free(p);
}

struct player *player_start(const struct modem_file *file)
{
	struct player *p = xcalloc(1, sizeof(*p));
	int r;

	p->file = file;
	p->master = p->opened = p->stop = -1;
	r = open_port(p) < 0 ? errno : pthread_create(&p->thread, NULL, play, p);
	if (r == 0)
		return p;
	close_port(p);
	errno = r;
	return NULL;
}

const char *player_port(const struct player *player)
{
	return player->path + strlen("/dev/");
}

void player_stop(struct player *player, struct text *ret_heard, unsigned *ret_slow)
{
	uint64_t one = 1;
	ssize_t n;

	if (!player)
		return;
	n = write(player->stop, &one, sizeof(one));
	(void)n; /* a counter of 64 bits does not overflow */
	pthread_join(player->thread, NULL);
	text_free(ret_heard);
	*ret_heard = player->heard;
	player->heard = (struct text){ 0 };
	*ret_slow = player->n_slow;
	close_port(player);
}
