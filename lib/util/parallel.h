/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Worker threads: many slow things at once, a thread for each. */
#pragma once

#include <stddef.h>

/* Calls work(arg, i) for each i below n in a thread of its own, and done(arg, i) (may be NULL) in
 * the caller's thread as each ends. Returns when all have ended. If no thread can be created, the
 * caller does the work. */
void parallel_run(size_t n, void (*work)(void *arg, size_t i), void (*done)(void *arg, size_t i),
		  void *arg);
