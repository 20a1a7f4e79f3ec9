/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The legacy iptables' table as the kernel hands it out: whether our chains still stand first, for
 * a process that may not run its programs. */
#include <errno.h>
#include <linux/netfilter_ipv4/ip_tables.h>
#include <sys/socket.h>

#include "firewall/internal.h"
#include "util/base.h"

/* A table is one piece of memory: rules one behind the other, a chain's begin behind an entry with
 * the target "ERROR" that bears its name, and a jump's verdict is the offset of a chain's first
 * rule (ip_tables.h, iptables' libiptc). */
struct table {
	struct ipt_getinfo info;
	struct ipt_get_entries *entries;
};

static void table_free(struct table *table)
{
	free(table->entries);
}

/* The programs ask by a raw socket, which takes CAP_NET_RAW; the kernel wants CAP_NET_ADMIN, and
 * any socket will do. */
static int read_table(const char *name, struct table *ret)
{
	_cleanup_close_ int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	socklen_t size = sizeof(ret->info);

	base_copy(ret->info.name, sizeof(ret->info.name), name);
	if (fd < 0 || getsockopt(fd, IPPROTO_IP, IPT_SO_GET_INFO, &ret->info, &size) < 0)
		return -errno;
	size = (socklen_t)(sizeof(*ret->entries) + ret->info.size);
	ret->entries = xcalloc(1, size);
	base_copy(ret->entries->name, sizeof(ret->entries->name), name);
	ret->entries->size = ret->info.size;
	return getsockopt(fd, IPPROTO_IP, IPT_SO_GET_ENTRIES, ret->entries, &size) < 0 ? -errno : 0;
}

static const struct ipt_entry *entry_at(const struct table *table, unsigned at)
{
	return (const struct ipt_entry *)((const char *)table->entries->entrytable + at);
}

static const struct xt_entry_target *target_of(const struct ipt_entry *entry)
{
	return (const struct xt_entry_target *)((const char *)entry + entry->target_offset);
}

/* Its standard targets have no name. */
static int verdict_of(const struct ipt_entry *entry)
{
	const struct xt_entry_target *target = target_of(entry);

	return *target->u.user.name ? XT_RETURN
				    : ((const struct xt_standard_target *)target)->verdict;
}

/* The name of the chain that begins there; "": none does. */
static const char *chain_at(const struct table *table, unsigned wanted)
{
	const struct ipt_entry *entry;
	const char *name = "";

	for (unsigned at = 0; at < wanted && at < table->info.size; at += entry->next_offset) {
		const struct xt_entry_target *target;

		entry = entry_at(table, at);
		target = target_of(entry);
		name = str_eq(target->u.user.name, XT_ERROR_TARGET)
			       ? ((const struct xt_error_target *)target)->errorname
			       : "";
	}
	return name;
}

/* The first rule of the hook leads into a chain of ours, and that is not empty: the rule behind an
 * empty one's is its return. */
static bool is_first(const struct table *table, unsigned hook)
{
	int chain = verdict_of(entry_at(table, table->info.hook_entry[hook]));

	return chain > 0 && (unsigned)chain < table->info.size &&
	       str_starts(chain_at(table, (unsigned)chain), "DIALISP") &&
	       verdict_of(entry_at(table, (unsigned)chain)) != XT_RETURN;
}

bool firewall_legacy_stands(void)
{
	_cleanup_(table_free) struct table table = { 0 };

	return read_table("filter", &table) == 0 && is_first(&table, NF_INET_LOCAL_IN) &&
	       is_first(&table, NF_INET_FORWARD);
}
