/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct gadget;
struct modem;
struct port;

/* What is behind a serial port: a modem, something else, or an empty socket (both NULL). */
struct peer {
	struct modem *modem;
	struct gadget *gadget;
};

const char *peer_name(const struct peer *peer);

/* The port got power; the peer may call its ops from now on. */
void peer_power_on(const struct peer *peer, struct port *port);
void peer_power_off(const struct peer *peer, const struct port *port);

/* As modem_host_give and modem_host_take; an empty socket swallows all and says nothing. */
size_t peer_give(const struct peer *peer, struct port *port, const uint8_t *bytes, size_t len);
size_t peer_take(const struct peer *peer, const struct port *port, uint8_t *ret_bytes, size_t max);

void peer_dtr(const struct peer *peer, struct port *port, bool on);
void peer_rts(const struct peer *peer, bool on);
void peer_speed(const struct peer *peer, long speed);

/* LINE_DCD and so on, as it drives them now. */
uint8_t peer_lines(const struct peer *peer);
