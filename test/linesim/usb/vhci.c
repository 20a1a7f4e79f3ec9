/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel's virtual USB host controller: free ports, attach, detach, names of ttys. */
#include "usb/vhci.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define VHCI_DIR "/sys/devices/platform/vhci_hcd.0/"

/* include/linux/usb/ch9.h */
enum {
	USB_SPEED_FULL = 2
};

/* drivers/usb/usbip/usbip_common.h, enum usbip_device_status */
enum {
	VDEV_ST_NULL = 4
};

static bool parse_row(const char *line, unsigned int controller, struct vhci_port *ret_port)
{
	char hub[8], busid[32];
	unsigned int number, state;

	if (sscanf(line, "%7s %u %u %*s %*s %*s %31s", hub, &number, &state, busid) != 4)
		return false;
	ret_port->number = number;
	ret_port->controller = controller;
	ret_port->high_speed = !strcmp(hub, "hs");
	ret_port->free = state == VDEV_ST_NULL;
	snprintf(ret_port->busid, sizeof(ret_port->busid), "%s", busid);
	return true;
}

static void read_controller(FILE *file, unsigned int controller, struct vhci_port *ports,
			    size_t *count)
{
	unsigned int ranks[2] = { 0, 0 };
	char line[128];

	while (*count < VHCI_PORTS_MAX && fgets(line, sizeof(line), file)) {
		struct vhci_port *port = &ports[*count];

		if (!parse_row(line, controller, port))
			continue;
		port->rank = ranks[port->high_speed]++;
		(*count)++;
	}
}

int vhci_read_ports(struct vhci_port ports[VHCI_PORTS_MAX], size_t *ret_count)
{
	char path[64] = VHCI_DIR "status";
	unsigned int controller = 0;
	size_t count = 0;
	FILE *file;

	while ((file = fopen(path, "re"))) {
		read_controller(file, controller, ports, &count);
		fclose(file);
		snprintf(path, sizeof(path), VHCI_DIR "status.%u", ++controller);
	}
	if (!controller)
		return -errno;
	*ret_count = count;
	return 0;
}

static int write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), err = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, text, strlen(text)) < 0)
		err = -errno;
	close(fd);
	return err;
}

int vhci_attach(unsigned int number, int socket)
{
	char text[64];

	/* port, socket, device id (bus and address at the far end: any), speed */
	snprintf(text, sizeof(text), "%u %d %u %d", number, socket, 1 << 16 | (number + 1),
		 USB_SPEED_FULL);
	return write_file(VHCI_DIR "attach", text);
}

int vhci_detach(unsigned int number)
{
	char text[16];

	snprintf(text, sizeof(text), "%u", number);
	return write_file(VHCI_DIR "detach", text);
}

static int find_busid(unsigned int number, struct vhci_port *ret_port)
{
	struct vhci_port ports[VHCI_PORTS_MAX];
	size_t count;
	int err = vhci_read_ports(ports, &count);

	if (err)
		return err;
	for (size_t i = 0; i < count; i++) {
		if (ports[i].number != number)
			continue;
		*ret_port = ports[i];
		return strcmp(ports[i].busid, "0-0") ? 0 : -ENODEV;
	}
	return -ENODEV;
}

/* Interfaces in order: cdc_acm hangs its tty right below one, usbserial puts a port between. */
static int find_ttys(const struct vhci_port *port, glob_t *ret_found)
{
	static const char *const below[] = { "tty/*", "tty*/tty/*" };
	char pattern[128];
	int flags = 0;

	for (size_t i = 0; i < sizeof(below) / sizeof(below[0]); i++) {
		snprintf(pattern, sizeof(pattern),
			 "/sys/devices/platform/vhci_hcd.%u/usb*/%s/*:*/%s", port->controller,
			 port->busid, below[i]);
		if (!glob(pattern, flags, NULL, ret_found))
			flags = GLOB_APPEND;
	}
	return flags ? 0 : -ENODEV;
}

int vhci_find_tty(unsigned int number, unsigned int rank, char *ret_name, size_t size)
{
	struct vhci_port port;
	glob_t found;
	int err = find_busid(number, &port);

	if (!err)
		err = find_ttys(&port, &found);
	if (err)
		return err;
	if (rank < found.gl_pathc)
		snprintf(ret_name, size, "%s", strrchr(found.gl_pathv[rank], '/') + 1);
	else
		err = -ENODEV;
	globfree(&found);
	return err;
}
