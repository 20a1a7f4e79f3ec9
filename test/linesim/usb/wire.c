/* SPDX-License-Identifier: GPL-2.0-or-later */
/* USB/IP over a stream socket: whole messages in, replies out, without blocking. */
#include "usb/wire.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

enum {
	REPLIES_MAX = 1 << 20,
	TRANSFER_IN_MAX = 1024
};

/* Towards the kernel */

static void queue_reply(struct wire *wire, const uint8_t *bytes, size_t len)
{
	if (wire->reply_len + len > wire->reply_cap) {
		size_t cap = 2 * wire->reply_cap + len;
		uint8_t *grown = cap > REPLIES_MAX ? NULL : realloc(wire->replies, cap);

		if (!grown)
			return;
		wire->replies = grown;
		wire->reply_cap = cap;
	}
	memcpy(wire->replies + wire->reply_len, bytes, len);
	wire->reply_len += len;
	loop_change(wire->loop, &wire->watch, EPOLLIN | EPOLLOUT);
}

static void send_reply(struct wire *wire, const uint8_t *bytes, size_t len)
{
	ssize_t sent = 0;

	if (wire->watch.fd < 0)
		return;
	if (!wire->reply_len)
		sent = send(wire->watch.fd, bytes, len, MSG_NOSIGNAL | MSG_DONTWAIT);
	if (sent < 0)
		sent = 0; /* full, or closed: reading will tell */
	if ((size_t)sent < len)
		queue_reply(wire, bytes + sent, len - (size_t)sent);
}

static void send_queued(struct wire *wire)
{
	ssize_t sent =
		send(wire->watch.fd, wire->replies, wire->reply_len, MSG_NOSIGNAL | MSG_DONTWAIT);

	if (sent <= 0)
		return;
	wire->reply_len -= (size_t)sent;
	memmove(wire->replies, wire->replies + sent, wire->reply_len);
	if (!wire->reply_len)
		loop_change(wire->loop, &wire->watch, EPOLLIN);
}

void wire_complete_out(struct wire *wire, uint32_t seqnum, int status, uint32_t length)
{
	uint8_t header[USBIP_HEADER];

	usbip_encode_submit(seqnum, status, length, header);
	send_reply(wire, header, sizeof(header));
}

void wire_complete_in(struct wire *wire, uint32_t seqnum, const uint8_t *data, size_t len)
{
	uint8_t bytes[USBIP_HEADER + TRANSFER_IN_MAX];

	usbip_encode_submit(seqnum, 0, (uint32_t)len, bytes);
	memcpy(bytes + USBIP_HEADER, data, len);
	send_reply(wire, bytes, USBIP_HEADER + len);
}

void wire_unlinked(struct wire *wire, uint32_t seqnum, int status)
{
	uint8_t header[USBIP_HEADER];

	usbip_encode_unlink(seqnum, status, header);
	send_reply(wire, header, sizeof(header));
}

/* From the kernel */

/* Length of the first message in the buffer; 0: not complete, -EPROTO: not a message. */
static ssize_t take_message(struct wire *wire)
{
	struct usbip_request request;
	size_t len = USBIP_HEADER;

	if (wire->received < len)
		return 0;
	if (usbip_decode(wire->request, &request))
		return -EPROTO;
	if (request.kind == USBIP_SUBMIT && !request.in)
		len += request.length;
	if (wire->received < len)
		return 0;
	if (request.kind == USBIP_UNLINK)
		wire->ops->unlink(wire->arg, &request);
	else
		wire->ops->submit(wire->arg, &request, wire->request + USBIP_HEADER);
	return (ssize_t)len;
}

static int take_messages(struct wire *wire)
{
	ssize_t len;

	while (wire->watch.fd >= 0 && (len = take_message(wire))) {
		if (len < 0)
			return (int)len;
		wire->received -= (size_t)len;
		memmove(wire->request, wire->request + len, wire->received);
	}
	return 0;
}

static void on_socket(struct watch *watch, uint32_t events)
{
	struct wire *wire = watch->arg;
	ssize_t got;

	if (events & EPOLLOUT)
		send_queued(wire);
	if (!(events & (EPOLLIN | EPOLLHUP | EPOLLERR)))
		return;
	got = recv(watch->fd, wire->request + wire->received,
		   sizeof(wire->request) - wire->received, MSG_DONTWAIT);
	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (got > 0)
		wire->received += (size_t)got;
	if (got <= 0 || take_messages(wire))
		wire->ops->broken(wire->arg);
}

void wire_init(struct wire *wire, struct loop *loop, const struct wire_ops *ops, void *arg)
{
	wire->loop = loop;
	wire->ops = ops;
	wire->arg = arg;
	wire->watch = (struct watch){ .fd = -1, .ready = on_socket, .arg = wire };
}

int wire_open(struct wire *wire, int fd)
{
	wire->watch.fd = fd;
	return loop_add(wire->loop, &wire->watch, EPOLLIN);
}

void wire_close(struct wire *wire)
{
	loop_close(wire->loop, &wire->watch);
	wire->received = 0;
	wire->reply_len = 0;
}

void wire_free(struct wire *wire)
{
	free(wire->replies);
}
