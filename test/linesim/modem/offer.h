/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

struct offer;
struct profiles;

/* What a modem with these settings offers to the other end (V.250 6.4, 6.5). */
void offer_fill(const struct profiles *profiles, struct offer *ret_offer);

/* The highest rate at which it receives, bit/s. */
long offer_receive_max(const struct profiles *profiles);
