/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Values of a configuration: what they mean to both readers, what comes back after writing, what
 * the keys say of themselves. */
#include "config/config.h"

#include <errno.h>
#ifdef HAVE_INIPARSER_SUBDIR
#include <iniparser/iniparser.h>
#else
#include <iniparser.h>
#endif

#include "check.h"
#include "config-bench.h"
#include "util/quote.h"
#include "util/template.h"

/* --- two readers --- */

dictionary *__real_iniparser_load(const char *path);
dictionary *__wrap_iniparser_load(const char *path);

/* iniparser's answers: how often it is asked about a line and about another file, and whether it
 * reads another line's than we do. */
static unsigned n_asked, n_asked_always;
static const char *other_path;

dictionary *__wrap_iniparser_load(const char *path)
{
	if (!strstr(path, "/lines.d/")) {
		n_asked_always++;
		return __real_iniparser_load(path);
	}
	n_asked++;
	return __real_iniparser_load(other_path ? other_path : path);
}

/* Of a line what we would write ourselves is not asked about; of the rest both readers must say the
 * same. */
static void test_when_asked(void)
{
	static const struct {
		const char *content;
		unsigned n_asked;
	} cases[] = {
		{ LINE1, 0 },
		{ LINE1
		  "modem = \"U.S. Robotics 56K, V.92/V.90 @a:b_c+d-e %28rev. 4%29\"\ninit = %26K3\nflow =\n",
		  0 },
		{ LINE1 "init = &K3\n", 1 },
		{ LINE1 "init = '&K3' # comment\nmodem = Hayes (old)\n", 1 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		for (size_t k = 0; k < 2; k++) {
			_cleanup_(site_free) struct site site = { 0 };
			_cleanup_text_ struct text complaints = { 0 };
			bool is_found = k && cases[i].n_asked;

			clear_tree();
			put("dialisp.conf", NET);
			put("lines.d/line1.conf", cases[i].content);
			n_asked = n_asked_always = 0;
			other_path = k ? "/dev/null" : NULL;
			check(load(&site, &complaints) == (is_found ? -EINVAL : 0), "%zu: %s", i,
			      text_str(&complaints));
			check(n_asked == cases[i].n_asked && n_asked_always == 1, "%zu: %u, %u", i,
			      n_asked, n_asked_always);
			check(is_found ==
			      !!strstr(text_str(&complaints), "line1.conf:4: ambiguous value"));
		}
	}
	other_path = NULL;
}

/* Whether a value of this sign is taken without iniparser. */
static bool is_taken_alone(char sign)
{
	_cleanup_free_ char *content = xasprintf(LINE1 "modem = \"x%cx\"\n", sign);
	_cleanup_(site_free) struct site site = { 0 };
	_cleanup_text_ struct text complaints = { 0 };

	put("lines.d/line1.conf", content);
	n_asked = 0;
	load(&site, &complaints);
	return n_asked == 0 && complaints.len == 0;
}

/* iniparser reads such a sign as we do, in every form and at every place of a value. */
static void check_alone(char sign)
{
	static const char *const forms[] = { "%s", "\"%s\"", "'%s'", "%s ; comment",
					     "\"%s\"# comment" };
	_cleanup_free_ char *path = xasprintf("%s" CONFIG_DIR "/alone", root);

	for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
		char value[6] = { sign, sign, 'x', sign, sign };
		const char *want = *forms[i] == '%' && sign == ' ' ? "x" : value, *got;
		_cleanup_text_ struct text file = { 0 };
		dictionary *dict;

		text_add(&file, "[line]\nmodem = ");
		text_addf(&file, forms[i], value);
		put("alone", file.s);
		dict = iniparser_load(path);
		got = dict ? iniparser_getstring(dict, "line:modem", NULL) : NULL;
		check(got && str_eq(got, want), "%s: have \"%s\", want \"%s\"", file.s,
		      got ? got : "", want);
		iniparser_freedict(dict);
	}
}

static void test_alone(void)
{
	unsigned n = 0;

	clear_tree();
	put("dialisp.conf", NET);
	for (char sign = ' '; sign <= '~'; sign++) {
		if (sign == '%' ||
		    !is_taken_alone(sign)) /* an encoded one: after it come two digits */
			continue;
		check_alone(sign);
		n++;
	}
	check_alone('%');
	check(n >= 26 + 26 + 10, "%u", n);
}

/* --- values --- */

static void test_values(void)
{
	_cleanup_(site_free) struct site site = { 0 };
	_cleanup_text_ struct text complaints = { 0 };
	const struct line *line;

	clear_tree();
	put("dialisp.conf", NET "dns = 192.0.2.1 192.0.2.2\n[calls]\nidle = 010\nlimit = 3600\n");
	put("lines.d/line1.conf", LINE1);
	put("lines.d/line2.conf", LINE2
	    "port-number = 3\ndriver = ftdi_sio\ndialect = cnxt\nmodem = A ; B\nspeed = 57600\nrings = 2\n"
	    "caller-id = yes\ninit = X3 +MS=V34,1\nflow = %5CQ3\nwithout = W2 %5CN3\nmax-rate = 28800\n"
	    "carrier = none\nmtu = 296\nshaping = off\n");
	put("users.d/ann.conf", "[user]\npassword = \" a;b#c%22%5C \"\naddress = 10.77.0.9\n");
	check(load(&site, &complaints) == 0, "%s", text_str(&complaints));
	check_str(site_format_address(site.network.local), "10.77.0.1");
	check(site.network.n_dns == 2 && site.network.pool.length == 24);
	check_str(site_format_address(site.network.dns[1]), "192.0.2.2");
	check(site.idle_s == 10 && site.limit_s == 3600); /* a leading zero is no octal */
	check(site.n_lines == 2 && site.n_accounts == 1);

	check(site.max_failed_logins == 5 && site.failed_login_delay_s == 30);
	line = &site.lines[0]; /* defaults */
	check(line->port_number == -1 && line->speed == 115200 && line->rings == 1 &&
	      !line->caller_id);
	check(!line->driver && !line->modem && !line->init);
	check(!line->flow && !line->without && !line->max_rate &&
	      line->carrier == SITE_CARRIER_HANGUP);
	check_str(line->dialect, "generic");
	check(site.mtu.how == SITE_HOW_AUTO && site.shaping.how == SITE_HOW_AUTO);
	check(line->mtu.how == SITE_HOW_UNSET && line->shaping.how == SITE_HOW_UNSET);
	line = &site.lines[1];
	check(line->mtu.how == SITE_HOW_NUMBER && line->mtu.number == 296 &&
	      line->shaping.how == SITE_HOW_OFF);
	check(line->port_number == 3 && line->speed == 57600 && line->rings == 2 &&
	      line->caller_id);
	check_str(line->driver, "ftdi_sio");
	check_str(line->dialect, "cnxt");
	check_str(line->modem, "A"); /* what follows is a comment */
	check_str(line->init, "X3 +MS=V34,1");
	check_str(line->flow, "\\Q3");
	check_str(line->without, "W2 \\N3");
	check(line->max_rate == 28800 && line->carrier == SITE_CARRIER_NONE);
	check_str(site.accounts[0].password, " a;b#c\"\\ ");
	check_str(site_format_address(site.accounts[0].address), "10.77.0.9");
}

static bool same_string(const char *a, const char *b)
{
	return a == b || (a && b && str_eq(a, b));
}

static void check_round_trip(enum site_carrier carrier, enum site_login login)
{
	struct line line = {
		.name = "line1",
		.socket = (char *)"/devices/platform/x[1]",
		.port_number = 2,
		.driver = (char *)"ftdi_sio",
		.dialect = (char *)"cnxt",
		.modem = (char *)"U.S. \"R\" 56K; 100% #1 \\",
		.speed = 57600,
		.rings = 3,
		.caller_id = true,
		.init = (char *)"X3;+MS=1 S7=60 $=1",
		.flow = (char *)"\\Q3",
		.without = (char *)"W2 \\N3 +MS=V34,1,300,28800",
		.max_rate = 28800,
		.carrier = carrier,
		.login = login,
		.mtu = { SITE_HOW_NUMBER, 1500 },
		.shaping = { carrier == SITE_CARRIER_WATCH ? SITE_HOW_AUTO : SITE_HOW_NUMBER,
			     carrier == SITE_CARRIER_WATCH ? 0 : 24000 },
	};
	_cleanup_(site_free) struct site site = { 0 };
	_cleanup_text_ struct text complaints = { 0 }, content = { 0 };
	const struct line *back = &line;

	check(site_parse_address("10.77.0.200", &line.address) == 0);
	config_render_line(&line, &content);
	clear_tree();
	put("dialisp.conf", NET);
	put("lines.d/line1.conf", content.s);
	check(load(&site, &complaints) == 0, "%s\n%s", text_str(&complaints), content.s);
	if (site.n_lines)
		back = site.lines;
	check(back != &line && same_string(back->socket, line.socket) &&
		      same_string(back->driver, line.driver) &&
		      same_string(back->dialect, line.dialect) &&
		      same_string(back->modem, line.modem) && same_string(back->init, line.init) &&
		      same_string(back->flow, line.flow) &&
		      same_string(back->without, line.without),
	      "%s", content.s);
	check(back->port_number == line.port_number && back->speed == line.speed &&
		      back->rings == line.rings && back->caller_id &&
		      back->max_rate == line.max_rate && back->carrier == line.carrier &&
		      back->login == line.login &&
		      memcmp(&back->mtu, &line.mtu, sizeof(line.mtu)) == 0 &&
		      memcmp(&back->shaping, &line.shaping, sizeof(line.shaping)) == 0 &&
		      back->address.s_addr == line.address.s_addr,
	      "%s", content.s);
}

static void test_line_round_trip(void)
{
	for (unsigned i = 0; site_carrier_name((enum site_carrier)i); i++)
		for (unsigned j = 0; site_login_name((enum site_login)j); j++)
			check_round_trip((enum site_carrier)i, (enum site_login)j);
}

static const char *const passwords[] = {
	"x",
	" ",
	"  a  b  ",
	"#",
	";",
	"a;b",
	"a#b",
	"\"",
	"'",
	"\"\"",
	"''",
	"\"a\"",
	"'a",
	"\\",
	"a\\",
	"\\n",
	"\\\"",
	"%",
	"%41",
	"%%",
	"=",
	"a=b",
	"[user]",
	"]",
	"* * *",
	"$(x)`y`",
	"~!@#$%^&*()_+{}|:\"<>?`-=[]\\;',./",
	"true",
	"0x10",
	"010",
	"@",
	"{{x}}",
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
	"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"",
};

static void check_password(const char *password)
{
	struct account account = { .name = "ann", .password = (char *)password };
	_cleanup_(site_free) struct site site = { 0 };
	_cleanup_text_ struct text complaints = { 0 }, content = { 0 };

	config_render_account(&account, &content);
	put("users.d/ann.conf", content.s);
	check(load(&site, &complaints) == 0, "\"%s\": %s", password, text_str(&complaints));
	check(site.n_accounts == 1);
	if (site.n_accounts == 1)
		check_str(site.accounts[0].password, password);
}

static void test_passwords(void)
{
	clear_tree();
	put("dialisp.conf", NET);
	for (size_t i = 0; i < ARRAY_SIZE(passwords); i++)
		check_password(passwords[i]);
	for (char c = ' '; c <= '~'; c++) {
		char password[] = { c, 'a', c, '\0' };

		check_password(password);
	}
}

/* What an account's file says of rights, and what comes back when it is written. */
static void test_rights(void)
{
	static const char *const files[] = {
		"lan-access = yes\n",
		"lan-access = no\ncallers-talk = no\nports = none\n",
		"lan-access = 192.168.1.0/24 192.0.2.1/32\ncallers-talk = yes\nports = tcp/22 udp/123\n",
		"ports = udp/65535\n",
		"",
	};

	clear_tree();
	put("dialisp.conf", NET "lan-access = yes\nports = udp/9\n");
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		_cleanup_free_ char *file = xasprintf(USER "address = 10.77.0.9\n%s", files[i]);
		_cleanup_(site_free) struct site site = { 0 };
		_cleanup_text_ struct text complaints = { 0 }, content = { 0 };

		put("users.d/ann.conf", file);
		check(load(&site, &complaints) == 0, "%s", text_str(&complaints));
		if (!site.n_accounts)
			continue;
		check(site_has_rights(&site.accounts[0].rights) == (*files[i] != '\0'));
		config_render_account(&site.accounts[0], &content);
		check(strstr(text_str(&content), file), "have %s, want %s", text_str(&content),
		      file);
		check(site.network.rights.lan == SITE_ANSWER_YES &&
		      site.network.rights.n_ports == 1 && site.network.rights.port[0].is_udp &&
		      site.network.rights.port[0].number == 9);
	}
}

/* --- dialisp.conf as setup writes it --- */

static int resolve(const void *context, const char *name, struct text *ret_value)
{
	return config_resolve_site(context, name, ret_value);
}

static void test_template(void)
{
	/* beside this file; the build names it relative to where tests run */
	_cleanup_free_ char *path =
		xasprintf("%.*s../../templates/dialisp.conf",
			  (int)(strrchr(__FILE__, '/') + 1 - __FILE__), __FILE__);
	struct template_error error = { 0 };
	struct site want = { .idle_s = 600,
			     .limit_s = 7200,
			     .max_failed_logins = 7,
			     .failed_login_delay_s = 45,
			     .mtu = { SITE_HOW_NUMBER, 576 },
			     .shaping = { .how = SITE_HOW_OFF } };
	const struct template_source source = { resolve, &want };
	_cleanup_(site_free) struct site site = { 0 };
	_cleanup_text_ struct text template = { 0 }, out = { 0 }, complaints = { 0 };
	struct site_prefix pool;
	char buffer[8192];
	FILE *f = fopen(path, "r");

	check(f, "%s", path);
	if (!f)
		return;
	text_add_mem(&template, buffer, fread(buffer, 1, sizeof(buffer), f));
	fclose(f);
	check(site_parse_pool("10.77.0.0/24", &pool) == 0);
	site_set_pool(&want.network, pool);
	for (want.network.n_dns = 0; want.network.n_dns < 2; want.network.n_dns++) {
		check(site_parse_address("192.0.2.1", &want.network.dns[want.network.n_dns]) == 0);
		text_clear(&out);
		text_clear(&complaints);
		check(template_render(template.s, QUOTE_INI, &source, &out, &error) == 0,
		      "%s:%u: %s %s", path, error.line, error.name, error.why);
		clear_tree();
		put("dialisp.conf", text_str(&out));
		check(load(&site, &complaints) == 0, "%s", text_str(&complaints));
		check(memcmp(&site.network.dns, &want.network.dns,
			     want.network.n_dns * sizeof(struct in_addr)) == 0);
		check(site.network.n_dns == want.network.n_dns && site.network.pool.length == 24);
		check(site.idle_s == 600 && site.limit_s == 7200);
		check(site.max_failed_logins == 7 && site.failed_login_delay_s == 45);
		check(site.mtu.number == 576 && site.shaping.how == SITE_HOW_OFF);
	}
	/* every key of the site is in it */
	for (size_t i = 0; i < config_n_keys; i++) {
		_cleanup_free_ char *line = xasprintf("\n%s = ", config_keys[i].key);

		check(config_keys[i].file != CONFIG_FILE_SITE || strstr(text_str(&out), line),
		      "no%s", line);
	}
}

static void test_resolve(void)
{
	static const char *const unknown[] = { "",
					       "pool",
					       "network",
					       "network-",
					       "network-pools",
					       "line-socket",
					       "user-password",
					       "Network-Pool" };
	struct site site = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(unknown); i++) {
		_cleanup_text_ struct text value = { 0 };

		check(config_resolve_site(&site, unknown[i], &value) == -ENOENT, "%s", unknown[i]);
	}
}

/* No key twice; a default must be a value that the key takes. */
static void test_keys(void)
{
	for (size_t i = 0; i < config_n_keys; i++) {
		const struct config_key *key = &config_keys[i];

		check(*key->section && *key->key && *key->help && *key->kind->name, "key %zu", i);
		for (size_t j = 0; j < i; j++)
			check(config_keys[j].file != key->file ||
				      !str_eq(config_keys[j].section, key->section) ||
				      !str_eq(config_keys[j].key, key->key),
			      "%s twice", key->key);
	}
}

int main(void)
{
	if (!mkdtemp(root))
		return 1;
	test_when_asked();
	test_alone();
	test_values();
	test_line_round_trip();
	test_passwords();
	test_rights();
	test_resolve();
	test_keys();
	test_template();
	clear_tree();
	rmdir(root);
	return check_done();
}
