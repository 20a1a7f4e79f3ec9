/* SPDX-License-Identifier: GPL-2.0-or-later */
/* conflicts: files of the system, whatever is in them; what is said of them is for a terminal, and
 * no secret. */
#include "conflicts/conflicts.h"

#include "fuzz.h"
#include "util/file.h"

#define SECRET "Whale0Canary"

static const char *const files[] = {
	"etc/ppp/pap-secrets",
	"etc/ppp/chap-secrets",
	"etc/systemd/system/mgetty.service",
	"etc/udev/rules.d/x.rules",
	"etc/inittab",
	"etc/sysctl.d/x.conf",
	"etc/rc.local",
	"etc/systemd/system/mgetty.service.d/x.conf",
};

static void check_findings(const struct conflicts *found, bool is_learned)
{
	for (size_t i = 0; i < found->n; i++) {
		const struct conflicts_finding *finding = &found->findings[i];

		fuzz_check_harmless(finding->what);
		fuzz_check_harmless(finding->cure);
		must(is_learned ||
		     (!strstr(finding->what, SECRET) && !strstr(finding->cure, SECRET)));
	}
}

static void check_logins(const struct site *site)
{
	struct conflicts_login *logins = NULL;
	size_t n = 0;

	conflicts_list_logins(site, &logins, &n);
	for (size_t i = 0; i < n; i++)
		must(!site_check_account_name(logins[i].name) &&
		     !site_check_password(logins[i].password));
	conflicts_free_logins(logins, n);
}

/* The first byte says which file it is. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct conflicts_port ports[] = { { "ttyUSB0", true }, { "ttyS0", false } };
	const char *file = files[fuzz_byte(&data, &size) % ARRAY_SIZE(files)];
	struct conflicts_scope scope = { .ports = ports, .n_ports = ARRAY_SIZE(ports) };
	_cleanup_(site_free) struct site site = { 0 };
	_cleanup_(conflicts_free) struct conflicts found = { 0 };

	file_set_root(fuzz_dir());
	scope.site = &site;
	fuzz_write("etc/ppp/chap-secrets", "bob * " SECRET " *\n", strlen("bob * " SECRET " *\n"));
	fuzz_write("etc/systemd/system/multi-user.target.wants/mgetty.service", "", 0);
	fuzz_write(file, data, size);
	conflicts_list(&scope, &found);
	/* libFuzzer sees what is looked for, and writes it where no secret is */
	check_findings(&found, memmem(data, size, SECRET, strlen(SECRET)));
	check_logins(&site);
	fuzz_write(file, "", 0);
	return 0;
}
