/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is asked of each product, said of it, and remembered; the programs are fakes. */
#include "firewall/others/others.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <sys/stat.h>

#include "check.h"
#include "firewall/others/internal.h"
#include "others-bench.h"
#include "systemd/systemd.h"
#include "util/file.h"
#include "util/publish.h"
#include "util/run.h"

#define RECORD "/var/lib/dialisp/other-firewalls"

int __wrap_run_program(const struct run *run, struct text *ret_output);
int __real_run_program(const struct run *run, struct text *ret_output);
int __wrap_netlink_find_generation(uint32_t *ret);
int __wrap_systemd_is_running(void);
int __wrap_systemd_get(const char *unit, struct systemd_unit *ret);
void __wrap_base_sleep_ms(unsigned ms);
char *__wrap_run_find(const char *program);

static struct {
	const char *nft, *saved, *zones, *kept_zones; /* what they say */
	const char *firewalld, *next_nft;             /* its state; what comes after a while */
	unsigned n_sleeps, n_looks;
	const char *fails; /* this one does not work */
	unsigned n_late;   /* so often firewalld answers too late for D-Bus */
	struct text ran;   /* what was changed by them, a line each */
} fake;

static void answer(const char *const *argv, struct text *ret)
{
	bool is_permanent = argv[1] && argv[2] && str_eq(argv[2], "--permanent");

	if (str_eq(argv[0], "nft"))
		text_add(ret, fake.nft);
	else if (str_eq(argv[0], "iptables-nft-save"))
		text_add(ret, fake.saved);
	else if (str_eq(argv[0], "firewall-cmd") && str_eq(argv[1], "--list-all-zones"))
		text_add(ret, is_permanent ? fake.kept_zones : fake.zones);
}

static bool is_look(const char *const *argv)
{
	return str_eq(argv[0], "nft") || str_ends(argv[0], "-save") ||
	       str_starts(argv[1] ? argv[1] : "", "--list");
}

/* Rules on their way into a copy: the kernel's answer is no fake. */
static bool is_copy(const char *const *argv)
{
	return argv[1] && (str_eq(argv[1], "-f") || str_eq(argv[1], "-w"));
}

int __wrap_run_program(const struct run *run, struct text *ret_output)
{
	if (is_copy(run->argv))
		return __real_run_program(run, ret_output);
	if (ret_output)
		answer(run->argv, ret_output);
	if (fake.fails && str_eq(run->argv[0], fake.fails) && !is_look(run->argv))
		return 1;
	fake.n_looks += is_look(run->argv);
	if (str_eq(run->argv[0], "firewall-cmd") && !is_look(run->argv) && fake.n_late) {
		fake.n_late--;
		text_add(ret_output, "Error: Did not receive a reply. Possible causes include");
		return 1;
	}
	if (is_look(run->argv))
		return 0;
	for (size_t i = 0; run->argv[i]; i++)
		text_addf(&fake.ran, "%s%s", i ? " " : "", run->argv[i]);
	text_addc(&fake.ran, '\n');
	text_add(&fake.ran, run->input ? run->input : "");
	return 0;
}

static uint32_t generation; /* 0: the kernel does not say */

int __wrap_netlink_find_generation(uint32_t *ret)
{
	if (!generation)
		return -EPERM;
	*ret = generation;
	return 0;
}

/* firewalld: its unit, and for how many looks its rules are still to come */
int __wrap_systemd_is_running(void)
{
	return fake.firewalld != NULL;
}

int __wrap_systemd_get(const char *unit, struct systemd_unit *ret)
{
	check_str(unit, "firewalld.service");
	base_copy(ret->active, sizeof(ret->active), fake.firewalld);
	return 0;
}

void __wrap_base_sleep_ms(unsigned ms __attribute__((unused)))
{
	fake.n_sleeps++;
	fake.nft = fake.next_nft;
}

char *__wrap_run_find(const char *program)
{
	return xstrdup(program);
}

static struct site make_site(enum site_firewall firewall)
{
	struct site site = { .network = { .firewall = firewall, .n_dns = 1 } };

	site_set_pool(&site.network, (struct site_prefix){ parse("10.77.0.0"), 24 });
	site.network.dns[0] = parse("9.9.9.9");
	return site;
}

static void put(const char *path, const char *content)
{
	_cleanup_text_ struct text text = { 0 };

	text_add(&text, content);
	check(publish_file(path, &text, 0640) == 0, "%s", path);
}

/* Opens twice (site) or closes (NULL): what it did, whether it said so, and what is left to do. */
static void check_settle(const struct site *site, int want, const char *ran)
{
	unsigned n = 0;
	int r = site ? others_open(site, &n) : others_close(&n);

	check(r == want, "%d", r);
	check((n > 0) == (r == 0 && *ran), "%u for %s", n, ran);
	check_str(text_str(&fake.ran), ran);
	text_clear(&fake.ran);
}

static void test_settling(void)
{
	struct site nft = make_site(SITE_FIREWALL_NFT),
		    iptables = make_site(SITE_FIREWALL_IPTABLES),
		    none = make_site(SITE_FIREWALL_NONE);
	static const char placing[] =
		"iptables-nft-restore --noflush -w 5\n*filter\n-I" DOCKER_PLAIN_FROM
		"-I" DOCKER_PLAIN_TO "COMMIT\n";

	fake.nft = fake.saved = fake.zones = fake.kept_zones = "";
	check_settle(&nft, 0, "");
	fake.saved = DOCKER("");
	check_settle(&nft, 0, placing);
	check_settle(&iptables, 0, ""); /* ours stand first */
	check_settle(&none, 0, "");
	fake.saved = DOCKER(DOCKER_FROM DOCKER_TO);
	check_settle(&nft, 0, "");
	check_settle(&iptables, 0,
		     "iptables-nft-restore --noflush -w 5\n*filter\n-D" DOCKER_PLAIN_FROM
		     "-D" DOCKER_PLAIN_TO "COMMIT\n");
	check_settle(&none, 0,
		     "iptables-nft-restore --noflush -w 5\n*filter\n-D" DOCKER_PLAIN_FROM
		     "-D" DOCKER_PLAIN_TO "COMMIT\n");
	fake.fails = "iptables-nft-restore";
	check_settle(NULL, -EIO, "");
	fake.fails = NULL;
	fake.saved = "";

	put("/etc/ufw/ufw.conf", "# x\nENABLED=no\n");
	put("/etc/ufw/user.rules", UFW(""));
	check_settle(&nft, 0, "");
	put("/etc/ufw/ufw.conf", "# x\nENABLED=yes\n");
	check_settle(&nft, 0, "ufw route allow in on ppp-+ from 10.77.0.0/24 comment dialisp\n");
	put("/etc/ufw/user.rules", UFW(UFW_FORWARD UFW_OURS));
	check_settle(&nft, 0, "");
	check_settle(&iptables, 0, "ufw route delete allow in on ppp-+ from 10.77.0.0/24\n");
	put("/etc/ufw/ufw.conf", "# x\nENABLED=no\n");
	check_settle(&nft, 0, "");
	put("/etc/ufw/user.rules", UFW(UFW_OLD)); /* off: nothing is changed but for good */
	check_settle(&nft, 0, "");
	put("/etc/ufw/user.rules", UFW(UFW_FORWARD UFW_OURS));
	check_settle(NULL, 0, "ufw route delete allow in on ppp-+ from 10.77.0.0/24\n");
	put("/etc/ufw/user.rules", UFW(""));
	check_settle(NULL, 0, "");
}

#define ZONE   "/etc/firewalld/zones/dialisp.xml"
#define POLICY "/etc/firewalld/policies/dialisp-out.xml"

static void test_settling_firewalld(void)
{
	static const char
		running[] = "table inet firewalld { # progname firewalld\n\tflags owner\n}\n",
		loaded[] =
			"table inet firewalld {\n\tchain filter_FWD_policy_dialisp-out {\n\t}\n}\n";
	struct site nft = make_site(SITE_FIREWALL_NFT),
		    iptables = make_site(SITE_FIREWALL_IPTABLES);

	fake.nft = running;
	fake.zones = "public (active)\n  interfaces: eth0\n  ports: 80/tcp\n";
	fake.kept_zones = "public\n  interfaces: \n  ports: \n";
	check_settle(&nft, -EBUSY, "");
	check(!file_exists(ZONE), "a reload would have taken port 80 away");
	fake.kept_zones = "public\n  interfaces: \n  ports: 80/tcp\n";
	fake.fails = "firewall-cmd";
	check_settle(&nft, -EIO, "");
	check(!file_exists(ZONE) && !file_exists(POLICY), "firewalld refused them");
	fake.fails = NULL;
	fake.n_late = 100;
	check_settle(&nft, -ETIMEDOUT, "");
	check(fake.n_late == 95 && !file_exists(ZONE), "%u", fake.n_late);
	fake.n_late = 2; /* the reload and one question: the next one is answered */
	check_settle(&nft, 0, "firewall-cmd --state\n");
	fake.n_late = 0;
	check(publish_removal(ZONE) == 0);
	check_settle(&nft, 0, "firewall-cmd --reload\n");
	check(file_exists(ZONE) && file_exists(POLICY), "placed");
	fake.nft = running;
	fake.saved = DOCKER(""); /* what others have in iptables is emptied by a reload: looked at
				  * again behind it */
	check_settle(&nft, 0,
		     "iptables-nft-restore --noflush -w 5\n*filter\n-I" DOCKER_PLAIN_FROM
		     "-I" DOCKER_PLAIN_TO "COMMIT\n"
		     "firewall-cmd --reload\n"
		     "iptables-nft-restore --noflush -w 5\n*filter\n-I" DOCKER_PLAIN_FROM
		     "-I" DOCKER_PLAIN_TO "COMMIT\n");
	fake.saved = "";
	fake.nft = loaded;
	check_settle(&nft, 0, "");
	check_settle(&iptables, 0, ""); /* its table is one of its own */
	fake.nft = "";
	check_settle(&nft, 0, ""); /* stopped: its next start reads them */
	check(file_exists(ZONE), "kept");
	fake.firewalld = "active"; /* on the bus already, its rules come a little later */
	fake.next_nft = loaded;
	check_settle(&nft, 0, "");
	check(fake.n_sleeps == 1, "%u", fake.n_sleeps);
	fake.nft = "";
	fake.firewalld = "inactive";
	check_settle(&nft, 0, "");
	check(fake.n_sleeps == 1, "%u", fake.n_sleeps);
	fake.firewalld = NULL;
	fake.nft = loaded;
	check_settle(NULL, 0, "firewall-cmd --reload\n");
	check(!file_exists(ZONE) && !file_exists(POLICY), "taken away");
	fake.nft = running;
	check_settle(NULL, 0, "");
	fake.nft = "";
}

static void test_listing(void)
{
	static const struct {
		const char *nft, *saved;
		enum site_firewall firewall;
		const char *want; /* state and text, a line each */
	} cases[] = {
		{ "", "", SITE_FIREWALL_NFT, "" },
		{ "", DOCKER(""), SITE_FIREWALL_NFT,
		  "2 Docker: does not let callers through yet: needs a rule in its chain DOCKER-USER\n" },
		{ "", DOCKER(DOCKER_FROM DOCKER_TO), SITE_FIREWALL_NFT,
		  "1 Docker: lets callers through, by a rule in its chain DOCKER-USER\n" },
		{ "", DOCKER(""), SITE_FIREWALL_IPTABLES, "" },
		{ "", DOCKER(""), SITE_FIREWALL_NONE, "" },
		{ "", DOCKER(DOCKER_TO), SITE_FIREWALL_NONE,
		  "2 Docker: still lets callers through, by a rule in its chain DOCKER-USER\n" },
		{ "", FILTER("-A FORWARD -m conntrack --ctstate ESTABLISHED -j ACCEPT\n"),
		  SITE_FIREWALL_NFT,
		  "3 iptables, chain FORWARD: drops what callers send to the Internet\n"
		  "  iptables-nft -I FORWARD -i ppp-+ -s 10.77.0.0/24 -j ACCEPT\n" },
		{ "", FILTER(""), SITE_FIREWALL_IPTABLES, "" },
		{ NFT(DROPS("")), "", SITE_FIREWALL_NFT,
		  "3 nftables, chain inet filter forward: drops what callers send to the Internet\n"
		  "  nft insert rule inet filter forward iifname \"ppp-*\" ip saddr 10.77.0.0/24 accept\n"
		  "3 nftables, chain inet filter forward: drops what the Internet answers callers\n"
		  "  nft insert rule inet filter forward oifname \"ppp-*\" ip daddr 10.77.0.0/24 ct state established,related accept\n" },
		{ "table inet firewalld {\n}\n", "", SITE_FIREWALL_NFT,
		  "2 firewalld: does not let callers through yet: needs a zone dialisp and a policy dialisp-out\n" },
		{ "", NAT("-A POSTROUTING -j MASQUERADE\n"), SITE_FIREWALL_NFT,
		  "0 iptables, chain POSTROUTING: translates callers' addresses, too: nothing to do\n" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_(others_free) struct others list = { 0 };
		_cleanup_text_ struct text have = { 0 };
		struct site site = make_site(cases[i].firewall);

		fake.nft = cases[i].nft;
		fake.saved = cases[i].saved;
		check(others_list(&site, &list) == 0, "%zu", i);
		for (size_t k = 0; k < list.n; k++) {
			text_addf(&have, "%d %s\n", (int)list.findings[k].state,
				  list.findings[k].what);
			if (list.findings[k].cure)
				text_addf(&have, "  %s\n", list.findings[k].cure);
		}
		check_str(text_str(&have), cases[i].want);
	}
	check_str(text_str(&fake.ran), "");
}

/* What guards this machine concerns callers only if something here is open to them. */
static void test_listing_input(void)
{
	static const char guarded[] =
		"table inet mine {\n\tchain in {\n\t\ttype filter hook input priority filter; policy drop;\n\t}\n}\n";

	fake.nft = guarded;
	fake.saved = "";
	for (unsigned n_ports = 0; n_ports < 2; n_ports++) {
		_cleanup_(others_free) struct others list = { 0 };
		struct site site = make_site(SITE_FIREWALL_NFT);

		site.network.rights.n_ports = n_ports;
		check(others_list(&site, &list) == 0, "%u", n_ports);
		check(list.n == n_ports, "%zu", list.n);
		if (list.n)
			check_str(
				list.findings[0].what,
				"nftables, chain inet mine in: drops what callers send to this host");
	}
}

static ino_t inode(const char *path)
{
	_cleanup_free_ char *p = file_path(path);
	struct stat st = { 0 };

	check(stat(p, &st) == 0, "%s", p);
	return st.st_ino;
}

/* The next start of a product knows what was applied, not what is being edited. */
static void test_record(void)
{
	static const struct {
		const char *record; /* NULL: none */
		int want;
		const char *ran;
	} cases[] = {
		{ NULL, 0, "" },
		{ "10.77.0.0/24 nft no\n", 0,
		  "ufw route allow in on ppp-+ from 10.77.0.0/24 comment dialisp\n" },
		{ "10.77.0.0/24 nft yes\n", 0,
		  "ufw route allow in on ppp-+ from 10.77.0.0/24 comment dialisp\nufw allow in on ppp-+ from 10.77.0.0/24 comment dialisp\n" },
		{ "10.77.0.0/24 iptables no\n", 0, "" },
		{ "10.77.0.0/24 magic no\n", -EBADMSG, "" },
		{ "10.77.0.1/24 nft no\n", -EBADMSG, "" },
		{ "10.77.0.0/24 nft no", -EBADMSG, "" },
		{ "10.77.0.0/24 nft\n", -EBADMSG, "" },
		{ "\n", -EBADMSG, "" },
		{ "", -EBADMSG, "" },
	};
	struct site site = make_site(SITE_FIREWALL_NFT);
	unsigned n = 0;
	ino_t before;

	fake.nft = fake.saved = "";
	put("/etc/ufw/ufw.conf", "ENABLED=yes\n");
	put("/etc/ufw/user.rules", UFW(""));
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		if (cases[i].record)
			put(RECORD, cases[i].record);
		check(others_renew(OTHERS_SCOPE_ALL, &n) == cases[i].want, "%s", cases[i].record);
		check_str(text_str(&fake.ran), cases[i].ran);
		text_clear(&fake.ran);
		check(others_renew(OTHERS_SCOPE_KERNEL, &n) == cases[i].want, "%s",
		      cases[i].record);
		check_str(text_str(&fake.ran), "");
	}
	check(others_open(&site, &n) == 0, "written");
	before = inode(RECORD);
	check(others_open(&site, &n) == 0 && inode(RECORD) == before, "written once");
	text_clear(&fake.ran);
	check(others_renew(OTHERS_SCOPE_ALL, &n) == 0, "read again");
	check_str(text_str(&fake.ran), cases[1].ran);
	check(others_close(&n) == 0 && !file_exists(RECORD), "gone");
	text_clear(&fake.ran);
}

/* The DNS server on this machine, or a port of it, is a reason to be let in; the way through is
 * none. */
static void test_input(void)
{
	struct account account = { .name = "anna" };
	static const struct {
		const char *dns;
		unsigned n_ports, n_account_ports;
		bool want;
	} cases[] = {
		{ "9.9.9.9", 0, 0, false },  { "10.77.0.1", 0, 0, true },
		{ "127.0.0.1", 0, 0, true }, { "9.9.9.9", 1, 0, true },
		{ "9.9.9.9", 0, 1, true },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct site site = make_site(SITE_FIREWALL_NFT);
		struct others_desired desired = { 0 };

		site.network.dns[0] = parse(cases[i].dns);
		site.network.rights.n_ports = cases[i].n_ports;
		account.rights.n_ports = cases[i].n_account_ports;
		site.accounts = &account;
		site.n_accounts = 1;
		others_make_desired(&site, &desired);
		check(desired.has_input == cases[i].want, "%zu", i);
		check(desired.is_open, "%zu", i);
	}
}

static int remove_one(const char *path, const struct stat *st __attribute__((unused)),
		      int type __attribute__((unused)), struct FTW *ftw __attribute__((unused)))
{
	return remove(path);
}

/* At a RING no program is run while no rule has changed. */
static void test_change(void)
{
	static const struct {
		uint32_t generation;
		const char *saved;
		bool is_unchanged; /* before the look */
		unsigned n;        /* products changed by it */
	} cases[] = {
		{ 7, DOCKER(""), false, 1 }, /* our own change is one too */
		{ 8, "", false, 0 },         { 8, "", true, 0 },  { 9, DOCKER(""), false, 1 },
		{ 9, DOCKER(""), false, 1 }, { 0, "", false, 0 },
	};

	check(others_are_unchanged(), "nothing is wanted");
	fake.nft = "";
	put(RECORD, "10.77.0.0/24 nft no\n");
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		unsigned n = 0;

		fake.saved = cases[i].saved;
		fake.n_looks = 0;
		generation = cases[i].generation;
		check(others_are_unchanged() == cases[i].is_unchanged && !fake.n_looks, "case %zu",
		      i);
		check(others_renew(OTHERS_SCOPE_KERNEL, &n) == 0 && n == cases[i].n, "case %zu: %u",
		      i, n);
	}
	generation = 0;
	text_clear(&fake.ran);
}

int main(void)
{
	char root[] = "/tmp/test-others.XXXXXX";
	bool can;

	become_root();
	can = can_probe(OTHERS_LISTING_NFT) && can_probe(OTHERS_LISTING_IPTABLES_NFT);
	check(mkdtemp(root) != NULL, "%s", root);
	file_set_root(root);
	test_settling();
	test_settling_firewalld();
	if (can) {
		test_listing();
		test_listing_input();
	}
	test_record();
	test_change();
	test_input();
	text_free(&fake.ran);
	nftw(root, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	return check_done() ? 1 : can ? 0 : 77;
}
