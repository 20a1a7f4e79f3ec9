/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Capabilities of the Linux drivers of serial ports (drivers/usb/serial, drivers/usb/class,
 * drivers/tty of Linux 6.12), one row per driver: clones share USB ids. Only cdc_acm drives modems
 * and bridges, which are identified by their ids. */
#pragma once

#include <stdbool.h>

enum adapter_kind {
	ADAPTER_KIND_MODEM,  /* CDC-ACM: the modem itself; its port speed and CTS have no meaning */
	ADAPTER_KIND_SERIAL, /* an RS-232 port: something may be behind it */
	ADAPTER_KIND_OTHER,  /* never a telephone modem: mobile broadband, handhelds */
};

struct adapter {
	const char *driver; /* as struct udev_port has it: "ftdi_sio", "serial8250" */
	enum adapter_kind kind;
	bool has_flow;      /* honours CRTSCTS */
	bool hangs_up;      /* SIGHUP on carrier loss */
	unsigned max_speed; /* maximum without flow control, bit/s; 0: no limit */
	const char *why;    /* OTHER: description; SERIAL: warning with its cure, or NULL */
};
/* NULL (also for NULL): unknown. It is assumed to honour CRTSCTS, and its DCD is polled. */
const struct adapter *adapter_find(const char *driver);
