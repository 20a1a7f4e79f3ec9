/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads the table of legacy iptables from the kernel, to check that our chains are first, in a
 * process that cannot run its programs. */
#include <errno.h>
#include <linux/netfilter_ipv4/ip_tables.h>
#include <sys/socket.h>

#include "firewall/internal.h"
#include "util/base.h"

/* A table is one block of consecutive rules: an entry with the target "ERROR" and the name of the
 * chain precedes the rules of each chain; the verdict of a jump is the offset of the first rule of
 * a chain (ip_tables.h, libiptc of iptables). */
struct table {
	struct ipt_getinfo info;
	struct ipt_get_entries *entries;
};

static void table_free(struct table *table)
{
	free(table->entries);
}

/* The programs use a raw socket, which needs CAP_NET_RAW; the kernel requires only CAP_NET_ADMIN,
 * on any socket. */
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

/* Standard targets have no name. */
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

/* The first rule of the hook jumps to one of our chains, and that is not empty: an empty one has
 * only its final RETURN. */
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
