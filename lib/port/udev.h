/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The only module that uses libudev: serial ports, their parent devices, and whether they may be
 * opened. */
#pragma once

#include "util/report.h"
#include "util/text.h"

enum udev_class {
	UDEV_CLASS_MODEM,    /* telephone modem according to the hwdb; probed without asking */
	UDEV_CLASS_POSSIBLE, /* unknown id, lone CDC-ACM 02/02/01: probed on request */
	UDEV_CLASS_SERIAL,   /* bridge chip or real UART: only when the administrator names or
			      * confirms it */
	UDEV_CLASS_NEVER, /* softmodem, cellular, GPS, hobby board, printer, unknown: never opened
			   */
};

struct udev_port {
	char name[32]; /* kernel name, "ttyACM0" */
	char *syspath;
	char *socket;    /* location: ID_PATH, or DEVPATH */
	int port_number; /* of a multi-port adapter, else -1 */
	char *driver;    /* "cdc_acm", "ftdi_sio", "serial8250"; see udev_name_adapter() */
	char *usb_id;    /* "0572:1349" or NULL */
	char *product;   /* vendor and model, sanitised; may be NULL */
	char *dialect;   /* from the hwdb (DIALISP_DIALECT) or NULL */
	char *chip;      /* DIALISP_CHIP or NULL */
	char *quirks;    /* DIALISP_QUIRKS, symbols separated by blanks, or NULL */
	unsigned speed;  /* DIALISP_SPEED: port speed, bit/s; 0: default */
	enum udev_class class;
	char *why; /* for NEVER, POSSIBLE and SERIAL: the reason; may be NULL */
};

/* All serial ports of this host in name order (strverscmp), without ptys and consoles; UARTs only
 * if the kernel found a chip. */
MUST_CHECK enum reported udev_list_ports(struct udev_port **ret_ports, size_t *ret_n);
void udev_free_ports(struct udev_port *ports, size_t n);
/* Unusable devices: modems without a serial port, such as softmodems, or because of a missing
 * firmware or a wrong USB configuration; with the reason and the cure. */
struct udev_unusable {
	char *device;  /* "1-1.3" (USB) or "0000:02:00.0" (PCI) */
	char *id;      /* "05ac:1401" */
	char *product; /* sanitised; may be NULL */
	char *why;
};
/* In device order (strverscmp). Never waits for a device. */
MUST_CHECK enum reported udev_list_unusable(struct udev_unusable **ret, size_t *ret_n);
void udev_free_unusable(struct udev_unusable *devices, size_t n);

/* Accepts "ttyUSB1", "/dev/ttyUSB1", or any link below /dev to it. NULL: not in the list. */
const struct udev_port *udev_find_port(const struct udev_port *ports, size_t n, const char *device);
/* The port at that location, or NULL. */
const struct udev_port *udev_find_socket(const struct udev_port *ports, size_t n,
					 const char *socket, int port_number);

/* After a change of rules: reloads udevd, triggers these ports (uevent "change"), then waits until
 * udevd is idle, or the timeout. `syspaths` is NULL-terminated. */
MUST_CHECK enum reported udev_reload_and_trigger(const char *const *syspaths, unsigned timeout_ms);

/* --- pure part, for the table test --- */
struct udev_facts {
	const char *subsystem_driver; /* tty's parent driver, module name for USB: "cdc_acm",
				       * "ftdi_sio" */
	const char *usb_interfaces;   /* all of the device, as ID_USB_INTERFACES has them:
				       * ":020201:0a0000:", or NULL */
	const char *interface;        /* "020201" of the tty's own interface or NULL */
	const char *hwdb_class;       /* DIALISP_CLASS or NULL */
	const char *hwdb_why;         /* DIALISP_WHY or NULL */
	bool is_uart;                 /* not USB, and the kernel found a chip */
	unsigned n_ttys;              /* of the same USB device */
	bool has_net, has_storage, has_wdm;
	bool mm_claims; /* ModemManager's rules say cellular: ID_MM_DEVICE_PROCESS,
			 * ID_MM_..PORT_TYPE.. */
};
/* *ret_why is a constant string, NULL for MODEM. */
enum udev_class udev_judge(const struct udev_facts *facts, const char **ret_why);

/* The name of a driver in adapter.h: cdc_acm drives modems and RS-232 bridges, which the hwdb
 * distinguishes (class "serial"): "cdc_acm-bridge", "cdc_acm-bridge-no-dtr". Any other driver, or
 * NULL, is returned unchanged. */
const char *udev_name_adapter(const char *driver, const char *hwdb_class, const char *quirks);

/* Properties of a device without a serial port. */
struct udev_unusable_facts {
	const char *device;         /* "1-1.3" */
	const char *hwdb_class;     /* DIALISP_CLASS or NULL */
	const char *hwdb_why;       /* DIALISP_WHY or NULL */
	const char *quirks;         /* DIALISP_QUIRKS or NULL */
	const char *usb_interfaces; /* as above; NULL: not USB */
	unsigned configuration;     /* of the USB device; 0: none */
	bool is_taken;              /* claimed through usbfs */
	bool is_pci_modem;          /* PCI class 0703 */
};
/* Why the modem is unusable, and the cure; NULL: not a modem. The caller frees the result. */
char *udev_judge_unusable(const struct udev_unusable_facts *facts);

/* The text for DIALISP_WHY; never NULL */
const char *udev_reason_text(const char *symbol);
/* The value of a symbol in DIALISP_QUIRKS, "" without a value; NULL: no such symbol. The caller
 * frees the result. */
char *udev_find_quirk(const char *quirks, const char *symbol);
