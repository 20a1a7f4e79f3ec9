/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

struct listener;
struct sim;

/* Listen at path, mode 0600. -EADDRINUSE when another simulator answers there. */
int listener_open(struct sim *sim, const char *path, struct listener **ret_listener);

/* The socket file too. NULL is accepted. */
void listener_close(struct listener *listener);
