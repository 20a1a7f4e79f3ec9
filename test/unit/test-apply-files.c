/* SPDX-License-Identifier: GPL-2.0-or-later */
/* apply and files: what others have changed, what an interrupted run leaves, what is shown and what
 * is refused. */
#include "apply/apply.h"

#include <errno.h>
#include <inttypes.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

#include "apply-bench.h"
#include "check.h"
#include "rooted.h"
#include "util/file.h"
#include "util/publish.h"

/* An editor saves a generated file between our look and our write. */
static void test_saved_meanwhile(void)
{
	_cleanup_text_ struct text old = { 0 };

	check(file_read("/etc/dialisp/mgetty/mgetty.config", &old) == 0);
	add_line("line3", "s3", 4);
	run_apply(&plain, 0, "udev ttyACM2;start dialisp-line@line3.service;");
	site_remove_line(&site, "line3");
	world.edited = "/etc/dialisp/mgetty/mgetty.config";
	run_apply(&plain, -EAGAIN, "stop dialisp-line@line3.service;");
	check(has(world.edited, "just saved\n"));
	world.edited = NULL;
	put("/etc/dialisp/mgetty/mgetty.config", text_str(&old), 0644);
	run_apply(&plain, 0, "stop dialisp-line@line3.service;udev;");
	check_nothing_to_do(__LINE__);
}

/* What the administrator has edited stays, until it is forced. */
static void test_edited(void)
{
	static const struct {
		const char *path, *content;
		const char *events; /* of the forced run */
	} cases[] = {
		{ "/etc/dialisp/mgetty/login.config", "* - - /bin/login @\n", "" },
		{ "/etc/dialisp/ppp/pap-secrets", "x * y *\n", "" },
		{ "/etc/dialisp/mgetty/mgetty.config", "debug 9\n",
		  "start dialisp-line@line1.service;start dialisp-line@line2.service;" },
		{ "/etc/dialisp/firewall.nft", "flush ruleset\n",
		  "enable dialisp-firewall.service;enable dialisp-other-firewalls.service;enable dialisp.target;reload-or-restart dialisp-firewall.service;" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		put(cases[i].path, cases[i].content, 0600);
		run_apply(&dry, -EEXIST, "");
		run_apply(&plain, -EEXIST, "");
		check(has(cases[i].path, cases[i].content), "%s was overwritten", cases[i].path);
		run_apply(&forced, 0, cases[i].events);
		check(!has(cases[i].path, cases[i].content), "%s was not overwritten",
		      cases[i].path);
		check_nothing_to_do(__LINE__);
	}
	/* what was taken away comes back without force */
	check(publish_removal("/etc/dialisp/mgetty/mgetty.config") == 0);
	run_apply(&plain, 0, "start dialisp-line@line1.service;start dialisp-line@line2.service;");
	/* hooks beside the generated files are the administrator's */
	put("/etc/dialisp/ppp/ip-up.d/mine", "#!/bin/sh\n", 0755);
	run_apply(&plain, 0, "");
	check(has("/etc/dialisp/ppp/ip-up.d/mine", "#!/bin/sh\n"));
	/* a wrong mode would make mgetty start /bin/login */
	check(chmod("/etc/dialisp/mgetty/login.config", 0644) == 0);
	run_apply(&plain, 0, "");
	check(mode_of("/etc/dialisp/mgetty/login.config") == 0600);
}

/* Each backend has its own files; the firewall unit is notified of new and removed ones, and no
 * line is. */
static void test_firewall_changes(void)
{
	static const char told[] =
		"enable dialisp-firewall.service;enable dialisp-other-firewalls.service;enable dialisp.target;reload-or-restart dialisp-firewall.service;";
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
	/* a failed reload because of a removed file is owed */
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

/* Half of the files are written, then the disk is full: the next run continues, even with another
 * configuration, and does all pending reloads of the first one. */
static void test_interrupted(void)
{
	add_line("line3", "s3", 4);
	site.idle_s = 60;
	check(site_parse_address("1.1.1.1", &site.network.dns[0]) == 0);
	check(rename("/etc/udev/rules.d", "/etc/udev/away") == 0);
	put("/etc/udev/rules.d", "in the way\n", 0644);
	run_apply(&plain, -ENOTDIR, "");
	check(has("/etc/dialisp/ppp/line3.options", "idle 60\n") &&
	      has("/etc/dialisp/firewall.nft", "1.1.1.1"));
	site_remove_line(&site, "line2");
	site.idle_s = 90;
	check(site_parse_address("1.0.0.1", &site.network.dns[0]) == 0);
	run_apply(&plain, -ENOTDIR, "stop dialisp-line@line2.service;");
	check(unlink("/etc/udev/rules.d") == 0);
	check(rename("/etc/udev/away", "/etc/udev/rules.d") == 0);
	run_apply(
		&plain, 0,
		"stop dialisp-line@line2.service;enable dialisp-firewall.service;enable dialisp-other-firewalls.service;enable dialisp.target;"
		"reload-or-restart dialisp-firewall.service;udev ttyACM2;start dialisp-line@line3.service;");
	check(has("/etc/dialisp/ppp/line3.options", "idle 90\n") &&
	      !file_exists("/etc/dialisp/ppp/line2.options"));
	check_nothing_to_do(__LINE__);
	add_line("line2", "s2", 3);

	/* a reload that failed is owed too */
	check(site_parse_address("8.8.8.8", &site.network.dns[0]) == 0);
	world.failing = "firewall";
	run_apply(
		&plain, -EIO,
		"enable dialisp-firewall.service;enable dialisp-other-firewalls.service;enable dialisp.target;reload-or-restart dialisp-firewall.service;");
	world.failing = NULL;
	run_apply(
		&plain, 0,
		"enable dialisp-firewall.service;enable dialisp-other-firewalls.service;enable dialisp.target;reload-or-restart dialisp-firewall.service;"
		"udev ttyACM1;start dialisp-line@line2.service;");
	check_nothing_to_do(__LINE__);

	/* a line that came and went before its first apply was over */
	add_line("line4", "s4", 5);
	world.failing = NULL;
	check(rename("/etc/udev/rules.d", "/etc/udev/away") == 0);
	put("/etc/udev/rules.d", "in the way\n", 0644);
	run_apply(&plain, -ENOTDIR, "");
	check(unlink("/etc/udev/rules.d") == 0 &&
	      rename("/etc/udev/away", "/etc/udev/rules.d") == 0);
	site_remove_line(&site, "line4");
	run_apply(&plain, 0, "stop dialisp-line@line4.service;udev;");
	check(!file_exists("/etc/dialisp/ppp/line4.options"));
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

/* A file of secrets that an earlier version has written and this one does not. */
static void plant_old_secrets(void)
{
	_cleanup_text_ struct text manifest = { 0 }, secrets = { 0 };

	text_add(&secrets, "alice dialisp canary *\n");
	put("/etc/old-secrets", text_str(&secrets), 0600);
	check(file_read("/var/lib/dialisp/manifest", &manifest) == 0);
	text_addf(&manifest, "file %016" PRIx64 " /etc/old-secrets\n", file_checksum(&secrets));
	put("/var/lib/dialisp/manifest", text_str(&manifest), 0600);
}

/* A plan writes nothing and tells no password. */
static void test_plan(void)
{
	_cleanup_text_ struct text shown = { 0 };
	int out = dup(STDOUT_FILENO), file = open("/shown", O_RDWR | O_CREAT | O_TRUNC, 0600);
	struct apply_summary summary;

	plant_old_secrets();
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
	check(strstr(text_str(&shown),
		     "would change /etc/dialisp/ppp/pap-secrets (not shown: secrets)\n"));
	check(strstr(text_str(&shown), "would remove /etc/old-secrets (not shown: secrets)\n"));
	check(strstr(text_str(&shown), "\n-  rings 7\n+  rings 8\n"));
	check(strstr(text_str(&shown), "+++ /dev/null"));
	check(summary.n_written == 4 && summary.n_removed == 2, "%u %u", summary.n_written,
	      summary.n_removed);
	check(!has("/etc/dialisp/mgetty/mgetty.config", "rings 8") &&
	      !has("/etc/dialisp/ppp/pap-secrets", "canary2"));
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
		{ "line.options", "idle {{idel}}\n", -EBADMSG },
		{ "line.options", "idle {{idle\n", -EBADMSG },
		{ "sysctl.conf", "{{line}}\n", -EBADMSG }, /* there is no line here */
		{ "secrets.item", NULL, -ENOENT },
	};
	struct line *line = site_find_line(&site, "line1");
	_cleanup_free_ char *socket = line->socket;

	line->rings = 9;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_free_ char *path = xasprintf("/templates/%s", cases[i].template);
		_cleanup_text_ struct text old = { 0 };

		check(file_read(path, &old) == 0);
		check(publish_removal(path) == 0);
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
	check(!has("/etc/dialisp/mgetty/mgetty.config", "rings 9"));
	check(rename("/var/lib/dialisp/manifest.good", "/var/lib/dialisp/manifest") == 0);
	run_apply(&plain, 0, "start dialisp-line@line1.service;");
	check(has("/etc/dialisp/mgetty/mgetty.config", "rings 9"));
}

/* Without an account the secrets files are there and empty: pppd begins no call (golden/real). */
static void test_no_account(void)
{
	static const char *const paths[] = { "/etc/dialisp/ppp/pap-secrets",
					     "/etc/dialisp/ppp/chap-secrets" };

	free(site.accounts[0].password);
	site.n_accounts = 0;
	run_apply(&plain, 0, "");
	for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
		_cleanup_text_ struct text t = { 0 };

		check(file_read(paths[i], &t) == 0 && t.len && mode_of(paths[i]) == 0600);
		for (const char *s = t.s; s; s = strchr(s, '\n') ? strchr(s, '\n') + 1 : NULL)
			check(*s == '#' || !*s, "%s: %s", paths[i], s);
	}
	check_nothing_to_do(__LINE__);
}

static void test_files(void)
{
	apply_first();
	test_saved_meanwhile();
	test_edited();
	test_firewall_changes();
	test_interrupted();
	test_without_systemd();
	test_plan();
	test_bad();
	test_no_account();
}

int main(void)
{
	return apply_on_machine(test_files);
}
