/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The whole test framework: a failed check says where and makes the program's exit status 1. */
#pragma once

#include <stdio.h>
#include <string.h>

/* Weak: one for all files of a test. */
int check_failures __attribute__((weak));

#define check(cond, ...)                                                                           \
	do {                                                                                       \
		if (!(cond)) {                                                                     \
			printf("%s:%d: %s:", __FILE__, __LINE__, #cond);                           \
			printf(" " __VA_ARGS__);                                                   \
			printf("\n");                                                              \
			check_failures++;                                                          \
		}                                                                                  \
	} while (0)

#define check_str(have, want)                                                                      \
	check(strcmp((have), (want)) == 0, "have \"%s\", want \"%s\"", (have), (want))

#define check_done() (check_failures ? 1 : 0)
