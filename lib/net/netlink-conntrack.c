/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Deletes conntrack entries of an address (ctnetlink). */
#include "net/netlink.h"

#include <errno.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>

#include "net/internal.h"

/* Identifies an entry: tuple, zone and id as the kernel reported them. With the id a newer entry of
 * the same tuple is not deleted. */
struct entry {
	size_t len;
	unsigned char attrs[232];
};
struct search {
	struct in_addr address;
	struct entry *entries;
	size_t n;
};

static void search_free(struct search *search)
{
	free(search->entries);
}

static bool ends_have(const struct nlattr *ends, struct in_addr address)
{
	const struct nlattr *end;

	mnl_attr_for_each_nested(end, ends)
	{
		unsigned type = mnl_attr_get_type(end);

		if ((type == CTA_IP_V4_SRC || type == CTA_IP_V4_DST) &&
		    mnl_attr_get_payload_len(end) == sizeof(address) &&
		    mnl_attr_get_u32(end) == address.s_addr)
			return true;
	}
	return false;
}

static bool tuple_has(const struct nlattr *tuple, struct in_addr address)
{
	const struct nlattr *attr;

	mnl_attr_for_each_nested(attr, tuple)
	{
		if (mnl_attr_get_type(attr) == CTA_TUPLE_IP && ends_have(attr, address))
			return true;
	}
	return false;
}

static void add_attr(struct entry *entry, const struct nlattr *attr)
{
	size_t n = MNL_ALIGN(attr->nla_len);

	if (entry->len + n > sizeof(entry->attrs))
		return;
	memcpy(entry->attrs + entry->len, attr, attr->nla_len);
	entry->len += n;
}

static int collect_entry(const struct nlmsghdr *message, void *data)
{
	struct search *search = data;
	struct entry entry = { 0 };
	const struct nlattr *attr;
	bool is_meant = false;

	mnl_attr_for_each(attr, message, sizeof(struct nfgenmsg))
	{
		unsigned type = mnl_attr_get_type(attr);

		if (type == CTA_TUPLE_ORIG || type == CTA_TUPLE_REPLY)
			is_meant |= tuple_has(attr, search->address);
		if (type == CTA_TUPLE_ORIG || type == CTA_ZONE || type == CTA_ID)
			add_attr(&entry, attr);
	}
	if (!is_meant)
		return MNL_CB_OK;
	search->entries = xrealloc(search->entries, search->n + 1, sizeof(entry));
	search->entries[search->n++] = entry;
	return MNL_CB_OK;
}

static struct nlmsghdr *put_request(void *buffer, unsigned type, unsigned flags, unsigned sequence)
{
	struct nlmsghdr *request = mnl_nlmsg_put_header(buffer);
	struct nfgenmsg *body = mnl_nlmsg_put_extra_header(request, sizeof(*body));

	request->nlmsg_type = (uint16_t)(NFNL_SUBSYS_CTNETLINK << 8 | type);
	request->nlmsg_flags = (uint16_t)(NLM_F_REQUEST | flags);
	request->nlmsg_seq = sequence;
	body->nfgen_family = AF_INET;
	body->version = NFNETLINK_V0;
	return request;
}

static int forget(struct mnl_socket *socket, const struct entry *entry, unsigned sequence)
{
	char buffer[512] = { 0 };
	struct nlmsghdr *request = put_request(buffer, IPCTNL_MSG_CT_DELETE, NLM_F_ACK, sequence);

	memcpy(mnl_nlmsg_get_payload_tail(request), entry->attrs, entry->len);
	request->nlmsg_len += (uint32_t)entry->len;
	return netlink_ask(socket, request, NULL, NULL);
}

/* Lists all entries and deletes those that match. */
int netlink_walk_connections(struct in_addr address)
{
	_cleanup_(netlink_close) struct mnl_socket *socket = netlink_open(NETLINK_NETFILTER);
	_cleanup_(search_free) struct search search = { .address = address };
	char buffer[64] = { 0 };
	int r, e;

	r = netlink_ask(socket, put_request(buffer, IPCTNL_MSG_CT_GET, NLM_F_DUMP, 1),
			collect_entry, &search);
	for (size_t i = 0; i < search.n; i++) {
		e = forget(socket, &search.entries[i], (unsigned)i + 2);
		if (e < 0 && e != -ENOENT && r == 0) /* expired in the meantime */
			r = e;
	}
	return r;
}

/* The places of an address in an entry, and the filter bits that select them: the UAPI headers have
 * no names for these. */
static const struct place {
	uint16_t tuple, filter, end;
	uint32_t bit;
} places[] = {
	{ CTA_TUPLE_ORIG, CTA_FILTER_ORIG_FLAGS, CTA_IP_V4_SRC, 1 << 0 },
	{ CTA_TUPLE_ORIG, CTA_FILTER_ORIG_FLAGS, CTA_IP_V4_DST, 1 << 1 },
	{ CTA_TUPLE_REPLY, CTA_FILTER_REPLY_FLAGS, CTA_IP_V4_SRC, 1 << 0 },
	{ CTA_TUPLE_REPLY, CTA_FILTER_REPLY_FLAGS, CTA_IP_V4_DST, 1 << 1 },
};

static int forget_place(struct mnl_socket *socket, const struct place *place,
			struct in_addr address, unsigned sequence)
{
	char buffer[128] = { 0 };
	struct nlmsghdr *request = put_request(buffer, IPCTNL_MSG_CT_DELETE, NLM_F_ACK, sequence);
	struct nlattr *outer = mnl_attr_nest_start(request, place->tuple), *inner;

	inner = mnl_attr_nest_start(request, CTA_TUPLE_IP);
	mnl_attr_put_u32(request, place->end, address.s_addr);
	mnl_attr_nest_end(request, inner);
	mnl_attr_nest_end(request, outer);
	outer = mnl_attr_nest_start(request, CTA_FILTER);
	mnl_attr_put_u32(request, place->filter, place->bit);
	mnl_attr_nest_end(request, outer);
	return netlink_ask(socket, request, NULL, NULL);
}

/* An older kernel rejects a partial tuple: -EINVAL, and deletes nothing. */
int netlink_filter_connections(struct in_addr address)
{
	_cleanup_(netlink_close) struct mnl_socket *socket = netlink_open(NETLINK_NETFILTER);
	int r = 0;

	for (unsigned i = 0; i < ARRAY_SIZE(places) && r == 0; i++)
		r = forget_place(socket, &places[i], address, i + 1);
	return r;
}

/* For a list the kernel locks each bucket of the table, for a deletion by a filter only non-empty
 * buckets. */
int netlink_forget_connections(struct in_addr address)
{
	int r = netlink_filter_connections(address);

	return r < 0 ? netlink_walk_connections(address) : 0;
}
