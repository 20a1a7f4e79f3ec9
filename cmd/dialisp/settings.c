/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is to be set on a caller's computer, told at the end of setup. */
#include "settings.h"

#include "common.h"

/* The words of their menus, at most 80 characters wide with what stands before them. */
static const struct {
	const char *caller, *settings;
} callers[] = {
	{ "Windows 95, 98", "Dial-Up Networking, Server Types: PPP; only TCP/IP ticked" },
	{ "", "(no \"Log on to network\", no \"Require data encryption\")" },
	{ "Mac OS 9", "Remote Access: registered user, no command-line host" },
	{ "", "TCP/IP: connect via PPP, configure using PPP server" },
	{ "Dreamcast", "provider settings of its browser; DNS left empty" },
};

void settings_say(const struct site *site, const char *new_user)
{
	const char *user = new_user                ? new_user
			   : site->n_accounts == 1 ? site->accounts[0].name
						   : "a name of `dialisp users`";

	if (site->n_lines && site->n_accounts == 0)
		common_say("\nNobody can log in yet: dialisp add-user NAME");
	if (site->n_accounts == 0 || site->n_lines == 0)
		return;
	common_say("\nOn the caller's computer:\n"
		   "  telephone number   that of the telephone line the modem is plugged into\n"
		   "  user name          %s\n"
		   "  password           the one of that user\n"
		   "  kind of server     PPP; no terminal window, no login script\n"
		   "  address and DNS    assigned by the server (TCP/IP only)\n"
		   "  log in by          PAP or CHAP, whichever it prefers\n"
		   "  data encryption    off (software compression may stay on)",
		   user);
	for (size_t i = 0; i < ARRAY_SIZE(callers); i++)
		common_say("  %-18s %s", callers[i].caller, callers[i].settings);
	common_say("  no dial tone       X3 among the modem's extra settings dials without one\n"
		   "Linux callers were tried; the others stand here as their menus have it.\n"
		   "\nThe line board: dialisp status\n"
		   "No answer, no login, no web pages: man dialisp, TROUBLE");
}
