/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "backend.h"
#include "clock.h"
#include "exchange.h"
#include "journal.h"
#include "loop.h"
#include "settings.h"

/* Everything one running simulator consists of. */
struct sim {
	struct clock clock;
	struct loop loop;
	struct settings settings;
	struct journal journal;
	struct exchange exchange;
	const struct backend *backend;
	void *bus;               /* the back-end's own */
	void *plugs[MODEMS_MAX]; /* by the exchange's index */
};

/*
 * Add NAME:NUMBER[:PERSONALITY[:unplugged]] and plug it in. Returns NULL, or
 * what is wrong with it; the modem is not there then.
 */
const char *sim_add(struct sim *sim, const char *spec);

/* NULL when there is no such modem. */
struct modem *sim_find(struct sim *sim, const char *name, void **ret_plug);

/* Whether every modem that should be plugged in has been configured by its host. */
bool sim_is_ready(const struct sim *sim);

/* Unplugs all, so that no device stays behind. */
void sim_free(struct sim *sim);
