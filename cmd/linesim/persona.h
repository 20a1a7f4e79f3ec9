/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	S_REGISTERS = 128,
	EXTENDED_MAX = 64
};

/* Settings the state machine looks at by name; a personality's row says how they are spelt. */
enum param {
	PARAM_OTHER, /* stored and shown, without effect here */
	PARAM_ECHO,
	PARAM_QUIET,
	PARAM_VERBOSE,
	PARAM_TONES,    /* X */
	PARAM_MESSAGES, /* W */
	PARAM_DCD,
	PARAM_DTR,
	PARAM_DSR,
	PARAM_MODE,        /* &Q */
	PARAM_CORRECTION,  /* \N */
	PARAM_COMPRESSION, /* %C */
	PARAM_STARTUP,     /* &Y */
	PARAMS,
};

enum basic_kind {
	BASIC_STORE,
	BASIC_TAKE, /* accepted, nothing kept */
	BASIC_INFO,
	BASIC_ANSWER,
	BASIC_DIAL,
	BASIC_HOOK,
	BASIC_ONLINE,
	BASIC_RESET,
	BASIC_FACTORY,
	BASIC_SAVE,
	BASIC_VIEW,
};

/* One basic command (V.250 5.4.1): its name, what it does, its range, its factory value. */
struct basic_row {
	const char *name;
	enum basic_kind kind;
	enum param param;
	uint8_t max;
	uint8_t init;
	uint16_t holes; /* bit n set: value n is an ERROR all the same */
};

struct sreg_row {
	uint8_t number;
	uint8_t init;
	uint8_t min;
	uint8_t max;
	bool shown; /* by &V */
};

enum ext {
	EXT_MS,
	EXT_MR,
	EXT_ER,
	EXT_DR,
	EXT_ES,
	EXT_DS,
	EXT_DS44,
	EXT_IFC,
	EXT_VCID,
	EXT_FCLASS,
	EXTS,
};

/*
 * One extended parameter (V.250 5.4.4). The answer to =? is also the rule its
 * values are checked by. stored: kept by &W and set back by Z and &F.
 */
struct ext_row {
	const char *name;
	enum ext ext;
	const char *init;
	const char *range;
	bool stored;
};

struct text_row {
	const char *ask;    /* "I3", "+GMI" */
	const char *answer; /* empty: OK alone */
};

struct usb_id {
	uint16_t vendor;
	uint16_t product;
	uint16_t release;
	const char *manufacturer;
	const char *name;
	const char *serial;
};

/* One kind of modem: everything in which it differs from others. Tables end with a null name. */
struct persona {
	const char *name;
	struct usb_id usb;
	const struct basic_row *basic;
	const struct ext_row *ext;
	const struct sreg_row *sregs; /* ends with number 255 */
	const struct text_row *texts;
	const char *view_before; /* &V shows this word right before the letter V */
	const char *cid_format;  /* "%s = %s" or "%s=%s" */
	size_t line_max;         /* characters after AT */
	size_t tx_max;           /* bytes towards the line before the host sees NAK */
	size_t rx_max;
	bool caller; /* never a member of the hunt group */
};

/* NULL when there is no such personality. */
const struct persona *persona_find(const char *name);

/* For the usage text: the i-th personality or NULL. */
const struct persona *persona_at(size_t i);
