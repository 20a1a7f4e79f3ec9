/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What else rules packets on this machine, as people are told of it. */
#pragma once

#include "firewall/others/neighbours.h"

enum neighbour_when {
	NEIGHBOUR_WHEN_SETUP, /* everything found, before it is settled */
	NEIGHBOUR_WHEN_PLAN,  /* what apply would change, and what it cannot */
	NEIGHBOUR_WHEN_APPLY, /* only what it cannot */
};
/* A look that fails is reported, and keeps nobody from going on. */
void neighbour_say(const struct site *site, enum neighbour_when when);
