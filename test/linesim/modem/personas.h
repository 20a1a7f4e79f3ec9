/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stddef.h>

struct persona;

/* NULL when there is no such personality. */
const struct persona *persona_find(const char *name);

/* For the usage text: the i-th personality or NULL. */
const struct persona *persona_at(size_t i);
