/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Inside the room of netlink: sockets, for every file that talks to the kernel. */
#pragma once

#include <libmnl/libmnl.h>

#define NETLINK_DUMP_BYTES 32768 /* the most the kernel packs into one answer of a dump */

/* Bound, with a deadline on each read; NULL with errno. */
struct mnl_socket *netlink_open(int bus);
void netlink_close(struct mnl_socket **socket); /* scope cleanup */
