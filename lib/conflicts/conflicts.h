/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Conflicting configuration: programs and files that use the port of a line, answer calls or
 * disable settings that calls need, and the callers of an earlier set-up. Changes nothing. */
#pragma once

#include <sys/types.h>

#include "site.h"

enum conflicts_severity {
	CONFLICTS_SEVERITY_NOTE,    /* good to know */
	CONFLICTS_SEVERITY_WARNING, /* calls differ from the configuration */
};

struct conflicts_finding {
	enum conflicts_severity severity;
	char *path;    /* as seen below the root */
	unsigned line; /* 0: the file as a whole */
	char *what;    /* "login: asks for ..."; never a secret */
	char *cure;
	char *unit; /* the unit that uses the port and may be disabled; NULL: none */
	char *port; /* the port that it uses: "ttyUSB0" */
	pid_t pid;  /* of its process; 0: none, or not searched */
};
struct conflicts {
	struct conflicts_finding *findings;
	size_t n;
};

struct conflicts_port {
	const char *name; /* kernel name */
	bool is_line;     /* of a line or a future line; else one that might have a modem */
};
struct conflicts_scope {
	const struct site *site;
	const struct conflicts_port *ports; /* NULL: not known (another root directory) */
	size_t n_ports;
};

/* All findings, in a constant order. A file that cannot be read is a finding. The caller frees it
 * (conflicts_free). */
void conflicts_list(const struct conflicts_scope *scope, struct conflicts *ret);
void conflicts_free(struct conflicts *found);
bool conflicts_has(const struct conflicts *found, const struct conflicts_finding *finding);

/* A caller of an earlier set-up, from the system's secrets files, that can become an account. */
struct conflicts_login {
	char *name, *password;
};
void conflicts_list_logins(const struct site *site, struct conflicts_login **ret, size_t *ret_n);
void conflicts_free_logins(struct conflicts_login *logins, size_t n); /* passwords are wiped */
