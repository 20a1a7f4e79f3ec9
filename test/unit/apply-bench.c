/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The machine in a directory, and its fakes. */
#include "apply-bench.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "check.h"
#include "port/tty.h"
#include "port/udev.h"
#include "systemd/systemd.h"
#include "util/file.h"
#include "util/journal.h"
#include "util/publish.h"
#include "util/report.h"
#include "util/run.h"

struct world world = { .plugged = true };
struct site site;
const struct apply_options plain = { 0 }, forced = { .force = true }, dry = { .dry_run = true };

static struct text events; /* "start line1;" ... */

/* --- fakes --- */

bool systemd_is_running(void)
{
	return !world.no_systemd;
}

enum reported systemd_get(const char *unit, struct systemd_unit *ret)
{
	*ret = (struct systemd_unit){ .main_pid = strstr(unit, "@line2.") ? world.line2_pid : 0 };
	if (world.line2_active && strstr(unit, "@line2."))
		base_copy(ret->active, sizeof(ret->active), world.line2_active);
	return 0;
}

/* All are active but world.stopped. */
enum reported systemd_list_lines(struct systemd_unit **ret_units, size_t *ret_n)
{
	static const char *const lines[] = { "line1", "line2", "line3" };

	*ret_n = ARRAY_SIZE(lines);
	*ret_units = xcalloc(*ret_n, sizeof(**ret_units));
	for (size_t i = 0; i < *ret_n; i++) {
		struct systemd_unit *unit = &(*ret_units)[i];

		snprintf(unit->name, sizeof(unit->name), SYSTEMD_LINE_UNIT_FORMAT, lines[i]);
		base_copy(unit->active, sizeof(unit->active),
			  world.stopped && strstr(unit->name, world.stopped) ? "inactive"
									     : "active");
	}
	return 0;
}

enum reported systemd_job(enum systemd_verb verb, const char *unit, unsigned timeout_ms)
{
	static const char *const words[] = { "start", "stop", "restart", "reload-or-restart" };

	check(timeout_ms > 0);
	text_addf(&events, "%s %s;", words[verb], unit);
	if (verb == SYSTEMD_VERB_STOP && world.edited)
		put(world.edited, "just saved\n", 0644);
	return world.failing && strstr(unit, world.failing) ? REPORTED_FAILED : REPORTED_OK;
}

unsigned systemd_jobs(enum systemd_verb verb, const char *const *units, size_t n,
		      unsigned timeout_ms)
{
	unsigned n_failed = 0;

	for (size_t i = 0; i < n; i++)
		n_failed += systemd_job(verb, units[i], timeout_ms) < 0;
	return n_failed;
}

enum reported systemd_enable(const char *const *units)
{
	for (; *units; units++)
		text_addf(&events, "enable %s;", *units);
	return 0;
}

enum reported systemd_kill_main(const char *unit, int signal)
{
	text_addf(&events, "%s %s;", signal == SIGUSR2 ? "USR2" : "kill", unit);
	return 0;
}

static struct udev_port ports[] = {
	{ .name = "ttyACM0",
	  .syspath = (char *)"/sys/ttyACM0",
	  .socket = (char *)"s1",
	  .port_number = -1 },
	{ .name = "ttyACM1",
	  .syspath = (char *)"/sys/ttyACM1",
	  .socket = (char *)"s2",
	  .port_number = -1 },
	{ .name = "ttyACM2",
	  .syspath = (char *)"/sys/ttyACM2",
	  .socket = (char *)"s3",
	  .port_number = -1 },
};

enum reported udev_list_ports(struct udev_port **ret_ports, size_t *ret_n)
{
	*ret_ports = ports;
	*ret_n = world.plugged ? 3 : 2;
	return 0;
}

void udev_free_ports(struct udev_port *p, size_t n)
{
	check(p == ports && n);
}

const struct udev_port *udev_find_port(const struct udev_port *p, size_t n, const char *device)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(p[i].name, device))
			return &p[i];
	return NULL;
}

const struct udev_port *udev_find_socket(const struct udev_port *p, size_t n, const char *socket,
					 int port_number)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(p[i].socket, socket) && p[i].port_number == port_number)
			return &p[i];
	return NULL;
}

enum reported udev_reload_and_trigger(const char *const *syspaths, unsigned timeout_ms)
{
	check(timeout_ms > 0);
	text_add(&events, "udev");
	for (; *syspaths; syspaths++)
		text_addf(&events, " %s", *syspaths + strlen("/sys/"));
	text_add(&events, ";");
	return 0;
}

int tty_line_port(const char *line, char *ret, size_t size)
{
	if (str_eq(line, "line1"))
		base_copy(ret, size, "ttyACM0");
	else if (str_eq(line, "line2") && (world.line2_pid || world.line2_active))
		base_copy(ret, size, "ttyACM1");
	else
		return -ENOENT;
	return 0;
}

bool tty_is_locked(const char *device)
{
	check_str(device, "dialisp/line2");
	return world.n_locked && world.n_locked--;
}

/* Other firewalls' rules are looked at: that changes nothing. */
int __real_run_program(const struct run *run, struct text *ret_output);
int __wrap_run_program(const struct run *run, struct text *ret_output);
char *__wrap_run_find(const char *program);

int __wrap_run_program(const struct run *run, struct text *ret_output)
{
	if (str_eq(run->argv[0], "diff"))
		return __real_run_program(run, ret_output);
	if (!str_eq(run->argv[0], "nft") && !str_starts(run->argv[0], "iptables-"))
		text_addf(&events, "run %s %s;", run->argv[0], run->argv[1]);
	return 0;
}

char *__wrap_run_find(const char *program)
{
	return xstrdup(program);
}

/* --- the machine --- */

#define FIREWALL                                                                                             \
	"run /usr/lib/systemd/systemd-sysctl /etc/sysctl.d/90-dialisp.conf;enable dialisp-firewall.service;" \
	"enable dialisp-other-firewalls.service;enable dialisp.target;reload-or-restart dialisp-firewall.service;"

void add_line(const char *name, const char *socket, unsigned host)
{
	struct line *line = site_add_line(&site, name);

	line->socket = xstrdup(socket);
	line->port_number = -1;
	line->dialect = xstrdup("generic");
	line->speed = 115200;
	line->rings = 1;
	line->address.s_addr = htonl(0x0a4d0000 + host);
}

static void make_site(void)
{
	struct site_prefix pool = { { htonl(0x0a4d0000) }, 24 };
	struct account *account;

	site_set_pool(&site.network, pool);
	check(site_parse_address("9.9.9.9", &site.network.dns[0]) == 0);
	site.network.n_dns = 1;
	add_line("line1", "s1", 2);
	add_line("line2", "s2", 3);
	account = site_add_account(&site, "alice");
	account->password = xstrdup("canary");
}

void put(const char *path, const char *content, mode_t mode)
{
	struct text t = { .s = (char *)content, .len = strlen(content) };

	check(publish_file(path, &t, mode) == 0, "%s", path);
}

bool has(const char *path, const char *needle)
{
	_cleanup_text_ struct text t = { 0 };

	return file_read(path, &t) == 0 && strstr(text_str(&t), needle);
}

struct apply_summary run_apply_at(int line, const struct apply_options *options, int want_r,
				  const char *want_events)
{
	struct apply_summary summary = { 0 };
	int r;

	text_clear(&events);
	r = apply_site(&site, options, &summary);
	check(r == want_r, "line %d: %d", line, r);
	check(str_eq(text_str(&events), want_events), "line %d: have \"%s\", want \"%s\"", line,
	      text_str(&events), want_events);
	return summary;
}

void check_nothing_to_do(int line)
{
	struct stat before, after;
	struct apply_summary summary;

	check(stat("/var/lib/dialisp/manifest", &before) == 0);
	journal_begin("again");
	summary = run_apply_at(line, &plain, 0, "");
	check(!summary.n_written && !summary.n_removed && !summary.n_restarted &&
		      !summary.n_deferred,
	      "line %d", line);
	check(stat("/var/lib/dialisp/manifest", &after) == 0 && before.st_ino == after.st_ino,
	      "line %d", line);
}

void apply_first(void)
{
	put("/etc/mgetty/mgetty.config", THEIR_CONFIG, 0640);
	put("/etc/ppp/pap-secrets", THEIR_SECRETS, 0644);
	run_apply(
		&plain, 0,
		FIREWALL
		"udev ttyACM0 ttyACM1;start dialisp-line@line1.service;start dialisp-line@line2.service;");
}

/* --- a root directory of our own, where "the real root" is a temporary one --- */

static bool become_root(void)
{
	uid_t uid = geteuid();
	gid_t gid = getegid();
	int fd;

	if (uid == 0)
		return unshare(CLONE_NEWNS) == 0;
	if (unshare(CLONE_NEWUSER | CLONE_NEWNS) < 0)
		return false;
	fd = open("/proc/self/uid_map", O_WRONLY | O_CLOEXEC);
	if (fd < 0 || dprintf(fd, "0 %u 1\n", (unsigned)uid) < 0)
		return false;
	close(fd);
	fd = open("/proc/self/setgroups", O_WRONLY | O_CLOEXEC);
	if (fd < 0 || dprintf(fd, "deny") < 0)
		return false;
	close(fd);
	fd = open("/proc/self/gid_map", O_WRONLY | O_CLOEXEC);
	return fd >= 0 && dprintf(fd, "0 %u 1\n", (unsigned)gid) > 0 && close(fd) == 0;
}

/* diff, what it is linked with, and its input */
static bool bring_diff(const char *dir)
{
	static const char *const paths[] = { "/usr/bin/diff", "/usr/lib", "/usr/lib64",
					     "/dev/null" };
	_cleanup_free_ char *lib = xasprintf("%s/lib", dir), *lib64 = xasprintf("%s/lib64", dir);

	for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
		_cleanup_free_ char *to = xasprintf("%s%s", dir, paths[i]);
		struct stat st;

		if (stat(paths[i], &st) < 0)
			continue; /* not every architecture has lib64 */
		for (char *s = strchr(to + strlen(dir) + 1, '/'); s; s = strchr(s + 1, '/')) {
			*s = '\0';
			mkdir(to, 0755);
			*s = '/';
		}
		if (S_ISDIR(st.st_mode))
			mkdir(to, 0755);
		else
			close(open(to, O_WRONLY | O_CREAT | O_CLOEXEC, 0755));
		if (mount(paths[i], to, NULL, MS_BIND, NULL) < 0)
			return false;
	}
	return symlink("usr/lib", lib) == 0 && symlink("usr/lib64", lib64) == 0;
}

static bool enter(const char *dir)
{
	_cleanup_free_ char *proc = xasprintf("%s/proc", dir),
			    *templates = xasprintf("%s/templates", dir);
	const char *source = getenv("TEMPLATES");

	if (!become_root())
		return false;
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("none", dir, "tmpfs", 0, NULL) < 0)
		return false;
	if (mkdir(proc, 0755) < 0 || mount("/proc", proc, NULL, MS_BIND | MS_REC, NULL) < 0)
		return false;
	if (mkdir(templates, 0755) < 0 ||
	    mount(source ? source : "../../../templates", templates, NULL, MS_BIND, NULL) < 0)
		return false;
	return bring_diff(dir);
}

/* The templates are changed by a test: a copy. */
static void copy_templates(void)
{
	char **names = NULL;
	size_t n = 0;

	check(file_list("/templates", "", &names, &n) == 0 && n >= 10);
	for (size_t i = 0; i < n; i++) {
		_cleanup_free_ char *from = xasprintf("/templates/%s", names[i]),
				    *to = xasprintf("/copy/%s", names[i]);
		_cleanup_text_ struct text t = { 0 };

		if (file_read(from, &t) == 0)
			check(publish_file(to, &t, 0644) == 0);
		free(names[i]);
	}
	free(names);
	check(umount("/templates") == 0 && rmdir("/templates") == 0 &&
	      rename("/copy", "/templates") == 0);
}

static int run_tests(const char *dir, void (*tests)(void))
{
	if (!enter(dir) || chroot(dir) < 0 || chdir("/") < 0) {
		printf("skipped: needs root or user namespaces\n");
		return 77;
	}
	report_init("test-apply", getenv("VERBOSE") ? REPORT_INFO : REPORT_ERROR);
	if (!getenv("VERBOSE") && !freopen("/quiet", "w", stderr))
		return 1;
	copy_templates();
	apply_set_templates("/templates");
	make_site();
	journal_begin("test");
	tests();
	site_free(&site);
	text_free(&events);
	return check_done();
}

int apply_on_machine(void (*tests)(void))
{
	char dir[] = "/tmp/test-apply.XXXXXX";
	int status = 0;
	pid_t pid;

	if (!mkdtemp(dir))
		return 1;
	pid = fork();
	if (pid == 0)
		exit(run_tests(dir, tests));
	waitpid(pid, &status, 0);
	rmdir(dir);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
