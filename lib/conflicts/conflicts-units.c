/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Units, and running programs, that have a port of a line. */
#include <stdio.h>

#include "conflicts/internal.h"
#include "port/tty.h"
#include "systemd/systemd.h"
#include "util/file.h"

/* In the order of systemd.unit(5); the first file of a name counts. */
static const char *const directories[] = {
	"/etc/systemd/system",     "/run/systemd/system", "/usr/local/lib/systemd/system",
	"/usr/lib/systemd/system", "/lib/systemd/system",
};

struct names {
	char **names;
	size_t n;
};

static void names_free(struct names *names)
{
	for (size_t i = 0; i < names->n; i++)
		free(names->names[i]);
	free(names->names);
}
#define _cleanup_names_ _cleanup_(names_free)

static bool has_name(const struct names *names, const char *name)
{
	for (size_t i = 0; i < names->n; i++)
		if (str_eq(names->names[i], name))
			return true;
	return false;
}

static void add_name(struct names *names, const char *name)
{
	if (has_name(names, name))
		return;
	names->names = xrealloc(names->names, names->n + 1, sizeof(*names->names));
	names->names[names->n++] = xstrdup(name);
}

static void list(const char *dir, const char *suffix, struct names *ret)
{
	struct names names = { 0 };

	if (file_list(dir, suffix, &names.names, &names.n) == 0)
		*ret = names;
}

/* Units started at boot: links in the .wants and .requires of other units. */
static void add_enabled(const char *suffix, struct names *enabled)
{
	_cleanup_names_ struct names dirs = { 0 };

	list(directories[0], suffix, &dirs);
	for (size_t i = 0; i < dirs.n; i++) {
		_cleanup_free_ char *dir =
			xasprintf("%s/%s%s", directories[0], dirs.names[i], suffix);
		_cleanup_names_ struct names units = { 0 };

		list(dir, ".service", &units);
		for (size_t j = 0; j < units.n; j++)
			add_name(enabled, units.names[j]);
	}
}

/* "mgetty@ttyUSB0" -> "mgetty@" and "ttyUSB0"; the instance of any other unit is "". */
static char *template_of(const char *unit, const char **ret_instance)
{
	const char *at = strchr(unit, '@');

	*ret_instance = at ? at + 1 : "";
	return at ? xstrndup(unit, (size_t)(at + 1 - unit)) : xstrdup(unit);
}

static char *find_named(struct conflicts_search *search, const char *name, struct text *ret)
{
	for (size_t i = 0; i < ARRAY_SIZE(directories); i++) {
		char *path = xasprintf("%s/%s.service", directories[i], name);

		if (conflicts_read(search, path, ret))
			return path;
		free(path);
	}
	return NULL;
}

/* The file of a unit, under its name or that of its template. */
static char *find_file(struct conflicts_search *search, const char *unit, struct text *ret)
{
	const char *instance;
	_cleanup_free_ char *template = template_of(unit, &instance);
	char *path = find_named(search, unit, ret);

	return path || !*instance ? path : find_named(search, template, ret);
}

/* As systemd-escape(1) makes it: a slash is "-", any other odd character "\\xHH". */
static void add_unescaped(struct text *command, const char *instance)
{
	for (const char *s = instance; *s; s++) {
		unsigned byte;

		if (sscanf(s, "\\x%2x", &byte) == 1 && byte) {
			text_addc(command, (char)byte);
			s += strlen("\\x2d") - 1;
		} else {
			text_addc(command, *s == '-' ? '/' : *s);
		}
	}
}

/* "%i", "%I" and "%f" of systemd.unit(5) */
static void add_specifier(struct text *command, char which, const char *instance)
{
	if (which == 'f' && *instance)
		text_addc(command, '/');
	if (which == 'i')
		text_add(command, instance);
	else
		add_unescaped(command, instance);
}

/* The instance is the port even if the command does not name it (serial-getty@ of systemd 257:
 * TTYPath). */
static char *expand(const char *line, size_t n, const char *instance)
{
	_cleanup_text_ struct text command = { 0 };

	for (size_t i = 0; i < n; i++) {
		if (line[i] == '%' && i + 1 < n && strchr("iIf", line[i + 1]))
			add_specifier(&command, line[++i], instance);
		else
			text_addc(&command, line[i] == '\n' || line[i] == '\\' ? ' ' : line[i]);
	}
	text_addc(&command, ' ');
	add_specifier(&command, 'I', instance);
	return text_take(&command);
}

/* Programs that answer calls conflict on any port; others only on the port of a line. */
static bool answers(const char *command)
{
	static const char *const programs[] = { "mgetty", "vgetty", "faxgetty", "mgetty-fax" };

	for (size_t i = 0; i < ARRAY_SIZE(programs); i++)
		if (strstr(command, programs[i]))
			return true;
	return false;
}

/* A getty on a port of no line is a console. */
static void judge_command(struct conflicts_search *search, const char *unit, const char *path,
			  unsigned line, const char *command)
{
	char port[32];
	enum conflicts_reach reach = conflicts_find_port(search, command, port);
	struct conflicts_finding *finding;

	if (!*port || (reach != CONFLICTS_REACH_LINE && !answers(command)))
		return;
	if (reach == CONFLICTS_REACH_NONE) {
		conflicts_add(
			search, CONFLICTS_SEVERITY_NOTE, path, line,
			xasprintf("%s.service answers %s when there is one", unit, port),
			xasprintf("if dialisp is to have that modem: systemctl disable %s.service",
				  unit));
		return;
	}
	finding = conflicts_add(search, CONFLICTS_SEVERITY_WARNING, path, line,
				xasprintf("%s.service holds %s", unit, port),
				xstrdup("dialisp setup --migrate stops and disables it"));
	finding->unit = xasprintf("%s.service", unit);
	finding->port = xstrdup(port);
}

/* Up to the first newline without a backslash before it */
static size_t logical_length(const char *s)
{
	size_t n = strcspn(s, "\n");

	while (n && s[n] && s[n - 1] == '\\')
		n += 1 + strcspn(s + n + 1, "\n");
	return n;
}

/* The commands of a unit: those of its file and its drop-ins. */
struct command {
	char *path, *text;
	unsigned line;
};
struct commands {
	struct command *commands;
	size_t n;
};

static void commands_clear(struct commands *commands)
{
	for (size_t i = 0; i < commands->n; i++) {
		free(commands->commands[i].path);
		free(commands->commands[i].text);
	}
	free(commands->commands);
	*commands = (struct commands){ 0 };
}
#define _cleanup_commands_ _cleanup_(commands_clear)

/* An empty assignment resets those before it (systemd.service(5)). */
static void add_commands(struct commands *commands, const char *path, const struct text *content,
			 const char *instance)
{
	static const char key[] = "ExecStart=";
	unsigned line = 1;

	for (const char *s = text_str(content); *s; line++) {
		size_t n = strcspn(s, "\n");

		if (str_starts(s, key) && n == strspn(s + strlen(key), " \t\r") + strlen(key)) {
			commands_clear(commands);
		} else if (str_starts(s, key)) {
			commands->commands = xrealloc(commands->commands, commands->n + 1,
						      sizeof(*commands->commands));
			commands->commands[commands->n++] =
				(struct command){ xstrdup(path),
						  expand(s, logical_length(s), instance), line };
		}
		s += n + (s[n] == '\n');
	}
}

static int compare_names(const void *a, const void *b)
{
	const char *const *left = a, *const *right = b;

	return strcmp(strrchr(*left, '/'), strrchr(*right, '/'));
}

static bool has_file_name(const struct names *paths, const char *name)
{
	for (size_t i = 0; i < paths->n; i++)
		if (str_eq(strrchr(paths->names[i], '/') + 1, name))
			return true;
	return false;
}

/* The first directory that has a file of that name counts. */
static void add_drop_ins(const char *unit, struct names *paths)
{
	for (size_t i = 0; i < ARRAY_SIZE(directories); i++) {
		_cleanup_free_ char *dir = xasprintf("%s/%s.service.d", directories[i], unit);
		_cleanup_names_ struct names found = { 0 };

		list(dir, ".conf", &found);
		for (size_t j = 0; j < found.n; j++) {
			_cleanup_free_ char *name = xasprintf("%s.conf", found.names[j]),
					    *path = xasprintf("%s/%s", dir, name);

			if (!has_file_name(paths, name))
				add_name(paths, path);
		}
	}
}

static void read_drop_ins(struct conflicts_search *search, const char *unit, const char *template,
			  const char *instance, struct commands *commands)
{
	_cleanup_names_ struct names paths = { 0 };

	add_drop_ins(unit, &paths);
	if (*instance)
		add_drop_ins(template, &paths);
	if (paths.n)
		qsort(paths.names, paths.n, sizeof(*paths.names), compare_names);
	for (size_t i = 0; i < paths.n; i++) {
		_cleanup_text_ struct text content = { 0 };

		if (conflicts_read(search, paths.names[i], &content))
			add_commands(commands, paths.names[i], &content, instance);
	}
}

static void judge_unit(struct conflicts_search *search, const char *unit)
{
	_cleanup_commands_ struct commands commands = { 0 };
	_cleanup_text_ struct text content = { 0 };
	_cleanup_free_ char *path = find_file(search, unit, &content), *template = NULL;
	size_t n_before;
	const char *instance;

	if (!path)
		return;
	template = template_of(unit, &instance);
	add_commands(&commands, path, &content, instance);
	read_drop_ins(search, unit, template, instance, &commands);
	n_before = search->found->n;
	for (size_t i = 0; i < commands.n && search->found->n == n_before; i++)
		judge_command(search, unit, commands.commands[i].path, commands.commands[i].line,
			      commands.commands[i].text);
}

/* --- running programs --- */

static bool is_ours(const char *unit)
{
	return str_starts(unit, "dialisp-") || str_starts(unit, "dialisp.");
}

static struct conflicts_finding *find_holder(const struct conflicts_search *search,
					     const char *port)
{
	for (size_t i = 0; i < search->found->n; i++) {
		struct conflicts_finding *finding = &search->found->findings[i];

		if (finding->port && str_eq(finding->port, port))
			return finding;
	}
	return NULL;
}

/* systemd's own gettys are started by console= of the kernel's command line, without a link. */
static void add_holder(struct conflicts_search *search, const struct conflicts_port *port,
		       const struct tty_owner *owner, const char *unit)
{
	_cleanup_free_ char *device = tty_device_path(port->name), *getty = NULL;
	struct conflicts_finding *finding;
	bool is_getty;

	getty = xasprintf("serial-getty@%s.service", port->name);
	is_getty = str_eq(unit, getty);
	finding = conflicts_add(search, CONFLICTS_SEVERITY_WARNING, device, 0,
				xasprintf("is held by %s%s%s",
					  *owner->program ? owner->program : "a program",
					  *unit ? " of " : "", unit),
				xstrdup(is_getty ? "dialisp setup --migrate stops and disables it"
						 : "end it, and what starts it"));
	finding->pid = owner->pid;
	finding->unit = is_getty ? xstrdup(unit) : NULL;
	finding->port = xstrdup(port->name);
}

/* A unit that nothing starts at boot was started by hand or by udev. */
static struct conflicts_finding *find_unit(struct conflicts_search *search, const char *unit,
					   const char *port)
{
	_cleanup_free_ char *name = NULL;

	if (!find_holder(search, port) && str_ends(unit, ".service")) {
		name = xstrndup(unit, strlen(unit) - strlen(".service"));
		judge_unit(search, name);
	}
	return find_holder(search, port);
}

static void judge_owner(struct conflicts_search *search, const struct conflicts_port *port,
			const struct tty_owner *owner)
{
	struct conflicts_finding *finding;
	char unit[96] = "";

	if (!owner->pid)
		return;
	(void)!systemd_find_unit(owner->pid, unit, sizeof(unit));
	if (is_ours(unit))
		return;
	finding = find_unit(search, unit, port->name);
	if (finding)
		finding->pid = owner->pid;
	else if (port->is_line || answers(owner->program))
		add_holder(search, port, owner, unit);
}

static void check_running(struct conflicts_search *search)
{
	const struct conflicts_scope *scope = search->scope;
	_cleanup_free_ const char **names = xcalloc(scope->n_ports, sizeof(*names));
	_cleanup_free_ struct tty_owner *owners = xcalloc(scope->n_ports, sizeof(*owners));

	for (size_t i = 0; i < scope->n_ports; i++)
		names[i] = scope->ports[i].name;
	tty_find_owners(names, scope->n_ports, owners);
	for (size_t i = 0; i < scope->n_ports; i++)
		judge_owner(search, &scope->ports[i], &owners[i]);
}

void conflicts_check_units(struct conflicts_search *search)
{
	_cleanup_names_ struct names enabled = { 0 };

	add_enabled(".wants", &enabled);
	add_enabled(".requires", &enabled);
	for (size_t i = 0; i < enabled.n; i++)
		if (!is_ours(enabled.names[i]))
			judge_unit(search, enabled.names[i]);
	if (!file_has_root() && search->scope->ports)
		check_running(search);
}
