/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One USB device on its bus: USB/IP over a socketpair whose other end the kernel has.
 */
#include "usb/port.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "loop.h"
#include "usb/device.h"
#include "usb/lane.h"
#include "usb/urb.h"
#include "usb/vhci.h"
#include "usb/wire.h"

enum {
	REPLUG_TRIES = 100,
	REPLUG_MS = 50
};

/* All devices: a vhci port stays reserved while its device is unplugged. */
struct usbbus {
	struct loop *loop;
	struct usbport *first;
};

struct usbport {
	struct usb_device device; /* first: a tty's device is its usbport */
	struct usbbus *bus;
	struct usbport *next;
	struct loop *loop;
	struct wire wire;
	int number; /* vhci port, ours even while unplugged: ID_PATH stays the same; -1 before the
		     * first plug */
	unsigned int tries;
	struct timer replug;

	struct lane lanes[USB_TTYS_MAX];
	struct urb_queue control; /* requests while wedged: never answered */
	struct urb_queue parked;  /* transfers of endpoints that never send */
};

/* The connection is closed, or broken by a protocol error. */
static void break_down(void *arg)
{
	struct usbport *usb = arg;

	usb_device_power_off(&usb->device);
	wire_close(&usb->wire);
	for (size_t i = 0; i < USB_TTYS_MAX; i++)
		lane_clear(&usb->lanes[i]);
	urb_queue_clear(&usb->control);
	urb_queue_clear(&usb->parked);
	usb->device.wedged = false;
}

/* From the kernel */

static void serve_lanes(struct usbport *usb)
{
	for (size_t i = 0; i < usb->device.kind->ttys; i++)
		lane_serve(&usb->lanes[i]);
}

/* A request may release a transfer: CTS flow control off, status due. */
static void serve_control(struct usbport *usb, const struct usbip_request *request,
			  const uint8_t *data)
{
	uint8_t reply[USB_CONTROL_MAX];
	int got;

	if (usb->device.wedged && !urb_queue_add(&usb->control, request, data))
		return;
	got = usb_control(&usb->device, request->setup, data, request->in ? 0 : request->length,
			  reply);
	if (got < 0)
		wire_complete_out(&usb->wire, request->seqnum, got, 0);
	else if (request->in)
		wire_complete_in(&usb->wire, request->seqnum, reply,
				 (size_t)got < request->length ? (size_t)got : request->length);
	else
		wire_complete_out(&usb->wire, request->seqnum, 0, request->length);
	serve_lanes(usb);
}

static struct urb_queue *find_queue(struct usbport *usb, const struct usb_endpoint *endpoint)
{
	struct lane *lane = &usb->lanes[endpoint->tty];

	switch (endpoint->role) {
	case USB_ROLE_IN:
		return &lane->in;
	case USB_ROLE_OUT:
		return &lane->out;
	case USB_ROLE_NOTIFY:
		return &lane->notify;
	case USB_ROLE_NONE:
		return endpoint->address & USB_DIR_IN ? &usb->parked : NULL;
	}
	return NULL;
}

static void serve_submit(void *arg, const struct usbip_request *request, const uint8_t *data)
{
	struct usbport *usb = arg;
	const struct usb_endpoint *endpoint = usb_find_endpoint(
		usb->device.kind, (uint8_t)(request->endpoint | (request->in ? USB_DIR_IN : 0)));
	struct urb_queue *queue = endpoint ? find_queue(usb, endpoint) : NULL;

	if (!request->endpoint)
		serve_control(usb, request, data);
	else if (!endpoint)
		wire_complete_out(&usb->wire, request->seqnum, -EPIPE, 0);
	else if (!queue)
		wire_complete_out(&usb->wire, request->seqnum, 0, request->length);
	else if (urb_queue_add(queue, request, data))
		wire_complete_out(&usb->wire, request->seqnum, -EPIPE, 0);
	else if (endpoint->role != USB_ROLE_NONE)
		lane_serve(&usb->lanes[endpoint->tty]);
}

static bool drop_transfer(struct usbport *usb, uint32_t seqnum)
{
	for (size_t i = 0; i < USB_TTYS_MAX; i++)
		if (lane_drop(&usb->lanes[i], seqnum))
			return true;
	return urb_queue_drop(&usb->control, seqnum) || urb_queue_drop(&usb->parked, seqnum);
}

/* The kernel expects -ECONNRESET for a pending transfer, 0 for one that has completed.
 */
static void serve_unlink(void *arg, const struct usbip_request *request)
{
	struct usbport *usb = arg;
	bool found = drop_transfer(usb, request->victim);

	wire_unlinked(&usb->wire, request->seqnum, found ? -ECONNRESET : 0);
}

static const struct wire_ops wire_ops = {
	.submit = serve_submit,
	.unlink = serve_unlink,
	.broken = break_down,
};

/* Plug and unplug */

static bool is_reserved(const struct usbbus *bus, unsigned int number)
{
	for (const struct usbport *usb = bus->first; usb; usb = usb->next)
		if (usb->number == (int)number)
			return true;
	return false;
}

/*
 * A hub enumerates one port after another, about 0.45 s each: take the lowest
 * free rank and so spread the devices over all controllers.
 */
static int find_free_port(const struct usbbus *bus, int *ret_number)
{
	struct vhci_port ports[VHCI_PORTS_MAX];
	const struct vhci_port *best = NULL;
	size_t count;
	int err = vhci_read_ports(ports, &count);

	if (err)
		return err;
	for (size_t i = 0; i < count; i++) {
		if (!ports[i].high_speed || !ports[i].free || is_reserved(bus, ports[i].number))
			continue;
		if (!best || ports[i].rank < best->rank)
			best = &ports[i];
	}
	if (!best)
		return -ENOSPC;
	*ret_number = (int)best->number;
	return 0;
}

static int attach(struct usbport *usb)
{
	int sockets[2], err;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) < 0)
		return -errno;
	err = vhci_attach((unsigned int)usb->number, sockets[1]);
	close(sockets[1]);
	if (err) {
		close(sockets[0]);
		return err;
	}
	usb_device_power_on(&usb->device);
	return wire_open(&usb->wire, sockets[0]);
}

/* After a detach the kernel needs some time until the port can be used again. */
static void on_replug(void *arg)
{
	struct usbport *usb = arg;
	int err = attach(usb);

	if (err && usb->tries++ < REPLUG_TRIES)
		clock_arm(usb->loop->clock, &usb->replug, REPLUG_MS);
	else if (err)
		fprintf(stderr, "dialisp-linesim: %s: could not attach to vhci port %d: %s\n",
			usb->device.name, usb->number, strerror(-err));
}

static int usb_plug(void *plug, int number)
{
	struct usbport *usb = plug;
	int err;

	if (usb->wire.watch.fd >= 0 || usb->replug.slot)
		return -EALREADY;
	if (number >= 0 && number != usb->number && is_reserved(usb->bus, (unsigned int)number))
		return -EBUSY;
	if (number >= 0)
		usb->number = number;
	err = usb->number < 0 ? find_free_port(usb->bus, &usb->number) : 0;
	if (!err)
		err = attach(usb);
	if (err != -EBUSY && err != -EAGAIN)
		return err;
	usb->tries = 0;
	clock_arm(usb->loop->clock, &usb->replug, REPLUG_MS);
	return 0;
}

static void usb_unplug(void *plug)
{
	struct usbport *usb = plug;

	clock_disarm(usb->loop->clock, &usb->replug);
	if (usb->wire.watch.fd < 0)
		return;
	vhci_detach((unsigned int)usb->number);
	break_down(usb);
}

static void usb_destroy(void *plug)
{
	struct usbport *usb = plug;
	struct usbport **at;

	if (!usb)
		return;
	usb_unplug(usb);
	for (at = &usb->bus->first; *at && *at != usb; at = &(*at)->next)
		;
	if (*at)
		*at = usb->next;
	wire_free(&usb->wire);
	free(usb);
}

static bool usb_is_ready(const void *plug)
{
	const struct usbport *usb = plug;

	return usb->device.configuration != 0;
}

static bool usb_is_plugged(const void *plug)
{
	const struct usbport *usb = plug;

	return usb->wire.watch.fd >= 0;
}

static int usb_wedge(void *plug, bool on)
{
	struct usbport *usb = plug;

	if (usb->wire.watch.fd < 0)
		return -ENODEV;
	usb->device.wedged = on;
	serve_lanes(usb);
	return 0;
}

static int usb_connect(void *plug, unsigned int port, struct peer *peer)
{
	struct usbport *usb = plug;

	usb_tty_connect(&usb->device.ttys[port], peer, usb_is_plugged(usb));
	return 0;
}

static void usb_describe(const void *plug, int port, bool brief, char *ret_text, size_t size)
{
	const struct usbport *usb = plug;

	if (usb->number < 0)
		snprintf(ret_text, size, "-");
	else if (brief)
		snprintf(ret_text, size, "%d", usb->number);
	else if (port >= 0 && usb->device.kind->ttys > 1)
		snprintf(ret_text, size, "vhci %d %d", usb->number, port);
	else
		snprintf(ret_text, size, "vhci %d", usb->number);
}

static void *usb_open(struct loop *loop, const char *dir)
{
	struct usbbus *bus = calloc(1, sizeof(*bus));

	(void)dir;
	if (bus)
		bus->loop = loop;
	return bus;
}

static int usb_create(void *shared, const struct backend_device *device, void **ret_plug)
{
	struct usbbus *bus = shared;
	struct usbport *usb = calloc(1, sizeof(*usb));

	if (!usb)
		return -ENOMEM;
	usb->device.kind = device->kind;
	usb->device.id = *device->id;
	usb->device.name = device->name;
	for (uint8_t i = 0; i < USB_TTYS_MAX; i++)
		lane_init(&usb->lanes[i], &usb->device, i, &usb->wire);
	usb->loop = bus->loop;
	usb->bus = bus;
	usb->next = bus->first;
	bus->first = usb;
	usb->number = -1;
	wire_init(&usb->wire, usb->loop, &wire_ops, usb);
	usb->replug = (struct timer){ .fire = on_replug, .arg = usb };
	*ret_plug = usb;
	return 0;
}

const struct backend usb_backend = {
	.open = usb_open,
	.create = usb_create,
	.connect = usb_connect,
	.destroy = usb_destroy,
	.plug = usb_plug,
	.unplug = usb_unplug,
	.is_plugged = usb_is_plugged,
	.wedge = usb_wedge,
	.is_ready = usb_is_ready,
	.describe = usb_describe,
};
