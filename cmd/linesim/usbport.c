/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One simulated USB modem: USB/IP over a socketpair whose other end the kernel holds. */
#include "usbport.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "acm.h"
#include "loop.h"
#include "modem.h"
#include "usbip.h"
#include "vhci.h"

enum {
	NOTIFICATIONS = 8,
	ANSWERS_MAX = 1 << 20,
	PENDING_MAX = 256,
	REPLUG_TRIES = 100,
	REPLUG_MS = 50
};

/* A transfer that waits: a device that has nothing to say, or no room, answers NAK. */
struct urb {
	struct urb *next;
	uint32_t seqnum;
	uint32_t length;
	uint32_t done;
	uint8_t data[];
};

struct urb_queue {
	struct urb *first;
	size_t count;
};

/* All of them, to know which vhci ports are spoken for while unplugged. */
struct usbbus {
	struct loop *loop;
	struct usbport *first;
};

struct usbport {
	struct port port;
	struct usbbus *bus;
	struct usbport *next;
	struct loop *loop;
	struct watch watch;
	struct acm acm;
	int number; /* vhci port, ours even while unplugged: ID_PATH stays the same; -1 before the first plug */
	unsigned int tries;
	struct timer replug;

	struct urb_queue in, out, notify;
	uint8_t told; /* modem lines the host knows */
	uint8_t notifications[NOTIFICATIONS];
	size_t notification_count;

	size_t received;
	uint8_t request[USBIP_HEADER + USBIP_TRANSFER_MAX];
	uint8_t *answers; /* what the socket did not take at once */
	size_t answer_len;
	size_t answer_cap;
};

/* Towards the kernel */

static void keep(struct usbport *usb, const uint8_t *bytes, size_t len)
{
	if (usb->answer_len + len > usb->answer_cap) {
		size_t cap = 2 * usb->answer_cap + len;
		uint8_t *grown = cap > ANSWERS_MAX ? NULL : realloc(usb->answers, cap);

		if (!grown)
			return;
		usb->answers = grown;
		usb->answer_cap = cap;
	}
	memcpy(usb->answers + usb->answer_len, bytes, len);
	usb->answer_len += len;
	loop_change(usb->loop, &usb->watch, EPOLLIN | EPOLLOUT);
}

static void answer(struct usbport *usb, const uint8_t *bytes, size_t len)
{
	ssize_t sent = 0;

	if (usb->watch.fd < 0)
		return;
	if (!usb->answer_len)
		sent = send(usb->watch.fd, bytes, len, MSG_NOSIGNAL | MSG_DONTWAIT);
	if (sent < 0)
		sent = 0; /* full, or gone: then reading says so */
	if ((size_t)sent < len)
		keep(usb, bytes + sent, len - (size_t)sent);
}

static void answer_kept(struct usbport *usb)
{
	ssize_t sent = send(usb->watch.fd, usb->answers, usb->answer_len, MSG_NOSIGNAL | MSG_DONTWAIT);

	if (sent <= 0)
		return;
	usb->answer_len -= (size_t)sent;
	memmove(usb->answers, usb->answers + sent, usb->answer_len);
	if (!usb->answer_len)
		loop_change(usb->loop, &usb->watch, EPOLLIN);
}

static void complete_out(struct usbport *usb, uint32_t seqnum, int status, uint32_t length)
{
	uint8_t header[USBIP_HEADER];

	usbip_encode_submit(seqnum, status, length, header);
	answer(usb, header, sizeof(header));
}

static void complete_in(struct usbport *usb, uint32_t seqnum, const uint8_t *data, size_t len)
{
	uint8_t bytes[USBIP_HEADER + 1024];

	usbip_encode_submit(seqnum, 0, (uint32_t)len, bytes);
	memcpy(bytes + USBIP_HEADER, data, len);
	answer(usb, bytes, USBIP_HEADER + len);
}

/* Pending transfers */

static int queue_urb(struct urb_queue *queue, const struct usbip_request *request, const uint8_t *data)
{
	size_t len = request->in ? 0 : request->length;
	struct urb **end = &queue->first;
	struct urb *urb = queue->count < PENDING_MAX ? malloc(sizeof(*urb) + len) : NULL;

	if (!urb)
		return -ENOMEM;
	urb->next = NULL;
	urb->seqnum = request->seqnum;
	urb->length = request->length;
	urb->done = 0;
	memcpy(urb->data, data, len);
	while (*end)
		end = &(*end)->next;
	*end = urb;
	queue->count++;
	return 0;
}

static void remove_first(struct urb_queue *queue)
{
	struct urb *urb = queue->first;

	queue->first = urb->next;
	queue->count--;
	free(urb);
}

static bool remove_urb(struct urb_queue *queue, uint32_t seqnum)
{
	struct urb **at = &queue->first;
	struct urb *urb;

	while (*at && (*at)->seqnum != seqnum)
		at = &(*at)->next;
	urb = *at;
	if (!urb)
		return false;
	*at = urb->next;
	queue->count--;
	free(urb);
	return true;
}

static void empty(struct urb_queue *queue)
{
	while (queue->first)
		remove_first(queue);
}

/* Endpoints */

static struct usbport *usb_of(struct port *port)
{
	return (struct usbport *)port;
}

static void serve_in(struct port *port)
{
	struct usbport *usb = usb_of(port);
	uint8_t data[1024];

	while (usb->in.first) {
		struct urb *urb = usb->in.first;
		size_t max = urb->length < sizeof(data) ? urb->length : sizeof(data);
		size_t len = modem_host_take(port->modem, data, max);
		uint32_t seqnum = urb->seqnum;

		if (!len)
			return;
		remove_first(&usb->in);
		complete_in(usb, seqnum, data, len);
	}
}

static void serve_out(struct port *port)
{
	struct usbport *usb = usb_of(port);

	while (usb->out.first) {
		struct urb *urb = usb->out.first;

		urb->done += (uint32_t)modem_host_give(port->modem, urb->data + urb->done,
						       urb->length - urb->done);
		if (urb->done < urb->length)
			return;
		complete_out(usb, urb->seqnum, 0, urb->length);
		remove_first(&usb->out);
	}
}

static void serve_notify(struct usbport *usb)
{
	uint8_t bytes[ACM_NOTIFICATION];

	while (usb->notify.first && usb->notification_count) {
		uint32_t seqnum = usb->notify.first->seqnum;
		size_t len =
			usb->notify.first->length < sizeof(bytes) ? usb->notify.first->length : sizeof(bytes);

		usb->told = usb->notifications[0];
		acm_notification(usb->told, bytes);
		usb->notification_count--;
		memmove(usb->notifications, usb->notifications + 1, usb->notification_count);
		remove_first(&usb->notify);
		complete_in(usb, seqnum, bytes, len);
	}
}

/*
 * Every change is told, in order, while the host polls. While it does not
 * (the tty is closed) the endpoint holds one notification: the newest state.
 */
static void change_lines(struct port *port, uint8_t lines)
{
	struct usbport *usb = usb_of(port);

	if (!port->modem->dtr || usb->notification_count == NOTIFICATIONS)
		usb->notification_count = 0;
	if (lines != usb->told || usb->notification_count)
		usb->notifications[usb->notification_count++] = lines;
	serve_notify(usb);
}

static const struct port_ops port_ops = {
	.readable = serve_in,
	.writable = serve_out,
	.lines = change_lines,
};

/* The other end is gone, or talks nonsense. */
static void break_down(struct usbport *usb)
{
	modem_power_off(usb->port.modem);
	loop_close(usb->loop, &usb->watch);
	empty(&usb->in);
	empty(&usb->out);
	empty(&usb->notify);
	usb->received = 0;
	usb->answer_len = 0;
	usb->notification_count = 0;
}

/* From the kernel */

static void serve_control(struct usbport *usb, const struct usbip_request *request, const uint8_t *data)
{
	uint8_t reply[ACM_CONTROL_MAX];
	int got = acm_control(&usb->acm, request->setup, data, request->in ? 0 : request->length, reply);

	if (got < 0)
		complete_out(usb, request->seqnum, got, 0);
	else if (request->in)
		complete_in(usb, request->seqnum, reply,
			    (size_t)got < request->length ? (size_t)got : request->length);
	else
		complete_out(usb, request->seqnum, 0, request->length);
}

static struct urb_queue *find_queue(struct usbport *usb, const struct usbip_request *request)
{
	if (request->in && request->endpoint == ACM_EP_IN)
		return &usb->in;
	if (request->in && request->endpoint == ACM_EP_NOTIFY)
		return &usb->notify;
	if (!request->in && request->endpoint == ACM_EP_OUT)
		return &usb->out;
	return NULL;
}

static void serve_submit(struct usbport *usb, const struct usbip_request *request, const uint8_t *data)
{
	struct urb_queue *queue;

	if (!request->endpoint) {
		serve_control(usb, request, data);
		return;
	}
	queue = find_queue(usb, request);
	if (!queue || queue_urb(queue, request, data)) {
		complete_out(usb, request->seqnum, -EPIPE, 0);
		return;
	}
	serve_out(&usb->port);
	serve_in(&usb->port);
	serve_notify(usb);
}

/* The kernel wants -ECONNRESET for a transfer that was still waiting, 0 for one already answered. */
static void serve_unlink(struct usbport *usb, const struct usbip_request *request)
{
	uint8_t header[USBIP_HEADER];
	bool found = remove_urb(&usb->in, request->victim) || remove_urb(&usb->out, request->victim) ||
		     remove_urb(&usb->notify, request->victim);

	usbip_encode_unlink(request->seqnum, found ? -ECONNRESET : 0, header);
	answer(usb, header, sizeof(header));
}

/* Bytes of the first message in the buffer, 0 when it is not complete, -EPROTO when it is none. */
static ssize_t take_message(struct usbport *usb)
{
	struct usbip_request request;
	size_t len = USBIP_HEADER;

	if (usb->received < len)
		return 0;
	if (usbip_decode(usb->request, &request))
		return -EPROTO;
	if (request.kind == USBIP_SUBMIT && !request.in)
		len += request.length;
	if (usb->received < len)
		return 0;
	if (request.kind == USBIP_UNLINK)
		serve_unlink(usb, &request);
	else
		serve_submit(usb, &request, usb->request + USBIP_HEADER);
	return (ssize_t)len;
}

static int take_messages(struct usbport *usb)
{
	ssize_t len;

	while (usb->watch.fd >= 0 && (len = take_message(usb))) {
		if (len < 0)
			return (int)len;
		usb->received -= (size_t)len;
		memmove(usb->request, usb->request + len, usb->received);
	}
	return 0;
}

static void on_socket(struct watch *watch, uint32_t events)
{
	struct usbport *usb = watch->arg;
	ssize_t got;

	if (events & EPOLLOUT)
		answer_kept(usb);
	if (!(events & (EPOLLIN | EPOLLHUP | EPOLLERR)))
		return;
	got = recv(watch->fd, usb->request + usb->received, sizeof(usb->request) - usb->received,
		   MSG_DONTWAIT);
	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (got > 0)
		usb->received += (size_t)got;
	if (got <= 0 || take_messages(usb))
		break_down(usb);
}

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
	acm_init(&usb->acm, usb->port.modem);
	modem_power_on(usb->port.modem, &usb->port);
	usb->told = usb->port.modem->lines;
	usb->watch.fd = sockets[0];
	return loop_add(usb->loop, &usb->watch, EPOLLIN);
}

/* After a detach the kernel needs a while until the port can be used again. */
static void on_replug(void *arg)
{
	struct usbport *usb = arg;
	int err = attach(usb);

	if (err && usb->tries++ < REPLUG_TRIES)
		clock_arm(usb->loop->clock, &usb->replug, REPLUG_MS);
	else if (err)
		fprintf(stderr, "dialisp-linesim: %s: could not attach to vhci port %d: %s\n",
			usb->port.modem->name, usb->number, strerror(-err));
}

static int usb_plug(void *plug, int number)
{
	struct usbport *usb = plug;
	int err;

	if (usb->watch.fd >= 0 || usb->replug.slot)
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
	if (usb->watch.fd < 0)
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
	free(usb->answers);
	free(usb);
}

static bool usb_is_ready(const void *plug)
{
	const struct usbport *usb = plug;

	return usb->acm.configuration != 0;
}

static void usb_describe(const void *plug, bool brief, char *ret_text, size_t size)
{
	const struct usbport *usb = plug;

	if (usb->number < 0)
		snprintf(ret_text, size, "-");
	else
		snprintf(ret_text, size, "%s%d", brief ? "" : "vhci ", usb->number);
}

static void *usb_open(struct loop *loop, const char *dir)
{
	struct usbbus *bus = calloc(1, sizeof(*bus));

	(void)dir;
	if (bus)
		bus->loop = loop;
	return bus;
}

static int usb_create(void *shared, struct modem *modem, void **ret_plug)
{
	struct usbbus *bus = shared;
	struct usbport *usb = calloc(1, sizeof(*usb));

	if (!usb)
		return -ENOMEM;
	usb->port.ops = &port_ops;
	usb->port.modem = modem;
	usb->loop = bus->loop;
	usb->bus = bus;
	usb->next = bus->first;
	bus->first = usb;
	usb->number = -1;
	usb->watch = (struct watch){ .fd = -1, .ready = on_socket, .arg = usb };
	usb->replug = (struct timer){ .fire = on_replug, .arg = usb };
	*ret_plug = usb;
	return 0;
}

const struct backend usb_backend = {
	.open = usb_open,
	.create = usb_create,
	.destroy = usb_destroy,
	.plug = usb_plug,
	.unplug = usb_unplug,
	.is_ready = usb_is_ready,
	.describe = usb_describe,
};
