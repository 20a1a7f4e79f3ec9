/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The two ends of a serial connection: a port of the host, and the device behind it. No I/O. */
#include "peer.h"

void peer_power_on(struct peer *peer, struct port *port)
{
	if (peer)
		peer->ops->power_on(peer, port);
}

void peer_power_off(struct peer *peer)
{
	if (peer)
		peer->ops->power_off(peer);
}

size_t peer_give(struct peer *peer, struct port *port, const uint8_t *bytes, size_t len)
{
	return peer ? peer->ops->give(peer, port, bytes, len) : len;
}

size_t peer_take(struct peer *peer, const struct port *port, uint8_t *ret_bytes, size_t max)
{
	return peer ? peer->ops->take(peer, port, ret_bytes, max) : 0;
}

void peer_set_dtr(struct peer *peer, struct port *port, bool on)
{
	if (peer)
		peer->ops->set_dtr(peer, port, on);
}

void peer_set_rts(struct peer *peer, bool on)
{
	if (peer && peer->ops->set_rts)
		peer->ops->set_rts(peer, on);
}

void peer_set_speed(struct peer *peer, long speed)
{
	if (peer)
		peer->ops->set_speed(peer, speed);
}

uint8_t peer_lines(const struct peer *peer)
{
	return peer ? peer->ops->lines(peer) : 0;
}

void peer_note(struct peer *peer, const char *arrow, const char *text)
{
	event_log_say(peer->log, &peer->transcript, peer->name, arrow, text);
}
