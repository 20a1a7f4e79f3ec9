/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the fuzz targets share: each is one LLVMFuzzerTestOneInput() that ends the process when a
 * promise is not kept. */
#pragma once

#include <stdint.h>
#include <stdio.h>

#include "util/text.h"

#define must(cond)                                                                                 \
	do {                                                                                       \
		if (!(cond)) {                                                                     \
			fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #cond);         \
			abort();                                                                   \
		}                                                                                  \
	} while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The next part of the input, up to a byte 0xff, which no text has; "" when there is no more. The
 * caller owns it. */
char *fuzz_string(const uint8_t **data, size_t *size);
/* All of it, NUL bytes too. */
void fuzz_text(const uint8_t *data, size_t size, struct text *ret);
/* One byte; 0 when there is no more. */
uint8_t fuzz_byte(const uint8_t **data, size_t *size);

/* A directory in memory that goes with the process. */
const char *fuzz_dir(void);
/* Writes DIR/NAME, making its directories. */
void fuzz_write(const char *name, const void *bytes, size_t n);

/* Nothing in it does something to a terminal, a log or a file of lines. */
void fuzz_check_harmless(const char *s);
