/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The state of calls in /run/dialisp, written by dialisp-call and dialisp-line, read by status:
 * calls/LINE         the call in progress; 0600
 * calls/LINE.masked  the same with names and numbers masked; 0644
 * last/LINE          how the last call ended, how many starts in a row had no call, whether there
 *                    was a carrier, how many logins failed; 0644
 * failed-logins      which callers failed to log in, of all lines; 0600
 */
#pragma once

#include <sys/types.h>

#include "call/login-limit.h"
#include "modem/at.h"

enum calldb_carrier {
	CALLDB_CARRIER_UNKNOWN, /* not checked yet, or the port has no modem lines */
	CALLDB_CARRIER_ON,
	CALLDB_CARRIER_OFF,
};

/* The shaper for packets to the caller. */
enum calldb_shaping {
	CALLDB_SHAPING_UNSET,
	CALLDB_SHAPING_CONNECT, /* by the rate of CONNECT */
	CALLDB_SHAPING_SET,     /* by the configured rate */
	CALLDB_SHAPING_ASSUMED, /* rate unknown */
	CALLDB_SHAPING_OFF,
	CALLDB_SHAPING_MISSING, /* not supported by the kernel */
};
/* "connect", ...; "" for UNSET */
const char *calldb_shaping_name(enum calldb_shaping how);

struct calldb_shape {
	enum calldb_shaping how;
	unsigned rate, mtu;      /* bit/s between the modems; bytes */
	unsigned vj_compression; /* 1: on (RFC 1144) */
};

struct calldb_call {
	char number[64],
		caller[64]; /* caller ID: number and name; "" unknown; cleaned (base_copy_clean) */
	char ring_number[LOGIN_LIMIT_NUMBER_MAX +
			 1]; /* its digits at the RING: the key of failed logins */
	char connect[64];    /* CONNECT text, cleaned; what it means: */
	unsigned rate;       /* of the line, bit/s; 0: not reported */
	enum at_error_control error_control;
	unsigned port_speed;               /* of the modem's port then, bit/s; 0: unknown */
	char user[64];                     /* authenticated name */
	char address[16], link[16];        /* the caller's address, "ppp-line1" */
	int64_t ring_at, answer_at, up_at; /* seconds since the epoch; 0: not yet */
	pid_t pid;                   /* mgetty's / pppd's (one and the same); 0 until answered */
	char tty[32];                /* kernel name; answer locked it */
	enum calldb_carrier carrier; /* DCD at the answer */
	struct calldb_shape shape;   /* from the login on */
};
struct calldb_last {
	char reason[128];
	int64_t at;
	unsigned idle_starts; /* starts in a row that ended without a call, or with a phantom one */
	enum calldb_carrier carrier;     /* DCD at the last answer */
	struct login_limit_count failed; /* logins on this line since the last good one */
};

/* The directory instead of /run/dialisp; set once, by tests. The string is not copied. */
void calldb_set_dir(const char *dir);

/* `line` is a valid line name. All: 0 or -errno; -ENOENT: no call. Unknown keys in a file are
 * ignored. */
MUST_CHECK int calldb_load(const char *line, struct calldb_call *ret);
/* world-readable: numbers and names masked ("a***", "***34") */
MUST_CHECK int calldb_load_masked(const char *line, struct calldb_call *ret);
/* Control characters are written as blanks; missing directories are created. */
MUST_CHECK int calldb_save(const char *line, const struct calldb_call *call);
void calldb_clear(const char *line);
MUST_CHECK int calldb_load_last(const char *line, struct calldb_last *ret);
MUST_CHECK int calldb_save_last(const char *line, const struct calldb_last *last);
/* Another line on which this account has a call whose process lives, or -ENOENT. Looks at all
 * calls/ files but `except`. */
MUST_CHECK int calldb_find_user(const char *user, const char *except, char *ret_line, size_t size);

/* 0; no file is an empty table. */
MUST_CHECK int calldb_load_failed_logins(struct login_limit_table *ret);
/* The same, locked for changes until the descriptor, which the caller owns, is closed. The
 * descriptor or -errno; -ETIMEDOUT */
MUST_CHECK int calldb_lock_failed_logins(struct login_limit_table *ret);
MUST_CHECK int calldb_save_failed_logins(int lock, const struct login_limit_table *table);

void calldb_mask(char s[static 6], bool is_number); /* in place */
