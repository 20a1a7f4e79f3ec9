/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The report about other firewalls on this host. */
#pragma once

#include "firewall/others/others.h"

enum firewalls_when {
	FIREWALLS_WHEN_SETUP, /* everything found, before it is changed */
	FIREWALLS_WHEN_PLAN,  /* what apply would change, and what it cannot */
	FIREWALLS_WHEN_APPLY, /* only what it cannot */
};
/* A failed check is reported; the command goes on. */
void firewalls_report(const struct site *site, enum firewalls_when when);
