/* SPDX-License-Identifier: GPL-2.0-or-later */
/* apply on a whole machine in a directory: what is written, what is nudged, what an interrupted run leaves. systemd,
 * udev and the tty room are fakes that write down what is asked of them. */
#include "apply.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "check.h"
#include "process.h"
#include "file.h"
#include "report.h"
#include "run.h"
#include "systemd.h"
#include "tty.h"
#include "udev.h"

static struct text events; /* "start line1;" ... */
static struct {
	bool no_systemd;
	const char *failing; /* verb or unit whose job fails */
	pid_t line2_pid;
	const char *line2_active; /* its unit's state; NULL: as line2_pid says */
	const char *stopped;      /* unit that is listed as inactive */
	const char *edited;       /* file that somebody saves while a unit is stopped */
	unsigned n_locked;        /* so many looks at line2's lock find it held */
	bool plugged;             /* line3's modem */
} world = { .plugged = true };

/* --- fakes --- */

int systemd_is_running(void)
{
	return !world.no_systemd;
}

int systemd_get(const char *unit, struct systemd_unit *ret)
{
	*ret = (struct systemd_unit){ .main_pid = strstr(unit, "@line2.") ? world.line2_pid : 0 };
	if (world.line2_active && strstr(unit, "@line2."))
		base_copy(ret->active, sizeof(ret->active), world.line2_active);
	return 0;
}

/* All are active but world.stopped. */
int systemd_list_lines(struct systemd_unit **ret_units, size_t *ret_n)
{
	static const char *const lines[] = { "line1", "line2", "line3" };

	*ret_n = ARRAY_SIZE(lines);
	*ret_units = xcalloc(*ret_n, sizeof(**ret_units));
	for (size_t i = 0; i < *ret_n; i++) {
		struct systemd_unit *unit = &(*ret_units)[i];

		snprintf(unit->name, sizeof(unit->name), SYSTEMD_LINE_UNIT_FORMAT, lines[i]);
		base_copy(unit->active, sizeof(unit->active),
			  world.stopped && strstr(unit->name, world.stopped) ? "inactive" : "active");
	}
	return 0;
}

static void put(const char *path, const char *content, mode_t mode);

int systemd_job(enum systemd_verb verb, const char *unit, unsigned timeout_ms)
{
	static const char *const words[] = { "start", "stop", "restart", "reload-or-restart" };

	check(timeout_ms > 0);
	text_addf(&events, "%s %s;", words[verb], unit);
	if (verb == SYSTEMD_VERB_STOP && world.edited)
		put(world.edited, "just saved\n", 0644);
	return world.failing && strstr(unit, world.failing) ? -EIO : 0;
}

int systemd_jobs(enum systemd_verb verb, const char *const *units, size_t n, unsigned timeout_ms)
{
	int n_failed = 0;

	for (size_t i = 0; i < n; i++)
		n_failed += systemd_job(verb, units[i], timeout_ms) < 0;
	return n_failed;
}

int systemd_enable(const char *const *units)
{
	for (; *units; units++)
		text_addf(&events, "enable %s;", *units);
	return 0;
}

int systemd_kill_main(const char *unit, int signal)
{
	text_addf(&events, "%s %s;", signal == SIGUSR2 ? "USR2" : "kill", unit);
	return 0;
}

static struct udev_port ports[] = {
	{ .name = "ttyACM0", .syspath = (char *)"/sys/ttyACM0", .socket = (char *)"s1", .port_number = -1 },
	{ .name = "ttyACM1", .syspath = (char *)"/sys/ttyACM1", .socket = (char *)"s2", .port_number = -1 },
	{ .name = "ttyACM2", .syspath = (char *)"/sys/ttyACM2", .socket = (char *)"s3", .port_number = -1 },
};

int udev_list_ports(struct udev_port **ret_ports, size_t *ret_n)
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

int udev_reload_and_trigger(const char *const *syspaths, unsigned timeout_ms)
{
	check(timeout_ms > 0);
	text_add(&events, "udev");
	for (; *syspaths; syspaths++)
		text_addf(&events, " %s", *syspaths + strlen("/sys/"));
	text_add(&events, ";");
	return 0;
}

int tty_kernel_name(const char *path, char *ret, size_t size)
{
	if (str_eq(path, "/dev/dialisp/line1"))
		base_copy(ret, size, "ttyACM0");
	else if (str_eq(path, "/dev/dialisp/line2") && (world.line2_pid || world.line2_active))
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
int run_program(const struct run *run, struct text *ret_output __attribute__((unused)))
{
	if (!str_eq(run->argv[0], "nft") && !str_starts(run->argv[0], "iptables-"))
		text_addf(&events, "run %s %s;", run->argv[0], run->argv[1]);
	return 0;
}

char *run_find(const char *program)
{
	return xstrdup(program);
}

/* --- the machine --- */

#define FIREWALL                                                                                             \
	"run /usr/lib/systemd/systemd-sysctl /etc/sysctl.d/90-dialisp.conf;enable dialisp-firewall.service;" \
	"enable dialisp-neighbours.service;enable dialisp.target;reload-or-restart dialisp-firewall.service;"

static struct site site;
static const struct apply_options plain = { 0 }, forced = { .force = true }, dry = { .dry_run = true };

static void add_line(const char *name, const char *socket, unsigned host)
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
	struct in_addr subnet = { htonl(0x0a4d0000) };
	struct account *account;

	site_set_subnet(&site.network, subnet, 24);
	site_parse_address("9.9.9.9", &site.network.dns[0]);
	site.network.n_dns = 1;
	add_line("line1", "s1", 2);
	add_line("line2", "s2", 3);
	account = site_add_account(&site, "alice");
	account->password = xstrdup("canary");
}

static void put(const char *path, const char *content, mode_t mode)
{
	struct text t = { .s = (char *)content, .len = strlen(content) };

	check(file_publish(path, &t, mode) == 0, "%s", path);
}

static bool has(const char *path, const char *needle)
{
	_cleanup_text_ struct text t = { 0 };

	return file_read(path, &t) == 0 && strstr(text_str(&t), needle);
}

static unsigned mode_of(const char *path)
{
	mode_t mode = 0;

	file_mode(path, &mode);
	return mode;
}

/* One apply: its result and exactly these events. */
#define run_apply(options, want_r, want_events) run_apply_at(__LINE__, options, want_r, want_events)
static struct apply_summary run_apply_at(int line, const struct apply_options *options, int want_r,
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

static void check_nothing_to_do(int line)
{
	struct stat before, after;
	struct apply_summary summary;

	check(stat("/var/lib/dialisp/manifest", &before) == 0);
	file_journal_begin("again");
	summary = run_apply_at(line, &plain, 0, "");
	check(!summary.n_written && !summary.n_removed && !summary.n_restarted && !summary.n_deferred,
	      "line %d", line);
	check(stat("/var/lib/dialisp/manifest", &after) == 0 && before.st_ino == after.st_ino, "line %d",
	      line);
}

static size_t count_journals(void)
{
	char **names = NULL;
	size_t n = 0;

	file_list("/var/lib/dialisp/journal", "", &names, &n);
	for (size_t i = 0; i < n; i++)
		free(names[i]);
	free(names);
	return n;
}

static void test_first(void)
{
	size_t n;

	put("/etc/mgetty/mgetty.config", "debug 4\n", 0640);
	put("/etc/ppp/pap-secrets", "guest * \"\" -\n", 0644);
	run_apply(&plain, 0,
		  FIREWALL
		  "udev ttyACM0 ttyACM1;start dialisp-line@line1.service;start dialisp-line@line2.service;");
	check(has("/etc/mgetty/mgetty.config", "debug 4\n# begin"));
	check(mode_of("/etc/mgetty/mgetty.config") == 0640, "the mode of others' file");
	check(mode_of("/etc/ppp/pap-secrets") == 0600, "passwords are for root");
	check(mode_of("/etc/ppp/chap-secrets") == 0600 &&
	      mode_of("/etc/mgetty/dialisp.login.config") == 0600);
	check(mode_of("/var/lib/dialisp/manifest") == 0600 &&
	      mode_of("/var/lib/dialisp/closing-secret") == 0600);
	check(mode_of("/etc/ppp/dialisp/ip-up") == 0755);
	n = count_journals();
	check_nothing_to_do(__LINE__);
	check_nothing_to_do(__LINE__);
	check(count_journals() == n, "a run that changes nothing has a journal");
}

/* A new line disturbs nobody; one without a modem is started by its plug. */
static void test_add_and_remove(void)
{
	add_line("line3", "s3", 4);
	run_apply(&plain, 0, "udev ttyACM2;start dialisp-line@line3.service;");
	check(file_exists("/etc/ppp/dialisp/line3.options"));
	check_nothing_to_do(__LINE__);
	site_remove_line(&site, "line3");
	run_apply(&plain, 0, "stop dialisp-line@line3.service;udev;");
	check(!file_exists("/etc/ppp/dialisp/line3.options"));
	check_nothing_to_do(__LINE__);
	world.plugged = false;
	add_line("line3", "s3", 4);
	run_apply(&plain, 0, "udev;");
	site_remove_line(&site, "line1");
	run_apply(&plain, 0, "stop dialisp-line@line1.service;udev ttyACM0;");
	world.plugged = true;
	add_line("line1", "s1", 2);
	run_apply(&plain, 0, "udev ttyACM0;start dialisp-line@line1.service;");
	check_nothing_to_do(__LINE__);
	/* its unit cannot be stopped: its files stay */
	site_remove_line(&site, "line3");
	world.failing = "line3";
	run_apply(&plain, -EIO, "stop dialisp-line@line3.service;");
	check(file_exists("/etc/ppp/dialisp/line3.options") &&
	      has("/etc/mgetty/mgetty.config", "dialisp/line3"));
	world.failing = NULL;
	run_apply(&plain, 0, "stop dialisp-line@line3.service;udev;");
}

static void end_process(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static void test_change_line(void)
{
	struct apply_summary summary;

	world.line2_pid = start_process("mgetty");
	site_find_line(&site, "line2")->rings = 3;
	summary = run_apply(&plain, 0, "USR2 dialisp-line@line2.service;");
	check(summary.n_restarted == 1 && summary.n_deferred == 0 && summary.n_written == 1, "%u",
	      summary.n_written);
	/* the address is in a file that pppd reads when the call comes */
	site_find_line(&site, "line2")->address.s_addr = htonl(0x0a4d0009);
	run_apply(&plain, 0, "");
	/* initialising: it has read the old files and is told as soon as it is ready */
	world.n_locked = 2;
	site_find_line(&site, "line2")->rings = 2;
	summary = run_apply(&plain, 0, "USR2 dialisp-line@line2.service;");
	check(summary.n_restarted == 1 && world.n_locked == 0);
	end_process(world.line2_pid);

	/* about to start: it will read the new files, and its wait after failures is not ours */
	world.line2_pid = 0;
	world.line2_active = "activating";
	site_find_line(&site, "line2")->rings = 6;
	run_apply(&plain, 0, "");
	world.line2_active = NULL;

	world.line2_pid = start_process("pppd");
	site_find_line(&site, "line2")->rings = 4;
	summary = run_apply(&plain, 0, "");
	check(summary.n_restarted == 0 && summary.n_deferred == 1);
	check_nothing_to_do(__LINE__);
	/* ringing: still mgetty, but a call is recorded */
	end_process(world.line2_pid);
	world.line2_pid = start_process("mgetty");
	put("/run/dialisp/calls/line2", "ring_at=1\n", 0600);
	site_find_line(&site, "line2")->rings = 5;
	summary = run_apply(&plain, 0, "");
	check(summary.n_restarted == 0 && summary.n_deferred == 1);
	unlink("/run/dialisp/calls/line2");
	end_process(world.line2_pid);
	world.line2_pid = 0;
}

/* Whoever removes or moves a line by hand while a call is up hears of it, and the call goes on. */
static void test_call_goes_on(void)
{
	struct line *line;
	struct apply_summary summary;

	add_line("line3", "s3", 4);
	run_apply(&plain, 0, "udev ttyACM2;start dialisp-line@line3.service;");
	world.line2_pid = start_process("pppd");
	site_remove_line(&site, "line2");
	site_remove_line(&site, "line3");
	summary = run_apply(&plain, -EBUSY, "");
	check(!summary.n_written && !summary.n_removed && file_exists("/etc/ppp/dialisp/line2.options"));
	run_apply(&forced, -EBUSY, "");
	add_line("line2", "s9", 9);
	add_line("line3", "s3", 4);
	line = site_find_line(&site, "line2");
	line->rings = 5;
	run_apply(&plain, -EBUSY, "");
	check(has("/etc/udev/rules.d/90-dialisp-lines.rules", "\"s2\"") &&
	      !has("/etc/udev/rules.d/90-dialisp-lines.rules", "\"s9\""));
	/* one more port on its adapter, and now they are counted: the same socket */
	free(line->socket);
	line->socket = xstrdup("s2");
	line->port_number = 1;
	run_apply(&plain, 0, "udev ttyACM1;");
	line->port_number = -1;
	run_apply(&plain, 0, "udev ttyACM1;");
	end_process(world.line2_pid);
	world.line2_pid = 0;
	site_remove_line(&site, "line3");
	run_apply(&plain, 0, "stop dialisp-line@line3.service;udev;");
	check_nothing_to_do(__LINE__);
}

/* `systemctl stop` of all lines, and then their start by apply: no device event comes to do it. */
static void test_stopped(void)
{
	static const struct apply_options single = { .leave_stopped = true };
	struct apply_summary summary;

	world.stopped = "line1";
	summary = run_apply(&plain, 0, "start dialisp-line@line1.service;");
	check(summary.n_started == 1 && !summary.n_restarted && !summary.n_written);
	run_apply(&single, 0, "");
	run_apply(&dry, 0, "");
	world.no_systemd = true;
	run_apply(&plain, 0, "");
	world.no_systemd = false;
	world.failing = "line1";
	run_apply(&plain, -EIO, "start dialisp-line@line1.service;");
	world.failing = NULL;
	world.stopped = "line2"; /* its modem is not plugged in */
	check_nothing_to_do(__LINE__);
	world.stopped = NULL;
}

/* An editor saves a shared file between our look and our write. */
static void test_saved_meanwhile(void)
{
	_cleanup_text_ struct text old = { 0 };

	check(file_read("/etc/mgetty/mgetty.config", &old) == 0);
	add_line("line3", "s3", 4);
	run_apply(&plain, 0, "udev ttyACM2;start dialisp-line@line3.service;");
	site_remove_line(&site, "line3");
	world.edited = "/etc/mgetty/mgetty.config";
	run_apply(&plain, -EAGAIN, "stop dialisp-line@line3.service;");
	check(has(world.edited, "just saved\n"));
	world.edited = NULL;
	put("/etc/mgetty/mgetty.config", text_str(&old), 0640);
	run_apply(&plain, 0, "stop dialisp-line@line3.service;udev;");
	check_nothing_to_do(__LINE__);
}

/* What somebody else has changed stays, until it is forced. */
static void test_edited(void)
{
	static const struct {
		const char *path, *content;
		const char *events; /* of the forced run */
	} cases[] = {
		{ "/etc/mgetty/dialisp.login.config", "* - - /bin/login @\n", "" },
		{ "/etc/ppp/pap-secrets",
		  "# begin dialisp: written by dialisp apply; keep other lines outside of this block\nx * y *\n# end dialisp\n",
		  "" },
		{ "/etc/mgetty/mgetty.config",
		  "debug 4\n# begin dialisp: written by dialisp apply; keep other lines outside of this block\n# end dialisp\n",
		  "start dialisp-line@line1.service;start dialisp-line@line2.service;" },
		{ "/etc/dialisp/firewall.nft", "flush ruleset\n",
		  "enable dialisp-firewall.service;enable dialisp-neighbours.service;enable dialisp.target;reload-or-restart dialisp-firewall.service;" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		put(cases[i].path, cases[i].content, 0600);
		run_apply(&dry, -EEXIST, "");
		run_apply(&plain, -EEXIST, "");
		check(has(cases[i].path, cases[i].content), "%s was overwritten", cases[i].path);
		run_apply(&forced, 0, cases[i].events);
		check(!has(cases[i].path, cases[i].content), "%s was not overwritten", cases[i].path);
		check_nothing_to_do(__LINE__);
	}
	/* what was taken away comes back without force */
	check(file_remove("/etc/mgetty/mgetty.config") == 0);
	run_apply(&plain, 0, "start dialisp-line@line1.service;start dialisp-line@line2.service;");
	/* other lines of a shared file are nobody's concern here */
	put("/etc/ppp/chap-secrets", "theirs * x *\n", 0600);
	run_apply(&plain, 0, "");
	check(has("/etc/ppp/chap-secrets", "# end dialisp\ntheirs * x *\n"));
	/* a wrong mode would make mgetty start /bin/login */
	check(chmod("/etc/mgetty/dialisp.login.config", 0644) == 0);
	run_apply(&plain, 0, "");
	check(mode_of("/etc/mgetty/dialisp.login.config") == 0600);
	put("/etc/mgetty/mgetty.config", "# end dialisp\n", 0644);
	run_apply(&forced, -EBADMSG, "");
	check(file_remove("/etc/mgetty/mgetty.config") == 0);
	run_apply(&plain, 0, "start dialisp-line@line1.service;start dialisp-line@line2.service;");
}

/* Each backend has files of its own; whoever loads them is told of what came and of what went, and no line is. */
static void test_firewall_changes(void)
{
	static const char told[] =
		"enable dialisp-firewall.service;enable dialisp-neighbours.service;enable dialisp.target;reload-or-restart dialisp-firewall.service;";
	static const struct {
		enum site_firewall firewall;
		bool nft, iptables;
	} steps[] = {
		{ SITE_FIREWALL_IPTABLES, false, true },
		{ SITE_FIREWALL_NONE, false, false },
		{ SITE_FIREWALL_NFT, true, false },
	};

	for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
		site.network.firewall = steps[i].firewall;
		run_apply(&plain, 0, told);
		check(file_exists("/etc/dialisp/firewall.nft") == steps[i].nft);
		check(file_exists("/etc/dialisp/firewall.iptables") == steps[i].iptables);
		check(file_exists("/etc/dialisp/firewall.ip6tables") == steps[i].iptables);
		check_nothing_to_do(__LINE__);
	}
	/* a nudge about what went that failed is owed */
	site.network.firewall = SITE_FIREWALL_NONE;
	world.failing = "firewall";
	run_apply(&plain, -EIO, told);
	world.failing = NULL;
	check(!file_exists("/etc/dialisp/firewall.nft"));
	run_apply(&plain, 0, told);
	check_nothing_to_do(__LINE__);
	site.network.firewall = SITE_FIREWALL_NFT;
	run_apply(&plain, 0, told);
}

/* Half of the files are written, then the disk says no: the next run goes on, even with another wish, and does all
 * that the first one owed. */
static void test_interrupted(void)
{
	add_line("line3", "s3", 4);
	site.idle_s = 60;
	site_parse_address("1.1.1.1", &site.network.dns[0]);
	check(rename("/etc/udev/rules.d", "/etc/udev/away") == 0);
	put("/etc/udev/rules.d", "in the way\n", 0644);
	run_apply(&plain, -ENOTDIR, "");
	check(has("/etc/ppp/dialisp/line3.options", "idle 60\n") &&
	      has("/etc/dialisp/firewall.nft", "1.1.1.1"));
	site_remove_line(&site, "line2");
	site.idle_s = 90;
	site_parse_address("1.0.0.1", &site.network.dns[0]);
	run_apply(&plain, -ENOTDIR, "stop dialisp-line@line2.service;");
	check(unlink("/etc/udev/rules.d") == 0);
	check(rename("/etc/udev/away", "/etc/udev/rules.d") == 0);
	run_apply(
		&plain, 0,
		"stop dialisp-line@line2.service;enable dialisp-firewall.service;enable dialisp-neighbours.service;enable dialisp.target;"
		"reload-or-restart dialisp-firewall.service;udev ttyACM2;start dialisp-line@line3.service;");
	check(has("/etc/ppp/dialisp/line3.options", "idle 90\n") &&
	      !file_exists("/etc/ppp/dialisp/line2.options"));
	check_nothing_to_do(__LINE__);
	add_line("line2", "s2", 3);

	/* a nudge that failed is owed too */
	site_parse_address("8.8.8.8", &site.network.dns[0]);
	world.failing = "firewall";
	run_apply(
		&plain, -EIO,
		"enable dialisp-firewall.service;enable dialisp-neighbours.service;enable dialisp.target;reload-or-restart dialisp-firewall.service;");
	world.failing = NULL;
	run_apply(
		&plain, 0,
		"enable dialisp-firewall.service;enable dialisp-neighbours.service;enable dialisp.target;reload-or-restart dialisp-firewall.service;"
		"udev ttyACM1;start dialisp-line@line2.service;");
	check_nothing_to_do(__LINE__);

	/* a line that came and went before its first apply was over */
	add_line("line4", "s4", 5);
	world.failing = NULL;
	check(rename("/etc/udev/rules.d", "/etc/udev/away") == 0);
	put("/etc/udev/rules.d", "in the way\n", 0644);
	run_apply(&plain, -ENOTDIR, "");
	check(unlink("/etc/udev/rules.d") == 0 && rename("/etc/udev/away", "/etc/udev/rules.d") == 0);
	site_remove_line(&site, "line4");
	run_apply(&plain, 0, "stop dialisp-line@line4.service;udev;");
	check(!file_exists("/etc/ppp/dialisp/line4.options"));
	check_nothing_to_do(__LINE__);
}

/* Where nothing can be started all is owed until something can. */
static void test_without_systemd(void)
{
	world.no_systemd = true;
	site_find_line(&site, "line1")->rings = 7;
	run_apply(&plain, 0, "");
	check_nothing_to_do(__LINE__);
	world.no_systemd = false;
	run_apply(&plain, 0, "start dialisp-line@line1.service;");
	check_nothing_to_do(__LINE__);
}

/* A plan writes nothing and tells no password. */
static void test_plan(void)
{
	_cleanup_text_ struct text shown = { 0 };
	int out = dup(STDOUT_FILENO), file = open("/shown", O_RDWR | O_CREAT | O_TRUNC, 0600);
	struct apply_summary summary;

	free(site_find_account(&site, "alice")->password);
	site_find_account(&site, "alice")->password = xstrdup("canary2");
	site_find_line(&site, "line1")->rings = 8;
	site_remove_line(&site, "line3");
	fflush(stdout);
	dup2(file, STDOUT_FILENO);
	summary = run_apply(&dry, 0, "");
	fflush(stdout);
	dup2(out, STDOUT_FILENO);
	close(out);
	close(file);
	check(file_read("/shown", &shown) == 0);
	check(!strstr(text_str(&shown), "canary"), "a plan shows a password");
	check(strstr(text_str(&shown), "would change /etc/ppp/pap-secrets (not shown: secrets)\n"));
	check(strstr(text_str(&shown), "\n-  rings 7\n+  rings 8\n"));
	check(strstr(text_str(&shown), "+++ /dev/null"));
	check(summary.n_written == 4 && summary.n_removed == 1, "%u %u", summary.n_written,
	      summary.n_removed);
	check(!has("/etc/mgetty/mgetty.config", "rings 8") && !has("/etc/ppp/pap-secrets", "canary2"));
	run_apply(&plain, 0,
		  "stop dialisp-line@line3.service;udev ttyACM0;start dialisp-line@line1.service;");
}

/* An error anywhere: nothing is touched. */
static void test_bad(void)
{
	static const struct {
		const char *template, *text;
		int r;
	} cases[] = {
		{ "options", "idle {{idel}}\n", -EBADMSG },
		{ "options", "idle {{idle\n", -EBADMSG },
		{ "sysctl.conf", "{{line}}\n", -EBADMSG }, /* there is no line here */
		{ "secrets.tail", NULL, -ENOENT },
	};
	struct line *line = site_find_line(&site, "line1");
	_cleanup_free_ char *socket = line->socket;

	line->rings = 9;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_free_ char *path = xasprintf("/templates/%s", cases[i].template);
		_cleanup_text_ struct text old = { 0 };

		check(file_read(path, &old) == 0);
		check(file_remove(path) == 0);
		if (cases[i].text)
			put(path, cases[i].text, 0644);
		run_apply(&plain, cases[i].r, "");
		put(path, text_str(&old), 0644);
	}
	line->socket = (char *)"s1\", RUN+=\"x";
	run_apply(&plain, -EINVAL, "");
	line->socket = xstrdup(socket);
	put("/var/lib/dialisp/manifest.good", "", 0600);
	check(rename("/var/lib/dialisp/manifest", "/var/lib/dialisp/manifest.good") == 0);
	put("/var/lib/dialisp/manifest", "nonsense\n", 0600);
	run_apply(&plain, -EBADMSG, "");
	check(!has("/etc/mgetty/mgetty.config", "rings 9"));
	check(rename("/var/lib/dialisp/manifest.good", "/var/lib/dialisp/manifest") == 0);
	run_apply(&plain, 0, "start dialisp-line@line1.service;");
	check(has("/etc/mgetty/mgetty.config", "rings 9"));
}

/* A damaged closing secret is made anew: an empty one would be a password for everybody. */
static void test_closing(void)
{
	_cleanup_text_ struct text secret = { 0 }, again = { 0 };

	check(file_read("/var/lib/dialisp/closing-secret", &secret) == 0);
	check(secret.len == 33 && strspn(secret.s, "0123456789abcdef") == 32);
	put("/var/lib/dialisp/closing-secret", "", 0600);
	run_apply(&plain, 0, "");
	check(file_read("/var/lib/dialisp/closing-secret", &again) == 0);
	check(again.len == 33 && !text_equal(&secret, &again));
	check(has("/etc/ppp/pap-secrets", "* \"dialisp\" "));
	check_nothing_to_do(__LINE__);
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

static bool enter(const char *dir)
{
	_cleanup_free_ char *proc = xasprintf("%s/proc", dir), *templates = xasprintf("%s/templates", dir);
	const char *source = getenv("TEMPLATES");

	if (!become_root())
		return false;
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 || mount("none", dir, "tmpfs", 0, NULL) < 0)
		return false;
	if (mkdir(proc, 0755) < 0 || mount("/proc", proc, NULL, MS_BIND | MS_REC, NULL) < 0)
		return false;
	if (mkdir(templates, 0755) < 0 ||
	    mount(source ? source : "../../../templates", templates, NULL, MS_BIND, NULL) < 0)
		return false;
	return true;
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
			check(file_publish(to, &t, 0644) == 0);
		free(names[i]);
	}
	free(names);
	check(umount("/templates") == 0 && rmdir("/templates") == 0 && rename("/copy", "/templates") == 0);
}

static int run_tests(const char *dir)
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
	file_journal_begin("test");
	test_first();
	test_add_and_remove();
	test_change_line();
	test_call_goes_on();
	test_stopped();
	test_saved_meanwhile();
	test_edited();
	test_firewall_changes();
	test_interrupted();
	test_without_systemd();
	test_plan();
	test_bad();
	test_closing();
	site_free(&site);
	text_free(&events);
	return check_done();
}

int main(void)
{
	char dir[] = "/tmp/test-apply.XXXXXX";
	int status = 0;
	pid_t pid;

	if (!mkdtemp(dir))
		return 1;
	pid = fork();
	if (pid == 0)
		exit(run_tests(dir));
	waitpid(pid, &status, 0);
	rmdir(dir);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
