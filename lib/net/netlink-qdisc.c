/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shapers of links (qdiscs): set from a recipe, and read back. */
#include "net/netlink.h"

#include <errno.h>
#include <linux/gen_stats.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>

#include "net/internal.h"
#include "net/shaper.h"

#define QUANTUM                                                                                    \
	300 /* octets a flow sends in turn: short packets pass long ones (RFC 8290 5.2.4)          \
	     */
#define PACKETS_MOST 1000

/* The handles identify the qdiscs of dialisp; with a known handle a change is made in place and
 * loses no packet. */
#define HANDLE_CAKE 0xd1a10000
#define HANDLE_TBF  0xd1a20000
#define HANDLE_FAIR 0xd1a30000

static const struct {
	const char *name;
	uint32_t handle;
} kinds[] = {
	[NETLINK_SHAPER_NONE] = { "none", 0 },
	[NETLINK_SHAPER_CAKE] = { "cake", HANDLE_CAKE },
	[NETLINK_SHAPER_TBF] = { "tbf", HANDLE_TBF },
};

const char *netlink_shaper_name(enum netlink_shaper kind)
{
	return kinds[kind].name;
}

/* --- requests --- */

static struct nlmsghdr *put_request(void *buffer, unsigned type, unsigned flags, int link)
{
	struct nlmsghdr *request = mnl_nlmsg_put_header(buffer);
	struct tcmsg *body = mnl_nlmsg_put_extra_header(request, sizeof(*body));

	request->nlmsg_type = (uint16_t)type;
	request->nlmsg_flags = (uint16_t)(NLM_F_REQUEST | flags);
	request->nlmsg_seq = 1;
	body->tcm_family = AF_UNSPEC;
	body->tcm_ifindex = link;
	body->tcm_parent = TC_H_ROOT;
	return request;
}

static int dump_qdiscs(const struct nlmsghdr *request, mnl_cb_t row, void *data)
{
	_cleanup_(netlink_close) struct mnl_socket *socket = netlink_open(NETLINK_ROUTE);

	return netlink_ask(socket, request, row, data);
}

/* --- setting --- */

static struct tcmsg *body_of(const struct nlmsghdr *request)
{
	return mnl_nlmsg_get_payload(request);
}

static struct nlmsghdr *put_qdisc(void *buffer, int link, const char *kind, uint32_t handle)
{
	struct nlmsghdr *request =
		put_request(buffer, RTM_NEWQDISC, NLM_F_ACK | NLM_F_CREATE | NLM_F_REPLACE, link);

	body_of(request)->tcm_handle = handle;
	mnl_attr_put_strz(request, TCA_KIND, kind);
	return request;
}

/* The firewall rules select the tin by this handle: connections with small packets have priority
 * for up to half of the rate. CAKE's own priority for sparse flows is not sufficient: of ten
 * downloads on a slow line each mostly has one packet in the queue, and counts as sparse. */
static int set_cake(int link, const struct shaper_recipe *recipe)
{
	char buffer[512] = { 0 };
	struct nlmsghdr *request = put_qdisc(buffer, link, "cake", HANDLE_CAKE);
	struct nlattr *options = mnl_attr_nest_start(request, TCA_OPTIONS);

	mnl_attr_put_u64(request, TCA_CAKE_BASE_RATE64, recipe->bytes_per_s);
	mnl_attr_put_u32(request, TCA_CAKE_DIFFSERV_MODE, CAKE_DIFFSERV_DIFFSERV4);
	mnl_attr_put_u32(request, TCA_CAKE_FLOW_MODE, CAKE_FLOW_FLOWS);
	mnl_attr_put_u32(request, TCA_CAKE_OVERHEAD, (uint32_t)recipe->overhead);
	mnl_attr_put_u32(request, TCA_CAKE_MEMORY, recipe->memory);
	mnl_attr_put_u32(request, TCA_CAKE_SPLIT_GSO, 1);
	mnl_attr_nest_end(request, options);
	return dump_qdiscs(request, NULL, NULL);
}

/* The bucket holds one packet: a longer burst would queue behind the shaper. The size table is part
 * of CONFIG_NET_SCHED; without entries it only adds the overhead (sch_api.c,
 * __qdisc_calculate_pkt_len). */
static int set_bucket(int link, const struct shaper_recipe *recipe)
{
	const struct tc_tbf_qopt bucket = {
		.rate = { .linklayer = TC_LINKLAYER_ETHERNET, .rate = recipe->bytes_per_s },
		.limit = recipe->waiting,
		.mtu = recipe->mtu,
	};
	const struct tc_sizespec size = { .overhead = recipe->overhead,
					  .linklayer = TC_LINKLAYER_ETHERNET };
	char buffer[512] = { 0 };
	struct nlmsghdr *request = put_qdisc(buffer, link, "tbf", HANDLE_TBF);
	struct nlattr *nest = mnl_attr_nest_start(request, TCA_OPTIONS);

	mnl_attr_put(request, TCA_TBF_PARMS, sizeof(bucket), &bucket);
	mnl_attr_put_u32(request, TCA_TBF_BURST,
			 recipe->mtu + 4); /* psched_mtu(): includes the PPP header */
	mnl_attr_nest_end(request, nest);
	nest = mnl_attr_nest_start(request, TCA_STAB);
	mnl_attr_put(request, TCA_STAB_BASE, sizeof(size), &size);
	mnl_attr_nest_end(request, nest);
	return dump_qdiscs(request, NULL, NULL);
}

/* Its memory limit counts the true size as well; packets are dropped one at a time. */
static int set_fair(int link, const struct shaper_recipe *recipe)
{
	char buffer[512] = { 0 };
	struct nlmsghdr *request = put_qdisc(buffer, link, "fq_codel", HANDLE_FAIR);
	struct nlattr *options = mnl_attr_nest_start(request, TCA_OPTIONS);

	body_of(request)->tcm_parent = HANDLE_TBF | 1;
	mnl_attr_put_u32(request, TCA_FQ_CODEL_LIMIT, PACKETS_MOST);
	mnl_attr_put_u32(request, TCA_FQ_CODEL_MEMORY_LIMIT, recipe->memory);
	mnl_attr_put_u32(request, TCA_FQ_CODEL_DROP_BATCH_SIZE, 1);
	mnl_attr_put_u32(request, TCA_FQ_CODEL_QUANTUM, QUANTUM);
	mnl_attr_put_u32(request, TCA_FQ_CODEL_TARGET, recipe->target_us);
	mnl_attr_put_u32(request, TCA_FQ_CODEL_INTERVAL, recipe->interval_us);
	mnl_attr_nest_end(request, options);
	return dump_qdiscs(request, NULL, NULL);
}

/* Without fq_codel the queue is a FIFO, limited to the same length by tbf. */
static int set_tbf(int link, const struct shaper_recipe *recipe)
{
	int r = set_bucket(link, recipe), e;

	if (r < 0)
		return r;
	e = set_fair(link, recipe);
	return e == -ENOENT ? 0 : e;
}

/* -ENOENT: the kernel does not support this qdisc and found no module. */
int netlink_set_shaper(int link, const struct shaper_recipe *recipe, enum netlink_shaper *ret_kind)
{
	enum netlink_shaper kind = NETLINK_SHAPER_CAKE;
	int r = set_cake(link, recipe);

	if (r == -ENOENT) {
		kind = NETLINK_SHAPER_TBF;
		r = set_tbf(link, recipe);
	}
	if (r == -ENOENT)
		r = -EOPNOTSUPP;
	if (r == 0)
		*ret_kind = kind;
	return r;
}

/* --- reading --- */

struct search {
	struct netlink_qdisc *rows;
	size_t n;
};

static void take_options(const struct nlattr *options, struct netlink_qdisc *row)
{
	const struct nlattr *attr;
	const struct tc_tbf_qopt *bucket;

	mnl_attr_for_each_nested(attr, options)
	{
		unsigned type = mnl_attr_get_type(attr);
		size_t n = mnl_attr_get_payload_len(attr);

		if (row->kind == NETLINK_SHAPER_CAKE && type == TCA_CAKE_BASE_RATE64 &&
		    n == sizeof(uint64_t))
			row->bytes_per_s = mnl_attr_get_u64(attr);
		bucket = mnl_attr_get_payload(attr);
		if (row->kind == NETLINK_SHAPER_TBF && type == TCA_TBF_PARMS &&
		    n >= sizeof(*bucket))
			row->bytes_per_s = bucket->rate.rate;
	}
}

static void take_counters(const struct nlattr *stats, struct netlink_qdisc *row)
{
	struct gnet_stats_queue queue = { 0 };
	const struct nlattr *attr;

	mnl_attr_for_each_nested(attr, stats)
	{
		size_t n = mnl_attr_get_payload_len(attr);

		if (mnl_attr_get_type(attr) != TCA_STATS_QUEUE)
			continue;
		memcpy(&queue, mnl_attr_get_payload(attr), n < sizeof(queue) ? n : sizeof(queue));
		row->backlog = queue.backlog;
		row->drops = queue.drops;
	}
}

static enum netlink_shaper kind_of(uint32_t handle)
{
	for (unsigned i = NETLINK_SHAPER_NONE + 1; i < ARRAY_SIZE(kinds); i++)
		if (kinds[i].handle == handle)
			return (enum netlink_shaper)i;
	return NETLINK_SHAPER_NONE;
}

/* The drops of tbf include those of its child (sch_api.c, qdisc_tree_reduce_backlog). */
static int add_qdisc(const struct nlmsghdr *message, void *data)
{
	const struct tcmsg *head = mnl_nlmsg_get_payload(message);
	struct netlink_qdisc row = { .link = head->tcm_ifindex, .kind = kind_of(head->tcm_handle) };
	struct search *search = data;
	const struct nlattr *attr;

	if (head->tcm_parent != TC_H_ROOT || row.kind == NETLINK_SHAPER_NONE)
		return MNL_CB_OK;
	mnl_attr_for_each(attr, message, sizeof(*head))
	{
		if (mnl_attr_get_type(attr) == TCA_OPTIONS)
			take_options(attr, &row);
		else if (mnl_attr_get_type(attr) == TCA_STATS2)
			take_counters(attr, &row);
	}
	search->rows = xrealloc(search->rows, search->n + 1, sizeof(row));
	search->rows[search->n++] = row;
	return MNL_CB_OK;
}

static int find_qdiscs(struct search *search, unsigned flags, int link)
{
	char buffer[128] = { 0 };
	int r = dump_qdiscs(put_request(buffer, RTM_GETQDISC, flags, link), add_qdisc, search);

	if (r < 0)
		free(search->rows);
	return r;
}

int netlink_list_shapers(struct netlink_qdisc **ret, size_t *ret_n)
{
	struct search search = { 0 };
	int r = find_qdiscs(&search, NLM_F_DUMP, 0);

	if (r < 0)
		return r;
	*ret = search.rows;
	*ret_n = search.n;
	return 0;
}

int netlink_find_shaper(int link, struct netlink_qdisc *ret)
{
	struct search search = { 0 };
	int r = find_qdiscs(&search, NLM_F_ACK | NLM_F_ECHO,
			    link); /* without ECHO the response goes to a group (rtnetlink_send) */

	if (r < 0)
		return r;
	if (search.n)
		*ret = search.rows[0];
	free(search.rows);
	return search.n ? 0 : -ENOENT;
}
