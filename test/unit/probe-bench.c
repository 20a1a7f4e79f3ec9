/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a fake modem hears and says, and the port that it is behind. */
#include "probe-bench.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "check.h"
#include "fake-modem.h"
#include "files.h"
#include "port/tty.h"
#include "process.h"

const struct answer conexant[] = {
	{ "AT", "" },
	{ "AT+GCAP", "+GCAP: +FCLASS,+MS,+ES,+DS" },
	{ "ATI0", "56000" },
	{ "ATI3", "CX93001-EIS_V0.2002-V92" },
	{ "AT+GMI", "+GMI: CONEXANT" },
	{ "AT+GMM", "+GMM: V90" },
	{ "AT+GMR", "+GMR: CX93001-EIS_V0.2002-V92" },
	{ "AT+FCLASS=?", "0,1,1.0,2,8" },
	{ "AT+MS=?", "+MS: (V34,V90,V92),(0,1),(300-33600)" },
	{ "AT+VCID=?", "(0-2)" },
	{ NULL, NULL },
};

/* What the probe may say; everything else could change something in a modem. */
static const char *const allowed[] = { "AT",      "AT+GCAP",   "ATI0",   "ATI3",
				       "AT+GMI",  "AT+GMM",    "AT+GMR", "AT+FCLASS=?",
				       "AT+MS=?", "AT+VCID=?", "ATI7" };

static void say(int fd, const char *s)
{
	ssize_t n = write(fd, s, strlen(s));

	(void)n; /* no reader, or no longer */
}

static void say_result(const struct fake *fake, int fd, const char *word, const char *digit)
{
	if (fake->quiet)
		return;
	say(fd, fake->numeric ? "" : "\r\n");
	say(fd, fake->numeric ? digit : word);
	say(fd, fake->numeric ? "\r" : "\r\n");
}

static void say_answer(const struct fake *fake, int fd, const struct answer *answer)
{
	if (str_eq(answer->text, "!RING")) {
		say_result(fake, fd, "RING", "2");
		return;
	}
	if (str_eq(answer->text, "!SILENCE"))
		return;
	if (str_eq(answer->text, "!UNPLUG"))
		_exit(0);
	if (*answer->text) {
		say(fd, fake->numeric ? "" : "\r\n");
		say(fd, answer->text);
		say(fd, "\r\n");
	}
	say_result(fake, fd, "OK", "0");
}

static void obey(const struct fake *fake, int fd, const char *command, struct record *record)
{
	bool is_allowed = false;

	for (size_t i = 0; i < ARRAY_SIZE(allowed); i++)
		is_allowed |= str_eq(command, allowed[i]);
	record->n_commands++;
	record->n_forbidden += !is_allowed;
	if (fake->delay_ms)
		base_sleep_ms(fake->delay_ms);
	if (fake->blurt)
		say(fd, fake->blurt);
	for (const struct answer *a = fake->answers; a && a->command; a++) {
		if (!str_eq(a->command, command))
			continue;
		say_answer(fake, fd, a);
		return;
	}
	if (fake->answers)
		say_result(fake, fd, "ERROR", "4");
}

static bool hears(const struct fake *fake, int fd, struct record *record)
{
	struct termios t;

	if (tcgetattr(fd, &t) < 0)
		return false;
	record->n_slow_speed += cfgetospeed(&t) == B1200;
	if (fake->only_at && cfgetospeed(&t) != fake->only_at)
		return false;
	return (unsigned)record->n_commands >= fake->deaf;
}

/* Byte by byte: after its echo the line is obeyed at its end. */
static void play(const struct fake *fake, int fd, struct record *record)
{
	int64_t answered = 0;
	char line[64] = "", c;
	size_t len = 0;

	for (;;) {
		ssize_t n = read(fd, &c, 1);

		if (n < 1) {
			if (fake->unasked)
				say(fd, fake->unasked);
			base_sleep_ms(fake->unasked ? 15 : 2);
			continue;
		}
		if (!hears(fake, fd, record)) {
			record->n_commands += c == '\r';
			continue;
		}
		if (len == 0 && answered && fake->delay_ms == 0)
			record->n_too_soon += base_now_ms() - answered < 90;
		if (fake->echo)
			check(write(fd, &c, 1) == 1);
		if (c != '\r' && len < sizeof(line) - 1) {
			line[len++] = c;
			continue;
		}
		line[len] = '\0';
		len = 0;
		answered = fake->answers && !fake->quiet ? base_now_ms() : 0;
		obey(fake, fd, line, record);
	}
}

static char lock_dir[] = "/tmp/test-probe-XXXXXX";

static void write_lock(const char *name)
{
	_cleanup_free_ char *path = NULL;
	char lock[64];

	tty_lock_name(name, lock);
	path = xasprintf("%s/LCK..%s", lock_dir, lock);
	write_file(path, "         1\n");
}

void raise_curtain(const struct fake *fake, struct stage *stage, struct record *record)
{
	char path[32];
	int fd = fake_modem_open(path, sizeof(path));

	stage->record = record;
	stage->port = (struct udev_port){ .class = fake->class };
	base_copy(stage->port.name, sizeof(stage->port.name), path + strlen("/dev/"));
	stage->port.driver = xstrdup(fake->driver);
	stage->port.dialect = xstrdup(fake->dialect);
	if (fake->locked)
		write_lock(stage->port.name);
	if (fake->held)
		start_holder(path); /* ends with us */
	stage->pid = fork();
	if (stage->pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		play(fake, fd, record);
	}
	close(fd);
}

void drop_curtain(struct stage *stage)
{
	end_process(stage->pid);
	free(stage->port.driver);
	free(stage->port.dialect);
}

unsigned count_locks(void)
{
	DIR *dir = opendir(lock_dir);
	struct dirent *e;
	unsigned n = 0;

	while ((e = readdir(dir)))
		n += e->d_name[0] == 'L';
	closedir(dir);
	return n;
}

struct record *open_theatre(size_t n)
{
	struct record *records = mmap(NULL, n * sizeof(*records), PROT_READ | PROT_WRITE,
				      MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (!mkdtemp(lock_dir) || records == MAP_FAILED)
		return NULL;
	tty_set_dirs("/dev", lock_dir);
	return records;
}

void close_theatre(void)
{
	_cleanup_free_ char *clean = xasprintf("rm -rf %s", lock_dir);

	check(system(clean) == 0);
}
