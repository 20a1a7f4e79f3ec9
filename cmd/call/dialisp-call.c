/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dialisp-call: the events of a call, one verb each. A caller waits for most of them, so it is
 * linked with few libraries: loading libsystemd and its dependencies takes longer than the
 * verbs. */
#include "call.h"

static const struct call_verb *const verbs[] = {
	&call_verb_ring,   &call_verb_answer, &call_verb_login,
	&call_verb_pre_up, &call_verb_up,     &call_verb_down,
};

int main(int argc, char **argv)
{
	static const struct call_program program = { "dialisp-call",
						     "Started by mgetty and by pppd", verbs,
						     ARRAY_SIZE(verbs) };

	return call_main(&program, argc, argv);
}
