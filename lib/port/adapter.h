/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What each Linux driver of a serial port really does (drivers/usb/serial, drivers/usb/class,
 * drivers/tty of Linux 6.12), one row per driver: clones share USB ids, so ids say nothing. Only
 * cdc_acm drives modems and bridges, which are told by their ids. */
#pragma once

#include <stdbool.h>

enum adapter_kind {
	ADAPTER_KIND_MODEM,  /* CDC-ACM: the modem itself; its rate is virtual, CTS a fiction */
	ADAPTER_KIND_SERIAL, /* an RS-232 port: something may be behind it */
	ADAPTER_KIND_OTHER,  /* never a telephone modem: mobile broadband, handhelds */
};

struct adapter {
	const char *driver; /* as struct udev_port has it: "ftdi_sio", "serial8250" */
	enum adapter_kind kind;
	bool has_flow;      /* honours CRTSCTS */
	bool hangs_up;      /* DCD off hangs up the tty */
	unsigned max_speed; /* safe without flow control, bit/s; 0: no limit of ours */
	const char *why; /* OTHER: what it is; SERIAL: warning for people with its cure, or NULL */
};
/* NULL (also for NULL): unknown. It is taken to honour CRTSCTS, and its carrier is looked at. */
const struct adapter *adapter_find(const char *driver);
