/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Plays a modem file on a pseudo terminal, in a thread. */
#pragma once

#include "modem-file.h"

struct player;

/* `file` must outlive the player. NULL with errno when there is no pseudo terminal to be had. */
struct player *player_start(const struct modem_file *file);
/* Below /dev: "pts/7" */
const char *player_port(const struct player *player);
/* *ret_heard: the commands it was given, one per line; *ret_slow: how many bytes came at 1200
 * bit/s. NULL is no player. */
void player_stop(struct player *player, struct text *ret_heard, unsigned *ret_slow);
