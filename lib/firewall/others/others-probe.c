/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tests what the kernel does with a packet: a copy of the rules is loaded in a network
 * namespace of our own, where the interfaces have the names that they have on this host, and one
 * UDP packet is sent through it. No counter, set or log of the host changes, the namespace has no
 * connection to any network, and it ends with its last descriptor, also if this process is killed.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <netinet/ip.h>
#include <netinet/udp.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include "firewall/others/internal.h"
#include "net/netlink.h"
#include "util/run.h"

#define NAMESPACE   "/proc/thread-self/ns/net"
#define CALLER_LINK "ppp-line1"
#define UPLINK      "uplink" /* while this host has none */

/* A host on the Internet, and our address in its network. */
#define REMOTE_ADDRESS 0x09090909 /* 9.9.9.9 */
#define UPLINK_ADDRESS 0x09090901
#define UPLINK_LENGTH  24

/* At both ends. Not one that a rule for DNS, traceroute or games names. */
#define PORT 61003

/* The kernel delivers before write(2) returns (drivers/net/tun.c, tun_get_user). */
#define DELIVERY_MS 10

/* Lines that are left out because the kernel does not take them. */
#define MAX_LEFT_OUT 64

struct space {
	int home;                     /* the host's namespace; -1: the thread is in it */
	int caller, uplink, listener; /* tun devices, a socket of this host */
};

/* --- the namespace --- */

/* Some sandboxes let unshare(2) succeed and do nothing. */
static bool space_is_apart(const struct space *space)
{
	struct stat home, here;

	return fstat(space->home, &home) == 0 && stat(NAMESPACE, &here) == 0 &&
	       home.st_ino != here.st_ino;
}

/* A tun device that is up. `address` 0: it has none. It is persistent, because the kernel removes
 * it in the background with the namespace, but makes close(2) wait for its removal. */
static int space_add_link(const char *name, in_addr_t address, unsigned length, int *ret_fd)
{
	_cleanup_close_ int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	_cleanup_close_ int control = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq link = { .ifr_flags = IFF_TUN | IFF_NO_PI };
	struct sockaddr_in *value = (struct sockaddr_in *)&link.ifr_addr;

	base_copy(link.ifr_name, sizeof(link.ifr_name), name);
	if (fd < 0 || control < 0 || ioctl(fd, TUNSETIFF, &link) < 0 ||
	    ioctl(fd, TUNSETPERSIST, 1) < 0)
		return -errno;
	*value = (struct sockaddr_in){ .sin_family = AF_INET, .sin_addr = { htonl(address) } };
	if (address && ioctl(control, SIOCSIFADDR, &link) < 0)
		return -errno;
	value->sin_addr.s_addr = htonl(~0U << (32 - length));
	if (address && ioctl(control, SIOCSIFNETMASK, &link) < 0)
		return -errno;
	link.ifr_flags = IFF_UP | IFF_RUNNING | IFF_POINTOPOINT | IFF_NOARP;
	if (ioctl(control, SIOCSIFFLAGS, &link) < 0)
		return -errno;
	*ret_fd = fd;
	fd = -1;
	return 0;
}

/* Rules name interfaces of the host by index (iif): those that occur have to exist. */
static void space_add_others(const struct netlink_link *links, size_t n, const char *rules)
{
	for (size_t i = 0; i < n; i++) {
		_cleanup_close_ int fd = -1;

		if (strstr(rules, links[i].name))
			(void)space_add_link(links[i].name, 0, 32, &fd);
	}
}

static int space_add_listener(in_addr_t local, int *ret_fd)
{
	const struct sockaddr_in address = { .sin_family = AF_INET,
					     .sin_port = htons(PORT),
					     .sin_addr = { htonl(local) } };
	_cleanup_close_ int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, (const struct sockaddr *)&address, sizeof(address)) < 0)
		return -errno;
	*ret_fd = fd;
	fd = -1;
	return 0;
}

static int space_forward_packets(void)
{
	_cleanup_close_ int fd = open("/proc/sys/net/ipv4/ip_forward", O_WRONLY | O_CLOEXEC);

	return fd < 0 || write(fd, "1", 1) != 1 ? -errno : 0;
}

/* space_leave() has to follow. */
static int space_enter(struct space *space, const struct others_probe *probe)
{
	in_addr_t local = ntohl(probe->pool.address.s_addr) + 1;
	_cleanup_free_ struct netlink_link *links = NULL;
	_cleanup_close_ int home = open(NAMESPACE, O_RDONLY | O_CLOEXEC);
	size_t n = 0;
	int r;

	(void)!netlink_list_links("", &links, &n);
	if (home < 0 || unshare(CLONE_NEWNET) < 0)
		return -errno;
	space->home = home;
	home = -1;
	if (!space_is_apart(space))
		return -EOPNOTSUPP;
	r = space_forward_packets();
	if (r == 0)
		r = space_add_link(CALLER_LINK, local, probe->pool.length, &space->caller);
	if (r == 0)
		r = space_add_link(*probe->uplink ? probe->uplink : UPLINK, UPLINK_ADDRESS,
				   UPLINK_LENGTH, &space->uplink);
	if (r == 0)
		r = space_add_listener(local, &space->listener);
	space_add_others(links, n, probe->rules);
	return r;
}

/* The process must not go on in the wrong namespace. */
static void space_leave(struct space *space)
{
	if (space->home >= 0 && setns(space->home, CLONE_NEWNET) < 0)
		abort();
	base_closep(&space->home);
	base_closep(&space->caller);
	base_closep(&space->uplink);
	base_closep(&space->listener);
}

/* --- rules --- */

/* "Error occurred at line: 5", "line 5 failed" (iptables), "/dev/stdin:5:3-9: Error" (nft); 0: none
 */
static unsigned long find_line_number(const char *said)
{
	static const char *const words[] = { "/dev/stdin:", "at line: ", "line " };
	const char *at = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(words) && !at; i++) {
		at = strstr(said, words[i]);
		at = at ? at + strlen(words[i]) : NULL;
	}
	return at ? strtoul(at, NULL, 10) : 0;
}

/* Makes a comment of it, so that the numbers of the others stay. False: it is no rule. */
static bool comment_line(char *rules, unsigned long number)
{
	char *line = number ? rules : NULL;

	for (; line && number > 1; number--) {
		line = strchr(line, '\n');
		line = line ? line + 1 : NULL;
	}
	if (!line || !strchr("-\t", *line))
		return false;
	*line = '#';
	return true;
}

/* A rule that the kernel does not take here (its ipset is missing) is left out: it is taken not to
 * match. */
static int load_copy(const char *const *loader, char *rules)
{
	const struct run run = { .argv = loader, .input = rules, .timeout_ms = OTHERS_TIMEOUT_MS };

	for (unsigned i = 0; i < MAX_LEFT_OUT; i++) {
		_cleanup_text_ struct text said = { 0 };
		int r = run_program(&run, &said);

		if (r <= 0)
			return r;
		if (!comment_line(rules, find_line_number(text_str(&said))))
			break;
	}
	return -ENOEXEC;
}

/* --- the packet --- */

struct packet {
	struct iphdr ip;
	struct udphdr udp;
};

static uint16_t checksum(const void *data, size_t n)
{
	const uint16_t *words = data;
	uint32_t sum = 0;

	for (size_t i = 0; i < n / 2; i++)
		sum += words[i];
	sum = (sum >> 16) + (sum & 0xffff);
	return (uint16_t) ~(sum + (sum >> 16));
}

/* UDP without a checksum, which IPv4 allows. */
static int send_packet(int fd, in_addr_t from, in_addr_t to)
{
	struct packet packet = {
		.ip = { .version = 4,
			.ihl = sizeof(packet.ip) / 4,
			.tot_len = htons(sizeof(packet)),
			.ttl = 64,
			.protocol = IPPROTO_UDP,
			.saddr = htonl(from),
			.daddr = htonl(to) },
		.udp = { .source = htons(PORT),
			 .dest = htons(PORT),
			 .len = htons(sizeof(packet.udp)) },
	};

	packet.ip.check = checksum(&packet.ip, sizeof(packet.ip));
	return write(fd, &packet, sizeof(packet)) == (ssize_t)sizeof(packet) ? 0 : -EIO;
}

/* The kernel also sends packets of its own there. */
static bool receive_packet(int fd, struct packet *ret)
{
	struct pollfd wait = { .fd = fd, .events = POLLIN };

	while (poll(&wait, 1, DELIVERY_MS) == 1) {
		ssize_t n = read(fd, ret, sizeof(*ret));

		if (n == (ssize_t)sizeof(*ret) && ret->ip.version == 4 &&
		    ret->ip.protocol == IPPROTO_UDP && ret->udp.dest == htons(PORT))
			return true;
	}
	return false;
}

static bool listener_has_packet(int fd)
{
	struct pollfd wait = { .fd = fd, .events = POLLIN };

	return poll(&wait, 1, DELIVERY_MS) == 1;
}

/* Creates the connection of the reply: a packet that passes. */
static int prepare_answer(const struct others_probe *probe, const struct space *space,
			  in_addr_t caller)
{
	_cleanup_free_ char *tracking = xstrdup(probe->tracking);
	struct packet packet;
	int r = load_copy(probe->loader, tracking);

	if (r == 0)
		r = send_packet(space->caller, caller, REMOTE_ADDRESS);
	return r == 0 && !receive_packet(space->uplink, &packet) ? -EIO : r;
}

static int probe_in_space(struct others_probe *probe, const struct space *space,
			  enum others_verdict *ret)
{
	in_addr_t local = ntohl(probe->pool.address.s_addr) + 1, caller = local + 1;
	bool is_back = probe->path == OTHERS_PATH_BACK, arrives;
	struct packet packet = { 0 };
	int r = 0;

	if (is_back)
		r = prepare_answer(probe, space, caller);
	if (r == 0)
		r = load_copy(probe->loader, probe->rules);
	if (r == 0 && is_back)
		r = send_packet(space->uplink, REMOTE_ADDRESS, caller);
	else if (r == 0)
		r = send_packet(space->caller, caller,
				probe->path == OTHERS_PATH_INPUT ? local : REMOTE_ADDRESS);
	if (r < 0)
		return r;
	if (probe->path == OTHERS_PATH_INPUT)
		arrives = listener_has_packet(space->listener);
	else
		arrives = receive_packet(is_back ? space->caller : space->uplink, &packet);
	if (!arrives)
		*ret = OTHERS_VERDICT_DROP;
	else if (probe->path == OTHERS_PATH_LEAVE && packet.ip.saddr != htonl(caller))
		*ret = OTHERS_VERDICT_TRANSLATE;
	else
		*ret = OTHERS_VERDICT_ACCEPT;
	return 0;
}

int others_probe(struct others_probe *probe, enum others_verdict *ret)
{
	struct space space = { -1, -1, -1, -1 };
	int r = space_enter(&space, probe);

	if (r == 0)
		r = probe_in_space(probe, &space, ret);
	space_leave(&space);
	return r;
}
