/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "at.h"
#include "clock.h"
#include "fault.h"
#include "fifo.h"
#include "journal.h"
#include "record.h"
#include "serial.h"

struct call;
struct exchange;
struct modem;
struct port;
struct settings;

enum {
	NAME_MAX_LEN = 23,
	NUMBER_MAX_LEN = 23
};

/* Bits as in SERIAL_STATE (USB CDC PSTN 6.5.4). */
enum {
	LINE_DCD = 1,
	LINE_DSR = 2,
	LINE_RI = 8,
	LINE_CTS = 16 /* not of SERIAL_STATE: CDC-ACM has none, RS-232 has */
};

enum modem_mode {
	MODEM_IDLE, /* on hook, command state; it may be rung */
	MODEM_DIALLING,
	MODEM_ANSWERING,
	MODEM_ONLINE,
	MODEM_ESCAPED, /* online command state */
};

/* What a modem tells its back-end; each call may be ignored when nothing waits. */
struct port_ops {
	void (*readable)(struct port *port);             /* modem_host_take has bytes */
	void (*writable)(struct port *port);             /* modem_host_give may accept more */
	void (*lines)(struct port *port, uint8_t lines); /* they changed */
};

struct port {
	const struct port_ops *ops;
	struct modem *modem;
};

/* What both ends of a call agreed on, as one of them has it. */
struct agreement {
	long rate; /* the faster way: CONNECT tells it */
	long send;
	long receive;
	bool correction;
	bool compression;
};

struct modem {
	char name[NAME_MAX_LEN + 1];
	char number[NUMBER_MAX_LEN + 1]; /* "-": no telephone cord */
	const struct persona *persona;
	struct clock *clock;
	struct exchange *exchange;
	struct journal *journal;
	const struct settings *settings;

	struct port *port; /* NULL while unplugged */
	struct at at;
	enum modem_mode mode;
	struct call *call;
	struct agreement agreed;
	bool cord_out;
	bool off_hook; /* by H1 */
	bool dtr;
	bool rts; /* RS-232 only */
	bool dcd;
	bool ri;
	uint8_t lines;   /* as last told to the port */
	bool giving;     /* the port is in modem_host_give: it hears of its lines later */
	long dte_speed;  /* the rate of the host's port */
	struct fifo tx;  /* towards the line */
	struct fifo out; /* towards the host */

	struct serial serial; /* RS-232 only */
	struct faults faults;

	struct timer reply, dial, wait, ring, cid, escape, dtr_drop, loss, connect, phantom, tell;
	char dial_number[AT_DIAL_MAX];
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
	uint64_t host_bytes;         /* ever written by the host, commands too */
	unsigned int dtr_rises;
	struct record record;
	struct dialogue dialogue;
};

/* The fields of the first group, without exchange, are set by the caller; the rest here. */
void modem_init(struct modem *modem);

/* The host side got power and a port: NVRAM is loaded. */
void modem_power_on(struct modem *modem, struct port *port);

/* Power gone: a call breaks off without a word. */
void modem_power_off(struct modem *modem);

/* Bytes from the host; returns how many were taken. The rest waits until writable is called. */
size_t modem_host_give(struct modem *modem, const uint8_t *bytes, size_t len);

/* Bytes for the host; returns how many. */
size_t modem_host_take(struct modem *modem, uint8_t *ret_bytes, size_t max);

/* SET_CONTROL_LINE_STATE (USB CDC PSTN 6.3.12), or a pty being opened and closed. */
void modem_host_dtr(struct modem *modem, bool on);

/* RTS of an RS-232 port: with flow control on, nothing is given to a host that has dropped it. */
void modem_host_rts(struct modem *modem, bool on);

/* The rate the host's port is set to, bit/s. To a modem on RS-232 another rate than its own is
 * noise; over CDC-ACM it is a word. */
void modem_host_speed(struct modem *modem, long speed);

/*
 * Switch a fault on or off: value is "on", "off", or what the fault takes
 * (milliseconds, bit/s, commands). -ENOENT: no such fault; -ERANGE: not a
 * value of it. It may be plugged in or not. fault_name lists them.
 */
int modem_set_fault(struct modem *modem, const char *fault, const char *value);

/* Dial as if by hand; -EBUSY when not idle, -ENODEV while unplugged. */
int modem_dial(struct modem *modem, const char *number);

/* For the exchange: the bell. The call is modem->call. */
void modem_ring_start(struct modem *modem);
void modem_ring_stop(struct modem *modem);

/* For the exchange: both ends trained; the far end is gone. */
void modem_connect(struct modem *modem, const struct agreement *agreed);
void modem_carrier_lost(struct modem *modem);

/* For the pipe: data for the line, room for data of the line. */
size_t modem_line_take(struct modem *modem, struct fifo *to, size_t max);
size_t modem_line_room(const struct modem *modem);
void modem_line_give(struct modem *modem, struct fifo *from, size_t len);

/* Whether a telephone call to it meets the busy tone. */
bool modem_is_engaged(const struct modem *modem);

/* idle, ringing, dialling, answering, online, command */
const char *modem_state(const struct modem *modem);
