/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stddef.h>

/* One struct member that can be set by name: a long, or text. */
struct knob {
	const char *key;
	size_t offset;
	size_t text_size; /* 0: a number */
	long low;
	long high;
	long init;
	long on;             /* what "on" means; 0: "on" and "off" are no values */
	const char *on_text; /* the same for text */
	const char *help;
};

#define KNOB_NUMBER(type, member) offsetof(struct type, member), 0
#define KNOB_TEXT(type, member)   offsetof(struct type, member), sizeof(((struct type *)0)->member)

/* Numbers and texts as their rows say; text is empty. */
void knobs_init(const struct knob *knobs, size_t count, void *object);

/* -ENOENT: no such key; -ERANGE: not a number, out of range, or too long. */
int knobs_set(const struct knob *knobs, size_t count, void *object, const char *key,
	      const char *value);

/* Write the value of one as text. */
void knob_show(const struct knob *knob, const void *object, char *ret_text, size_t size);

/* A whole decimal number within low..high; -ERANGE otherwise. */
int number_parse(const char *text, long low, long high, long *ret_number);
