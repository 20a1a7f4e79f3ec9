/* SPDX-License-Identifier: GPL-2.0-or-later */
/* adapt: fake modems on pseudo terminals, each played by a thread; what they were told is part of
 * what is checked. */
#include "modem/adapt.h"

#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <termios.h>

#include "check.h"
#include "fake-modem.h"
#include "port/tty.h"
#include "process.h"

/* The functions for modem lines, which a pty does not have, wrapped when linking (meson.build). */
int __wrap_tty_get_lines(int fd, struct tty_lines *ret);

/* --- fake modems --- */

enum dcd {
	DCD_OFF,
	DCD_STUCK,
	DCD_STALE, /* until the modem says something about it */
};

struct fake {
	const char *name;
	const char *driver;
	struct line line; /* as it goes in */
	unsigned best_rate, port_speed;
	bool keep_speed, keep_rings;

	/* the modem */
	const char *refuses[12];  /* command lines that have any of these in them get ERROR */
	const char *refuses_line; /* exactly this one */
	unsigned line_max;        /* characters with AT; 0: enough */
	unsigned deaf;            /* to that many command lines */
	const char *deaf_to;      /* the first time it hears that */
	const char *dies_of;      /* answers nothing from that command line on */
	const char *rings_at;     /* a RING before the answer to that */
	speed_t only_at[4];       /* hears at these rates only; none: at all */
	unsigned delay_ms;
	const char *slow_at; /* takes delay_ms for that only */
	bool echo, numeric, quiet;
	bool has_lines, no_cts;
	enum dcd dcd;
	bool held;

	/* what must come of it */
	enum adapt_verdict verdict;
	const char *flow, *without;
	unsigned speed, rings;
	bool caller_id;
	enum site_carrier carrier;
	const char *told;  /* all command lines; NULL: any */
	const char *why;   /* part of it */
	const char *notes; /* part of them; NULL: there must be none */
};

#define LINE(name, ...) LINE_AT(name, 115200, ##__VA_ARGS__)
#define LINE_AT(name, rate, ...)                                                                   \
	.line = { .dialect = (char *)(name), .speed = (rate), ##__VA_ARGS__ }
#define STICK .driver = "cdc_acm"
#define FTDI  .driver = "ftdi_sio", .has_lines = true
#define READY .verdict = ADAPT_VERDICT_READY
#define FULL  .speed = 115200
#define CID   .caller_id = true, .rings = 2
#define CNXT  "AT AT&F ATE0V1Q0X4W2 AT&C1&D2S0=0 AT&K3 "

static const struct fake fakes[] = {
	/* first: its holder must not hold the other fakes too */
	{ "held", STICK, LINE("cnxt"), .held = true, .verdict = ADAPT_VERDICT_BUSY, FULL,
	  .told = "", .why = "in use by test-adapt" },
	{ "stick", STICK, LINE("cnxt"), .echo = true, READY, FULL, CID, .flow = "&K3",
	  .told = CNXT "AT+VCID=1 AT AT" },
	{ "RS-232 box", FTDI, LINE("usr"), .echo = true, READY, FULL, CID, .flow = "&H1&R2",
	  .told = "AT AT&F1 ATE0V1Q0X4S0=0 AT&A3&B1&C1&D2 AT&H1&R2 AT+VCID=1 AT AT" },
	{ "stored E1 Q1 V0", STICK, LINE("cnxt"), .echo = true, .quiet = true, .numeric = true,
	  READY, FULL, CID, .flow = "&K3",
	  .told = "AT ATQ0 AT&F ATE0V1Q0X4W2 AT&C1&D2S0=0 AT&K3 AT+VCID=1 AT AT" },
	{ "W2 refused", STICK, LINE("cnxt"), .refuses = { "W2" }, READY, FULL, CID, .flow = "&K3",
	  .without = "W2",
	  .told = "AT AT&F ATE0V1Q0X4W2 ATE0 ATV1 ATQ0 ATX4 ATW2 ATE0V1Q0X4 AT&C1&D2S0=0 AT&K3 AT+VCID=1 AT AT",
	  .notes = "refuses ATW2, which is left out: calls are recorded without their line rate" },
	{ "two of one line refused", STICK, LINE("cnxt"), .refuses = { "X4", "W2", "&F" }, READY,
	  FULL, CID, .flow = "&K3", .without = "&F X4 W2", .notes = "AT&F" },
	{ "refused only when joined", STICK, LINE("cnxt"), .refuses_line = "AT&C1&D2S0=0", READY,
	  FULL, CID, .flow = "&K3", .without = "S0=0", .notes = "answer by itself" },
	{ "no &C1", STICK, LINE("cnxt"), .refuses = { "&C1" }, READY, FULL, CID, .flow = "&K3",
	  .without = "&C1", .carrier = SITE_CARRIER_NONE, .notes = "unanswered LCP echoes" },
	{ "#CID", STICK, LINE("cnxt"), .refuses = { "+VCID" }, READY, FULL, CID, .flow = "&K3",
	  .without = "+VCID=1", .told = CNXT "AT+VCID=1 AT#CID=1 AT AT" },
	{ "no caller ID", STICK, LINE("cnxt"), .refuses = { "CID" }, READY, FULL, .rings = 1,
	  .flow = "&K3" },
	{ "rings kept", STICK, LINE("cnxt", .rings = 4), .keep_rings = true, READY, FULL,
	  .caller_id = true, .rings = 4, .flow = "&K3" },
	{ "max-rate", STICK, LINE("cnxt", .max_rate = 14400), READY, FULL, CID, .flow = "&K3",
	  .told = CNXT "AT+MS=V34,1,300,14400 AT+VCID=1 AT AT" },
	{ "max-rate of USR", STICK, LINE("usr", .max_rate = 14400), .refuses = { "+MS" }, READY,
	  FULL, CID, .flow = "&H1&R2", .without = "+MS=V34,1,300,14400" },
	{ "no max-rate", STICK, LINE("cnxt", .max_rate = 14400), .refuses = { "+MS" }, READY, FULL,
	  CID, .flow = "&K3", .without = "+MS=V34,1,300,14400", .notes = "max-rate has no effect" },
	{ "administrator's init", STICK, LINE("cnxt", .init = (char *)"X3 S7=60"), READY, FULL, CID,
	  .flow = "&K3", .told = CNXT "ATX3 ATS7=60 AT+VCID=1 AT AT" },
	{ "administrator's error", STICK, LINE("cnxt", .init = (char *)"X3 S777=6"),
	  .refuses = { "S777" }, .verdict = ADAPT_VERDICT_ERROR, FULL, .flow = "&K3",
	  .why = "refuses ATS777=6 (take it out of init)" },
	{ "optional refused", STICK, LINE("bsq"), .refuses = { "W2" }, READY, FULL, CID,
	  .flow = "\\Q3", .without = "W2" },
	{ "wrong dialect", FTDI, LINE("cnxt"), .refuses = { "&K3" }, READY, FULL, CID,
	  .flow = "\\Q3", .told = CNXT "AT\\Q3 AT+VCID=1 AT AT" },

	/* XECOM's XE1414: 40 characters with AT, and nothing done when there are more; no RTS/CTS,
	 * no + commands */
	{ "14400 bit/s box", FTDI, LINE_AT("generic", 9600), .echo = true, .best_rate = 14400,
	  .line_max = 40, .refuses = { "+", "&K3", "\\Q", "&H1", "W2", "#", "%", "*" },
	  .only_at = { B9600, B19200 }, READY, .speed = 9600, .rings = 1, .flow = "none",
	  .without = "W2",
	  .told = "AT ATE0V1Q0 ATX4 AT&C1&D2 ATS0=0 AT&K3 AT\\Q3 AT&H1&R2 ATW2 "
		  "AT+VCID=1 AT#CID=1 AT%CCID=1 AT#CC1 AT*ID1 AT AT",
	  .notes = "flow control: the port runs at 9600 bit/s" },
	{ "short lines", STICK, LINE("cnxt"), .line_max = 11, READY, FULL, CID, .flow = "&K3",
	  .without = "W2 S0=0", .notes = "ATS0=0" },
	{ "stick without flow control", STICK, LINE("generic"), .refuses = { "&K3", "\\Q", "&H1" },
	  READY, FULL, CID, .flow = "none" },
	{ "fast box without flow control", FTDI, LINE("generic"), .best_rate = 33600,
	  .refuses = { "&K3", "\\Q", "&H1" }, READY, .speed = 19200, CID, .flow = "none",
	  .notes = "19200" },
	{ "stays at 57600", FTDI, LINE_AT("generic", 57600), .only_at = { B57600 },
	  .best_rate = 33600, .refuses = { "&K3", "\\Q", "&H1" }, READY, .speed = 57600, CID,
	  .flow = "none", .notes = "answers at 57600 bit/s only: data may be lost" },
	{ "faster than found", FTDI, LINE_AT("cnxt", 9600), .only_at = { B9600, B38400, B19200 },
	  READY, .speed = 38400, CID, .flow = "&K3" },
	{ "speed kept", FTDI, LINE_AT("cnxt", 19200), .keep_speed = true, READY, .speed = 19200,
	  CID, .flow = "&K3" },
	{ "speed kept that is not safe", .driver = "ch341", LINE_AT("cnxt", 57600),
	  .keep_speed = true, .has_lines = true, READY, .speed = 57600, CID, .flow = "&K3",
	  .notes = "57600 bit/s is more than the 19200 bit/s that are safe here" },
	{ "speed kept that is not the modem's", FTDI, LINE_AT("cnxt", 57600), .keep_speed = true,
	  .only_at = { B9600 }, .verdict = ADAPT_VERDICT_DEAD, .speed = 57600,
	  .why = "does not answer AT at 57600 bit/s (choose another speed)" },
	{ "speed of the hwdb", FTDI, LINE("cnxt"), .port_speed = 57600, READY, .speed = 57600, CID,
	  .flow = "&K3" },
	{ "ch341", .driver = "ch341", .has_lines = true, .no_cts = true, LINE("cnxt"), READY,
	  .speed = 19200, CID, .flow = "&K3", .notes = "ch341: no hardware flow control" },
	{ "CH343 as CDC-ACM", .driver = "cdc_acm-bridge", .has_lines = true, LINE("cnxt"), READY,
	  .carrier = SITE_CARRIER_WATCH, .speed = 19200, CID, .flow = "&K3",
	  .notes = "cdc_acm-bridge: no hardware flow control" },
	{ "unlisted bridge that cdc_acm drives", .driver = "cdc_acm", .has_lines = true,
	  .line = { .dialect = (char *)"cnxt", .speed = 9600, .driver = (char *)"cdc_acm-bridge" },
	  READY, .carrier = SITE_CARRIER_WATCH, .speed = 19200, CID, .flow = "&K3",
	  .notes = "cdc_acm-bridge: no hardware flow control" },
	{ "MCP2221", .driver = "cdc_acm-bridge-no-dtr", .has_lines = true, LINE("cnxt"), READY,
	  .carrier = SITE_CARRIER_WATCH, .speed = 19200, CID, .flow = "&K3",
	  .notes = "no DTR and DCD pins" },
	{ "cp210x", .driver = "cp210x", .has_lines = true, LINE("cnxt"), READY,
	  .carrier = SITE_CARRIER_WATCH, FULL, CID, .flow = "&K3" },
	{ "unknown driver", .driver = "brand_new", LINE("cnxt"), READY,
	  .carrier = SITE_CARRIER_WATCH, FULL, CID, .flow = "&K3" },

	{ "no CTS", FTDI, LINE("cnxt"), .no_cts = true, .verdict = ADAPT_VERDICT_NO_CTS, FULL, CID,
	  .flow = "&K3", .why = "join RTS and CTS" },
	{ "DCD stuck", FTDI, LINE("cnxt"), .dcd = DCD_STUCK, READY, .carrier = SITE_CARRIER_NONE,
	  FULL, CID, .flow = "&K3", .notes = "cable" },
	{ "DCD of an earlier call", STICK, .has_lines = true, LINE("cnxt"), .dcd = DCD_STALE, READY,
	  FULL, CID, .flow = "&K3", .told = CNXT "AT+VCID=1 AT&C0 AT&C1 AT AT" },

	{ "deaf at first", STICK, LINE("cnxt"), .deaf = 3, READY, FULL, CID, .flow = "&K3" },
	{ "deaf in the midst", STICK, LINE("cnxt"), .deaf_to = "AT&K3", READY, FULL, CID,
	  .flow = "&K3" },
	{ "slow", STICK, LINE("cnxt"), .delay_ms = 300, READY, FULL, CID, .flow = "&K3" },
	{ "slow reset", STICK, LINE("cnxt"), .slow_at = "AT&F", .delay_ms = 3000, READY, FULL, CID,
	  .flow = "&K3", .told = CNXT "AT+VCID=1 AT AT" },
	{ "slower than that", STICK, LINE("cnxt"), .slow_at = "AT&F", .delay_ms = 4500,
	  .refuses = { "W2" }, READY, FULL, CID, .flow = "&K3", .without = "W2",
	  .notes = "refuses ATW2" },
	{ "RING in the midst", STICK, LINE("cnxt"), .rings_at = "AT&K3", READY, FULL, CID,
	  .flow = "&K3" },
	{ "RING in digits", STICK, LINE("cnxt"), .rings_at = "AT&F", .numeric = true, READY, FULL,
	  CID, .flow = "&K3" },
	{ "dead", STICK, LINE("cnxt"), .dies_of = "AT", .verdict = ADAPT_VERDICT_DEAD, FULL,
	  .why = "does not answer AT at 115200 bit/s" },
	{ "dies", STICK, LINE("cnxt"), .dies_of = "AT&K3", .verdict = ADAPT_VERDICT_DEAD, FULL,
	  .why = "no response to AT&K3" },
	{ "unplugged", STICK, LINE("cnxt"), .dies_of = "!AT&K3", .verdict = ADAPT_VERDICT_ERROR,
	  FULL, .why = "disappeared" },
	{ "unknown dialect", STICK, LINE("martian"), .verdict = ADAPT_VERDICT_ERROR, FULL,
	  .why = "write generic" },
};

struct stage {
	const struct fake *fake;
	int master;
	pid_t holder;
	struct udev_port port;
	struct line line;
	pthread_t thread;
	pthread_mutex_t lock; /* of what follows */
	bool is_over, dcd;
	struct text told;

	/* the thread's */
	unsigned n_heard;
	bool echo, numeric, quiet, is_dead;
};

static struct stage stages[ARRAY_SIZE(fakes)];

int __wrap_tty_get_lines(int fd, struct tty_lines *ret)
{
	char path[64] = "";

	check(ttyname_r(fd, path, sizeof(path)) == 0);
	for (size_t i = 0; i < ARRAY_SIZE(fakes); i++) {
		struct stage *stage = &stages[i];

		if (!str_eq(stage->port.name, path + strlen("/dev/")))
			continue;
		if (!fakes[i].has_lines)
			return -25; /* ENOTTY, as of a pty */
		pthread_mutex_lock(&stage->lock);
		*ret = (struct tty_lines){ .cts = !fakes[i].no_cts,
					   .dsr = true,
					   .dcd = stage->dcd };
		pthread_mutex_unlock(&stage->lock);
		return 0;
	}
	return -19;
}

static void say(struct stage *stage, const char *s)
{
	ssize_t n = write(stage->master, s, strlen(s));

	(void)n;
}

static void say_result(struct stage *stage, const char *word, const char *digit)
{
	if (stage->quiet)
		return;
	say(stage, stage->numeric ? digit : "\r\n");
	say(stage, stage->numeric ? "\r" : word);
	say(stage, stage->numeric ? "" : "\r\n");
}

static bool is_refused(const struct fake *fake, const char *command)
{
	if (fake->line_max && strlen(command) > fake->line_max)
		return true;
	if (fake->refuses_line && str_eq(fake->refuses_line, command))
		return true;
	for (size_t i = 0; fake->refuses[i]; i++)
		if (strstr(command, fake->refuses[i]))
			return true;
	return false;
}

/* What the line changes in its own result counts for it already (V.250 6.2). */
static void execute(struct stage *stage, const char *command)
{
	const struct fake *fake = stage->fake;

	stage->echo = stage->echo && !strstr(command, "E0");
	stage->quiet = stage->quiet && !strstr(command, "Q0");
	stage->numeric = stage->numeric && !strstr(command, "V1");
	if (fake->dcd == DCD_STALE && strstr(command, "&C1") && strlen(command) == 5) {
		pthread_mutex_lock(&stage->lock);
		stage->dcd = false;
		pthread_mutex_unlock(&stage->lock);
	}
}

static bool matches(const char *want, const char *command)
{
	return want && str_eq(want, command);
}

static void obey(struct stage *stage, const char *command)
{
	const struct fake *fake = stage->fake;
	bool had_it = strstr(text_str(&stage->told), command);

	pthread_mutex_lock(&stage->lock);
	text_addf(&stage->told, "%s%s", stage->told.len ? " " : "", command);
	pthread_mutex_unlock(&stage->lock);
	if (fake->dies_of && *fake->dies_of == '!' && str_eq(fake->dies_of + 1, command)) {
		close(stage->master);
		stage->master = -1;
		return;
	}
	stage->is_dead = stage->is_dead || matches(fake->dies_of, command);
	if (stage->is_dead || stage->n_heard++ < fake->deaf ||
	    (matches(fake->deaf_to, command) && !had_it))
		return;
	base_sleep_ms(!fake->slow_at || matches(fake->slow_at, command) ? fake->delay_ms : 0);
	if (matches(fake->rings_at, command))
		say_result(stage, "RING", "2");
	if (is_refused(fake, command)) {
		say_result(stage, "ERROR", "4");
		return;
	}
	execute(stage, command);
	say_result(stage, "OK", "0");
}

static bool hears(const struct stage *stage)
{
	const speed_t *speeds = stage->fake->only_at;
	struct termios t;

	if (tcgetattr(stage->master, &t) < 0 || !speeds[0])
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(stage->fake->only_at) && speeds[i]; i++)
		if (speeds[i] == cfgetospeed(&t))
			return true;
	return false;
}

static bool is_over(struct stage *stage)
{
	bool over;

	pthread_mutex_lock(&stage->lock);
	over = stage->is_over;
	pthread_mutex_unlock(&stage->lock);
	return over;
}

static void *play(void *arg)
{
	struct stage *stage = arg;
	char line[128], c;
	size_t len = 0;

	while (stage->master >= 0 && !is_over(stage)) {
		struct pollfd p = { .fd = stage->master, .events = POLLIN };

		/* while the other end is not open, poll returns at once */
		if (poll(&p, 1, 10) <= 0 || read(stage->master, &c, 1) != 1) {
			__real_base_sleep_ms(2);
			continue;
		}
		if (!hears(stage))
			continue;
		if (stage->echo)
			check(write(stage->master, &c, 1) == 1);
		if (c != '\r' && len < sizeof(line) - 1) {
			line[len++] = c;
			continue;
		}
		line[len] = '\0';
		len = 0;
		obey(stage, line);
	}
	return NULL;
}

static void raise_curtain(struct stage *stage, const struct fake *fake)
{
	char path[32];
	int fd = fake_modem_open(path, sizeof(path));

	*stage = (struct stage){ .fake = fake,
				 .master = fd,
				 .line = fake->line,
				 .echo = fake->echo,
				 .numeric = fake->numeric,
				 .quiet = fake->quiet,
				 .dcd = fake->dcd != DCD_OFF,
				 .lock = PTHREAD_MUTEX_INITIALIZER };
	stage->port = (struct udev_port){ .driver = (char *)fake->driver,
					  .speed = fake->port_speed,
					  .class = UDEV_CLASS_MODEM };
	base_copy(stage->port.name, sizeof(stage->port.name), path + strlen("/dev/"));
	if (fake->held)
		stage->holder = start_holder(path); /* ends with us */
}

static void end_play(struct stage *stage)
{
	pthread_mutex_lock(&stage->lock);
	stage->is_over = true;
	pthread_mutex_unlock(&stage->lock);
	pthread_join(stage->thread, NULL);
}

static void drop_curtain(struct stage *stage)
{
	if (stage->master >= 0)
		close(stage->master);
	free(stage->line.flow);
	free(stage->line.without);
	text_free(&stage->told);
}

/* --- what must come of it --- */

static unsigned n_told;

static void count_told(const struct adapt *item)
{
	(void)item;
	n_told++;
}

static void check_item(const struct fake *fake, const struct stage *stage, const struct adapt *item)
{
	static const char *const never[] = { "ATZ", "&W", "+++", "?" };
	const char *notes = text_str(&item->notes), *told = text_str(&stage->told);
	const struct line *line = &stage->line;
	bool is_ready = fake->verdict == ADAPT_VERDICT_READY;

	check(item->verdict == fake->verdict, "%s: %s: %s", fake->name,
	      adapt_verdict_name(item->verdict), item->why);
	check(is_ready == !*item->why, "%s: why \"%s\"", fake->name, item->why);
	check(!fake->why || strstr(item->why, fake->why), "%s: why \"%s\"", fake->name, item->why);
	check(fake->notes ? strstr(notes, fake->notes) != NULL : !*notes, "%s: notes \"%s\"",
	      fake->name, notes);
	check(str_eq(line->flow ? line->flow : "", fake->flow ? fake->flow : ""), "%s: flow \"%s\"",
	      fake->name, line->flow ? line->flow : "");
	check(str_eq(line->without ? line->without : "", fake->without ? fake->without : ""),
	      "%s: without \"%s\"", fake->name, line->without ? line->without : "");
	check(line->speed == fake->speed, "%s: speed %u", fake->name, line->speed);
	check(!is_ready || line->rings == fake->rings, "%s: rings %u", fake->name, line->rings);
	check(line->caller_id == fake->caller_id, "%s: caller ID", fake->name);
	check(!is_ready || line->carrier == fake->carrier, "%s: carrier %d", fake->name,
	      (int)line->carrier);
	check(!fake->told || str_eq(fake->told, told), "%s: told %s", fake->name, told);
	for (size_t i = 0; i < ARRAY_SIZE(never); i++)
		check(!strstr(told, never[i]), "%s: told %s", fake->name, told);
}

static void test_modems(void)
{
	struct adapt items[ARRAY_SIZE(fakes)] = { 0 };
	unsigned sum_ms = 0, took_ms;
	int64_t started;

	for (size_t i = 0; i < ARRAY_SIZE(fakes); i++) {
		raise_curtain(&stages[i], &fakes[i]);
		items[i] = (struct adapt){ .port = &stages[i].port,
					   .line = &stages[i].line,
					   .best_rate = fakes[i].best_rate,
					   .keep_speed = fakes[i].keep_speed,
					   .keep_rings = fakes[i].keep_rings };
	}
	for (size_t i = 0; i < ARRAY_SIZE(fakes); i++)
		pthread_create(&stages[i].thread, NULL, play, &stages[i]);
	started = base_now_ms();
	adapt_lines(items, ARRAY_SIZE(fakes), count_told);
	took_ms = (unsigned)(base_now_ms() - started);
	for (size_t i = 0; i < ARRAY_SIZE(fakes); i++) {
		sum_ms += items[i].took_ms;
		end_play(&stages[i]);
		check_item(&fakes[i], &stages[i], &items[i]);
		drop_curtain(&stages[i]);
		adapt_free(&items[i]);
	}
	check(n_told == ARRAY_SIZE(fakes), "told %u times", n_told);
	check(took_ms < sum_ms / 4, "in parallel: %u ms of %u", took_ms, sum_ms);
}

int main(void)
{
	char lock_dir[] = "/tmp/test-adapt-XXXXXX";

	if (!mkdtemp(lock_dir))
		return 1;
	tty_set_dirs("/dev", lock_dir);
	test_modems();
	check(rmdir(lock_dir) == 0, "locks are left in %s", lock_dir);
	return check_done();
}
