/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pppd's exit codes, and the refused login in its log. */
#include "call/pppd.h"
#include "check.h"

#include <errno.h>

static void test_refused(void)
{
	static const struct {
		const char *log, *name; /* NULL: none */
	} cases[] = {
		{ "", NULL },
		{ "Connection terminated.", NULL },
		{ "PAP peer authentication failed for anna", "anna" },
		{ "PAP peer authentication failed for anna\n", "anna" },
		{ "Modem hangup\nPAP peer authentication failed for anna\npppd 2.4.9 started by root, uid 0\n",
		  "anna" },
		{ "PAP peer authentication failed for \n", "" },
		{ "Peer anna failed CHAP authentication\n", "anna" },
		{ "Peer  failed CHAP authentication\n", "" },
		{ "Peer anna failed CHAP authentication\nNo CHAP secret found for authenticating anna\n",
		  "anna" },
		{ "\n\nPeer DOMAIN\\\\anna failed CHAP authentication", "DOMAIN\\anna" },
		{ "PAP peer authentication failed for a \\\"b\\\" c\\", "a \"b\" c\\" },
		{ "PAP peer authentication failed for a\\x07", "a\\x07" },
		/* names are the caller's to choose */
		{ "Peer x failed CHAP authentication failed CHAP authentication",
		  "x failed CHAP authentication" },
		{ "PAP peer authentication failed for Peer x failed CHAP authentication",
		  "Peer x failed CHAP authenticati" },
		{ "PAP peer authentication failed for %n%s$(id)", "%n%s$(id)" },
		{ "PAP peer authentication failed for 0123456789012345678901234567890123456789",
		  "0123456789012345678901234567890" },
		{ "PAP peer authentication succeeded for PAP peer authentication failed for anna",
		  NULL },
		{ "Peer anna failed CHAP authentication.", NULL },
		{ "Peer failed CHAP authentication", NULL },
		{ "Peer ", NULL },
		{ "PAP peer authentication failed fo", NULL },
		{ "PAP authentication failed", NULL }, /* ours, to the caller */
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char name[32] = "before";
		int r = pppd_find_refused(cases[i].log, name, sizeof(name));

		check(r == (cases[i].name ? 0 : -ENOENT), "case %zu: %d", i, r);
		check_str(name, cases[i].name ? cases[i].name : "before");
	}
}

int main(void)
{
	static const struct {
		int status;
		const char *reason;
	} cases[] = {
		{ 0, "caller hung up" },
		{ 11, "login refused" },
		{ 12, "idle for too long" },
		{ 13, "time limit reached" },
		{ 15, "caller vanished (no echo)" },
		{ 16, "carrier lost" },
		{ 21, "caller's number refused" },
		{ 127, "pppd ended by a fatal signal" },
	};
	static const int unknown[] = { -1, 22, 126, 128, 255, 100000 };

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const char *reason = pppd_exit_reason(cases[i].status);

		check_str(reason ? reason : "(null)", cases[i].reason);
	}
	for (int i = 0; i <= 21; i++)
		check(pppd_exit_reason(i), "status %d", i);
	for (size_t i = 0; i < ARRAY_SIZE(unknown); i++)
		check(!pppd_exit_reason(unknown[i]), "status %d", unknown[i]);
	test_refused();
	return check_done();
}
