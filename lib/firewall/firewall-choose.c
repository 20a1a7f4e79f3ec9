/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Chooses the backend for a host: the one that its other rules use. */
#include "firewall/firewall.h"

#include "firewall/internal.h"

/* Words in the rules of products that add rules themselves and work beside nft. */
static const char *const products[] = {
	"DIALISP", "ufw-",  "ufw6-", "DOCKER", "docker", "-i br-", "-o br-",  "_ZONES", "_direct",
	"LIBVIRT", "virbr", "f2b-",  "KUBE-",  "CNI-",   "cali-",  "FLANNEL", "ts-",    "NETAVARK",
};

static bool is_product(const char *line, size_t n)
{
	_cleanup_free_ char *copy = xstrndup(line, n);

	for (size_t i = 0; i < ARRAY_SIZE(products); i++)
		if (strstr(copy, products[i]))
			return true;
	return false;
}

bool firewall_has_own_rules(const char *saved)
{
	size_t n;

	for (; *saved; saved += n + (saved[n] == '\n')) {
		n = strcspn(saved, "\n");
		if (str_starts(saved, "-A ") && !is_product(saved, n))
			return true;
	}
	return false;
}

/* A variant that cannot be read does not count. */
enum site_firewall firewall_choose(void)
{
	for (unsigned i = 0; i < FIREWALL_N_VARIANTS; i++) {
		_cleanup_text_ struct text saved = { 0 };

		if (firewall_iptables_save((enum firewall_variant)i, &saved) == 0 &&
		    firewall_has_own_rules(text_str(&saved)))
			return SITE_FIREWALL_IPTABLES;
	}
	return SITE_FIREWALL_NFT;
}
