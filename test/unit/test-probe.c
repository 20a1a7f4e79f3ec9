/* SPDX-License-Identifier: GPL-2.0-or-later */
/* probe: fake modems, all asked at once; what they were sent is part of what is checked. */
#include "modem/probe.h"

#include <stdio.h>

#include "check.h"
#include "probe-bench.h"

static const struct answer box144[] = {
	/* says a number, knows no + commands */
	{ "AT", "" },
	{ "ATI0", "144" },
	{ NULL, NULL },
};
static const struct answer data_only[] = {
	/* a lone digit that is no result code */
	{ "AT", "" },
	{ "ATI3", "Old Box 2400" },
	{ "AT+FCLASS=?", "0" },
	{ NULL, NULL },
};
static const struct answer usr[] = {
	{ "AT", "" },
	{ "ATI0", "3366" },
	{ "ATI3", "USRobotics Courier V.Everything" },
	{ "ATI7",
	  "Configuration Profile...\r\n\r\nProduct ID: 12345678\r\nOptions    HST,V32bis,Terbo,V34+\r\nFax\r\n" },
	{ NULL, NULL },
};
static const struct answer cirrus[] = {
	{ "AT", "" },   { "ATI0", "56000" }, { "ATI3", "CL-MD56xx" }, { "AT+FCLASS=?", "0,1,8" },
	{ NULL, NULL },
};
static const struct answer maker_only[] = {
	{ "AT", "" },          { "ATI0", "1501" },
	{ "AT+GMI", "ZyXEL" }, { "AT+GMM", "Omni56K Plus" },
	{ "AT+GMR", "1.12" },  { NULL, NULL },
};
static const struct answer cellular[] = {
	{ "AT", "" },
	{ "AT+GCAP", "+GCAP: +CGSM,+DS,+ES" },
	{ NULL, NULL },
};
static const struct answer only_at[] = {
	/* radio modules */
	{ "AT", "" },
	{ NULL, NULL },
};
static const struct answer rings_at_i3[] = {
	{ "AT", "" },   { "AT+GCAP", "+GCAP: +FCLASS" }, { "ATI0", "56000" }, { "ATI3", "!RING" },
	{ NULL, NULL },
};
static const struct answer unplugged[] = {
	{ "AT", "" },
	{ "AT+GCAP", "!UNPLUG" },
	{ NULL, NULL },
};

#define ACM      .driver = "cdc_acm"
#define POSSIBLE ACM, .class = UDEV_CLASS_POSSIBLE
#define LISTED   ACM, .class = UDEV_CLASS_MODEM
#define ADAPTER  .driver = "ftdi_sio", .class = UDEV_CLASS_SERIAL
#define FOUND                                                                                      \
	.verdict = PROBE_VERDICT_MODEM, .caller_id = true, .max_rate = 56000,                      \
	.modem = "CX93001-EIS_V0.2002-V92"
#define GARBAGE                                                                                                        \
	"\377\376\001\002\003\004\005\006\007\010\016\017\020\377\376\001\002\003\004\005\006\007\016\017\020\377\376" \
	"\001\002\003\004\005\006\007\016\017\020\377\376\001\002\003\004\005\006\007\016\017\020\377\376\001\002\003" \
	"\377\376\001\002\003\004\005\006\007\016\017\020"

static const struct fake fakes[] = {
	{ "echo", conexant, .echo = true, POSSIBLE, FOUND, .want_dialect = "cnxt",
	  .n_commands = 9 },
	{ "no echo", conexant, POSSIBLE, FOUND, .want_dialect = "cnxt", .n_commands = 9 },
	{ "hwdb's dialect", conexant, LISTED, .dialect = "usr", FOUND, .want_dialect = "usr",
	  .n_commands = 9 },
	{ "V0", conexant, .numeric = true, POSSIBLE, FOUND, .want_dialect = "cnxt",
	  .n_commands = 9 },
	{ "E1 V0", conexant, .echo = true, .numeric = true, POSSIBLE, FOUND, .want_dialect = "cnxt",
	  .n_commands = 9 },
	{ "E1 Q1", conexant, .echo = true, .quiet = true, POSSIBLE, FOUND, .want_dialect = "cnxt",
	  .n_commands = 9 },
	{ "E0 Q1", conexant, .quiet = true, LISTED, FOUND, .want_dialect = "cnxt",
	  .n_commands = 12 },
	{ "slow with echo", conexant, .echo = true, .delay_ms = 350, POSSIBLE, FOUND,
	  .want_dialect = "cnxt", .n_commands = -1 },
	{ "slow", conexant, .delay_ms = 450, POSSIBLE, FOUND, .want_dialect = "cnxt",
	  .n_commands = -1 },
	{ "deaf after plug", conexant, .deaf = 2, LISTED, FOUND, .want_dialect = "cnxt",
	  .n_commands = 11 },
	{ "behind an adapter", conexant, .echo = true, ADAPTER, FOUND, .want_dialect = "cnxt",
	  .n_commands = 9 },
	{ "at 9600 only", box144, .echo = true, .only_at = B9600, ADAPTER,
	  .verdict = PROBE_VERDICT_MODEM, .want_dialect = "generic", .modem = "modem ATI0 144",
	  .max_rate = 14400, .n_commands = 9 },
	{ "at 19200 only", box144, .only_at = B19200, ADAPTER, .verdict = PROBE_VERDICT_MODEM,
	  .want_dialect = "generic", .modem = "modem ATI0 144", .max_rate = 14400,
	  .n_commands = 12 },
	{ "listed behind a bridge, at 19200 only", box144, .only_at = B19200,
	  .driver = "ti_usb_3410_5052", .class = UDEV_CLASS_MODEM, .verdict = PROBE_VERDICT_MODEM,
	  .want_dialect = "generic", .modem = "modem ATI0 144", .max_rate = 14400,
	  .n_commands = 15 },
	{ "unlisted bridge that cdc_acm drives, at 9600 only", box144, .echo = true,
	  .only_at = B9600, POSSIBLE, .verdict = PROBE_VERDICT_MODEM, .want_dialect = "generic",
	  .modem = "modem ATI0 144", .max_rate = 14400, .is_bridge = true, .n_commands = 12 },
	{ "unlisted bridge that cdc_acm drives, at 19200 only", box144, .only_at = B19200, POSSIBLE,
	  .verdict = PROBE_VERDICT_MODEM, .want_dialect = "generic", .modem = "modem ATI0 144",
	  .max_rate = 14400, .is_bridge = true, .n_commands = 15 },
	{ "stick that is deaf at first", conexant, .deaf = 3, POSSIBLE, FOUND,
	  .want_dialect = "cnxt", .n_commands = 13 },
	{ "data only", data_only, POSSIBLE, .verdict = PROBE_VERDICT_MODEM,
	  .want_dialect = "generic", .modem = "Old Box 2400", .max_rate = 2400, .n_commands = 8 },
	{ "data only V0", data_only, .numeric = true, POSSIBLE, .verdict = PROBE_VERDICT_MODEM,
	  .want_dialect = "generic", .modem = "Old Box 2400", .max_rate = 2400, .n_commands = 8 },
	{ "USR", usr, .echo = true, POSSIBLE, .verdict = PROBE_VERDICT_MODEM, .want_dialect = "usr",
	  .modem = "USRobotics Courier V.Everything", .max_rate = 33600, .n_commands = 9 },
	{ "Cirrus", cirrus, .echo = true, ADAPTER, .verdict = PROBE_VERDICT_MODEM,
	  .want_dialect = "bsq", .modem = "CL-MD56xx", .max_rate = 56000, .n_commands = 8 },
	{ "maker only", maker_only, POSSIBLE, .verdict = PROBE_VERDICT_MODEM,
	  .want_dialect = "zyxel", .modem = "ZyXEL Omni56K Plus", .max_rate = 56000,
	  .n_commands = 10 },

	{ "silent", NULL, POSSIBLE, .verdict = PROBE_VERDICT_SILENT, .n_commands = 6,
	  .why = "no answer to AT" },
	{ "silent but listed", NULL, LISTED, .verdict = PROBE_VERDICT_SILENT, .n_commands = 4 },
	{ "silent adapter", NULL, ADAPTER, .verdict = PROBE_VERDICT_SILENT, .n_commands = 6 },
	{ "gps", NULL, .unasked = "$GPRMC,1", POSSIBLE, .verdict = PROBE_VERDICT_NOT_MODEM,
	  .n_commands = 0 },
	{ "sensor", NULL,
	  .unasked = "temperature 21.5 degrees, pressure 1013 hectopascal, all is well\r\n",
	  POSSIBLE, .verdict = PROBE_VERDICT_NOT_MODEM, .n_commands = 0 },
	{ "gps when asked", NULL, .blurt = "\r\n$GPGGA,12", POSSIBLE,
	  .verdict = PROBE_VERDICT_NOT_MODEM, .n_commands = 1 },
	{ "banner", NULL, .blurt = GARBAGE, POSSIBLE, .verdict = PROBE_VERDICT_NOT_MODEM,
	  .n_commands = 1 },
	{ "wrong framing", NULL, .blurt = "\370\200\377x\340", ADAPTER,
	  .verdict = PROBE_VERDICT_NOT_MODEM, .n_commands = 6,
	  .why = "framing mismatch: answers, but unreadable" },
	{ "noise on a stick", NULL, .blurt = "\370\200\377x\340", POSSIBLE,
	  .verdict = PROBE_VERDICT_NOT_MODEM, .n_commands = 6, .why = "not as a modem" },
	{ "drip", NULL, .unasked = "x", POSSIBLE, .verdict = PROBE_VERDICT_NOT_MODEM,
	  .n_commands = -1, .why = "sends unsolicited data" },
	{ "shell", NULL, .blurt = "?syntax\r\n> ", POSSIBLE, .verdict = PROBE_VERDICT_NOT_MODEM,
	  .n_commands = 6, .why = "not as a modem" },
	{ "loop-back plug", NULL, .echo = true, POSSIBLE, .verdict = PROBE_VERDICT_NOT_MODEM,
	  .n_commands = 4 },
	{ "radio module", only_at, POSSIBLE, .verdict = PROBE_VERDICT_NOT_MODEM, .n_commands = 8,
	  .why = "does not say what it is" },
	{ "cellular", cellular, .echo = true, POSSIBLE, .verdict = PROBE_VERDICT_CELLULAR,
	  .n_commands = 2, .why = "+CGSM" },
	{ "cellular V0", cellular, .numeric = true, POSSIBLE, .verdict = PROBE_VERDICT_CELLULAR,
	  .n_commands = 2 },
	{ "ringing", conexant, .unasked = "\r\nRING\r\n", POSSIBLE,
	  .verdict = PROBE_VERDICT_RINGING, .n_commands = 0, .why = "call is coming in" },
	{ "RING between", rings_at_i3, POSSIBLE, .verdict = PROBE_VERDICT_RINGING,
	  .n_commands = 4 },
	{ "RING between, V0", rings_at_i3, .numeric = true, POSSIBLE,
	  .verdict = PROBE_VERDICT_RINGING, .n_commands = 4 },
	{ "unplugged", unplugged, POSSIBLE, .verdict = PROBE_VERDICT_ERROR, .n_commands = 2,
	  .why = "disappeared" },
	{ "held", conexant, .held = true, LISTED, .verdict = PROBE_VERDICT_BUSY, .n_commands = 0,
	  .why = "in use by test-probe (pid " },
	{ "locked", conexant, .locked = true, LISTED, .verdict = PROBE_VERDICT_BUSY,
	  .n_commands = 0, .why = "(pid 1)" },
	{ "never", conexant, ACM, .class = UDEV_CLASS_NEVER, .verdict = PROBE_VERDICT_NOT_MODEM,
	  .n_commands = 0 },
};

/* --- probe_ports --- */

static unsigned n_told;

static void count_told(const struct probe_result *result)
{
	(void)result;
	n_told++;
}

static void check_result(const struct fake *fake, const struct stage *stage,
			 const struct probe_result *result)
{
	const struct record *record = stage->record;
	bool is_modem = fake->verdict == PROBE_VERDICT_MODEM;

	check(result->verdict == fake->verdict, "%s: %s: %s", fake->name,
	      probe_verdict_name(result->verdict), result->why);
	check(str_eq(result->port, stage->port.name), "%s", fake->name);
	check(str_eq(result->modem, fake->modem ? fake->modem : ""), "%s: modem %s", fake->name,
	      result->modem);
	check(str_eq(result->dialect, fake->want_dialect ? fake->want_dialect : ""),
	      "%s: dialect %s", fake->name, result->dialect);
	check(result->caller_id == fake->caller_id, "%s: caller_id", fake->name);
	check(result->is_bridge == fake->is_bridge, "%s: is_bridge", fake->name);
	check(result->max_rate == fake->max_rate, "%s: max_rate %u", fake->name, result->max_rate);
	check(!result->has_lines, "%s: a pty has no modem lines", fake->name);
	check(is_modem == !*result->why, "%s: why \"%s\"", fake->name, result->why);
	check(!fake->why || strstr(result->why, fake->why), "%s: why \"%s\"", fake->name,
	      result->why);
	check(!is_modem || result->speed == (fake->only_at == B9600    ? 9600
					     : fake->only_at == B19200 ? 19200
								       : 115200),
	      "%s: speed %u", fake->name, result->speed);
	check(fake->n_commands < 0 || record->n_commands == fake->n_commands, "%s: %d commands",
	      fake->name, record->n_commands);
	check(record->n_forbidden == 0, "%s: %d commands that change something", fake->name,
	      record->n_forbidden);
	check(record->n_too_soon == 0, "%s: %d commands within 100 ms of a result", fake->name,
	      record->n_too_soon);
	check(record->n_slow_speed == 0, "%s: 1200 bit/s", fake->name);
}

static const struct probe_result *find_result(const struct probe_result *results, const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(fakes); i++)
		if (str_eq(fakes[i].name, name))
			return &results[i];
	return NULL;
}

/* Whole files are read back and played by test/modem; here what must be in one, and what not. */
static void test_records(const struct probe_result *results)
{
	static const struct {
		const char *fake, *part;
	} cases[] = {
		{ "USR",
		  "# dialisp modem file 1\nname USRobotics Courier V.Everything\ndriver cdc_acm\nspeed 115200\n" },
		{ "USR",
		  "\nverdict modem\ndialect usr\nmodem USRobotics Courier V.Everything\ncaller-id no\n" },
		{ "USR", "\nmax-rate 33600\n> AT\n" },
		{ "USR", "\n> AT+GCAP\n< AT+GCAP\\r\\r\\nERROR\\r\\n\n" },
		{ "USR", "Product ID: 00000000" },
		{ "hwdb's dialect", "\ndialect cnxt\n" }, /* what its answers say */
		{ "deaf after plug", "\nclass modem\n" },
		{ "deaf after plug", "\n> AT\n> AT\n> AT\n< " },
		{ "at 19200 only", "\nspeed 19200\nspeeds 19200\n" },
		{ "at 19200 only", "\nmax-rate 14400\n> AT\n< " }, /* not what it did not hear */
		{ "silent", "\nverdict silent\n> AT\n" },
		{ "ringing", "\nverdict ringing\n! " },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const char *file = find_result(results, cases[i].fake)->transcript;

		check(strstr(file ? file : "", cases[i].part), "%s: %s", cases[i].fake,
		      file ? file : "none");
	}
	check(!strstr(find_result(results, "USR")->transcript, "12345678"));
	check(!find_result(results, "held")->transcript, "nothing was said");
}

static void test_ports(struct record *records)
{
	struct stage stages[ARRAY_SIZE(fakes)];
	const struct udev_port *ports[ARRAY_SIZE(fakes)];
	struct probe_result results[ARRAY_SIZE(fakes)];
	const struct probe_result *r;
	unsigned sum_ms = 0, took_ms, silent_ms;
	int64_t started;

	for (size_t i = 0; i < ARRAY_SIZE(fakes); i++) {
		raise_curtain(&fakes[i], &stages[i], &records[i]);
		ports[i] = &stages[i].port;
	}
	started = base_now_ms();
	probe_ports(ports, ARRAY_SIZE(fakes), results,
		    &(struct probe_how){ .tell = count_told, .transcript = true });
	took_ms = (unsigned)(base_now_ms() - started);
	for (size_t i = 0; i < ARRAY_SIZE(fakes); i++) {
		check_result(&fakes[i], &stages[i], &results[i]);
		sum_ms += results[i].took_ms;
		drop_curtain(&stages[i]);
	}
	test_records(results);
	check(n_told == ARRAY_SIZE(fakes), "told %u times", n_told);
	check(took_ms < sum_ms / 4, "in parallel: %u ms of %u", took_ms, sum_ms);
	check(count_locks() == 1, "%u locks left", count_locks()); /* that of pid 1 */

	/* 60 ms + 3 x 300 ms + 3 x 250 ms, 60 ms + 2 x 300 ms + 3 x 250 ms + 200 ms; a machine too
	 * busy for a healthy modem is no measure */
	silent_ms = find_result(results, "silent")->took_ms;
	check(silent_ms >= 1650, "%u ms", silent_ms);
	check(silent_ms < 2200 || find_result(results, "echo")->took_ms > 1500, "%u ms", silent_ms);
	check(find_result(results, "silent adapter")->took_ms >= 1550);
	check(find_result(results, "silent but listed")->took_ms >= 3600);

	r = find_result(results, "V0");
	check_str(r->ati0, "56000");
	check_str(r->maker, "CONEXANT");
	check_str(r->model, "V90");
	check_str(r->revision, "");
	check_str(find_result(results, "maker only")->revision, "1.12");
	check_str(find_result(results, "USR")->options, "HST,V32bis,Terbo,V34+");
	check_str(r->classes, "0,1,1.0,2,8");
	check_str(r->modulations, "V34,V90,V92,0,1,300-33600");
	check_str(r->gcap, "+FCLASS,+MS,+ES,+DS");
	check_str(find_result(results, "slow")->maker, "CONEXANT");
	check_str(find_result(results, "slow with echo")->ati0, "56000");
	check_str(find_result(results, "data only")->classes, "0");
	for (size_t i = 0; i < ARRAY_SIZE(fakes); i++)
		probe_result_free(&results[i]);
}

/* --- probe_is_older --- */

static void test_is_older(void)
{
	static const struct {
		const char *ati3, *version;
		bool want;
	} cases[] = {
		{ "U.S. Robotics 56K FAX USB V1.2.19", "1.2.23", true },
		{ "U.S. Robotics 56K FAX USB V1.2.9", "1.2.23", true },
		{ "U.S. Robotics 56K FAX USB v1.2.22 ", "1.2.23", true },
		{ "U.S. Robotics 56K FAX USB V1.2.23", "1.2.23", false },
		{ "U.S. Robotics 56K FAX USB V1.3.1", "1.2.23", false },
		{ "U.S. Robotics 56K FAX V.92", "1.2.23", false },
		{ "CX93001-EIS_V0.2002-V92", "1.2.23", false },
		{ "V", "1.2.23", false },
		{ "", "1.2.23", false },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct probe_result result = { .verdict = PROBE_VERDICT_MODEM };

		base_copy(result.ati3, sizeof(result.ati3), cases[i].ati3);
		check(probe_is_older(&result, cases[i].version) == cases[i].want, "%s",
		      cases[i].ati3);
	}
}

/* How modems say what they can do at best. */
static void test_rates(void)
{
	static const struct {
		struct probe_result said;
		unsigned rate;
	} cases[] = {
		{ { .ati0 = "28800" }, 28800 },
		{ { .ati0 = "288", .ati3 = "E.C.  Version : T" }, 28800 },
		{ { .ati0 = "282", .ati3 = "Ver. 1.10 vom 19.09.95" }, 28800 },
		{ { .ati0 = "282", .ati3 = "MicroLink 56k" }, 56000 },
		{ { .ati0 = "282", .ati3 = "MicroLink 33.6TQV" }, 33600 },
		{ { .ati0 = "960", .ati3 = "Motorola ModemSURFR 28.8" }, 28800 },
		{ { .ati0 = "960", .ati3 = "V1.000-DS39 VFC" }, 28800 },
		{ { .ati0 = "960", .ati3 = "V1.430-V34_DS" }, 33600 },
		{ { .ati3 = "Zoom V.34X Plus" }, 33600 },
		{ { .ati3 = "RCV336DPFSP Rev 44BC" }, 33600 },
		{ { .ati3 = "SupraFAXModem 288" }, 28800 },
		{ { .ati3 = "ST2814" }, 28800 },
		{ { .ati3 = "USRobotics Sportster V.34 28.800 Fax Modem" }, 28800 },
		{ { .ati0 = "2886" }, 28800 },
		{ { .ati0 = "3366" }, 33600 },
		{ { .ati0 = "5607" }, 56000 },
		{ { .ati0 = "2864" }, 28800 },
		{ { .ati0 = "144" }, 14400 },
		{ { .ati3 = "GM-144VBIS+; RC9696/14" }, 14400 },
		{ { .maker = "Supra", .revision = "V1.200-02-V34_DS" }, 33600 },
		/* none of these numbers is a rate */
		{ { .ati0 = "247" }, 0 },
		{ { .ati3 = "Ver 12880" }, 0 },
		{ { .ati3 = "V2.288" }, 0 },
		{ { .ati3 = "V1.336 28812" }, 0 },
		{ { .ati3 = "128.8" }, 0 },
		{ { .ati3 = "date 19.09.95" }, 0 },
		{ { .ati0 = "28860" }, 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct probe_result result = cases[i].said;

		probe_conclude(&result, NULL);
		check(result.max_rate == cases[i].rate, "case %zu (%s, %s): %u", i,
		      cases[i].said.ati0, cases[i].said.ati3, result.max_rate);
	}
}

int main(void)
{
	struct record *records = open_theatre(ARRAY_SIZE(fakes));

	if (!records)
		return 1;
	test_is_older();
	test_rates();
	test_ports(records);
	close_theatre();
	return check_done();
}
