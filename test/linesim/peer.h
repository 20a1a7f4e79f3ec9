/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "events.h"
#include "tally.h"

struct clock;
struct peer;
struct port;

enum {
	NAME_MAX_LEN = 23
};

/* Bits as in SERIAL_STATE (USB CDC PSTN 6.5.4). */
enum {
	LINE_DCD = 1,
	LINE_DSR = 2,
	LINE_RI = 8,
	LINE_CTS = 16 /* not of SERIAL_STATE: CDC-ACM has none, RS-232 has */
};

/* Notifications of a peer to its port; each may be ignored when no transfer is pending. */
struct port_ops {
	void (*readable)(struct port *port);             /* peer_take has bytes */
	void (*writable)(struct port *port);             /* peer_give may accept more */
	void (*lines)(struct port *port, uint8_t lines); /* they changed */
};

/* A serial port of the host, as its peer knows it. */
struct port {
	const struct port_ops *ops;
};

/* A port of NULL is not there: the peer has no power. */
static inline void port_readable(struct port *port)
{
	if (port)
		port->ops->readable(port);
}

static inline void port_writable(struct port *port)
{
	if (port)
		port->ops->writable(port);
}

/* One kind of peer; rts may be NULL. The other functions are documented below. */
struct peer_ops {
	void (*power_on)(struct peer *peer, struct port *port);
	void (*power_off)(struct peer *peer);
	size_t (*give)(struct peer *peer, struct port *port, const uint8_t *bytes, size_t len);
	size_t (*take)(struct peer *peer, const struct port *port, uint8_t *ret_bytes, size_t max);
	void (*set_dtr)(struct peer *peer, struct port *port, bool on);
	void (*set_rts)(struct peer *peer, bool on);
	void (*set_speed)(struct peer *peer, long speed);
	uint8_t (*lines)(const struct peer *peer);
};

/* What is behind a serial port: a modem or another device. The owner sets the first group. */
struct peer {
	const struct peer_ops *ops;
	char name[NAME_MAX_LEN + 1];
	const char *kind; /* its personality */
	struct event_log *log;
	bool is_modem;
	bool rs232; /* it has a speed, RTS and CTS */

	/* what the host did to it, ever */
	unsigned int dtr_rises;
	uint64_t host_bytes; /* commands too */
	struct tally tally;
	struct transcript transcript;
};

/* In all of these a peer of NULL is an unconnected port: bytes to it are lost, none come from it.
 */

/* The port has power; the peer may call its ops from now on. */
void peer_power_on(struct peer *peer, struct port *port);
void peer_power_off(struct peer *peer);

/* Bytes from the host; returns how many were taken. The rest waits until writable is called. */
size_t peer_give(struct peer *peer, struct port *port, const uint8_t *bytes, size_t len);

/* Bytes for the host; returns how many. */
size_t peer_take(struct peer *peer, const struct port *port, uint8_t *ret_bytes, size_t max);

void peer_set_dtr(struct peer *peer, struct port *port, bool on);
void peer_set_rts(struct peer *peer, bool on);

/* The rate that the host's port is set to, bit/s. */
void peer_set_speed(struct peer *peer, long speed);

/* LINE_DCD and so on, as it drives them now. */
uint8_t peer_lines(const struct peer *peer);

/* For peers: add a row to the log and transcript: "<-" from the host, "->" to it, "--" else. */
void peer_note(struct peer *peer, const char *arrow, const char *text);
