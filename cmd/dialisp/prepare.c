/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks this host: systemd, kernel, programs. Installs missing packages with consent. */
#include "prepare.h"

#include <errno.h>
#include <sys/utsname.h>

#include "common.h"
#include "firewall/firewall.h"
#include "systemd/systemd.h"
#include "ui/ask.h"
#include "util/run.h"

#define MODPROBE_TIMEOUT_MS 10000
#define APT_TIMEOUT_MS      900000

static const struct {
	const char *program, *package;
} programs[] = {
	{ "mgetty", "mgetty" },
	{ "pppd", "ppp" },
	{ "udevadm", "udev" },
};

/* The configured backend, or the one that setup will choose. */
static const struct firewall_backend *find_backend(void)
{
	_cleanup_(site_free) struct site site = { 0 };
	_cleanup_text_ struct text complaints = { 0 };
	int r = config_load("", CONFIG_WHAT_PUBLIC, &site, &complaints);

	return firewall_backend(r == 0 ? site.network.firewall : firewall_choose());
}

/* modprobe -n knows built-in modules, too (modules.builtin) */
static bool is_module_known(const char *module)
{
	const char *const argv[] = { "modprobe", "-n", "-q", module, NULL };
	const struct run run = { .argv = argv, .timeout_ms = MODPROBE_TIMEOUT_MS };

	return run_program(&run, NULL) == 0;
}

static int check_kernel(void)
{
	const char *const modules[] = { "ppp_async", find_backend()->module };
	struct utsname name = { 0 };
	int r = 0;

	(void)uname(&name);
	for (size_t i = 0; i < ARRAY_SIZE(modules); i++) {
		if (!modules[i] || is_module_known(modules[i]))
			continue;
		report_error(
			"kernel %s: no module %s: reboot if the kernel was upgraded, else install Debian's linux-image",
			name.release, modules[i]);
		r = -ENOENT;
	}
	if (r == 0 && access("/dev/ppp", F_OK) < 0) {
		report_error(
			"/dev/ppp: does not exist: run modprobe ppp_generic; in a container, pass the device from its host");
		r = -ENOENT;
	}
	return r;
}

int prepare_check_machine(void)
{
	if (!systemd_is_running()) {
		report_error(
			"systemd: not running as init: boot with systemd, or prepare an image with --root");
		return -ENOTSUP;
	}
	return check_kernel();
}

static void add_if_missing(const char *program, const char *package, struct text *missing)
{
	_cleanup_free_ char *path = run_find(program);

	if (!path)
		text_addf(missing, "%s%s", missing->len ? " " : "", package);
}

char *prepare_find_missing(void)
{
	const struct firewall_backend *backend = find_backend();
	struct text missing = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(programs); i++)
		add_if_missing(programs[i].program, programs[i].package, &missing);
	if (backend->program)
		add_if_missing(backend->program, backend->package, &missing);
	return missing.len ? text_take(&missing) : NULL;
}

/* env(1): apt-get must not prompt (debconf(7)), and run_program() passes the environment on as it
 * is. */
static int run_apt(const char *verb, char *packages)
{
	const char *argv[16] = { "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", verb,
				 "-y" };
	const struct run run = { .argv = argv,
				 .timeout_ms = APT_TIMEOUT_MS,
				 .show = !common_is_quiet() };
	size_t n = 6;
	char *word;

	while (n < ARRAY_SIZE(argv) - 1 && (word = strsep(&packages, " ")))
		argv[n++] = word;
	return run_program(&run, NULL);
}

/* A fresh host may have no package lists: fetch them and try again. */
static int install(const char *packages)
{
	for (int attempt = 0; attempt < 2; attempt++) {
		_cleanup_free_ char *words = xstrdup(packages);

		if (run_apt("install", words) == 0)
			return 0;
		if (attempt == 0)
			(void)run_apt("update", NULL);
	}
	report_error(
		"%s: apt-get could not install: check the Internet connection and try apt-get install %s",
		packages, packages);
	return -EIO;
}

int prepare_ensure_programs(enum prepare_consent consent)
{
	_cleanup_free_ char *missing = prepare_find_missing();
	int r;

	if (!missing)
		return 0;
	if (consent == PREPARE_CONSENT_NONE ||
	    (consent == PREPARE_CONSENT_ASK &&
	     !ask_yes(true, "missing packages: %s. Install them now?", missing))) {
		report_error(
			"missing packages: %s: run apt-get install %s, or use dialisp setup --yes",
			missing, missing);
		return -ENOENT;
	}
	common_say("   installing %s", missing);
	r = install(missing);
	if (r < 0)
		return r;
	free(missing);
	missing = prepare_find_missing();
	if (missing)
		report_error(
			"%s: installed, but its program was not found: run apt-get install --reinstall %s",
			missing, missing);
	return missing ? -ENOENT : 0;
}
