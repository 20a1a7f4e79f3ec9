/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Internal to the keys: kinds of values with a file of their own. */
#pragma once

#include <errno.h>

#include "config/config.h"

/* keys-network.c. The fields are struct site_rights. */
extern const struct config_kind keys_lan, keys_talk, keys_ports;
/* keys-pace.c. The fields are struct site_choice. */
extern const struct config_kind keys_mtu, keys_shaping;

/* The last call of a setter that refuses a value. */
static inline int refuse(const char **ret_why, const char *why)
{
	*ret_why = why;
	return -EINVAL;
}
/* An address that a machine may have: not "this network", loopback, or multicast and above. */
bool keys_is_host_address(struct in_addr address);
