/* SPDX-License-Identifier: GPL-2.0-or-later */
/* probe: any answers to its questions; what is known of the modem afterwards is harmless. */
#include "modem/probe.h"

#include "fuzz.h"

static void check_result(const struct probe_result *result)
{
	const char *const texts[] = { result->ati0,        result->ati3,     result->maker,
				      result->model,       result->revision, result->classes,
				      result->modulations, result->gcap,     result->options,
				      result->modem,       result->dialect,  result->why };

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		fuzz_check_harmless(texts[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct probe_result result = { .verdict = PROBE_VERDICT_MODEM };
	const struct probe_step *step;

	for (size_t i = 0; (step = probe_find_step(i)); i++) {
		_cleanup_free_ char *answer = NULL;
		bool ok = fuzz_byte(&data, &size) & 1;

		answer = fuzz_string(&data, &size);
		if (step->is_wanted && !step->is_wanted(&result))
			continue;
		if (!step->judge(step, answer, ok, &result))
			break;
	}
	probe_conclude(&result, NULL);
	check_result(&result);
	return 0;
}
