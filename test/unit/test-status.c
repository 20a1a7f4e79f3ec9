/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The state of a line, judged from what the doors say; and a gathering where nothing is there. */
#include "status.h"

#include "check.h"

static const struct systemd_unit active = { .active = "active", .sub = "running" };
static const struct systemd_unit activating = { .active = "activating", .sub = "start-pre" };
static const struct systemd_unit restarting = { .active = "activating", .sub = "auto-restart" };
static const struct systemd_unit deactivating = { .active = "deactivating", .sub = "stop-post" };
static const struct systemd_unit inactive = { .active = "inactive", .sub = "dead" };
static const struct systemd_unit failed = { .active = "failed",
					    .sub = "failed",
					    .result = "timeout" };

static const struct calldb_call ringing = { .ring_at = 1 };
static const struct calldb_call answered = { .ring_at = 1, .answer_at = 2 };
static const struct calldb_call up = { .ring_at = 1, .answer_at = 2, .up_at = 3 };

static const struct calldb_last good = { .reason = "caller hung up" };
static const struct calldb_last once = { .reason = "deaf", .idle_starts = 1 };
static const struct calldb_last twice = { .reason = "deaf", .idle_starts = 2 };
static const struct calldb_last silent = { .reason = "" };

static void test_judge(void)
{
	static const struct {
		const char *port;
		const struct systemd_unit *unit;
		const char *program;
		bool is_open, is_locked;
		const struct calldb_call *call;
		const struct calldb_last *last;
		enum status_state want;
		const char *why;
	} cases[] = {
		/* ready is: mgetty has the port and holds no lock */
		{ "ttyACM0", &active, "mgetty", true, false, NULL, &good, STATUS_STATE_WAITING,
		  "" },
		{ "ttyACM0", &active, "mgetty", true, true, NULL, &good, STATUS_STATE_STARTING,
		  "" },
		{ "ttyACM0", &active, "mgetty", false, false, NULL, &good, STATUS_STATE_STARTING,
		  "" },
		{ "ttyACM0", &active, "mgetty", false, true, NULL, &good, STATUS_STATE_STARTING,
		  "" },
		{ "ttyACM0", &active, "mgetty", true, true, NULL, &twice, STATUS_STATE_STARTING,
		  "deaf" },
		{ "ttyACM0", &active, "mgetty", true, false, NULL, &twice, STATUS_STATE_WAITING,
		  "" },
		/* a call */
		{ "ttyACM0", &active, "mgetty", true, true, &ringing, &good, STATUS_STATE_RINGING,
		  "" },
		{ "ttyACM0", &active, "dialisp-call", true, true, &ringing, &good,
		  STATUS_STATE_ANSWERING, "" },
		{ "ttyACM0", &active, "pppd", true, true, NULL, &good, STATUS_STATE_ANSWERING, "" },
		{ "ttyACM0", &active, "pppd", true, true, &answered, &good, STATUS_STATE_ANSWERING,
		  "" },
		{ "ttyACM0", &active, "pppd", true, true, &up, &good, STATUS_STATE_CALL, "" },
		{ "ttyACM0", &active, "pppd", true, true, &up, &twice, STATUS_STATE_CALL, "" },
		/* the main process is just being exchanged */
		{ "ttyACM0", &active, "", false, false, NULL, &good, STATUS_STATE_STARTING, "" },
		{ "ttyACM0", &active, "systemd", false, false, NULL, &good, STATUS_STATE_STARTING,
		  "" },
		/* starts: one may fail, modems are deaf for a while */
		{ "ttyACM0", &activating, "", false, false, NULL, &good, STATUS_STATE_STARTING,
		  "" },
		{ "ttyACM0", &restarting, "", false, false, NULL, &once, STATUS_STATE_STARTING,
		  "" },
		{ "ttyACM0", &restarting, "", false, false, NULL, &twice, STATUS_STATE_FAILED,
		  "deaf" },
		{ "ttyACM0", &activating, "", false, false, NULL, &twice, STATUS_STATE_FAILED,
		  "deaf" },
		{ "ttyACM0", &deactivating, "", false, false, &up, &good, STATUS_STATE_STARTING,
		  "" },
		{ "ttyACM0", &failed, "", false, false, NULL, &once, STATUS_STATE_FAILED, "deaf" },
		{ "ttyACM0", &failed, "", false, false, NULL, &silent, STATUS_STATE_FAILED,
		  "the service failed (timeout)" },
		{ "ttyACM0", &inactive, "", false, false, NULL, &twice, STATUS_STATE_STOPPED, "" },
		{ "ttyACM0", NULL, "", false, false, NULL, &good, STATUS_STATE_STOPPED, "" },
		/* no device: whatever its unit is still doing */
		{ "", NULL, "", false, false, NULL, &good, STATUS_STATE_MISSING,
		  "no device at its location (pci-0000:00:14.0-usb-0:2:1.0)" },
		{ "", &active, "pppd", true, true, &up, &twice, STATUS_STATE_MISSING,
		  "no device at its location (pci-0000:00:14.0-usb-0:2:1.0)" },
	};
	static const struct calldb_call none = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct status_facts facts = {
			.port = cases[i].port,
			.socket = "pci-0000:00:14.0-usb-0:2:1.0",
			.unit = cases[i].unit,
			.program = cases[i].program,
			.is_open = cases[i].is_open,
			.is_locked = cases[i].is_locked,
			.has_call = cases[i].call,
			.call = cases[i].call ? cases[i].call : &none,
			.last = cases[i].last,
		};
		char why[128] = "unset";
		enum status_state state = status_judge(&facts, why, sizeof(why));

		check(state == cases[i].want, "case %zu: %s", i, status_state_name(state));
		check_str(why, cases[i].why);
	}
}

static void test_names(void)
{
	for (int i = STATUS_STATE_WAITING; i <= STATUS_STATE_STOPPED; i++)
		check(!str_empty(status_state_name((enum status_state)i)), "state %d", i);
}

/* Lines that no machine has, a run directory that is not there: an answer all the same, and no
 * crash. */
static void test_gather(void)
{
	struct site site = { 0 };
	struct status status = { 0 };

	calldb_set_dir("/nonexistent/dialisp");
	site_add_line(&site, "nobody1")->socket = xstrdup("platform-nowhere");
	site_add_line(&site, "nobody2")->socket = xstrdup("/devices/nowhere");
	status_gather(&site, &status);
	check(status.n_lines == 2);
	check(status.masked == (geteuid() != 0));
	check(!str_empty(status.firewall));
	for (size_t i = 0; i < status.n_lines; i++) {
		check(status.lines[i].line == &site.lines[i]);
		check(status.lines[i].state == STATUS_STATE_MISSING, "%s",
		      status_state_name(status.lines[i].state));
		check_str(status.lines[i].port, "");
		check(status.lines[i].call.rate == 0 && status.lines[i].rx_bytes == 0);
	}
	check_str(status.lines[1].why, "no device at its location (/devices/nowhere)");
	status_free(&status);
	check(status.n_lines == 0 && !status.lines);
	site_free(&site);
}

static void test_failed_logins(void)
{
	char dir[] = "/tmp/test-status-XXXXXX", path[64];
	const struct calldb_last last = { .failed = { 4, base_now_ms() / 1000 } };
	struct site site = { 0 };
	struct status status = { 0 };

	check(mkdtemp(dir) != NULL);
	calldb_set_dir(dir);
	site_add_line(&site, "nobody1")->socket = xstrdup("platform-nowhere");
	site_add_line(&site, "nobody2")->socket = xstrdup("platform-nowhere");
	check(calldb_save_last("nobody2", &last) == 0);
	status_gather(&site, &status);
	check(status.lines[0].failed_logins == 0 && status.lines[1].failed_logins == 4);
	status_free(&status);
	site_free(&site);
	snprintf(path, sizeof(path), "%s/last/nobody2", dir);
	unlink(path);
	snprintf(path, sizeof(path), "%s/last", dir);
	rmdir(path);
	rmdir(dir);
}

int main(void)
{
	test_judge();
	test_names();
	test_gather();
	test_failed_logins();
	return check_done();
}
