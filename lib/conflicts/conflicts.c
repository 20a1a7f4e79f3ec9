/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Conflicting configuration: the list of findings, and functions about ports. */
#include "conflicts/conflicts.h"

#include <ctype.h>
#include <errno.h>

#include "conflicts/internal.h"
#include "port/tty.h"
#include "util/file.h"

#define CLEAN_MAX 48

/* --- the list --- */

struct conflicts_finding *conflicts_add(struct conflicts_search *search,
					enum conflicts_severity severity, const char *path,
					unsigned line, char *what, char *cure)
{
	struct conflicts *found = search->found;
	struct conflicts_finding *finding;

	found->findings = xrealloc(found->findings, found->n + 1, sizeof(*found->findings));
	finding = &found->findings[found->n++];
	*finding = (struct conflicts_finding){ .severity = severity,
					       .path = xstrdup(path),
					       .line = line,
					       .what = what,
					       .cure = cure };
	return finding;
}

bool conflicts_read(struct conflicts_search *search, const char *path, struct text *ret)
{
	int r = file_read(path, ret);

	if (r < 0 && r != -ENOENT && r != -ENOTDIR && r != -EISDIR)
		conflicts_add(search, CONFLICTS_SEVERITY_NOTE, path, 0,
			      xasprintf("could not read: %s", strerror(-r)),
			      xstrdup("check it by hand"));
	return r == 0;
}

static void make_printable(char *s)
{
	for (; *s; s++)
		if (!isprint((unsigned char)*s))
			*s = '?';
}

char *conflicts_clean(const char *s)
{
	char *clean = xstrndup(s, CLEAN_MAX);

	make_printable(clean);
	return clean;
}

void conflicts_list(const struct conflicts_scope *scope, struct conflicts *ret)
{
	static void (*const checks[])(struct conflicts_search *) = {
		conflicts_check_units,
		conflicts_check_system,
		conflicts_check_secrets,
	};
	struct conflicts found = { 0 };
	struct conflicts_search search = { scope, &found };

	for (size_t i = 0; i < ARRAY_SIZE(checks); i++)
		checks[i](&search);
	*ret = found;
}

void conflicts_free(struct conflicts *found)
{
	for (size_t i = 0; i < found->n; i++) {
		struct conflicts_finding *finding = &found->findings[i];

		free(finding->path);
		free(finding->what);
		free(finding->cure);
		free(finding->unit);
		free(finding->port);
	}
	free(found->findings);
	*found = (struct conflicts){ 0 };
}

bool conflicts_has(const struct conflicts *found, const struct conflicts_finding *finding)
{
	for (size_t i = 0; i < found->n; i++) {
		const struct conflicts_finding *other = &found->findings[i];

		if (other->line == finding->line && other->severity == finding->severity &&
		    str_eq(other->path, finding->path) && str_eq(other->what, finding->what))
			return true;
	}
	return false;
}

/* --- ports --- */

/* Virtual consoles ("tty1") are not ports; "modem" alone is a keyword in many files. */
static bool is_tty_word(const char *word)
{
	bool is_path = str_starts(word, "/dev/");

	if (is_path)
		word += strlen("/dev/");
	if ((is_path && str_starts(word, "modem")) || str_starts(word, "serial/by-"))
		return true;
	return (str_starts(word, "tty") && isalpha((unsigned char)word[3])) ||
	       (str_starts(word, "serial") && (is_path || isdigit((unsigned char)word[6])));
}

/* The kernel name of a port, which may be given as a link; the word itself if it does not exist, or
 * below another root. */
static void name_port(const char *word, char ret[static 32])
{
	_cleanup_free_ char *path = str_starts(word, "/") ? xstrdup(word) : tty_device_path(word);

	if (file_has_root() || tty_kernel_name(path, ret, 32) < 0)
		base_copy(ret, 32, str_starts(word, "/dev/") ? word + strlen("/dev/") : word);
	make_printable(ret);
}

enum conflicts_reach conflicts_judge_port(const struct conflicts_search *search, const char *word,
					  char ret_port[static 32])
{
	const struct conflicts_scope *scope = search->scope;
	char port[32];

	if (!is_tty_word(word) && !(scope->ports && str_starts(word, "/dev/")))
		return CONFLICTS_REACH_NONE;
	name_port(word, port);
	if (is_tty_word(word))
		base_copy(ret_port, 32, port);
	if (!scope->ports)
		return CONFLICTS_REACH_POSSIBLE;
	for (size_t i = 0; i < scope->n_ports; i++) {
		if (!str_eq(scope->ports[i].name, port))
			continue;
		base_copy(ret_port, 32, port);
		return scope->ports[i].is_line ? CONFLICTS_REACH_LINE : CONFLICTS_REACH_POSSIBLE;
	}
	return CONFLICTS_REACH_NONE;
}

enum conflicts_reach conflicts_find_port(const struct conflicts_search *search, const char *command,
					 char ret_port[static 32])
{
	static const char ends[] = " \t\r\n\"'=,;";
	enum conflicts_reach best = CONFLICTS_REACH_NONE;

	*ret_port = '\0';
	for (const char *s = command; *(s += strspn(s, ends)); s += strcspn(s, ends)) {
		_cleanup_free_ char *word = xstrndup(s, strcspn(s, ends));
		char port[32] = "";
		enum conflicts_reach reach = conflicts_judge_port(search, word, port);

		if (*port && (reach > best || !*ret_port)) {
			best = reach;
			base_copy(ret_port, 32, port);
		}
	}
	return best;
}
