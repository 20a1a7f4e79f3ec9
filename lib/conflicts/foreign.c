/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What others have set up: the list, and what its parts ask about ports. */
#include "conflicts/foreign.h"

#include <ctype.h>
#include <errno.h>

#include "conflicts/internal.h"
#include "port/tty.h"
#include "util/file.h"

#define CLEAN_MAX 48

/* --- the list --- */

struct foreign_finding *foreign_add(struct foreign_search *search, enum foreign_severity severity,
				    const char *path, unsigned line, char *what, char *cure)
{
	struct foreign *found = search->found;
	struct foreign_finding *finding;

	found->findings = xrealloc(found->findings, found->n + 1, sizeof(*found->findings));
	finding = &found->findings[found->n++];
	*finding = (struct foreign_finding){ .severity = severity,
					     .path = xstrdup(path),
					     .line = line,
					     .what = what,
					     .cure = cure };
	return finding;
}

bool foreign_read(struct foreign_search *search, const char *path, struct text *ret)
{
	int r = file_read(path, ret);

	if (r < 0 && r != -ENOENT && r != -ENOTDIR && r != -EISDIR)
		foreign_add(
			search, FOREIGN_SEVERITY_NOTE, path, 0,
			xasprintf("could not be read, so nothing is known of it: %s", strerror(-r)),
			xstrdup("look into it yourself"));
	return r == 0;
}

char *foreign_clean(const char *s)
{
	char *clean = xstrndup(s, CLEAN_MAX);

	for (char *c = clean; *c; c++)
		if (!isprint((unsigned char)*c))
			*c = '?';
	return clean;
}

void foreign_list(const struct foreign_scope *scope, struct foreign *ret)
{
	static void (*const checks[])(struct foreign_search *) = {
		foreign_check_units,
		foreign_check_system,
		foreign_check_secrets,
	};
	struct foreign found = { 0 };
	struct foreign_search search = { scope, &found };

	for (size_t i = 0; i < ARRAY_SIZE(checks); i++)
		checks[i](&search);
	*ret = found;
}

void foreign_free(struct foreign *found)
{
	for (size_t i = 0; i < found->n; i++) {
		struct foreign_finding *finding = &found->findings[i];

		free(finding->path);
		free(finding->what);
		free(finding->cure);
		free(finding->unit);
		free(finding->port);
	}
	free(found->findings);
	*found = (struct foreign){ 0 };
}

bool foreign_has(const struct foreign *found, const struct foreign_finding *finding)
{
	for (size_t i = 0; i < found->n; i++) {
		const struct foreign_finding *other = &found->findings[i];

		if (other->line == finding->line && other->severity == finding->severity &&
		    str_eq(other->path, finding->path) && str_eq(other->what, finding->what))
			return true;
	}
	return false;
}

/* --- ports --- */

/* Virtual consoles ("tty1") are no ports; "modem" alone is a word of many grammars. */
bool foreign_is_tty(const char *word)
{
	bool is_path = str_starts(word, "/dev/");

	if (is_path)
		word += strlen("/dev/");
	if ((is_path && str_starts(word, "modem")) || str_starts(word, "serial/by-"))
		return true;
	return (str_starts(word, "tty") && isalpha((unsigned char)word[3])) ||
	       (str_starts(word, "serial") && (is_path || isdigit((unsigned char)word[6])));
}

/* The kernel's name of what a word means here, which may be a link; what is not there, and anything
 * below another root, by its own name. */
static void name_port(const char *word, char ret[static 32])
{
	_cleanup_free_ char *path = str_starts(word, "/") ? xstrdup(word) : tty_device_path(word);

	if (file_has_root() || tty_kernel_name(path, ret, 32) < 0)
		base_copy(ret, 32, str_starts(word, "/dev/") ? word + strlen("/dev/") : word);
}

enum foreign_reach foreign_judge_port(const struct foreign_search *search, const char *word,
				      char ret_port[static 32])
{
	const struct foreign_scope *scope = search->scope;
	char port[32];

	if (!foreign_is_tty(word) && !(scope->ports && str_starts(word, "/dev/")))
		return FOREIGN_REACH_NONE;
	name_port(word, port);
	if (foreign_is_tty(word))
		base_copy(ret_port, 32, port);
	if (!scope->ports)
		return FOREIGN_REACH_POSSIBLE;
	for (size_t i = 0; i < scope->n_ports; i++) {
		if (!str_eq(scope->ports[i].name, port))
			continue;
		base_copy(ret_port, 32, port);
		return scope->ports[i].is_line ? FOREIGN_REACH_LINE : FOREIGN_REACH_POSSIBLE;
	}
	return FOREIGN_REACH_NONE;
}

enum foreign_reach foreign_find_port(const struct foreign_search *search, const char *command,
				     char ret_port[static 32])
{
	static const char ends[] = " \t\r\n\"'=,;";
	enum foreign_reach best = FOREIGN_REACH_NONE;

	*ret_port = '\0';
	for (const char *s = command; *(s += strspn(s, ends)); s += strcspn(s, ends)) {
		_cleanup_free_ char *word = xstrndup(s, strcspn(s, ends));
		char port[32] = "";
		enum foreign_reach reach = foreign_judge_port(search, word, port);

		if (*port && (reach > best || !*ret_port)) {
			best = reach;
			base_copy(ret_port, 32, port);
		}
	}
	return best;
}
