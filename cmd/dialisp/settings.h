/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The settings of a caller's computer, printed at the end of setup. */
#pragma once

#include "site.h"

/* `new_user` NULL: no account was added. Prints no settings without lines or accounts. */
void settings_say(const struct site *site, const char *new_user);
