/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The settings of a caller's computer, printed at the end of setup. */
#include "settings.h"

#include "common.h"

/* In the words of their menus; the lines are at most 80 characters wide. */
static const struct {
	const char *caller, *settings;
} callers[] = {
	{ "Windows 95, 98", "Dial-Up Networking, Server Types: PPP; only TCP/IP ticked" },
	{ "", "(not \"Log on to network\", not \"Require data encryption\")" },
	{ "Mac OS 9", "Remote Access: registered user, no command-line host" },
	{ "", "TCP/IP: connect via PPP, configure using PPP server" },
	{ "Dreamcast", "provider settings of its browser; DNS left empty" },
};

void settings_say(const struct site *site, const char *new_user)
{
	const char *user = new_user                ? new_user
			   : site->n_accounts == 1 ? site->accounts[0].name
						   : "one of dialisp users";

	if (site->n_lines && site->n_accounts == 0)
		common_say("\nNo users: add one with dialisp add-user NAME");
	if (site->n_accounts == 0 || site->n_lines == 0)
		return;
	common_say("\nSettings of the caller's computer:\n"
		   "  telephone number   the number of the telephone line of the modem\n"
		   "  user name          %s\n"
		   "  password           the password of that user\n"
		   "  server type        PPP; no terminal window, no login script\n"
		   "  address and DNS    assigned by the server (TCP/IP only)\n"
		   "  authentication     PAP or CHAP\n"
		   "  data encryption    off (software compression may stay on)",
		   user);
	for (size_t i = 0; i < ARRAY_SIZE(callers); i++)
		common_say("  %-18s %s", callers[i].caller, callers[i].settings);
	common_say("  no dial tone       add ATX3 to the modem's initialisation string\n"
		   "Tested with Linux; the other entries follow the menus of these systems.\n"
		   "\nLine status: dialisp status\n"
		   "Troubleshooting: man dialisp, section TROUBLESHOOTING");
}
