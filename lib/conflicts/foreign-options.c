/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Options of others that every pppd of ours reads too, and that our complete file per line cannot
 * outdo. */
#include "conflicts/internal.h"
#include "util/file.h"

#define DEPTH_MAX 8 /* of "file" in "file" */

/* /etc/ppp/options and /root/.ppprc are read before our file, options.TTY after it (pppd main.c).
 * An option with a priority (OPT_PRIO) is ours in both cases; of the others the last one wins, or
 * all add up (options.c, process_option). */
enum where {
	BEFORE = 1,
	AFTER = 2,
	BOTH = BEFORE | AFTER,
};
#define NOTE    FOREIGN_SEVERITY_NOTE
#define WARNING FOREIGN_SEVERITY_WARNING
#define REFUSAL FOREIGN_SEVERITY_REFUSAL

static const char moved_secrets[] = "pppd looks for dialisp's accounts in other files";
static const char drops_address[] = "callers get no address";
static const char takes_port[] = "pppd leaves the modem that answered for something else";
static const char dials[] = "pppd talks to the modem in the middle of a call that was answered";
static const char asks_eap[] = "callers are asked to log in by more than PAP and CHAP";
static const char slower[] = "calls lose a way of saving bytes";
static const char is_disabled[] =
	"dialisp switches that off, and pppd takes this for a mistake: every call ends at once";
static const char wants_mppe[] = "callers must encrypt, which few can: the others are refused";
static const char other_script[] = "dialisp is not told of calls";

/* Checked against pppd 2.4.9 and 2.5.2. Aliases have rows of their own. */
static const struct option {
	const char *name;
	unsigned where;
	enum foreign_severity severity;
	const char *why;
} options[] = {
	{ "login", BOTH, REFUSAL,
	  "asks for a password of this system on top: none of dialisp's accounts can log in" },
	{ "enable-session", BOTH, REFUSAL,
	  "only users of this system may log in: none of dialisp's accounts can" },
	{ "usehostname", BOTH, REFUSAL,
	  "replaces the name dialisp's accounts are kept under: none of them can log in" },
	{ "papcrypt", BOTH, REFUSAL,
	  "passwords are compared encrypted: none of dialisp's accounts can log in by PAP" },
	{ "plugin", BOTH, REFUSAL, "is loaded into every call and may decide who logs in" },
	{ "allow-ip", BOTH, REFUSAL, "whoever refuses to log in is let in with such an address" },
	{ "allow-number", BOTH, REFUSAL, "calls from any other number are refused" },
	{ "remotename", BOTH, REFUSAL, "takes every caller for the same one" },
	{ "need-peer-eap", BOTH, REFUSAL, "callers would have to let dialisp log in to them" },
	{ "pap-secrets", BOTH, REFUSAL, moved_secrets },
	{ "chap-secrets", BOTH, REFUSAL, moved_secrets },
	{ "connect", BOTH, REFUSAL, dials },
	{ "init", BOTH, REFUSAL, dials },
	{ "welcome", BOTH, REFUSAL, "is run before every call" },
	{ "disconnect", BOTH, WARNING, "is run after every call" },
	{ "pty", BOTH, REFUSAL, takes_port },
	{ "socket", BOTH, REFUSAL, takes_port },
	{ "notty", BOTH, REFUSAL, takes_port },
	{ "sync", BOTH, REFUSAL, "modems that are dialled into are asynchronous" },
	{ "demand", BOTH, REFUSAL, "waits for packets instead of the caller" },
	{ "dryrun", BOTH, REFUSAL, "ends pppd before the call begins" },
	{ "show-options", BOTH, REFUSAL, "ends pppd before the call begins" },
	{ "noip", BOTH, REFUSAL, drops_address },
	{ "-ip", BOTH, REFUSAL, drops_address },
	{ "ipcp-no-address", BOTH, REFUSAL, drops_address },
	{ "proxyarp", AFTER, REFUSAL, is_disabled },
	{ "defaultroute", AFTER, REFUSAL, is_disabled },
	{ "require-mppe", AFTER, REFUSAL, wants_mppe },
	{ "+mppe", AFTER, REFUSAL, wants_mppe },
	{ "require-mppe-40", AFTER, REFUSAL, wants_mppe },
	{ "+mppe-40", AFTER, REFUSAL, wants_mppe },
	{ "require-mppe-128", AFTER, REFUSAL, wants_mppe },
	{ "+mppe-128", AFTER, REFUSAL, wants_mppe },
	{ "ip-up-script", AFTER, WARNING, other_script },
	{ "ip-down-script", AFTER, WARNING, other_script },
	{ "ip-pre-up-script", BOTH, WARNING, other_script },
	{ "ipcp-accept-remote", BOTH, REFUSAL,
	  "callers choose their address, and have the rights of whom it belongs to" },
	{ "ipcp-accept-local", BOTH, WARNING, "callers choose this machine's address" },
	{ "nosendip", BOTH, WARNING, "callers are not told this machine's address" },
	{ "noremoteip", BOTH, WARNING, "a caller may stay without an address" },
	{ "usepeerdns", BOTH, WARNING, "callers are asked for name servers" },
	{ "ms-dns", AFTER, WARNING, "callers are told this name server instead of dialisp's" },
	{ "pass-filter", BOTH, WARNING, "drops packets of every call" },
	{ "active-filter", BOTH, WARNING, "decides which packets keep a call from being idle" },
	{ "require-eap", BEFORE, WARNING, asks_eap },
	{ "require-mschap", BEFORE, WARNING, asks_eap },
	{ "+mschap", BEFORE, WARNING, asks_eap },
	{ "require-mschap-v2", BEFORE, WARNING, asks_eap },
	{ "+mschap-v2", BEFORE, WARNING, asks_eap },
	{ "passive", BOTH, WARNING, "a caller that says nothing holds the line for ever" },
	{ "-p", BOTH, WARNING, "a caller that says nothing holds the line for ever" },
	{ "silent", BOTH, WARNING, "pppd waits for the caller to speak first: some do not" },
	{ "debug", BOTH, WARNING, "every packet of a login goes into the log" },
	{ "-d", BOTH, WARNING, "every packet of a login goes into the log" },
	{ "dump", BOTH, WARNING, "pppd's settings are written to the modem before every call" },
	{ "set", BOTH, WARNING, "is put into the environment of dialisp's scripts" },
	{ "unset", BOTH, WARNING, "is taken out of the environment of dialisp's scripts" },
	{ "record", BOTH, WARNING, "everything callers send and receive is written to a file" },
	{ "stop-bits", BOTH, WARNING, "changes the frame of bytes to and from the modem" },
	{ "mtu", AFTER, WARNING, "sizes packets to callers instead of dialisp" },
	{ "asyncmap", BOTH, NOTE, "more bytes are escaped: calls are slower" },
	{ "-as", BOTH, NOTE, "more bytes are escaped: calls are slower" },
	{ "default-asyncmap", BOTH, NOTE, "more bytes are escaped: calls are slower" },
	{ "-am", BOTH, NOTE, "more bytes are escaped: calls are slower" },
	{ "escape", BOTH, NOTE, "more bytes are escaped: calls are slower" },
	{ "-all", BOTH, NOTE, slower },
	{ "noccp", BOTH, NOTE, slower },
	{ "-ccp", BOTH, NOTE, slower },
	{ "novj", BOTH, NOTE, slower },
	{ "-vj", BOTH, NOTE, slower },
	{ "novjccomp", BOTH, NOTE, slower },
	{ "-vjccomp", BOTH, NOTE, slower },
	{ "noaccomp", BOTH, NOTE, slower },
	{ "-ac", BOTH, NOTE, slower },
	{ "nopcomp", BOTH, NOTE, slower },
	{ "-pc", BOTH, NOTE, slower },
	{ "nomagic", BOTH, NOTE, "a line that is looped back is not noticed" },
	{ "-mn", BOTH, NOTE, "a line that is looped back is not noticed" },
};

/* What follows these is no option. */
static const char *const with_argument[] = {
	"+ua",
	"-as",
	"active-filter",
	"allow-ip",
	"allow-number",
	"asyncmap",
	"bsdcomp",
	"bundle",
	"ca",
	"callback",
	"capath",
	"cert",
	"chap-interval",
	"chap-max-challenge",
	"chap-restart",
	"chap-secrets",
	"chap-timeout",
	"child-timeout",
	"connect",
	"connect-delay",
	"crl",
	"crl-dir",
	"datarate",
	"defaultroute-metric",
	"deflate",
	"disconnect",
	"domain",
	"eap-interval",
	"eap-max-rreq",
	"eap-max-sreq",
	"eap-restart",
	"eap-timeout",
	"endpoint",
	"escape",
	"holdoff",
	"idle",
	"ifname",
	"init",
	"ip-down-script",
	"ip-pre-up-script",
	"ip-up-script",
	"ipcp-max-configure",
	"ipcp-max-failure",
	"ipcp-max-terminate",
	"ipcp-restart",
	"ipparam",
	"ipv6",
	"ipv6-down-script",
	"ipv6-up-script",
	"ipv6cp-max-configure",
	"ipv6cp-max-failure",
	"ipv6cp-max-terminate",
	"ipv6cp-restart",
	"ipx-network",
	"ipx-node",
	"ipx-router-name",
	"ipx-routing",
	"ipxcp-max-configure",
	"ipxcp-max-failure",
	"ipxcp-max-terminate",
	"ipxcp-restart",
	"kdebug",
	"key",
	"lcp-echo-failure",
	"lcp-echo-interval",
	"lcp-max-configure",
	"lcp-max-failure",
	"lcp-max-terminate",
	"lcp-restart",
	"lcp-rtt-file",
	"linkname",
	"logfd",
	"logfile",
	"max-tls-version",
	"maxconnect",
	"maxfail",
	"maxoctets",
	"mo",
	"mo-direction",
	"mo-timeout",
	"mrru",
	"mru",
	"ms-dns",
	"ms-wins",
	"mtu",
	"name",
	"net-down-script",
	"net-init-script",
	"net-pre-up-script",
	"netmask",
	"pap-max-authreq",
	"pap-restart",
	"pap-secrets",
	"pap-timeout",
	"pass-filter",
	"password",
	"pkcs12",
	"plugin",
	"privgroup",
	"pty",
	"record",
	"remotename",
	"remotenumber",
	"set",
	"socket",
	"srp-interval",
	"srp-pn-secret",
	"stop-bits",
	"tls-verify-method",
	"unit",
	"unset",
	"user",
	"vj-max-slots",
	"welcome",
};

struct options_file {
	const char *path;
	enum where where;
	const char *cure;
	unsigned depth;
};
static void check_file(struct foreign_search *search, const struct options_file *file);

static const struct option *find_option(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(options); i++)
		if (str_eq(options[i].name, name))
			return &options[i];
	return NULL;
}

static bool has_argument(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(with_argument); i++)
		if (str_eq(with_argument[i], name))
			return true;
	return false;
}

/* An asyncmap of 0, as Debian's own /etc/ppp/options has it, adds nothing. */
static bool adds_nothing(const struct option *option, const char *argument)
{
	return (str_eq(option->name, "asyncmap") || str_eq(option->name, "-as")) &&
	       strtoul(argument, NULL, 16) == 0;
}

static void add_option(struct foreign_search *search, const struct options_file *file,
		       const struct foreign_word *word, const struct option *option)
{
	foreign_add(search, option->severity, file->path, word->line,
		    xasprintf("%s: %s", option->name, option->why), xstrdup(file->cure));
}

/* "file X" and "call X" are read in their place. */
static bool check_included(struct foreign_search *search, const struct options_file *file,
			   const char *name, const char *argument)
{
	_cleanup_free_ char *path = NULL;
	struct options_file inner = *file;

	if (str_eq(name, "call"))
		path = xasprintf("/etc/ppp/peers/%s", argument);
	else if (str_eq(name, "file"))
		path = xasprintf("%s%s", str_starts(argument, "/") ? "" : "/",
				 argument); /* a unit's directory is / */
	else
		return false;
	inner.path = path;
	if (++inner.depth <= DEPTH_MAX)
		check_file(search, &inner);
	return true;
}

/* A device named here is opened in place of the port that mgetty hands over. */
static void check_device(struct foreign_search *search, const struct options_file *file,
			 const struct foreign_word *word)
{
	static const struct option device = { "a device", BEFORE, REFUSAL, takes_port };

	if (file->where == BEFORE && foreign_is_tty(word->word))
		add_option(search, file, word, &device);
}

/* Gives how many words were used. */
static size_t check_word(struct foreign_search *search, const struct options_file *file,
			 const struct foreign_words *words, size_t at)
{
	const struct foreign_word *word = &words->words[at];
	const char *argument = at + 1 < words->n ? words->words[at + 1].word : "";
	const struct option *option = find_option(word->word);

	if (check_included(search, file, word->word, argument))
		return 2;
	if (!option)
		check_device(search, file, word);
	else if ((option->where & file->where) && !adds_nothing(option, argument))
		add_option(search, file, word, option);
	return has_argument(word->word) ? 2 : 1;
}

static void check_file(struct foreign_search *search, const struct options_file *file)
{
	_cleanup_(foreign_words_free) struct foreign_words words = { 0 };
	_cleanup_text_ struct text content = { 0 };

	if (!foreign_read(search, file->path, &content))
		return;
	foreign_words_read(&content, &words);
	for (size_t i = 0; i < words.n;)
		i += check_word(search, file, &words, i);
}

static void check_tty_files(struct foreign_search *search)
{
	char **names = NULL;
	size_t n = 0;

	if (file_list("/etc/ppp", "", &names, &n) < 0)
		return;
	for (size_t i = 0; i < n; i++) {
		_cleanup_free_ char *name = names[i], *path = xasprintf("/etc/ppp/%s", name);
		const char *tty = str_starts(name, "options.") ? name + strlen("options.") : "";
		struct options_file file = { path, AFTER,
					     "delete it: the options of a line are dialisp's", 0 };
		enum foreign_reach reach;
		char port[32];

		reach = foreign_judge_port(search, tty, port);
		if (reach == FOREIGN_REACH_LINE || (reach && !search->scope->ports))
			check_file(search, &file);
	}
	free(names);
}

void foreign_check_options(struct foreign_search *search)
{
	static const struct options_file files[] = {
		{ "/etc/ppp/options", BEFORE,
		  "move it into the file below /etc/ppp/peers of the link that needs it", 0 },
		{ "/root/.ppprc", BEFORE,
		  "move it into the file below /etc/ppp/peers of the link that needs it", 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(files); i++)
		check_file(search, &files[i]);
	check_tty_files(search);
}
