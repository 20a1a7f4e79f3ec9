/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum {
	VHCI_PORTS_MAX = 512
};

struct vhci_port {
	unsigned int number; /* counted over all controllers, as attach and detach want it */
	unsigned int controller;
	unsigned int rank; /* place within its controller's ports of the same speed */
	bool high_speed;
	bool free;
	char busid[32]; /* "3-1", or "0-0" before enumeration */
};

/* Read the kernel's port table; -ENOENT when vhci_hcd is not loaded. */
int vhci_read_ports(struct vhci_port ports[VHCI_PORTS_MAX], size_t *ret_count);

/* Attach a full-speed device, at the other end of the socket, to a port. -EBUSY while in use.
 */
int vhci_attach(unsigned int number, int socket);
int vhci_detach(unsigned int number);

/* Kernel name of a tty of the device in this port, counted from 0 in the order of its interfaces.
 * -ENODEV: not there (yet). For clients only: the process that plays the device must not look into
 * its sysfs files. */
int vhci_find_tty(unsigned int number, unsigned int rank, char *ret_name, size_t size);
