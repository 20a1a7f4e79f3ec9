/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dialisp-linesim: any bytes as USB/IP of the kernel, to each kind of device. */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "control/sim.h"
#include "usb/port.h"
#include "usb/vhci.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The kernel: we have its end of the socket. */
int __wrap_vhci_read_ports(struct vhci_port ports[VHCI_PORTS_MAX], size_t *ret_count);
int __wrap_vhci_attach(unsigned int number, int socket);
int __wrap_vhci_detach(unsigned int number);

static int kernel = -1;

int __wrap_vhci_read_ports(struct vhci_port ports[VHCI_PORTS_MAX], size_t *ret_count)
{
	ports[0] = (struct vhci_port){ .high_speed = true, .free = true };
	*ret_count = 1;
	return 0;
}

int __wrap_vhci_attach(unsigned int number, int socket)
{
	(void)number;
	kernel = dup(socket);
	fcntl(kernel, F_SETFL, O_NONBLOCK);
	return kernel < 0 ? -errno : 0;
}

int __wrap_vhci_detach(unsigned int number)
{
	(void)number;
	return 0;
}

static struct sim *make_sim(uint8_t kind)
{
	static const char *const specs[] = { "a:100:cx93010", "a:100:caller", "a:100:courier@ftdi",
					     "a:100:courier@cp210x", "a:100:courier@ch341" };
	struct sim *sim = calloc(1, sizeof(*sim));

	sim_init(sim, &usb_backend);
	sim->bus = usb_backend.open(&sim->loop, NULL);
	if (loop_init(&sim->loop, &sim->clock) ||
	    sim_add(sim, specs[kind % (sizeof(specs) / sizeof(specs[0]))]))
		abort();
	return sim;
}

/* Replies of the device are read and discarded, or its socket would fill up. */
static void serve(struct sim *sim)
{
	struct epoll_event event;
	uint8_t answers[65536];

	for (int i = 0; i < 16 && epoll_wait(sim->loop.epoll, &event, 1, 0) == 1; i++) {
		struct watch *watch = event.data.ptr;

		watch->ready(watch, event.events);
		while (read(kernel, answers, sizeof(answers)) > 0)
			;
	}
	clock_run(&sim->clock, sim->clock.now_ms + 100);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sim *sim = size ? make_sim(*data) : NULL;

	for (size_t at = 1; at < size && kernel >= 0;) {
		size_t piece = size - at < 512 ? size - at : 512;

		if (write(kernel, data + at, piece) != (ssize_t)piece)
			break;
		at += piece;
		serve(sim);
	}
	if (kernel >= 0)
		close(kernel);
	kernel = -1;
	if (sim)
		close(sim->loop.epoll);
	sim_free(sim);
	return 0;
}
