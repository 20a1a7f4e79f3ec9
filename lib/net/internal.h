/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Inside the room of netlink: sockets, for every file that talks to the kernel. */
#pragma once

#include <libmnl/libmnl.h>
#include <netinet/in.h>

/* Bound, with a deadline on each read; NULL with errno. */
struct mnl_socket *netlink_open(int bus);
void netlink_close(struct mnl_socket **socket); /* scope cleanup */

/* Sends it and hands every answer to `row`. A NULL socket is one that netlink_open() could not
 * open, with its errno. 0 or -errno, the kernel's too. */
int netlink_ask(struct mnl_socket *socket, const struct nlmsghdr *request, mnl_cb_t row,
		void *data);

/* The two ways of netlink_forget_connections(): the kernel does it (6.12 and later; -EINVAL
 * before), or all is listed. */
int netlink_filter_connections(struct in_addr address);
int netlink_walk_connections(struct in_addr address);
