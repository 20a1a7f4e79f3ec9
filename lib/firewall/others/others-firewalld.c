/* SPDX-License-Identifier: GPL-2.0-or-later */
/* firewalld: rejects what no zone or policy allows. Callers get a zone and a policy, which are
 * files that it reads at each start. */
#include <errno.h>

#include "firewall/others/internal.h"
#include "systemd/systemd.h"
#include "util/file.h"
#include "util/publish.h"
#include "util/report.h"
#include "util/run.h"

#define UNIT "firewalld.service"

#define ZONE_FILE   "/etc/firewalld/zones/dialisp.xml"
#define POLICY_FILE "/etc/firewalld/policies/dialisp-out.xml"
#define POLICY                                                                                     \
	"dialisp-out" /* never the zone's own name: firewalld refuses that (NAME_CONFLICT)         \
		       */
#define XML "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"

/* firewalld.zone(5), firewalld.policy(5). Target "default" lets ICMP through and rejects the rest.
 */
void others_firewalld_compose(const struct others_desired *desired, struct text *ret_zone,
			      struct text *ret_policy)
{
	text_addf(
		ret_zone,
		XML
		"<zone%s>\n"
		"  <short>dialisp</short>\n"
		"  <description>Callers of dialisp, which writes this file and has rules of its own for them.</description>\n"
		"  <source address=\"%s\"/>\n"
		"</zone>\n",
		desired->has_input ? " target=\"ACCEPT\"" : "", desired->pool);
	text_add(
		ret_policy, XML
		"<policy target=\"ACCEPT\">\n"
		"  <short>dialisp out</short>\n"
		"  <description>Packets from callers; the rules of dialisp filter them.</description>\n"
		"  <ingress-zone name=\"dialisp\"/>\n"
		"  <egress-zone name=\"ANY\"/>\n"
		"</policy>\n");
}

/* Interfaces stay in their zones over a reload; "(active)" says only that there are any. */
void others_firewalld_strip(const char *listing, struct text *ret)
{
	while (*listing) {
		size_t n = strcspn(listing, "\n");
		bool is_head = n && *listing != ' ';

		if (is_head)
			text_add_mem(ret, listing, strcspn(listing, " \n"));
		else if (!str_starts(listing, "  interfaces:"))
			text_add_mem(ret, listing, n);
		text_addc(ret, '\n');
		listing += n + (listing[n] == '\n');
	}
}

/* nft marks a table that belongs to a process: "table inet firewalld { # progname firewalld" */
static bool is_running(const struct others_world *world)
{
	return strstr(text_str(&world->nft), "table inet firewalld {") ||
	       strstr(text_str(&world->saved[FIREWALL_VARIANT_NFT]), "\n:FORWARD_ZONES ") ||
	       strstr(text_str(&world->saved[FIREWALL_VARIANT_LEGACY]), "\n:FORWARD_ZONES ");
}

/* Type=dbus: systemd calls it active when it has its bus name, before it loads its rules. */
static bool firewalld_is_starting(const struct others_world *world)
{
	_cleanup_free_ char *program = run_find("firewall-cmd");
	struct systemd_unit unit = { 0 };

	return program && !is_running(world) && systemd_is_running() &&
	       systemd_get(UNIT, &unit) == 0 && str_eq(unit.active, "active");
}

static bool has_files(void)
{
	return file_exists(ZONE_FILE) || file_exists(POLICY_FILE);
}

static bool firewalld_is_present(const struct others_world *world)
{
	return is_running(world) || has_files();
}

static bool firewalld_needs_rules(const struct others_world *world __attribute__((unused)),
				  const struct others_desired *desired)
{
	return desired->is_open;
}

/* In the kernel, as far as its names tell. */
static bool is_loaded(const struct others_world *world)
{
	bool is_in = strstr(text_str(&world->nft), "_policy_" POLICY);

	for (unsigned i = 0; i < FIREWALL_N_VARIANTS; i++)
		is_in |= strstr(text_str(&world->saved[i]), "_policy_" POLICY) != NULL;
	return is_in;
}

static bool is_file(const char *path, const struct text *content)
{
	_cleanup_text_ struct text now = { 0 };

	return file_read(path, &now) == 0 && text_equal(&now, content);
}

static bool firewalld_is_done(const struct others_world *world,
			      const struct others_desired *desired)
{
	_cleanup_text_ struct text zone = { 0 }, policy = { 0 };

	if (!desired->is_open)
		return !has_files();
	if (!is_running(world))
		return true; /* its next start brings us here again */
	others_firewalld_compose(desired, &zone, &policy);
	return is_file(ZONE_FILE, &zone) && is_file(POLICY_FILE, &policy) && is_loaded(world);
}

/* `scope` NULL: the active configuration */
static int read_listing(const char *listing, const char *scope, struct text *ret)
{
	const char *const argv[] = { "firewall-cmd", listing, scope, NULL };
	_cleanup_text_ struct text said = { 0 };
	int r = others_run(argv, &said);

	if (r == 0)
		others_firewalld_strip(text_str(&said), ret);
	return r;
}

/* 1: the running firewall has changes that are not permanent: a reload would drop them. 0: none;
 * -errno */
static int has_runtime_changes(void)
{
	static const char *const listings[] = { "--list-all-zones", "--list-all-policies" };
	int r = 0;

	for (size_t i = 0; i < ARRAY_SIZE(listings) && r == 0; i++) {
		_cleanup_text_ struct text now = { 0 }, kept = { 0 };

		r = read_listing(listings[i], NULL, &now);
		if (r == 0)
			r = read_listing(listings[i], "--permanent", &kept);
		if (r == 0)
			r = !text_equal(&now, &kept);
	}
	return r;
}

#define RELOAD_TRIES 5

/* D-Bus waits 25 s for a response, a small machine takes longer: the next command is answered when
 * the reload is done. Connections survive a reload (firewall-cmd(1)). */
static int reload_firewalld(void)
{
	static const char *const reload[] = { "firewall-cmd", "--reload", NULL };
	static const char *const state[] = { "firewall-cmd", "--state", NULL };

	for (unsigned i = 0; i < RELOAD_TRIES; i++) {
		_cleanup_text_ struct text said = { 0 };
		const char *const *argv = i ? state : reload;
		int r = others_try(argv, &said);

		if (r <= 0 || !strstr(text_str(&said), "Did not receive a reply"))
			return others_judge(argv, r, &said);
	}
	report_error("firewalld: no response after a reload: see systemctl status firewalld");
	return -ETIMEDOUT;
}

static int remove_files(void)
{
	int r = publish_removal(ZONE_FILE), e = publish_removal(POLICY_FILE);

	return r < 0 ? r : e;
}

/* A file that firewalld refuses must not prevent its next start. */
static int publish_files(const struct others_desired *desired)
{
	_cleanup_text_ struct text zone = { 0 }, policy = { 0 };
	int r;

	others_firewalld_compose(desired, &zone, &policy);
	r = publish_file(ZONE_FILE, &zone, 0644);
	if (r == 0)
		r = publish_file(POLICY_FILE, &policy, 0644);
	if (r == 0)
		r = reload_firewalld();
	if (r < 0)
		(void)remove_files();
	return r;
}

static int firewalld_change(const struct others_world *world, const struct others_desired *desired)
{
	int r;

	if (!is_running(world))
		return remove_files();
	r = has_runtime_changes();
	if (r > 0)
		report_error(
			"firewalld: has runtime rules, which a reload would drop: keep them (firewall-cmd --runtime-to-permanent) or drop them (firewall-cmd --reload), then dialisp apply");
	if (r)
		return r < 0 ? r : -EBUSY;
	if (desired->is_open)
		return publish_files(desired);
	r = remove_files();
	return r < 0 ? r : reload_firewalld();
}

const struct others_product others_firewalld = {
	.name = "firewalld",
	.place = "a zone dialisp and a policy " POLICY,
	.flushes_others = true,
	.is_present = firewalld_is_present,
	.is_starting = firewalld_is_starting,
	.needs_rules = firewalld_needs_rules,
	.is_done = firewalld_is_done,
	.change = firewalld_change,
};
