/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The doors to hardware, systemd and packages, played from files in $WORLD, so that the whole
 * program can be run as if on a real machine, below --root and unprivileged. Linked with ld's
 * --wrap. ports    a line per port: NAME CLASS DRIVER SOCKET VERDICT CALLER-ID (yes, no) adapt    a
 * line per port that is no ordinary one: NAME VERDICT SPEED FLOW CARRIER REFUSED-COMMAND (or -)
 * NOTE... old-firmware  that of the modems among them is too old unusable-devices  a line per modem
 * without a port: DEVICE ID REASON... missing  programs that are not installed (apt-get install
 * mends that, unless apt-fails is there) call-LINE  a call is up; no-ppp  the kernel has no PPP;
 * stuck  lines never get ready live     mgetty runs on every line and takes changes over; refuses
 * a command with which it does not come back stopped  the lines were stopped units    a line per
 * unit of others: NAME FILE-STATE ACTIVE; owners  PORT PID PROGRAM UNIT log      written: programs
 * run, lines reloaded, units stopped
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "apply/reload.h"
#include "call/calldb.h"
#include "firewall/others/others.h"
#include "modem/adapt.h"
#include "modem/dialect.h"
#include "modem/probe.h"
#include "port/tty.h"
#include "port/udev.h"
#include "status.h"
#include "systemd/systemd.h"
#include "util/run.h"

bool __wrap_file_has_root(void);
bool __wrap_file_is_owned_by(const char *path, uid_t owner);
int64_t __real_base_now_ms(void);
int64_t __wrap_base_now_ms(void);
void __wrap_base_sleep_ms(unsigned ms);
uid_t __wrap_geteuid(void);
int __real_access(const char *path, int mode);
int __wrap_access(const char *path, int mode);
int __wrap_udev_list_ports(struct udev_port **ret_ports, size_t *ret_n);
const struct udev_port *__wrap_udev_find_port(const struct udev_port *ports, size_t n,
					      const char *device);
void __wrap_probe_ports(const struct udev_port *const *ports, size_t n,
			struct probe_result *results, const struct probe_how *how);
void __wrap_adapt_lines(struct adapt *items, size_t n, void (*tell)(const struct adapt *item));
int __wrap_udev_list_unusable(struct udev_unusable **ret, size_t *ret_n);
void __wrap_udev_free_unusable(struct udev_unusable *ends, size_t n);
int __wrap_systemd_is_running(void);
int __wrap_systemd_job(enum systemd_verb verb, const char *unit, unsigned timeout_ms);
int __wrap_systemd_get_file_state(const char *unit, char *ret, size_t size);
int __wrap_systemd_get(const char *unit, struct systemd_unit *ret);
int __wrap_systemd_disable(const char *unit);
int __wrap_systemd_enable(const char *const *units);
int __wrap_systemd_find_unit(pid_t pid, char *ret, size_t size);
void __wrap_tty_find_owners(const char *const *names, size_t n, struct tty_owner *ret_owners);
int __wrap_run_program(const struct run *run, struct text *ret_output);
char *__wrap_run_find(const char *program);
int __wrap_calldb_load(const char *line, struct calldb_call *ret);
int __wrap_others_list(const struct site *site, struct others *ret);
int __wrap_others_open(const struct site *site, unsigned *ret_n);
int __wrap_reload_before(struct reload *reload);
int __wrap_reload_after(const struct reload *reload, struct apply_summary *summary);
int __wrap_reload_start_stopped(const struct site *site, struct apply_summary *summary);
void __wrap_status_gather(const struct site *site, struct status *ret);

static FILE *open_world(const char *name, const char *mode)
{
	_cleanup_free_ char *path = xasprintf("%s/%s", getenv("WORLD"), name);

	return fopen(path, mode);
}

static bool has(const char *name)
{
	_cleanup_free_ char *path = xasprintf("%s/%s", getenv("WORLD"), name);

	return __real_access(path, F_OK) == 0;
}

PRINTF_LIKE(1, 2)
static void record(const char *fmt, ...)
{
	FILE *f = open_world("log", "a");
	va_list ap;

	va_start(ap, fmt);
	vfprintf(f, fmt, ap);
	va_end(ap);
	fputc('\n', f);
	fclose(f);
}

bool __wrap_file_has_root(void)
{
	return false;
}

uid_t __wrap_geteuid(void)
{
	return 0;
}

bool __wrap_file_is_owned_by(const char *path, uid_t owner)
{
	(void)path;
	return owner == 0;
}

/* Waiting costs no time. */
static int64_t slept_ms;

int64_t __wrap_base_now_ms(void)
{
	return __real_base_now_ms() + slept_ms;
}

void __wrap_base_sleep_ms(unsigned ms)
{
	slept_ms += ms;
}

int __wrap_access(const char *path, int mode)
{
	if (!str_eq(path, "/dev/ppp"))
		return __real_access(path, mode);
	errno = ENOENT;
	return has("no-ppp") ? -1 : 0;
}

/* --- ports --- */

struct fake_port {
	char name[32], class[16], driver[32], socket[64], verdict[16], caller_id[8];
};

static bool next_port(FILE *f, struct fake_port *ret)
{
	return f && fscanf(f, "%31s %15s %31s %63s %15s %7s", ret->name, ret->class, ret->driver,
			   ret->socket, ret->verdict, ret->caller_id) == 6;
}

static enum udev_class class_of(const char *name)
{
	static const char *const names[] = { "modem", "possible", "serial", "never" };
	size_t i = 0;

	while (!str_eq(names[i], name))
		i++;
	return (enum udev_class)i;
}

int __wrap_udev_list_ports(struct udev_port **ret_ports, size_t *ret_n)
{
	FILE *f = open_world("ports", "r");
	struct fake_port port;

	*ret_ports = NULL;
	*ret_n = 0;
	while (next_port(f, &port)) {
		struct udev_port *new;

		*ret_ports = xrealloc(*ret_ports, *ret_n + 1, sizeof(**ret_ports));
		new = &(*ret_ports)[(*ret_n)++];
		*new = (struct udev_port){ .port_number = -1, .class = class_of(port.class) };
		base_copy(new->name, sizeof(new->name), port.name);
		new->socket = xstrdup(port.socket);
		new->driver = xstrdup(port.driver);
		new->chip = new->class == UDEV_CLASS_MODEM ? xstrdup("CX93010") : NULL;
		if (new->class == UDEV_CLASS_MODEM)
			new->quirks = xstrdup(has("old-firmware") ? "dup-serial min-fw=1.2.23"
								  : "dup-serial");
		new->why =
			new->class == UDEV_CLASS_MODEM ? NULL : xasprintf("class %s", port.class);
	}
	if (f)
		fclose(f);
	return 0;
}

const struct udev_port *__wrap_udev_find_port(const struct udev_port *ports, size_t n,
					      const char *device)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(ports[i].name, str_starts(device, "/dev/") ? device + 5 : device))
			return &ports[i];
	return NULL;
}

static void probe_one(const struct udev_port *port, struct probe_result *ret)
{
	FILE *f = open_world("ports", "r");
	struct fake_port fake;

	record("probe %s", port->name);
	while (next_port(f, &fake) && !str_eq(fake.name, port->name))
		;
	fclose(f);
	*ret = (struct probe_result){ .caller_id = str_eq(fake.caller_id, "yes"),
				      .speed = 115200,
				      .max_rate = 33600,
				      .has_lines = true,
				      .cts = true,
				      .dsr = true,
				      .took_ms = 700 };
	base_copy(ret->dialect, sizeof(ret->dialect), "cnxt");
	base_copy(ret->port, sizeof(ret->port), port->name);
	while (!str_eq(probe_verdict_name(ret->verdict), fake.verdict))
		ret->verdict++;
	if (has("old-firmware"))
		base_copy(ret->ati3, sizeof(ret->ati3), "CX93001 V1.2.19");
	if (ret->verdict == PROBE_VERDICT_MODEM)
		base_copy(ret->modem, sizeof(ret->modem), "CX93001");
	if (ret->verdict != PROBE_VERDICT_BUSY)
		return;
	base_copy(ret->why, sizeof(ret->why), "held by pid 812 (mgetty)");
	ret->owner = 812;
}

void __wrap_probe_ports(const struct udev_port *const *ports, size_t n,
			struct probe_result *results, const struct probe_how *how)
{
	for (size_t i = 0; i < n; i++) {
		probe_one(ports[i], &results[i]);
		if (how && how->transcript && results[i].verdict == PROBE_VERDICT_MODEM)
			results[i].transcript = xasprintf("what %s said\n", ports[i]->name);
		if (how && how->tell)
			how->tell(&results[i]);
	}
}

struct fake_adapt {
	char name[32], verdict[16], flow[16], carrier[16], without[32], note[128];
	unsigned speed;
};

static bool next_adapt(FILE *f, struct fake_adapt *ret)
{
	return f && fscanf(f, "%31s %15s %u %15s %15s %31s %127[^\n]", ret->name, ret->verdict,
			   &ret->speed, ret->flow, ret->carrier, ret->without, ret->note) == 7;
}

/* "no-CTS" of the file is "no CTS" */
static bool is_verdict(enum adapt_verdict verdict, const char *word)
{
	_cleanup_free_ char *name = xstrdup(adapt_verdict_name(verdict));

	for (char *s = name; *s; s++)
		*s = *s == ' ' ? '-' : *s;
	return str_eq(name, word);
}

static void adapt_one(struct adapt *item)
{
	struct fake_adapt fake = { 0 };
	FILE *f = open_world("adapt", "r");

	record("adapt %s %u%s%s", item->port->name, item->best_rate,
	       item->keep_speed ? " keep-speed" : "", item->keep_rings ? " keep-rings" : "");
	while (next_adapt(f, &fake) && !str_eq(fake.name, item->port->name))
		;
	if (f)
		fclose(f);
	if (!str_eq(fake.name, item->port->name))
		return;
	while (!is_verdict(item->verdict, fake.verdict))
		item->verdict++;
	if (item->verdict != ADAPT_VERDICT_READY)
		snprintf(item->why, sizeof(item->why), "%s (mend it)", fake.note);
	else
		text_addf(&item->notes, "%s\n", fake.note);
	if (!item->keep_speed)
		item->line->speed = fake.speed;
	item->line->flow = xstrdup(fake.flow);
	item->line->without = str_eq(fake.without, "-") ? NULL : xstrdup(fake.without);
	while (!str_eq(fake.carrier, "-") &&
	       !str_eq(site_carrier_name(item->line->carrier), fake.carrier))
		item->line->carrier++;
}

void __wrap_adapt_lines(struct adapt *items, size_t n, void (*tell)(const struct adapt *item))
{
	for (size_t i = 0; i < n; i++) {
		adapt_one(&items[i]);
		tell(&items[i]);
	}
}

int __wrap_udev_list_unusable(struct udev_unusable **ret, size_t *ret_n)
{
	FILE *f = open_world("unusable-devices", "r");
	char device[32], id[16], why[128];

	*ret = NULL;
	*ret_n = 0;
	while (f && fscanf(f, "%31s %15s %127[^\n]", device, id, why) == 3) {
		*ret = xrealloc(*ret, *ret_n + 1, sizeof(**ret));
		(*ret)[(*ret_n)++] = (struct udev_unusable){
			.device = xstrdup(device),
			.id = xstrdup(id),
			.why = xstrdup(why),
		};
	}
	if (f)
		fclose(f);
	return 0;
}

void __wrap_udev_free_unusable(struct udev_unusable *ends, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(ends[i].device);
		free(ends[i].id);
		free(ends[i].why);
	}
	free(ends);
}

/* --- systemd, programs, calls --- */

int __wrap_systemd_is_running(void)
{
	return !has("no-systemd");
}

int __wrap_systemd_job(enum systemd_verb verb, const char *unit, unsigned timeout_ms)
{
	(void)timeout_ms;
	record("job %d %s", (int)verb, unit);
	return 0;
}

/* --- units of others, and processes that have a port --- */

static int find_unit(const char *unit, char state[24], char active[16])
{
	FILE *f = open_world("units", "r");
	char name[96] = "";

	while (f && fscanf(f, "%95s %23s %15s", name, state, active) == 3 && !str_eq(name, unit))
		;
	if (f)
		fclose(f);
	return str_eq(name, unit) ? 0 : -ENOENT;
}

int __wrap_systemd_get_file_state(const char *unit, char *ret, size_t size)
{
	char state[24] = "", active[16];
	int r = find_unit(unit, state, active);

	base_copy(ret, size, state);
	return r;
}

int __wrap_systemd_get(const char *unit, struct systemd_unit *ret)
{
	char state[24];

	*ret = (struct systemd_unit){ 0 };
	return find_unit(unit, state, ret->active);
}

int __wrap_systemd_disable(const char *unit)
{
	record("disable %s", unit);
	return 0;
}

int __wrap_systemd_enable(const char *const *units)
{
	record("enable %s", units[0]);
	return 0;
}

struct fake_owner {
	char port[32], program[32], unit[96];
	int pid;
};

static bool next_owner(FILE *f, struct fake_owner *ret)
{
	return f &&
	       fscanf(f, "%31s %d %31s %95s", ret->port, &ret->pid, ret->program, ret->unit) == 4;
}

int __wrap_systemd_find_unit(pid_t pid, char *ret, size_t size)
{
	FILE *f = open_world("owners", "r");
	struct fake_owner owner;

	while (next_owner(f, &owner))
		if (owner.pid == pid)
			base_copy(ret, size, owner.unit);
	if (f)
		fclose(f);
	return 0;
}

void __wrap_tty_find_owners(const char *const *names, size_t n, struct tty_owner *ret_owners)
{
	FILE *f = open_world("owners", "r");
	struct fake_owner owner;

	memset(ret_owners, 0, n * sizeof(*ret_owners));
	while (next_owner(f, &owner))
		for (size_t i = 0; i < n; i++) {
			if (!str_eq(names[i], owner.port))
				continue;
			ret_owners[i].pid = owner.pid;
			base_copy(ret_owners[i].program, sizeof(ret_owners[i].program),
				  owner.program);
		}
	if (f)
		fclose(f);
}

int __wrap_run_program(const struct run *run, struct text *ret_output)
{
	_cleanup_text_ struct text words = { 0 };
	_cleanup_free_ char *missing = xasprintf("%s/missing", getenv("WORLD"));

	(void)ret_output;
	for (size_t i = 0; run->argv[i]; i++)
		text_addf(&words, " %s", run->argv[i]);
	record("run%s", text_str(&words));
	if (!strstr(text_str(&words), "install"))
		return 0;
	return has("apt-fails") ? 100 : unlink(missing);
}

char *__wrap_run_find(const char *program)
{
	FILE *f = open_world("missing", "r");
	char word[32];
	bool missing = false;

	while (f && fscanf(f, "%31s", word) == 1)
		missing = missing || str_eq(word, program);
	if (f)
		fclose(f);
	return missing ? NULL : xasprintf("/usr/sbin/%s", program);
}

int __wrap_calldb_load(const char *line, struct calldb_call *ret)
{
	_cleanup_free_ char *name = xasprintf("call-%s", line);

	*ret = (struct calldb_call){ 0 };
	return has(name) ? 0 : -ENOENT;
}

/* no other firewall on this host */
int __wrap_others_list(const struct site *site, struct others *ret)
{
	(void)site;
	*ret = (struct others){ 0 };
	return 0;
}

int __wrap_others_open(const struct site *site, unsigned *ret_n)
{
	(void)site;
	*ret_n = 0;
	return 0;
}

int __wrap_reload_before(struct reload *reload)
{
	for (size_t i = 0; i < reload->n_lines; i++)
		record("reload %s%s", reload->lines[i].name,
		       reload->lines[i].line ? "" : " removed");
	return 0;
}

int __wrap_reload_start_stopped(const struct site *site, struct apply_summary *summary)
{
	for (size_t i = 0; i < site->n_lines && has("stopped"); i++)
		record("start %s", site->lines[i].name);
	summary->n_started = has("stopped") ? (unsigned)site->n_lines : 0;
	return 0;
}

static int n_restarts;

int __wrap_reload_after(const struct reload *reload, struct apply_summary *summary)
{
	for (size_t i = 0; i < reload->n_lines && has("live"); i++) {
		_cleanup_free_ char *call = xasprintf("call-%s", reload->lines[i].name);

		if (has(call))
			summary->n_deferred++;
		else
			summary->n_restarted++;
	}
	n_restarts += (int)summary->n_restarted;
	return 0;
}

/* mgetty ends over and over when the modem says ERROR to what the line's file has. */
static bool is_refused(const struct line *line)
{
	FILE *f = open_world("refuses", "r");
	_cleanup_text_ struct text told = { 0 };
	char command[32] = "";
	const char *why;
	bool refused = n_restarts && dialect_commands(line, &told, &why) == 0 && f &&
		       fscanf(f, "%31s", command) == 1 && strstr(text_str(&told), command);

	if (f)
		fclose(f);
	return refused;
}

void __wrap_status_gather(const struct site *site, struct status *ret)
{
	static unsigned n_calls;
	struct udev_port *ports;
	size_t n;

	n_calls++;
	*ret = (struct status){ .n_lines = site->n_lines, .firewall = "loaded" };
	ret->lines = xcalloc(site->n_lines, sizeof(*ret->lines));
	__wrap_udev_list_ports(&ports, &n);
	for (size_t i = 0; i < site->n_lines; i++) {
		const struct udev_port *port =
			udev_find_socket(ports, n, site->lines[i].socket, -1);
		struct status_line *line = &ret->lines[i];
		_cleanup_free_ char *call = xasprintf("call-%s", site->lines[i].name);

		line->line = &site->lines[i];
		base_copy(line->port, sizeof(line->port), port ? port->name : "");
		line->state = !port                        ? STATUS_STATE_MISSING
			      : has("stuck")               ? STATUS_STATE_FAILED
			      : has(call)                  ? STATUS_STATE_CALL
			      : is_refused(line->line)     ? STATUS_STATE_STARTING
			      : n_calls > 2 || has("live") ? STATUS_STATE_WAITING
							   : STATUS_STATE_STARTING;
		base_copy(line->why, sizeof(line->why),
			  has("stuck")             ? "the modem is deaf"
			  : is_refused(line->line) ? "modem did not answer"
						   : "");
		line->pid = 100 + n_restarts;
		line->idle_starts = has("stuck") || is_refused(line->line) ? 7 + n_calls : 7;
		line->failed_logins = has("failed-logins") ? 17 : 0;
		if (line->state == STATUS_STATE_CALL) {
			line->call.up_at = 1;
			base_copy(line->call.user, sizeof(line->call.user), "anna");
		}
	}
	udev_free_ports(ports, n);
}
