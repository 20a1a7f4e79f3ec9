/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The verbs of dialisp-call and dialisp-line: one per moment. Rows live beside their code; the
 * tables list them. */
#pragma once

#include <sysexits.h>

#include "call/calldb.h"
#include "site.h"
#include "util/report.h"

struct call_verb {
	const char *name;
	const char *arguments; /* for the usage line */
	const char *help;
	int min_arguments, max_arguments;
	bool to_syslog; /* standard error is the caller's modem, the console or nothing */
	int (*run)(int argc,
		   char **argv); /* argv[0] is the first argument; returns the exit status */
};

/* What a program knows. */
struct call_program {
	const char *name;
	const char *help; /* who starts it */
	const struct call_verb *const *verbs;
	size_t n_verbs;
};
/* The exit status */
int call_main(const struct call_program *program, int argc, char **argv);

/* called by units */
extern const struct call_verb call_verb_free, call_verb_ready, call_verb_end, call_verb_firewall;
/* called by mgetty */
extern const struct call_verb call_verb_ring, call_verb_answer, call_verb_login;
/* called by pppd */
extern const struct call_verb call_verb_pre_up, call_verb_up, call_verb_down;

/* Ours, and never the one by which mgetty's cnd-program refuses a call */
#define CALL_TRY_LATER EX_TEMPFAIL
#define CALL_REFUSE    1

/* --- record.c --- */

/* Seconds since the epoch. */
int64_t call_now(void);
/* Record of the call in progress, or an empty one. */
void call_load(const char *line, struct calldb_call *ret);
/* A failure does not end the call. */
enum reported call_save(const char *line, const struct calldb_call *call);
/* How the last one ended, or an empty record. */
struct calldb_last call_load_last(const char *line);

/* --- input.c: what strangers, modems and the programs between them say, made safe; pure --- */

/* The line name behind a prefix: ("dialisp/", "dialisp/line1") -> "line1"; NULL when it is not
 * a dialisp line. */
const char *call_line_name(const char *prefix, const char *s);
/* "" for a variable that is not set, never NULL */
const char *call_env(const char *name);
/* dst stays when the modem told nothing. */
void call_take_caller_id(char dst[static 64], const char *value);
void call_take_user(char dst[static 64], const char *name);
/* dst stays when it is not an address. */
void call_take_address(char dst[static 16], const char *value);
/* A count out of pppd's environment: digits, or "0". */
const char *call_take_count(const char *value);

/* --- judge.c: what an end says about the line; pure --- */

enum call_outcome {
	CALL_OUTCOME_NOTHING, /* stopped, or told to read a new configuration: says nothing about
			       * the modem */
	CALL_OUTCOME_CALL,    /* a call, or a ring that was not answered: the modem works */
	CALL_OUTCOME_REFUSED, /* a call whose login pppd refused */
	CALL_OUTCOME_EMPTY,   /* connected, and gone before PPP began: a CONNECT without a caller
			       * behind it */
	CALL_OUTCOME_FAILURE, /* an end without a call */
};
/* What systemd and the record say: systemd.exec(5), $SERVICE_RESULT, $EXIT_CODE, $EXIT_STATUS. */
struct call_end {
	const struct calldb_call *call;
	const char *result, *code, *status;
	int64_t now;
	bool has_refused; /* its pppd said so (call_find_refused) */
};
/* Its pppd ran, and no login was accepted. */
bool call_may_be_refused(const struct calldb_call *call);
enum call_outcome call_judge_end(const struct call_end *end);
/* For people, whatever systemd says in plain words; at most `size` bytes. */
void call_explain_end(const struct call_end *end, char *ret, size_t size);
/* Failures in a row after one more end, and how long the next start waits for them. */
unsigned call_count_failures(unsigned failures, enum call_outcome outcome);
unsigned call_back_off_s(unsigned failures);

/* --- firewall.c, isolation.c --- */

/* The backend that was applied, or is wanted when none was. */
enum site_firewall call_find_firewall(void);

/* Whether the callers' rules are in force, after they were loaded if need be. `is_current`: from
 * the file as it is; in the middle of an apply it is newer than the rules that isolate callers. 0
 * or -errno, reported. */
MUST_CHECK int call_ensure_firewall(const char *line, bool is_current);
/* A flush or restart of another firewall may have removed the rules that let callers through it;
 * they are restored. Failures are reported. The first is for the start of a line, the second for a
 * ring: it runs dialisp-line, and only if the kernel's rules have changed since. */
void call_renew_others(const char *line);
void call_renew_changed_others(const char *line);
/* What the holder of the call's address had begun is nobody's any more: once a call, which has no
 * address behind it. A refused one leaves alone what the other one on its address has. Returns
 * whether it was this one that had to. */
bool call_forget_connections(const char *line, struct calldb_call *call);

/* --- free.c --- */

#define CALL_PORT_MAX 32
#define CALL_WHY_MAX  128 /* as long as calldb_last.reason */
/* The kernel's name of the line's port. False with the reason. */
bool call_find_port(const char *line, char ret_port[static CALL_PORT_MAX],
		    char ret_why[static CALL_WHY_MAX]);
/* Asks dialisp-free.service, which has the privileges that a line lacks: no other process has the
 * line's port open, and the firewall is in force. The caller holds the lock of the port, so that a
 * process that starts later sees it. False with the reason. */
bool call_ask_free(const char *line, char ret_why[static CALL_WHY_MAX]);

/* --- refused.c --- */

/* What the pppd of a call that is over logged: true when it refused a login, with the name that was
 * tried. */
bool call_find_refused(const struct calldb_call *call, char ret_name[static 64]);

/* --- failed-login.c --- */

/* Counts it for the caller, and logs who tried what. */
void call_count_refused(const char *line, const struct calldb_call *call, const char *name);
/* After a good login. */
void call_forget_refused(const char *line, const struct calldb_call *call);
/* For how long this call must not be answered, and the waiting: false when it rings no more, or the
 * port is gone. */
unsigned call_find_wait_s(const char *line, const struct calldb_call *call);
bool call_wait_ring(int tty, unsigned wait_s);

/* --- relay.c --- */

/* DCD of a tty, now. */
enum calldb_carrier call_read_carrier(int tty);
bool call_needs_watch(enum site_carrier how, enum calldb_carrier carrier);

struct call_drain;
struct call_shape;
struct call_relay {
	int modem, master; /* the modem's tty, and the pty on whose other end pppd runs; neither
			    * blocks */
	bool watches;      /* DCD: no other process notices its loss */
	/* Whenever the modem has taken something, and, while something moves, once a second; both
	 * may be NULL. */
	void (*pass)(struct call_shape *shape, unsigned bytes, int64_t now_ms);
	void (*check)(struct call_shape *shape, const struct call_drain *drain, int64_t now_ms);
	struct call_shape *shape;
};
/* From now on a small process beside this one carries the bytes between them, and ends with this
 * process, whatever that becomes by exec: after what it said last. What the caller says is kept
 * until the other end has said something. When the tty hangs up, or its carrier falls, the other
 * end does. 0 or -errno */
MUST_CHECK int call_start_relay(const struct call_relay *call);
