/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Firewall backends: which program loads which file, and whether it is there. */
#pragma once

#include "site.h"

#define FIREWALL_NFT_FILE "/etc/dialisp/firewall.nft"

struct firewall_backend {
	enum site_firewall id;
	const char *name;    /* in dialisp.conf: "nft" */
	const char *program; /* "nft" */
	const char *package; /* Debian's */
	const char *file;    /* what apply generates and the unit loads */
};
const struct firewall_backend *firewall_backend(enum site_firewall id);
/* 1: our table is loaded in the kernel; 0: not; -errno */
int firewall_is_loaded(enum site_firewall id);
