/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The verbs of dialisp-call and dialisp-line: one per event. Rows are next to their code; the
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
	bool to_syslog; /* standard error is the modem of the caller, the console or closed */
	int (*run)(int argc,
		   char **argv); /* argv[0] is the first argument; returns the exit status */
};

/* A program and its verbs. */
struct call_program {
	const char *name;
	const char *help; /* the program that starts it */
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

/* Errors; differs from the status with which mgetty's cnd-program refuses a call */
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

/* --- input.c: input from callers, modems and other programs, sanitised; pure --- */

/* The line name behind a prefix: ("dialisp/", "dialisp/line1") -> "line1"; NULL when it is not
 * a dialisp line. */
const char *call_line_name(const char *prefix, const char *s);
/* "" if the variable is not set, never NULL */
const char *call_env(const char *name);
/* dst is unchanged if the modem reported nothing. */
void call_take_caller_id(char dst[static 64], const char *value);
void call_take_user(char dst[static 64], const char *name);
/* dst is unchanged if it is not an address. */
void call_take_address(char dst[static 16], const char *value);
/* A count from pppd's environment: digits, or "0". */
const char *call_take_count(const char *value);

/* --- judge.c: why a process ended, and what follows for the line; pure --- */

enum call_outcome {
	CALL_OUTCOME_NOTHING, /* stopped, or told to read a new configuration: says nothing about
			       * the modem */
	CALL_OUTCOME_CALL,    /* a call, or a ring that was not answered: the modem works */
	CALL_OUTCOME_REFUSED, /* a call whose login pppd refused */
	CALL_OUTCOME_EMPTY,   /* ended after CONNECT, before PPP began: CONNECT without a caller */
	CALL_OUTCOME_FAILURE, /* an end without a call */
};
/* The data of systemd and of the record: systemd.exec(5), $SERVICE_RESULT, $EXIT_CODE,
 * $EXIT_STATUS. */
struct call_end {
	const struct calldb_call *call;
	const char *result, *code, *status;
	int64_t now;
	bool has_refused; /* from the log of its pppd (call_find_refused) */
};
/* Its pppd ran and accepted no login. */
bool call_may_be_refused(const struct calldb_call *call);
enum call_outcome call_judge_end(const struct call_end *end);
/* The reason as a message, for every value of systemd; at most `size` bytes. */
void call_explain_end(const struct call_end *end, char *ret, size_t size);
/* Failures in a row after one more end, and the delay of the next start for them. */
unsigned call_count_failures(unsigned failures, enum call_outcome outcome);
unsigned call_back_off_s(unsigned failures);

/* --- firewall.c, isolation.c --- */

/* The backend that was applied, or the configured one if none was. */
enum site_firewall call_find_firewall(void);

/* Whether the callers' rules are in force; loads them if necessary. `is_current`: those of the
 * present file, which during an apply is newer than the loaded rules, which isolate callers, too. 0
 * or -errno, reported. */
MUST_CHECK int call_ensure_firewall(const char *line, bool is_current);
/* A flush or restart of another firewall may have removed the rules that let callers through it;
 * they are restored. Failures are reported. The first is for the start of a line, the second for a
 * ring: it runs dialisp-line, and only if the kernel's rules have changed since. */
void call_renew_others(const char *line);
void call_renew_changed_others(const char *line);
/* Removes the conntrack entries of the call's address, once per call, when it no longer has the
 * address. A refused call keeps those of the other call with its address. Returns whether this
 * invocation had to remove them. */
bool call_forget_connections(const char *line, struct calldb_call *call);

/* --- free.c --- */

#define CALL_PORT_MAX 32
#define CALL_WHY_MAX  128 /* as long as calldb_last.reason */
/* The kernel name of the line's port. False with the reason. */
bool call_find_port(const char *line, char ret_port[static CALL_PORT_MAX],
		    char ret_why[static CALL_WHY_MAX]);
/* Asks dialisp-free.service, which has privileges that a line lacks, to check that no other process
 * has the line's port open and that the firewall rules are in force. The caller holds the lock of
 * the port, so that a process that starts later sees it. False with the reason. */
bool call_ask_free(const char *line, char ret_why[static CALL_WHY_MAX]);

/* --- refused.c --- */

/* Searches the log of pppd for a call that has ended: true if it refused a login, with the name
 * that was tried. */
bool call_find_refused(const struct calldb_call *call, char ret_name[static 64]);

/* --- failed-login.c --- */

/* Counts it for the caller, and logs number and name. */
void call_count_refused(const char *line, const struct calldb_call *call, const char *name);
/* After a successful login. */
void call_forget_refused(const char *line, const struct calldb_call *call);
/* Delays the answer to this call as long as necessary: false if it no longer rings, or the port is
 * gone. */
unsigned call_find_wait_s(const char *line, const struct calldb_call *call);
bool call_wait_ring(int tty, unsigned wait_s);

/* --- relay.c --- */

/* DCD of a tty, now. */
enum calldb_carrier call_read_carrier(int tty);
bool call_needs_watch(enum site_carrier how, enum calldb_carrier carrier);

struct call_drain;
struct call_shape;
struct call_relay {
	int modem, master; /* the modem's tty, and the master of pppd's pty; both non-blocking */
	bool watches;      /* check DCD: SIGHUP does not report its loss */
	/* Called when the modem has accepted data, and once a second while data is transferred;
	 * both may be NULL. */
	void (*pass)(struct call_shape *shape, unsigned bytes, int64_t now_ms);
	void (*check)(struct call_shape *shape, const struct call_drain *drain, int64_t now_ms);
	struct call_shape *shape;
};
/* Starts a small process that relays data between them. It ends after this process, also after
 * exec, when it has sent the last data. Data from the caller is kept until the other end has sent
 * something. A hang-up or carrier loss of the tty hangs up the other end. 0 or -errno */
MUST_CHECK int call_start_relay(const struct call_relay *call);
