/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "loop.h"
#include "usb/usbip.h"

/* Requests of the host; arg is the owner. */
struct wire_ops {
	void (*submit)(void *arg, const struct usbip_request *request, const uint8_t *data);
	void (*unlink)(void *arg, const struct usbip_request *request);
	void (*broken)(void *arg); /* closed, or a protocol error: close it */
};

/* A USB/IP connection. */
struct wire {
	struct loop *loop;
	struct watch watch; /* fd -1: closed */
	const struct wire_ops *ops;
	void *arg;
	size_t received;
	uint8_t request[USBIP_HEADER + USBIP_TRANSFER_MAX];
	uint8_t *replies; /* what the socket did not take at once */
	size_t reply_len;
	size_t reply_cap;
};

void wire_init(struct wire *wire, struct loop *loop, const struct wire_ops *ops, void *arg);

/* Takes ownership of the socket. 0 or -errno. */
int wire_open(struct wire *wire, int fd);
void wire_close(struct wire *wire);
void wire_free(struct wire *wire);

/* A transfer is done; len is at most 1024. No effect on a closed connection. */
void wire_complete_in(struct wire *wire, uint32_t seqnum, const uint8_t *data, size_t len);
void wire_complete_out(struct wire *wire, uint32_t seqnum, int status, uint32_t length);
void wire_unlinked(struct wire *wire, uint32_t seqnum, int status);
