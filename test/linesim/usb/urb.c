/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Queues of pending transfers. */
#include "usb/urb.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	PENDING_MAX = 256
};

int urb_queue_add(struct urb_queue *queue, const struct usbip_request *request, const uint8_t *data)
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

void urb_queue_drop_first(struct urb_queue *queue)
{
	struct urb *urb = queue->first;

	queue->first = urb->next;
	queue->count--;
	free(urb);
}

bool urb_queue_drop(struct urb_queue *queue, uint32_t seqnum)
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

void urb_queue_clear(struct urb_queue *queue)
{
	while (queue->first)
		urb_queue_drop_first(queue);
}
