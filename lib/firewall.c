/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The firewall backends. */
#include "firewall.h"

#include <errno.h>

#include "run.h"

#define FIREWALL_TIMEOUT_MS 10000

static const struct firewall_backend backends[] = {
	{ SITE_FIREWALL_NFT, "nft", "nft", "nftables", FIREWALL_NFT_FILE },
};

const struct firewall_backend *firewall_backend(enum site_firewall id)
{
	for (size_t i = 0; i < ARRAY_SIZE(backends); i++)
		if (backends[i].id == id)
			return &backends[i];
	return &backends[0];
}

static int nft_is_loaded(void)
{
	static const char *const argv[] = { "nft", "list", "tables", NULL };
	struct run run = { .argv = argv, .timeout_ms = FIREWALL_TIMEOUT_MS };
	_cleanup_text_ struct text out = { 0 };
	int r = run_program(&run, &out);

	if (r < 0)
		return r;
	if (r > 0)
		return -EPERM;
	return strstr(text_str(&out), "table inet dialisp\n") != NULL;
}

int firewall_is_loaded(enum site_firewall id)
{
	switch (id) {
	case SITE_FIREWALL_NFT:
		return nft_is_loaded();
	}
	return -EINVAL;
}
