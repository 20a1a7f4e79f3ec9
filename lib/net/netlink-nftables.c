/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The generation of the nf_tables ruleset. */
#include "net/netlink.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>

#include "net/internal.h"

static int take_generation(const struct nlmsghdr *message, void *data)
{
	const struct nlattr *attr;

	mnl_attr_for_each(attr, message, sizeof(struct nfgenmsg))
	{
		if (mnl_attr_get_type(attr) == NFTA_GEN_ID && mnl_attr_get_payload_len(attr) == 4)
			*(uint32_t *)data = ntohl(mnl_attr_get_u32(attr));
	}
	return MNL_CB_STOP;
}

int netlink_find_generation(uint32_t *ret)
{
	_cleanup_(netlink_close) struct mnl_socket *socket = netlink_open(NETLINK_NETFILTER);
	char buffer[64] = { 0 };
	struct nlmsghdr *request = mnl_nlmsg_put_header(buffer);
	struct nfgenmsg *body = mnl_nlmsg_put_extra_header(request, sizeof(*body));
	uint32_t generation = 0;
	int r;

	request->nlmsg_type = NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_GETGEN;
	request->nlmsg_flags = NLM_F_REQUEST;
	request->nlmsg_seq = 1;
	body->version = NFNETLINK_V0;
	r = netlink_ask(socket, request, take_generation, &generation);
	if (r < 0)
		return r;
	if (!generation)
		return -EOPNOTSUPP;
	*ret = generation;
	return 0;
}
