/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The running simulator: put together, announced, ended. */
#include "control/serve.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "control/listener.h"
#include "control/sim.h"
#include "pty.h"
#include "usb/port.h"

enum {
	READY_POLL_MS = 50
};

static int fail_serve(const char *object, const char *reason)
{
	fprintf(stderr, "dialisp-linesim: %s: %s\n", object, reason);
	return 1;
}

/* sd_notify(3): one datagram to $NOTIFY_SOCKET, "@" means an abstract address. */
static void notify_manager(void)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	size_t len = path ? strlen(path) : 0;
	int fd;

	if (!len || len >= sizeof(address.sun_path))
		return;
	memcpy(address.sun_path, path, len);
	if (*path == '@')
		address.sun_path[0] = '\0';
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	if (sendto(fd, "READY=1", 7, MSG_NOSIGNAL, (struct sockaddr *)&address,
		   (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len)) < 0)
		fail_serve("NOTIFY_SOCKET", strerror(errno));
	close(fd);
}

struct announcement {
	struct sim *sim;
	struct timer timer;
};

static void on_announce(void *arg)
{
	struct announcement *announcement = arg;

	if (!sim_is_ready(announcement->sim)) {
		clock_arm(&announcement->sim->clock, &announcement->timer, READY_POLL_MS);
		return;
	}
	puts("ready");
	fflush(stdout);
	notify_manager();
}

static void on_signal(struct watch *watch, uint32_t events)
{
	struct sim *sim = watch->arg;

	(void)events;
	sim->loop.quit = true;
}

static int watch_signals(struct sim *sim, struct watch *watch)
{
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	signal(SIGPIPE, SIG_IGN);
	watch->fd = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
	watch->ready = on_signal;
	watch->arg = sim;
	return watch->fd < 0 ? -errno : loop_add(&sim->loop, watch, EPOLLIN);
}

static int open_event_log(struct sim *sim, const char *path)
{
	sim->log.out = stdout;
	if (path && strcmp(path, "-"))
		sim->log.out = fopen(path, "we");
	return sim->log.out ? 0 : -errno;
}

static int add_modems(struct sim *sim, char **specs)
{
	for (; *specs; specs++) {
		const char *wrong = sim_add(sim, *specs);

		if (wrong)
			return fail_serve(*specs, wrong);
	}
	return 0;
}

static int run_sim(struct sim *sim, const struct serve_options *options)
{
	struct announcement announcement = {
		.sim = sim, .timer = { .fire = on_announce, .arg = &announcement }
	};
	struct listener *listener;
	int err = listener_open(sim, options->socket, &listener), code;

	if (err)
		return fail_serve(options->socket, strerror(-err));
	code = add_modems(sim, options->modems);
	if (!code) {
		clock_arm(&sim->clock, &announcement.timer, 0);
		loop_run(&sim->loop);
	}
	listener_close(listener);
	return code;
}

static int ensure_pty_dir(const char *dir)
{
	return dir && mkdir(dir, 0755) && errno != EEXIST ? -errno : 0;
}

static int prepare_sim(struct sim *sim, const struct serve_options *options, struct watch *signals)
{
	int err;

	sim_init(sim, options->pty_dir ? &pty_backend : &usb_backend);
	sim->settings = options->settings;
	sim->bus = sim->backend->open(&sim->loop, options->pty_dir);
	err = sim->bus ? loop_init(&sim->loop, &sim->clock) : -ENOMEM;
	if (!err)
		err = watch_signals(sim, signals);
	if (err)
		return fail_serve("main loop", strerror(-err));
	err = ensure_pty_dir(options->pty_dir);
	if (err)
		return fail_serve(options->pty_dir, strerror(-err));
	err = open_event_log(sim, options->log);
	return err ? fail_serve(options->log, strerror(-err)) : 0;
}

int serve_run(const struct serve_options *options)
{
	struct sim *sim = calloc(1, sizeof(*sim));
	struct watch signals;
	int code;

	if (!sim)
		return fail_serve("memory", strerror(ENOMEM));
	code = prepare_sim(sim, options, &signals);
	if (!code)
		code = run_sim(sim, options);
	sim_free(sim);
	return code;
}
