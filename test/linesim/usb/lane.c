/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The pending transfers of one serial port: for data, room or a change of the modem lines. */
#include "usb/lane.h"

#include "usb/wire.h"

static struct lane *lane_of(struct port *port)
{
	return (struct lane *)((struct usb_tty *)port)->lane;
}

static void serve_in(struct lane *lane)
{
	uint8_t data[1024];

	while (lane->in.first && !lane->tty->device->wedged) {
		struct urb *urb = lane->in.first;
		uint32_t seqnum = urb->seqnum;
		size_t max = urb->length < sizeof(data) ? urb->length : sizeof(data);
		size_t len = usb_tty_take(lane->tty, data, max);

		if (!len)
			return;
		urb_queue_drop_first(&lane->in);
		wire_complete_in(lane->wire, seqnum, data, len);
	}
}

static void serve_out(struct lane *lane)
{
	while (lane->out.first && !lane->tty->device->wedged && usb_tty_may_send(lane->tty)) {
		struct urb *urb = lane->out.first;
		size_t len = urb->length - urb->done;
		size_t taken = usb_tty_give(lane->tty, urb->data + urb->done, len);

		urb->done += (uint32_t)taken;
		if (taken < len)
			return;
		wire_complete_out(lane->wire, urb->seqnum, 0, urb->length);
		urb_queue_drop_first(&lane->out);
	}
}

static void serve_notify(struct lane *lane)
{
	uint8_t bytes[64];

	while (lane->notify.first && lane->tty->device->kind->notify &&
	       !lane->tty->device->wedged) {
		struct urb *urb = lane->notify.first;
		uint32_t seqnum = urb->seqnum;
		size_t max = urb->length < sizeof(bytes) ? urb->length : sizeof(bytes);
		size_t len = lane->tty->device->kind->notify(lane->tty, bytes, max);

		if (!len)
			return;
		urb_queue_drop_first(&lane->notify);
		wire_complete_in(lane->wire, seqnum, bytes, len);
	}
}

static void on_readable(struct port *port)
{
	serve_in(lane_of(port));
}

static void on_writable(struct port *port)
{
	serve_out(lane_of(port));
}

static void on_lines(struct port *port, uint8_t lines)
{
	struct lane *lane = lane_of(port);

	usb_tty_change_lines(lane->tty, lines);
	serve_notify(lane);
	serve_in(lane);
	serve_out(lane);
}

static const struct port_ops port_ops = {
	.readable = on_readable,
	.writable = on_writable,
	.lines = on_lines,
};

void lane_clear(struct lane *lane)
{
	urb_queue_clear(&lane->in);
	urb_queue_clear(&lane->out);
	urb_queue_clear(&lane->notify);
}

void lane_serve(struct lane *lane)
{
	serve_out(lane);
	serve_in(lane);
	serve_notify(lane);
}

void lane_init(struct lane *lane, struct usb_device *device, uint8_t number, struct wire *wire)
{
	struct usb_tty *tty = &device->ttys[number];

	lane->tty = tty;
	lane->wire = wire;
	tty->lane = lane;
	tty->port.ops = &port_ops;
}

bool lane_drop(struct lane *lane, uint32_t seqnum)
{
	return urb_queue_drop(&lane->in, seqnum) || urb_queue_drop(&lane->out, seqnum) ||
	       urb_queue_drop(&lane->notify, seqnum);
}
