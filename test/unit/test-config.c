/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Configuration trees: which are read, what is complained about and where. */
#include "config/config.h"

#include <errno.h>
#include <sys/stat.h>

#include "check.h"
#include "config-bench.h"

/* --- complaints --- */

static const struct {
	const char *path, *content;
	const char *want; /* after the path: ":LINE: ..."; NULL: none */
} one_file[] = {
	/* the reader of lines */
	{ "dialisp.conf", NET, NULL },
	{ "dialisp.conf", "\xef\xbb\xbf" NET, ":1: byte order mark" },
	{ "dialisp.conf", "[network]\r\npool = 10.77.0.0/24\r\n", NULL },
	{ "dialisp.conf", "# caf\xc3\xa9\n; x\n\n \t\n" NET, NULL },
	{ "dialisp.conf", "[network]\npool=10.77.0.0/24 ; comment", NULL },
	{ "dialisp.conf", "[ Network ]\n  Pool\t=\t\"10.77.0.0/24\" # comment\n", NULL },
	{ "dialisp.conf", "[network]\npool = '10.77.0.0/24'\n", NULL },
	{ "dialisp.conf", "[network]\npool = 10.77.0.0%2f24\n", NULL },
	{ "dialisp.conf", NET "dns = # none\n", NULL },
	{ "dialisp.conf", NET "dns =\n", NULL },
	{ "dialisp.conf", NET "dns = \"\"\n", NULL },
	{ "dialisp.conf", NET "# ends with \\\ndns = 192.0.2.1\n", ":3: backslash at the end" },
	{ "dialisp.conf", NET "dns = 192.0.2.1 \\ \n", ":3: backslash at the end" },
	{ "dialisp.conf", NET "dns = \"192.0.2\\.1\"\n", ":3: value with a backslash" },
	{ "dialisp.conf", NET "dns = \"192.0.2.1\n", ":3: value without its closing quote" },
	{ "dialisp.conf", NET "dns = '192.0.2.1\n", ":3: value without its closing quote" },
	{ "dialisp.conf", NET "dns = \"192.0.2.1\" 192.0.2.2\n",
	  ":3: text after the closing quote" },
	{ "dialisp.conf", NET "dns = 192.0.2.1\t192.0.2.2\n", ":3: value with a tab" },
	{ "dialisp.conf", NET "dns = \xc2\xa0 192.0.2.1\n",
	  ":3: value with a byte that is not ASCII" },
	{ "dialisp.conf", NET "dns = 192.0.2.1\x1b[2J\n", ":3: control byte" },
	{ "dialisp.conf", NET "# \x07\n", ":3: control byte" },
	{ "dialisp.conf", NET "# a\rb\n", ":3: control byte" },
	{ "dialisp.conf", NET "dns 192.0.2.1\n",
	  ":3: neither a comment, a [section] nor key = value" },
	{ "dialisp.conf", NET "x", ":3: neither a comment" },
	{ "dialisp.conf", NET "= 5\n", ":3: no key before the =" },
	{ "dialisp.conf", "pool = 10.77.0.0/24\n", ":1: key before the first section" },
	{ "dialisp.conf", "[network] # x\npool = 10.77.0.0/24\n", ":1: section without ]" },
	{ "dialisp.conf", NET "[calls\n", ":3: section without ]" },
	/* names */
	{ "dialisp.conf", NET "\npools = x\n",
	  ":4: unknown key pools: use one of: pool dns firewall lan-access callers-talk ports block-smtp connections\n" },
	{ "dialisp.conf", NET "[call]\nidle = 5\n",
	  ":3: unknown section call: use one of: network calls\n" },
	{ "dialisp.conf", NET "[]\n", ":3: unknown section" },
	{ "dialisp.conf", NET "idle = 5\n", ":3: unknown key idle" },
	{ "dialisp.conf", NET "pool = 10.78.0.0/24\n",
	  ":3: the same key as on line 2: remove one" },
	{ "dialisp.conf", NET "POOL = 10.78.0.0/24\n", ":3: the same key as on line 2" },
	{ "dialisp.conf", NET "[calls]\n[network]\npool = 10.78.0.0/24\n",
	  ":5: the same key as on line 2" },
	{ "dialisp.conf", "[network]\n", ": no pool in [network]" },
	{ "dialisp.conf", "", ": no pool in [network]" },
	/* values */
	{ "dialisp.conf", "[network]\npool =\n", ":2: pool is empty: write " },
	{ "dialisp.conf", "[network]\npool = 10.77.0.1/24\n", ":2: pool is not an address pool" },
	{ "dialisp.conf", "[network]\npool = 127.0.0.0/24\n", ":2: pool is not an address pool" },
	{ "dialisp.conf", "[network]\npool = 224.0.0.0/24\n", ":2: pool is not an address pool" },
	{ "dialisp.conf", "[network]\npool = 10.77.0.0%\n",
	  ":2: pool has a % without two hex digits" },
	{ "dialisp.conf", "[network]\npool = 10.77.0.0/24%0A\n",
	  ":2: pool is not an address pool" },
	{ "dialisp.conf", NET "dns = 192.0.2.1 192.0.2.2\n", NULL },
	{ "dialisp.conf", NET "dns = 192.0.2.1 192.0.2.2 192.0.2.3\n",
	  ":3: dns has more than two" },
	{ "dialisp.conf", NET "dns = 127.0.0.53\n", ":3: dns is not one or two addresses" },
	{ "dialisp.conf", NET "dns = 192.0.2.1,192.0.2.2\n",
	  ":3: dns is not one or two addresses" },
	{ "dialisp.conf", NET "dns = dns.example\n", ":3: dns is not one or two addresses" },
	{ "dialisp.conf", NET "firewall = iptables\n", NULL },
	{ "dialisp.conf", NET "firewall = none\n", NULL },
	{ "dialisp.conf", NET "firewall = pf\n", ":3: firewall is not a known firewall" },
	{ "dialisp.conf", NET "lan-access = yes\n", NULL },
	{ "dialisp.conf", NET "lan-access = 192.168.1.0/24 10.0.0.0/8 192.0.2.1\n", NULL },
	{ "dialisp.conf", NET "lan-access = 192.168.1.1/24\n",
	  ":3: lan-access is neither yes, no nor" },
	{ "dialisp.conf", NET "lan-access = 0.0.0.0/0\n", ":3: lan-access is neither yes, no nor" },
	{ "dialisp.conf", NET "lan-access = 128.0.0.0/1\n",
	  ":3: lan-access is neither yes, no nor" },
	{ "dialisp.conf", NET "lan-access = 127.0.0.0/8\n",
	  ":3: lan-access is neither yes, no nor" },
	{ "dialisp.conf", NET "lan-access = 192.168.1.0/24,192.168.2.0/24\n",
	  ":3: lan-access is neither" },
	{ "dialisp.conf", NET "lan-access = yes 192.168.1.0/24\n",
	  ":3: lan-access is neither yes, no nor" },
	{ "dialisp.conf",
	  NET
	  "lan-access = 9.0.0.1 9.0.0.2 9.0.0.3 9.0.0.4 9.0.0.5 9.0.0.6 9.0.0.7 9.0.0.8 9.0.0.9 9.0.0.10 9.0.0.11"
	  " 9.0.0.12 9.0.0.13 9.0.0.14 9.0.0.15 9.0.0.16 9.0.0.17\n",
	  ":3: lan-access has more than 16 networks" },
	{ "dialisp.conf", NET "lan-access =\n", ":3: lan-access is empty: remove the line for no" },
	{ "dialisp.conf", NET "lan-access = %20\n", ":3: lan-access is blank" },
	{ "dialisp.conf", NET "ports = %20\n", ":3: ports is blank" },
	{ "dialisp.conf", NET "callers-talk = all\n", ":3: callers-talk is neither yes nor no" },
	{ "dialisp.conf", NET "ports =\n", NULL },
	{ "dialisp.conf", NET "ports = none\n", NULL },
	{ "dialisp.conf", NET "ports = tcp/1 udp/65535\n", NULL },
	{ "dialisp.conf", NET "ports = 22\n", ":3: ports is neither none nor ports" },
	{ "dialisp.conf", NET "ports = tcp/0\n", ":3: ports is neither none nor ports" },
	{ "dialisp.conf", NET "ports = tcp/65536\n", ":3: ports is neither none nor ports" },
	{ "dialisp.conf", NET "ports = tcp/ssh\n", ":3: ports is neither none nor ports" },
	{ "dialisp.conf", NET "ports = tcp/22 drop\n", ":3: ports is neither none nor ports" },
	{ "dialisp.conf", NET "block-smtp = 25\n", ":3: block-smtp is neither yes nor no" },
	{ "dialisp.conf", NET "connections = 65535\n", NULL },
	{ "dialisp.conf", NET "connections = many\n", ":3: connections is not a number" },
	{ "dialisp.conf", NET "firewall =\n", ":3: firewall is empty: remove the line for nft" },
	{ "dialisp.conf", NET "[calls]\nidle = 86400\nlimit = 010\n", NULL },
	{ "dialisp.conf", NET "[calls]\nidle = 86401\n", ":4: idle is not a number of seconds" },
	{ "dialisp.conf", NET "[calls]\nlimit = 1h\n", ":4: limit is not a number of seconds" },
	{ "dialisp.conf", NET "[calls]\nlimit = -1\n", ":4: limit is not a number of seconds" },
	{ "dialisp.conf", NET "[calls]\nmax-failed-logins = 0\nfailed-login-delay = 300\n", NULL },
	{ "dialisp.conf", NET "[calls]\nmax-failed-logins = 100\nfailed-login-delay = 1\n", NULL },
	{ "dialisp.conf", NET "[calls]\nmax-failed-logins = 101\n",
	  ":4: max-failed-logins is not a number of failed logins: write" },
	{ "dialisp.conf", NET "[calls]\nmax-failed-logins = many\n",
	  ":4: max-failed-logins is not a number of failed logins" },
	{ "dialisp.conf", NET "[calls]\nmtu = 296\nshaping = off\n", NULL },
	{ "dialisp.conf", NET "[calls]\nmtu = large\n", ":4: mtu is not a packet size" },
	{ "dialisp.conf", NET "[calls]\nshaping = 128001\n", ":4: shaping is not a shaper rate" },
	{ "dialisp.conf", NET "[calls]\nfailed-login-delay = 0\n",
	  ":4: failed-login-delay is not a number of seconds to delay" },
	{ "dialisp.conf", NET "[calls]\nfailed-login-delay = 301\n",
	  ":4: failed-login-delay is not a number of seconds" },
	{ "dialisp.conf", NET "[calls]\nlogin = text\n", NULL },
	{ "dialisp.conf", NET "[calls]\nlogin =\n", ":4: login is empty: remove the line for ppp" },
	{ "lines.d/line1.conf", LINE1, NULL },
	{ "lines.d/line1.conf", LINE1 "login = ppp\n", NULL },
	{ "lines.d/line1.conf", LINE1 "login =\n", NULL },
	{ "lines.d/line1.conf", LINE1 "login = both\n", ":4: login is not a login method" },
	{ "lines.d/line1.conf", "[line]\naddress = 10.77.0.2\n", ": no location in [line]" },
	{ "lines.d/line1.conf", "[line]\nlocation = a\n", ": no address in [line]" },
	{ "lines.d/line1.conf", "[line]\nlocation =\naddress = 10.77.0.2\n",
	  ":2: location is empty: write " },
	{ "lines.d/line1.conf", "[line]\nlocation = a b\naddress = 10.77.0.2\n",
	  ":2: location is not a location" },
	{ "lines.d/line1.conf", "[line]\nlocation = a%22b\naddress = 10.77.0.2\n",
	  ":2: location is not a location" },
	{ "lines.d/line1.conf", "[line]\nlocation = a%0Ab\naddress = 10.77.0.2\n",
	  ":2: location is not a location" },
	{ "lines.d/line1.conf", LINE1 "port-number = 256\n",
	  ":4: port-number is not a port number" },
	{ "lines.d/line1.conf", LINE1 "dialect = klingon\n", ":4: dialect is not a known dialect" },
	{ "lines.d/line1.conf", LINE1 "speed = 1200\n", ":4: speed is not a port speed" },
	{ "lines.d/line1.conf", LINE1 "speed = 33600\n", ":4: speed is not a port speed" },
	{ "lines.d/line1.conf", LINE1 "speed = 460800\nrings = 9\n", NULL },
	{ "lines.d/line1.conf", LINE1 "rings = 0\n", ":4: rings is not a number of rings" },
	{ "lines.d/line1.conf", LINE1 "rings = 10\n", ":4: rings is not a number of rings" },
	{ "lines.d/line1.conf", LINE1 "caller-id = 1\n", ":4: caller-id is neither yes nor no" },
	{ "lines.d/line1.conf", LINE1 "init = X3%3BZ\n", ":4: init has Z" },
	{ "lines.d/line1.conf", LINE1 "init = S0=1\n", ":4: init sets S0" },
	{ "lines.d/line1.conf", LINE1 "flow = none\n", NULL },
	{ "lines.d/line1.conf", LINE1 "flow =\n", NULL },
	{ "lines.d/line1.conf", LINE1 "flow = %26H1%26R2\n", NULL },
	{ "lines.d/line1.conf", LINE1 "flow = %5CQ3\n", NULL }, /* a dialect's own */
	{ "lines.d/line1.conf", LINE1 "flow = *F3\n", NULL },   /* of no dialect */
	{ "lines.d/line1.conf", LINE1 "flow = %5CQ0\n", ":4: flow has a quote, a backslash" },
	{ "lines.d/line1.conf", LINE1 "flow = %26K3 %5CQ3\n", ":4: flow is more than one command" },
	{ "lines.d/line1.conf", LINE1 "flow = %26K3Z\n", ":4: flow has Z" },
	{ "lines.d/line1.conf", LINE1 "without = W2 %5CN3 +MS%3DV34,1,300,28800\n", NULL },
	{ "lines.d/line1.conf", LINE1 "without = W2%22\n", ":4: without has a quote" },
	{ "lines.d/line1.conf", LINE1 "without = W2%0AX4\n",
	  ":4: without has a quote or a character" },
	{ "lines.d/line1.conf", LINE1 "max-rate = 0\n", NULL },
	{ "lines.d/line1.conf", LINE1 "max-rate = 300\n", NULL },
	{ "lines.d/line1.conf", LINE1 "max-rate = 1200\n", NULL },
	{ "lines.d/line1.conf", LINE1 "max-rate = 33600\n", NULL },
	{ "lines.d/line1.conf", LINE1 "max-rate = 33601\n", ":4: max-rate is not a rate" },
	{ "lines.d/line1.conf", LINE1 "max-rate = 36000\n", ":4: max-rate is not a rate" },
	{ "lines.d/line1.conf", LINE1 "max-rate = 600\n", ":4: max-rate is not a rate" },
	{ "lines.d/line1.conf", LINE1 "max-rate = fast\n", ":4: max-rate is not a rate" },
	{ "lines.d/line1.conf", LINE1 "carrier = watch\n", NULL },
	{ "lines.d/line1.conf", LINE1 "carrier = Watch\n", ":4: carrier is not a way to detect" },
	{ "lines.d/line1.conf", LINE1 "carrier =\n",
	  ":4: carrier is empty: remove the line for hangup" },
	{ "lines.d/line1.conf", LINE1 "mtu = 576\nshaping = 28800\n", NULL },
	{ "lines.d/line1.conf", LINE1 "mtu = auto\nshaping = auto\n", NULL },
	{ "lines.d/line1.conf", LINE1 "mtu = 127\n", ":4: mtu is not a packet size" },
	{ "lines.d/line1.conf", LINE1 "mtu = 1501\n", ":4: mtu is not a packet size" },
	{ "lines.d/line1.conf", LINE1 "mtu = off\n", ":4: mtu is not a packet size" },
	{ "lines.d/line1.conf", LINE1 "shaping = off\n", NULL },
	{ "lines.d/line1.conf", LINE1 "shaping = 299\n", ":4: shaping is not a shaper rate" },
	{ "lines.d/line1.conf", LINE1 "shaping = yes\n", ":4: shaping is not a shaper rate" },
	{ "lines.d/line1.conf", LINE1 "modem = a%1b[2J\n",
	  ":4: modem has a character that is not printable" },
	{ "lines.d/line1.conf", LINE1 "[user]\n", ":4: unknown section user" },
	{ "lines.d/line1.conf", "[line]\nlocation = a\naddress = 10.78.0.2\n",
	  ":3: address 10.78.0.2 is not in the address pool 10.77.0.0/24" },
	{ "lines.d/line1.conf", "[line]\nlocation = a\naddress = 10.77.0.255\n",
	  ":3: address 10.77.0.255 is not in" },
	{ "lines.d/line1.conf", "[line]\nlocation = a\naddress = 10.77.0.1\n",
	  ":3: address 10.77.0.1 is the local address of this host" },
	{ "lines.d/line1.conf", "[line]\nlocation = a\naddress = 10.77.0.02\n",
	  ":3: address is not an address" },
	{ "lines.d/Line1.conf", LINE1, ": the name before .conf must be" },
	{ "lines.d/line-1.conf", LINE1, ": the name before .conf must be" },
	{ "lines.d/line12345678.conf", LINE1, ": the name before .conf must be" },
	{ "lines.d/.line1.conf", "junk", NULL },
	{ "lines.d/line1.conf~", "junk", NULL },
	{ "lines.d/README", "junk", NULL },
	{ "users.d/ann.conf", USER, NULL },
	{ "users.d/Ann.B@x+1.conf", USER, NULL },
	{ "users.d/-ann.conf", USER, ": the name before .conf must begin with a letter or digit" },
	{ "users.d/CORP%5Cann.conf", USER, NULL },
	{ "users.d/a%20b.conf", USER, NULL },
	{ "users.d/a b.conf", USER,
	  ": the name before .conf is encoded in another way: rename the file to a%20b.conf" },
	{ "users.d/CORP%5cann.conf", USER,
	  ": the name before .conf is encoded in another way: rename the file to CORP%5Cann.conf" },
	{ "users.d/%61nn.conf", USER,
	  ": the name before .conf is encoded in another way: rename the file to ann.conf" },
	{ "users.d/a%.conf", USER,
	  ": the name before .conf has a % without two hexadecimal digits: rename the file, with %25 for %" },
	{ "users.d/a%00b.conf", USER,
	  ": the name before .conf has a % without two hexadecimal digits" },
	{ "users.d/a%0Ab.conf", USER,
	  ": the name before .conf has a character that is not printable ASCII" },
	{ "users.d/%5Cann.conf", USER,
	  ": the name before .conf must begin with a letter or digit" },
	{ "users.d/ann.conf", "[user]\n", ": no password in [user]" },
	{ "users.d/ann.conf", "[user]\npassword =\n", ":2: password is empty" },
	{ "users.d/ann.conf", "[user]\npassword = #secretword\n", ":2: password is empty" },
	{ "users.d/ann.conf", "[user]\npassword = @login\n",
	  ":2: password is @login or begins with @/" },
	{ "users.d/ann.conf", "[user]\npassword = @/secretword\n",
	  ":2: password is @login or begins with @/" },
	{ "users.d/ann.conf", "[user]\npassword = %40/secretword\n",
	  ":2: password is @login or begins with @/" },
	{ "users.d/ann.conf", "[user]\npassword = secretword%0A\n",
	  ":2: password has a character" },
	{ "users.d/ann.conf", "[user]\npassword = secretword%\n", ":2: password has a % without" },
	{ "users.d/ann.conf", "[user]\npassword = \"secretword\n",
	  ":2: value without its closing quote" },
	{ "users.d/ann.conf", "[user]\npassword: secretword\n", ":2: neither a comment" },
	{ "users.d/ann.conf", "[user]\npassword secretword = 1\n",
	  ":2: unknown key: use one of: password address lan-access callers-talk ports" },
	{ "users.d/ann.conf", "[user]\nsecretword = 1\n",
	  ":2: unknown key: use one of: password address " },
	{ "users.d/ann.conf", "[secretword]\n", ":1: unknown section: use one of: user" },
	{ "users.d/ann.conf", USER "address = 10.77.0.9\n", NULL },
	{ "users.d/ann.conf",
	  USER "address = 10.77.0.9\nlan-access = no\ncallers-talk = yes\nports = none\n", NULL },
	{ "users.d/ann.conf", USER "address = 10.77.0.9\nports =\n", NULL },
	{ "users.d/ann.conf", USER "lan-access = yes\n",
	  ": lan-access, callers-talk and ports need a fixed address" },
	{ "users.d/ann.conf", USER "ports = none\n",
	  ": lan-access, callers-talk and ports need a fixed address" },
	{ "users.d/ann.conf", USER "address = 10.78.0.9\n",
	  ":3: address 10.78.0.9 is not in the address pool" },
	{ "users.d/ann.conf", USER "address = 10.77.0.1\n",
	  ":3: address 10.77.0.1 is the local address of this host" },
	{ "users.d/ann.conf", USER "address = 0.0.0.0\n", ":3: address is not an address" },
};

/* Each is "FILE.conf:LINE: problem: cure". */
static bool have_cures(const struct text *complaints)
{
	_cleanup_free_ char *copy = xstrdup(text_str(complaints));
	char *rest = copy, *line, *problem;

	while ((line = strsep(&rest, "\n"))) {
		problem = strstr(line, ".conf");
		problem = problem ? strstr(problem, ": ") : NULL;
		if (*line && (!problem || !strstr(problem + 2, ": ")))
			return false;
	}
	return true;
}

static void check_complaints(size_t i, int r, const struct text *complaints)
{
	_cleanup_free_ char *want =
		xasprintf("%s" CONFIG_DIR "/%s%s", root, one_file[i].path, one_file[i].want ?: "");

	check(!strstr(text_str(complaints), "secretword"), "%s", complaints->s);
	if (!one_file[i].want) {
		check(r == 0, "case %zu: %d %s", i, r, text_str(complaints));
		return;
	}
	check(r == -EINVAL, "case %zu, %s: %d", i, want, r);
	check(strstr(text_str(complaints), want), "case %zu: have %s, want %s", i,
	      text_str(complaints), want);
	check(have_cures(complaints), "%s", text_str(complaints));
}

static void test_one_file(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(one_file); i++) {
		_cleanup_(site_free) struct site site = { 0 };
		_cleanup_text_ struct text complaints = { 0 };
		int r;

		clear_tree();
		put("dialisp.conf", NET);
		put(one_file[i].path, one_file[i].content);
		r = load(&site, &complaints);
		check_complaints(i, r, &complaints);
	}
}

static void test_bytes(void)
{
	static const char nul[] = NET "dns = 192.0.2.1\0 \n";
	char line[1200];
	struct site site = { 0 };
	_cleanup_text_ struct text complaints = { 0 };

	clear_tree();
	put_mem("dialisp.conf", nul, sizeof(nul) - 1);
	check(load(&site, &complaints) == -EINVAL &&
	      strstr(complaints.s, "dialisp.conf:3: control byte"));

	/* the longest that is taken, and one more */
	memset(line, 'x', sizeof(line));
	memcpy(line, NET "#", strlen(NET) + 1);
	for (size_t n = 1000; n <= 1001; n++) {
		text_clear(&complaints);
		put_mem("dialisp.conf", line, strlen(NET) + n);
		check(load(&site, &complaints) == (n == 1000 ? 0 : -EINVAL), "%zu: %s", n,
		      text_str(&complaints));
	}
	check(strstr(text_str(&complaints), "dialisp.conf:3: line of more than 1000 bytes"));
}

/* --- files beside one another --- */

static void test_together(void)
{
	static const struct {
		const char *path, *content, *want;
	} cases[] = {
		{ "lines.d/line2.conf", LINE2, NULL },
		{ "lines.d/line2.conf", LINE1,
		  "line2.conf:3: address 10.77.0.2 is that of line line1" },
		{ "lines.d/line2.conf", LINE1, "line2.conf:2: the location is that of line line1" },
		{ "lines.d/line2.conf",
		  "[line]\nlocation = pci-0000:00:14.0-usb-0:1:1.0\nport-number = 1\naddress = 10.77.0.3\n",
		  NULL },
		{ "users.d/bob.conf", USER "address = 10.77.0.2\n",
		  "bob.conf:3: address 10.77.0.2 is that of line line1" },
		{ "users.d/bob.conf", USER "address = 10.77.0.9\n",
		  "bob.conf:3: address 10.77.0.9 is that of user ann" },
		{ "users.d/bob.conf", USER "address = 10.77.0.8\n", NULL },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_(site_free) struct site site = { 0 };
		_cleanup_text_ struct text complaints = { 0 };
		int r;

		clear_tree();
		put("dialisp.conf", NET);
		put("lines.d/line1.conf", LINE1);
		put("users.d/ann.conf", USER "address = 10.77.0.9\n");
		put(cases[i].path, cases[i].content);
		r = load(&site, &complaints);
		check(r == (cases[i].want ? -EINVAL : 0), "case %zu: %d %s", i, r,
		      text_str(&complaints));
		check(!cases[i].want || strstr(text_str(&complaints), cases[i].want),
		      "case %zu: have %s", i, text_str(&complaints));
	}
}

static void test_every_mistake(void)
{
	static const char *const wants[] = { "dialisp.conf:2: pool ", "dialisp.conf:3: unknown key",
					     "dialisp.conf:4: neither", "line1.conf:2: unknown key",
					     "ann.conf:2: unknown key" };
	struct site site = { .idle_s = 4711 };
	_cleanup_text_ struct text complaints = { 0 };

	clear_tree();
	put("dialisp.conf", "[network]\npool = x\ny = z\nw\n");
	put("lines.d/line1.conf", "[line]\nx = y\n");
	put("users.d/ann.conf", "[user]\nx = y\n");
	check(load(&site, &complaints) == -EINVAL);
	for (size_t i = 0; i < ARRAY_SIZE(wants); i++)
		check(strstr(text_str(&complaints), wants[i]), "no %s in\n%s", wants[i],
		      text_str(&complaints));
	check(site.idle_s == 4711 && site.n_lines == 0); /* untouched */
}

static void test_files(void)
{
	_cleanup_free_ char *conf = xasprintf("%s" CONFIG_FILE, root);
	_cleanup_free_ char *ann = xasprintf("%s" CONFIG_USERS "/ann.conf", root);
	_cleanup_(site_free) struct site site = { 0 }, public = { 0 };
	_cleanup_text_ struct text complaints = { 0 };

	clear_tree();
	check(load(&site, &complaints) == -ENOENT && !complaints.len);
	put("lines.d/line1.conf", LINE1);
	put("lines.d/line10.conf", LINE2);
	put("lines.d/line2.conf", "[line]\nlocation = x\naddress = 10.77.0.4\n");
	check(load(&site, &complaints) == -ENOENT && site.n_lines == 3, "%s",
	      text_str(&complaints));
	check_str(site.lines[1].name, "line2");
	check(site.max_failed_logins == 5 &&
	      site.failed_login_delay_s == 30); /* what setup writes */

	put("dialisp.conf", NET);
	put("users.d/ann.conf", USER);
	chmod(ann, 0640);
	check(load(&site, &complaints) == -EINVAL);
	check(strstr(text_str(&complaints), ": run chmod 600 "), "%s", text_str(&complaints));
	check(config_load(root, CONFIG_WHAT_PUBLIC, &public, &complaints) == 0 &&
	      public.n_accounts == 0);

	text_clear(&complaints);
	unlink(conf);
	check(mkfifo(conf, 0644) == 0);
	check(load(&public, &complaints) == -EINVAL && strstr(complaints.s, "not a text file"));
}

/* A call reads the file of its own line only. */
static void test_line(void)
{
	_cleanup_(site_free) struct site none = { 0 }, bare = { 0 }, site = { 0 }, absent = { 0 };
	_cleanup_text_ struct text complaints = { 0 };

	clear_tree();
	check(config_load_line(root, "line1", &none, &complaints) == -ENOENT && none.n_lines == 0);
	check(none.max_failed_logins == 5);
	put("dialisp.conf", NET);
	put("lines.d/line1.conf", LINE1);
	put("lines.d/line2.conf", "[line]\nwhat\n");
	check(config_load_line(root, NULL, &bare, &complaints) == 0 && bare.n_lines == 0);
	check(config_load_line(root, "line1", &site, &complaints) == 0 && site.n_lines == 1, "%s",
	      text_str(&complaints));
	check(site.network.pool.length && site_find_line(&site, "line1"));
	check(config_load_line(root, "line3", &absent, &complaints) == 0 && absent.n_lines == 0);
	check(!complaints.len);
	check(config_load_line(root, "line2", &absent, &complaints) == -EINVAL);
	check(strstr(text_str(&complaints), "/line2.conf:2: "), "%s", text_str(&complaints));
}

int main(void)
{
	if (!mkdtemp(root))
		return 1;
	test_one_file();
	test_bytes();
	test_together();
	test_every_mistake();
	test_files();
	test_line();
	clear_tree();
	rmdir(root);
	return check_done();
}
