/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hostile input from callers, modems, other users and typing errors: each value through each path
 * into files, commands, logs and terminals. The output is safe there, or there is none. */
#include <fcntl.h>
#include <sys/prctl.h>

#include "call.h"
#include "call/login-limit.h"
#include "call/mgetty.h"
#include "call/pppd.h"
#include "check.h"
#include "config/config.h"
#include "modem/at.h"
#include "modem/probe.h"
#include "modem/transcript.h"
#include "net/network.h"
#include "port/udev-device.h"
#include "util/quote.h"
#include "util/report.h"
#include "util/template.h"

#define A63   "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define A1008 A63 A63 A63 A63 A63 A63 A63 A63 A63 A63 A63 A63 A63 A63 A63 A63

static const char *const values[] = {
	/* quotes and what shells make of things */
	"\"",
	"'",
	"a\"b'c",
	"'; reboot; '",
	"$(reboot)",
	"`reboot`",
	"${IFS}",
	"a|b&c>d<e",
	"*",
	"~root",
	"!!",
	/* more lines than one */
	"\n",
	"a\nuser=root",
	"a\r\n+++ATH\r",
	"x\nroot * \"\" *\n",
	"\v\f",
	/* terminals */
	"\033[2J\033]0;owned\007",
	"\x9b"
	"31m",
	"\b\b\b",
	"\x7f",
	/* formats */
	"%n%n%s%x",
	"%s%s%s%s%s%s%s%s",
	"%i %%",
	"{{account-password}}",
	/* not ASCII */
	"J\xc3\xbcrgen",
	"\xc2\x9b",
	"\xff\xfe\x80",
	"\xe2\x80\xae"
	"gnp",
	"\xf0\x9f\x93\x9e",
	"\xc3",
	/* options, paths, orders to other programs */
	"-rf",
	"--force",
	"-",
	"../../etc/passwd",
	"/dev/sda",
	"@login",
	"@/etc/shadow",
	"#",
	"; comment",
	"[section]",
	"key = value",
	"\\",
	"a\\",
	"\\r\\nATH",
	"ATH0\rATDT900",
	"+++",
	/* sizes */
	"",
	" ",
	"  a  b  ",
	"\t\t",
	A63 "b",
	A1008,
	A1008 "\n" A1008,
	"99999999999999999999999999999999",
};

/* For messages, which show no value: it might be a terminal. */
static struct {
	const char *door;
	size_t value;
} now;

#define expect(cond) check(cond, "%s, value %zu", now.door, now.value)

/* Printable ASCII, and none of `banned`. */
static void check_harmless(const char *s, const char *banned)
{
	for (; *s; s++)
		check(*s >= ' ' && *s <= '~' && !strchr(banned, *s), "%s, value %zu: byte %02x",
		      now.door, now.value, (unsigned char)*s);
}

static size_t count_lines(const char *s)
{
	size_t n = 0;

	for (; *s; s++)
		n += *s == '\n';
	return n;
}

/* --- from callers and modems --- */

#define SHELL "\"'`$\\;|&<>(){}[]*?#~!"

static void through_clean(const char *value)
{
	char clean[64];

	base_copy_clean(clean, value);
	check_harmless(clean, SHELL "%");
}

static void through_call(const char *value)
{
	char number[64] = "", user[64] = "", address[16] = "", digits[LOGIN_LIMIT_NUMBER_MAX + 1],
	     reason[128];
	const struct calldb_call call = { .pid = 0 };
	const struct call_end end = {
		.call = &call, .result = value, .code = value, .status = value
	};
	const char *line = call_line_name("", value);

	call_take_caller_id(number, value);
	check_harmless(number, SHELL "%");
	call_take_user(user, value);
	/* the name of an account can have any of them: no shell reads it, and JSON escapes it */
	check_harmless(user, site_check_account_name(value) ? SHELL "%" : "");
	call_take_address(address, value);
	expect(address[strspn(address, "0123456789.")] == '\0');
	check_harmless(call_take_count(value), SHELL "%-. ");
	login_limit_take_number(digits, value);
	expect(digits[strspn(digits, "0123456789")] == '\0');
	call_explain_end(&end, reason, sizeof(reason));
	check_harmless(reason, "\"'`$\\;|&<>");
	expect(!line || site_is_line_name(line));
}

static void through_login(const char *value)
{
	_cleanup_free_ char *log = xasprintf("PAP peer authentication failed for %s\n", value);
	char raw[256] = "", name[64] = "";

	if (pppd_find_refused(log, raw, sizeof(raw)) == 0)
		call_take_user(name, raw);
	check_harmless(name, site_check_account_name(raw) ? SHELL "%" : "");
}

/* Whatever a verb forgot to clean: it must not become a second line. */
static void through_record(const char *value)
{
	char dir[] = "/tmp/test-hostile-XXXXXX", calls[64];
	struct calldb_call call = { .pid = 812 }, again = { .pid = 0 };

	expect(mkdtemp(dir) != NULL);
	calldb_set_dir(dir);
	base_copy(call.user, sizeof(call.user), value);
	base_copy(call.caller, sizeof(call.caller), value);
	base_copy(call.connect, sizeof(call.connect), value);
	expect(calldb_save("line1", &call) == 0 && calldb_load("line1", &again) == 0);
	expect(again.pid == 812 && !*again.number && !*again.tty);
	expect(!strpbrk(again.user, "\n\r\033\177") && !strpbrk(again.connect, "\n\r\033\177"));
	expect(calldb_load_masked("line1", &again) == 0);
	expect(strlen(again.user) <= 4);
	calldb_clear("line1");
	snprintf(calls, sizeof(calls), "%s/calls", dir);
	expect(rmdir(calls) == 0 && rmdir(dir) == 0);
}

static void through_probe(const char *value)
{
	struct probe_result result = { .verdict = PROBE_VERDICT_MODEM };
	const struct probe_step *step;

	for (size_t i = 0; (step = probe_find_step(i)); i++)
		if (!step->judge(step, value, true, &result))
			break;
	probe_conclude(&result, NULL);
	check_harmless(result.modem, SHELL "%");
	check_harmless(result.ati3, SHELL "%");
	check_harmless(result.why, "\"'`$\\");
	expect(result.verdict != PROBE_VERDICT_MODEM || *result.dialect);
}

static void through_usb(const char *value)
{
	const struct hwdb_row row = { .vendor = NULL };
	_cleanup_free_ char *product = device_describe(value, value, &row);

	check_harmless(product, SHELL "%");
}

static void through_modem_file(const char *value)
{
	struct transcript transcript = { .n_parts = 0 };
	const char *lines;

	transcript_sent(&transcript, "ATI3");
	transcript_heard(&transcript, value, strlen(value));
	lines = transcript_lines(&transcript);
	for (const char *s = lines; *s; s++)
		check(*s == '\n' || (*s >= ' ' && *s <= '~'), "%02x", (unsigned char)*s);
	transcript_free(&transcript);
}

/* --- from the configuration --- */

static void through_quote(const char *value)
{
	for (int grammar = QUOTE_PLAIN; grammar <= QUOTE_SHELL; grammar++) {
		_cleanup_text_ struct text out = { 0 };
		const char *why = NULL;

		if (grammar == QUOTE_RULES) /* lines that we have made ourselves */
			continue;
		if (quote_add(&out, (enum quote)grammar, value, &why) == 0)
			check_harmless(text_str(&out), "");
		else
			expect(why && !out.len);
	}
}

static int resolve(const void *context, const char *name, struct text *ret_value)
{
	(void)name;
	text_add(ret_value, context);
	return 0;
}

/* A template may not know better: the values of templates are no templates, and no lines. */
static void through_template(const char *value)
{
	const struct template_source source = { resolve, value };
	struct template_error error;

	for (int grammar = QUOTE_PLAIN; grammar <= QUOTE_SHELL; grammar++) {
		_cleanup_text_ struct text out = { 0 };

		if (grammar != QUOTE_RULES &&
		    template_render("a {{x}} b\n", (enum quote)grammar, &source, &out, &error) == 0)
			expect(count_lines(text_str(&out)) == 1);
	}
}

/* Each key with this value, as if it had been percent-encoded: what is accepted is one line of its
 * file. */
static void through_keys(const char *value)
{
	for (size_t i = 0; i < config_n_keys; i++) {
		const struct config_key *key = &config_keys[i];
		struct site site = { .n_lines = 0 };
		struct line line = { .port_number = -1 };
		struct account account = { .password = NULL };
		void *const objects[] = { [CONFIG_FILE_SITE] = &site,
					  [CONFIG_FILE_LINE] = &line,
					  [CONFIG_FILE_USER] = &account };
		_cleanup_text_ struct text got = { 0 };
		const char *why = NULL;

		now.door = key->key;
		if (config_set(key, objects[key->file], value, &why) == 0) {
			config_get(key, objects[key->file], &got);
			check_harmless(text_str(&got), "");
		} else {
			expect(why != NULL);
		}
		free(account.password);
		site_line_free(&line);
		site_free(&site);
	}
}

static void through_init_chat(const char *value)
{
	char *copy = xstrdup(value);
	struct line line = { .name = "line1", .dialect = xstrdup("generic") };
	_cleanup_text_ struct text chat = { 0 };
	const char *why = at_check_init(value);

	line.init = copy;
	if (!why && mgetty_init_chat(&line, &chat, &why) == 0)
		check_harmless(text_str(&chat), "");
	site_line_free(&line);
}

static void through_names(const char *value)
{
	if (site_is_line_name(value))
		expect(value[0] != '-' && value[0] != '.' && !strpbrk(value, " /\n\"'\\*"));
	if (!site_check_account_name(value)) {
		_cleanup_text_ struct text file = { 0 };
		const char *why;

		expect(value[0] != '-' && value[0] != '.' && value[0] != '*');
		check_harmless(value, "");
		expect(quote_add(&file, QUOTE_FILE_NAME, value, &why) == 0);
		check_harmless(text_str(&file), " /\"'\\*$`;|&<>");
	}
	if (!site_check_password(value))
		check_harmless(value, "");
}

static void through_resolv(const char *value)
{
	_cleanup_free_ char *text = xasprintf("nameserver %s\n", value);
	struct in_addr servers[2];

	expect(network_parse_resolv(text, servers) == 0);
}

/* --- from other users, and by the command line --- */

static void through_process_name(const char *value)
{
	char name[16];

	prctl(PR_SET_NAME, value);
	base_read_comm(getpid(), name, sizeof(name));
	check_harmless(name, "");
}

/* What was written to standard error meanwhile */
static void through_report(const char *value)
{
	char said[8192];
	int pipes[2], old = dup(STDERR_FILENO);
	ssize_t n;

	expect(pipe2(pipes, O_CLOEXEC) == 0);
	dup2(pipes[1], STDERR_FILENO);
	report_error("%s: no such line", value);
	dup2(old, STDERR_FILENO);
	close(old);
	close(pipes[1]);
	n = read(pipes[0], said, sizeof(said) - 1);
	close(pipes[0]);
	expect(n > 0 && said[n - 1] == '\n');
	said[n > 0 ? n - 1 : 0] = '\0';
	check_harmless(said, "");
}

static const struct {
	const char *name;
	void (*pass)(const char *value);
} doors[] = {
	{ "base_copy_clean", through_clean }, { "call", through_call },
	{ "a refused login", through_login }, { "call record", through_record },
	{ "probe", through_probe },           { "USB strings", through_usb },
	{ "modem file", through_modem_file }, { "quote", through_quote },
	{ "template", through_template },     { "keys", through_keys },
	{ "init chat", through_init_chat },   { "names", through_names },
	{ "resolv.conf", through_resolv },    { "process name", through_process_name },
	{ "report", through_report },
};

/* A NUL ends every string; where a text of any bytes comes in, it is refused or goes. */
static int resolve_nul(const void *context, const char *name, struct text *ret_value)
{
	(void)context;
	(void)name;
	text_add_mem(ret_value, "a\0b", 3);
	return 0;
}

static void test_nul(void)
{
	const struct template_source source = { resolve_nul, NULL };
	_cleanup_text_ struct text out = { 0 }, decoded = { 0 };
	struct at_reader reader = { .len = 0 };
	struct template_error error;
	size_t eaten;

	check(template_render("{{x}}", QUOTE_SECRETS, &source, &out, &error) < 0);
	check(quote_decode_ini("a%00b", &decoded) < 0);
	at_reader_begin(&reader, "AT");
	check(at_reader_feed(&reader, "\0O\0K\0\r", 6, &eaten) == AT_RESULT_OK);
	at_reader_free(&reader);
}

int main(void)
{
	report_init("test", REPORT_INFO);
	for (size_t i = 0; i < ARRAY_SIZE(doors); i++)
		for (size_t k = 0; k < ARRAY_SIZE(values); k++) {
			now.door = doors[i].name;
			now.value = k;
			doors[i].pass(values[k]);
		}
	test_nul();
	return check_done();
}
