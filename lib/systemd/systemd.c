/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Units and their jobs, by sd-bus. */
#include "systemd/systemd.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/socket.h>
#include <systemd/sd-bus.h>
#include <systemd/sd-daemon.h>
#include <systemd/sd-login.h>

#include "util/report.h"

#define SERVICE      "org.freedesktop.systemd1"
#define MANAGER_PATH "/org/freedesktop/systemd1"
#define UNIT_PATH    "/org/freedesktop/systemd1/unit"
#define MANAGER      SERVICE ".Manager"
#define PRIVATE      "unix:path=/run/systemd/private"

/* A small machine that starts 64 lines, or runs its generators, answers late. */
#define CALL_TIMEOUT_MS 90000

#define _cleanup_message_ _cleanup_(sd_bus_message_unrefp)
#define _cleanup_slot_    _cleanup_(sd_bus_slot_unrefp)
#define _cleanup_error_   _cleanup_(sd_bus_error_free)

static struct {
	sd_bus *bus;
	bool is_subscribed;
	bool is_private; /* directly to systemd without a bus: messages have no sender */
} connection;

static const struct {
	const char *method;
	const char *word;
} verbs[] = {
	[SYSTEMD_VERB_START] = { "StartUnit", "start" },
	[SYSTEMD_VERB_STOP] = { "StopUnit", "stop" },
	[SYSTEMD_VERB_RESTART] = { "RestartUnit", "restart" },
	[SYSTEMD_VERB_RELOAD_OR_RESTART] = { "ReloadOrRestartUnit", "reload" },
};

/* As systemctl does as root: needs no message bus, so it works while dbus is stopped. */
static int open_private(sd_bus **ret)
{
	sd_bus *bus = NULL;
	int r;

	r = sd_bus_new(&bus);
	if (r < 0)
		return r;
	r = sd_bus_set_address(bus, PRIVATE);
	if (r >= 0)
		r = sd_bus_start(bus);
	if (r < 0) {
		sd_bus_unref(bus);
		return r;
	}
	*ret = bus;
	return 0;
}

static enum reported open_bus(void)
{
	int r;

	if (connection.bus)
		return 0;
	r = sd_bus_open_system(&connection.bus);
	if (r < 0 && geteuid() == 0 && open_private(&connection.bus) == 0) {
		connection.is_private = true;
		r = 0;
	}
	if (r < 0) {
		report_error("systemd: could not connect to the system bus: %s", strerror(-r));
		return REPORTED_FAILED;
	}
	/* for properties, too: sd-bus would wait for 25 s */
	sd_bus_set_method_call_timeout(connection.bus, CALL_TIMEOUT_MS * 1000ULL);
	return REPORTED_OK;
}

static enum reported report_failure(const char *object, const char *what, int r,
				    const sd_bus_error *error)
{
	report_error("%s: could not %s: %s", object, what,
		     error && error->message ? error->message : strerror(-r));
	return REPORTED_FAILED;
}

static enum reported new_call(const char *method, sd_bus_message **ret)
{
	int r;

	if (open_bus() < 0)
		return REPORTED_FAILED;
	r = sd_bus_message_new_method_call(connection.bus, ret, SERVICE, MANAGER_PATH, MANAGER,
					   method);
	return r < 0 ? report_failure("systemd", method, r, NULL) : 0;
}

static enum reported finish_call(sd_bus_message *m, const char *object, const char *what,
				 unsigned timeout_ms, sd_bus_message **ret_reply)
{
	_cleanup_error_ sd_bus_error error = SD_BUS_ERROR_NULL;
	int r;

	r = sd_bus_call(connection.bus, m, (uint64_t)timeout_ms * 1000, &error, ret_reply);
	return r < 0 ? report_failure(object, what, r, &error) : 0;
}

/* A method of the manager, with arguments as sd_bus_message_append() takes them. */
static enum reported call_manager(const char *method, const char *object, const char *what,
				  sd_bus_message **ret_reply, const char *types, ...)
{
	_cleanup_message_ sd_bus_message *m = NULL;
	va_list ap;
	int r;

	if (new_call(method, &m) < 0)
		return REPORTED_FAILED;
	va_start(ap, types);
	r = sd_bus_message_appendv(m, types, ap);
	va_end(ap);
	if (r < 0)
		return report_failure(object, what, r, NULL);
	return finish_call(m, object, what, CALL_TIMEOUT_MS, ret_reply);
}

bool systemd_is_running(void)
{
	return sd_booted() > 0;
}

void systemd_notify_ready(void)
{
	int r = sd_notify(1, "READY=1");

	if (r < 0)
		report_warning("systemd: could not notify it that the line is ready: %s",
			       strerror(-r));
}

int systemd_take_socket(void)
{
	int n = sd_listen_fds(1);

	if (n < 0)
		return n;
	return n == 1 && sd_is_socket(SD_LISTEN_FDS_START, AF_UNIX, SOCK_SEQPACKET, 1) > 0
		       ? SD_LISTEN_FDS_START
		       : -ENOTSOCK;
}

/* (name, description, load, active, sub, followed, path, job id, job type, job path) */
static int read_units(sd_bus_message *m, struct systemd_unit **ret_units, size_t *ret_n)
{
	_cleanup_free_ struct systemd_unit *units = NULL;
	const char *name, *active, *sub;
	size_t n = 0;
	int r;

	r = sd_bus_message_enter_container(m, 'a', "(ssssssouso)");
	while (r >= 0 && (r = sd_bus_message_read(m, "(ssssssouso)", &name, NULL, NULL, &active,
						  &sub, NULL, NULL, NULL, NULL, NULL)) > 0) {
		units = xrealloc(units, n + 1, sizeof(*units));
		units[n] = (struct systemd_unit){ 0 };
		base_copy(units[n].name, sizeof(units[n].name), name);
		base_copy(units[n].active, sizeof(units[n].active), active);
		base_copy(units[n].sub, sizeof(units[n].sub), sub);
		n++;
	}
	if (r < 0)
		return r;
	*ret_units = units;
	*ret_n = n;
	units = NULL;
	return 0;
}

enum reported systemd_list_lines(struct systemd_unit **ret_units, size_t *ret_n)
{
	_cleanup_message_ sd_bus_message *reply = NULL;
	_cleanup_free_ char *pattern = xasprintf(SYSTEMD_LINE_UNIT_FORMAT, "*");
	int r;

	if (call_manager("ListUnitsByPatterns", pattern, "list the units", &reply, "asas", 0, 1,
			 pattern) < 0)
		return REPORTED_FAILED;
	r = read_units(reply, ret_units, ret_n);
	return r < 0 ? report_failure(pattern, "read the list of units", r, NULL) : 0;
}

static int get_string(const char *path, const char *interface, const char *property, char *dst,
		      size_t size, sd_bus_error *error)
{
	_cleanup_free_ char *value = NULL;
	int r;

	r = sd_bus_get_property_string(connection.bus, SERVICE, path, interface, property, error,
				       &value);
	if (r >= 0)
		base_copy(dst, size, value);
	return r;
}

static int get_number(const char *path, const char *property, char type, void *ret,
		      sd_bus_error *error)
{
	return sd_bus_get_property_trivial(connection.bus, SERVICE, path, SERVICE ".Service",
					   property, error, type, ret);
}

static int fill_service(const char *path, struct systemd_unit *unit, sd_bus_error *error)
{
	uint32_t main_pid, n_restarts;
	int32_t status;
	int r;

	r = get_number(path, "MainPID", 'u', &main_pid, error);
	if (r >= 0)
		r = get_number(path, "NRestarts", 'u', &n_restarts, error);
	if (r >= 0)
		r = get_number(path, "ExecMainStatus", 'i', &status, error);
	if (r >= 0)
		r = get_string(path, SERVICE ".Service", "Result", unit->result,
			       sizeof(unit->result), error);
	if (r < 0)
		return r;
	unit->main_pid = (pid_t)main_pid;
	unit->n_restarts = n_restarts;
	unit->exit_status = status;
	return 0;
}

static int fill_state(const char *path, struct systemd_unit *unit, sd_bus_error *error)
{
	int r;

	r = get_string(path, SERVICE ".Unit", "ActiveState", unit->active, sizeof(unit->active),
		       error);
	if (r >= 0)
		r = get_string(path, SERVICE ".Unit", "SubState", unit->sub, sizeof(unit->sub),
			       error);
	return r < 0 ? r : 0;
}

static enum reported fill_unit(struct systemd_unit *unit, bool with_state)
{
	_cleanup_error_ sd_bus_error error = SD_BUS_ERROR_NULL;
	_cleanup_free_ char *path = NULL;
	int r;

	if (open_bus() < 0)
		return REPORTED_FAILED;
	r = sd_bus_path_encode(UNIT_PATH, unit->name, &path);
	if (r >= 0 && with_state)
		r = fill_state(path, unit, &error);
	if (r >= 0 && str_ends(unit->name, ".service"))
		r = fill_service(path, unit, &error);
	return r < 0 ? report_failure(unit->name, "query its state", r, &error) : 0;
}

enum reported systemd_fill(struct systemd_unit *unit)
{
	return fill_unit(unit, false);
}

enum reported systemd_get(const char *unit, struct systemd_unit *ret)
{
	struct systemd_unit found = { 0 };

	base_copy(found.name, sizeof(found.name), unit);
	if (fill_unit(&found, true) < 0)
		return REPORTED_FAILED;
	*ret = found;
	return REPORTED_OK;
}

struct job {
	const char *unit;
	char *path;
	char result[24]; /* "" until the job is over */
};

struct jobs {
	struct job *jobs;
	size_t n;
};

static void jobs_free(struct jobs *jobs)
{
	for (size_t i = 0; i < jobs->n; i++)
		free(jobs->jobs[i].path);
	free(jobs->jobs);
}

static int on_job_removed(sd_bus_message *m, void *userdata,
			  sd_bus_error *error __attribute__((unused)))
{
	struct jobs *jobs = userdata;
	const char *path, *result;

	if (sd_bus_message_read(m, "uoss", NULL, &path, NULL, &result) < 0)
		return 0;
	for (size_t i = 0; i < jobs->n; i++)
		if (jobs->jobs[i].path && str_eq(path, jobs->jobs[i].path))
			base_copy(jobs->jobs[i].result, sizeof(jobs->jobs[i].result), result);
	return 0;
}

/* Signals that are queued during a method call are only dispatched by sd_bus_process(), so
 * subscribing before the calls and setting the paths after them misses none. */
static enum reported subscribe_jobs(struct jobs *jobs, sd_bus_slot **ret_slot)
{
	int r;

	if (open_bus() < 0)
		return REPORTED_FAILED;
	r = sd_bus_match_signal(connection.bus, ret_slot, connection.is_private ? NULL : SERVICE,
				MANAGER_PATH, MANAGER, "JobRemoved", on_job_removed, jobs);
	if (r < 0)
		return report_failure("systemd", "listen for its jobs", r, NULL);
	if (!connection.is_subscribed) /* repeating it is an error (AlreadySubscribed) */
		connection.is_subscribed =
			call_manager("Subscribe", "systemd", "listen for its jobs", NULL, "") == 0;
	return connection.is_subscribed ? REPORTED_OK : REPORTED_FAILED;
}

/* If a job cannot be queued (reported) its path stays empty. */
static void queue_job(enum systemd_verb verb, struct job *job)
{
	_cleanup_message_ sd_bus_message *reply = NULL;
	const char *path;

	if (call_manager(verbs[verb].method, job->unit, verbs[verb].word, &reply, "ss", job->unit,
			 "replace") >= 0 &&
	    sd_bus_message_read(reply, "o", &path) >= 0)
		job->path = xstrdup(path);
}

static bool are_jobs_over(const struct jobs *jobs)
{
	for (size_t i = 0; i < jobs->n; i++)
		if (jobs->jobs[i].path && !*jobs->jobs[i].result)
			return false;
	return true;
}

static int wait_jobs(const struct jobs *jobs, unsigned timeout_ms)
{
	int64_t deadline = base_now_ms() + timeout_ms;

	while (!are_jobs_over(jobs)) {
		int64_t left = deadline - base_now_ms();
		int r;

		if (left <= 0)
			return -ETIMEDOUT;
		r = sd_bus_process(connection.bus, NULL);
		if (r < 0)
			return r;
		if (r > 0)
			continue;
		r = sd_bus_wait(connection.bus, (uint64_t)left * 1000);
		if (r < 0 && r != -EINTR)
			return r;
	}
	return 0;
}

/* True: the job is done. `r`: result of the wait. */
static bool judge_job(enum systemd_verb verb, const struct job *job, int r)
{
	if (!job->path || str_eq(job->result, "done"))
		return job->path;
	if (!*job->result)
		report_failure(job->unit, verbs[verb].word, r, NULL);
	else
		report_error("%s: could not %s: job result \"%s\": see journalctl -u %s", job->unit,
			     verbs[verb].word, job->result, job->unit);
	return false;
}

unsigned systemd_jobs(enum systemd_verb verb, const char *const *units, size_t n,
		      unsigned timeout_ms)
{
	_cleanup_(jobs_free) struct jobs jobs = { xcalloc(n, sizeof(*jobs.jobs)), n };
	_cleanup_slot_ sd_bus_slot *slot = NULL;
	unsigned n_failed = 0;
	int r;

	if (subscribe_jobs(&jobs, &slot) < 0)
		return (unsigned)n;
	for (size_t i = 0; i < n; i++) {
		jobs.jobs[i].unit = units[i];
		queue_job(verb, &jobs.jobs[i]);
	}
	r = wait_jobs(&jobs, timeout_ms);
	for (size_t i = 0; i < n; i++)
		n_failed += !judge_job(verb, &jobs.jobs[i], r);
	return n_failed;
}

enum reported systemd_job(enum systemd_verb verb, const char *unit, unsigned timeout_ms)
{
	return systemd_jobs(verb, &unit, 1, timeout_ms) ? REPORTED_FAILED : REPORTED_OK;
}

static enum reported reload_units(void)
{
	_cleanup_message_ sd_bus_message *m = NULL;

	if (new_call("Reload", &m) < 0)
		return REPORTED_FAILED;
	return finish_call(m, "systemd", "reload its units", CALL_TIMEOUT_MS, NULL);
}

/* "ba(sss)": whether the unit has install information, and the changed links. True: a link was
 * changed, or the message could not be read. */
static bool has_changes(sd_bus_message *m)
{
	int r = sd_bus_message_read(m, "b", NULL);

	if (r >= 0)
		r = sd_bus_message_enter_container(m, 'a', "(sss)");
	return r < 0 || sd_bus_message_at_end(m, false) == 0;
}

/* EnableUnitFiles(as, b runtime, b force); then systemd must reload to read the new links. */
enum reported systemd_enable(const char *const *units)
{
	_cleanup_message_ sd_bus_message *m = NULL, *reply = NULL;
	int r;

	if (new_call("EnableUnitFiles", &m) < 0)
		return REPORTED_FAILED;
	r = sd_bus_message_append_strv(m, (char **)units);
	if (r >= 0)
		r = sd_bus_message_append(m, "bb", 0, 0);
	if (r < 0)
		return report_failure(units[0], "enable", r, NULL);
	if (finish_call(m, units[0], "enable", CALL_TIMEOUT_MS, &reply) < 0)
		return REPORTED_FAILED;
	return has_changes(reply) ? reload_units() : REPORTED_OK;
}

/* DisableUnitFiles(as, b runtime) */
enum reported systemd_disable(const char *unit)
{
	if (call_manager("DisableUnitFiles", unit, "disable", NULL, "asb", 1, unit, 0) < 0)
		return REPORTED_FAILED;
	return reload_units();
}

enum reported systemd_get_file_state(const char *unit, char *ret, size_t size)
{
	_cleanup_message_ sd_bus_message *reply = NULL;
	const char *state;
	int r;

	if (call_manager("GetUnitFileState", unit, "query whether it is enabled", &reply, "s",
			 unit) < 0)
		return REPORTED_FAILED;
	r = sd_bus_message_read(reply, "s", &state);
	if (r < 0)
		return report_failure(unit, "read whether it is enabled", r, NULL);
	base_copy(ret, size, state);
	return 0;
}

int systemd_find_unit(pid_t pid, char *ret, size_t size)
{
	_cleanup_free_ char *unit = NULL;
	int r = sd_pid_get_unit(pid, &unit);

	if (r < 0)
		return r;
	base_copy(ret, size, unit);
	return 0;
}

enum reported systemd_kill_main(const char *unit, int signal)
{
	return call_manager("KillUnit", unit, "send it a signal", NULL, "ssi", unit, "main",
			    signal);
}
