/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is to be set on a caller's computer, told at the end of setup. */
#pragma once

#include "site.h"

/* `new_user` NULL: no account was made. Nothing can be set where there are no lines or accounts. */
void settings_say(const struct site *site, const char *new_user);
