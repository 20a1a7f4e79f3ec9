/* SPDX-License-Identifier: GPL-2.0-or-later */
/* network and site: resolv.conf of others; addresses, networks and numbers as people write them. */
#include "net/network.h"

#include "fuzz.h"
#include "site.h"

static void check_address(const char *s)
{
	struct in_addr address, again;

	if (site_parse_address(s, &address) == 0)
		must(site_parse_address(site_format_address(address), &again) == 0 &&
		     address.s_addr == again.s_addr);
}

static void check_pool(const char *s)
{
	struct network network = { 0 };
	struct site_prefix pool;

	if (site_parse_pool(s, &pool) < 0)
		return;
	must(pool.length >= 16 && pool.length <= 28);
	site_set_pool(&network, pool);
	must(site_in_pool(&network, network.local));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *s = xstrndup((const char *)data, size);
	struct in_addr servers[2];
	unsigned number;

	must(network_parse_resolv(s, servers) <= 2);
	check_address(s);
	check_pool(s);
	must(base_parse_uint(s, 3, 300, &number) < 0 || (number >= 3 && number <= 300));
	return 0;
}
