/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The hooks of pppd: pre-up before the first packet (pppd waits), up and down during the call. */
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>

#include "call.h"
#include "config/config.h"
#include "net/network.h"
#include "shape.h"
#include "util/report.h"

#define LINK_NAME_PREFIX                                                                           \
	"dialisp-" /* linkname of our lines; every other pppd runs pre-up, too                     \
		    */

static const char *own_line(void)
{
	return call_line_name(LINK_NAME_PREFIX, call_env("LINKNAME"));
}

/* An address other than that of the line is fixed for this account: it cannot be in two calls.
 * Without a readable configuration no login is refused. */
static bool has_fixed_address(const struct site *site, const char *name, const char *address)
{
	const struct line *line = site_find_line(site, name);
	struct in_addr remote;

	return line && site_parse_address(address, &remote) == 0 &&
	       remote.s_addr != line->address.s_addr;
}

static void signal_pppd(const char *line, int signal)
{
	unsigned pid;

	if (base_parse_uint(call_env("PPPD_PID"), 2, INT_MAX, &pid) < 0 ||
	    kill((pid_t)pid, signal) < 0)
		report_error("%s: could not tell its pppd to end the call", line);
}

/* After SIGTERM it would first bring the interface up (ipcp.c, ipcp_up), and packets would pass
 * unfiltered. */
static void kill_pppd(const char *line)
{
	report_error("%s: call ended: no firewall", line);
	signal_pppd(line, SIGKILL);
}

/* Records the user and refuses a second call with the same fixed address. */
static bool admit_account(const struct site *site, const char *line, struct calldb_call *call)
{
	char other[SITE_LINE_NAME_MAX + 1];

	call_take_user(call->user, call_env("PEERNAME"));
	call_take_address(call->address, call_env("IPREMOTE"));
	snprintf(call->link, sizeof(call->link), NETWORK_LINK_PREFIX "%s", line);
	/* Recorded before the check of the other calls: of two simultaneous calls at least one sees
	 * the other. */
	call_save(line, call);
	if (!*call->user || !has_fixed_address(site, line, call->address) ||
	    calldb_find_user(call->user, line, other, sizeof(other)) < 0)
		return true;
	report_error("%s: %s refused: its address %s is in use by its call on %s", line, call->user,
		     call->address, other);
	*call->user = '\0'; /* a refused call does not block the account */
	call_save(line, call);
	signal_pppd(line, SIGTERM);
	return false;
}

/* Everything that must hold before the first packet. False: the call is being ended. */
static bool prepare_link(const char *line, struct calldb_call *call)
{
	_cleanup_(site_free) struct site site = { 0 };
	_cleanup_text_ struct text complaints = { 0 };

	if (call_ensure_firewall(line, false) < 0) {
		kill_pppd(line);
		return false;
	}
	(void)config_load_line("", line, &site, &complaints);
	if (!admit_account(&site, line, call))
		return false;
	call_shape_set(&site, line, call);
	call_save(line, call);
	return true;
}

static int verb_pre_up(int argc __attribute__((unused)), char **argv __attribute__((unused)))
{
	const char *line = own_line();
	struct calldb_call call;

	if (!line)
		return 0;
	call_load(line, &call);
	return !prepare_link(line, &call);
}

const struct call_verb call_verb_pre_up = {
	.name = "pre-up",
	.arguments = "[...]",
	.help = "record the login, set the shaper; end a second call on one fixed address, and any call without a firewall",
	.max_arguments = INT_MAX,
	.to_syslog = true,
	.run = verb_pre_up,
};

static void report_up(const char *line, const struct calldb_call *call)
{
	_cleanup_text_ struct text text = { 0 };

	text_addf(&text, "%s: %s up, %s", line, call->user, call->address);
	if (call->rate)
		text_addf(&text, ", %u bit/s", call->rate);
	if (*call->number)
		text_addf(&text, " from %s", call->number);
	report_info("%s", text_str(&text));
}

static int verb_up(int argc __attribute__((unused)), char **argv __attribute__((unused)))
{
	const char *line = own_line();
	struct calldb_call call;
	int r;

	if (!line) {
		report_error("up: the LINKNAME of pppd is not a dialisp line");
		return 1;
	}
	call_load(line, &call);
	/* No name yet: pre-up refused the call, and pppd runs this hook before it exits (ipcp.c,
	 * ipcp_up); or pre-up was not run because of an ip-pre-up.local, and its work is done
	 * now. */
	if (!*call.user && !prepare_link(line, &call))
		return 1;
	call.up_at = call_now();
	r = call_save(line, &call);
	call_forget_refused(line, &call);
	report_up(line, &call);
	return r < 0;
}

const struct call_verb call_verb_up = {
	.name = "up",
	.arguments = "[...]",
	.help = "record that packets flow, and log it",
	.max_arguments = INT_MAX,
	.to_syslog = true,
	.run = verb_up,
};

static int verb_down(int argc __attribute__((unused)), char **argv __attribute__((unused)))
{
	const char *line = own_line();
	char user[64] = "";
	struct calldb_call call;

	if (!line) {
		report_error("down: the LINKNAME of pppd is not a dialisp line");
		return 1;
	}
	call_take_user(user, call_env("PEERNAME"));
	call_load(line, &call);
	if (call_forget_connections(line, &call))
		call_save(line, &call);
	/* pppd counts from its own side: bytes sent are those that the caller received. */
	report_info("%s: %s down after %s s, %s bytes from the caller, %s bytes to the caller",
		    line, user, call_take_count(call_env("CONNECT_TIME")),
		    call_take_count(call_env("BYTES_RCVD")),
		    call_take_count(call_env("BYTES_SENT")));
	return !call.up_at; /* refused: without hooks, as in up */
}

const struct call_verb call_verb_down = {
	.name = "down",
	.arguments = "[...]",
	.help = "log how much went through",
	.max_arguments = INT_MAX,
	.to_syslog = true,
	.run = verb_down,
};
