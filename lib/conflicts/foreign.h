/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Conflicting configuration: what holds a line's port, answers the phone or undoes what calls need,
 * and the callers of an earlier set-up. Only looks. */
#pragma once

#include <sys/types.h>

#include "site.h"

enum foreign_severity {
	FOREIGN_SEVERITY_NOTE,    /* good to know */
	FOREIGN_SEVERITY_WARNING, /* calls are not what the site says */
};

struct foreign_finding {
	enum foreign_severity severity;
	char *path;    /* as seen below the root */
	unsigned line; /* 0: the file as a whole */
	char *what;    /* "login: asks for ..."; never a secret */
	char *cure;
	char *unit; /* the unit that has the port and may be disabled for that; NULL: none */
	char *port; /* what that unit holds: "ttyUSB0" */
	pid_t pid;  /* of its process; 0: none, or not looked for */
};
struct foreign {
	struct foreign_finding *findings;
	size_t n;
};

struct foreign_port {
	const char *name; /* kernel name */
	bool is_line;     /* a line's, or going to be; else one that might have a modem */
};
struct foreign_scope {
	const struct site *site;
	const struct foreign_port *ports; /* NULL: not known (another root directory) */
	size_t n_ports;
};

/* Everything, in a constant order. A file that cannot be read is a finding. The caller frees it
 * (foreign_free). */
void foreign_list(const struct foreign_scope *scope, struct foreign *ret);
void foreign_free(struct foreign *found);
bool foreign_has(const struct foreign *found, const struct foreign_finding *finding);

/* A caller of an earlier set-up, as the system's secrets files have it, who can be an account. */
struct foreign_login {
	char *name, *password;
};
void foreign_list_logins(const struct site *site, struct foreign_login **ret, size_t *ret_n);
void foreign_free_logins(struct foreign_login *logins, size_t n); /* passwords are wiped */
