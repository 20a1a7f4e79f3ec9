/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Random packets of one source and one destination, as no honest program would send them.
 *
 *	blast COUNT FROM TO [via IFACE MAC] [only PROTOCOL[/PORT]] [not PROTOCOL[/PORT]]... [ttl N]
 *[size N]
 *
 * FROM and TO are prefixes ("10.77.0.2/32", "fe80::1/128"); each packet takes an address of each.
 *`via`: as frames onto that link, whatever routes say; else as raw packets, which pass this
 *machine's own firewall. PROTOCOL: tcp, udp, or icmp, whose PORT is a type. `only` is what all
 *packets are (and then each TCP segment a SYN), `not` what none is. `size`: octets of each behind
 *its head.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ECHO_REQUEST 8
#define HEAD_MAX     40
#define BODY_MAX     1000

struct prefix {
	int family;
	unsigned char address[16];
	unsigned length;
};
struct kind {
	int protocol; /* -1: any */
	int port;     /* -1: any */
};
struct job {
	struct prefix from, to;
	struct kind only, forbidden[4];
	unsigned n_forbidden;
	unsigned ttl, size;
	const char *link;
	unsigned char mac[6];
	unsigned long count;
};

static void die(const char *what)
{
	fprintf(stderr, "blast: %s: %s\n", what, errno ? strerror(errno) : "not understood");
	exit(1);
}

/* xorshift: the same packets in every run */
static unsigned draw(unsigned n)
{
	static unsigned long long x = 88172645463325252ULL;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	return (unsigned)((x >> 11) % n);
}

static void parse_prefix(const char *s, struct prefix *ret)
{
	char address[INET6_ADDRSTRLEN];
	unsigned length;

	*ret = (struct prefix){ .family = strchr(s, ':') ? AF_INET6 : AF_INET };
	if (sscanf(s, "%45[^/]/%u", address, &length) != 2 ||
	    inet_pton(ret->family, address, ret->address) != 1)
		die(s);
	ret->length = length;
}

static void parse_kind(const char *s, struct kind *ret)
{
	static const struct {
		const char *name;
		int protocol;
	} names[] = { { "tcp", IPPROTO_TCP }, { "udp", IPPROTO_UDP }, { "icmp", IPPROTO_ICMP } };

	*ret = (struct kind){ -1, -1 };
	for (size_t i = 0; i < 3; i++)
		if (strncmp(s, names[i].name, strlen(names[i].name)) == 0)
			ret->protocol = names[i].protocol;
	if (ret->protocol < 0)
		die(s);
	if (strchr(s, '/'))
		ret->port = atoi(strchr(s, '/') + 1);
}

static void take_address(const struct prefix *prefix, unsigned char *ret)
{
	unsigned size = prefix->family == AF_INET ? 4 : 16;

	memcpy(ret, prefix->address, size);
	for (unsigned bit = prefix->length; bit < size * 8; bit++)
		if (draw(2))
			ret[bit / 8] ^= (unsigned char)(0x80 >> bit % 8);
}

static unsigned draw_port(void)
{
	static const unsigned known[] = { 22,  23,  25,   53,   80,   123, 137,
					  443, 445, 1900, 5060, 5353, 8080 };

	return draw(2) ? known[draw(sizeof(known) / sizeof(*known))] : 1 + draw(65535);
}

static int draw_protocol(void)
{
	unsigned n = draw(10);

	if (n < 4)
		return IPPROTO_TCP;
	if (n < 8)
		return IPPROTO_UDP;
	return n < 9 ? IPPROTO_ICMP : (int)(50 + draw(200));
}

static unsigned sum(const unsigned char *p, size_t n, unsigned total)
{
	for (size_t i = 0; i < n; i++)
		total += i % 2 ? p[i] : (unsigned)p[i] << 8;
	while (total >> 16)
		total = (total & 0xffff) + (total >> 16);
	return total;
}

static void put16(unsigned char *p, unsigned value)
{
	p[0] = (unsigned char)(value >> 8);
	p[1] = (unsigned char)value;
}

/* A segment, datagram or message with a good checksum: conntrack throws away the others. Its
 * length. */
static size_t fill_body(const struct job *job, const struct kind *kind, unsigned char *body,
			const unsigned char *ends, size_t n_ends)
{
	size_t n = job->size ? job->size : 28 + draw(64), check = kind->protocol == IPPROTO_TCP ? 16
								  : kind->protocol == IPPROTO_UDP
									  ? 6
									  : 2;
	bool has_ports = kind->protocol == IPPROTO_TCP || kind->protocol == IPPROTO_UDP;
	unsigned total;

	for (size_t i = 0; i < n; i++)
		body[i] = (unsigned char)draw(256);
	if (has_ports)
		put16(body + 2, (unsigned)kind->port);
	if (kind->protocol == IPPROTO_TCP) {
		body[12] = 5 << 4;
		body[13] = job->only.protocol >= 0 || draw(4)
				   ? 2
				   : (unsigned char)draw(64); /* mostly SYN */
	}
	if (kind->protocol == IPPROTO_UDP)
		put16(body + 4, (unsigned)n);
	if (kind->protocol == IPPROTO_ICMP)
		put16(body, (unsigned)kind->port << 8);
	put16(body + check, 0);
	total = has_ports ? sum(ends, n_ends, (unsigned)kind->protocol + (unsigned)n) : 0;
	put16(body + check, ~sum(body, n, total) & 0xffff);
	return n;
}

static size_t fill_packet(const struct job *job, const struct kind *kind, unsigned char *packet)
{
	bool is_ip4 = job->from.family == AF_INET;
	size_t size = is_ip4 ? 4 : 16, head = is_ip4 ? 20 : 40, n;
	unsigned char *ends = packet + (is_ip4 ? 12 : 8);

	memset(packet, 0, head);
	take_address(&job->from, ends);
	take_address(&job->to, ends + size);
	n = head + fill_body(job, kind, packet + head, ends, 2 * size);
	if (is_ip4) {
		packet[0] = 0x45;
		put16(packet + 2, (unsigned)n);
		put16(packet + 4, draw(65536));
		packet[8] = (unsigned char)job->ttl;
		packet[9] = (unsigned char)kind->protocol;
		put16(packet + 10, ~sum(packet, head, 0) & 0xffff);
	} else {
		packet[0] = 0x60;
		put16(packet + 4, (unsigned)(n - head));
		packet[6] = (unsigned char)kind->protocol;
		packet[7] = 64;
	}
	return n;
}

static bool is_kind(const struct kind *kind, const struct kind *what)
{
	return kind->protocol == what->protocol && (what->port < 0 || kind->port == what->port);
}

static bool is_forbidden(const struct job *job, const struct kind *kind)
{
	for (unsigned i = 0; i < job->n_forbidden; i++)
		if (is_kind(kind, &job->forbidden[i]))
			return true;
	return false;
}

static struct kind draw_kind(const struct job *job)
{
	struct kind kind;

	do {
		kind.protocol = job->only.protocol >= 0 ? job->only.protocol : draw_protocol();
		kind.port = kind.protocol == IPPROTO_ICMP ? (int)draw(20) : (int)draw_port();
		if (job->only.port >= 0)
			kind.port = job->only.port;
	} while (is_forbidden(job, &kind));
	return kind;
}

static int open_link(const struct job *job, struct sockaddr_storage *ret_to, socklen_t *ret_len)
{
	struct sockaddr_ll *to = (struct sockaddr_ll *)ret_to;

	*to = (struct sockaddr_ll){ .sll_family = AF_PACKET,
				    .sll_protocol = htons(job->from.family == AF_INET ? ETH_P_IP
										      : ETH_P_IPV6),
				    .sll_ifindex = (int)if_nametoindex(job->link),
				    .sll_halen = 6 };
	memcpy(to->sll_addr, job->mac, 6);
	*ret_len = sizeof(*to);
	return socket(AF_PACKET, SOCK_DGRAM, 0);
}

static void send_all(const struct job *job)
{
	struct sockaddr_storage to = { 0 };
	socklen_t len = sizeof(struct sockaddr_in);
	unsigned char packet[HEAD_MAX + BODY_MAX];
	int fd = job->link ? open_link(job, &to, &len) : socket(AF_INET, SOCK_RAW, IPPROTO_RAW);

	if (fd < 0)
		die("socket");
	for (unsigned long i = 0; i < job->count; i++) {
		struct kind kind = draw_kind(job);
		size_t n = fill_packet(job, &kind, packet);

		if (!job->link) {
			struct sockaddr_in *in = (struct sockaddr_in *)&to;

			in->sin_family = AF_INET;
			memcpy(&in->sin_addr, packet + 16, 4);
		}
		/* EPERM is the word of our own firewall */
		if (sendto(fd, packet, n, 0, (struct sockaddr *)&to, len) < 0 && errno != EPERM)
			die("sendto");
	}
	close(fd);
}

int main(int argc, char **argv)
{
	struct job job = { .only = { -1, -1 }, .ttl = 64 };
	unsigned m[6];

	errno = 0;
	if (argc < 4)
		die("arguments");
	job.count = strtoul(argv[1], NULL, 10);
	parse_prefix(argv[2], &job.from);
	parse_prefix(argv[3], &job.to);
	for (int i = 4; i + 1 < argc; i += 2) {
		if (strcmp(argv[i], "only") == 0) {
			parse_kind(argv[i + 1], &job.only);
		} else if (strcmp(argv[i], "not") == 0 && job.n_forbidden < 4) {
			parse_kind(argv[i + 1], &job.forbidden[job.n_forbidden++]);
		} else if (strcmp(argv[i], "ttl") == 0) {
			job.ttl = (unsigned)atoi(argv[i + 1]);
		} else if (strcmp(argv[i], "size") == 0) {
			job.size = (unsigned)atoi(argv[i + 1]);
			if (job.size < 28 || job.size > BODY_MAX)
				die(argv[i + 1]);
		} else if (strcmp(argv[i], "via") == 0 && i + 2 < argc) {
			job.link = argv[i++ + 1];
			if (sscanf(argv[i + 1], "%x:%x:%x:%x:%x:%x", &m[0], &m[1], &m[2], &m[3],
				   &m[4], &m[5]) != 6)
				die(argv[i + 1]);
			for (int k = 0; k < 6; k++)
				job.mac[k] = (unsigned char)m[k];
		} else {
			die(argv[i]);
		}
	}
	send_all(&job);
	return 0;
}
