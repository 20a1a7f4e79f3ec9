/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dialisp-line: the verbs before and after the calls of a line, and those of the firewall. */
#include "call.h"

static const struct call_verb *const verbs[] = {
	&call_verb_free,
	&call_verb_ready,
	&call_verb_end,
	&call_verb_firewall,
};

int main(int argc, char **argv)
{
	static const struct call_program program = { "dialisp-line",
						     "Started by the units of dialisp", verbs,
						     ARRAY_SIZE(verbs) };

	return call_main(&program, argc, argv);
}
