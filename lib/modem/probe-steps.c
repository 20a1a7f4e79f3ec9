/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a modem is asked, and what its answers mean. */
#include "modem/internal.h"

#include <ctype.h>
#include <stdio.h>

/* Conexant sticks answer in 3 to 4 ms, serial boxes in some tens. */
#define ANSWER_MS 400
#define DEAF_MS   3000 /* after plug and DTR drop (HylaFAX waits 2.6 s) */

/* --- first contact --- */

/* The rate of CDC-ACM is virtual, except for RS-232 bridges with an id that is not listed. */
static const struct probe_attempt attempts_acm[] = {
	{ .command = "AT", .speed = PROBE_FIRST_SPEED },
	{ .command = "AT", .speed = PROBE_FIRST_SPEED },
	{ .command = "AT", .speed = 9600 },
	{ .command = "AT", .speed = 57600, .answer_ms = 250 },
	{ .command = "AT", .speed = 38400, .answer_ms = 250 },
	{ .command = "AT", .speed = 19200, .answer_ms = 250 },
	{ .command = NULL },
};

/* Known to be a modem, so it may only be deaf for a moment, or quiet without echo (E0Q1: answers
 * queries, but not AT). */
static const struct probe_attempt attempts_listed[] = {
	{ .command = "AT", .speed = PROBE_FIRST_SPEED },
	{ .command = "AT", .speed = PROBE_FIRST_SPEED },
	{ .command = "AT", .speed = PROBE_FIRST_SPEED, .wait_ms = DEAF_MS },
	{ .command = "ATI0", .speed = PROBE_FIRST_SPEED },
	{ .command = NULL },
};

/* Modems find the rate from the letters AT; old ones keep to what they were last used with. Never
 * 1200. A port that is silent then may be a quiet modem without echo (E0Q1). A silent port is to
 * cost 1.7 s. */
static const struct probe_attempt attempts_serial[] = {
	{ .command = "AT", .speed = PROBE_FIRST_SPEED },
	{ .command = "AT", .speed = 9600 },
	{ .command = "AT", .speed = 57600, .answer_ms = 250 },
	{ .command = "AT", .speed = 38400, .answer_ms = 250 },
	{ .command = "AT", .speed = 19200, .answer_ms = 250 },
	{ .command = "ATI0", .speed = PROBE_FIRST_SPEED, .answer_ms = 200 },
	{ .command = NULL },
};

/* Known to be a modem, behind a bridge or on a card (MT9234): both. */
static const struct probe_attempt attempts_listed_serial[] = {
	{ .command = "AT", .speed = PROBE_FIRST_SPEED },
	{ .command = "AT", .speed = PROBE_FIRST_SPEED },
	{ .command = "AT", .speed = PROBE_FIRST_SPEED, .wait_ms = DEAF_MS },
	{ .command = "ATI0", .speed = PROBE_FIRST_SPEED },
	{ .command = "AT", .speed = 9600 },
	{ .command = "AT", .speed = 57600 },
	{ .command = "AT", .speed = 38400 },
	{ .command = "AT", .speed = 19200 },
	{ .command = NULL },
};

bool probe_is_serial(const struct udev_port *port)
{
	return !port->driver || !str_eq(port->driver, "cdc_acm");
}

const struct probe_attempt *probe_choose_attempts(const struct udev_port *port)
{
	bool is_listed = port->class == UDEV_CLASS_MODEM;

	if (probe_is_serial(port))
		return is_listed ? attempts_listed_serial : attempts_serial;
	return is_listed ? attempts_listed : attempts_acm;
}

/* --- answers --- */

/* First line of the answer, without the "+GMI: " that some put before it. */
static void clean_answer(const struct probe_step *step, const char *info, char ret[static 64])
{
	const char *name = step->command + strlen("AT");
	size_t n = strcspn(name, "=");
	_cleanup_free_ char *line = NULL;

	if (*name == '+' && strncasecmp(info, name, n) == 0 && info[n] == ':')
		info += n + 1;
	line = xstrndup(info, strcspn(info, "\n"));
	base_copy_clean(ret, line);
}

static bool judge_text(const struct probe_step *step, const char *info, bool ok,
		       struct probe_result *result)
{
	char clean[64];

	(void)ok; /* a quiet modem (Q1) gives the text only */
	clean_answer(step, info, clean);
	base_copy((char *)result + step->field, step->size, clean);
	return true;
}

/* 3GPP 27.007 and TIA modems name themselves here; further commands could drop their data call. */
static bool judge_gcap(const struct probe_step *step, const char *info, bool ok,
		       struct probe_result *result)
{
	static const char *const cellular[] = { "+CGSM", "+CIS707", "+CIS856", "+CLTE" };

	judge_text(step, info, ok, result);
	for (size_t i = 0; i < ARRAY_SIZE(cellular); i++) {
		if (!strcasestr(info, cellular[i]))
			continue;
		result->verdict = PROBE_VERDICT_CELLULAR;
		snprintf(result->why, sizeof(result->why),
			 "mobile broadband device (%s): no telephone line", cellular[i]);
		return false;
	}
	return true;
}

/* V.253: what cannot be asked for cannot be switched on. */
static bool judge_caller_id(const struct probe_step *step, const char *info, bool ok,
			    struct probe_result *result)
{
	(void)step;
	(void)info;
	result->caller_id = ok;
	return true;
}

/* One line of U.S. Robotics' product block: "Options                V32bis,V.34+,V.90". */
static bool judge_options(const struct probe_step *step, const char *info, bool ok,
			  struct probe_result *result)
{
	static const char word[] = "\nOptions";
	const char *line = strcasestr(info, word);

	return line ? judge_text(step, line + strlen(word), ok, result) : true;
}

/* --- which questions --- */

static bool has_letter(const char *s)
{
	while (*s && !isalpha((unsigned char)*s))
		s++;
	return *s != '\0';
}

/* A modem without +GMI has none of V.250's names. */
static bool wants_model(const struct probe_result *result)
{
	return *result->maker;
}

static bool wants_revision(const struct probe_result *result)
{
	return *result->maker && !has_letter(result->ati3);
}

static bool wants_options(const struct probe_result *result)
{
	return str_eq(probe_choose_dialect(result), "usr");
}

/* --- the best rate --- */

/* Names of what a modem can do, best first, in modulations, names and product codes; V.90 and V.92
 * as the caller of a digital line only. */
static const struct {
	const char *text;
	unsigned rate;
} rates[] = {
	{ "V92", 56000 },    { "V.92", 56000 },         { "V90", 56000 },   { "V.90", 56000 },
	{ "K56", 56000 },    { "56K", 56000 },          { "56000", 56000 }, { "V34", 33600 },
	{ "V.34+", 33600 },  { "V.34X", 33600 },        { "33600", 33600 }, { "33.6", 33600 },
	{ "336", 33600 },    { "3334", 33600 },         { "V.34", 28800 },  { "VFC", 28800 },
	{ "V.FC", 28800 },   { "V.FAST", 28800 },       { "28800", 28800 }, { "28.800", 28800 },
	{ "28.8", 28800 },   { "288", 28800 },          { "288x", 28800 },  { "2834", 28800 },
	{ "2814", 28800 },   { "V.Everything", 28800 }, { "terbo", 19200 }, { "19.2", 19200 },
	{ "V32bis", 14400 }, { "V.32bis", 14400 },      { "V32B", 14400 },  { "14400", 14400 },
	{ "14.4", 14400 },   { "144", 14400 },          { "V32", 9600 },    { "V.32", 9600 },
	{ "9600", 9600 },    { "V22B", 2400 },          { "2400", 2400 },
};

/* A number is a whole one: the 288 of RCV288DPi and GM-288, not that of 12880 or of V2.288. */
static bool has_whole(const char *text, const char *name)
{
	size_t n = strlen(name);

	for (const char *s = text; (s = strcasestr(s, name)); s++) {
		char before = s > text ? s[-1] : ' ';
		bool cuts_head = isdigit((unsigned char)name[0]) &&
				 (isdigit((unsigned char)before) || before == '.');
		bool cuts_tail =
			isdigit((unsigned char)name[n - 1]) && isdigit((unsigned char)s[n]);

		if (!cuts_head && !cuts_tail)
			return true;
	}
	return false;
}

static unsigned best_rate(const char *text)
{
	for (size_t i = 0; i < ARRAY_SIZE(rates); i++)
		if (has_whole(text, rates[i].text))
			return rates[i].rate;
	return 0;
}

/* What ATI0 alone says, as fax programs learned; of a series the least. */
static const struct {
	const char *number;
	unsigned rate;
} numbers[] = {
	{ "1444", 14400 },  { "1445", 14400 },  { "2886", 28800 },  { "3361", 33600 }, /* USR */
	{ "3362", 33600 },  { "3366", 33600 },  { "3367", 33600 },  { "5601", 56000 },
	{ "5607", 56000 },  { "5607A", 56000 }, { "5607B", 56000 }, { "5608A", 56000 },
	{ "1496", 14400 },  { "2864", 28800 }, /* ZyXEL */
	{ "28641", 28800 }, { "28642", 28800 }, { "33604", 33600 }, { "1500", 56000 },
	{ "1501", 56000 },  { "1503", 56000 },  { "140", 14400 },   { "282", 28800 }, /* ELSA */
	{ "2884", 28800 },  { "57600", 28800 }, /* Microcom DeskPorte Fast+, Multi-Tech MT2834 */
};

/* Of all it says the best: +MS lists modulations, others have their name only. */
static unsigned find_rate(const struct probe_result *result)
{
	const char *const texts[] = { result->modulations, result->options, result->ati3,
				      result->ati0,        result->model,   result->revision };
	unsigned best = 0;

	for (size_t i = 0; !best && i < ARRAY_SIZE(texts); i++)
		best = best_rate(texts[i]);
	for (size_t i = 0; !best && i < ARRAY_SIZE(numbers); i++)
		if (str_eq(result->ati0, numbers[i].number))
			best = numbers[i].rate;
	return best ? best : result->max_rate; /* what ATI4 or ATI6 said */
}

static bool is_identified(const struct probe_result *result)
{
	return result->ati0[0] || result->ati3[0] || result->maker[0] || result->model[0] ||
	       result->classes[0];
}

/* The chip's name, or the maker's own line: "RC288DPi Rev 05BA". */
static bool judge_rate(const struct probe_step *step, const char *info, bool ok,
		       struct probe_result *result)
{
	(void)step;
	(void)ok;
	result->max_rate = best_rate(info);
	return true;
}

static bool wants_rate(const struct probe_result *result)
{
	return is_identified(result) && !find_rate(result);
}

#define FIELD(name) offsetof(struct probe_result, name), sizeof(((struct probe_result *)0)->name)

/*
 * Queries only. No %, \ and - commands: `AT%C?` and the like write 0 on Cirrus chips. +GCAP first:
 * see judge_gcap. ATI4 gives settings or a name: only where the rate is not known. Ten answers of 4
 * ms with V.250's 100 ms after each are 1.04 s.
 */
static const struct probe_step steps[] = {
	{ "AT+GCAP", ANSWER_MS, judge_gcap, FIELD(gcap), NULL },
	{ "ATI0", ANSWER_MS, judge_text, FIELD(ati0), NULL },
	{ "ATI3", ANSWER_MS, judge_text, FIELD(ati3), NULL },
	{ "AT+GMI", ANSWER_MS, judge_text, FIELD(maker), NULL },
	{ "AT+GMM", ANSWER_MS, judge_text, FIELD(model), wants_model },
	{ "AT+GMR", ANSWER_MS, judge_text, FIELD(revision), wants_revision },
	{ "AT+FCLASS=?", ANSWER_MS, judge_text, FIELD(classes), NULL },
	{ "AT+MS=?", ANSWER_MS, judge_text, FIELD(modulations), NULL },
	{ "AT+VCID=?", ANSWER_MS, judge_caller_id, 0, 0, NULL },
	{ "ATI7", ANSWER_MS, judge_options, FIELD(options), wants_options },
	{ "ATI4", ANSWER_MS, judge_rate, 0, 0, wants_rate },
	{ "ATI6", ANSWER_MS, judge_rate, 0, 0, wants_rate },
};

const struct probe_step *probe_find_step(size_t i)
{
	return i < ARRAY_SIZE(steps) ? &steps[i] : NULL;
}

/* --- conclusion --- */

/* How the makers of a dialect name themselves, and what fax programs learned of their ATI numbers.
 * Those are hints only, asked after all names: 56000 is Conexant, Rockwell K56flex and Cirrus. */
static const struct family {
	const char *dialect;
	const char *names[12]; /* parts of ATI3, ATI0 or +GMI, letters of either case */
	const char *numbers[24];
} families[] = {
	{ "bsq", { "CL-MD", "Cirrus", "GVC" }, { NULL } },
	{ "usr",
	  { "U.S. Robotics", "USRobotics", "Sportster", "Courier", "3Com" },
	  { "1444", "1445", "2886", "3361", "3362", "3366", "3367", "5601", "5607", "5608A",
	    "6401" } },
	{ "zyxel", { "ZyXEL" }, { "1281", "1282", "1283", "1284",  "1285",  "1286", "1287", "1288",
				  "1289", "1290", "1291", "1292",  "1293",  "1496", "1500", "1501",
				  "1503", "1507", "2864", "28641", "28642", "33604" } },
	{ "elsa", { "ELSA", "MicroLink" }, { "140", "282", "641", "643", "645" } },
	{ "cnxt",
	  { "CX9", "Conexant", "Rockwell", "RCV", "Lucent", "LT V.", "Agere", "Multi-Tech", "MT56",
	    "MT33", "Zoom" },
	  { "14400", "28800", "33600", "56000" } },
};

static bool has_name(const struct family *family, const struct probe_result *result)
{
	for (const char *const *name = family->names; *name; name++)
		if (strcasestr(result->ati3, *name) || strcasestr(result->ati0, *name) ||
		    strcasestr(result->maker, *name))
			return true;
	return false;
}

static bool has_number(const struct family *family, const struct probe_result *result)
{
	for (const char *const *number = family->numbers; *number; number++)
		if (str_eq(result->ati0, *number))
			return true;
	return false;
}

const char *probe_choose_dialect(const struct probe_result *result)
{
	for (size_t i = 0; i < ARRAY_SIZE(families); i++)
		if (has_name(&families[i], result))
			return families[i].dialect;
	for (size_t i = 0; i < ARRAY_SIZE(families); i++)
		if (has_number(&families[i], result))
			return families[i].dialect;
	return "generic";
}

static void name_modem(struct probe_result *result)
{
	const char *gap = result->maker[0] && result->model[0] ? " " : "";

	if (has_letter(result->ati3))
		base_copy(result->modem, sizeof(result->modem), result->ati3);
	else if (result->maker[0] || result->model[0])
		snprintf(result->modem, sizeof(result->modem), "%.40s%s%.40s", result->maker, gap,
			 result->model);
	else if (result->ati0[0])
		snprintf(result->modem, sizeof(result->modem), "modem ATI0 %s", result->ati0);
	else
		base_copy(result->modem, sizeof(result->modem), "modem");
}

void probe_conclude(struct probe_result *result, const char *dialect)
{
	if (!is_identified(result)) {
		result->verdict = PROBE_VERDICT_NOT_MODEM;
		base_copy(
			result->why, sizeof(result->why),
			"answers AT, but does not say what it is as a modem would (ATI, +GMI, +FCLASS)");
		return;
	}
	result->verdict = PROBE_VERDICT_MODEM;
	name_modem(result);
	base_copy(result->dialect, sizeof(result->dialect),
		  dialect ? dialect : probe_choose_dialect(result));
	result->max_rate = find_rate(result);
}

/* The last word that begins with V and a digit. */
bool probe_is_older(const struct probe_result *result, const char *version)
{
	const char *have = NULL;

	for (const char *s = result->ati3; *s; s += strcspn(s, " ")) {
		s += strspn(s, " ");
		if (toupper((unsigned char)s[0]) == 'V' && isdigit((unsigned char)s[1]))
			have = s + 1;
	}
	return have && strverscmp(have, version) < 0;
}

const char *probe_verdict_name(enum probe_verdict verdict)
{
	switch (verdict) {
	case PROBE_VERDICT_MODEM:
		return "modem";
	case PROBE_VERDICT_SILENT:
		return "silent";
	case PROBE_VERDICT_BUSY:
		return "busy";
	case PROBE_VERDICT_NOT_MODEM:
		return "no modem";
	case PROBE_VERDICT_CELLULAR:
		return "cellular";
	case PROBE_VERDICT_RINGING:
		return "ringing";
	case PROBE_VERDICT_ERROR:
		return "error";
	}
	return "?";
}
