/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "usb-id.h"

enum {
	S_REGISTERS = 128,
	EXTENDED_MAX = 64
};

/* Settings with an effect; a personality's row has the command for each. */
enum param {
	PARAM_OTHER, /* stored and shown, without effect here */
	PARAM_ECHO,
	PARAM_QUIET,
	PARAM_VERBOSE,
	PARAM_TONES,    /* X */
	PARAM_MESSAGES, /* W, or &A */
	PARAM_DCD,
	PARAM_DTR,
	PARAM_DSR,
	PARAM_MODE,        /* &Q */
	PARAM_CORRECTION,  /* \N, or &M */
	PARAM_COMPRESSION, /* %C, or &K */
	PARAM_FLOW,        /* &K, \Q or &H */
	PARAM_RTS,         /* &R where RTS has its own command */
	PARAM_LINK_RATE,   /* &N: a fixed carrier rate by number */
	PARAM_STARTUP,     /* &Y */
	PARAMS,
};

enum basic_kind {
	BASIC_STORE,
	BASIC_TAKE, /* accepted, not stored */
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
	EXT_VCID, /* also spelt #CID */
	EXT_FCLASS,
	EXTS,
};

/*
 * One extended parameter (V.250 5.4.4). The response to =? is also the range of its values. stored:
 * saved by &W, restored by Z and &F.
 */
struct ext_row {
	const char *name;
	enum ext ext;
	const char *init;
	const char *range;
	bool stored;
	bool untold;        /* =? and ? are ERROR */
	uint8_t min_fields; /* fewer are an ERROR */
};

struct text_row {
	const char *ask;    /* "I3", "+GMI" */
	const char *answer; /* empty: OK alone */
};

/* The number of CONNECT and a speed under V0, without and with error correction; 0: none of its
 * own. */
struct connect_code {
	long speed;
	uint8_t code;
	uint8_t arq;
};

/* What follows CONNECT. */
enum connect_form {
	CONNECT_W,   /* by W and S95: the rate of the port or of the carrier */
	CONNECT_DCE, /* the rate of the carrier */
	CONNECT_A,   /* by &A: 33600/ARQ/V34/LAPM/V42BIS */
	CONNECT_X,   /* from X5 on: rates of port and carrier, 115200/V34 33600/V42b */
};

/* Format of caller ID. */
enum cid_form {
	CID_NONE,
	CID_SPACED, /* "NMBR = 5551234", framed as an information text */
	CID_TIGHT,  /* "NMBR=5551234", nothing before it */
	CID_FM,     /* "FM:5551234" alone */
};

/* Its RS-232 port. */
struct port_row {
	long speed;           /* bit/s when it leaves the factory */
	const long *autobaud; /* autobauding: these, ends with 0; NULL: none */
	bool z_speed;         /* Z restores the one saved by &W */
};

/* One kind of modem. Tables end with a null name. */
struct persona {
	const char *name;
	const char *title;
	struct usb_id usb; /* all 0 with serial */
	const struct basic_row *basic;
	const struct ext_row *ext;
	const struct sreg_row *sregs; /* ends with number 255 */
	const struct text_row *texts;
	const struct connect_code *codes; /* ends with speed 0 */
	const char *const *templates;     /* by &Fn: commands after factory values; NULL: none */
	const char *stored;      /* commands whose effect is in the stored profiles; NULL: none */
	const char *view_title;  /* &V begins with this line; NULL: none */
	const char *view_before; /* &V shows this word right before the letter V; NULL: none */
	bool view_padded;        /* &V shows S07:090, not S7:90 */
	enum cid_form cid;
	bool ring_numbers; /* RING;from;to */
	enum connect_form connect;
	long connect_delay_ms; /* from DCD to CONNECT */
	size_t line_max;       /* characters after AT */
	size_t dial_max;       /* characters after D; 0: any */
	bool same_case;        /* "At" is no prefix */
	long rate_max;         /* best carrier, bit/s */
	uint8_t cts_on;        /* bit n: with value n of its flow command CTS follows the buffer */
	uint8_t rts_on;        /* bit n: with value n it obeys RTS */
	uint8_t ec_offers;     /* bit n: with value n error correction is offered */
	uint8_t ec_demands;    /* bit n: with value n it is required */
	size_t tx_max;         /* size of the buffer towards the line */
	size_t rx_max;
	bool serial; /* on RS-232: it has a speed, RTS and CTS */
	struct port_row port;
	bool caller; /* never a member of the hunt group */
};

/* The families, each ending with a null name. */
extern const struct persona personas_conexant[];
extern const struct persona personas_usr[];
extern const struct persona personas_minimal[];
extern const struct persona personas_cirrus[];
extern const struct persona personas_zyxel[];

/* Rockwell's numbers for CONNECT, which most others use. */
extern const struct connect_code codes_rockwell[];
