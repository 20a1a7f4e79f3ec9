/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "clock.h"
#include "exchange/subscriber.h"
#include "fifo.h"
#include "modem/fault.h"
#include "modem/interpreter.h"
#include "modem/serial.h"
#include "peer.h"

struct line_settings;

enum modem_mode {
	MODEM_IDLE, /* on hook, command state; it may be rung */
	MODEM_DIALLING,
	MODEM_ANSWERING,
	MODEM_ONLINE,
	MODEM_ESCAPED, /* online command state */
};

/*
 * One modem, between the serial port of its host and its telephone line. The first group, of peer
 * name and log, of line the number, are set before modem_init.
 */
struct modem {
	const struct persona *persona;
	struct clock *clock;
	const struct line_settings *settings;
	struct peer peer;
	struct subscriber line;

	struct port *port; /* NULL while unplugged */
	struct interpreter at;
	enum modem_mode mode;
	bool off_hook; /* by H1 */
	bool dtr;
	bool rts; /* RS-232 only */
	bool dcd;
	bool ri;
	uint8_t lines;   /* as last reported to the port */
	bool giving;     /* within peer_give: lines are reported to the port later */
	long dte_speed;  /* the rate of the host's port */
	struct fifo out; /* towards the host */

	struct serial serial; /* RS-232 only */
	struct faults faults;

	struct timer reply, dial, wait, ring, cid, escape, dtr_drop, loss, connect, phantom, tell;
	char dial_number[DIAL_MAX];
	int64_t started_ms; /* ATA or ATD: characters soon after do not abort */
	int64_t result_ms;
	int64_t deaf_until_ms;
	int64_t last_ring_ms;
	int64_t last_data_ms;
	int64_t loss_deadline_ms;
	unsigned int rings;
	unsigned int escapes; /* escape characters seen in a row */
	bool ring_on;

	uint64_t tx_bytes, rx_bytes; /* data of all calls */
};

static inline uint8_t modem_param(const struct modem *modem, enum param param)
{
	return profile_param(&modem->at.profiles, param);
}

static inline uint8_t modem_sreg(const struct modem *modem, uint8_t number)
{
	return profile_sreg(&modem->at.profiles, number);
}
