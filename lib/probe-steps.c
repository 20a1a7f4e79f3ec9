/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a modem is asked, and what its answers mean. */
#include "probe.h"

#include <ctype.h>
#include <stdio.h>

/* Conexant sticks answer in 3 to 4 ms, serial boxes in some tens. */
#define ANSWER_MS 400

/* First line of the answer, without the "+GMI: " that some put before it. */
static void clean_answer(const struct probe_step *step, const char *info, char ret[static 64])
{
	const char *name = step->command + strlen("AT");
	size_t n = strcspn(name, "=");
	_cleanup_free_ char *line = NULL;

	if (*name == '+' && strncasecmp(info, name, n) == 0 && info[n] == ':')
		info += n + 1;
	line = xstrndup(info, strcspn(info, "\n"));
	at_clean(ret, line);
}

static bool judge_text(const struct probe_step *step, const char *info, bool ok, struct probe_result *result)
{
	char clean[64];

	(void)ok; /* a quiet modem (Q1) gives the text only */
	clean_answer(step, info, clean);
	base_copy((char *)result + step->field, step->size, clean);
	return true;
}

/* 3GPP 27.007 and TIA modems name themselves here; further commands could drop their data call. */
static bool judge_gcap(const struct probe_step *step, const char *info, bool ok, struct probe_result *result)
{
	static const char *const cellular[] = { "+CGSM", "+CIS707", "+CIS856", "+CLTE" };

	judge_text(step, info, ok, result);
	for (size_t i = 0; i < ARRAY_SIZE(cellular); i++) {
		if (!strcasestr(info, cellular[i]))
			continue;
		result->verdict = PROBE_VERDICT_CELLULAR;
		snprintf(result->why, sizeof(result->why), "mobile broadband device (%s): no telephone line",
			 cellular[i]);
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

#define FIELD(name) offsetof(struct probe_result, name), sizeof(((struct probe_result *)0)->name)

/* Queries only. No %, \ and - commands: `AT%C?` and the like write 0 on Cirrus chips. +GCAP first: see judge_gcap. */
static const struct probe_step steps[] = {
	{ "AT+GCAP", ANSWER_MS, judge_gcap, FIELD(gcap) },
	{ "ATI0", ANSWER_MS, judge_text, FIELD(ati0) },
	{ "ATI3", ANSWER_MS, judge_text, FIELD(ati3) },
	{ "AT+GMI", ANSWER_MS, judge_text, FIELD(maker) },
	{ "AT+GMM", ANSWER_MS, judge_text, FIELD(model) },
	{ "AT+GMR", ANSWER_MS, judge_text, FIELD(revision) },
	{ "AT+FCLASS=?", ANSWER_MS, judge_text, FIELD(classes) },
	{ "AT+MS=?", ANSWER_MS, judge_text, FIELD(modulations) },
	{ "AT+VCID=?", ANSWER_MS, judge_caller_id, 0, 0 },
};

const struct probe_step *probe_find_step(size_t i)
{
	return i < ARRAY_SIZE(steps) ? &steps[i] : NULL;
}

/* V0: V.250 table 1; 5 is CONNECT 1200 on Rockwell and USR. */
enum at_result probe_plain_result(enum at_result result, const struct at_reader *reader)
{
	static const enum at_result digits[] = {
		AT_RESULT_OK,                                                                   /* 0 */
		AT_RESULT_CONNECT,                                                              /* 1 */
		AT_RESULT_RING,    AT_RESULT_NO_CARRIER,  AT_RESULT_ERROR,                      /* 4 */
		AT_RESULT_CONNECT, AT_RESULT_NO_DIALTONE, AT_RESULT_BUSY,  AT_RESULT_NO_ANSWER, /* 8 */
	};

	if (result != AT_RESULT_NUMERIC)
		return result;
	return reader->line[0] >= '0' && reader->line[0] <= '8' ? digits[reader->line[0] - '0']
								: AT_RESULT_NONE;
}

/* --- conclusion --- */

/* ATI numbers say little: 56000 is Conexant, Rockwell K56flex and Cirrus. */
static const struct mark {
	size_t field;
	const char *begins;
	const char *dialect;
} marks[] = {
	{ offsetof(struct probe_result, maker), "CONEXANT", "cnxt" },
	{ offsetof(struct probe_result, maker), "ROCKWELL", "cnxt" },
	{ offsetof(struct probe_result, ati3), "CX9", "cnxt" },
};

static const char *find_dialect(const struct probe_result *result)
{
	for (size_t i = 0; i < ARRAY_SIZE(marks); i++) {
		const char *value = (const char *)result + marks[i].field;

		if (strncasecmp(value, marks[i].begins, strlen(marks[i].begins)) == 0)
			return marks[i].dialect;
	}
	return "generic";
}

static bool has_letter(const char *s)
{
	while (*s && !isalpha((unsigned char)*s))
		s++;
	return *s != '\0';
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
	bool identified = result->ati0[0] || result->ati3[0] || result->maker[0] || result->model[0] ||
			  result->classes[0];

	if (!identified) {
		result->verdict = PROBE_VERDICT_NOT_MODEM;
		base_copy(result->why, sizeof(result->why),
			  "answers AT, but does not say what it is as a modem would (ATI, +GMI, +FCLASS)");
		return;
	}
	result->verdict = PROBE_VERDICT_MODEM;
	name_modem(result);
	base_copy(result->dialect, sizeof(result->dialect), dialect ? dialect : find_dialect(result));
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
	case PROBE_VERDICT_ERROR:
		return "error";
	}
	return "?";
}
