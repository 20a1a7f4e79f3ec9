/* SPDX-License-Identifier: GPL-2.0-or-later */
/* modem files: each is played on a pseudo terminal and probed, many at once; what the probe
 * concludes must be what the file says, and its record, played again, must lead to the same. */
#include "modem-file.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>

#include "../unit/check.h"
#include "modem/probe.h"
#include "player.h"
#include "port/tty.h"

/* --- the format --- */

#define HEAD "# dialisp modem file 1\n"

static void test_bad_files(void)
{
	static const struct {
		const char *text, *why;
	} cases[] = {
		{ "", "1: this empty line is not" },
		{ "# dialisp modem file 2\n", "1: # dialisp modem file 2 is not" },
		{ HEAD "name\n", "2: name has no value" },
		{ HEAD "name X\nname Y\n", "3: name is there twice" },
		{ HEAD "colour red\n", "2: colour is no key" },
		{ HEAD "speed fast\n", "2: speed is not a number" },
		{ HEAD "max-rate 1000000\n", "2: max-rate is not a number, or too large" },
		{ HEAD "verdict good\n", "2: verdict cannot have this value" },
		{ HEAD "caller-id 1\n", "2: caller-id cannot have this value" },
		{ HEAD "speeds 9600 slow\n", "2: speeds names something that is no speed" },
		{ HEAD "\n< OK\n", "3: < OK comes before any command" },
		{ HEAD ">AT\n", "2: >AT needs a blank" },
		{ HEAD ">\n", "2: > has no command" },
		{ HEAD "> AT\n< a\\q\n", "3: < a\\q has a backslash" },
		{ HEAD "> AT\n< \\x4\n", "3: < \\x4 has a backslash" },
		{ HEAD "> AT\n~ soon\n< OK\n", "3: ~ soon is no time" },
		{ HEAD "> AT\n~ 10\n> ATI\n", "4: > ATI does not say what comes after the pause" },
		{ HEAD "> AT\n~ 10", "3: the end does not say what comes after the pause" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_free_ char *text = xstrdup(cases[i].text), *why = NULL;
		struct modem_file file;

		check(modem_file_parse(text, &file, &why) == -EINVAL, "%zu", i);
		check(str_starts(why ? why : "", cases[i].why), "have \"%s\", want \"%s\"", why,
		      cases[i].why);
		modem_file_free(&file);
	}
}

static void test_good_file(void)
{
	_cleanup_free_ char *why = NULL;
	char text[] = HEAD
		"name A modem\n# remark\nspeeds 9600 19200\n! \\x02a\n~ 7\n! b\n? \n> AT\n< \\r\\n\n< OK\n"
		"> ATI\n> at\n~ 30\n< \\\\\\t";
	const struct modem_entry *at;
	struct modem_file file;

	check(modem_file_parse(text, &file, &why) == 0, "%s", why);
	check_str(file.name, "A modem");
	check(file.n_speeds == 2 && file.speeds[1] == 19200);
	check_str(text_str(&file.unasked->bytes), "\002a");
	check(file.unasked->next->pause_ms == 7 && !file.unasked->next->next);
	check(file.otherwise.len == 0);
	at = modem_file_find(&file, "at");
	check_str(text_str(&at->said->bytes), "\r\n");
	check_str(text_str(&at->said->next->bytes), "OK");
	check(at->again && at->again->said->pause_ms == 30 && !at->again->again);
	check_str(text_str(&at->again->said->bytes), "\\\t");
	check(modem_file_find(&file, "ATI") && !modem_file_find(&file, "ATI")->said);
	check(!modem_file_find(&file, "ATI3"));
	modem_file_free(&file);
}

/* --- the stage --- */

struct stage {
	const char *path; /* for messages */
	struct modem_file file;
	struct player *player;
	struct udev_port port;
	struct probe_result result;
	struct text heard;
	unsigned n_slow;
};

static enum udev_class class_of(const struct modem_file *file)
{
	if (!file->class)
		return file->driver && str_eq(file->driver, "cdc_acm") ? UDEV_CLASS_POSSIBLE
								       : UDEV_CLASS_SERIAL;
	if (str_eq(file->class, "modem"))
		return UDEV_CLASS_MODEM;
	return str_eq(file->class, "serial") ? UDEV_CLASS_SERIAL : UDEV_CLASS_POSSIBLE;
}

/* The hwdb's dialect is left out: what the answers say is what is tested. */
static bool enter(struct stage *stage)
{
	/* another test of this user may have the inotify instances */
	stage->player = player_start(&stage->file);
	for (unsigned n = 0; !stage->player && errno == EMFILE && n < 300; n++) {
		usleep(100000);
		stage->player = player_start(&stage->file);
	}
	check(stage->player, "%s: %s", stage->path, strerror(errno));
	if (!stage->player)
		return false;
	stage->port = (struct udev_port){ .class = class_of(&stage->file),
					  .driver = stage->file.driver,
					  .port_number = -1 };
	base_copy(stage->port.name, sizeof(stage->port.name), player_port(stage->player));
	return true;
}

static void probe_some(struct stage *stages, size_t n)
{
	_cleanup_free_ const struct udev_port **ports = xcalloc(n, sizeof(*ports));
	_cleanup_free_ struct probe_result *results = xcalloc(n, sizeof(*results));

	for (size_t i = 0; i < n; i++) {
		if (!enter(&stages[i]))
			exit(1);
		ports[i] = &stages[i].port;
	}
	probe_ports(ports, n, results, &(struct probe_how){ .transcript = true });
	for (size_t i = 0; i < n; i++) {
		stages[i].result = results[i];
		player_stop(stages[i].player, &stages[i].heard, &stages[i].n_slow);
	}
}

/* Each has an inotify instance, of which a user has 128 for all that he runs. */
static void probe(struct stage *stages, size_t n)
{
	const size_t at_once = 40;

	for (size_t i = 0; i < n; i += at_once)
		probe_some(stages + i, n - i < at_once ? n - i : at_once);
}

static void leave(struct stage *stage)
{
	probe_result_free(&stage->result);
	modem_file_free(&stage->file);
	text_free(&stage->heard);
}

/* --- what is expected --- */

/* Whatever an owner has, a probe must not change it, nor wake up what is no modem: never Z, &F, &W,
 * +++, A, D, and no query of a
 * %, \ or - command (Cirrus chips write 0 there). */
static bool is_harmless(const char *command)
{
	static const char *const forms[] = { "AT", "ATI", "AT+", "ATV1", "ATE", "ATQ0", "AT#" };
	size_t n;

	for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
		if (!str_starts(command, forms[i]))
			continue;
		n = strlen(forms[i]);
		if (!command[n])
			return true;
		if (str_eq(forms[i], "ATI"))
			return command[n + 1] == '\0' && strchr("0123456789", command[n]);
		if (str_eq(forms[i], "AT+") || str_eq(forms[i], "AT#"))
			return !strpbrk(command, "%\\-;&") &&
			       (!strchr(command, '=') || str_ends(command, "=?"));
	}
	return false;
}

static void check_heard(const struct stage *stage)
{
	_cleanup_free_ char *heard = xstrdup(text_str(&stage->heard));
	bool is_cellular = stage->result.verdict == PROBE_VERDICT_CELLULAR;

	check(stage->n_slow == 0, "%s: 1200 bit/s", stage->path);
	for (char *save = NULL, *line = strtok_r(heard, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		check(is_harmless(line), "%s: was sent %s", stage->path, line);
		check(!is_cellular || str_eq(line, "AT") || str_eq(line, "AT+GCAP"),
		      "%s: was sent %s", stage->path, line);
	}
}

static void check_text(const struct stage *stage, const char *what, const char *want,
		       const char *have)
{
	check(!want || str_eq(want, have), "%s: %s \"%s\", want \"%s\"", stage->path, what, have,
	      want);
}

static void check_result(const struct stage *stage)
{
	const struct probe_result *result = &stage->result;
	const struct modem_file *file = &stage->file;
	char speed[16], max_rate[16];

	snprintf(speed, sizeof(speed), "%u", result->speed);
	snprintf(max_rate, sizeof(max_rate), "%u", result->max_rate);
	check(file->verdict, "%s: has no verdict", stage->path);
	check_text(stage, "verdict", file->verdict, probe_verdict_name(result->verdict));
	check_text(stage, "dialect", file->dialect, result->dialect);
	check_text(stage, "modem", file->modem, result->modem);
	check_text(stage, "caller-id", file->caller_id, result->caller_id ? "yes" : "no");
	check_text(stage, "max-rate", file->max_rate, max_rate);
	check_text(stage, "speed", file->speed, speed);
	check_heard(stage);
}

/* --- all files --- */

static int is_modem_file(const struct dirent *entry)
{
	return str_ends(entry->d_name, ".modem");
}

static bool read_files(const char *dir, struct stage **ret_stages, size_t *ret_n)
{
	struct dirent **entries;
	int n = scandir(dir, &entries, is_modem_file, versionsort);
	struct stage *stages = xcalloc(n > 0 ? (size_t)n : 1, sizeof(*stages));
	bool good = n > 0;

	check(n > 0, "%s: no modem file", dir);
	for (int i = 0; i < n; i++) {
		_cleanup_free_ char *path = xasprintf("%s/%s", dir, entries[i]->d_name),
				    *why = NULL;

		check(modem_file_read(path, &stages[i].file, &why) == 0, "%s", why);
		good = good && !why;
		stages[i].path = xstrdup(entries[i]->d_name);
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
	*ret_stages = stages;
	*ret_n = n > 0 ? (size_t)n : 0;
	return good;
}

/* A stage for each record of a modem; its path is the original's. */
static size_t read_records(const struct stage *stages, size_t n, struct stage *records,
			   const struct stage **ret_of)
{
	size_t n_records = 0;

	for (size_t i = 0; i < n; i++) {
		_cleanup_free_ char *text = xstrdup(stages[i].result.transcript), *why = NULL;
		struct stage *record = &records[n_records];

		if (stages[i].result.verdict != PROBE_VERDICT_MODEM)
			continue;
		check(text, "%s: no record", stages[i].path);
		if (!text)
			continue;
		record->path = stages[i].path;
		check(modem_file_parse(text, &record->file, &why) == 0, "%s: its record: %s\n%s",
		      record->path, why, stages[i].result.transcript);
		if (why) {
			modem_file_free(&record->file);
			continue;
		}
		if (!record->file.class && stages[i].file.class)
			record->file.class = xstrdup(stages[i].file.class);
		ret_of[n_records++] = &stages[i];
	}
	return n_records;
}

static void check_same(const struct stage *record, const struct probe_result *want)
{
	static const struct {
		const char *name;
		size_t offset;
	} fields[] = {
#define FIELD(name) { #name, offsetof(struct probe_result, name) }
		FIELD(ati0),    FIELD(ati3),        FIELD(maker), FIELD(model), FIELD(revision),
		FIELD(classes), FIELD(modulations), FIELD(gcap),  FIELD(modem), FIELD(dialect),
	};
	const struct probe_result *have = &record->result;

	check(have->verdict == want->verdict, "%s: its record is: %s\n%s", record->path,
	      probe_verdict_name(have->verdict), want->transcript);
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++)
		check(str_eq((const char *)have + fields[i].offset,
			     (const char *)want + fields[i].offset),
		      "%s: its record has another %s: %s\n%s", record->path, fields[i].name,
		      (const char *)have + fields[i].offset, want->transcript);
	check(have->caller_id == want->caller_id && have->max_rate == want->max_rate &&
		      have->speed == want->speed,
	      "%s: its record has another caller-id, max-rate or speed\n%s", record->path,
	      want->transcript);
}

static void test_records(const struct stage *stages, size_t n)
{
	_cleanup_free_ struct stage *records = xcalloc(n, sizeof(*records));
	_cleanup_free_ const struct stage **of = xcalloc(n, sizeof(*of));
	size_t n_records = read_records(stages, n, records, of);

	probe(records, n_records);
	for (size_t i = 0; i < n_records; i++) {
		check_result(&records[i]); /* its keys are what the probe concluded itself */
		check_same(&records[i], &of[i]->result);
		leave(&records[i]);
	}
}

static void test_files(const char *dir)
{
	_cleanup_free_ struct stage *stages = NULL;
	size_t n = 0;

	if (read_files(dir, &stages, &n)) {
		probe(stages, n);
		for (size_t i = 0; i < n; i++)
			check_result(&stages[i]);
		test_records(stages, n);
	}
	for (size_t i = 0; i < n; i++) {
		leave(&stages[i]);
		free((char *)stages[i].path);
	}
}

int main(int argc, char **argv)
{
	static char lock_dir[] = "/tmp/test-modem-XXXXXX";

	if (argc != 2 || !mkdtemp(lock_dir))
		return 2;
	tty_set_dirs("/dev", lock_dir);
	test_bad_files();
	test_good_file();
	test_files(argv[1]);
	check(rmdir(lock_dir) == 0, "%s: locks are left", lock_dir);
	return check_done();
}
