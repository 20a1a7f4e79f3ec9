/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel's table of connections (ctnetlink): found by an address and taken out. */
#include "netlink.h"

#include <errno.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>

#include "netlink-part.h"

/* What names an entry to the kernel again: tuple, zone and id as it wrote them. The id keeps a newer entry of the same ends. */
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

static int look(const struct nlmsghdr *message, void *data)
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

/* Kernels before 5.8 cannot be asked for a part of the table, and none deletes by an address: all are looked at. */
int netlink_forget_connections(struct in_addr address, unsigned *ret_n)
{
	_cleanup_(netlink_close) struct mnl_socket *socket = netlink_open(NETLINK_NETFILTER);
	_cleanup_(search_free) struct search search = { .address = address };
	char buffer[64] = { 0 };
	unsigned n = 0;
	int r, e;

	r = netlink_ask(socket, put_request(buffer, IPCTNL_MSG_CT_GET, NLM_F_DUMP, 1), look, &search);
	for (size_t i = 0; i < search.n; i++) {
		e = forget(socket, &search.entries[i], (unsigned)i + 2);
		n += e == 0;
		if (e < 0 && e != -ENOENT && r == 0) /* gone by itself meanwhile */
			r = e;
	}
	if (r == 0)
		*ret_n = n;
	return r;
}
