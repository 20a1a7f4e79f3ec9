/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Conflicting configuration: pppd's words and secrets, units, and the lines of system files, each
 * below a root of its own. */
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"
#include "conflicts/conflicts.h"
#include "conflicts/internal.h"
#include "files.h"
#include "util/base.h"
#include "util/file.h"

static char root[] = "/tmp/test-conflicts-XXXXXX";

static void empty_root(void)
{
	_cleanup_free_ char *command = xasprintf("rm -rf '%s'/*", root);

	check(system(command) == 0);
}

static void put(const char *name, const char *content)
{
	_cleanup_free_ char *path = file_path(name);

	write_file(path, content);
}

static void put_link(const char *name)
{
	_cleanup_free_ char *path = file_path(name);

	make_parents(path);
	check(symlink("anything", path) == 0, "%s", path);
}

/* --- words --- */

static const struct {
	const char *in, *out; /* words with '|' behind, lines as numbers before, '+' before the
			       * first of a line */
} words[] = {
	{ "", "" },
	{ "# nothing\n\n", "" },
	{ "a b\nc", "+1a|1b|+2c|" },
	{ "  a\tb # c\n d", "+1a|1b|+2d|" },
	{ "ab#c d\ne", "+1ab|+2e|" },
	{ "\"a b\" 'c \"d'", "+1a b|1c \"d|" },
	{ "a\"b c\"d", "+1ab cd|" },
	{ "a\\ b \\\"c \\\\", "+1a b|1\"c|1\\|" },
	{ "'a\\'b'", "+1a'b|" },
	{ "a\\101\\x42\\s\\tz", "+1aAB \tz|" },
	{ "a \\\nb\nc", "+1a|2b|+3c|" },
	{ "a\\\nb c", "+1ab|2c|" },
	{ "# no \\\na", "+2a|" },
	{ "x * \"\" *\n", "+1x|1*|1|1*|" },
	{ "\"a\nb\" c", "+1a\nb|2c|" },
	{ "\"open to the end", "+1open to the end|" },
	{ "a \"\"", "+1a|" }, /* an empty word at the very end is none */
	{ "a\\", "+1a|" },
	{ "a\r\nb", "+1a|+2b|" },
};

static void test_words(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		_cleanup_(conflicts_words_free) struct conflicts_words have = { 0 };
		_cleanup_text_ struct text in = { 0 }, out = { 0 };

		text_add(&in, words[i].in);
		conflicts_words_read(&in, &have);
		for (size_t j = 0; j < have.n; j++)
			text_addf(&out, "%s%u%s|", have.words[j].is_first ? "+" : "",
				  have.words[j].line, have.words[j].word);
		check_str(text_str(&out), words[i].out);
	}
}

static void test_long_word(void)
{
	_cleanup_(conflicts_words_free) struct conflicts_words have = { 0 };
	_cleanup_text_ struct text in = { 0 };

	for (size_t i = 0; i < 5000; i++)
		text_addc(&in, 'x');
	conflicts_words_read(&in, &have);
	check(have.n == 1 && strlen(have.words[0].word) == 1023);
}

/* --- findings --- */

/* "PATH:LINE S first word of what" of each, with '\n' behind; S is N or W */
static char *describe(const struct conflicts *found)
{
	_cleanup_text_ struct text t = { 0 };

	for (size_t i = 0; i < found->n; i++) {
		const struct conflicts_finding *f = &found->findings[i];

		text_addf(&t, "%s:%u %c %.*s\n", f->path, f->line, "NW"[f->severity],
			  (int)strcspn(f->what, " "), f -> what);
		check(*f->cure, "%s has no cure", f->what);
	}
	return text_take(&t);
}

static const struct conflicts_port ports[] = {
	{ "ttyUSB0", true },
	{ "ttyS0", true },
	{ "ttyUSB1", false },
	{ "serial/by-id/usb-Conexant", true }, /* below another root a link stands for itself */
};

static void check_found(const struct site *site, bool knows_ports, const char *what,
			const char *want)
{
	const struct conflicts_scope scope = { site, knows_ports ? ports : NULL,
					       knows_ports ? ARRAY_SIZE(ports) : 0 };
	_cleanup_(conflicts_free) struct conflicts found = { 0 };
	_cleanup_free_ char *have = NULL;

	conflicts_list(&scope, &found);
	have = describe(&found);
	check(str_eq(have, want), "%s: have\n%swant\n%s", what, have, want);
	check(!strstr(have, "canary"), "a secret");
	for (size_t i = 0; i < found.n; i++)
		check(!strstr(found.findings[i].what, "canary") &&
		      !strchr(found.findings[i].what, '\033') &&
		      conflicts_has(&found, &found.findings[i]));
}

static const struct site none = { 0 };

/* A file of its own in an empty root, with ports known. */
static const struct {
	const char *path, *content, *want;
} files[] = {
	/* what calls do not read */
	{ "/etc/ppp/options", "auth\nlogin\nplugin x\nipcp-accept-remote\n/dev/ttyS0\n", "" },
	{ "/etc/ppp/options.ttyUSB0", "noauth\nproxyarp\n", "" },
	{ "/root/.ppprc", "login", "" },
	{ "/etc/mgetty/mgetty.config", "debug 9\nport dialisp/line1\nrings 9\n", "" },
	{ "/etc/mgetty/dialin.config", "!555 all\n", "" },
	{ "/etc/ppp/ip-pre-up.local", "#!/bin/sh\n", "" },
	/* callers of an earlier set-up */
	{ "/etc/ppp/pap-secrets", "*\thostname\t\"\"\t*\nguest\thostname\t\"*\"\t-\n",
	  "" }, /* Debian's own */
	{ "/etc/ppp/pap-secrets", "dial * \"canary\" *\n", "/etc/ppp/pap-secrets:1 N dial:\n" },
	{ "/etc/ppp/pap-secrets", "dial dialisp canary *\n", "/etc/ppp/pap-secrets:1 N dial:\n" },
	{ "/etc/ppp/pap-secrets", "dial other canary *\n", "" },
	{ "/etc/ppp/pap-secrets", "\n* * \"\" *\n", "" }, /* any user */
	{ "/etc/ppp/pap-secrets", "dial * \"\" *\n", "/etc/ppp/pap-secrets:1 N dial:\n" },
	{ "/etc/ppp/pap-secrets", "dial * \"\" 10.0.0.1 -- idle 5\n",
	  "/etc/ppp/pap-secrets:1 N dial:\n" },
	{ "/etc/ppp/pap-secrets", "* * canary *\n", "" },
	{ "/etc/ppp/pap-secrets", "joe * @login *\n", "/etc/ppp/pap-secrets:1 N joe:\n" },
	{ "/etc/ppp/pap-secrets", "\"user@isp\" * \"canary\"\n",
	  "" }, /* no address: this host's own login */
	{ "/etc/ppp/pap-secrets", "dial * canary -\n", "" },
	{ "/etc/ppp/pap-secrets", "dial * canary !10.0.0.1\n", "" },
	{ "/etc/ppp/pap-secrets", "dial * canary -- idle 5\n", "" },
	{ "/etc/ppp/pap-secrets", "anna * canary *\n", "" }, /* has an account */
	{ "/etc/ppp/pap-secrets", "anna * \"\" *\n", "" },
	{ "/etc/ppp/pap-secrets", "dial *\n* *\nx * canary *\n", "/etc/ppp/pap-secrets:3 N x:\n" },
	{ "/etc/ppp/chap-secrets", "dial * canary *\n", "/etc/ppp/chap-secrets:1 N dial:\n" },
	{ "/etc/ppp/chap-secrets", "d\\x69al * \\\n canary *\n",
	  "/etc/ppp/chap-secrets:1 N dial:\n" },
	{ "/etc/ppp/pap-secrets", "bad\033name * canary *\n",
	  "/etc/ppp/pap-secrets:1 N bad?name:\n" },
	/* system files */
	{ "/etc/rc.local",
	  "#!/bin/sh\niptables -t nat -A POSTROUTING -s 192.168.32.0/24 -o eth0 -j MASQUERADE\nexit 0\n",
	  "" },
	{ "/etc/rc.local", "/sbin/mgetty ttyUSB1 &\nmgetty ttyS7\npppd ttyS1\npppd /dev/ttyS0 &\n",
	  "/etc/rc.local:1 W starts\n"
	  "/etc/rc.local:4 W starts\n" },
	{ "/etc/udev/rules.d/99-odd.rules", "KERNEL==\"ttyS\033[2J*\", RUN+=\"/sbin/mgetty %k\"\n",
	  "/etc/udev/rules.d/99-odd.rules:1 W starts\n" },
	{ "/etc/rc.local", "nft flush ruleset\n", "/etc/rc.local:1 W flush\n" },
	{ "/etc/inittab",
	  "T0:23:respawn:/sbin/mgetty -s 9600 ttyUSB0\n#T1:23:respawn:/sbin/mgetty ttyS0\n",
	  "/etc/inittab:1 N starts\n" },
	{ "/etc/sysctl.conf", "net.ipv4.ip_forward=1\n", "" },
	{ "/etc/sysctl.conf", "#net.ipv4.ip_forward=0\n-net/ipv4/ip_forward = 0\n",
	  "/etc/sysctl.conf:2 W net.ipv4.ip_forward\n" },
	{ "/etc/sysctl.d/99-dialpi-ip-forward.conf", "net.ipv4.ip_forward = 1\n", "" },
	{ "/etc/sysctl.d/95-router.conf", "net.ipv4.ip_forward = 0\n",
	  "/etc/sysctl.d/95-router.conf:1 W net.ipv4.ip_forward\n" },
	{ "/etc/sysctl.d/99-cis.conf", "net.ipv4.conf.default.forwarding = 0\n",
	  "/etc/sysctl.d/99-cis.conf:1 W net.ipv4.conf.default.forwarding\n" },
	{ "/etc/sysctl.d/99-cis.conf",
	  "-net/ipv4/conf/all/forwarding=0\nnet.ipv4.conf.*.forwarding = 0\nnet/ipv4/conf/ppp-line1/forwarding = 0\n"
	  "net.ipv4.conf.eth0.forwarding = 0\nnet.ipv4.conf.default.forwarding = 1\nnet.ipv4.conf.all.mc_forwarding = 0\n",
	  "/etc/sysctl.d/99-cis.conf:1 W net.ipv4.conf.all.forwarding\n"
	  "/etc/sysctl.d/99-cis.conf:2 W net.ipv4.conf.*.forwarding\n"
	  "/etc/sysctl.d/99-cis.conf:3 W net.ipv4.conf.ppp-line1.forwarding\n" },
	{ "/etc/sysctl.d/10-router.conf", "net.ipv4.ip_forward = 0\n", "" }, /* ours comes later */
	{ "/etc/sysctl.d/99-sysctl.conf", "net.ipv4.ip_forward = 0\n", "" },
	{ "/etc/udev/rules.d/99-dialpi-modem.rules",
	  "ACTION==\"add\", SUBSYSTEM==\"tty\", KERNEL==\"ttyUSB0\", TAG+=\"systemd\", ENV{SYSTEMD_WANTS}+=\"mgetty.service\"\n",
	  "/etc/udev/rules.d/99-dialpi-modem.rules:1 W starts\n" },
	{ "/etc/udev/rules.d/99-dialpi-modem.rules",
	  "KERNEL==\"ttyACM5\", ENV{SYSTEMD_WANTS}+=\"mgetty.service\"\n", "" },
	{ "/etc/udev/rules.d/99-modem.rules",
	  "ACTION==\"add\", SUBSYSTEM==\"tty\", ATTRS{idVendor}==\"0572\", ATTRS{idProduct}==\"1340\", TAG+=\"systemd\", ENV{SYSTEMD_WANTS}+=\"mgetty@%k.service\"\n",
	  "/etc/udev/rules.d/99-modem.rules:1 W starts\n" },
	{ "/etc/udev/rules.d/99-modem.rules",
	  "KERNEL==\"ttyUSB[0-9]*\", RUN+=\"/sbin/mgetty %k\"\nKERNEL==\"ttyUSB*\", RUN+=\"/bin/logger getty\"\n",
	  "/etc/udev/rules.d/99-modem.rules:1 W starts\n" },
	{ "/etc/udev/rules.d/70-mm.rules", "ENV{ID_MM_DEVICE_PROCESS}=\"1\"\n",
	  "/etc/udev/rules.d/70-mm.rules:1 W ID_MM_DEVICE_PROCESS:\n" },
	{ "/proc/cmdline", "root=/dev/vda console=ttyS0,115200 console=tty0\n",
	  "/proc/cmdline:1 W console=ttyS0:\n" },
	{ "/boot/cmdline.txt", "console=serial0,115200 console=ttyUSB1 root=PARTUUID=1\n", "" },
	{ "/etc/default/grub", "GRUB_CMDLINE_LINUX=\"console=ttyS0\"\n",
	  "/etc/default/grub:1 W console=ttyS0:\n" },
};

static void fill_site(struct site *site)
{
	site_add_line(site, "line1");
	site_add_account(site, "anna");
}

static void test_files(void)
{
	_cleanup_(site_free) struct site site = { 0 };

	fill_site(&site);
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		put(files[i].path, files[i].content);
		check_found(&site, true, files[i].path, files[i].want);
		empty_root();
	}
}

/* Without known ports every file and unit of any port counts, except consoles. */
static void test_unknown_ports(void)
{
	put("/proc/cmdline", "console=ttyS0\n");
	put("/etc/rc.local", "mgetty ttyS9\npppd ttyS8\n");
	check_found(&none, false, "no ports", "/etc/rc.local:1 W starts\n");
	empty_root();
}

static void test_unreadable(void)
{
	put("/etc/ppp/pap-secrets", "");
	check_found(&none, true, "empty", "");
	empty_root();
	put("/etc/ppp/pap-secrets/x", ""); /* a directory */
	check_found(&none, true, "directory", "");
	empty_root();
}

/* --- units --- */

#define GUIDE_UNIT                                                                                    \
	"[Unit]\nDescription=External Modem\nDocumentation=man:mgetty(8)\n\n[Service]\nType=simple\n" \
	"ExecStart=/sbin/mgetty %s\nRestart=always\n\n[Install]\nWantedBy=multi-user.target\n"

#define WANTS "/etc/systemd/system/multi-user.target.wants/"

static const struct {
	const char *unit;    /* enabled, "" not */
	const char *path;    /* of its file */
	const char *content; /* NULL: as in the guides, for ... */
	const char *port;
	const char *want, *want_unit;
} units[] = {
	{ "mgetty", "/lib/systemd/system/mgetty.service", NULL, "/dev/ttyUSB0",
	  "/lib/systemd/system/mgetty.service:7 W mgetty.service\n", "mgetty.service" },
	{ "mgetty", "/etc/systemd/system/mgetty.service", NULL, "ttyUSB1",
	  "/etc/systemd/system/mgetty.service:7 W mgetty.service\n", "mgetty.service" },
	{ "mgetty", "/etc/systemd/system/mgetty.service", NULL, "/dev/ttyACM7",
	  "/etc/systemd/system/mgetty.service:7 N mgetty.service\n", NULL },
	{ "", "/etc/systemd/system/mgetty.service", NULL, "ttyUSB0", "",
	  NULL }, /* nothing starts it */
	{ "mgetty@ttyUSB0", "/etc/systemd/system/mgetty@.service", NULL, "/dev/%i",
	  "/etc/systemd/system/mgetty@.service:7 W mgetty@ttyUSB0.service\n",
	  "mgetty@ttyUSB0.service" },
	{ "mgetty@dev-ttyUSB0", "/usr/lib/systemd/system/mgetty@.service", NULL, "/%I",
	  "/usr/lib/systemd/system/mgetty@.service:7 W mgetty@dev-ttyUSB0.service\n",
	  "mgetty@dev-ttyUSB0.service" },
	{ "serial-getty@ttyS0", "/lib/systemd/system/serial-getty@.service",
	  "ExecStart=-/sbin/agetty -o '-p' - $TERM\nTTYPath=/dev/%I\n", "",
	  "/lib/systemd/system/serial-getty@.service:1 W serial-getty@ttyS0.service\n",
	  "serial-getty@ttyS0.service" },
	{ "serial-getty@ttyUSB1", "/lib/systemd/system/serial-getty@.service",
	  "ExecStart=-/sbin/agetty %I $TERM\n", "", "", NULL },
	{ "serial-getty@ttyS5", "/lib/systemd/system/serial-getty@.service",
	  "ExecStart=-/sbin/agetty %I $TERM\n", "", "", NULL },
	{ "getty@tty1", "/lib/systemd/system/getty@.service", "ExecStart=-/sbin/agetty %I $TERM\n",
	  "", "", NULL },
	{ "dialin", "/etc/systemd/system/dialin.service",
	  "[Service]\nExecStart=/bin/sh -c \\\n  'pppd ttyS0 38400'\n", "",
	  "/etc/systemd/system/dialin.service:2 W dialin.service\n", "dialin.service" },
	{ "ppp@isp", "/lib/systemd/system/ppp@.service",
	  "ExecStart=/usr/sbin/pppd up_sdnotify nolog call %I\n", "", "", NULL },
	{ "gpsd", "/lib/systemd/system/gpsd.service", "ExecStart=/usr/sbin/gpsd /dev/ttyUSB1\n", "",
	  "", NULL },
	{ "mgetty@serial-by\\x2did-usb\\x2dConexant", "/etc/systemd/system/mgetty@.service",
	  "[Service]\nExecStart=/sbin/mgetty %I\n", "",
	  "/etc/systemd/system/mgetty@.service:2 W mgetty@serial-by\\x2did-usb\\x2dConexant.service\n",
	  "mgetty@serial-by\\x2did-usb\\x2dConexant.service" },
	{ "mgetty@dev-serial-by\\x2did-usb\\x2dConexant", "/etc/systemd/system/mgetty@.service",
	  "[Service]\nExecStart=/sbin/mgetty %f\n", "",
	  "/etc/systemd/system/mgetty@.service:2 W mgetty@dev-serial-by\\x2did-usb\\x2dConexant.service\n",
	  "mgetty@dev-serial-by\\x2did-usb\\x2dConexant.service" },
	{ "mgetty@ttyS\\x1b\\x5b2J", "/etc/systemd/system/mgetty@.service",
	  "[Service]\nExecStart=/sbin/mgetty %I\n", "",
	  "/etc/systemd/system/mgetty@.service:2 N mgetty@ttyS\\x1b\\x5b2J.service\n", NULL },
	{ "dialisp-line@line1", "/lib/systemd/system/dialisp-line@.service",
	  "ExecStart=/usr/sbin/mgetty ttyUSB0\n", "", "", NULL },
};

static void check_unit(size_t i)
{
	const struct conflicts_scope scope = { &none, ports, ARRAY_SIZE(ports) };
	_cleanup_(conflicts_free) struct conflicts found = { 0 };
	const char *unit = NULL;

	check_found(&none, true, units[i].path, units[i].want);
	conflicts_list(&scope, &found);
	for (size_t j = 0; j < found.n; j++)
		if (found.findings[j].unit)
			unit = found.findings[j].unit;
	check(!unit == !units[i].want_unit && (!unit || str_eq(unit, units[i].want_unit)), "%s: %s",
	      units[i].path, unit ? unit : "none");
}

static void test_units(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(units); i++) {
		_cleanup_free_ char *content = xasprintf(GUIDE_UNIT, units[i].port),
				    *link = xasprintf(WANTS "%s.service", units[i].unit);

		put(units[i].path, units[i].content ? units[i].content : content);
		if (*units[i].unit)
			put_link(link);
		check_unit(i);
		empty_root();
	}
}

/* The port stands in a drop-in; an empty ExecStart= takes back what was said before. */
static void test_drop_ins(void)
{
	static const struct {
		const char *path, *content, *want;
	} steps[] = {
		{ "/usr/lib/systemd/system/mgetty.service",
		  "[Service]\nExecStart=/sbin/mgetty ttyS0\n",
		  "/usr/lib/systemd/system/mgetty.service:2 W mgetty.service\n" },
		{ "/etc/systemd/system/mgetty.service.d/port.conf",
		  "[Service]\nExecStart=\nExecStart=/sbin/mgetty -x 9 ttyUSB0\n",
		  "/etc/systemd/system/mgetty.service.d/port.conf:3 W mgetty.service\n" },
		/* by name, whichever directory they are in; /etc before /usr */
		{ "/usr/lib/systemd/system/mgetty.service.d/zz.conf",
		  "[Service]\nExecStart= \nExecStart=/sbin/mgetty ttyUSB1\n",
		  "/usr/lib/systemd/system/mgetty.service.d/zz.conf:3 W mgetty.service\n" },
		{ "/etc/systemd/system/mgetty.service.d/zz.conf", "",
		  "/etc/systemd/system/mgetty.service.d/port.conf:3 W mgetty.service\n" },
		{ "/run/systemd/system/mgetty.service.d/aa.conf",
		  "[Service]\nExecStart=\nExecStart=/sbin/mgetty ttyUSB9\n",
		  "/etc/systemd/system/mgetty.service.d/port.conf:3 W mgetty.service\n" },
		{ "/etc/systemd/system/mgetty.service.d/zz.conf", "[Service]\nExecStart=\n", "" },
	};

	put_link(WANTS "mgetty.service");
	for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
		put(steps[i].path, steps[i].content);
		check_found(&none, true, steps[i].path, steps[i].want);
	}
	empty_root();
	put_link(WANTS "mgetty@ttyUSB0.service");
	put("/etc/systemd/system/mgetty@.service", "[Service]\nExecStart=/sbin/mgetty %i\n");
	put("/etc/systemd/system/mgetty@.service.d/fast.conf",
	    "[Service]\nExecStart=\nExecStart=/sbin/mgetty -s 57600 %i\n");
	check_found(&none, true, "of a template",
		    "/etc/systemd/system/mgetty@.service.d/fast.conf:3 W mgetty@ttyUSB0.service\n");
	put("/etc/systemd/system/mgetty@ttyUSB0.service.d/fast.conf",
	    "[Service]\nExecStart=\nExecStart=/sbin/mgetty -s 9600 %i\n");
	check_found(
		&none, true, "of an instance",
		"/etc/systemd/system/mgetty@ttyUSB0.service.d/fast.conf:3 W mgetty@ttyUSB0.service\n");
	empty_root();
}

/* --- entries that can become accounts --- */

static void test_logins(void)
{
	_cleanup_(site_free) struct site site = { 0 };
	struct conflicts_login *logins = NULL;
	size_t n = 0;

	fill_site(&site);
	put("/etc/ppp/pap-secrets",
	    "dial * \"one two\" *\nanna * x *\njoe * @login *\nann * $6$x$y *\nme@isp * y\n* * z *\nb\xe4r * z *\n"
	    "bob dialisp\t\"\\\"\" 10.0.0.1\nlate * \"\" *\n");
	put("/etc/ppp/chap-secrets", "dial * other *\ncarl * w *\n");
	conflicts_list_logins(&site, &logins, &n);
	check(n == 3);
	if (n == 3) {
		check_str(logins[0].name, "dial");
		check_str(logins[0].password, "one two");
		check_str(logins[1].name, "bob");
		check_str(logins[1].password, "\"");
		check_str(logins[2].name, "carl");
	}
	conflicts_free_logins(logins, n);
	empty_root();
	conflicts_list_logins(&site, &logins, &n);
	check(n == 0);
	conflicts_free_logins(logins, n);
}

int main(void)
{
	check(mkdtemp(root) != NULL);
	file_set_root(root);
	test_words();
	test_long_word();
	test_files();
	test_unknown_ports();
	test_unreadable();
	test_units();
	test_drop_ins();
	test_logins();
	rmdir(root);
	return check_done();
}
