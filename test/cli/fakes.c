/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The doors to hardware, systemd and packages, played from files in $WORLD, so that the whole program can be run as if on a
 * real machine, below --root and unprivileged. Linked with ld's --wrap.
 *   ports    a line per port: NAME CLASS DRIVER SOCKET VERDICT CALLER-ID (yes, no; generic: yes, of that dialect)
 *   missing  programs that are not installed (apt-get install mends that, unless apt-fails is there)
 *   call-LINE  a call is up; no-ppp  the kernel has no PPP; stuck  lines never get ready
 *   stopped  the lines were stopped
 *   log      written: programs run, lines nudged, units stopped
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "calldb.h"
#include "nudge.h"
#include "probe.h"
#include "run.h"
#include "status.h"
#include "systemd.h"
#include "udev.h"

bool __wrap_file_has_root(void);
bool __wrap_file_is_owned_by(const char *path, uid_t owner);
int64_t __real_base_now_ms(void);
int64_t __wrap_base_now_ms(void);
void __wrap_base_sleep_ms(unsigned ms);
uid_t __wrap_geteuid(void);
int __real_access(const char *path, int mode);
int __wrap_access(const char *path, int mode);
int __wrap_udev_list_ports(struct udev_port **ret_ports, size_t *ret_n);
const struct udev_port *__wrap_udev_find_port(const struct udev_port *ports, size_t n, const char *device);
void __wrap_probe_ports(const struct udev_port *const *ports, size_t n, struct probe_result *results,
			void (*tell)(const struct probe_result *result));
int __wrap_systemd_is_running(void);
int __wrap_systemd_job(enum systemd_verb verb, const char *unit, unsigned timeout_ms);
int __wrap_run_program(const struct run *run, struct text *ret_output);
char *__wrap_run_find(const char *program);
int __wrap_calldb_load(const char *line, struct calldb_call *ret);
int __wrap_nudge_before(struct nudge *nudge);
int __wrap_nudge_after(const struct nudge *nudge, struct apply_summary *summary);
int __wrap_nudge_start_stopped(const struct site *site, struct apply_summary *summary);
int __wrap_status_gather(const struct site *site, struct status *ret);

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
	return f && fscanf(f, "%31s %15s %31s %63s %15s %7s", ret->name, ret->class, ret->driver, ret->socket,
			   ret->verdict, ret->caller_id) == 6;
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
		new->why = new->class == UDEV_CLASS_MODEM ? NULL : xasprintf("class %s", port.class);
	}
	if (f)
		fclose(f);
	return 0;
}

const struct udev_port *__wrap_udev_find_port(const struct udev_port *ports, size_t n, const char *device)
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
	*ret = (struct probe_result){ .caller_id = !str_eq(fake.caller_id, "no"), .speed = 115200 };
	base_copy(ret->dialect, sizeof(ret->dialect), str_eq(fake.caller_id, "generic") ? "generic" : "cnxt");
	base_copy(ret->port, sizeof(ret->port), port->name);
	while (!str_eq(probe_verdict_name(ret->verdict), fake.verdict))
		ret->verdict++;
	if (ret->verdict == PROBE_VERDICT_MODEM)
		base_copy(ret->modem, sizeof(ret->modem), "CX93001");
	else if (ret->verdict == PROBE_VERDICT_BUSY)
		base_copy(ret->why, sizeof(ret->why), "held by pid 812 (mgetty)");
}

void __wrap_probe_ports(const struct udev_port *const *ports, size_t n, struct probe_result *results,
			void (*tell)(const struct probe_result *result))
{
	for (size_t i = 0; i < n; i++) {
		probe_one(ports[i], &results[i]);
		if (tell)
			tell(&results[i]);
	}
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

int __wrap_nudge_before(struct nudge *nudge)
{
	for (size_t i = 0; i < nudge->n_lines; i++)
		record("nudge %s%s", nudge->lines[i].name, nudge->lines[i].line ? "" : " removed");
	return 0;
}

int __wrap_nudge_start_stopped(const struct site *site, struct apply_summary *summary)
{
	for (size_t i = 0; i < site->n_lines && has("stopped"); i++)
		record("start %s", site->lines[i].name);
	summary->n_started = has("stopped") ? (unsigned)site->n_lines : 0;
	return 0;
}

int __wrap_nudge_after(const struct nudge *nudge, struct apply_summary *summary)
{
	(void)nudge;
	(void)summary;
	return 0;
}

int __wrap_status_gather(const struct site *site, struct status *ret)
{
	static unsigned n_calls;
	struct udev_port *ports;
	size_t n;

	n_calls++;
	*ret = (struct status){ .n_lines = site->n_lines, .firewall = "loaded" };
	ret->lines = xcalloc(site->n_lines, sizeof(*ret->lines));
	__wrap_udev_list_ports(&ports, &n);
	for (size_t i = 0; i < site->n_lines; i++) {
		const struct udev_port *port = udev_find_socket(ports, n, site->lines[i].socket, -1);
		struct status_line *line = &ret->lines[i];
		_cleanup_free_ char *call = xasprintf("call-%s", site->lines[i].name);

		line->line = &site->lines[i];
		base_copy(line->port, sizeof(line->port), port ? port->name : "");
		line->state = !port          ? STATUS_STATE_MISSING
			      : has("stuck") ? STATUS_STATE_FAILED
			      : has(call)    ? STATUS_STATE_CALL
			      : n_calls > 2  ? STATUS_STATE_WAITING
					     : STATUS_STATE_STARTING;
		base_copy(line->why, sizeof(line->why), has("stuck") ? "the modem is deaf" : "");
		if (line->state == STATUS_STATE_CALL) {
			line->call.up_at = 1;
			base_copy(line->call.user, sizeof(line->call.user), "anna");
		}
	}
	udev_free_ports(ports, n);
	return 0;
}
