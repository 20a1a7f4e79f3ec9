/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bench-systemd: answers on a socket what `dialisp status` asks systemd: the list of line units,
 * and a unit's properties. */
#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <systemd/sd-bus.h>

#include "systemd/systemd.h"

#define MANAGER_PATH "/org/freedesktop/systemd1"
#define PROPERTIES   "org.freedesktop.DBus.Properties"

struct world {
	pid_t *pids; /* of line1, line2, ... */
	size_t n;
	unsigned n_lists, n_others; /* questions */
};

static int answer_list(sd_bus_message *m, struct world *world)
{
	sd_bus_message *reply = NULL;
	int r = sd_bus_message_new_method_return(m, &reply);

	if (r >= 0)
		r = sd_bus_message_open_container(reply, 'a', "(ssssssouso)");
	for (size_t i = 0; r >= 0 && i < world->n; i++) {
		_cleanup_free_ char *line = xasprintf("line%zu", i + 1);
		_cleanup_free_ char *unit = xasprintf(SYSTEMD_LINE_UNIT_FORMAT, line);

		r = sd_bus_message_append(reply, "(ssssssouso)", unit, "dialisp line", "loaded",
					  "active", "running", "", MANAGER_PATH "/unit/x", 0, "",
					  "/");
	}
	if (r >= 0)
		r = sd_bus_message_close_container(reply);
	if (r >= 0)
		r = sd_bus_send(sd_bus_message_get_bus(m), reply, NULL);
	sd_bus_message_unref(reply);
	world->n_lists++;
	return r < 0 ? r : 1;
}

static int answer_property(sd_bus_message *m, const struct world *world)
{
	const char *name, *digits = strstr(sd_bus_message_get_path(m), "_40line");
	size_t i = digits ? strtoul(digits + strlen("_40line"), NULL, 10) : 0;
	int r = sd_bus_message_read(m, "ss", NULL, &name);

	if (r < 0 || i < 1 || i > world->n)
		return r;
	if (str_eq(name, "Result"))
		return sd_bus_reply_method_return(m, "v", "s", "success");
	if (str_eq(name, "ExecMainStatus"))
		return sd_bus_reply_method_return(m, "v", "i", 0);
	return sd_bus_reply_method_return(
		m, "v", "u", str_eq(name, "MainPID") ? (uint32_t)world->pids[i - 1] : 0);
}

static int answer(sd_bus_message *m, void *data, sd_bus_error *error __attribute__((unused)))
{
	struct world *world = data;

	if (sd_bus_message_is_method_call(m, "org.freedesktop.DBus", "Hello"))
		return sd_bus_reply_method_return(m, "s", ":1.1");
	if (sd_bus_message_is_method_call(m, NULL, "ListUnitsByPatterns"))
		return answer_list(m, world);
	if (!sd_bus_message_is_method_call(m, NULL, NULL))
		return 0;
	world->n_others++;
	return sd_bus_message_is_method_call(m, PROPERTIES, "Get") ? answer_property(m, world) : 0;
}

/* One connection, until it ends. */
static int serve(int fd, struct world *world)
{
	sd_id128_t id =
		SD_ID128_MAKE(10, 32, 54, 76, 98, ba, dc, fe, 01, 23, 45, 67, 89, ab, cd, ef);
	sd_bus *bus = NULL;
	int r = sd_bus_new(&bus);

	if (r >= 0)
		r = sd_bus_set_fd(bus, fd, fd);
	if (r >= 0)
		r = sd_bus_set_server(bus, 1, id);
	if (r >= 0)
		r = sd_bus_add_filter(bus, NULL, answer, world);
	if (r >= 0)
		r = sd_bus_start(bus);
	while (r >= 0 && (r = sd_bus_process(bus, NULL)) >= 0)
		if (r == 0)
			r = sd_bus_wait(bus, UINT64_MAX);
	sd_bus_unref(bus);
	return r == -ECONNRESET || r == -ENOTCONN || r == -EPIPE ? 0 : r;
}

static int listen_at(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || !base_copy(address.sun_path, sizeof(address.sun_path), path) ||
	    bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0 || listen(fd, 8) < 0)
		return -1;
	return fd;
}

int main(int argc, char **argv)
{
	struct world world = { .n = argc > 2 ? (size_t)argc - 2 : 0 };
	int fd = argc > 2 ? listen_at(argv[1]) : -1, client, r = 0;

	if (fd < 0) {
		fprintf(stderr,
			"usage: bench-systemd SOCKET PID...\n"
			"serves the units of line1, line2, ... until it is killed; \"LISTS OTHERS\" asked per client\n");
		return 2;
	}
	world.pids = xcalloc(world.n, sizeof(*world.pids));
	for (size_t i = 0; i < world.n; i++)
		world.pids[i] = atoi(argv[i + 2]);
	puts("ready");
	while (fflush(stdout) == 0 && r >= 0 &&
	       (client = accept4(fd, NULL, NULL, SOCK_CLOEXEC)) >= 0) {
		world.n_lists = world.n_others = 0;
		r = serve(client, &world);
		printf("%u %u\n", world.n_lists, world.n_others);
	}
	free(world.pids);
	return 1;
}
