/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The faults of one modem by name; their effects are where they happen. */
#include "modem/fault.h"

#include "knob.h"

#define FLAG(member)                  KNOB_NUMBER(faults, member), 0, 1, 0, 1, NULL
#define NUMBER(member, low, high, on) KNOB_NUMBER(faults, member), low, high, 0, on, NULL
#define TEXT(member, on)              KNOB_TEXT(faults, member), 0, 0, 0, 0, on

static const struct knob faults[] = {
	{ "silent", FLAG(silent), "it receives and never responds" },
	{ "garbled", FLAG(garbled), "noise both ways, at any speed" },
	{ "slow-ok", NUMBER(slow_ms, 0, 60000, 3000),
	  "ms: delay of Z and &F; deaf 2.6 s after DTR" },
	{ "refuse", TEXT(refuse, "W2"), "ERROR to these commands: W2,&K3" },
	{ "stored", TEXT(stored, "E0Q1V0"), "commands whose effect is stored" },
	{ "stored-speed", NUMBER(stored_speed, 300, 230400, 9600),
	  "RS-232: speed after Z and power-on" },
	{ "fixed-speed", NUMBER(fixed_speed, 300, 230400, 9600),
	  "RS-232: it runs at this speed only" },
	{ "stuck-dcd", FLAG(stuck_dcd), "DCD is always on" },
	{ "no-dcd", FLAG(no_dcd), "DCD is never on" },
	{ "stuck-cts", FLAG(stuck_cts), "RS-232: CTS is always off" },
	{ "phantom-connect", FLAG(phantom), "phantom CONNECT, then NO CARRIER" },
	{ "no-caller-id", FLAG(no_caller_id), "no caller ID, though enabled" },
	{ "double-caller-id", FLAG(two_caller_id), "a wrong one before the right one" },
	{ "deaf-after-plug", NUMBER(deaf_ms, 0, 60000, 3000),
	  "ms: it ignores its host after plug-in" },
};

enum {
	FAULTS = sizeof(faults) / sizeof(faults[0])
};

int fault_set(struct faults *object, const char *name, const char *value)
{
	return knobs_set(faults, FAULTS, object, name, value);
}

const char *fault_name(size_t i, const char **ret_help)
{
	if (i >= FAULTS)
		return NULL;
	*ret_help = faults[i].help;
	return faults[i].key;
}
