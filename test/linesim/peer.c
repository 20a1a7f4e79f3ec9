/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One serial port does not care what is behind it: a modem, another device, nothing. */
#include "peer.h"

#include "gadget.h"
#include "modem.h"

const char *peer_name(const struct peer *peer)
{
	if (peer->modem)
		return peer->modem->name;
	return peer->gadget ? peer->gadget->name : "-";
}

void peer_power_on(const struct peer *peer, struct port *port)
{
	if (peer->modem)
		modem_power_on(peer->modem, port);
	if (peer->gadget)
		gadget_power_on(peer->gadget, port);
}

void peer_power_off(const struct peer *peer, const struct port *port)
{
	if (peer->modem)
		modem_power_off(peer->modem);
	if (peer->gadget)
		gadget_power_off(peer->gadget, port);
}

size_t peer_give(const struct peer *peer, struct port *port, const uint8_t *bytes, size_t len)
{
	if (peer->modem)
		return modem_host_give(peer->modem, bytes, len);
	if (peer->gadget)
		gadget_give(peer->gadget, port, bytes, len);
	return len;
}

size_t peer_take(const struct peer *peer, const struct port *port, uint8_t *ret_bytes, size_t max)
{
	if (peer->modem)
		return modem_host_take(peer->modem, ret_bytes, max);
	return peer->gadget ? gadget_take(peer->gadget, port, ret_bytes, max) : 0;
}

void peer_dtr(const struct peer *peer, struct port *port, bool on)
{
	if (peer->modem)
		modem_host_dtr(peer->modem, on);
	if (peer->gadget)
		gadget_dtr(peer->gadget, port, on);
}

void peer_rts(const struct peer *peer, bool on)
{
	if (peer->modem)
		modem_host_rts(peer->modem, on);
}

void peer_speed(const struct peer *peer, long speed)
{
	if (peer->modem)
		modem_host_speed(peer->modem, speed);
	if (peer->gadget)
		gadget_speed(peer->gadget, speed);
}

uint8_t peer_lines(const struct peer *peer)
{
	if (peer->modem)
		return peer->modem->lines;
	return peer->gadget ? peer->gadget->kind->lines : 0;
}
