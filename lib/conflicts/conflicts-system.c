/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines of system files that start programs on a port of a line, or undo what calls need. */
#include <ctype.h>

#include "conflicts/internal.h"
#include "util/file.h"

struct place {
	const char *path; /* of a file, or of a directory when there is a suffix */
	const char *suffix;
	const char *after; /* only files of that directory behind this name */
	void (*judge)(struct conflicts_search *search, const char *path, unsigned line,
		      const char *text);
	const char *but; /* nor this one */
};

static bool has_word(const char *text, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strstr(text, words[i]))
			return true;
	return false;
}

static bool starts_answering(const char *text)
{
	static const char *const programs[] = { "getty", "pppd" };

	return has_word(text, programs, ARRAY_SIZE(programs));
}

/* A pppd on a port of no line is an uplink. */
static bool concerns_us(const char *text, enum conflicts_reach reach)
{
	return reach == CONFLICTS_REACH_LINE ||
	       (reach == CONFLICTS_REACH_POSSIBLE && strstr(text, "mgetty"));
}

static void judge_rc_local(struct conflicts_search *search, const char *path, unsigned line,
			   const char *text)
{
	char port[32];

	if (starts_answering(text) && concerns_us(text, conflicts_find_port(search, text, port)))
		conflicts_add(search, CONFLICTS_SEVERITY_WARNING, path, line,
			      xasprintf("starts a program on %s", port),
			      xstrdup("delete the line: dialisp has that port"));
	if (strstr(text, "flush ruleset"))
		conflicts_add(
			search, CONFLICTS_SEVERITY_WARNING, path, line,
			xstrdup("flush ruleset: takes dialisp's firewall away, and callers' Internet and limits with it"),
			xstrdup("flush only the table of its own"));
}

static void judge_inittab(struct conflicts_search *search, const char *path, unsigned line,
			  const char *text)
{
	char port[32];

	if (starts_answering(text) && concerns_us(text, conflicts_find_port(search, text, port)))
		conflicts_add(
			search, CONFLICTS_SEVERITY_NOTE, path, line,
			xasprintf(
				"starts a program on %s under sysvinit; systemd does not read this file",
				port),
			xstrdup("delete the line"));
}

/* Callers' interfaces are created for each call, with the settings of "default". */
static bool is_forwarding(const char *key)
{
	static const char head[] = "net.ipv4.conf.";
	const char *interface = key + strlen(head);

	if (str_eq(key, "net.ipv4.ip_forward"))
		return true;
	return str_starts(key, head) && str_ends(key, ".forwarding") &&
	       (str_starts(interface, "all.") || str_starts(interface, "default.") ||
		str_starts(interface, "ppp-") || strchr(interface, '*'));
}

/* "net.ipv4.ip_forward = 0", with a dash before it and slashes in it as sysctl.d(5) allows. */
static void judge_sysctl(struct conflicts_search *search, const char *path, unsigned line,
			 const char *text)
{
	_cleanup_free_ char *key = NULL;

	text += *text == '-';
	key = xstrndup(text, strcspn(text, " \t="));
	text += strlen(key);
	text += strspn(text, " \t=");
	for (char *c = key; *c; c++)
		if (*c == '/')
			*c = '.';
	if (is_forwarding(key) && *text == '0')
		conflicts_add(search, CONFLICTS_SEVERITY_WARNING, path, line,
			      xasprintf("%s = 0: callers reach nothing behind this host", key),
			      xstrdup("delete the line: dialisp sets it to 1"));
}

static void judge_rules(struct conflicts_search *search, const char *path, unsigned line,
			const char *text)
{
	static const char *const starters[] = { "SYSTEMD_WANTS", "RUN" };
	char port[32];

	if (strstr(text, "ID_MM_DEVICE_PROCESS"))
		conflicts_add(
			search, CONFLICTS_SEVERITY_WARNING, path, line,
			xstrdup("ID_MM_DEVICE_PROCESS: ModemManager opens that device, whatever dialisp says"),
			xstrdup("delete it, should it be a modem of dialisp"));
	if (!has_word(text, starters, ARRAY_SIZE(starters)) || !starts_answering(text))
		return;
	if (conflicts_find_port(search, text, port))
		conflicts_add(search, CONFLICTS_SEVERITY_WARNING, path, line,
			      xasprintf("starts a program on %s whenever it is plugged in", port),
			      xstrdup("delete the line: dialisp has that port"));
	else if (strstr(text, "mgetty") && (!*port || strpbrk(port, "*?[")))
		conflicts_add(
			search, CONFLICTS_SEVERITY_WARNING, path, line,
			xstrdup("starts mgetty on each port that it matches, whenever one is plugged in"),
			xstrdup("delete the line, should it match a modem of dialisp"));
}

/* console=ttyS0,115200: the kernel writes there, and systemd starts a getty. */
static void judge_console(struct conflicts_search *search, const char *path, unsigned line,
			  const char *text)
{
	static const char key[] = "console=";

	for (const char *s = strstr(text, key); s; s = strstr(s + 1, key)) {
		_cleanup_free_ char *word =
			xstrndup(s + strlen(key), strcspn(s + strlen(key), ", \t\"'"));
		char port[32];

		if (conflicts_judge_port(search, word, port) == CONFLICTS_REACH_LINE)
			conflicts_add(
				search, CONFLICTS_SEVERITY_WARNING, path, line,
				xasprintf(
					"console=%s: the kernel's messages and a login go to the modem",
					word),
				xstrdup("take it off the kernel's command line and boot again"));
	}
}

/* --- all system files --- */

/* The line at *s without blanks around it; *s goes on to the next. */
static const char *take_line(char **s)
{
	char *line = strsep(s, "\n"), *end = line + strlen(line);

	while (end > line && isspace((unsigned char)end[-1]))
		end--;
	*end = '\0';
	while (isspace((unsigned char)*line))
		line++;
	return line;
}

/* Every line that conflicts. */
static void walk(struct conflicts_search *search, const struct place *place, const char *path)
{
	_cleanup_text_ struct text content = { 0 };
	unsigned line = 1;

	if (!conflicts_read(search, path, &content))
		return;
	for (char *s = content.s; s && *s; line++) {
		const char *text = take_line(&s);

		if (*text && *text != '#' && *text != ';')
			place->judge(search, path, line, text);
	}
}

static void walk_directory(struct conflicts_search *search, const struct place *place)
{
	char **names = NULL;
	size_t n = 0;

	if (file_list(place->path, place->suffix, &names, &n) < 0)
		return;
	for (size_t i = 0; i < n; i++) {
		_cleanup_free_ char *name = names[i],
				    *path = xasprintf("%s/%s%s", place->path, name, place->suffix);

		if (strcmp(name, place->after) > 0 && !str_eq(name, place->but))
			walk(search, place, path);
	}
	free(names);
}

static const struct place places[] = {
	{ "/etc/rc.local", NULL, "", judge_rc_local, "" },
	{ "/etc/inittab", NULL, "", judge_inittab, "" },
	{ "/etc/sysctl.conf", NULL, "", judge_sysctl, "" },
	{ "/etc/sysctl.d", ".conf", "90-dialisp", judge_sysctl,
	  "99-sysctl" }, /* a link to the one above */
	{ "/etc/udev/rules.d", ".rules", "", judge_rules, "90-dialisp-lines" },
	{ "/proc/cmdline", NULL, "", judge_console, "" },
	{ "/boot/firmware/cmdline.txt", NULL, "", judge_console, "" },
	{ "/boot/cmdline.txt", NULL, "", judge_console, "" },
	{ "/etc/default/grub", NULL, "", judge_console, "" },
};

void conflicts_check_system(struct conflicts_search *search)
{
	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		if (places[i].suffix)
			walk_directory(search, &places[i]);
		else
			walk(search, &places[i], places[i].path);
	}
}
