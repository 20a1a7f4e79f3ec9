/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Internal to lib/net: netlink sockets. */
#pragma once

#include <libmnl/libmnl.h>
#include <netinet/in.h>

/* Bound, with a deadline on each read; NULL with errno. */
struct mnl_socket *netlink_open(int bus);
void netlink_close(struct mnl_socket **socket); /* scope cleanup */

/* Sends the request and passes every response to `row`. A NULL socket is a failed netlink_open(),
 * with its errno. 0 or -errno, including errors of the kernel. */
int netlink_ask(struct mnl_socket *socket, const struct nlmsghdr *request, mnl_cb_t row,
		void *data);

/* The two implementations of netlink_forget_connections(): the kernel deletes by a filter (6.12 and
 * later; -EINVAL before), or all entries are listed. */
int netlink_filter_connections(struct in_addr address);
int netlink_walk_connections(struct in_addr address);
