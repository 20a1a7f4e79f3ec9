/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Addresses, routes and links from rtnetlink dumps. */
#include "net/netlink.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "net/internal.h"
#include "util/report.h"

#define DUMP_TRIES     3 /* a dump is repeated if its table changed meanwhile */
#define DUMP_TIMEOUT_S 5
#define DUMP_BYTES     32768 /* maximum size of one message of a dump */
#define ANSWER_BYTES   8192  /* ... of another response */

/* A growing list; emptied when the dump is repeated. */
struct list {
	void *rows;
	size_t n, row_size;
	const char *prefix; /* of link names, if any */
	int fd;             /* socket to query them */
};

static void *list_add(struct list *list)
{
	list->rows = xrealloc(list->rows, list->n + 1, list->row_size);
	return memset((char *)list->rows + list->n++ * list->row_size, 0, list->row_size);
}

void netlink_close(struct mnl_socket **socket)
{
	if (*socket)
		mnl_socket_close(*socket);
}

struct mnl_socket *netlink_open(int bus)
{
	const struct timeval timeout = { .tv_sec = DUMP_TIMEOUT_S };
	struct mnl_socket *socket = mnl_socket_open2(bus, SOCK_CLOEXEC);

	if (!socket)
		return NULL;
	if (mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) == 0 &&
	    setsockopt(mnl_socket_get_fd(socket), SOL_SOCKET, SO_RCVTIMEO, &timeout,
		       sizeof(timeout)) == 0)
		return socket;
	mnl_socket_close(socket);
	return NULL;
}

int netlink_ask(struct mnl_socket *socket, const struct nlmsghdr *request, mnl_cb_t row, void *data)
{
	size_t size = request->nlmsg_flags & NLM_F_DUMP ? DUMP_BYTES : ANSWER_BYTES;
	unsigned sequence = request->nlmsg_seq;
	_cleanup_free_ char *buffer = NULL;
	int r;

	if (!socket || mnl_socket_sendto(socket, request, request->nlmsg_len) < 0)
		return -errno;
	buffer = xcalloc(1, size);
	do {
		ssize_t n = mnl_socket_recvfrom(socket, buffer, size);

		if (n < 0)
			return -errno;
		r = mnl_cb_run(buffer, (size_t)n, sequence, mnl_socket_get_portid(socket), row,
			       data);
	} while (r > MNL_CB_STOP);
	return r < 0 ? -errno : 0;
}

/* The requests. For links only the counters: a full dump takes the kernel ten times as long. */
struct question {
	const char *what;
	uint16_t type;
	const void *body;
	size_t size;
};
static const struct rtgenmsg ipv4 = { .rtgen_family = AF_INET };
static const struct if_stats_msg counters = { .filter_mask =
						      IFLA_STATS_FILTER_BIT(IFLA_STATS_LINK_64) };
static const struct question ask_addresses = { "addresses", RTM_GETADDR, &ipv4, sizeof(ipv4) };
static const struct question ask_routes = { "routes", RTM_GETROUTE, &ipv4, sizeof(ipv4) };
static const struct question ask_links = { "links", RTM_GETSTATS, &counters, sizeof(counters) };

static int dump_once(const struct question *question, mnl_cb_t row, struct list *list)
{
	_cleanup_(netlink_close) struct mnl_socket *socket = netlink_open(NETLINK_ROUTE);
	char buffer[64] = { 0 };
	struct nlmsghdr *request = mnl_nlmsg_put_header(buffer);

	memcpy(mnl_nlmsg_put_extra_header(request, question->size), question->body, question->size);
	request->nlmsg_type = question->type;
	request->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	request->nlmsg_seq = 1;
	return netlink_ask(socket, request, row, list);
}

/* libmnl returns EINTR for NLM_F_DUMP_INTR: the table changed during the dump. */
static int dump(const struct question *question, mnl_cb_t row, struct list *list)
{
	size_t n_before = list->n;
	int r = -EINTR;

	for (unsigned i = 0; i < DUMP_TRIES && r == -EINTR; i++) {
		list->n = n_before;
		r = dump_once(question, row, list);
	}
	if (r < 0)
		report_error("netlink: could not list %s: %s", question->what, strerror(-r));
	return r;
}

static uint32_t attr_u32(const struct nlattr *attr)
{
	return mnl_attr_get_payload_len(attr) < sizeof(uint32_t) ? 0 : mnl_attr_get_u32(attr);
}

static int add_address(const struct nlmsghdr *message, void *data)
{
	const struct ifaddrmsg *head = mnl_nlmsg_get_payload(message);
	struct in_addr address = { 0 }, local = { 0 };
	struct netlink_prefix *prefix;
	const struct nlattr *attr;

	mnl_attr_for_each(attr, message, sizeof(*head))
	{
		if (mnl_attr_get_type(attr) == IFA_ADDRESS)
			address.s_addr = attr_u32(attr);
		else if (mnl_attr_get_type(attr) == IFA_LOCAL)
			local.s_addr = attr_u32(attr);
	}
	prefix = list_add(data);
	/* On a point-to-point link IFA_ADDRESS is the peer, to which the prefix belongs; the local
	 * address is listed as well, as a /32. */
	prefix->address = address;
	prefix->length = head->ifa_prefixlen;
	if_indextoname(head->ifa_index, prefix->link);
	if (local.s_addr && local.s_addr != address.s_addr) {
		prefix = list_add(data);
		prefix->address = local;
		prefix->length = 32;
		prefix->is_near_end = true;
		if_indextoname(head->ifa_index, prefix->link);
	}
	return MNL_CB_OK;
}

struct route {
	struct in_addr destination, gateway, source;
	unsigned length, type, flags, link, metric, table;
};

/* Of several next hops only the first is used: it is only displayed. */
static void parse_multipath(const struct nlattr *multipath, struct route *route)
{
	const struct rtnexthop *hop = mnl_attr_get_payload(multipath);
	const void *attrs = hop + 1;
	const struct nlattr *attr;
	size_t left = mnl_attr_get_payload_len(multipath);

	if (left < sizeof(*hop) || hop->rtnh_len < sizeof(*hop) || hop->rtnh_len > left)
		return;
	left = hop->rtnh_len - sizeof(*hop);
	route->link = (unsigned)hop->rtnh_ifindex;
	mnl_attr_for_each_payload(attrs, left)
	{
		if (mnl_attr_get_type(attr) == RTA_GATEWAY)
			route->gateway.s_addr = attr_u32(attr);
	}
}

static void parse_route_attr(const struct nlattr *attr, struct route *route)
{
	switch (mnl_attr_get_type(attr)) {
	case RTA_DST:
		route->destination.s_addr = attr_u32(attr);
		break;
	case RTA_GATEWAY:
		route->gateway.s_addr = attr_u32(attr);
		break;
	case RTA_PREFSRC:
		route->source.s_addr = attr_u32(attr);
		break;
	case RTA_OIF:
		route->link = attr_u32(attr);
		break;
	case RTA_PRIORITY:
		route->metric = attr_u32(attr);
		break;
	case RTA_TABLE: /* tables above 255 do not fit into the header */
		route->table = attr_u32(attr);
		break;
	case RTA_MULTIPATH:
		parse_multipath(attr, route);
		break;
	}
}

static void parse_route(const struct nlmsghdr *message, struct route *ret)
{
	const struct rtmsg *head = mnl_nlmsg_get_payload(message);
	const struct nlattr *attr;

	*ret = (struct route){
		.length = head->rtm_dst_len,
		.type = head->rtm_type,
		.flags = head->rtm_flags,
		.table = head->rtm_table,
	};
	mnl_attr_for_each(attr, message, sizeof(*head))
	{
		parse_route_attr(attr, ret);
	}
}

/* VPNs for all traffic have two routes to one half of the address space each: like a default route,
 * these do not occupy a subnet. */
static bool is_default(const struct route *route)
{
	return route->length <= 1;
}

/* Blackhole routes and the like are kept: the range is in use. */
static bool is_of_kernel(const struct route *route)
{
	return route->type == RTN_LOCAL || route->type == RTN_BROADCAST ||
	       route->type == RTN_MULTICAST || route->type == RTN_ANYCAST ||
	       route->flags & RTM_F_CLONED;
}

static int add_route(const struct nlmsghdr *message, void *data)
{
	struct netlink_prefix *prefix;
	struct route route;

	parse_route(message, &route);
	if (is_default(&route) || is_of_kernel(&route))
		return MNL_CB_OK;
	prefix = list_add(data);
	prefix->address = route.destination;
	prefix->length = route.length;
	prefix->is_route = true;
	if (route.link)
		if_indextoname(route.link, prefix->link);
	return MNL_CB_OK;
}

int netlink_list_prefixes(struct netlink_prefix **ret, size_t *ret_n)
{
	struct list list = { .row_size = sizeof(**ret) };
	int r;

	r = dump(&ask_addresses, add_address, &list);
	if (r >= 0)
		r = dump(&ask_routes, add_route, &list);
	if (r < 0) {
		free(list.rows);
		return r;
	}
	*ret = list.rows;
	*ret_n = list.n;
	return 0;
}

static int add_default(const struct nlmsghdr *message, void *data)
{
	struct route route;

	parse_route(message, &route);
	if (route.length == 0 && route.type == RTN_UNICAST && route.table == RT_TABLE_MAIN &&
	    route.link && !(route.flags & RTNH_F_DEAD))
		*(struct route *)list_add(data) = route;
	return MNL_CB_OK;
}

static int find_link_address(const char *link, struct in_addr *ret)
{
	_cleanup_free_ struct netlink_prefix *prefixes = NULL;
	size_t n;
	int r;

	r = netlink_list_prefixes(&prefixes, &n);
	if (r < 0)
		return r;
	for (size_t i = 0; i < n; i++) {
		if (prefixes[i].is_route || !str_eq(prefixes[i].link, link))
			continue;
		*ret = prefixes[i].address;
		return 0;
	}
	return 0;
}

int netlink_find_uplink(struct netlink_uplink *ret)
{
	struct list list = { .row_size = sizeof(struct route) };
	struct netlink_uplink uplink = { 0 };
	_cleanup_free_ struct route *routes = NULL;
	const struct route *best;
	int r;

	r = dump(&ask_routes, add_default, &list);
	best = routes = list.rows;
	for (size_t i = 1; i < list.n; i++)
		if (routes[i].metric < best->metric)
			best = &routes[i];
	if (r >= 0 && list.n && if_indextoname(best->link, uplink.link)) {
		uplink.gateway = best->gateway;
		uplink.address = best->source;
		if (!uplink.address.s_addr)
			r = find_link_address(uplink.link, &uplink.address);
	}
	if (r < 0)
		return r;
	*ret = uplink;
	return 0;
}

/* A link that has disappeared in the meantime is skipped. */
static int add_link(const struct nlmsghdr *message, void *data)
{
	const struct if_stats_msg *head = mnl_nlmsg_get_payload(message);
	struct list *list = data;
	struct ifreq request = { .ifr_ifindex = (int)head->ifindex };
	struct rtnl_link_stats64 stats = { 0 };
	const struct nlattr *attr;
	struct netlink_link *link;

	if (ioctl(list->fd, SIOCGIFNAME, &request) < 0 ||
	    !str_starts(request.ifr_name, list->prefix))
		return MNL_CB_OK;
	mnl_attr_for_each(attr, message, sizeof(*head))
	{
		size_t n = mnl_attr_get_payload_len(attr);

		/* newer kernels send more, older ones fewer */
		if (mnl_attr_get_type(attr) == IFLA_STATS_LINK_64)
			memcpy(&stats, mnl_attr_get_payload(attr),
			       n < sizeof(stats) ? n : sizeof(stats));
	}
	link = list_add(list);
	base_copy(link->name, sizeof(link->name), request.ifr_name);
	link->index = (int)head->ifindex;
	link->rx_bytes = stats.rx_bytes;
	link->tx_bytes = stats.tx_bytes;
	if (ioctl(list->fd, SIOCGIFMTU, &request) == 0)
		link->mtu = (unsigned)request.ifr_mtu;
	return MNL_CB_OK;
}

int netlink_list_links(const char *prefix, struct netlink_link **ret, size_t *ret_n)
{
	_cleanup_close_ int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct list list = { .row_size = sizeof(**ret), .prefix = prefix, .fd = fd };
	int r;

	r = dump(&ask_links, add_link, &list);
	if (r < 0) {
		free(list.rows);
		return r;
	}
	*ret = list.rows;
	*ret_n = list.n;
	return 0;
}
