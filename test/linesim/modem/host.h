/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

struct modem;

/* Set modem->peer.ops, through which the host uses the modem. */
void host_init(struct modem *modem);
